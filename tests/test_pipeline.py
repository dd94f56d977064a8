"""The whole way with the real default models."""

import asyncio
import logging
from unittest.mock import patch

import pytest

from ragqa import (
    Article,
    DenseRetriever,
    ExtractiveReader,
    HybridRetriever,
    Index,
    IndexBusy,
    LexicalRetriever,
    Pipeline,
    QuestionError,
    SettingError,
    StorageError,
    load_embedder,
)

AUGUST = Article(
    id="august",
    title="Truce talks resume in Doha",
    source="Harbour Wire",
    published_at="2024-08-19",
    text="Envoys returned to Doha on Monday. Of the 251 people taken hostage, 111 are still held in Gaza, the military said.",
)
OCTOBER = Article(
    id="october",
    title="Storm floods the valley",
    source="Meridian Post",
    language="en-GB",
    published_at="2024-10-30T21:15:00+01:00",
    text="At least 95 people died when a year's rain fell on Valencia in eight hours, the regional government said.",
)
UNDATED = Article(id="undated", source="Meridian Post", text="The bridge at Skagen was opened by Anna Lindqvist.")


@pytest.fixture
def pipeline(tmp_path):
    with Pipeline.open(tmp_path / "index") as opened:
        opened.add([AUGUST, OCTOBER, UNDATED])
        yield opened


def test_an_answer_is_cited_with_its_sentence(pipeline):
    response = pipeline.ask("How many hostages are still held in Gaza?")
    best = response.answers[0]
    citation = best.citations[0]
    assert best.text == citation.quote == AUGUST.text[citation.start : citation.end] == "111"
    assert citation.sentence == "Of the 251 people taken hostage, 111 are still held in Gaza, the military said."
    assert (citation.title, citation.source, str(citation.published_at)) == (AUGUST.title, "Harbour Wire", "2024-08-19")
    assert 0.5 < best.confidence <= 1
    assert set(response.timings_ms) == {"retrieve", "read", "answer", "total"}


def test_what_the_articles_do_not_say_is_not_answered(pipeline):
    response = pipeline.ask("Who won the football World Cup in 1998?")
    assert response.abstained
    assert response.answers == ()
    assert response.reason in ("null_beats_span", "low_confidence")
    assert response.hits


def test_an_added_article_answers_the_next_question_and_a_deleted_one_never_does(pipeline):
    question = "Who opened the bridge at Skagen?"
    assert pipeline.ask(question).answers[0].text == "Anna Lindqvist"
    assert pipeline.delete("undated") == 1
    assert pipeline.ask(question).abstained
    pipeline.add(UNDATED)
    assert pipeline.ask(question).answers[0].text == "Anna Lindqvist"


def test_a_changed_article_replaces_its_old_self(pipeline):
    report = pipeline.add(Article(id="undated", text="The bridge at Skagen was opened by Karin Boye."))
    assert (report.added, report.replaced) == (0, 1)
    assert [answer.text for answer in pipeline.ask("Who opened the bridge at Skagen?").answers] == ["Karin Boye"]


def test_dates_and_sources_limit_what_is_read(pipeline):
    question = "How many people died in Valencia?"
    assert pipeline.ask(question, since="2024-10-30", until="2024-10-30").answers[0].text == "95"
    assert pipeline.ask(question, source="Meridian Post").answers[0].text == "95"
    assert "october" not in {hit.passage.article_id for hit in pipeline.search(question, as_of="2024-10-29")}
    assert {hit.passage.article_id for hit in pipeline.search(question, source=["Harbour Wire"])} == {"august"}
    assert {hit.passage.article_id for hit in pipeline.search(question, since="2024-01-01")} == {"august", "october"}
    assert {hit.passage.article_id for hit in pipeline.search(question, language="en")} == {"october"}
    assert pipeline.ask(question, language=["no", "en"]).answers[0].text == "95"
    assert pipeline.ask(question, language="no").reason == "no_passages"


