"""Choose the margin on news: ask the stories that are kept for choosing, and see how much is decided rightly at each margin.

    python eval/choose_margin.py models/stories_choose.json.gz

All reports are indexed, and each question is asked once of all of them. It is decided rightly if the first answer is one that a
report gives (official F1 of 0.5 or more), or if none is given where no report has one; both kinds count half. Printed are shares,
and the smallest margin that comes within three points of the best, as `ragqa train calibrate` chooses it on its own questions.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections import defaultdict
from dataclasses import replace
from pathlib import Path

import numpy as np

from ragqa import Article, Pipeline
from ragqa.asking import Asker
from ragqa.evaluation import read_gold_set
from ragqa.evaluation.squad import f1_score

RIGHT = 0.5
NEARLY = 0.03
AT_ONCE = 32


def main() -> None:
    """Ask, and print the shares by margin."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gold", type=Path, help="stories in the form of SQuAD, each question asked of each report")
    parser.add_argument("--reader", help="folder of a reader with a calibration; the packaged one if left out")
    parser.add_argument("--out", type=Path, help="JSON file for the shares")
    options = parser.parse_args()
    gold = read_gold_set(options.gold)
    answers: dict[str, set[str]] = defaultdict(set)
    for row in gold.questions:
        answers[row.question] |= set(row.answers)
    contexts = list(dict.fromkeys(row.context for row in gold.questions if row.context))
    with tempfile.TemporaryDirectory() as folder, Pipeline.open(folder, reader=options.reader) as pipeline:
        pipeline.add([Article(id=f"{number:04}", text=text) for number, text in enumerate(contexts)])
        calibration = pipeline.calibration
        assert calibration is not None
        asker = Asker(pipeline.index, pipeline.retriever, pipeline.reader, replace(calibration, margin=0.0))
        asked = list(answers)
        responses = [
            own
            for first in range(0, len(asked), AT_ONCE)
            for own in asker.ask(asked[first : first + AT_ONCE], top_k=1, k=10, filter=None)
        ]
    scores = np.array([own.answers[0].score if own.answers else -np.inf for own in responses])
    right = np.array(
        [is_right(own.answers[0].text, answers[own.question]) if own.answers else False for own in responses]
    )
    answerable = np.array([bool(answers[own.question]) for own in responses])
    rows = []
    for margin in np.arange(0, 8.01, 0.1):
        given = scores >= margin
        rows.append(
            {
                "margin": round(float(margin), 1),
                "answered_right": round(float((given & right)[answerable].mean()), 4),
                "abstained": round(float((~given)[~answerable].mean()), 4),
                "given_right": round(float(right[given].mean()), 4) if given.any() else None,
            }
        )
    decided = [(row["answered_right"] + row["abstained"]) / 2 for row in rows]
    chosen = next(row for row, share in zip(rows, decided, strict=True) if share >= max(decided) - NEARLY)
    report = {"gold": options.gold.name, "answerable": int(answerable.sum()), "unanswerable": int((~answerable).sum())}
    print(json.dumps({**report, "chosen": chosen, "fitted": round(calibration.margin, 2)}, indent=1))
    for row in rows[::5]:
        print(row)
    if options.out:
        options.out.write_text(
            json.dumps({**report, "chosen": chosen, "margins": rows}, indent=1) + "\n", encoding="utf-8"
        )


def is_right(answer: str, gold: set[str]) -> bool:
    """Return whether an answer is one that a report gives."""
    return bool(gold) and f1_score(answer, sorted(gold)) >= RIGHT


if __name__ == "__main__":
    main()
