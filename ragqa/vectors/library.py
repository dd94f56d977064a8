"""FAISS itself, loaded when it is first needed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

__all__ = ["load", "threads_for"]

_ALONE = 50_000_000
"""Products that one thread computes in less time than FAISS's threads take to find each other, above all where cores are busy."""


def load() -> Any:
    """Return the module ``faiss``, untyped: its stubs know neither its keyword arguments nor that it takes arrays."""
    import faiss

    return faiss


@contextmanager
def threads_for(products: int) -> Iterator[None]:
    """Let FAISS use one thread for a search of few products, and its own number for others, in this thread of the program."""
    faiss = load()
    usual = faiss.omp_get_max_threads()
    if products > _ALONE or usual == 1:
        yield
        return
    faiss.omp_set_num_threads(1)
    try:
        yield
    finally:
        faiss.omp_set_num_threads(usual)
