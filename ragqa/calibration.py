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
    """A logistic curve: ``P(right) = 1 / (1 + exp(-(score - offset) / temperature))``.

    ``score`` is that of an answer: of its best span, and ``retrieval`` logits for each point by which the cosine of its passage and
    the question is above ``nearness``, that of most right answers. An answer that another one beats is less often right than a best
    one of the same score, so its score is first lowered by ``runner_up``, in logits. ``margin`` is the least score that is given as
    an answer, never below 0. ``fitted_on`` says on what data, ``error`` what the expected calibration error was on questions kept
    apart.

    Raises:
        SettingError: a value is out of its range.

    Source: Platt (1999), Probabilistic Outputs for Support Vector Machines; Guo et al. (2017), arXiv:1706.04599.
    """

    temperature: float
    offset: float
    runner_up: float
    margin: float
    fitted_on: str
    error: float
    retrieval: float = 0.0
    nearness: float = 0.0

    def __post_init__(self) -> None:
        is_finite = all(math.isfinite(value) for value in (self.offset, self.runner_up, self.retrieval, self.nearness))
        is_in_range = self.temperature > 0 and self.margin >= 0 and self.retrieval >= 0 and 0 <= self.error <= 1
        if not (is_finite and is_in_range):
            raise SettingError(
                f"a calibration needs temperature > 0, margin >= 0, retrieval >= 0, 0 <= error <= 1 and finite offsets, got {self}"
            )

    def support(self, cosine: float | None) -> float:
        """Return what the nearness of a passage adds to the scores of its spans, in logits; nothing where it isn't known.

        >>> fitted = Calibration(
        ...     temperature=2.0, offset=3.0, runner_up=1.0, margin=0.0, fitted_on="", error=0.0, retrieval=8.0, nearness=0.5
        ... )
        >>> fitted.support(0.75), fitted.support(0.25), fitted.support(None)
        (2.0, -2.0, 0.0)
        """
        return 0.0 if cosine is None else self.retrieval * (cosine - self.nearness)

    def confidence(self, score: float, *, is_best: bool = True) -> float:
        """Return the fitted probability, 0 to 1, that an answer with this score is right.

        >>> fitted = Calibration(temperature=2.0, offset=3.0, runner_up=1.0, margin=0.0, fitted_on="an example", error=0.0)
        >>> fitted.confidence(3.0), fitted.confidence(4.0, is_best=False)
        (0.5, 0.5)
        """
        lowered = score - self.offset - (0.0 if is_best else self.runner_up)
        return 0.5 * (1 + math.tanh(lowered / (2 * self.temperature)))
