"""Scores of answers, and whether they were right, to a fitted `Calibration` and its figures. Pure numpy.

Source: Platt (1999), Probabilistic Outputs for Support Vector Machines; Naeini et al. (2015), Obtaining Well Calibrated
Probabilities Using Bayesian Binning, AAAI 29.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ragqa.calibration import Calibration
from ragqa.errors import SettingError

__all__ = ["NOTHING", "Found", "calibration_error", "fit", "measure"]

BINS = 15
NOTHING = -99.0
"""The score of an asking without any answer."""
_NEARLY = 0.02
_TARGETS = (0.7, 0.8, 0.9)
_POINTS = 40
_LEAST = 20


class Found(NamedTuple):
    """Answers to all askings, one an entry; an asking without any has one entry of score `NOTHING`, which is not given."""

    scores: NDArray[np.float64]
    is_right: NDArray[np.bool_]
    is_best: NDArray[np.bool_]
    """Whether no other answer to the same asking has a higher score."""
    is_answerable: NDArray[np.bool_]
    groups: NDArray[np.str_]
    """The article of the question."""

    @property
    def is_given(self) -> NDArray[np.bool_]:
        """Which entries are answers."""
        return self.scores > NOTHING

    def take(self, which: NDArray[np.bool_]) -> Found:
        """Return the entries that ``which`` marks."""
        return Found(
            self.scores[which], self.is_right[which], self.is_best[which], self.is_answerable[which], self.groups[which]
        )


def fit(found: Found, unfitted: Calibration, fitted_on: str) -> Calibration:
    """Return the calibration that fits best, its error still 0; what a passage adds to a score is that of ``unfitted``.

    The curve is fitted on all answers, the margin on the best ones: an asking is decided right where a right best answer is given,
    or none where there is none. The margin is the smallest, not below 0, at which the share of these is within 2 points of the
    best: a wrong answer comes with the sentence that shows it, an answer that is withheld can't be missed.

    Raises:
        SettingError: there are too few answers, or all are right, or all wrong.
    """
    answers = found.take(found.is_given)
    right = int(answers.is_right.sum())
    if right < _LEAST or len(answers.scores) - right < _LEAST:
        raise SettingError(
            f"a calibration needs at least {_LEAST} right and {_LEAST} wrong answers to be fitted on, got {right} and "
            f"{len(answers.scores) - right}: ask more questions"
        )
    temperature, offset, runner_up = _curve(answers)
    best = found.take(found.is_best)
    fitted = replace(
        unfitted,
        temperature=round(temperature, 4),
        offset=round(offset, 4),
        runner_up=round(runner_up, 4),
        margin=round(_margin(best), 4),
        fitted_on=fitted_on,
        error=0.0,
    )
    return replace(fitted, precisions=_precisions(best, fitted))


def measure(found: Found, calibration: Calibration) -> dict[str, float]:
    """Return the figures of askings that were kept apart: shares between 0 and 1, and counts."""
    best = found.take(found.is_best)
    least = max(calibration.margin, 1e-9)
    is_given = best.scores >= least
    shown = found.take(found.scores >= least)
    confidence = _confidence(calibration, shown)
    figures = {
        "askings": len(best.scores),
        "askings_answered": int(is_given.sum()),
        "best_answers_right": _mean(best.is_right[is_given]),
        "answerable_answered_right": _mean((best.is_right & is_given)[best.is_answerable]),
        "unanswerable_abstained": _mean((~is_given)[~best.is_answerable]),
        "answers_shown": len(shown.scores),
        "calibration_error": calibration_error(confidence, shown.is_right),
        "calibration_error_of_best": calibration_error(confidence[shown.is_best], shown.is_right[shown.is_best]),
    }
    for target in _TARGETS:
        if target <= calibration.highest_precision:
            passes = best.scores >= max(calibration.for_precision(target).margin, 1e-9)
            figures[f"right_at_target_{target:g}"] = _mean(best.is_right[passes])
            figures[f"answered_at_target_{target:g}"] = _mean(passes[best.is_answerable])
    return {name: round(float(value), 4) for name, value in figures.items()}


def calibration_error(confidence: NDArray[np.float64], is_right: NDArray[np.bool_]) -> float:
    """Return the expected calibration error over `BINS` bins of equal mass, 0 to 1; 0 for no answers.

    >>> calibration_error(np.array([0.5, 0.5]), np.array([True, False]))
    0.5
    """
    parts = np.array_split(np.argsort(confidence, kind="stable"), BINS)
    gaps = [len(part) * abs(confidence[part].mean() - is_right[part].mean()) for part in parts if len(part)]
    return float(sum(gaps) / max(1, len(confidence)))


def _curve(answers: Found) -> tuple[float, float, float]:
    """Return temperature, offset and handicap of runners-up of the most likely logistic curve, by Newton's method."""
    design = np.stack([answers.scores, ~answers.is_best, np.ones(len(answers.scores))], axis=1).astype(np.float64)
    weights = np.zeros(3)
    for _ in range(50):
        predicted = 1 / (1 + np.exp(-design @ weights))
        # A trace of a prior keeps the steps finite where there are no runners-up, or the classes can be told apart.
        gradient = design.T @ (answers.is_right - predicted) - 1e-6 * weights
        hessian = (design * (predicted * (1 - predicted))[:, None]).T @ design + 1e-6 * np.eye(3)
        weights += np.linalg.solve(hessian, gradient)
    slope, handicap, level = weights
    if slope <= 0:
        raise SettingError("the reader's scores say nothing of whether its answers are right: train it further")
    return float(1 / slope), float(-level / slope), float(-handicap / slope)


def _margin(best: Found) -> float:
    candidates = np.linspace(0, max(0.0, float(np.quantile(best.scores, 0.95))), 400)
    decided = np.array(
        [np.where(best.scores >= margin, best.is_right, ~best.is_answerable).mean() for margin in candidates]
    )
    return float(candidates[np.flatnonzero(decided >= decided.max() - _NEARLY)[0]])


def _precisions(best: Found, curve: Calibration) -> tuple[tuple[float, float], ...]:
    """Return margins, rising, each with the share of the best answers above it that is expected to be right.

    It is the mean of their confidences: smooth, and rising with the margin, as the shares counted among few answers are not.
    """
    scores = np.sort(best.scores[best.scores >= 0])  # a margin is never below 0
    margins = np.unique(np.r_[0.0, np.quantile(scores, np.linspace(0, 0.98, _POINTS))].round(3))
    confidence = np.array([curve.confidence(score) for score in scores])
    return tuple((float(margin), round(float(confidence[scores >= margin].mean()), 4)) for margin in margins)


def _confidence(calibration: Calibration, shown: Found) -> NDArray[np.float64]:
    return np.array(
        [
            calibration.confidence(score, is_best=bool(first))
            for score, first in zip(shown.scores, shown.is_best, strict=True)
        ]
    )


def _mean(values: NDArray[np.bool_]) -> float:
    return float(values.mean()) if len(values) else 0.0
