"""The official metrics: worked by hand, and as laws."""

import logging
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ragqa.evaluation.squad import exact_match, f1_score, normalise_answer, score_squad11, score_squad20

texts = st.text(alphabet=st.sampled_from("ab the an.,-'’ é1Ⅷ\t\u00a0"), max_size=30)
answer_lists = st.lists(texts, max_size=4)


@pytest.mark.parametrize(
    ("text", "normalised"),
    [
        ("The  U.S. Navy", "us navy"),
        ("a theatre in an annex", "theatre in annex"),
        ("twenty-two", "twentytwo"),
        ("“43” people", "“43” people"),  # only ASCII punctuation goes
        ("The", ""),
        ("  ", ""),
        ("the.a", "thea"),  # punctuation first, then articles
    ],
)
def test_normalise_answer_follows_the_official_order(text, normalised):
    assert normalise_answer(text) == normalised


def test_f1_counts_words_in_common_with_the_best_answer():
    # Two of three predicted words, both words of the truth: 2 * (2/3 * 1) / (2/3 + 1).
    assert f1_score("about 43 people", ["43 people", "nobody"]) == pytest.approx(0.8)


def test_f1_counts_a_repeated_word_as_often_as_both_sides_have_it():
    # One "more" in common: precision 1/3, recall 1/2.
    assert f1_score("more more more", ["more rain"]) == pytest.approx(0.4)


def test_an_unanswerable_question_is_right_only_without_a_prediction():
    assert (exact_match("", []), f1_score("", [])) == (1.0, 1.0)
    assert (exact_match("43", []), f1_score("43", [])) == (0.0, 0.0)


def test_answers_that_normalise_to_nothing_do_not_count():
    assert exact_match("", ["the", "43"]) == 0.0
    assert f1_score("the", ["the", "43"]) == 0.0
    assert exact_match("the", ["the"]) == 1.0  # no countable answer is left: as good as unanswerable


def test_squad11_scores_of_a_set_worked_by_hand():
    gold = {"toll": ["43", "at least 43"], "mayor": ["Rita Alvarez"], "day": ["Monday"], "odd": ["the"]}
    predictions = {"toll": "at least 43 people", "mayor": "the Rita Alvarez.", "day": "Tuesday", "odd": "a"}
    # toll: 3 of 4 words, all 3 of the truth: 6/7. mayor: exact. day: nothing. odd: equal, but 1.1 gives no F1 without words.
    assert score_squad11(gold, predictions) == pytest.approx({"exact_match": 50.0, "f1": 100 * (6 / 7 + 1) / 4})


def test_squad11_counts_a_missing_prediction_as_wrong_and_says_so(caplog):
    with caplog.at_level(logging.WARNING):
        assert score_squad11({"a": ["43"], "b": ["44"]}, {"a": "43"}) == {"exact_match": 50.0, "f1": 50.0}
    assert "1 of 2 questions have no prediction, such as 'b'" in caplog.text


GOLD20 = {"toll": ["43"], "mayor": ["Rita Alvarez"], "cause": [], "cost": []}
BEST = {"toll": "43 people", "mayor": "Rita Alvarez", "cause": "rain", "cost": "Monday"}
NO_ANSWER = {"toll": -3.0, "mayor": 2.0, "cause": -1.0, "cost": 4.0}


def test_squad20_scores_at_a_threshold_worked_by_hand():
    figures = score_squad20(GOLD20, BEST, NO_ANSWER, threshold=0.0)
    # toll is answered (F1 2/3), mayor wrongly isn't, cause wrongly is, cost rightly isn't.
    assert {key: value for key, value in figures.items() if not key.startswith("best")} == pytest.approx(
        {
            "exact": 25.0,
            "f1": 100 * (2 / 3 + 1) / 4,
            "total": 4,
            "HasAns_exact": 0.0,
            "HasAns_f1": 100 / 3,
            "HasAns_total": 2,
            "NoAns_exact": 50.0,
            "NoAns_f1": 50.0,
            "NoAns_total": 2,
        }
    )


def test_squad20_best_threshold_worked_by_hand():
    figures = score_squad20(GOLD20, BEST, NO_ANSWER, threshold=0.0)
    # All unanswerable: 2. Let in toll (+2/3): 2.67. cause (-1): 1.67. mayor (+1): 2.67, no gain over the first. cost: less.
    assert figures["best_f1"] == pytest.approx(100 * (2 + 2 / 3) / 4)
    assert figures["best_f1_thresh"] == -3.0
    # Exact: toll gives 0, cause -1, mayor +1: never above the start.
    assert (figures["best_exact"], figures["best_exact_thresh"]) == (50.0, 0.0)


def test_squad20_without_no_answer_scores_takes_predictions_as_they_are():
    figures = score_squad20(GOLD20, {**BEST, "cost": ""})
    assert (figures["exact"], figures["NoAns_exact"]) == (50.0, 50.0)
    assert "best_f1" not in figures


def test_squad20_leaves_missing_predictions_out_of_every_count():
    predictions = {"toll": "43", "cause": ""}
    figures = score_squad20(GOLD20, predictions)
    assert (figures["exact"], figures["total"], figures["HasAns_total"]) == (100.0, 2, 1)


@given(texts)
def test_normalising_again_changes_nothing_but_articles_that_punctuation_hid(text):
    once = normalise_answer(text)
    assert not set(once) & set(string.punctuation)
    assert normalise_answer(once) == once


@given(texts, answer_lists)
def test_scores_lie_between_exact_match_and_one(prediction, answers):
    exact, f1 = exact_match(prediction, answers), f1_score(prediction, answers)
    assert 0.0 <= exact <= f1 <= 1.0


@given(texts, answer_lists, texts)
def test_another_answer_with_words_never_lowers_a_score(prediction, answers, more):
    if any(map(normalise_answer, answers)):
        assert f1_score(prediction, [*answers, more]) >= f1_score(prediction, answers)


@given(texts, texts)
def test_f1_is_symmetric_where_both_sides_have_words(one, other):
    if normalise_answer(one) and normalise_answer(other):
        assert f1_score(one, [other]) == pytest.approx(f1_score(other, [one]))


@given(
    st.dictionaries(
        st.integers(-9, 9), st.tuples(answer_lists, texts.filter(normalise_answer)), min_size=1, max_size=12
    )
)
def test_the_best_figures_are_those_of_the_best_of_all_thresholds(rows):
    # The keys are the no-answer scores, all distinct: within a tie the official scorer may stop where no threshold can.
    gold = {str(key): answers for key, (answers, _) in rows.items()}
    predictions = {str(key): prediction for key, (_, prediction) in rows.items()}
    no_answer = {str(key): float(key) for key in rows}
    every = [score_squad20(gold, predictions, no_answer, threshold=threshold) for threshold in range(-10, 10)]
    for name in ("exact", "f1"):
        assert every[0][f"best_{name}"] == pytest.approx(max(figures[name] for figures in every))