def test_the_reason_says_why_nothing_was_read(pipeline, tmp_path):
    outside = pipeline.ask("How many people died in Valencia?", since="2025-01-01", k=2)
    assert outside.reason == "outside_dates"
    assert outside.hits[0].passage.article_id == "october"
    assert [hit.rank for hit in outside.hits] == [1, 2]
    assert pipeline.explain(outside).passages == ()
    too_early = pipeline.ask("How many people died in Valencia?", as_of="2020-01-01", source="Harbour Wire")
    assert (too_early.reason, {hit.passage.article_id for hit in too_early.hits}) == ("outside_dates", {"august"})
    assert pipeline.ask("How many died?", source="Nobody's Gazette").reason == "no_passages"
    assert pipeline.ask("How many died?", source="Nobody's Gazette", since="2020-01-01").reason == "no_passages"
    with Pipeline.open(tmp_path / "empty") as empty:
        assert empty.ask("How many died?").reason == "empty_index"


def test_many_questions_get_the_answers_of_each_alone(pipeline):
    questions = ["How many died in Valencia?", "Who opened the bridge?", "Who won the World Cup in 1998?"]
    alone = {question: pipeline.ask(question).model_copy(update={"timings_ms": {}}) for question in questions}
    for count in (3, 40, 70):  # in one part, in two, and in more than are asked at a time
        asked = (questions * count)[:count]
        together = pipeline.ask_many(asked)
        assert [one.model_copy(update={"timings_ms": {}}) for one in together] == [
            alone[question] for question in asked
        ]
    assert pipeline.ask_many([]) == []


def test_a_question_too_long_for_the_reader_is_refused_before_any_of_many_is_asked(pipeline):
    searched = patch.object(type(pipeline.index), "search", side_effect=AssertionError("searched"))
    with searched, pytest.raises(QuestionError, match="ask it in fewer words"):
        pipeline.ask_many(["Who won?"] * 50 + ["how " * 200 + "many?"])


def test_top_k_and_k_limit_answers_and_hits(pipeline):
    response = pipeline.ask("How many people?", top_k=1, k=2)
    assert len(response.answers) <= 1
    assert [hit.rank for hit in response.hits] == [1, 2]


def test_a_question_is_asked_in_a_thread(pipeline):
    response = asyncio.run(pipeline.aask("Who opened the bridge at Skagen?"))
    assert response.answers[0].text == "Anna Lindqvist"


def test_parts_are_given_to_the_constructor(tmp_path, reader):
    with Index.open(tmp_path / "index", embedder=load_embedder(), create=True) as index:
        index.add([AUGUST, OCTOBER])
        for retriever, kind in ((DenseRetriever(index), "dense"), (LexicalRetriever(index), "lexical")):
            response = Pipeline(index=index, retriever=retriever, reader=reader).ask("How many died in Valencia?")
            assert response.answers[0].text == "95"
            assert {hit.kind for hit in response.hits} == {kind}


class Meddling:
    """A retriever behind whose back something happens to the articles that it has just found."""

    def __init__(self, index, meddle, times=1):
        self.inner = HybridRetriever(index)
        self.meddle = meddle
        self.left = times

    def retrieve(self, questions, *, k, filter=None):
        hits = self.inner.retrieve(questions, k=k, filter=filter)
        if self.left:
            self.left -= 1
            self.meddle(self.left)
        return hits


@pytest.mark.parametrize(
    ("text", "answers"),
    [
        ("A correction: the bridge at Skagen was opened by Karin Boye.", ["Karin Boye"]),
        ("Withdrawn.", []),
        (None, []),
    ],
)
def test_an_article_that_changes_while_it_is_read_is_read_again(pipeline, reader, text, answers):
    def meddle(_):
        if text is None:
            pipeline.delete("undated")
        else:
            pipeline.add(Article(id="undated", text=text))

    meddled = Pipeline(index=pipeline.index, retriever=Meddling(pipeline.index, meddle), reader=reader)
    response = meddled.ask("Who opened the bridge at Skagen?")
    assert [answer.text for answer in response.answers] == answers


