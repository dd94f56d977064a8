"""What `eval/score_news.py` makes of responses to questions of the news gold set."""

import importlib
import sys
from pathlib import Path

import pytest

from ragqa.citing import cite
from ragqa.records import Answer, Article, Conflict, Response, Rival

WIRE = Article(id="dev/wire", text="At least 34 people died on Monday, the agency said.", published_at="2023-12-05")
LATER = Article(id="dev/later", text="The number of deaths has gone up to 129.", published_at="2023-12-19")


@pytest.fixture(scope="module")
def script():
    folder = str(Path(__file__).parents[1] / "eval")
    sys.path.insert(0, folder)
    try:
        return importlib.import_module("score_news")
    finally:
        sys.path.remove(folder)


def place(article, words, **more):
    start = article.text.index(words)
    return {"article_id": article.id, "text": words, "start": start, "end": start + len(words), **more}


def cited(article, words):
    start = article.text.index(words)
    return cite(article, start, start + len(words))


def response(*answers, conflict=None):
    given = tuple(
        Answer(text=words, confidence=0.5, citations=(cited(article, words),), sources=1, score=5.0)
        for article, words in answers
    )
    conflicts = ()
    if conflict:
        rivals = tuple(
            Rival(text=words, confidence=None, citations=(cited(article, words),)) for article, words in answers
        )
        conflicts = (Conflict(kind=conflict, values=rivals),)
    reason = None if given else "null_beats_span"
    return Response(
        question="q", answers=given, abstained=not given, reason=reason, conflicts=conflicts, hits=(), timings_ms={}
    )


QUESTION = {
    "topic": "storm",
    "kind": "changing",
    "answers": [{"text": "129"}],
    "spans": [place(LATER, "129")],
    "conflict": {"kind": "superseded", "values": [place(LATER, "129", value=1), place(WIRE, "34", value=2)]},
}


def judged(script, question, given):
    return {own.figure: own.is_so for own in script.judge(question, given)}


def test_a_conflict_with_both_values_is_shown(script):
    found = judged(script, QUESTION, response((LATER, "129"), (WIRE, "34"), conflict="superseded"))
    assert found == {
        "conflict_shown": True,
        "conflict_kind": True,
        "newest_first": True,
        "answered_right": True,
        "citation_is_support": True,
    }


def test_an_older_value_alone_is_none_of_it(script):
    found = judged(script, QUESTION, response((WIRE, "34")))
    assert (found["conflict_shown"], found["newest_first"], found["answered_right"]) == (False, False, False)


def test_a_conflict_where_none_is_counts_as_false(script):
    question = {**QUESTION, "conflict": None}
    assert judged(script, question, response((LATER, "129"), (WIRE, "34"), conflict="differs"))["false_conflict"]
    assert not judged(script, question, response((LATER, "129")))["false_conflict"]


def test_dates_and_attribution_are_judged_where_the_answer_stands(script):
    question = {
        "topic": "storm",
        "kind": "relative_date",
        "answers": [{"text": "Monday"}],
        "spans": [place(WIRE, "Monday")],
        "resolved_dates": [place(WIRE, "Monday", date="2023-12-04")],
        "attribution": [place(WIRE, "Monday", speaker_start=39, speaker_end=45)],
    }
    assert WIRE.text[39:45] == "agency"
    found = judged(script, question, response((WIRE, "Monday")))
    assert (found["dates_resolved"], found["attribution_right"]) == (True, True)
    another = {**question, "resolved_dates": [place(WIRE, "Monday", date="2023-12-11")], "attribution": None}
    found = judged(script, another, response((WIRE, "Monday")))
    assert (found["dates_resolved"], found["attribution_right"]) == (False, False)


def test_figures_carry_intervals_over_topics(script):
    ones = [
        script.Judged("answered_right", topic, topic != "storm")
        for topic in ("storm", "quake", "strike")
        for _ in range(4)
    ]
    figure = script.figures(ones)["answered_right"]
    assert (figure["percent"], figure["of"]) == (66.7, 12)
    assert figure["low"] <= 33.3 < 66.7 < figure["high"]
