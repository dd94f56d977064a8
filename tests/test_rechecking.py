"""Saved responses are held against the index: what still holds, what changed, what is gone."""

import json
import sqlite3
from contextlib import closing

import pytest
from bag_embedder import BagEmbedder

from ragqa import Pipeline
from ragqa.answering import cite
from ragqa.errors import SettingError
from ragqa.index import Index
from ragqa.rechecking import read_responses, recheck
from ragqa.records import Answer, Article, Conflict, Response, Rival

DOHA = Article(
    id="doha.txt",
    title="Truce talks resume",
    source="Harbour Wire",
    published_at="2024-08-19",
    text="Envoys returned to Doha on Monday. Of the 251 people taken hostage, 111 are still held in Gaza, the military said.",
)
LATER = Article(
    id="later.txt",
    source="Meridian Post",
    published_at="2024-10-24T12:00:00+02:00",
    text="The military said that 101 hostages are still held.",
)


def answer(*cited: tuple[Article, str]) -> Answer:
    citations = tuple(
        cite(article, article.text.index(quote), article.text.index(quote) + len(quote)) for article, quote in cited
    )
    return Answer(text=cited[0][1], confidence=0.8, citations=citations, sources=len(citations), score=3.0)


def response(*answers: Answer, conflicts: tuple[Conflict, ...] = ()) -> Response:
    return Response(
        question="How many hostages are held?",
        answers=answers,
        abstained=not answers,
        reason=None if answers else "null_beats_span",
        conflicts=conflicts,
        hits=(),
        timings_ms={"total": 1.0},
    )


SAVED = response(answer((DOHA, "111")), answer((LATER, "101")))


@pytest.fixture
def index(tmp_path):
    with Index.open(tmp_path / "index", embedder=BagEmbedder(), create=True) as opened:
        opened.add([DOHA, LATER])
        yield opened


def states(index, saved=SAVED):
    checked = recheck(index, saved)
    assert checked.holds == all(one.state == "holds" for one in checked.citations)
    return [one.state for one in checked.citations]


def test_citations_of_articles_that_are_as_they_were_hold(index):
    checked = recheck(index, SAVED)
    assert checked.holds
    assert Pipeline(index=index).recheck(SAVED) == checked
    assert [(one.article_id, one.quote, one.state, one.problem) for one in checked.citations] == [
        ("doha.txt", "111", "holds", None),
        ("later.txt", "101", "holds", None),
    ]


@pytest.mark.parametrize(
    ("text", "whereabouts"),
    [
        ("Corrected. " + DOHA.text, "the sentence still stands in it"),
        (
            DOHA.text.replace("the military", "officials"),
            "the sentence is gone, the quote still stands in it somewhere",
        ),
        (DOHA.text.replace("111", "109"), "the quote is gone"),
    ],
)
def test_an_article_that_was_changed_is_named_and_what_is_left_of_the_quote(index, text, whereabouts):
    index.add([DOHA.model_copy(update={"text": text, "content_hash": Article(text=text).content_hash})])
    checked = recheck(index, SAVED)
    assert [one.state for one in checked.citations] == ["changed", "holds"]
    assert checked.citations[0].problem == f"the article has another text by now; {whereabouts}"


def test_an_article_with_another_date_or_source_has_changed(index):
    index.add([LATER.model_copy(update={"source": "Harbour Wire"})])
    assert [one.problem for one in recheck(index, SAVED).citations] == [
        None,
        "the text is the same; source is Harbour Wire now",
    ]
    index.add([LATER.model_copy(update={"authors": ("Ana Lima", "Rui Paz")})])
    assert recheck(index, SAVED).citations[1].problem == "the text is the same; authors is Ana Lima, Rui Paz now"


def test_an_article_that_was_deleted_is_gone(index):
    index.delete(["doha.txt"])
    assert states(index) == ["gone", "holds"]


@pytest.mark.parametrize(
    "forged",
    [{"quote": "11"}, {"start": 0, "end": 3}, {"sentence": "Envoys returned."}, {"start": -3}, {"end": 10**9}],
)
def test_a_citation_that_never_was_is_false(index, forged):
    made = SAVED.answers[0].citations[0].model_copy(update=forged)
    saved = response(SAVED.answers[0].model_copy(update={"citations": (made,)}))
    assert states(index, saved) == ["false"]


