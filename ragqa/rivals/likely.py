"""How likely a place in another report rivals the best answer: a logistic curve for each kind of place.

Fitted by `eval/fit_rivals.py` on questions about invented news, each asked of three reports that agree, differ, or tell of
something else; the reader that was asked had not been trained on them. Imports no model and no storage.
"""

from __future__ import annotations

import math
from typing import Literal, NamedTuple

__all__ = ["CURVES", "Curve", "Signs", "Weights", "likelihood"]

Curve = Literal["figure", "date", "name", "text", "unlike"]
"""A figure that may measure the same as the answer; a date, name or clause where the answer is one; anything else."""


class Signs(NamedTuple):
    """What speaks for a rival or against it, each between -1 and about 1."""

    lean: float
    """How much the reader leans to the place."""
    lead: float
    """How far the place is ahead of the next one in its report, or behind the first, 7 logits being 1."""
    lean_to_best: float
    """How much the reader leans to the best answer."""
    words: float
    """The likeness of the words of both sentences."""
    apart: float
    """The share of the question's names that only one of the reports has."""
    again: float = 0.0
    """How much the reader leans to the place when it is asked again, with the sentence of the best answer."""
    again_lead: float = 0.0
    """As ``lead``, when it is asked again."""
    post: float = 0.0
    """1 where the question asks who holds a post."""
    like: float = 0.0
    """The likeness of two figures, as `counterparts` has it."""
    near: float = 0.0
    """How near two figures are by amount: 1 for the same, 0 from ten times as much on."""
    taken: float = 0.0
    """1 where another figure of the first report is the likelier counterpart."""
    long: float = 0.0
    """How many words the best answer has: the natural logarithm of one more, halved."""
    longer: float = 0.0
    """How many more words the place has, as the difference of these."""
    unsure: float = 0.0
    """1 where two dates may be one day, as far as is known."""


class Weights(NamedTuple):
    """A logistic curve over `Signs`."""

    constant: float
    of: Signs


CURVES: dict[Curve, Weights] = {
    "figure": Weights(-4.2, Signs(2.0, 0.0, 0.3, 1.6, 0.0, again=0.4, again_lead=1.2, like=2.7, near=2.2, taken=-0.6)),
    "date": Weights(-3.4, Signs(1.0, 0.0, 0.5, 0.0, 0.3, again=2.7, again_lead=1.0, unsure=-2.1)),
    "name": Weights(-6.5, Signs(0.0, 1.1, 1.8, 5.1, 0.0, again=3.0, again_lead=0.4, post=1.2, long=1.3, longer=0.7)),
    "text": Weights(-4.1, Signs(0.9, 0.0, 0.0, 0.0, 0.0, again=2.2, again_lead=0.9, long=1.1, longer=0.5)),
    "unlike": Weights(-4.7, Signs(1.3, 0.0, 0.7, 0.8, 0.0, again=1.9, again_lead=1.2, long=1.3)),
}


def likelihood(signs: Signs, weights: Weights) -> float:
    """Return the fitted probability, 0 to 1, that a place with these signs gives a rival value.

    >>> likelihood(Signs(1.0, 0.0, 0.0, 0.0, 0.0), Weights(-2.0, Signs(2.0, 1.0, 0.0, 0.0, 0.0)))
    0.5
    """
    total = weights.constant + sum(weight * sign for weight, sign in zip(weights.of, signs, strict=True))
    return 0.5 * (1 + math.tanh(total / 2))
