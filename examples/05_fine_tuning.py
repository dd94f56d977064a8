"""Teach the reader a turn of phrase with twenty questions, in about half a minute: python examples/05_fine_tuning.py [OUT].

"Of 19 miners 14 were brought up alive, and five are missing": asked how many are missing, a small reader may well take the first
figure that it meets. `still_waiting.jsonl` has thirty such sentences. What a reader learns from them may cost it other questions:
`ragqa eval qa` tells.

The weights that training starts from lie in ragqa's repository, not in its package: run this in a clone, with `ragqa[train]`.
"""

import sys
import tempfile
from pathlib import Path

from ragqa import Article, ExtractiveReader, Pipeline
from ragqa.evaluation import read_gold_set, run_reader
from ragqa.training import ReaderFacts, TrainingSettings, read_data, train_reader

DATA = Path(__file__).parent / "still_waiting.jsonl"
SETTINGS = TrainingSettings(epochs=8, learning_rate=3e-5, batch_tokens=256, part_tokens=256)


def right_of_ten(reader: ExtractiveReader) -> str:
    """Ask the ten questions that are not trained on: how many best spans are the answer to the letter?"""
    gold = read_gold_set(DATA)
    run = run_reader(gold.with_questions(gold.questions[20:]), reader)
    return f"{sum(row['exact_match'] or 0 for row in run['questions']):.0f} of {len(run['questions'])}"


with tempfile.TemporaryDirectory() as name:
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else name)
    folder.mkdir(parents=True, exist_ok=True)
    twenty = folder / "twenty.jsonl"
    twenty.write_text("".join(DATA.read_text(encoding="utf-8").splitlines(keepends=True)[:20]), encoding="utf-8")
    print(f"before: {right_of_ten(ExtractiveReader.from_pretrained())} right")
    data = read_data([str(twenty)], development=None, development_questions=0, strict=True, seed=0)
    train_reader(data, folder / "reader", settings=SETTINGS, facts=ReaderFacts(name="still-waiting"))
    reader = ExtractiveReader.from_pretrained(folder / "reader")
    print(f"after:  {right_of_ten(reader)} right")

    # The new reader in use. It was not calibrated, so its answers have no confidence: `ragqa train calibrate` fits one.
    with Pipeline.open(folder / "index", reader=reader) as qa:
        qa.add(
            Article(
                text="Of the 64 cranes in the port, 41 work again and 23 are idle.",
                title="Cranes",
                source="Harbour Wire",
            )
        )
        best = qa.ask("How many cranes are not working?").answers[0]
        print(f"{best.text}, confidence {best.confidence}: {best.citations[0].sentence}")
