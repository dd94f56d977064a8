"""Which of the passages that were found are read, and which of them only if need be: a first look that costs next to nothing.

Reading a passage takes a hundred times longer than looking at how near it is to the question, how many of its telling words it
holds, and whether anything in it is of the kind that is asked for. What counts is how far it is behind the best of those that were
found: where another passage is near and holds every word, one that is far and holds none has little to add. The likely ones are
read first; others that may hold an answer if those give no sure one; and the rest if there is none at all, because "not in these
articles" is not said of what nobody has read.

A logistic curve, fitted by `eval/fit_promise.py` on passages that were all read; `eval/same_answers.py` measures what this leaves
out. Imports no model and no storage.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple, Self

from ragqa.calibration import Calibration
from ragqa.records import Hit
from ragqa.telling import coverage
from ragqa.wanted import kind_asked, may_hold

__all__ = [
    "LIKELY",
    "POSSIBLE",
    "Order",
    "Outside",
    "Signs",
    "is_sure",
    "ordered",
    "promises",
    "reading_order",
    "signs",
]


class Outside(NamedTuple):
    """What is known of a passage before it is read."""

    cosine: float | None
    """How near it is to the question."""
    title: str | None
    """Of its article."""
    text: str

    @classmethod
    def of(cls, hit: Hit, title: str | None) -> Self:
        """Return what is known of the passage of a hit; a lead in time counts in its rank alone."""
        return cls(hit.dense_score, title, hit.passage.text)


class Signs(NamedTuple):
    """What speaks for reading a passage or against it."""

    behind: float
    """By how much it is less near to the question than the nearest; 0 where that isn't known."""
    lacking: float
    """By how much its share of the question's telling words is less than the largest."""
    rank: float
    """The natural logarithm of its place among those found, from 0 on; from the tenth on the same."""
    fits: float
    """1, or 0 where a figure or a date is asked for, and it has none."""


WEIGHTS = Signs(behind=-5.4, lacking=-3.3, rank=-1.4, fits=2.8)
CONSTANT = -1.7
RANKS = 10
LIKELY, POSSIBLE = -3.5, -4.25
"""From which logit on, of holding an answer, a passage is read first, and from which it is if the first give no sure answer."""
SURE = 1.0
"""By how many temperatures of the calibration above its offset a score is a sure answer's: 73 in 100 of them are right."""


class Order(NamedTuple):
    """In which order passages are read: their numbers among those that were found."""

    first: list[int]
    then: list[int]
    """If the first give no sure answer."""
    last: list[int]
    """If none of the others gives any."""


def reading_order(question: str, passages: Sequence[Outside], calibration: Calibration | None) -> Order:
    """Return which of the passages that were found, best first, are read, and which if need be; without a calibration all are.

    >>> fitted = Calibration(temperature=2.0, offset=3.0, runner_up=1.0, margin=0.0, fitted_on="", error=0.0)
    >>> found = [Outside(0.6, None, "Anna won the race."), Outside(0.2, None, "He won."), Outside(0.1, None, "It rained.")]
    >>> reading_order("Who won the race?", found, fitted)
    Order(first=[0], then=[1], last=[2])
    """
    if calibration is None:
        return Order(list(range(len(passages))), [], [])
    return ordered(promises(question, passages))


def ordered(found: Sequence[float], *, likely: float = LIKELY, possible: float = POSSIBLE) -> Order:
    """Return in which order passages with these promises are read.

    >>> ordered([-1.0, -5.0, -4.0]), ordered([-4.0, -5.0])
    (Order(first=[0], then=[2], last=[1]), Order(first=[], then=[0], last=[1]))
    """
    order = Order([], [], [])
    for number, own in enumerate(found):
        (order.first if own >= likely else order.then if own >= possible else order.last).append(number)
    return order


def is_sure(score: float, calibration: Calibration | None) -> bool:
    """Return whether a score is that of a sure answer, and above the margin."""
    if calibration is None:
        return False
    return score >= max(calibration.margin, calibration.offset + SURE * calibration.temperature)


def promises(question: str, passages: Sequence[Outside]) -> list[float]:
    """Return for each of the passages that were found, best first, the logit of holding an answer."""
    return [
        CONSTANT + sum(weight * sign for weight, sign in zip(WEIGHTS, own, strict=True))
        for own in signs(question, passages)
    ]


def signs(question: str, passages: Sequence[Outside]) -> list[Signs]:
    """Return what speaks for reading each of the passages that were found, best first."""
    known = [own.cosine for own in passages if own.cosine is not None]
    shares = [coverage(question, f"{own.title or ''} {own.text}") or 0.0 for own in passages]
    nearest, most = max(known, default=0.0), max(shares, default=0.0)
    kind = kind_asked(question)
    return [
        Signs(
            behind=0.0 if own.cosine is None else nearest - own.cosine,
            lacking=most - share,
            rank=math.log(min(rank, RANKS)),
            fits=float(kind is None or may_hold(kind, own.text)),
        )
        for rank, (own, share) in enumerate(zip(passages, shares, strict=True), start=1)
    ]
