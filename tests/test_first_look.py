"""Which passages are read after those that are read first."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from weighing import CALIBRATION, found

from ragqa import Article, Pipeline
from ragqa.first_look import Retrieved, Rounds, candidates_of, first_look
from ragqa.promise import Order
from ragqa.records import Hit, Passage, Span

QUESTION = "How many people did the fire in the Korvat market kill?"


def report(name, day):
    return Article(id=name, text=f"The {name} report: the fire killed 34 people.", published_at=day)


def found_in(*articles):
    hits = [
        Hit(
            passage=Passage(id=own.id, article_id=own.id, text=own.text, start=0, end=len(own.text)),
            score=1.0,
            kind="dense",
            rank=rank,
        )
        for rank, own in enumerate(articles, start=1)
    ]
    return Retrieved(QUESTION, hits, {own.id: own for own in articles})


FIRST, LATER, EARLIER, UNDATED = (
    report("first", "2025-03-04"),
    report("later", "2025-03-05"),
    report("earlier", "2025-03-03"),
    report("undated", None),
)


ORDER = Order([0], [1, 2, 3], [])


def next_of(own, first, *spans, calibration=CALIBRATION, order=ORDER):
    rounds = Rounds(own, calibration, order)
    rounds.add(first, [found(*span) for span in spans])
    return [own.hits[number].passage.article_id for number in rounds.next()]


@pytest.mark.parametrize(
    ("score", "is_read"),
    [(7.0, ["later"]), (6.9, ["later", "earlier", "undated"]), (-3.0, ["later", "earlier", "undated"])],
)
def test_where_there_is_a_sure_answer_only_later_reports_are_read_further(score, is_read):
    own = found_in(FIRST, LATER, EARLIER, UNDATED)
    assert next_of(own, [0], (FIRST, "34", score)) == is_read


def test_what_is_later_was_published_later_whatever_the_zone():
    dawn = report("dawn", datetime(2025, 3, 4, 1, tzinfo=timezone(timedelta(hours=5))))  # 3 March in UTC
    noon = report("noon", datetime(2025, 3, 4, 12, tzinfo=UTC))
    own = found_in(FIRST, dawn, noon)
    assert next_of(own, [0], (FIRST, "34", 9.0), order=Order([0], [1, 2], [])) == ["noon"]


def test_to_an_undated_sure_answer_nothing_is_later():
    own = found_in(UNDATED, FIRST)
    assert next_of(own, [0], (UNDATED, "34", 9.0), order=Order([0], [1], [])) == []
    assert next_of(own, [0], (UNDATED, "34", 9.0), order=Order([0], [1], []), calibration=None) == ["first"]


def test_what_is_of_another_kind_or_withdrawn_is_no_sure_answer():
    notice = "\n\nCorrection: An earlier version of this article said that 219 people had died. The number is 34."
    corrected = FIRST.model_copy(update={"text": FIRST.text + notice})
    own = found_in(corrected, EARLIER)
    for text, is_read in (("34", []), ("the fire", ["earlier"]), ("219", ["earlier"])):
        assert next_of(own, [0], (corrected, text, 9.0), order=Order([0], [1], [])) == is_read


def test_where_nothing_beats_its_null_all_is_read_in_the_end():
    own = found_in(FIRST, LATER, EARLIER)
    order = Order([0], [1], [2])
    assert next_of(own, [], order=order) == ["first"]
    assert next_of(own, [0], (FIRST, "34", -1.0), order=order) == ["later"]
    assert next_of(own, [0, 1], (FIRST, "34", -1.0), order=order) == ["earlier"]
    assert next_of(own, [0, 1, 2], (FIRST, "34", -1.0), order=order) == []
    assert next_of(own, [0, 1], (FIRST, "34", 1.0), order=order) == []
    assert next_of(own, [], order=Order([], [], [0, 1, 2])) == ["first", "later", "earlier"]


def test_a_span_that_its_article_does_not_hold_any_more_makes_no_candidates():
    own = found_in(FIRST)
    for text, is_held in (("34", True), ("41", False)):
        start = FIRST.text.index("34")
        span = Span(passage_id="first", text=text, start=start, end=start + 2, score=9.0)
        assert (candidates_of(QUESTION, own.articles, [(own.hits[0], span)]) is not None) == is_held


TEXTS = {
    "flood": "The flood in Marden killed 34 people on Monday, the water board said.",
    "fund": "Marden mourns its dead, and a fund for the families of those whom the water took has been set up there.",
    "painting": "The Larkin Museum bought a painting by Elsa Corrigan for 3.2 million euros.",
}
SURE, UNKNOWN = "How many people did the flood in Marden kill?", "Who led the rescue in Marden?"


@pytest.fixture
def pipeline(tmp_path):
    with Pipeline.open(tmp_path / "index") as opened:
        opened.add(Article(id=name, text=text) for name, text in TEXTS.items())
        yield opened


def test_a_question_with_a_sure_answer_reads_less_than_one_without_in_the_same_batch(pipeline):
    read = []
    read_many = pipeline.reader.read_many
    pipeline.reader.read_many = lambda pairs, **more: (
        read.append([(question, passage.article_id) for question, passage in pairs]) or read_many(pairs, **more)
    )
    sure, unknown = pipeline.ask_many([SURE, UNKNOWN])
    assert sure.answers[0].text == "34"
    assert unknown.abstained
    assert [name for part in read for question, name in part if question == SURE] == ["flood"]
    assert {name for part in read for question, name in part if question == UNKNOWN} == set(TEXTS)
    assert len(read) > 1  # in rounds
    assert all(question == UNKNOWN for part in read[1:] for question, _ in part)


def test_what_was_read_is_what_is_explained(pipeline):
    for question, names in ((SURE, {"flood"}), (UNKNOWN, set(TEXTS))):
        passages = pipeline.explain(pipeline.ask(question)).passages
        assert {own.hit.passage.article_id for own in passages if own.is_read} == names


def test_articles_of_which_nothing_was_read_are_known(pipeline):
    hits = pipeline.retriever.retrieve([SURE], k=5)[0]
    own = Retrieved(SURE, hits, {name: pipeline.index.article(name) for name in TEXTS})
    (look,) = first_look([own], pipeline.reader, pipeline.calibration)
    assert look.unread == {"fund", "painting"}
    assert next(candidate.span.text for candidate in look.candidates) == "34"
    changed = own._replace(
        articles={**own.articles, "flood": Article(id="flood", text=TEXTS["flood"].replace("34", "35"))}
    )
    assert first_look([changed], pipeline.reader, pipeline.calibration) == [None]
