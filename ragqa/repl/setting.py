"""Commands that change what the next question is asked of: limits, and articles that are added."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from ragqa.console import progress
from ragqa.errors import SettingError
from ragqa.repl.session import Limits, Session
from ragqa.repl.shown import Note
from ragqa.view import counted

__all__ = ["add", "as_of", "k", "since", "source", "source_names", "top_k", "until"]

_OFF = "off"


def source(session: Session, argument: str) -> Note:
    """Ask articles of sources only, separated by semicolons; "off" for all of them."""
    names = tuple(name.strip() for name in argument.split(";") if name.strip())
    return _set(session, argument, lambda limits: replace(limits, source=() if argument == _OFF else names))


def source_names(session: Session) -> list[str]:
    """Return what `source` takes."""
    return [row.source for row in session.pipeline.index.sources() if row.source is not None] + [_OFF]


def since(session: Session, argument: str) -> Note:
    """Ask articles published on this day or later."""
    return _set(session, argument, lambda limits: replace(limits, since=_day(argument)))


def until(session: Session, argument: str) -> Note:
    """Ask articles published on this day or earlier."""
    return _set(session, argument, lambda limits: replace(limits, until=_day(argument)))


def as_of(session: Session, argument: str) -> Note:
    """Ask only what had been published by this day."""
    return _set(session, argument, lambda limits: replace(limits, as_of=_day(argument)))


def k(session: Session, argument: str) -> Note:
    """Set how many passages are read."""
    return _set(session, argument, lambda limits: replace(limits, k=_number("/k", argument)))


def top_k(session: Session, argument: str) -> Note:
    """Set how many answers are given."""
    return _set(session, argument, lambda limits: replace(limits, top_k=_number("/top-k", argument)))


def add(session: Session, argument: str) -> Note:
    """Add a file or folder; what can't be read is named by the warnings of the library."""
    path = Path(argument).expanduser()
    with progress("Embedding passages") as bar:
        report = session.pipeline.add(path, progress=bar, expect=bar.expect)
    done = {"added": report.added, "replaced": report.replaced, "unchanged": report.unchanged}
    said = ", ".join(f"{count:,} {word}" for word, count in done.items() if count) or "nothing added"
    held = session.pipeline.index.count()
    return Note(f"{said}; the index holds {counted(held.articles, 'article')} in {counted(held.passages, 'passage')}")


def _set(session: Session, argument: str, changed: Callable[[Limits], Limits]) -> Note:
    """Change the limits where there is an argument, and say what they are."""
    if argument:
        session.use(changed(session.limits))
    return Note(str(session.limits))


def _day(argument: str) -> str | None:
    return None if argument == _OFF else argument


def _number(name: str, argument: str) -> int:
    try:
        return int(argument)
    except ValueError as error:
        raise SettingError(f"{name} takes a whole number, got {argument!r}") from error
