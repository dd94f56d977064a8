"""The prompt: history, Ctrl-C and Ctrl-D. Loads prompt_toolkit when a conversation begins.

History holds questions, which may be nobody else's business: its file is the user's alone (``$RAGQA_HISTORY``, which may be empty
for none, else ``ragqa/history`` in ``$XDG_STATE_HOME`` or ``~/.local/state``).
"""

from __future__ import annotations

import logging
import os
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

from ragqa.console import output
from ragqa.controls import visible
from ragqa.errors import RagqaError
from ragqa.repl.commands import Leave, is_command, named, obey
from ragqa.repl.completion import completer
from ragqa.repl.pager import page
from ragqa.repl.session import Session
from ragqa.repl.shown import Note, Page, Shown
from ragqa.view import article_view, counted, nearest_article, response_view

if TYPE_CHECKING:
    from prompt_toolkit import PromptSession
    from prompt_toolkit.history import History

__all__ = ["converse", "history_path"]

logger = logging.getLogger(__name__)

_ABOVE = 4  # lines of an article above the place that it is opened at


def converse(session: Session) -> None:
    """Ask a person for questions until Ctrl-D or /quit. What goes wrong is said in a line, and the next question is asked for."""
    console = output()
    counts = session.pipeline.index.count()
    held = f"{counted(counts.articles, 'article')}, {counted(counts.passages, 'passage')}"
    console.print(f"{held}. Type a question; /help lists the commands, Ctrl-D leaves.", style="dim")
    prompt = _prompt(session)
    while True:
        try:
            typed = prompt.prompt([("class:mark", "? ")]).strip()
            if typed:
                _answer(session, console, typed)
        except KeyboardInterrupt:
            console.print("stopped", style="dim")
        except (EOFError, Leave):
            return
        except RagqaError as error:
            console.print(_complaint(str(error)))
        except Exception as error:  # a fault of one question must not end the others
            logger.debug("a line failed", exc_info=True)
            console.print(_complaint(f"unexpected {type(error).__name__}: {error}; --debug shows where"))


def history_path() -> Path | None:
    """Return the file for what was typed, None where the user wants none or has no home folder."""
    own = os.environ.get("RAGQA_HISTORY")
    try:
        if own is not None:
            return Path(own).expanduser() if own else None
        state = Path(os.environ.get("XDG_STATE_HOME", ""))
        return (state if state.is_absolute() else Path("~/.local/state").expanduser()) / "ragqa" / "history"
    except RuntimeError:
        return None


def _answer(session: Session, console: Console, typed: str) -> None:
    if is_command(typed):
        command = named(typed.split()[0].casefold())
        with console.status(command.busy) if command and command.busy else nullcontext():
            shown = obey(session, typed)
        _show(console, shown)
        return
    with console.status("searching and reading"):
        response = session.ask(typed)
        nearest = nearest_article(response, session.pipeline.index) if response.abstained else None
    console.print(response_view(response, nearest=nearest))


def _show(console: Console, shown: Shown) -> None:
    if isinstance(shown, Note):
        console.print(Text(visible(shown.text), style="dim"))
    elif isinstance(shown, Page):
        view = article_view(shown.article, cited=shown.cited, marked=console.color_system is None)
        page(console, view, line=max(0, _line_of(console, shown) - _ABOVE))
    else:
        console.print(shown)


def _line_of(console: Console, shown: Page) -> int:
    """Return the line, from 0, in which the citation of a page begins."""
    if shown.cited is None:
        return 0
    article, place = shown.article, shown.cited.start
    before = article.model_copy(update={"text": article.text[:place]})
    return len(console.render_lines(article_view(before), pad=False)) - 1


def _complaint(message: str) -> Text:
    return Text(visible(message), style="red")


def _prompt(session: Session) -> PromptSession[str]:
    from prompt_toolkit import PromptSession
    from prompt_toolkit.auto_suggest import AutoSuggestFromHistory
    from prompt_toolkit.formatted_text import FormattedText
    from prompt_toolkit.styles import Style

    return PromptSession(
        history=_history(),
        completer=completer(session),
        complete_while_typing=True,
        auto_suggest=AutoSuggestFromHistory(),
        reserve_space_for_menu=6,
        bottom_toolbar=lambda: FormattedText([("", f" {visible(str(session.limits))}")]),
        style=Style.from_dict({"": "bold", "mark": "ansicyan", "bottom-toolbar": "noreverse nobold ansibrightblack"}),
    )


def _history() -> History:
    from prompt_toolkit.history import FileHistory, InMemoryHistory

    path = history_path()
    if path is None:
        return InMemoryHistory()
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.touch(mode=0o600)
        with path.open("ab"):  # it may be another's, or on a disk that can't be written
            return FileHistory(path)
    except OSError as error:
        logger.debug("the history can't be kept in %s: %s", path, error)
        return InMemoryHistory()
