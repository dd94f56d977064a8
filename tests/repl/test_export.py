"""A session as a file."""

import json

import pytest

from ragqa import Answer, Article, Pipeline, QuestionError, Response, SettingError
from ragqa.answering import cite
from ragqa.records import Conflict, Rival
from ragqa.repl import Limits, Session
from ragqa.repl.commands import obey
from ragqa.repl.export import as_markdown
from ragqa.repl.session import Exchange

OPENER = "Who opened the bridge at Skagen?"
CHAMPION = "Who won the football World Cup in 1998?"


@pytest.fixture
def asked(session: Session) -> Session:
    obey(session, "/since 2024-01-01")
    session.ask(OPENER)
    session.ask(CHAMPION)
    return session


def test_markdown_holds_each_answer_with_its_sentence_and_its_place(asked, tmp_path):
    note = obey(asked, f"/export {tmp_path / 'session.md'}")
    assert note.text == f"2 questions written to {tmp_path / 'session.md'}"
    text = (tmp_path / "session.md").read_text(encoding="utf-8")
    citation = asked.exchanges[0].response.answers[0].citations[0]
    assert text.startswith("## Who opened the bridge at Skagen?\n\n*Asked with k 10, top-k 3, since 2024-01-01.*\n")
    assert "> The bridge at Skagen was opened by **Anna Lindqvist**.\n" in text
    assert "> A bridge for Skagen · Harbour Wire · 2024-05-08\n" in text
    assert "> bridge.txt, characters 35-49\n" in text
    assert citation.content_hash in text
    assert "## Who won the football World Cup in 1998?" in text
    assert "Not in these articles: the passages that were read hold no answer (null\\_beats\\_span).\n" in text
    nearest = asked.exchanges[1].response.hits[0].passage
    assert text.rstrip().endswith(f"> {nearest.article_id}, characters {nearest.start}-{nearest.end}")
    assert f"> {nearest.text}\n" in text


def test_json_holds_the_responses_and_their_limits(asked, tmp_path):
    obey(asked, f"/export {tmp_path / 'session.json'}")
    found = json.loads((tmp_path / "session.json").read_text(encoding="utf-8"))
    assert [Response.model_validate(entry["response"]) for entry in found] == [
        exchange.response for exchange in asked.exchanges
    ]
    assert found[0]["limits"] == {
        "top_k": 3, "k": 10, "since": "2024-01-01", "until": None, "as_of": None, "source": [],
    }  # fmt: skip


MONDAY = Article(
    id="monday.txt",
    title="Ferry aground",
    source="Harbour Wire",
    published_at="2024-05-06",
    text="At least 14 passengers were hurt on Monday, the coast guard said.",
)
WEDNESDAY = Article(
    id="wednesday.txt",
    title="More hurt than was thought",
    source="Meridian Post",
    published_at="2024-05-08",
    text="The grounding injured 23 passengers, the hospital said.",
)


def cited(article: Article, quote: str):
    start = article.text.index(quote)
    return cite(article, start, start + len(quote))


def conflicting(**changes) -> Response:
    """Return a response whose second value is among its conflicts alone."""
    first, second = cited(WEDNESDAY, "23"), cited(MONDAY, "14")
    best = Answer(text="23", confidence=0.88, citations=(first,), sources=2, score=4.0, as_of=WEDNESDAY.published_at)
    rivals = (
        Rival(text="23", confidence=0.88, citations=(first,)),
        Rival(text="14", confidence=0.6, citations=(second,)),
    )
    conflict = Conflict(kind="differs", values=rivals)
    given = {"answers": (best,), "abstained": False, "reason": None, "conflicts": (conflict,), **changes}
    return Response(question="How many were hurt?", hits=(), timings_ms={}, **given)


def exported(response: Response) -> str:
    return as_markdown([Exchange(Limits(), response)], nearest=lambda _: None)


