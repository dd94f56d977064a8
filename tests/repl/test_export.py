"""A session as a file."""

import json

import pytest

from ragqa import Article, Pipeline, QuestionError, Response, SettingError
from ragqa.repl import Session
from ragqa.repl.commands import obey

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
    assert text.endswith("Not in these articles (null\\_beats\\_span).\n") or "Not in these articles" in text


def test_json_holds_the_responses_and_their_limits(asked, tmp_path):
    obey(asked, f"/export {tmp_path / 'session.json'}")
    found = json.loads((tmp_path / "session.json").read_text(encoding="utf-8"))
    assert [Response.model_validate(entry["response"]) for entry in found] == [
        exchange.response for exchange in asked.exchanges
    ]
    assert found[0]["limits"] == {
        "top_k": 3, "k": 10, "since": "2024-01-01", "until": None, "as_of": None, "source": [],
    }  # fmt: skip


def test_a_file_that_the_session_did_not_write_is_left_alone(asked, tmp_path):
    path = tmp_path / "notes.md"
    path.write_text("mine", encoding="utf-8")
    with pytest.raises(SettingError, match="is there already"):
        obey(asked, f"/export {path}")
    assert path.read_text(encoding="utf-8") == "mine"
    own = tmp_path / "session.md"
    obey(asked, f"/export {own}")
    asked.ask(OPENER)
    obey(asked, f"/export {own}")
    assert own.read_text(encoding="utf-8").count("## ") == 3


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
