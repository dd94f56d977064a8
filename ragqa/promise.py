"""Which of the passages that were found are worth reading: a first look that costs next to nothing.

Reading a passage takes a hundred times longer than looking at how near it is to the question and how many of its telling words it
holds. Both count in an answer's score; a passage that is far behind in both would need a span that beats its null by more than
such passages ever have. `eval/same_answers.py` measures what this leaves out. Imports no model and no storage.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ragqa.calibration import Calibration
from ragqa.telling import coverage

__all__ = ["UNPROMISING", "Outside", "worth_reading"]

UNPROMISING = -3.0
"""What a passage adds to the scores of its spans, in logits, where it isn't read."""


class Outside(NamedTuple):
    """What is known of a passage before it is read."""

    cosine: float | None
    """How near it is to the question."""
    title: str | None
    """Of its article."""
    text: str


def worth_reading(question: str, passages: Sequence[Outside], calibration: Calibration | None) -> list[bool]:
    """Return for each passage whether it is worth reading.

    Without a calibration all are, and where none is: "not in these articles" is not said of what nobody has read.

    >>> from ragqa.calibration import Support
    >>> fitted = Calibration(
    ...     temperature=2.0, offset=3.0, runner_up=1.0, margin=0.0, fitted_on="", error=0.0, nearness=Support(8.0, 0.5),
    ... )
    >>> worth_reading("Who won?", [Outside(0.6, None, "Anna won."), Outside(0.1, None, "It rained.")], fitted)
    [True, False]
    """
    if calibration is None:
        return [True] * len(passages)
    supports = (
        calibration.support(own.cosine, coverage(question, f"{own.title or ''} {own.text}")) for own in passages
    )
    worth = [support >= UNPROMISING for support in supports]
    return worth if any(worth) else [True] * len(passages)
