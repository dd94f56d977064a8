"""FAISS itself, loaded when it is first needed, and what it may take from a file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["load", "reading", "search"]

_ALONE = 50_000_000
"""Products that one thread computes in less time than FAISS's threads take to find each other, above all where cores are busy."""
_MOST_PARTS = 2**20  # more lists than any snapshot has
_LIMITS = tuple(f"deserialization_{name}_limit" for name in ("vector_byte", "loop", "lattice_r2"))
_lock = Lock()  # the limits are those of the process


def load() -> Any:
    """Return the module ``faiss``, untyped: its stubs know neither its keyword arguments nor that it takes arrays."""
    import faiss

    return faiss


def search(
    index: Any, questions: NDArray[np.float32], width: int, params: Any = None
) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Return the scores and the rows of the ``width`` best of an index for each question: ``(n, width)``, -1 where there are fewer.

    One question, or few products, are searched by one thread. Several wait for each other at the end, and where other processes
    keep one of them from its core, that takes far longer than the search: with 100,000 vectors on a busy machine 200 ms instead of
    8 to 40.
    """
    faiss = load()
    before = faiss.omp_get_max_threads()
    try:
        if len(questions) == 1 or questions.size * index.ntotal <= _ALONE:
            faiss.omp_set_num_threads(1)  # of this thread of ours
        scores, rows = index.search(questions, width, params=params)
    finally:
        faiss.omp_set_num_threads(before)
    return scores, rows


@contextmanager
def reading(size: int) -> Iterator[Any]:
    """Give FAISS to read a file of so many bytes with: no part of it may claim to be larger than the whole.

    Its SHA-256 has been compared before; this is for a file whose hash holds and that was still not written by ragqa.
    """
    faiss = load()
    with _lock:
        usual = [getattr(faiss, f"get_{name}")() for name in _LIMITS]
        # There are no lattices in ours.
        for name, limit in zip(_LIMITS, (max(size, 1), _MOST_PARTS, 1), strict=True):
            getattr(faiss, f"set_{name}")(limit)
        try:
            yield faiss
        finally:
            for name, limit in zip(_LIMITS, usual, strict=True):
                getattr(faiss, f"set_{name}")(limit)