@pytest.mark.parametrize(
    ("forged", "told"),
    [
        ({"resolved_dates": ()}, "resolved_dates"),
        ({"withdrawn": True}, "withdrawn"),
        ({"link": "https://elsewhere.example"}, "link"),
        ({"part": "headline"}, "part"),
        ({"sentence_start": 0, "sentence_end": 34, "sentence": DOHA.text[:34]}, "sentence"),
        ({"attribution": None}, "attribution"),
        ({"link": "https://elsewhere.example", "attribution": None}, "attribution, link"),
    ],
)
def test_what_a_citation_says_beside_its_quote_is_checked_too(index, forged, told):
    (made,) = answer((DOHA, "Envoys" if "resolved_dates" in forged else "111")).citations
    saved = response(answer((DOHA, made.quote)).model_copy(update={"citations": (made.model_copy(update=forged),)}))
    (checked,) = recheck(index, saved).citations
    assert checked.state == "false"
    assert told in checked.problem


def test_a_forged_speaker_does_not_hold(index):
    (made,) = answer((DOHA, "111")).citations
    forged = made.model_copy(update={"attribution": made.attribution.model_copy(update={"speaker": "the president"})})
    saved = response(SAVED.answers[0].model_copy(update={"citations": (forged,)}))
    (checked,) = recheck(index, saved).citations
    assert (checked.state, checked.problem) == ("false", "not as these characters are cited: attribution")


def test_an_answer_that_its_citations_do_not_quote_is_false(index):
    checked = recheck(index, response(SAVED.answers[0].model_copy(update={"text": "112"})))
    assert [(one.state, one.problem) for one in checked.citations] == [
        ("false", "the answer is not what its citations quote")
    ]


def test_an_article_that_can_not_be_read_is_damaged(index):
    with closing(sqlite3.connect(index.folder / "articles.sqlite")) as connection, connection:
        connection.execute("UPDATE articles SET text = 'lost', checksum = x'00' WHERE id = 'doha.txt'")
    assert states(index) == ["damaged", "holds"]


def test_rival_values_of_a_conflict_are_checked_too(index):
    rivals = tuple(
        Rival(text=one.text, confidence=None, citations=one.citations)
        for one in (SAVED.answers[0], answer((LATER, "still held")))
    )
    saved = response(SAVED.answers[0], conflicts=(Conflict(kind="differs", values=rivals),))
    assert states(index, saved) == ["holds", "holds"]
    index.delete(["later.txt"])
    assert states(index, saved) == ["holds", "gone"]


def test_an_abstention_has_nothing_that_could_not_hold(index):
    assert recheck(index, response()).holds


@pytest.mark.parametrize(
    "written",
    [
        SAVED.model_dump_json(),
        SAVED.model_dump_json(indent=2),
        f"{SAVED.model_dump_json()}\n\n{SAVED.model_dump_json()}\n",
        f"[{SAVED.model_dump_json()},{SAVED.model_dump_json()}]",
        "\ufeff" + SAVED.model_dump_json(),
    ],
    ids=["one", "pretty", "lines", "list", "byte-order mark"],
)
def test_responses_are_read_as_they_are_saved(tmp_path, written):
    path = tmp_path / "saved.json"
    path.write_text(written, encoding="utf-8")
    read = read_responses(path)
    assert read == [SAVED] * len(read)
    assert len(read) in (1, 2)


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("", "holds no response"),
        ("[]", "holds no response"),
        ("{}", "the only item: expected a response"),
        (json.dumps([{"question": "Who?"}]), "item 1: expected a response"),
        (f"{SAVED.model_dump_json()}\nnot JSON", "line 2: expected JSON"),
        ("[" * 100_000, "line 1: expected JSON"),
        (b"\xff\xfe\x00", "can't be read from"),
    ],
)
def test_what_is_no_response_is_named(tmp_path, written, message):
    path = tmp_path / "saved.json"
    path.write_bytes(written if isinstance(written, bytes) else written.encode())
    with pytest.raises(SettingError, match=message):
        read_responses(path)
