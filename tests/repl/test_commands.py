"""Slash commands: what they change, what they show, what they say to a slip."""

import re

import pytest
from rich.console import Console

from ragqa import Article, ArticleError, Pipeline, QuestionError, RagqaError, SettingError
from ragqa.repl import Session
from ragqa.repl.commands import COMMANDS, Leave, is_command, named, obey
from ragqa.repl.shown import Note, Page

OPENER = "Who opened the bridge at Skagen?"


def drawn(shown) -> str:
    console = Console(width=120, color_system=None)
    with console.capture() as captured:
        console.print(shown, markup=False)
    return captured.get()


@pytest.mark.parametrize(
    ("line", "limit", "value"),
    [
        ("/k 5", "k", 5),
        ("/top-k 1", "top_k", 1),
        ("/since 2024-08-01", "since", "2024-08-01"),
        ("/until 2024-08-01", "until", "2024-08-01"),
        ("/as-of 2024-08-01", "as_of", "2024-08-01"),
        ("/source Harbour Wire", "source", ("Harbour Wire",)),
        ("/source harbour wire ; Meridian Post", "source", ("harbour wire", "Meridian Post")),
    ],
)
def test_a_setting_is_set_shown_and_taken_back(session, line, limit, value):
    before = session.limits
    assert isinstance(obey(session, line), Note)
    assert getattr(session.limits, limit) == value
    name = line.split()[0]
    assert obey(session, name) == Note(str(session.limits))
    if limit not in ("k", "top_k"):
        obey(session, f"{name} off")
        assert session.limits == before


@pytest.mark.parametrize(
    ("line", "error", "message"),
    [
        ("/opne 1", SettingError, "there is no /opne, did you mean /open?"),
        ("/xyzzy", SettingError, "there is no /xyzzy: /help lists the commands"),
        ("/", SettingError, "/help lists the commands"),
        ("/k many", SettingError, "/k takes a whole number, got 'many'"),
        ("/open", SettingError, "/open needs N | ID behind it"),
        ("/why now", SettingError, "/why takes nothing behind it, got 'now'"),
        ("/open 1", QuestionError, "nothing has been asked yet"),
        ("/why", QuestionError, "nothing has been asked yet"),
        ("/timeline", QuestionError, "nothing has been asked yet"),
        ("/export session.md", QuestionError, "nothing has been asked yet"),
        ("/open nobody.txt", ArticleError, "no article 'nobody.txt'"),
        ("/add nowhere", ArticleError, "there is nothing"),
    ],
)
def test_a_slip_is_said_with_what_to_do(session, line, error, message):
    with pytest.raises(error, match=re.escape(message)):
        obey(session, line)


def test_quit_needs_no_slash_and_questions_are_no_commands():
    assert [is_command(line) for line in ("quit", " EXIT ", "help", "/anything", "quit smoking?", "Who quit?")] == [
        True, True, True, True, False, False,
    ]  # fmt: skip


@pytest.mark.parametrize("line", ["/quit", "/exit", "/q", "quit", "Exit"])
def test_every_way_to_leave_leaves(session, line):
    with pytest.raises(Leave):
        obey(session, line)


def test_open_shows_the_article_with_the_citation(session):
    session.ask(OPENER)
    page = obey(session, "/open 1")
    assert isinstance(page, Page)
    assert (page.article.id, page.cited.quote) == ("bridge.txt", "Anna Lindqvist")
    assert obey(session, "/open [1]") == page
    assert obey(session, "/open snow.txt").article.text.startswith("Snow fell")


def test_an_article_that_is_called_by_a_number_can_be_opened(tmp_path, reader):
    with Pipeline.open(tmp_path / "index", reader=reader) as pipeline:
        pipeline.add(Article(id="7", text="The lighthouse was lit by Rosa Maier."))
        assert obey(Session(pipeline), "/open 7").article.id == "7"


def test_why_shows_what_won_and_what_lost_and_by_how_much(session):
    session.ask(OPENER)
    text = drawn(obey(session, "/why"))
    assert "3 passages read in" in text
    assert "A bridge for Skagen · Harbour Wire · 2024-05-08" in text
    assert re.search(r"\+\d+\.\d\d Anna Lindqvist +answer 1, score \d+\.\d\d", text)
    assert "loses to “no answer here”" in text
    assert "snow.txt" in text  # an article without a title goes by its id
    assert re.search(r"hybrid -?\d\.\d+ \(dense 0\.\d\d, lexical \d", text)


def test_why_outlives_an_article_that_was_deleted(tmp_path, reader):
    with Pipeline.open(tmp_path / "index", reader=reader) as pipeline:
        pipeline.add(Article(id="a", title="Lighthouse", text="The lighthouse was lit by Rosa Maier."))
        session = Session(pipeline)
        session.ask("Who lit the lighthouse?")
        pipeline.delete("a")
        assert "Rosa Maier" in drawn(obey(session, "/why"))


def test_a_timeline_is_of_the_question_that_is_given_or_of_the_last_one(session):
    toll = "How many people died in Valencia?"
    lines = [" ".join(line.split()) for line in drawn(obey(session, f"/timeline {toll}")).splitlines()]
    assert lines[0] == "published answer source sentence"
    assert re.match("2024-10-30 (At least )?95 ", lines[1])
    assert "Meridian Post" in lines[1]
    assert session.exchanges == []
    session.ask(toll)
    assert drawn(obey(session, "/timeline")) == drawn(obey(session, f"/timeline {toll}"))
    obey(session, "/until 2024-10-01")
    assert "No dated article holds an answer." in drawn(obey(session, "/timeline"))


def test_sources_are_listed_with_their_articles_and_days(session):
    lines = [" ".join(line.split()) for line in drawn(obey(session, "/sources")).splitlines()]
    assert lines == [
        "Harbour Wire 1 article 2024-05-08",
        "Meridian Post 1 article 2024-10-30",
        "no source named 1 article",
    ]


def test_what_is_added_answers_the_next_question(tmp_path, reader):
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "light.txt").write_text("The lighthouse was lit by Rosa Maier.", encoding="utf-8")
    with Pipeline.open(tmp_path / "index", reader=reader) as pipeline:
        session = Session(pipeline)
        assert session.ask("Who lit the lighthouse?").reason == "empty_index"
        note = obey(session, f"/add {tmp_path / 'articles'}")
        assert note == Note("1 added; the index holds 1 article in 1 passage")
        assert session.ask("Who lit the lighthouse?").answers[0].text == "Rosa Maier"


def test_every_command_is_in_the_help_and_says_what_it_does(session):
    text = drawn(obey(session, "/help"))
    for command in COMMANDS:
        assert f"{command.name} {command.takes}".rstrip() in text
        assert command.does in text
    assert len({command.name for command in COMMANDS}) == len(COMMANDS)
    assert named("/exit") is named("/quit")


def test_no_command_raises_anything_but_what_a_session_catches(session):
    session.ask(OPENER)
    for command in COMMANDS:
        for argument in ("", "\udcff", "9" * 30, "-1", "off", ";", "/dev/null/x.md", "[", "²"):
            try:
                obey(session, f"{command.name} {argument}")
            except (RagqaError, Leave):
                continue
