"""Does it know when it doesn't know? Risk and coverage, abstention, reliability. Pure numpy; imports nothing of ragqa.

Everywhere ``scores`` say how sure the best answer to each question is (a larger one is surer, minus infinity where there is none),
and ``right`` whether it is right. Where scores are equal, no figure depends on the order in which the questions come.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "area_under_risk_coverage",
    "average_precision",
    "best_of_thresholds",
    "calibration_error",
    "coverage_at_precision",
    "reliability",
    "risk_coverage",
]

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

BINS = 15


def risk_coverage(scores: Floats, right: Flags) -> tuple[Floats, Floats]:
    """Return the coverages that a threshold on the score can give, ascending, and the risk at each.

    Coverage is the share of the questions that are answered, risk the share of the answers that are wrong.

    >>> coverage, risk = risk_coverage(np.array([3.0, 2.0, 2.0, 1.0]), np.array([True, False, True, False]))
    >>> coverage.tolist(), risk.round(2).tolist()
    ([0.25, 0.75, 1.0], [0.0, 0.33, 0.5])

    Source: El-Yaniv and Wiener (2010), On the Foundations of Noise-free Selective Classification, JMLR 11.
    """
    answered, wrong = _steps(scores, right)
    return answered / max(len(scores), 1), wrong / answered


def area_under_risk_coverage(scores: Floats, right: Flags) -> float:
    """Return the mean of the risk over the coverages 1/n to n/n, 0 to 1, smaller is better; NaN without questions.

    Between two scores that differ the questions come in random order, and the mean over all orders is taken.

    >>> area_under_risk_coverage(np.array([3.0, 2.0]), np.array([True, False]))
    0.25

    Source: Geifman, Uziel and El-Yaniv (2019), Bias-Reduced Uncertainty Estimation for Deep Neural Classifiers, arXiv:1805.08206.
    """
    if len(scores) == 0:
        return float("nan")
    answered, wrong = _steps(scores, right)
    places = np.arange(1, len(scores) + 1)
    # Within a tie every order is as likely: the wrong ones are expected to come in evenly.
    expected = np.interp(places, np.concatenate([[0], answered]), np.concatenate([[0], wrong]))
    return float(np.mean(expected / places))


def coverage_at_precision(scores: Floats, right: Flags, precision: float) -> float:
    """Return the largest share of the questions that can be answered with ``precision`` (0 to 1) of the answers right.

    0 where no threshold reaches it; NaN without questions.

    >>> coverage_at_precision(np.array([3.0, 2.0, 1.0, 0.0]), np.array([True, False, True, False]), 0.6)
    0.75
    """
    if len(scores) == 0:
        return float("nan")
    coverage, risk = risk_coverage(scores, right)
    # 1 - risk may miss a precision such as 0.9 by its last bit.
    reached = coverage[1 - risk >= precision - 1e-12]
    return float(reached.max(initial=0.0))


def average_precision(scores: Floats, unanswerable: Flags) -> float:
    """Return the area under the precision-recall curve of abstention, 0 to 1: the least sure questions are abstained from first.

    Precision is the share of the abstentions that are right, recall the share of the unanswerable questions abstained from; steps,
    no interpolation. NaN where no question is unanswerable.

    >>> average_precision(np.array([0.1, 0.5, 0.9]), np.array([True, False, True])).__round__(4)
    0.8333

    Source: Manning, Raghavan and Schütze (2008), Introduction to Information Retrieval, section 8.4.
    """
    total = np.count_nonzero(unanswerable)
    if total == 0:
        return float("nan")
    abstained, wrong = _steps(-scores, unanswerable)
    found = abstained - wrong
    return float(np.sum(np.diff(found, prepend=0) / total * found / abstained))


def best_of_thresholds(points: Floats, scores: Floats, answerable: Flags, given: Flags) -> float:
    """Return the highest mean of ``points`` that abstaining below any score gives, 0 to 1: the official best F1 or exact match.

    Args:
        points: exact match or F1 of the best answer to each question, ``(n,)``.
        scores: how sure it is.
        answerable: whether the question has an answer.
        given: whether the best answer is more than "".

    As the official scorer, this lets in one question after the other, also where scores are equal: then in the order given.

    Source: evaluate-v2.0.py at https://rajpurkar.github.io/SQuAD-explorer/.
    """
    if len(points) == 0:
        return float("nan")
    gains = np.where(answerable, points, -given.astype(np.float64))[np.argsort(-scores, kind="stable")]
    return float((np.count_nonzero(~answerable) + np.cumsum(gains).max(initial=0.0)) / len(points))


def reliability(confidence: Floats, right: Flags, *, bins: int = BINS) -> list[tuple[float, float, int]]:
    """Return for bins of equal mass, least sure first: mean confidence, share that is right, number of answers.

    Bins differ in size by one at most; there are as many as there are answers, where these are fewer.
    """
    order = np.lexsort((right, confidence))
    parts = np.array_split(order, min(bins, len(order))) if len(order) else []
    return [(float(confidence[part].mean()), float(right[part].mean()), len(part)) for part in parts]


def calibration_error(confidence: Floats, right: Flags, *, bins: int = BINS) -> float:
    """Return the expected calibration error over bins of equal mass, 0 to 1; NaN without answers.

    >>> calibration_error(np.array([0.9, 0.9, 0.2, 0.2]), np.array([True, True, False, False]), bins=2).__round__(4)
    0.15

    Source: Naeini, Cooper and Hauskrecht (2015), Obtaining Well Calibrated Probabilities Using Bayesian Binning, AAAI 29; bins of
    equal mass as in Nguyen and O'Connor (2015), Posterior Calibration and Exploratory Analysis for NLP Models, arXiv:1508.05154.
    """
    if len(confidence) == 0:
        return float("nan")
    parts = reliability(confidence, right, bins=bins)
    return sum(count * abs(mean - share) for mean, share, count in parts) / len(confidence)


def _steps(scores: Floats, right: Flags) -> tuple[Floats, Floats]:
    """Return how many are answered at each distinct score, from the surest on, and how many of these are wrong."""
    order = np.argsort(-scores, kind="stable")
    ranked = scores[order]
    last = np.flatnonzero(np.append(ranked[1:] != ranked[:-1], True)) if len(ranked) else np.empty(0, dtype=np.intp)
    wrong = np.cumsum(~right[order])
    return (last + 1).astype(np.float64), wrong[last].astype(np.float64)
