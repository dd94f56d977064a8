"""What goes to the terminal: lines and JSON to standard output, progress and complaints to standard error."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

from rich.console import Console, RenderableType

from ragqa.errors import RagqaError

__all__ = ["UNREADABLE", "complain", "draw", "errors_in_one_line", "fail", "progress", "write", "write_json"]

UNREADABLE = 2
"""Exit status for wrong use and for input that can't be read."""


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


@contextmanager
def errors_in_one_line() -> Iterator[None]:
    """Turn the errors of ragqa into one line and exit status 2; a trace is for errors of the program."""
    _say_warnings()
    try:
        yield
    except RagqaError as error:
        fail(str(error))
    except KeyboardInterrupt:
        complain("stopped; what had been committed is kept")
        sys.exit(130)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)


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
    sys.stderr.write(f"ragqa: {' '.join(message.split())}\n")


def draw(what: RenderableType) -> None:
    """Draw on standard output, as wide as the terminal; where there is none, 100 columns wide."""
    Console(highlight=False, width=None if sys.stdout.isatty() else 100).print(what, markup=False)


def write(line: str) -> None:
    """Write one line to standard output, at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def write_json(value: object) -> None:
    """Write a value as one line of JSON."""
    write(json.dumps(value, ensure_ascii=False))
