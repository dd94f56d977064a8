"""How likely a place in another report rivals the best answer: two logistic curves, one for figures of one measure.

Fitted by `eval/fit_rivals.py` on questions about invented news, each asked of three reports that agree, differ, or tell of
something else; the reader that was asked had not been trained on them. Imports no model and no storage.
"""

from __future__ import annotations

import math
from typing import NamedTuple

__all__ = ["Signs", "Weights", "likelihood"]


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
    again: float = 0.0
    """How much the reader leans to the place when it is asked again, with the sentence of the best answer."""
    again_lead: float = 0.0
    """As ``lead``, when it is asked again."""


class Weights(NamedTuple):
    """A logistic curve over `Signs`."""

    constant: float
    of: Signs


FIGURES = Weights(
    -4.2,
    Signs(1.6, -0.1, 0.3, 1.8, 0.0, like=2.7, near=2.2, taken=-0.6, again=0.8, again_lead=1.2),
)
"""For figures that may measure the same."""
OTHERS = Weights(-4.3, Signs(-0.1, 0.3, 0.8, 1.1, 0.2, post=0.7, again=3.8, again_lead=0.6))
"""For all else."""


def likelihood(signs: Signs, weights: Weights) -> float:
    """Return the fitted probability, 0 to 1, that a place with these signs gives a rival value.

    >>> likelihood(Signs(1.0, 0.0, 0.0, 0.0, 0.0), Weights(-2.0, Signs(2.0, 1.0, 0.0, 0.0, 0.0)))
    0.5
    """
    total = weights.constant + sum(weight * sign for weight, sign in zip(weights.of, signs, strict=True))
    return 0.5 * (1 + math.tanh(total / 2))
