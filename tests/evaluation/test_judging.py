"""One question and what came back: what is scored, by which figures, and what an error is put down to."""

from math import log2

import pytest
from judged import ARTICLES, CALIBRATION, FIRE, FLOOD, HOW_MANY, NOBODY, WHO, answer, hit, judged

from ragqa.evaluation.judging import Best, Judge, no_answer_probability
from ragqa.evaluation.places import places_of
from ragqa.evaluation.questions import GoldQuestion
from ragqa.records import Passage, Span

BOTH = [hit(FIRE, 1), hit(FLOOD, 2)]


def test_a_right_answer_has_no_cause_and_full_marks():
    row = judged(HOW_MANY, [answer(FLOOD, "43", 4.0)], BOTH)
    assert (row["prediction"], row["best"], row["score"], row["abstained"], row["cause"]) == (
        "43",
        "43",
        4.0,
        False,
        None,
    )
    assert (row["exact_match"], row["f1"]) == (1.0, 1.0)
    assert row["metrics"]["has_ans_f1"] == 1.0
    assert row["metrics"]["no_ans_f1"] is None
    assert (row["question_type"], row["answer_type"], row["answer_length"]) == ("how many", "number", "1 word")


def test_ranking_of_a_response_worked_by_hand():
    metrics = judged(HOW_MANY, [answer(FLOOD, "43", 4.0)], BOTH)["metrics"]
    assert (metrics["recall_at_1"], metrics["recall_at_2"], metrics["recall_at_10"]) == (0.0, 1.0, 1.0)
    assert (metrics["answer_recall_at_1"], metrics["answer_recall_at_2"]) == (0.0, 1.0)
    assert metrics["mrr"] == 0.5
    assert metrics["ndcg_at_10"] == pytest.approx(1 / log2(3))
    assert "recall_at_20" not in metrics


def test_an_ndcg_that_was_not_asked_deep_enough_is_left_out():
    assert "ndcg_at_10" not in judged(HOW_MANY, hits=BOTH, k=5)["metrics"]


def test_citations_of_the_first_answer_are_judged():
    answers = [answer(FLOOD, "Monday", 4.0), answer(FLOOD, "43", 2.0)]
    metrics = judged(HOW_MANY, answers, BOTH)["metrics"]
    assert (metrics["citation_precision_article"], metrics["citation_recall_article"]) == (1.0, 1.0)
    assert (metrics["citation_precision_sentence"], metrics["citation_recall_sentence"]) == (0.0, 0.0)
    # To an unanswerable question every citation is wrong.
    assert judged(NOBODY, answers, BOTH)["metrics"]["citation_precision_article"] == 0.0
    # Where no gold article is known, there is nothing to hold them against.
    unplaced = HOW_MANY._replace(article_ids=(), starts=())
    assert judged(unplaced, answers, BOTH)["metrics"]["citation_precision_article"] is None


@pytest.mark.parametrize(
    ("question", "answers", "hits", "best", "cause"),
    [
        (NOBODY, [answer(FLOOD, "43", 4.0)], BOTH, None, "wrongly_answered"),
        (NOBODY, [], BOTH, Best("43", -1.0), None),
        (HOW_MANY, [answer(FIRE, "Lahaina", 4.0)], [hit(FIRE, 1)], None, "not_retrieved"),
        (HOW_MANY, [], [hit(FIRE, 1)], Best("Lahaina", -1.0), "not_retrieved"),
        (HOW_MANY, [], [], None, "not_retrieved"),
        (HOW_MANY, [], BOTH, Best("43", -1.0), "wrongly_abstained"),
        (HOW_MANY, [], BOTH, Best("Monday", -1.0), "retrieved_not_read"),
        (HOW_MANY, [answer(FLOOD, "Monday", 4.0), answer(FLOOD, "43", 2.0)], BOTH, None, "ranked_low"),
        (HOW_MANY, [answer(FLOOD, "Monday", 4.0)], BOTH, None, "retrieved_not_read"),
        (HOW_MANY, [answer(FLOOD, "At least 43 people", 4.0)], BOTH, None, None),  # F1 of 6/7 is right enough
    ],
)
def test_every_error_has_a_cause(question, answers, hits, best, cause):
    assert judged(question, answers, hits, best=best)["cause"] == cause


def test_the_prediction_is_empty_only_where_the_set_has_unanswerable_questions():
    best = Best("43", -1.0)
    with_none = judged(HOW_MANY, [], BOTH, best=best)
    assert (with_none["prediction"], with_none["best"], with_none["f1"]) == ("", "43", 0.0)
    forced = judged(HOW_MANY, [], BOTH, best=best, has_unanswerable=False)
    assert (forced["prediction"], forced["f1"], forced["abstained"]) == ("43", 1.0, True)
    # What the user would have seen is said as well, and is what the cause is about.
    assert forced["metrics"]["decided_f1"] == 0.0
    assert forced["cause"] == "wrongly_abstained"
    assert "abstention_precision" not in forced["metrics"]


