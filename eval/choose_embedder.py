"""Compare the precisions of the default embedder: nDCG@10 of questions that look for the passage they were asked about.

    python eval/choose_embedder.py --gold FILE --distractors FILE --out eval/results/embedder.json

Every question has one relevant passage, its own; all other passages of both files are distractors. With one relevant passage at
rank r, nDCG@10 is 1 / log2(r + 1), or 0 beyond rank 10.

Source: Järvelin and Kekäläinen (2002), Cumulated gain-based evaluation of IR techniques, doi:10.1145/582415.582418.
"""

from __future__ import annotations

import argparse
import json
import platform
from collections.abc import Sequence
from pathlib import Path
from typing import get_args

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from ragqa.bert import Precision
from ragqa.embedding import DefaultEmbedder
from ragqa.evaluation.gold import GoldQuestion, read_gold

_AT = 10


def main() -> None:
    """Run the comparison and write its figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gold", type=Path, required=True, help="questions with their contexts, as read by read_gold")
    parser.add_argument("--distractors", type=Path, help="more contexts, of questions that are not asked")
    parser.add_argument("--max-distractors", type=int, default=6000)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()

    rows = read_gold(options.gold)
    passages = contexts(rows)
    place = {text: number for number, text in enumerate(passages)}
    relevant = np.array([place[row.context] for row in rows if row.context is not None])
    if options.distractors:
        passages += [text for text in contexts(read_gold(options.distractors)) if text not in place][
            : options.max_distractors
        ]
    questions = [row.question for row in rows if row.context is not None]
    figures = {precision: measure(precision, questions, passages, relevant) for precision in get_args(Precision)}
    loss = 1 - figures["int8"]["ndcg_at_10"] / figures["fp32"]["ndcg_at_10"]
    report = {
        "questions": len(questions),
        "passages": len(passages),
        "gold": options.gold.name,
        "distractors": options.distractors.name if options.distractors else None,
        "machine": f"{platform.machine()}, onnxruntime {onnxruntime.__version__}",
        "precisions": figures,
        "relative_loss_of_int8": round(loss, 5),
    }
    text = json.dumps(report, indent=2)
    options.out.write_text(text + "\n", encoding="utf-8")
    print(text)


def contexts(rows: Sequence[GoldQuestion]) -> list[str]:
    """Return the passages that the questions were asked about, each once, in order."""
    return list(dict.fromkeys(row.context for row in rows if row.context is not None))


def measure(
    precision: Precision, questions: Sequence[str], passages: Sequence[str], relevant: NDArray[np.int64]
) -> dict[str, float]:
    """Return nDCG@10 and recall at 1 and 10 of one precision."""
    embedder = DefaultEmbedder(precision=precision)
    ranks = ranks_of(relevant, embedder.encode(questions), embedder.encode(passages))
    found = ranks <= _AT
    return {
        "ndcg_at_10": round(float(np.mean(np.where(found, 1 / np.log2(ranks + 1), 0))), 5),
        "recall_at_1": round(float(np.mean(ranks == 1)), 5),
        "recall_at_10": round(float(np.mean(found)), 5),
    }


def ranks_of(
    relevant: NDArray[np.int64], questions: NDArray[np.float32], passages: NDArray[np.float32]
) -> NDArray[np.int64]:
    """Return the rank, from 1, of each question's relevant passage; a tie counts against it."""
    ranks = np.empty(len(questions), dtype=np.int64)
    for first in range(0, len(questions), 512):
        scores = questions[first : first + 512] @ passages.T
        own = np.take_along_axis(scores, relevant[first : first + 512, None], axis=1)
        ranks[first : first + 512] = (scores >= own).sum(axis=1)
    return ranks


if __name__ == "__main__":
    main()