def test_an_article_that_never_stops_changing_is_said_to_be_busy(pipeline, reader):
    def meddle(number):
        pipeline.add(
            Article(
                id="undated", text=f"{'Draft. ' * (number % 7 + 1)}The bridge at Skagen was opened by Anna Lindqvist."
            )
        )

    meddled = Pipeline(index=pipeline.index, retriever=Meddling(pipeline.index, meddle, times=99), reader=reader)
    with pytest.raises(IndexBusy, match="kept changing"):
        meddled.ask("Who opened the bridge at Skagen?")


def test_questions_asked_at_once_share_one_reader(pipeline, monkeypatch):
    loaded = []
    load = ExtractiveReader.from_pretrained
    pipeline._load_reader = lambda: loaded.append(1) or load()

    async def ask():
        return await asyncio.gather(*(pipeline.aask("Who opened the bridge at Skagen?") for _ in range(4)))

    responses = asyncio.run(ask())
    assert [response.answers[0].text for response in responses] == ["Anna Lindqvist"] * 4
    assert len(loaded) == 1


def test_adding_passages_that_lose_to_their_null_changes_nothing(pipeline):
    question = "How many hostages are still held in Gaza?"
    before = pipeline.ask(question, k=50)
    pipeline.add(
        [Article(id=f"noise-{n}", text=f"The committee met for the {n}th time. Tea was served.") for n in range(8)]
    )
    after = pipeline.ask(question, k=50)
    assert len(after.hits) == len(before.hits) + 8
    assert after.answers == before.answers


def test_a_question_of_one_letter_or_digit_of_any_script_is_asked(pipeline):
    for question in ("?7", "何?"):
        assert pipeline.search(question, k=1)


def test_a_closed_pipeline_says_so_in_one_sentence(tmp_path):
    with Pipeline.open(tmp_path / "index") as closed:
        pass
    with pytest.raises(
        StorageError, match=r"can't be used: Cannot operate on a closed database\. If it was closed, open"
    ):
        closed.index.ids()


def test_a_single_text_is_not_taken_for_many_questions(pipeline):
    with pytest.raises(SettingError, match="put it into a list"):
        pipeline.ask_many("How many died?")


@pytest.mark.parametrize("question", ["", " \n", "?", "…?! – 🚢", "why " * 10_000, "how \udcff many"])
def test_a_question_that_can_not_be_asked_is_refused(pipeline, question):
    for ask in (pipeline.ask, pipeline.search):
        with pytest.raises(QuestionError):
            ask(question)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"top_k": 0}, "top_k must be 1 or more"),
        ({"k": 0}, "k must be 1 or more"),
        ({"since": "August"}, "since: expected an ISO 8601 date"),
        ({"as_of": "2024-13-01"}, "as-of: expected an ISO 8601 date"),
        ({"since": "2024-10-01", "until": "2024-09-01"}, "exchange them"),
    ],
)
def test_options_out_of_range_are_refused(pipeline, options, message):
    with pytest.raises(SettingError, match=message):
        pipeline.ask("How many died?", **options)


def test_files_are_added_and_broken_ones_are_named(tmp_path, caplog):
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "good.txt").write_text("The harbour at Skagen froze in January.", encoding="utf-8")
    (folder / "bad.jsonl").write_text('{"text": "Fine."}\n{"text": \n', encoding="utf-8")
    with Pipeline.open(tmp_path / "index") as pipeline, caplog.at_level(logging.WARNING):
        report = pipeline.add(folder, source="Harbour Wire", date="2024-01-31")
        assert report.added == 2
        assert len(report.faults) == 1
        assert "bad.jsonl, line 2" in report.faults[0]
        assert pipeline.add(folder).unchanged == 0  # the source and the date are no longer given
        good = pipeline.index.article("good.txt")
        assert good.source is None


def test_how_many_passages_there_will_be_is_estimated_on_the_way(tmp_path):
    (tmp_path / "news").mkdir()
    for number in range(200):
        text = f"The {number}th ferry crossed the sound in the fog and came back at noon."
        (tmp_path / "news" / f"{number:03}.txt").write_text(text, encoding="utf-8")
    expected, done = [], []
    with Pipeline.open(tmp_path / "index") as pipeline:
        report = pipeline.add(tmp_path / "news", expect=expected.append, progress=done.append)
        again = pipeline.add(tmp_path / "news", expect=expected.append)
    assert sum(done) == report.passages == 200
    assert again.passages == 0
    assert len(expected) == 4  # a batch each, and none where nothing is embedded
    assert all(abs(total - 200) <= 4 for total in expected)
    assert expected[-1] == 200


