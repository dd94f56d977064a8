"""Lines in, lines out: a question gets one line, a command what it shows, without colours."""

from __future__ import annotations

import io
import json
import logging
import sys
from collections.abc import Iterable

from rich.console import Console, RenderableType

from ragqa.errors import RagqaError
from ragqa.repl.commands import Leave, is_command, obey
from ragqa.repl.session import Session
from ragqa.repl.shown import Note, Page, Shown
from ragqa.view import article_view, plain, response_line

__all__ = ["run"]

logger = logging.getLogger(__name__)

_WIDTH = 100


def run(session: Session, lines: Iterable[str], *, as_json: bool = False) -> None:
    """Answer each line with one line: an answer with its place, tab-separated, or with ``as_json`` a `Response`.

    What can't be asked or done has a line too, which says why. A command writes what it shows, with ``as_json`` on one line; one
    that changes a setting writes nothing, and neither do blank lines. /quit ends it.
    """
    for line in lines:
        typed = line.strip()
        if not typed:
            continue
        try:
            said = _said(session, typed, as_json)
        except Leave:
            return
        except RagqaError as error:
            said = _complaint(typed, error, as_json)
        except (BrokenPipeError, KeyboardInterrupt):
            raise
        except Exception as error:  # the lines after this one are still to be answered
            logger.debug("a line failed", exc_info=True)
            said = _complaint(typed, error, as_json)
        if said:
            sys.stdout.write(f"{said}\n")
            sys.stdout.flush()


def _said(session: Session, typed: str, as_json: bool) -> str:
    if not is_command(typed):
        response = session.ask(typed)
        return response.model_dump_json() if as_json else response_line(response)
    text = _drawn(obey(session, typed))
    return _object(command=typed, shown=text) if as_json and text else text


def _drawn(shown: Shown) -> str:
    """Return what a command shows as plain text, nothing for a note."""
    if isinstance(shown, Note):
        return ""
    what: RenderableType = (
        article_view(shown.article, cited=shown.cited, marked=True) if isinstance(shown, Page) else shown
    )
    # No environment variable may bring colours into a pipe.
    console = Console(file=io.StringIO(), width=_WIDTH, color_system=None, force_terminal=False, highlight=False)
    with console.capture() as captured:
        console.print(what, markup=False, emoji=False)
    return "\n".join(line.rstrip() for line in captured.get().splitlines())


def _complaint(typed: str, error: Exception, as_json: bool) -> str:
    told = str(error) if isinstance(error, RagqaError) else f"unexpected {type(error).__name__}: {error}"
    kind = "command" if is_command(typed) else "question"
    return _object(**{kind: typed, "error": told}) if as_json else plain("-", told)


def _object(**fields: str) -> str:
    """Return JSON on one line; half a surrogate from a bad byte is written as its escape."""
    try:
        text = json.dumps(fields, ensure_ascii=False)
        text.encode("utf-8")
    except UnicodeEncodeError:
        return json.dumps(fields)
    return text
