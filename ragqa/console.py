"""Where the ways in draw: consoles with colours on terminals alone, and bars for work that takes a while.

rich heeds ``NO_COLOR``, and gives no colours to what is no terminal. Only `cli` and `repl` import this.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

__all__ = ["Bar", "output", "progress"]

_WIDTH_WITHOUT_TERMINAL = 100


class Bar:
    """How work tells where it is: called with so many just done; `expect` says how many there are in all."""

    def __init__(self, drawn: Progress, task: TaskID) -> None:
        self._drawn = drawn
        self._task = task

    def __call__(self, count: int) -> None:
        """Go on by ``count``."""
        self._drawn.advance(self._task, count)
        speed = self._drawn.tasks[0].speed
        self._drawn.update(self._task, rate=f"{speed:,.0f}/s" if speed else "")

    def expect(self, total: int) -> None:
        """Say how many there are in all, as far as is known."""
        self._drawn.update(self._task, total=total)


class _Output(Console):
    def on_broken_pipe(self) -> None:
        """Leave it to the way in: whoever read has seen enough."""
        raise BrokenPipeError


def output() -> Console:
    """Return a console for standard output as it is now: as wide as the terminal, without one 100 columns."""
    width = None if sys.stdout.isatty() else _WIDTH_WITHOUT_TERMINAL
    return _Output(highlight=False, markup=False, emoji=False, width=width)


@contextmanager
def progress(what: str, *, total: int | None = None, unit: str = "passages") -> Iterator[Bar]:
    """Show a bar on a terminal's standard error while work goes on: how far, how fast, and how long it will take."""
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        SpinnerColumn,
        TextColumn,
        TimeRemainingColumn,
    )

    console = Console(stderr=True)
    columns = [SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn(unit)]
    columns += [TextColumn("{task.fields[rate]}"), TimeRemainingColumn(compact=True), TextColumn("left")]
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        yield Bar(bar, bar.add_task(what, total=total, rate=""))
