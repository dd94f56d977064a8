"""What an index finds for questions: by the nearness of vectors, by words, and by both. Called inside one state of the store."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ragqa.records import Filter, Passage
from ragqa.store import Store
from ragqa.store.filters import is_open
from ragqa.vectors import VectorCache

__all__ = ["Best", "Found", "Match", "by_both", "by_meaning", "by_words"]

Found = list[tuple[Passage, float]]


class Match(NamedTuple):
    """A passage and how well it fits a question: the cosine of the vectors, and BM25 if its words are among the best."""

    passage: Passage
    cosine: float
    bm25: float | None


class Best(NamedTuple):
    """Which matches are wanted: the ``most`` that score best by their cosine and BM25, and all that equal the last of them."""

    most: int
    score: Callable[[float, float | None], float]


def by_meaning(
    store: Store, vectors: VectorCache, questions: NDArray[np.float32], *, k: int, filter: Filter | None
) -> list[Found]:
    """Return for each question the ``k`` nearest passages, best first."""
    k = _bounded(store, k)
    return [store.best(near, k=k) for near in vectors.search(questions, k=k, rows=_passing(store, filter))]


def by_words(store: Store, questions: Sequence[str], *, k: int, filter: Filter | None) -> list[Found]:
    """Return for each question the ``k`` passages that share the most telling words with it, best first."""
    k = _bounded(store, k)
    return [store.best(store.search_text(question, k=k, filter=filter), k=k) for question in questions]


def by_both(
    store: Store,
    vectors: VectorCache,
    questions: Sequence[str],
    encoded: NDArray[np.float32],
    *,
    k: int,
    filter: Filter | None,
    best: Best | None = None,
) -> list[list[Match]]:
    """Return for each question the passages that either search finds, or the best of them, in no order; each has its cosine."""
    k = _bounded(store, k)
    found = []
    nearest = vectors.search(encoded, k=k, rows=_passing(store, filter))
    for question, vector, near in zip(questions, encoded, nearest, strict=True):
        words = dict(store.search_text(question, k=k, filter=filter))
        cosines = dict(near)
        cosines |= vectors.scores(vector, np.array(sorted(words.keys() - cosines.keys()), dtype=np.int64))
        if best is not None:
            cosines = _best(cosines, words, best)
        passages = store.passages.get(cosines)
        found.append(
            [
                Match(passage, cosine, words.get(row))
                for passage, (row, cosine) in zip(passages, cosines.items(), strict=True)
            ]
        )
    return found


def _best(cosines: dict[int, float], words: dict[int, float], best: Best) -> dict[int, float]:
    """Return the best: passages are read from the store with their checksums, so that it pays to leave out most of them before."""
    scores = {row: best.score(cosine, words.get(row)) for row, cosine in cosines.items()}
    least = min(sorted(scores.values(), reverse=True)[: best.most], default=0.0)
    return {row: cosine for row, cosine in cosines.items() if scores[row] >= least}


def _passing(store: Store, filter: Filter | None) -> NDArray[np.int64] | None:
    return None if filter is None or is_open(filter) else store.passages.passing(filter)


def _bounded(store: Store, k: int) -> int:
    """Return ``k``, or the number of all passages: SQLite and FAISS take no number of any size."""
    return min(k, max(1, store.articles.counts().passages))
