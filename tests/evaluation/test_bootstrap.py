"""Resampling by article: against plain loops, by hand, and as laws."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from ragqa.errors import SettingError
from ragqa.evaluation.bootstrap import Resamples, interval, p_value

GROUPS = ["flood", "flood", "fire", "quake", "quake", "quake"]
VALUES = np.array([1.0, 0.0, 1.0, np.nan, 0.5, 0.0])


def test_articles_are_drawn_whole():
    draws = Resamples(GROUPS, count=200, seed=3)
    drawn = []
    draws.of(lambda rows: drawn.append(rows.tolist()) or 0.0)
    for rows in drawn:
        counts = [rows.count(place) for place in range(6)]
        assert counts[0] == counts[1]
        assert counts[3] == counts[4] == counts[5]
        assert counts[0] + counts[2] + counts[3] == 3  # three articles in each draw
    assert len({tuple(rows) for rows in drawn}) == 10  # every way to draw 3 of 3 with replacement


def test_means_are_those_of_a_plain_loop():
    draws = Resamples(GROUPS, count=300, seed=1)
    plain = draws.of(lambda rows: float(np.nanmean(VALUES[rows])))
    assert_allclose(draws.means(VALUES), plain)


def test_a_draw_to_which_nothing_applies_has_no_mean():
    means = Resamples(["a", "b"], count=50).means(np.array([np.nan, 1.0]))
    assert set(np.unique(means[np.isfinite(means)])) == {1.0}
    assert np.isnan(means).any()
    assert interval(means) == (1.0, 1.0)
    assert interval(np.full(5, np.nan)) is None


def test_the_same_seed_gives_the_same_interval_and_another_one_another():
    values = np.linspace(0, 1, 40)
    groups = [str(number % 13) for number in range(40)]
    first, again, other = (interval(Resamples(groups, seed=seed).means(values)) for seed in (7, 7, 8))
    assert first == again
    assert first != other


def test_the_interval_is_wider_where_an_article_decides_all_its_questions():
    values = np.repeat([0.0, 1.0], 50)
    by_article = interval(Resamples(["a"] * 50 + ["b"] * 50).means(values))
    by_question = interval(Resamples([str(number) for number in range(100)]).means(values))
    assert by_article == (0.0, 1.0)
    assert 0.35 < by_question.low < 0.45 < 0.55 < by_question.high < 0.65


def test_questions_are_drawn_where_there_is_one_article():
    low, high = interval(Resamples(["a"] * 100).means(np.repeat([0.0, 1.0], 50)))
    assert 0.35 < low < high < 0.65


def test_the_interval_covers_the_truth_about_as_often_as_it_says():
    random = np.random.default_rng(0)
    covered = 0
    for trial in range(300):
        values = random.normal(size=60)
        low, high = interval(Resamples([str(number) for number in range(60)], count=200, seed=trial).means(values))
        covered += low <= 0 <= high
    assert 0.90 <= covered / 300 <= 0.98


def test_p_is_small_for_a_steady_difference_and_large_for_noise():
    random = np.random.default_rng(0)
    draws = Resamples([str(number) for number in range(200)], count=999)
    steady, noise = random.normal(0.5, 1, 200), random.normal(0, 1, 200)
    steady_p, noise_p = (p_value(float(values.mean()), draws.means(values)) for values in (steady, noise))
    assert steady_p == 1 / 1000
    assert noise_p > 0.1
    assert p_value(0.0, np.zeros(99)) == 1.0


def test_p_worked_by_hand():
    # Moved by 0.2 the samples are -0.3, -0.1, 0, 0.1, 0.3: two as far from 0 as 0.2, and the difference itself.
    assert p_value(0.2, np.array([-0.1, 0.1, 0.2, 0.3, 0.5])) == pytest.approx(3 / 6)


@settings(max_examples=50)
@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.floats(0, 1)), min_size=1, max_size=30))
def test_resampled_means_stay_within_the_values(rows):
    values = np.array([value for _, value in rows])
    means = Resamples([group for group, _ in rows], count=50).means(values)
    assert np.all(means >= values.min() - 1e-9)
    assert np.all(means <= values.max() + 1e-9)


def test_there_is_a_resample_or_more():
    with pytest.raises(SettingError, match="1 resample or more, got 0"):
        Resamples(["a"], count=0)
