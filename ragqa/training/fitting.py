"""Scores of answers, and whether they were right, to a fitted `Calibration` and its figures. Pure numpy.

Source: Platt (1999), Probabilistic Outputs for Support Vector Machines; Naeini et al. (2015), Obtaining Well Calibrated
Probabilities Using Bayesian Binning, AAAI 29.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ragqa.calibration import Calibration, Support, Weights
from ragqa.errors import SettingError

__all__ = ["NOTHING", "Found", "calibration_error", "confidences", "fit", "measure"]

BINS = 15
NOTHING = -99.0
"""The score of an asking without any answer."""
_NEARLY = 0.03
_TARGETS = (0.7, 0.8, 0.9)
_POINTS = 40
_PRIOR = 1.0  # of the weights of grounds: one that hardly varies weighs next to nothing
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
    sets: NDArray[np.str_]
    """The gold set of the question, by its place among those that were asked: ``0``, ``1``."""
    grounds: NDArray[np.float64]
    """``(n, 5)``, as `Grounds.scaled` gives it; NaN where it isn't known."""

    @property
    def is_given(self) -> NDArray[np.bool_]:
        """Which entries are answers."""
        return self.scores > NOTHING

    def take(self, which: NDArray[np.bool_]) -> Found:
        """Return the entries that ``which`` marks."""
        return Found(
            self.scores[which],
            self.is_right[which],
            self.is_best[which],
            self.is_answerable[which],
            self.groups[which],
            self.sets[which],
            self.grounds[which],
        )


def fit(found: Found, unfitted: Calibration, fitted_on: str) -> Calibration:
    """Return the calibration that fits best, its error still 0; what a passage adds to a score is that of ``unfitted``.

    The curve is fitted on all answers, the margin on the best ones: an asking is decided right where a right best answer is given,
    or none where there is none. The margin is the smallest, not below 0, at which the share of these is within three points of
    the best: a wrong answer comes with the sentence that shows it, an answer that is withheld can't be missed.

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
    best = found.take(found.is_best)
    curve = replace(_curve(answers, unfitted), fitted_on=fitted_on)
    return replace(curve, margin=round(_margin(best), 4), precisions=_precisions(best, curve))


def measure(found: Found, calibration: Calibration) -> dict[str, float]:
    """Return the figures of askings that were kept apart: shares between 0 and 1, and counts."""
    best = found.take(found.is_best)
    least = max(calibration.margin, 1e-9)
    is_given = best.scores >= least
    shown = found.take(found.scores >= least)
    confidence = confidences(calibration, shown)
    figures = {
        "askings": len(best.scores),
        "askings_answered": int(is_given.sum()),
        "best_answers_right": _mean(best.is_right[is_given]),
        "answerable_answered_right": _mean((best.is_right & is_given)[best.is_answerable]),
        "unanswerable_abstained": _mean((~is_given)[~best.is_answerable]),
        "answers_shown": len(shown.scores),
        "calibration_error": calibration_error(confidence, shown.is_right),
        "calibration_error_of_best": calibration_error(confidence[shown.is_best], shown.is_right[shown.is_best]),
        "brier_score": float(((confidence - shown.is_right) ** 2).mean()) if len(confidence) else 0.0,
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


def _curve(answers: Found, unfitted: Calibration) -> Calibration:
    """Return the most likely logistic curve, by Newton's method, with the handicap of runners-up and what the grounds weigh."""
    typical, grounds = _centred(answers)
    design = np.column_stack([answers.scores, ~answers.is_best, np.ones(len(answers.scores)), grounds]).astype(
        np.float64
    )
    # A trace of a prior keeps the steps finite where there are no runners-up, or the classes can be told apart.
    prior = np.r_[np.full(3, 1e-6), np.full(grounds.shape[1], _PRIOR)]
    weights = np.zeros(design.shape[1])
    for _ in range(50):
        predicted = 1 / (1 + np.exp(-design @ weights))
        gradient = design.T @ (answers.is_right - predicted) - prior * weights
        hessian = (design * (predicted * (1 - predicted))[:, None]).T @ design + np.diag(prior)
        weights += np.linalg.solve(hessian, gradient)
    slope, handicap, level, *worth = weights
    if slope <= 0:
        raise SettingError("the reader's scores say nothing of whether its answers are right: train it further")
    supports = [
        Support(round(float(weight / slope), 4), round(float(mean), 4))
        for weight, mean in zip(worth, typical, strict=True)
    ]
    return replace(
        unfitted,
        temperature=round(float(1 / slope), 4),
        offset=round(float(-level / slope), 4),
        runner_up=round(float(-handicap / slope), 4),
        margin=0.0,
        error=0.0,
        grounds=Weights(*supports),
    )


def _centred(answers: Found) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the mean of each kind of grounds, and ``(n, 5)`` how far each answer is from it: 0 where that isn't known."""
    known = ~np.isnan(answers.grounds)
    typical = np.where(known, answers.grounds, 0.0).sum(axis=0) / np.maximum(1, known.sum(axis=0))
    return typical, np.where(known, answers.grounds - typical, 0.0)


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
    best = best.take(best.scores >= 0)  # a margin is never below 0
    margins = np.unique(np.r_[0.0, np.quantile(best.scores, np.linspace(0, 0.98, _POINTS))].round(3))
    confidence = confidences(curve, best)
    return tuple((float(margin), round(float(confidence[best.scores >= margin].mean()), 4)) for margin in margins)


def confidences(curve: Calibration, answers: Found) -> NDArray[np.float64]:
    """Return ``(n,)`` the fitted probability, 0 to 1, that each answer is right: `Calibration.confidence` of all at once."""
    grounds = sum(
        (
            weight * np.nan_to_num(column - typical)
            for (weight, typical), column in zip(curve.grounds, answers.grounds.T, strict=True)
        ),
        start=np.zeros(len(answers.scores)),
    )
    lowered = answers.scores - curve.offset - curve.runner_up * ~answers.is_best + grounds
    return np.asarray(0.5 * (1 + np.tanh(lowered / (2 * curve.temperature))))


def _mean(values: NDArray[np.bool_]) -> float:
    return float(values.mean()) if len(values) else 0.0