def test_what_is_of_no_kind_that_is_read_is_reported_in_one_line(tmp_path, caplog):
    for name in ("talks.txt", "a.pdf", "b.PDF", "c.docx"):
        (tmp_path / name).write_text("Envoys returned to Doha.", encoding="utf-8")
    with Pipeline.open(tmp_path / "index") as pipeline:
        report = pipeline.add(tmp_path)
    assert (report.added, report.faults) == (1, ())
    assert report.skipped == tuple(str(tmp_path / name) for name in ("a.pdf", "b.PDF", "c.docx"))
    assert caplog.messages == [
        f"{tmp_path}: 3 files passed over (2 .pdf, 1 .docx): convert to text or HTML what holds articles"
    ]


def test_a_source_that_no_article_is_of_is_warned_of_with_the_nearest_first(pipeline, caplog):
    pipeline.ask("Who opened the bridge at Skagen?", source=["meridian post", "Harbor Wire"])
    assert caplog.messages == ["no article is of the source 'Harbor Wire': the sources are Harbour Wire, Meridian Post"]
    caplog.clear()
    pipeline.search("bridge", source="Harbour Wire")
    assert caplog.messages == []


def test_sources_are_counted_with_their_first_and_last_day(pipeline):
    found = [(row.source, row.articles, str(row.first), str(row.last)) for row in pipeline.index.sources()]
    assert found == [
        ("Harbour Wire", 1, "2024-08-19", "2024-08-19"),
        ("Meridian Post", 2, "2024-10-30", "2024-10-30"),
    ]


def test_an_explanation_says_what_became_of_every_span(pipeline):
    response = pipeline.ask("How many hostages are still held in Gaza?", top_k=1)
    explanation = pipeline.explain(response)
    assert [weighed.hit for weighed in explanation.passages] == list(response.hits)
    assert explanation.margin == pipeline.reader.calibration.margin
    fates = {
        (verdict.span.text, verdict.fate, verdict.number) for one in explanation.passages for verdict in one.verdicts
    }
    assert ("111", "answer", 1) in fates
    for weighed in explanation.passages:
        for verdict in weighed.verdicts:
            beats = verdict.span.score > 0
            assert (verdict.fate == "loses_to_null") == (not beats)
            assert verdict.fate != "below_margin" or verdict.score < explanation.margin
            assert verdict.fate != "left_out" or verdict.score >= explanation.margin
            assert (verdict.number is None) == (verdict.fate != "answer")


def test_what_one_answer_leaves_out_is_said(pipeline):
    pipeline.add(Article(id="later", text="Of the hostages, 97 are still held in Gaza, the ministry said."))
    question = "How many hostages are still held in Gaza?"
    both = pipeline.ask(question, top_k=2)
    assert len(both.answers) == 2
    one = pipeline.explain(pipeline.ask(question, top_k=1))
    left_out = [v.span.text for weighed in one.passages for v in weighed.verdicts if v.fate == "left_out"]
    assert both.answers[1].text in left_out


def test_sync_removes_what_is_gone_unless_something_could_not_be_read(tmp_path):
    folder = tmp_path / "articles"
    folder.mkdir()
    for name in ("one.txt", "two.txt"):
        (folder / name).write_text(f"This is the article called {name}.", encoding="utf-8")
    with Pipeline.open(tmp_path / "index") as pipeline:
        pipeline.add([folder, AUGUST])
        (folder / "two.txt").unlink()
        assert pipeline.add(folder).removed == 0
        (folder / "broken.jsonl").write_text("{", encoding="utf-8")
        assert pipeline.add(folder, sync=True).removed == 0
        (folder / "broken.jsonl").unlink()
        assert pipeline.add(folder, sync=True).removed == 1
        assert {row.id for row in pipeline.index.articles()} == {"one.txt", "august"}
