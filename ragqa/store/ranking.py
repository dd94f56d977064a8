"""BM25 over segments of the index of words, exactly as SQLite's FTS5 computes it.

Source: Robertson and Zaragoza (2009), The Probabilistic Relevance Framework, doi:10.1561/1500000019; k1 1.2 and b 0.75, and the
order of the operations, as in FTS5, so that scores are equal to the last bit.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["Held", "best", "inverse_frequency", "is_among"]

_K1 = 1.2
_B = 0.75
_LEAST = 1e-6  # what FTS5 takes for a word that stands in half of all passages or more


class Held(NamedTuple):
    """What a segment has to say about a question: its passages, and for each word of the question its postings.

    ``rows`` and ``lengths``: (n,), of all its passages. ``postings``: for each word places and times, those of removed passages
    left out.
    """

    rows: NDArray[np.int64]
    lengths: NDArray[np.uint32]
    postings: Sequence[tuple[NDArray[np.uint32], NDArray[np.uint16]]]


def inverse_frequency(passages: int, having: int) -> float:
    """Return how telling a word is that stands in ``having`` of ``passages``.

    >>> round(inverse_frequency(1000, 10), 3), inverse_frequency(10, 9)
    (4.547, 1e-06)
    """
    found = math.log((passages - having + 0.5) / (having + 0.5))
    return found if found > 0 else _LEAST


def best(
    held: Sequence[Held], *, passages: int, words: int, k: int, among: NDArray[np.int64] | None
) -> list[tuple[int, float]]:
    """Return the ``k`` rows of the largest BM25, and all that equal the last of them, in no order.

    Args:
        held: what each segment holds.
        passages: how many there are in all segments that are not removed.
        words: how many words these have.
        k: 1 or more.
        among: only these rows are found: ascending int64. None for all.
    """
    mean = words / max(passages, 1)
    number = len(held[0].postings) if held else 0
    weights = [inverse_frequency(passages, sum(len(own.postings[word][0]) for own in held)) for word in range(number)]
    found_rows, found_scores = [], []
    for own in held:
        scores = np.zeros(len(own.rows), dtype=np.float64)
        for weight, (places, times) in zip(weights, own.postings, strict=True):
            often = times.astype(np.float64)
            length = own.lengths[places].astype(np.float64)
            scores[places] += weight * ((often * (_K1 + 1.0)) / (often + _K1 * (1 - _B + _B * length / mean)))
        if among is not None:
            scores[~is_among(own.rows, among)] = 0
        found = np.flatnonzero(scores)
        if len(found) > k:
            own_scores = scores[found]
            found = found[own_scores >= np.partition(own_scores, -k)[-k]]
        found_rows.append(own.rows[found])
        found_scores.append(scores[found])
    rows = np.concatenate([np.empty(0, dtype=np.int64), *found_rows])
    scores = np.concatenate([np.empty(0), *found_scores])
    if len(rows) > k:
        is_best = scores >= np.partition(scores, -k)[-k]
        rows, scores = rows[is_best], scores[is_best]
    return list(zip(rows.tolist(), scores.tolist(), strict=True))


def is_among(rows: NDArray[np.int64], among: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return for each of ``rows`` whether it is ``among`` others, which ascend."""
    if not len(among):
        return np.zeros(len(rows), dtype=bool)
    places = np.minimum(np.searchsorted(among, rows), len(among) - 1)
    found: NDArray[np.bool_] = among[places] == rows
    return found
