"""From a span's score to the probability that the answer is right, and the margin below which none is given.

Saved with the reader as JSON (``calibration`` in its reader.json) and fitted on questions asked through the whole pipeline, a part
of them unanswerable. A reader without one has no confidence to give: a squashed logit is not a probability.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from ragqa.errors import SettingError

__all__ = ["Calibration"]


@dataclass(frozen=True, kw_only=True)
class Calibration:
    """A logistic curve over the score of the best span: ``P(right) = 1 / (1 + exp(-(score - offset) / temperature))``.

    ``margin`` is how far, in logits, a span must beat its null to be given as an answer; never below 0, so that a passage whose
    best span loses to its null has no say. ``fitted_on`` says on what data, ``error`` what its expected calibration error was on
    questions kept apart.

    Raises:
        SettingError: a value is out of its range.

    Source: Platt (1999), Probabilistic Outputs for Support Vector Machines; Guo et al. (2017), arXiv:1706.04599.
    """

    temperature: float
    offset: float
    margin: float
    fitted_on: str
    error: float

    def __post_init__(self) -> None:
        if not (self.temperature > 0 and self.margin >= 0 and 0 <= self.error <= 1 and math.isfinite(self.offset)):
            raise SettingError(
                f"a calibration needs temperature > 0, margin >= 0, 0 <= error <= 1 and a finite offset, got {self}"
            )

    def confidence(self, score: float) -> float:
        """Return the fitted probability, 0 to 1, that an answer with this score is right.

        >>> Calibration(temperature=2.0, offset=3.0, margin=0.0, fitted_on="an example", error=0.0).confidence(3.0)
        0.5
        """
        return 0.5 * (1 + math.tanh((score - self.offset) / (2 * self.temperature)))
