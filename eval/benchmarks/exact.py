"""Measure from how many vectors on lists are quicker than comparing a question with all of them.

    python eval/benchmarks/exact.py squad11_train.jsonl.gz --index /tmp/million --out eval/benchmarks/results/exact.json

Takes the first vectors of an index that `million.py` made, in several numbers, and searches them both ways, one question at a time,
as `ragqa.vectors` does, without the scoring again from the store.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from million import rows_of
from numpy.typing import NDArray

from ragqa import load_embedder
from ragqa.evaluation.machine import versions
from ragqa.store import Store
from ragqa.vectors import library, lists

K, WIDTH = 10, 84
NUMBERS = (25_000, 50_000, 100_000, 200_000)


def main() -> None:
    """Measure, and write down what was seen."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("articles", type=Path, help="JSONL of questions with their contexts, may be gzipped")
    parser.add_argument("--index", type=Path, required=True)
    parser.add_argument("--questions", type=int, default=200)
    parser.add_argument("--out", type=Path)
    arguments = parser.parse_args()
    questions = random.Random(2).sample(
        sorted({row["question"] for row in rows_of(arguments.articles)}), arguments.questions
    )
    encoded = load_embedder().encode(questions)
    store = Store.open(arguments.index)
    rows, vectors = _first(store, max(NUMBERS))
    store.close()
    text = json.dumps(
        {
            "what": "search of one question after the other, milliseconds by the clock and by the processors",
            "questions": len(questions),
            "by_number": [
                _measured(rows[:number], vectors[:number], encoded) for number in NUMBERS if number <= len(rows)
            ],
            "cores": len(os.sched_getaffinity(0)),
            "load_average": os.getloadavg()[0],
            "versions": versions(),
        },
        indent=1,
    )
    print(text)
    if arguments.out:
        arguments.out.write_text(text + "\n", encoding="utf-8")


def _first(store: Store, number: int) -> tuple[NDArray[np.int64], NDArray[np.float16]]:
    pages = []
    for page in store.vectors.after(0):
        pages.append(page)
        if sum(len(rows) for rows, _ in pages) >= number:
            break
    return np.concatenate([rows for rows, _ in pages]), np.concatenate([vectors for _, vectors in pages])


def _measured(rows: NDArray[np.int64], vectors: NDArray[np.float16], questions: NDArray[np.float32]) -> dict[str, Any]:
    faiss = library.load()
    flat = faiss.IndexIDMap2(faiss.IndexFlatIP(vectors.shape[1]))
    flat.add_with_ids(vectors.astype(np.float32), rows)

    def pages() -> Iterator[tuple[NDArray[np.int64], NDArray[np.float16]]]:
        yield rows, vectors

    began = time.process_time()
    listed = lists.Lists(lists.build(pages, vectors=len(rows), dim=vectors.shape[1]), last_row=int(rows[-1]))
    built = time.process_time() - began
    right = [set(own) for own in library.search(flat, questions, K)[1].tolist()]
    found = [set(own.tolist()) for own in listed.candidates(questions, WIDTH, None)]
    return {
        "vectors": len(rows),
        "exact": _timed(lambda question: library.search(flat, question, K), questions),
        "lists": _timed(lambda question: listed.candidates(question, WIDTH, None), questions),
        "proposed_of_the_ten_nearest": round(
            float(np.mean([len(own & other) / K for own, other in zip(right, found, strict=True)])), 4
        ),
        "seconds_of_the_processors_to_build_lists": round(built, 1),
    }


def _timed(ask: Callable[[NDArray[np.float32]], object], questions: NDArray[np.float32]) -> dict[str, Any]:
    for question in questions[:5]:
        ask(question[None])
    clock, processors = [], []
    for question in questions:
        began, used = time.monotonic(), time.process_time()
        ask(question[None])
        clock.append(time.monotonic() - began)
        processors.append(time.process_time() - used)
    return {name: _percentiles(own) for name, own in (("clock", clock), ("processors", processors))}


def _percentiles(seconds: list[float]) -> dict[str, float]:
    return {f"p{share}": round(1000 * float(np.percentile(seconds, share)), 2) for share in (50, 99)}


if __name__ == "__main__":
    main()