def test_abstentions_are_counted_where_they_apply():
    right, wrong = judged(NOBODY, hits=BOTH)["metrics"], judged(HOW_MANY, hits=BOTH)["metrics"]
    given = judged(NOBODY, [answer(FLOOD, "43", 4.0)], BOTH)["metrics"]
    assert (right["abstention_precision"], right["abstention_recall"], right["no_ans_f1"]) == (1.0, 1.0, 1.0)
    assert (wrong["abstention_precision"], wrong["abstention_recall"]) == (0.0, None)
    assert (given["abstention_precision"], given["abstention_recall"]) == (None, 0.0)


def test_confidence_comes_from_the_calibration_and_is_scored():
    row = judged(HOW_MANY, [answer(FLOOD, "43", 2.0)], BOTH, calibration=CALIBRATION)
    assert row["confidence"] == pytest.approx(0.7310585786)
    assert row["no_answer"] == pytest.approx(1 - 0.7310585786)
    assert row["metrics"]["brier"] == pytest.approx((0.7310585786 - 1) ** 2)
    plain = judged(HOW_MANY, [answer(FLOOD, "43", 2.0)], BOTH)
    assert plain["confidence"] is None
    assert "brier" not in plain["metrics"]


def test_the_probability_of_no_answer_falls_as_the_score_rises():
    scores = [-40.0, -3.0, 0.0, 0.5, 30.0, 31.0]
    for calibration in (None, CALIBRATION):
        values = [no_answer_probability(Best("43", score), calibration) for score in scores]
        assert values == sorted(values, reverse=True)
        assert len(set(values)) == len(values)
        assert all(0 < value < 1 for value in values)
        assert no_answer_probability(Best("", None), calibration) == 1.0


def reading(question, spans, *, has_unanswerable=True):
    passage = Passage(id="p", article_id="flood.txt", text=FLOOD.text, start=0, end=len(FLOOD.text))
    found = []
    for text, score in spans:
        start = FLOOD.text.index(text)
        found.append(Span(passage_id="p", text=text, start=start, end=start + len(text), score=score))
    return Judge(has_unanswerable=has_unanswerable).reading(question, FLOOD, passage, found)


def test_a_span_of_the_context_is_an_answer_where_it_beats_its_null():
    row = reading(HOW_MANY, [("43", 1.0), ("Monday", -2.0)])
    assert (row["prediction"], row["reason"], row["cause"]) == ("43", None, None)
    assert [shown["text"] for shown in row["answers"]] == ["43", "Monday"]
    assert row["answers"][0]["sentence"] == "At least 43 people died."
    assert row["passages"][0]["is_gold"]
    withheld = reading(HOW_MANY, [("43", 0.0)])
    assert (withheld["prediction"], withheld["abstained"], withheld["cause"]) == ("", True, "wrongly_abstained")
    assert reading(HOW_MANY, [("43", 0.0)], has_unanswerable=False)["prediction"] == "43"
    assert reading(HOW_MANY, [("Monday", 2.0), ("43", 1.0)])["cause"] == "ranked_low"
    assert reading(HOW_MANY, [("Monday", 2.0)])["cause"] == "retrieved_not_read"
    assert reading(HOW_MANY, [])["best"] == ""


def ranking(question, hits, k=10):
    return Judge(has_unanswerable=True, k=k).ranking(question, hits, places_of(question, ARTICLES.get))


def test_a_ranking_is_judged_without_an_answer():
    row = ranking(HOW_MANY, BOTH)
    assert (row["f1"], row["prediction"], row["cause"], row["metrics"]["mrr"]) == (None, "", None, 0.5)
    assert [shown["is_gold"] for shown in row["passages"]] == [False, True]
    assert ranking(HOW_MANY, [hit(FIRE, 1)])["cause"] == "not_retrieved"
    assert set(ranking(NOBODY, BOTH)["metrics"].values()) == {None}


def test_judged_articles_are_found_by_their_gain():
    question = GoldQuestion("q", "Fires?", (), article_ids=("fire.txt", "flood.txt"), gains=(1.0, 3.0))
    metrics = ranking(question, [hit(FIRE, 1), hit(FIRE, 2), hit(FLOOD, 3)])["metrics"]
    assert (metrics["recall_at_1"], metrics["recall_at_3"], metrics["answer_recall_at_3"]) == (0.5, 1.0, None)
    assert metrics["ndcg_at_10"] == pytest.approx((1 + 3 / log2(4)) / (3 + 1 / log2(3)))


def test_the_source_is_that_of_the_gold_set_or_its_title():
    assert judged(WHO)["source"] == "none"
    assert judged(WHO._replace(title="Fire"))["source"] == "Fire"
    assert judged(WHO._replace(title="Fire", source="Harbour Wire"))["source"] == "Harbour Wire"
