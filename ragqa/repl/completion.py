"""What Tab completes at the prompt: commands and what they take. Questions are the user's own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ragqa.controls import visible
from ragqa.repl.commands import COMMANDS, named
from ragqa.repl.session import Session

if TYPE_CHECKING:
    from prompt_toolkit.completion import CompleteEvent, Completer, Completion
    from prompt_toolkit.document import Document

__all__ = ["completer"]


def completer(session: Session) -> Completer:
    """Return the completer for a session."""
    from prompt_toolkit.completion import Completer, Completion, PathCompleter
    from prompt_toolkit.document import Document

    paths = PathCompleter(expanduser=True)

    class Commands(Completer):
        def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterator[Completion]:
            """Yield what the text before the cursor may go on with."""
            typed = document.text_before_cursor
            name, space, argument = typed.partition(" ")
            if not typed.startswith("/"):
                return
            if not space:
                for command in COMMANDS:
                    if command.name.startswith(typed):
                        yield Completion(command.name, -len(typed), display_meta=command.does)
                return
            found = named(name)
            if found is None or found.completes is None:
                return
            if found.completes == "path":
                yield from paths.get_completions(Document(argument), complete_event)
                return
            # Of several that are separated by semicolons, the last is being typed.
            begun = re.split(r";\s*", argument)[-1]
            for word in found.completes(session):
                if word.casefold().startswith(begun.casefold()):
                    yield Completion(word, -len(begun), display=visible(word))

    return Commands()
