"""How the help of a command teaches: its examples, and the panels that commands and options stand in."""

from __future__ import annotations

from inspect import cleandoc

from rich.markup import escape
from rich.text import Text

__all__ = ["ARTICLES", "LIMITS", "MEASURING", "MODELS", "QUESTIONS", "example_lines", "examples", "unwrapped"]

ARTICLES = "Articles"
QUESTIONS = "Questions"
MEASURING = "Measuring"
LIMITS = "Which articles are searched"
MODELS = "Models"


def examples(*commands: str) -> str:
    """Return command lines as what stands below the help of a command, a line each.

    >>> examples("ragqa info -i indexes/mine").splitlines()
    ['Examples:', '[dim]$[/dim] ragqa info -i indexes/mine']
    """
    return "\n".join(["Examples:", *(f"[dim]$[/dim] {escape(command)}" for command in commands)])


def example_lines(epilog: str) -> list[str]:
    """Return the command lines that `examples` was given.

    >>> example_lines(examples("ragqa info -i indexes/mine"))
    ['ragqa info -i indexes/mine']
    """
    return [line.removeprefix("$ ") for line in Text.from_markup(epilog).plain.splitlines()[1:]]


def unwrapped(text: str) -> str:
    r"""Return a docstring with each of its paragraphs on one line, for a terminal of any width.

    >>> unwrapped("Ask.\n\n    From a pipe,\n    a line each.")
    'Ask.\n\nFrom a pipe, a line each.'
    """
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in cleandoc(text).split("\n\n"))
