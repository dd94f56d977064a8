"""The slash commands: a table of them, and what a typed line means.

A new command is a function ``(session, argument) -> Shown`` and a `Command` in `COMMANDS`; help, completion and pipes follow from
the table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from difflib import get_close_matches
from typing import Literal, NamedTuple

from rich.table import Table
from rich.text import Text

from ragqa.errors import SettingError
from ragqa.repl import export, setting, showing
from ragqa.repl.session import Session
from ragqa.repl.shown import Shown

__all__ = ["COMMANDS", "Command", "Leave", "is_command", "named", "obey"]


class Leave(Exception):
    """The user wants to leave."""


class Command(NamedTuple):
    """A slash command.

    ``takes`` names its argument, "" where it takes none; in square brackets where it may be left out. ``completes`` gives what the
    argument may be, or is "path" for names of files. ``busy`` is said while it runs, where that may take a moment.
    """

    name: str
    takes: str
    does: str
    run: Callable[[Session, str], Shown]
    completes: Callable[[Session], Iterable[str]] | Literal["path"] | None = None
    busy: str = ""


def _help(_session: Session, _argument: str) -> Shown:
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True, style="cyan")
    table.add_column()
    for command in COMMANDS:
        table.add_row(f"{command.name} {command.takes}".rstrip(), Text(command.does))
    table.add_row("Ctrl-C, Ctrl-D", Text("stop a question; leave"))
    return table


def _leave(_session: Session, _argument: str) -> Shown:
    raise Leave


_BUSY = "searching and reading"

COMMANDS: tuple[Command, ...] = (
    Command("/open", "N | ID", "the article of citation [N], or any article, read at the place", showing.open_article, showing.ids),
    Command("/why", "", "which passages were read for the last answer, how they scored, what lost", showing.why, None, _BUSY),
    Command("/timeline", "[QUESTION]", "how the answer to this or the last question has changed", showing.timeline, None, _BUSY),
    Command("/sources", "", "the sources in the index, with their articles and days", showing.sources),
    Command("/source", "[NAME; NAME | off]", "ask articles of these sources only", setting.source, setting.source_names),
    Command("/since", "[DATE | off]", "ask articles published on this day (ISO 8601) or later", setting.since),
    Command("/until", "[DATE | off]", "ask articles published on this day or earlier", setting.until),
    Command("/as-of", "[DATE | off]", "ask only what had been published by this day", setting.as_of),
    Command("/k", "[N]", "how many passages are searched out and read", setting.k),
    Command("/top-k", "[N]", "how many answers are shown at most", setting.top_k),
    Command("/add", "PATH", "add a file or folder of articles to the index", setting.add, "path"),
    Command("/export", "FILE [overwrite]", "write the session with its citations, as .md or .json", export.export, "path"),
    Command("/help", "", "show this", _help),
    Command("/quit", "", "leave", _leave),
)  # fmt: skip

_ALSO = {"/exit": "/quit", "/q": "/quit", "/?": "/help", "quit": "/quit", "exit": "/quit", "help": "/help"}
"""Other names; those without a slash are taken for commands where they are all that is typed."""


def is_command(line: str) -> bool:
    """Return whether a line is a command and no question.

    >>> is_command("/why"), is_command("quit"), is_command("Why did they quit?")
    (True, True, False)
    """
    typed = line.strip()
    return typed.startswith("/") or typed.casefold() in _ALSO


def named(name: str) -> Command | None:
    """Return the command that is called ``name``, its slash included, or None."""
    name = _ALSO.get(name, name)
    return next((command for command in COMMANDS if command.name == name), None)


def obey(session: Session, line: str) -> Shown:
    """Do what a line that is a command says.

    Raises:
        Leave: it is /quit.
        SettingError: there is no such command, or its argument can't be used.
        RagqaError: it could not be done.
    """
    name, _, rest = line.strip().partition(" ")
    argument = rest.strip()
    command = named(name.casefold())
    if command is None:
        near = get_close_matches(name.casefold(), [command.name for command in COMMANDS], n=1)
        raise SettingError(
            f"there is no {name}{f', did you mean {near[0]}?' if near else ':'} /help lists the commands"
        )
    if argument and not command.takes:
        raise SettingError(f"{command.name} takes nothing behind it, got {argument!r}")
    if not argument and command.takes and not command.takes.startswith("["):
        raise SettingError(f"{command.name} needs {command.takes} behind it: {command.does}")
    return command.run(session, argument)