def test_a_conflict_is_exported_with_its_values_days_citations_and_speakers():
    text = exported(conflicting())
    assert "The sources differ:\n\n- **23** as of 2024-05-08, Meridian Post (likely right, 88 %)\n\n- **14** " in text
    below = text[text.index("- **14** as of 2024-05-06, Harbour Wire (more likely right than not, 60 %)") :]
    assert "\n  > At least **14** passengers were hurt on Monday, the coast guard said.\n  >\n" in below
    assert "\n  > Monday = 2024-05-06; attributed: the coast guard said\n" in below
    assert "\n  > monday.txt, characters 9-11\n" in below
    # The citation of the value that is an answer stands below the answer alone, as on the screen.
    assert text.count(WEDNESDAY.content_hash) == text.count(MONDAY.content_hash) == 1
    assert "**23** (likely right, 88 %, 2 sources agree, as of 2024-05-08)\n\n> The grounding injured **23**" in text
    assert "\n> attributed: the hospital said\n" in text


def test_a_figure_that_changed_is_exported_as_one():
    superseded = conflicting().conflicts[0].model_copy(update={"kind": "superseded"})
    assert "The answer changed; the newest report comes first:\n" in exported(conflicting(conflicts=(superseded,)))


def test_an_abstention_is_exported_with_its_reason_and_what_reports_put_differently():
    text = exported(conflicting(answers=(), abstained=True, reason="low_confidence"))
    assert "Not in these articles: what was found is too unlikely to be right (low\\_confidence).\n" in text
    assert "- **23** as of 2024-05-08, Meridian Post (likely right, 88 %)\n\n  > The grounding" in text
    assert "\n  > At least **14** passengers" in text


def test_what_the_screen_leaves_out_is_not_exported():
    best = conflicting().answers[0]
    piece = best.model_copy(
        update={"text": "passengers", "confidence": 0.1, "citations": (cited(WEDNESDAY, "passengers"),)}
    )
    assert "very doubtful" not in exported(conflicting(answers=(best, piece), conflicts=()))


@pytest.mark.parametrize("name", ["notes.md", "my notes.json"])
def test_a_file_that_is_there_is_written_over_only_where_that_is_asked_for(asked, tmp_path, name):
    path = tmp_path / name
    path.write_text("mine", encoding="utf-8")
    with pytest.raises(SettingError, match=f"is there already: .* /export {path} overwrite"):
        obey(asked, f"/export {path}")
    assert path.read_text(encoding="utf-8") == "mine"
    obey(asked, f"/export {path} overwrite")
    assert OPENER in path.read_text(encoding="utf-8")


def test_what_the_session_itself_has_written_may_have_been_edited_and_is_kept_too(asked, tmp_path):
    path = tmp_path / "session.md"
    obey(asked, f"/export {path}")
    before = path.read_text(encoding="utf-8")
    asked.ask(OPENER)
    with pytest.raises(SettingError, match="is there already"):
        obey(asked, f"/export {path}")
    assert path.read_text(encoding="utf-8") == before
    obey(asked, f"/export {path} overwrite")
    assert path.read_text(encoding="utf-8").count("## ") == 3


@pytest.mark.parametrize(
    ("name", "message"), [("session.txt", "as .md or .json"), ("no/folder.md", "can't be written")]
)
def test_where_it_can_not_be_written_is_said(asked, tmp_path, name, message):
    with pytest.raises(SettingError, match=message):
        obey(asked, f"/export {tmp_path / name}")


def test_nothing_asked_is_nothing_to_export(session, tmp_path):
    with pytest.raises(QuestionError, match="nothing has been asked yet"):
        obey(session, f"/export {tmp_path / 'session.md'}")
    assert not (tmp_path / "session.md").exists()


def test_words_of_an_article_stay_words_in_markdown(tmp_path, reader):
    article = Article(id="a*b.txt", title="[x](y) <b>", text="The *old* lighthouse_keeper was named Rosa \x1b[1mMaier.")
    with Pipeline.open(tmp_path / "index", reader=reader) as pipeline:
        pipeline.add(article)
        session = Session(pipeline)
        assert session.ask("What was the name of the lighthouse keeper?").answers
        obey(session, f"/export {tmp_path / 'session.md'}")
    text = (tmp_path / "session.md").read_text(encoding="utf-8")
    assert "\\*old\\* lighthouse\\_keeper" in text
    assert "\\[x\\](y) \\<b\\>" in text
    assert "a\\*b.txt" in text
    assert "\x1b" not in text
