"""What a session remembers, and the limits of its questions."""

from dataclasses import replace

import pytest

from ragqa.errors import QuestionError, SettingError
from ragqa.repl import Limits, Session

TOLL = "How many people died in Valencia?"
OPENER = "Who opened the bridge at Skagen?"


def test_questions_are_asked_within_the_limits(session):
    assert len(session.ask(TOLL).hits) == 3
    session.use(Limits(k=1, top_k=1, source=("harbour wire",)))
    assert [hit.passage.article_id for hit in session.ask(TOLL).hits] == ["bridge.txt"]
    for limits in (
        Limits(since="2024-10-01"),
        Limits(until="2024-10-30", since="2024-06-01"),
        Limits(source=("Meridian Post",)),
    ):
        session.use(limits)
        assert [hit.passage.article_id for hit in session.ask(OPENER).hits] == ["flood.txt"]
    session.use(Limits(as_of="2024-06-01"))
    assert session.ask(TOLL).answers == ()
    assert len(session.exchanges) == 6
    assert session.exchanges[1].limits.source == ("harbour wire",)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"k": 0}, "k must be 1 or more, got 0"),
        ({"top_k": -1}, "top-k must be 1 or more, got -1"),
        ({"since": "soon"}, "since: expected an ISO 8601 date"),
        ({"since": "2024-10-30", "until": "2024-01-01"}, "later than until"),
        ({"source": ("Meridien Post",)}, "the sources are Meridian Post, Harbour Wire"),
    ],
)
def test_a_limit_that_can_not_be_used_changes_none(session, changed, message):
    before = session.limits
    with pytest.raises(SettingError, match=message):
        session.use(replace(before, **changed))
    assert session.limits == before


def test_limits_that_can_not_be_used_begin_no_session(pipeline):
    with pytest.raises(SettingError, match="until: expected an ISO 8601 date"):
        Session(pipeline, Limits(until="yesterday"))


def test_citations_have_the_numbers_that_are_drawn(session):
    with pytest.raises(QuestionError, match="nothing has been asked yet"):
        session.citation(1)
    session.ask(OPENER)
    assert session.citation(1).quote == "Anna Lindqvist"
    with pytest.raises(QuestionError, match=r"no citation \[9\]: the last answers have \[1\] to"):
        session.citation(9)
    session.ask("Who won the football World Cup in 1998?")
    with pytest.raises(QuestionError, match="the last question got no answer"):
        session.citation(1)


def test_limits_are_said_as_they_are_typed():
    assert str(Limits()) == "k 10, top-k 3"
    said = str(Limits(k=5, since="2024-08-01", as_of="2024-10-01", source=("Harbour Wire", "Meridian Post")))
    assert said == "k 5, top-k 3, since 2024-08-01, as-of 2024-10-01, source Harbour Wire; Meridian Post"
