"""Score a reader with the official metrics: each question on the passage that it was asked about.

    python eval/score_reader.py --gold squad11_dev.json --out eval/results/reader_squad11_dev.json

A gold file with unanswerable questions is scored as SQuAD 2.0: a question whose best span doesn't beat its null is taken as having
no answer, and the best figures of any threshold are given too. Others are scored as SQuAD 1.1: the best span always counts.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

import onnxruntime
from rich.progress import Progress

from ragqa.evaluation.gold import GoldQuestion, read_gold
from ragqa.evaluation.squad import score_squad11, score_squad20
from ragqa.reading import ExtractiveReader
from ragqa.reading.reader import DEFAULT_READER
from ragqa.records import Passage


def main() -> None:
    """Score, print the figures, and write them where asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gold", type=Path, required=True, help="SQuAD JSON, or JSONL with contexts; gzipped or not")
    parser.add_argument(
        "--reader", type=Path, default=DEFAULT_READER, help="folder of a reader; the packaged one if left out"
    )
    parser.add_argument("--limit", type=int, help="score the first N questions only")
    parser.add_argument("--out", type=Path, help="JSON file for the figures")
    parser.add_argument("--into-card", action="store_true", help="write them into the reader's reader.json too")
    arguments = parser.parse_args()

    rows = [row for row in read_gold(arguments.gold) if row.context is not None][: arguments.limit]
    reader = ExtractiveReader.from_pretrained(arguments.reader)
    best = best_spans(reader, rows)
    figures = {name: round(figure, 4) for name, figure in score(rows, best).items()}
    report = {
        "gold": arguments.gold.name,
        "questions": len(rows),
        "reader": reader.name,
        "onnxruntime": onnxruntime.__version__,
        "figures": figures,
    }
    text = json.dumps(report, indent=2) + "\n"
    if arguments.out:
        arguments.out.parent.mkdir(parents=True, exist_ok=True)
        arguments.out.write_text(text, encoding="utf-8")
    if arguments.into_card:
        into_card(
            arguments.reader / "reader.json", arguments.gold.name.split(".")[0], {"questions": len(rows), **figures}
        )
    print(text, end="")


def best_spans(reader: ExtractiveReader, rows: Sequence[GoldQuestion]) -> dict[str, tuple[str, float]]:
    """Return each question's best span of its context and the span's score; "" and minus infinity where there is none."""
    best = {}
    with Progress(transient=True) as bar:
        task = bar.add_task("reading", total=len(rows))
        for first in range(0, len(rows), 256):
            part = rows[first : first + 256]
            pairs = [(row.question, passage_of(row)) for row in part]
            for row, spans in zip(part, reader.read_many(pairs, top_n=1), strict=True):
                best[row.id] = (spans[0].text, spans[0].score) if spans else ("", float("-inf"))
            bar.advance(task, len(part))
    return best


def passage_of(row: GoldQuestion) -> Passage:
    """Return a question's context as a passage of an article that holds nothing else."""
    text = row.context or ""
    return Passage(id=row.id, article_id=row.id, text=text, start=0, end=len(text))


def score(rows: Sequence[GoldQuestion], best: dict[str, tuple[str, float]]) -> dict[str, float]:
    """Return the official figures for the best spans."""
    gold = {row.id: row.answers for row in rows}
    predictions = {key: text for key, (text, _) in best.items()}
    if all(gold.values()):
        return score_squad11(gold, predictions)
    return score_squad20(gold, predictions, {key: -span_score for key, (_, span_score) in best.items()}, threshold=0.0)


def into_card(path: Path, name: str, figures: dict[str, float]) -> None:
    """Write the figures of one gold file into a reader's card."""
    card = json.loads(path.read_text(encoding="utf-8"))
    card["figures"][name] = figures
    path.write_text(json.dumps(card, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
