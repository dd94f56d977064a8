"""What goes to the terminal: lines and JSON to standard output, progress and complaints to standard error."""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from io import TextIOWrapper
from pathlib import Path
from typing import Any, NoReturn

import typer
from rich.console import Console, RenderableType
from typer.core import TyperGroup

from ragqa.errors import RagqaError
from ragqa.view import visible

__all__ = [
    "UNREADABLE",
    "Commands",
    "complain",
    "draw",
    "fail",
    "lines_of_input",
    "progress",
    "use_utf8",
    "write",
    "write_json",
]

UNREADABLE = 2
"""Exit status for wrong use and for input that can't be read."""
INTERRUPTED = 130
"""Exit status after Ctrl-C, as shells have it."""


@contextmanager
def progress(what: str, *, total: int | None = None, unit: str = "passages") -> Iterator[Any]:
    """Show a bar on a terminal's standard error while work goes on; yield what is to be called with each advance."""
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        SpinnerColumn,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    console = Console(stderr=True)
    columns = [SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn(unit)]
    columns += [TextColumn("{task.fields[rate]}"), TimeElapsedColumn(), TimeRemainingColumn()]
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(what, total=total, rate="")

        def advance(count: int) -> None:
            bar.advance(task, count)
            speed = bar.tasks[0].speed
            bar.update(task, rate=f"{speed:,.0f}/s" if speed else "")

        yield advance


class Commands(TyperGroup):
    """Commands whose errors are one line on standard error and an exit status; a trace is for errors of the program."""

    def invoke(self, ctx: Any) -> Any:  # typer's own context class is private to it
        """Run a command."""
        _say_warnings()
        try:
            return super().invoke(ctx)
        except RagqaError as error:
            fail(str(error))
        except KeyboardInterrupt:
            complain("stopped; what had been committed is kept")
            raise typer.Exit(INTERRUPTED) from None
        except BrokenPipeError:
            _stop_writing()
            raise typer.Exit from None


class _Complaints(logging.Handler):
    """Writes the library's warnings as the lines of the command line."""

    def emit(self, record: logging.LogRecord) -> None:
        complain(record.getMessage())


def _say_warnings() -> None:
    own = logging.getLogger("ragqa")
    if not any(isinstance(handler, _Complaints) for handler in own.handlers):
        own.addHandler(_Complaints(logging.WARNING))
    # What trafilatura can't use is said by ragqa, in its own words.
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)


def fail(message: str) -> NoReturn:
    """Complain, and end with exit status 2."""
    complain(message)
    sys.exit(UNREADABLE)


def complain(message: str) -> None:
    """Write one line to standard error."""
    sys.stderr.write(f"ragqa: {' '.join(visible(message).split())}\n")


def draw(what: RenderableType) -> None:
    """Draw on standard output, as wide as the terminal; where there is none, 100 columns wide."""
    _Console(highlight=False, width=None if sys.stdout.isatty() else 100).print(what, markup=False)


def write(line: str) -> None:
    """Write one line to standard output, at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def write_json(value: object) -> None:
    """Write a value as one line of JSON."""
    write(json.dumps(value, ensure_ascii=False))


def use_utf8() -> None:
    """Write UTF-8 whatever the locale, so that JSON is JSON everywhere."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def lines_of_input(path: Path | None = None) -> Iterator[str]:
    """Yield the lines of a UTF-8 file, or of standard input, without a byte-order mark; a bad byte comes as half a surrogate."""
    with path.open("rb") if path else nullcontext(sys.stdin.buffer) as file:
        for number, line in enumerate(file):
            text = line.decode("utf-8", errors="surrogateescape")
            yield text.removeprefix("\ufeff") if number == 0 else text


class _Console(Console):
    def on_broken_pipe(self) -> None:
        """Let `Commands` end the process: whoever read has seen enough."""
        raise BrokenPipeError


def _stop_writing() -> None:
    """Send what is still buffered nowhere, or Python complains when it ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
