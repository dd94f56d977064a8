"""Help teaches by examples that work, and docs/commands.md says what it says."""

import importlib.util
import shlex
from pathlib import Path

import pytest
from typer.main import get_command

from ragqa.cli.app import app
from ragqa.cli.help import example_lines
from ragqa.repl.commands import COMMANDS

ROOT = Path(__file__).parents[2]
DOCUMENT = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")


def commands(group, path=("ragqa",)):
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, (*path, name))
        else:
            yield pytest.param(command, (*path, name), id=" ".join((*path, name)))


EVERY_COMMAND = list(commands(get_command(app)))


def test_the_document_of_the_commands_is_up_to_date():
    spec = importlib.util.spec_from_file_location("write_commands", ROOT / "tools" / "write_commands.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.page() == DOCUMENT, "run: .venv/bin/python tools/write_commands.py docs/commands.md"


@pytest.mark.parametrize(("command", "path"), EVERY_COMMAND)
def test_every_command_is_documented_with_every_option(command, path):
    section = DOCUMENT.split(f"\n## {' '.join(path)}\n")[1].split("\n## ")[0]
    for param in command.params:
        if not param.hidden and param.name != "help":
            assert param.help, f"{param.name} says nothing"
            assert all(f"`{name}`" in section for name in param.opts if name.startswith("-"))


@pytest.mark.parametrize(("command", "path"), EVERY_COMMAND)
def test_help_shows_what_the_document_says(command, path, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "300")
    with pytest.raises(SystemExit) as stopped:
        app([*path[1:], "--help"], prog_name="ragqa")
    shown = capsys.readouterr().out
    assert not stopped.value.code
    assert command.help.splitlines()[0] in shown
    for param in command.params:
        if not param.hidden and param.name != "help":
            assert param.help in shown
            assert all(name in shown for name in param.opts if name.startswith("-"))


@pytest.mark.parametrize(("command", "path"), EVERY_COMMAND)
def test_the_examples_of_a_command_are_lines_that_it_takes(command, path):
    lines = example_lines(command.epilog)
    assert lines
    for line in lines:
        assert len(line) <= 100
        words = shlex.split(line.split(" < ")[0])
        assert tuple(words[: len(path)]) == path
        command.make_context(" ".join(path), words[len(path) :])  # fails on an unknown option, or a missing one


def test_every_command_of_a_session_is_documented():
    typed = DOCUMENT.split("\n## What can be typed in `ragqa repl`\n")[1]
    for command in COMMANDS:
        assert f"| `{command.name}" in typed
        assert command.does.replace("|", "\\|") in typed
