"""Risk and coverage, abstention and reliability: worked by hand, and as laws."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from ragqa.evaluation.abstention import (
    area_under_risk_coverage,
    average_precision,
    best_of_thresholds,
    calibration_error,
    coverage_at_precision,
    reliability,
    risk_coverage,
)
from ragqa.evaluation.squad import score_squad20

NONE = -math.inf
# Scores from a short list, so that ties are common.
answers = st.lists(st.tuples(st.sampled_from([NONE, -1.0, 0.0, 0.5, 2.0, 3.0]), st.booleans()), min_size=1, max_size=30)


def arrays(rows):
    return np.array([score for score, _ in rows]), np.array([right for _, right in rows], dtype=bool)


def test_risk_is_the_share_of_wrong_answers_among_the_surest():
    scores = np.array([1.0, 5.0, 3.0, 4.0])
    right = np.array([False, True, False, True])
    coverage, risk = risk_coverage(scores, right)
    assert_allclose(coverage, [0.25, 0.5, 0.75, 1.0])
    assert_allclose(risk, [0, 0, 1 / 3, 1 / 2])
    assert area_under_risk_coverage(scores, right) == pytest.approx((0 + 0 + 1 / 3 + 1 / 2) / 4)


def test_answers_as_sure_as_each_other_are_given_together():
    scores, right = np.array([2.0, 2.0]), np.array([True, False])
    assert [values.tolist() for values in risk_coverage(scores, right)] == [[1.0], [0.5]]
    # Either comes first as often as the other: risks 0 or 1, then a half.
    assert area_under_risk_coverage(scores, right) == pytest.approx((0.5 + 0.5) / 2)


def test_coverage_at_precision_takes_the_largest_share_that_keeps_it():
    scores = np.array([9.0, 8.0, 7.0, 6.0, 5.0])
    right = np.array([True, False, True, True, True])
    # Precisions 1, 1/2, 2/3, 3/4, 4/5.
    assert coverage_at_precision(scores, right, 0.8) == 1.0
    assert coverage_at_precision(scores, right, 0.9) == 0.2
    assert coverage_at_precision(scores, ~right, 0.9) == 0.0


def test_average_precision_of_abstention_worked_by_hand():
    # Abstained from in the order c, b, a: right, wrong, right. 1/2 * 1/1 + 1/2 * 2/3.
    scores = {"a": 3.0, "b": 2.0, "c": NONE}
    unanswerable = np.array([True, False, True])
    assert average_precision(np.array(list(scores.values())), unanswerable) == pytest.approx(1 / 2 + 1 / 3)


def test_reliability_of_bins_of_equal_mass():
    confidence = np.array([0.9, 0.1, 0.8, 0.3, 0.2])
    right = np.array([True, False, False, True, False])
    low, high = reliability(confidence, right, bins=2)
    assert low == (pytest.approx(0.2), pytest.approx(1 / 3), 3)
    assert high == (pytest.approx(0.85), 0.5, 2)
    assert calibration_error(confidence, right, bins=2) == pytest.approx((3 * (1 / 3 - 0.2) + 2 * (0.85 - 0.5)) / 5)


def test_fewer_answers_than_bins_are_a_bin_each():
    assert reliability(np.array([0.5, 0.4]), np.array([True, False])) == [(0.4, 0.0, 1), (0.5, 1.0, 1)]
    assert reliability(np.array([]), np.array([], dtype=bool)) == []


def test_nothing_is_said_of_no_questions():
    nothing, none = np.array([]), np.array([], dtype=bool)
    assert math.isnan(area_under_risk_coverage(nothing, none))
    assert math.isnan(coverage_at_precision(nothing, none, 0.9))
    assert math.isnan(calibration_error(nothing, none))
    assert math.isnan(best_of_thresholds(nothing, nothing, none, none))
    assert math.isnan(average_precision(np.array([1.0]), np.array([False])))


@given(answers, st.randoms())
def test_no_figure_depends_on_the_order_of_the_questions(rows, random):
    shuffled = random.sample(rows, len(rows))
    for figure in (
        area_under_risk_coverage,
        average_precision,
        lambda scores, right: coverage_at_precision(scores, right, 0.8),
        lambda scores, right: calibration_error(np.tanh(np.abs(scores)), right, bins=4),
    ):
        assert figure(*arrays(rows)) == pytest.approx(figure(*arrays(shuffled)), nan_ok=True)


@given(answers)
def test_risk_coverage_ends_with_all_answered_and_agrees_with_a_plain_count(rows):
    coverage, risk = risk_coverage(*arrays(rows))
    assert coverage[-1] == 1
    assert np.all(np.diff(coverage) > 0)
    for share, own in zip(coverage, risk, strict=True):
        given_rows = sorted(rows, key=lambda row: -row[0])[: round(share * len(rows))]
        assert own == pytest.approx(sum(not right for _, right in given_rows) / len(given_rows))


@given(answers)
def test_a_perfect_order_has_the_least_area(rows):
    scores, right = arrays(rows)
    perfect = area_under_risk_coverage(right.astype(float), right)
    assert perfect <= area_under_risk_coverage(scores, right) + 1e-12
    assert area_under_risk_coverage(scores, np.ones_like(right)) == 0


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["", "43", "43 people"]), st.sampled_from([[], ["43"]]), st.sampled_from([0.0, 1.0, 2.5])
        ),
        min_size=1,
        max_size=20,
    )
)
def test_the_best_threshold_gives_what_the_official_scorer_finds(rows):
    gold = {str(number): answers for number, (_, answers, _) in enumerate(rows)}
    best = {str(number): text for number, (text, _, _) in enumerate(rows)}
    no_answer = {str(number): -score for number, (_, _, score) in enumerate(rows)}
    official = score_squad20(gold, best, no_answer)
    points = {key: score_squad20({key: gold[key]}, {key: best[key]}) for key in gold}
    scores = np.array([score for _, _, score in rows])
    answerable = np.array([bool(answers) for _, answers, _ in rows])
    has_best = np.array([bool(text) for text, _, _ in rows])
    for name in ("exact", "f1"):
        own = np.array([points[key][name] / 100 for key in gold])
        found = best_of_thresholds(own, scores, answerable, has_best)
        assert 100 * found == pytest.approx(official[f"best_{name}"])
