"""The REPL driven through a real terminal: typed questions, commands, Ctrl-C and Ctrl-D."""

import os
import pty
import select
import signal
import subprocess
import sys
import time

import pytest

from ragqa import Article, Pipeline


def heed_interrupts() -> None:
    """Take Ctrl-C as a terminal's programs do, also where the tests run in the background, which ignores it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.fixture
def terminal(tmp_path):
    """Start the REPL on a terminal of its own; yield the process, a way to type and a way to wait for what is shown."""
    with Pipeline.open(tmp_path / "index") as pipeline:
        pipeline.add(Article(id="bridge", text="The bridge at Skagen was opened by Anna Lindqvist."))
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "ragqa", "repl", "--index", str(tmp_path / "index")]
    process = subprocess.Popen(
        command, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True, preexec_fn=heed_interrupts
    )
    os.close(theirs)
    shown = b""

    def wait_for(text: str) -> None:
        nonlocal shown
        deadline = time.monotonic() + 60
        while text.encode() not in shown:
            ready, _, _ = select.select([ours], [], [], max(0.0, deadline - time.monotonic()))
            assert ready, shown.decode()
            shown += os.read(ours, 4096)
        shown = shown[shown.index(text.encode()) + len(text) :]

    yield process, lambda text: os.write(ours, text.encode()), wait_for
    process.kill()
    process.wait()
    os.close(ours)


def test_a_conversation(terminal):
    process, type_, wait_for = terminal
    wait_for("1 article, 1 passage.")
    wait_for("? ")
    type_("Who opened the bridge at Skagen?\n")
    wait_for("Anna Lindqvist")
    wait_for("bridge, characters 35-49")
    type_("/help\n")
    wait_for("Ctrl-C stops a question")
    type_("/nonsense\n")
    wait_for("There is no /nonsense")
    type_("why " * 300 + "\n")
    wait_for("fewer words")
    process.send_signal(signal.SIGINT)
    wait_for("stopped")
    type_("Who opened the bridge at Skagen?\n")
    wait_for("Anna Lindqvist")
    type_("\x04")
    assert process.wait(timeout=30) == 0


def test_quit_leaves(terminal):
    process, type_, wait_for = terminal
    wait_for("? ")
    type_("/quit\n")
    assert process.wait(timeout=30) == 0
