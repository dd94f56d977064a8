"""FAISS itself, loaded when it is first needed, and what it may take from a file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["load", "reading", "search"]

_MOST_PARTS = 2**20  # more lists than any snapshot has
_lock = Lock()  # the limits are those of the process


def load() -> Any:
    """Return the module ``faiss``, untyped: its stubs know neither its keyword arguments nor that it takes arrays."""
    import faiss

    return faiss


def search(
    index: Any, questions: NDArray[np.float32], width: int, params: Any = None
) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Return the scores and the rows of the ``width`` best of an index for each question: ``(n, width)``, -1 where there are fewer.

    One question is searched by one thread. Several wait for each other at the end, and where other processes keep one of them from
    its core, that takes far longer than the search: with 100,000 vectors on a busy machine 200 ms instead of 8 to 40.
    """
    faiss = load()
    before = faiss.omp_get_max_threads()
    try:
        if len(questions) == 1:
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
        faiss.set_deserialization_vector_byte_limit(max(size, 1))
        faiss.set_deserialization_loop_limit(_MOST_PARTS)
        faiss.set_deserialization_lattice_r2_limit(1)  # there are no lattices in ours
        yield faiss
