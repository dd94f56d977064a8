"""Scores as if computed without rounding, and which rows FAISS may find.

FAISS adds up products in single precision and in an order of its own. What it proposes is scored again here, so that equal vectors
have equal scores, and the order is that of the exact ones.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ragqa.vectors import library

__all__ = ["Candidates", "Rows", "among", "best", "margin"]

Candidates = list[tuple[int, float]]  # row and score
Rows = NDArray[np.int64]

_AT_ONCE = 4_096


def best(question: NDArray[np.float32], rows: Rows, vectors: NDArray[np.float32], k: int) -> Candidates:
    """Return the best ``k`` of ``rows``, and all that equal the last of them, in no order.

    A product of a float16 and a float32 is exact in float64, and `math.fsum` rounds their sum once. Which rows are worth that is
    seen from sums in float64.

    Args:
        question: ``(dim,)`` float32.
        rows: ``(n,)``, of the vectors.
        vectors: ``(n, dim)`` float32, each number one of float16.
        k: 1 to n.
    """
    exactly = question.astype(np.float64)
    nearly = np.concatenate(
        [vectors[start : start + _AT_ONCE].astype(np.float64) @ exactly for start in range(0, len(rows), _AT_ONCE)]
    )
    worth = np.flatnonzero(nearly >= np.partition(nearly, -k)[-k] - _margin(len(question), np.float64))
    scores = [math.fsum(products) for products in (vectors[worth].astype(np.float64) * exactly).tolist()]
    least = sorted(scores, reverse=True)[k - 1]
    return [(row, score) for row, score in zip(rows[worth].tolist(), scores, strict=True) if score >= least]


def margin(dim: int) -> float:
    """Return how far apart two sums of FAISS must be to be surely in that order."""
    return _margin(dim, np.float32)


def _margin(dim: int, kind: type[np.floating[Any]]) -> float:
    """Return twice the bound of the error of a sum of ``dim`` products of unit vectors, in whatever order it is added up.

    The unit roundoff is half of eps.

    Source: Higham (2002), Accuracy and Stability of Numerical Algorithms, section 3.1.
    """
    return (dim + 2) * float(np.finfo(kind).eps)


def among(rows: Rows | None) -> Any:
    """Return FAISS's search parameters that let only ``rows`` be found, ascending; None for all."""
    if rows is None:
        return None
    faiss = library.load()
    passing = np.zeros(int(rows[-1]) + 1, dtype=bool)
    passing[rows] = True
    return faiss.SearchParameters(sel=faiss.IDSelectorBitmap(np.packbits(passing, bitorder="little")))
