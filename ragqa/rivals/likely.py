"""How likely a place in another report rivals the best answer: a logistic curve for each kind of place.

Fitted by `eval/fit_rivals.py` on questions about invented news, each asked of three reports that agree, differ, or tell of
something else; the reader that was asked had not been trained on them. Imports no model and no storage.
"""

from __future__ import annotations

import math
from typing import Literal, NamedTuple

__all__ = ["CURVES", "JUDGED", "Curve", "Signs", "Weights", "bounded", "likelihood"]

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
    unread: float = 0.0
    """1 where no passage of the report was read."""
    judged: float = 0.0
    """How the judge of pairs sees both places, -1 to 1: `bounded` logits of being rivals."""


class Weights(NamedTuple):
    """A logistic curve over `Signs`."""

    constant: float
    of: Signs


CURVES: dict[Curve, Weights] = {
    "figure": Weights(-4.7, Signs(5.0, 0.0, -0.5, 2.1, 0.0, like=4.2, near=2.5, taken=-0.6, unread=1.0)),
    "date": Weights(-1.6, Signs(3.7, 0.0, -0.4, 0.0, 0.6)),
    "name": Weights(-5.5, Signs(0.0, 2.4, 2.0, 6.4, 0.0, post=0.9, long=1.4, longer=0.6)),
    "text": Weights(-3.7, Signs(3.4, 0.0, 0.0, 0.0, 0.0, long=1.0, longer=0.6)),
    "unlike": Weights(-4.3, Signs(4.3, 0.0, 0.2, 1.4, 0.0, long=1.4)),
}
"""The curves of places that weren't judged."""
JUDGED: dict[Curve, Weights] = {
    "figure": Weights(-2.9, Signs(1.9, 0.0, -0.2, 0.7, 0.0, like=1.3, near=2.0, taken=-0.5, unread=0.7, judged=2.4)),
    "date": Weights(-2.1, Signs(2.1, 0.0, -0.2, 0.0, 0.6, judged=3.2)),
    "name": Weights(-5.7, Signs(0.0, 1.9, 2.1, 3.4, 0.0, post=0.5, long=2.2, longer=1.3, judged=2.5)),
    "text": Weights(-3.1, Signs(2.6, 0.0, 0.0, 0.0, 0.0, long=0.4, longer=0.2, judged=1.2)),
    "unlike": Weights(-3.8, Signs(3.1, 0.0, -0.2, 1.0, 0.0, long=1.5, judged=1.6)),
}
"""The curves of places that were judged."""
SURE = 6.0
"""From how many logits on the judge is as sure as can be."""


def bounded(logit: float) -> float:
    """Return a verdict of the judge as a sign, -1 to 1."""
    return max(-1.0, min(1.0, logit / SURE))


def likelihood(signs: Signs, weights: Weights) -> float:
    """Return the fitted probability, 0 to 1, that a place with these signs gives a rival value.

    >>> likelihood(Signs(1.0, 0.0, 0.0, 0.0, 0.0), Weights(-2.0, Signs(2.0, 1.0, 0.0, 0.0, 0.0)))
    0.5
    """
    total = weights.constant + sum(weight * sign for weight, sign in zip(weights.of, signs, strict=True))
    return 0.5 * (1 + math.tanh(total / 2))
