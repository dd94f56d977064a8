"""BM25 over segments of the index of words, exactly as SQLite's FTS5 computes it.

A question's rare words are scored first. Once the ``k`` best passages have more than all words that are left can give, these are
looked up only for passages that may still be among the best; what comes out is the same.

Source: Robertson and Zaragoza (2009), The Probabilistic Relevance Framework, doi:10.1561/1500000019; k1 1.2 and b 0.75, and the
order of the operations, as in FTS5, so that scores are equal to the last bit. Turtle and Flood (1995), Query Evaluation: Strategies
and Optimizations, doi:10.1016/0306-4573(95)00020-H, section 4 (the words that are left to the end).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["Held", "Postings", "best", "inverse_frequency", "is_among"]

_K1 = 1.2
_B = 0.75
_LEAST = 1e-6  # what FTS5 takes for a word that stands in half of all passages or more
_SURELY = 1 - 1e-9  # sums of the same numbers in another order differ by less

Floats = NDArray[np.float64]
Places = NDArray[np.int64]


class Postings(NamedTuple):
    """In which passages of a segment a word stands, ascending, and how often; ``most``: the largest of these numbers."""

    places: NDArray[np.uint32]
    times: NDArray[np.uint16]
    most: int

    @classmethod
    def of(cls, postings: NDArray[np.void]) -> Postings:
        """Return postings as they are stored, as arrays of their own."""
        times = np.ascontiguousarray(postings["times"])
        return cls(np.ascontiguousarray(postings["place"]), times, int(times.max(initial=0)))

    def among(self, passing: NDArray[np.bool_]) -> Postings:
        """Return those in passages that pass: (n,) bool, for each passage of the segment."""
        kept = passing[self.places]
        return Postings(self.places[kept], self.times[kept], self.most)

    def at(self, places: Places) -> NDArray[np.uint16]:
        """Return how often the word stands in each of ``places``, ascending: 0 for not at all."""
        if not len(self.places):
            return np.zeros(len(places), dtype=np.uint16)
        found = np.minimum(np.searchsorted(self.places, places.astype(np.uint32)), len(self.places) - 1)
        return np.where(self.places[found] == places, self.times[found], np.uint16(0))


class Held(NamedTuple):
    """What a segment has to say about a question: its passages, and for each word of the question its postings.

    ``rows``, ``lengths`` and ``removed``: (n,), of all its passages.
    """

    rows: NDArray[np.int64]
    lengths: NDArray[np.uint32]
    removed: NDArray[np.bool_]
    postings: Sequence[Postings]


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
    live = [_without_removed(own) for own in held]
    number = len(live[0].postings) if live else 0
    weights = [
        inverse_frequency(passages, sum(len(own.postings[word].places) for own in live)) for word in range(number)
    ]
    found_rows, found_scores = [np.empty(0, dtype=np.int64)], [np.empty(0)]
    floor = 0.0  # so much the k-th best has at least
    for own in sorted(live, key=lambda own: len(own.rows), reverse=True):
        if among is not None:
            own = own._replace(postings=_passing(own, among))
        places, scores = _best_of(own, weights, mean, k=k, floor=floor)
        found_rows.append(own.rows[places])
        found_scores.append(scores)
        so_far = np.concatenate(found_scores)
        if len(so_far) >= k:
            floor = max(floor, float(np.partition(so_far, -k)[-k]))
    rows, scores = np.concatenate(found_rows), np.concatenate(found_scores)
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


def _without_removed(own: Held) -> Held:
    if not own.removed.any():
        return own
    lives = ~own.removed
    return own._replace(postings=[postings.among(lives) for postings in own.postings])


def _passing(own: Held, among: NDArray[np.int64]) -> list[Postings]:
    passing = np.zeros(len(own.rows), dtype=bool)
    # The shorter list is looked up in the longer one.
    if len(among) < len(own.rows):
        places = np.minimum(np.searchsorted(own.rows, among), max(len(own.rows) - 1, 0))
        passing[places[own.rows[places] == among]] = True
    else:
        passing = is_among(own.rows, among)
    return [postings.among(passing) for postings in own.postings]


class _Scorer(NamedTuple):
    """BM25 of the words of one segment. ``mean``: words of a passage; ``shortest``: those of the shortest one here."""

    own: Held
    weights: list[float]
    mean: float
    shortest: int

    def of(self, word: int, places: Places | NDArray[np.uint32], times: NDArray[np.uint16]) -> Floats:
        """Return what a word gives to the passages in ``places``, in which it stands so many ``times``."""
        often = times.astype(np.float64)
        length = self.own.lengths[places].astype(np.float64)
        given: Floats = self.weights[word] * (
            (often * (_K1 + 1.0)) / (often + _K1 * (1 - _B + _B * length / self.mean))
        )
        return given

    def most(self, word: int) -> float:
        """Return what a word gives at most: to the shortest passage, where it stands as often as anywhere."""
        often = self.own.postings[word].most
        return self.weights[word] * often * (_K1 + 1.0) / (often + _K1 * (1 - _B + _B * self.shortest / self.mean))


def _best_of(own: Held, weights: list[float], mean: float, *, k: int, floor: float) -> tuple[Places, Floats]:
    """Return the places of a segment that may be among the ``k`` best of all, and their scores.

    Args:
        own: the segment.
        weights: of the words.
        mean: words of a passage.
        k: 1 or more.
        floor: what the k-th best of all has at least.
    """
    scorer = _Scorer(own, weights, mean, int(own.lengths.min()) if len(own.lengths) else 0)
    order = sorted(range(len(weights)), key=lambda word: -weights[word])
    # What the words from each one on can give together.
    left = np.cumsum([0.0, *(scorer.most(word) for word in reversed(order))])[::-1].tolist()
    scores = np.zeros(len(own.rows), dtype=np.float64)
    done = 0
    while done < len(order) and left[done] >= floor * _SURELY:
        standing, often, _ = own.postings[order[done]]
        scores[standing] += scorer.of(order[done], standing, often)
        done += 1
        if len(standing) >= k and left[done] > 0:
            floor = max(floor, float(np.partition(scores[standing], -k)[-k]))
    wanted = floor * _SURELY
    places = np.flatnonzero(scores >= wanted - left[done]) if wanted > left[done] else np.flatnonzero(scores)
    reached = scores[places]
    for at in range(done, len(order)):
        times = own.postings[order[at]].at(places)
        reached += np.where(times > 0, scorer.of(order[at], places, times), 0.0)
        may_be = reached >= wanted - left[at + 1]
        places, reached = places[may_be], reached[may_be]
    places = places[reached >= wanted]
    if len(places) > k:
        reached = reached[reached >= wanted]
        places = places[reached >= np.partition(reached, -k)[-k] * _SURELY]
    return places, _in_order(scorer, places)


def _in_order(scorer: _Scorer, places: Places) -> Floats:
    """Return the scores of ``places``, their words added up in the order of the question, as FTS5 does."""
    scores = np.zeros(len(places), dtype=np.float64)
    for word, postings in enumerate(scorer.own.postings):
        times = postings.at(places)
        scores += np.where(times > 0, scorer.of(word, places, times), 0.0)
    return scores
