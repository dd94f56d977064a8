"""Recall, MRR and nDCG, worked by hand and as laws."""

from math import log2

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ragqa.evaluation.ranking import first_of_each, holds_answer, ndcg, recall, reciprocal_rank
from ragqa.evaluation.squad import normalise_answer

gains = st.lists(st.sampled_from([0.0, 0.0, 1.0, 2.0]), max_size=15)


def test_recall_is_the_share_of_the_relevant_that_was_found():
    assert recall([0, 1, 0, 2], 4, 10) == 0.5
    assert recall([0, 1, 0, 2], 4, 3) == 0.25
    assert recall([], 4, 3) == 0.0


def test_reciprocal_rank_is_of_the_first_gold_passage():
    assert reciprocal_rank([0, 0, 1, 1]) == pytest.approx(1 / 3)
    assert reciprocal_rank([0, 0]) == 0.0


def test_ndcg_of_graded_gains_worked_by_hand():
    # Found at ranks 1 and 3 with gains 1 and 2; the best order is 2, 1.
    assert ndcg([1, 0, 2], [1, 2], 10) == pytest.approx((1 + 2 / log2(4)) / (2 + 1 / log2(3)))
    # At depth 1 the best is a gain of 2.
    assert ndcg([1, 0, 2], [1, 2], 1) == 0.5


def test_an_article_counts_once_at_its_first_gold_passage():
    assert first_of_each(["a", "b", "a", "a", "b"], [0, 1, 2, 2, 1]) == [0, 1, 2, 0, 0]


@pytest.mark.parametrize(
    ("text", "answers", "holds"),
    [
        ("The toll rose to 1,139 on Sunday.", ["1,139"], True),
        ("The toll rose to 1,139 on Sunday.", ["139"], False),
        ("The U.S. Navy sent two ships.", ["the US navy"], True),
        ("A flood.", ["", "the"], False),
        ("A flood.", [], False),
    ],
)
def test_an_answer_is_held_as_whole_words_once_normalised(text, answers, holds):
    assert holds_answer(normalise_answer(text), answers) is holds


@given(found=gains, k=st.integers(1, 20))
def test_ndcg_is_1_for_the_best_order_and_never_more(found, k):
    if any(found):
        assert 0 <= ndcg(found, found, k) <= 1 + 1e-12
        assert ndcg(sorted(found, reverse=True), found, k) == pytest.approx(1)


@given(found=gains, k=st.integers(1, 20))
def test_recall_grows_with_depth_and_is_1_where_all_is_found(found, k):
    relevant = sum(gain > 0 for gain in found)
    if relevant:
        assert recall(found, relevant, k) <= recall(found, relevant, k + 1)
        assert recall(found, relevant, len(found)) == 1
