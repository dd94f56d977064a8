"""Segments of the index of words, as arrays: made from passages, and made into one.

A segment is never changed once it is written. It holds, word by word in the order of their numbers, in which of its passages
the word stands and how often. Imports nothing of SQLite.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["POSTING", "Segment", "join", "make"]

# A passage of the segment, by its place in ``rows``, and how often the word stands in it (65,535 for more).
POSTING = np.dtype([("place", "<u4"), ("times", "<u2")])

_MOST_TIMES = 65_535


class Segment(NamedTuple):
    """Passages by their words.

    ``rows``: of the passages, ascending, (n,) int64. ``lengths``: how many words each has, (n,) uint32. ``words``: numbers,
    ascending, (m,) uint64. ``counts``: in how many passages each stands, (m,) uint32. ``postings``: those of the words one after
    another, (sum of counts,) of `POSTING`.
    """

    rows: NDArray[np.int64]
    lengths: NDArray[np.uint32]
    words: NDArray[np.uint64]
    counts: NDArray[np.uint32]
    postings: NDArray[np.void]


def make(rows: Sequence[int], words: Sequence[Sequence[int]]) -> Segment:
    """Return the segment of passages in ``rows``, ascending, with the numbers of their words.

    >>> made = make([4, 7], [[30, 20, 30], [20]])
    >>> made.words.tolist(), made.counts.tolist(), made.postings.tolist()
    ([20, 30], [2, 1], [(0, 1), (1, 1), (0, 2)])
    """
    lengths = np.array([len(own) for own in words], dtype="<u4")
    numbers = np.array([word for own in words for word in own], dtype="<u8")
    places = np.repeat(np.arange(len(rows), dtype="<u4"), lengths)
    order = np.argsort(numbers, kind="stable")  # and so by place within a word
    numbers, places = numbers[order], places[order]
    is_first = np.ones(len(numbers), dtype=bool)
    is_first[1:] = (numbers[1:] != numbers[:-1]) | (places[1:] != places[:-1])
    starts = np.flatnonzero(is_first)
    postings = np.empty(len(starts), dtype=POSTING)
    postings["place"] = places[starts]
    postings["times"] = np.minimum(np.diff(starts, append=len(numbers)), _MOST_TIMES)
    distinct, counts = np.unique(numbers[starts], return_counts=True)
    return Segment(np.array(rows, dtype="<i8"), lengths, distinct, counts.astype("<u4"), postings)


def join(segments: Sequence[Segment], removed: Sequence[NDArray[np.bool_]]) -> Segment:
    """Return one segment of all passages of ``segments`` but those ``removed``, ``(n,)`` bool for each."""
    kept = [~gone for gone in removed]
    rows = np.concatenate([own.rows[keep] for own, keep in zip(segments, kept, strict=True)])
    lengths = np.concatenate([own.lengths[keep] for own, keep in zip(segments, kept, strict=True)])
    order = np.argsort(rows, kind="stable")
    ranks = np.empty(len(order), dtype="<u4")
    ranks[order] = np.arange(len(order), dtype="<u4")
    words, postings, done = [], [], 0
    for own, keep in zip(segments, kept, strict=True):
        new_places = np.zeros(len(keep), dtype="<u4")
        new_places[keep] = ranks[done : done + int(keep.sum())]
        done += int(keep.sum())
        lives = keep[own.postings["place"]]
        words.append(np.repeat(own.words, own.counts)[lives])
        moved = own.postings[lives]
        moved["place"] = new_places[moved["place"]]
        postings.append(moved)
    numbers = np.concatenate(words)
    by_word = np.argsort(numbers, kind="stable")
    distinct, counts = np.unique(numbers, return_counts=True)
    return Segment(rows[order], lengths[order], distinct, counts.astype("<u4"), np.concatenate(postings)[by_word])
