"""Lines in, lines out."""

import json

import pytest

from ragqa.repl import run

OPENER = "Who opened the bridge at Skagen?"


@pytest.fixture
def lines(session, capsys):
    """Give lines to the session; return the lines that come out."""

    def give(*given, as_json=False):
        run(session, [f"{line}\n" for line in given], as_json=as_json)
        return capsys.readouterr().out.splitlines()

    return give


def test_a_question_gets_one_line_and_a_setting_none(lines):
    found = lines("/source Harbour Wire", "", OPENER, "/source off", "Who won the World Cup in 1998?")
    assert [line.split("\t")[0] for line in found] == ["Anna Lindqvist", "-"]


def test_a_slip_gets_a_line_that_says_why_and_the_rest_is_answered(lines):
    found = lines("/sorce Harbour Wire", "why " * 300, OPENER)
    assert [line.split("\t")[0] for line in found] == ["-", "-", "Anna Lindqvist"]
    assert "did you mean /source?" in found[0]
    assert "fewer words" in found[1]


def test_an_error_of_the_program_ends_nothing(lines, session, monkeypatch):
    asked = []

    def ask(question):
        asked.append(question)
        raise ZeroDivisionError("division by zero")

    monkeypatch.setattr(session, "ask", ask)
    assert lines(OPENER, OPENER) == ["-\tunexpected ZeroDivisionError: division by zero"] * 2
    assert len(asked) == 2


@pytest.mark.parametrize("leaving", ["quit", "/quit", "exit"])
def test_quit_ends_it_and_is_not_asked(lines, session, leaving):
    assert lines(leaving, OPENER) == []
    assert session.exchanges == []


def test_what_is_opened_is_plain_and_marks_the_citation(lines, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    found = lines(OPENER, "/open 1")
    assert found[1:4] == ["id: bridge.txt", "title: A bridge for Skagen", "source: Harbour Wire"]
    assert found[-1] == "The bridge at Skagen was opened by [[Anna Lindqvist]]."
    assert "\x1b" not in "".join(found)


def test_a_timeline_is_plain_lines(lines):
    found = lines("/timeline How many people died in Valencia?")
    assert found[0].split() == ["published", "answer", "source", "sentence"]
    assert found[1].startswith("2024-10-30")
    assert "Meridian Post" in found[1]


def test_json_is_one_object_a_line(lines):
    found = list(map(json.loads, lines("/k 2", OPENER, "/sources", "/nonsense", "how \udcff many", as_json=True)))
    assert [sorted(entry)[:2] for entry in found[1:]] == [
        ["command", "shown"],
        ["command", "error"],
        ["error", "question"],
    ]
    assert len(found[0]["hits"]) == 2
    assert "Harbour Wire" in found[1]["shown"]
