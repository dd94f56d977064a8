"""The REPL driven through a real terminal: typing, completion, history, paging, Ctrl-C and Ctrl-D."""

import os
import re
import signal
import stat
import sys

import pexpect
import pytest

from ragqa import Article, Pipeline

OPENER = "Who opened the bridge at Skagen?"
BRIDGE = Article(
    id="bridge",
    title="A bridge for Skagen",
    source="Harbour Wire",
    published_at="2024-05-08",
    text="The bridge at Skagen was opened by Anna Lindqvist." + "\n\nThe ferry goes on Sundays." * 60,
)


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    folder = tmp_path_factory.mktemp("terminal") / "index"
    with Pipeline.open(folder) as pipeline:
        pipeline.add(BRIDGE)
    return folder


@pytest.fixture
def repl(index, tmp_path):
    """Start the REPL on a terminal of its own, with more options and variables if they are given."""
    started = []

    def start(*options, folder=index, **variables):
        environment = {
            **os.environ,
            "TERM": "xterm-256color",
            "PROMPT_TOOLKIT_NO_CPR": "1",
            "RAGQA_HISTORY": str(tmp_path / "history"),
            "PAGER": "cat",
            **variables,
        }
        process = pexpect.spawn(
            sys.executable,
            ["-m", "ragqa", "repl", "--index", str(folder), *options],
            env=environment,
            encoding="utf-8",
            dimensions=(40, 110),
            timeout=30,
            # Where the tests run in the background, Ctrl-C is ignored, and that is inherited.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )
        started.append(process)
        process.expect_exact("Ctrl-D leaves.")
        process.expect_exact("? ")
        return process

    yield start
    for process in started:
        process.close(force=True)


def say(process, line):
    process.send(f"{line}\r")


def left(process) -> int:
    process.expect(pexpect.EOF)
    process.close()
    return process.exitstatus


def leave(process) -> int:
    """Press Ctrl-D at the prompt; what is pressed before is for the terminal, not for the prompt."""
    process.expect_exact("? ")
    process.send("\x04")
    return left(process)


def test_a_conversation(repl, tmp_path):
    process = repl()
    say(process, OPENER)
    process.expect_exact("Anna Lindqvist")
    process.expect_exact("bridge, characters 35-49")
    say(process, "/why")
    process.expect_exact("answer 1")
    say(process, "/timeline")
    process.expect_exact("2024-05-08")
    process.expect_exact("Anna Lindqvist")
    say(process, f"/export {tmp_path / 'session.md'}")
    process.expect_exact("1 question written to")
    say(process, "/help")
    process.expect_exact("the sources in the index")
    say(process, "quit")
    assert left(process) == 0
    assert "**Anna Lindqvist**" in (tmp_path / "session.md").read_text(encoding="utf-8")


def test_errors_are_said_and_the_next_question_is_answered(repl):
    process = repl()
    say(process, "/nonsense")
    process.expect_exact("there is no /nonsense")
    say(process, "why " * 300)
    process.expect_exact("fewer words")
    say(process, "/source Harbor Wire")
    process.expect_exact("the sources are Harbour Wire")
    say(process, "/open 4")
    process.expect_exact("nothing has been asked yet")
    say(process, OPENER)
    process.expect_exact("bridge, characters 35-49")
    assert leave(process) == 0


def test_tab_completes_commands_and_sources(repl):
    # Menus and the line at the bottom are drawn once the terminal has said where the cursor is.
    process = repl(PROMPT_TOOLKIT_NO_CPR="")
    process.send("\x1b[1;1R")
    process.expect_exact("k 10, top-k 3")
    process.send("/sour")
    process.expect_exact("the sources in the index")  # the menu says what each does
    process.send("ce har")
    process.expect_exact("Harbour Wire")
    process.send("\t\r")
    process.expect_exact("k 10, top-k 3, source Harbour Wire")
    process.send("\x1b[1;1R\x04")
    assert left(process) == 0


def test_what_was_typed_comes_back_in_the_next_session_and_is_nobody_else_s(repl, tmp_path):
    process = repl()
    say(process, OPENER)
    process.expect_exact("characters 35-49")
    assert leave(process) == 0
    assert stat.S_IMODE((tmp_path / "history").stat().st_mode) == 0o600
    process = repl()
    process.send("\x1b[A\r")  # arrow up
    process.expect_exact("characters 35-49")
    assert leave(process) == 0


def test_no_history_is_kept_where_none_is_wanted(repl, tmp_path):
    process = repl(RAGQA_HISTORY="", HOME=str(tmp_path), XDG_STATE_HOME="")
    say(process, OPENER)
    process.expect_exact("characters 35-49")
    assert leave(process) == 0
    assert not (tmp_path / ".local").exists()


def test_a_long_article_is_opened_in_the_pager_with_the_citation_highlighted(repl, tmp_path):
    pager = tmp_path / "pager"
    pager.write_text('#!/bin/sh\necho paged\nsed -n "1,99p"\n', encoding="utf-8")
    pager.chmod(0o700)
    process = repl(PAGER=str(pager))
    say(process, OPENER)
    process.expect_exact("characters 35-49")
    say(process, "/open 1")
    process.expect_exact("paged")
    process.expect_exact("\x1b[1;7mAnna Lindqvist\x1b[0m")
    assert leave(process) == 0


def test_ctrl_c_at_the_prompt_takes_the_line_back_and_goes_on(repl):
    process = repl()
    process.send("a question that is nev")
    process.sendintr()
    process.expect_exact("stopped")
    say(process, OPENER)
    process.expect_exact("characters 35-49")
    assert leave(process) == 0


def test_ctrl_c_stops_a_question_that_is_being_read(repl, tmp_path):
    folder = tmp_path / "long"
    words = " ".join(f"The {number}th ferry of the day crossed the sound in the fog." for number in range(4000))
    with Pipeline.open(folder) as pipeline:
        pipeline.add(Article(id="ferries", text=f"{words} The bridge at Skagen was opened by Anna Lindqvist."))
    process = repl("--k", "10", folder=folder)
    say(process, "/k 1000")
    process.expect_exact("k 1000")
    say(process, OPENER)
    process.expect_exact("searching and reading")
    process.sendintr()
    process.expect_exact("stopped")
    process.expect_exact("? ")  # what is typed before the prompt is there can be lost
    say(process, "/k 3")
    process.expect_exact("k 3,")
    process.expect_exact("? ")
    say(process, OPENER)
    process.expect("characters \\d+-\\d+")
    assert leave(process) == 0


def test_options_of_the_command_limit_the_first_question(repl, index):
    process = pexpect.spawn(
        sys.executable,
        ["-m", "ragqa", "repl", "-i", str(index), "--source", "Nobody"],
        encoding="utf-8",
        timeout=60,
    )
    process.expect_exact("the sources are Harbour Wire")
    assert left(process) == 2


def test_without_colours_the_citation_is_marked(repl):
    process = repl(TERM="dumb")
    say(process, OPENER)
    process.expect_exact("characters 35-49")
    say(process, "/open 1")
    process.expect_exact("[[Anna Lindqvist]]")
    assert not re.search(r"\x1b\[[\d;]*m", process.before)
    assert leave(process) == 0
