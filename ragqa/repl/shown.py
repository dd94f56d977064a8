"""What a command gives back to be shown."""

from __future__ import annotations

from typing import NamedTuple

from rich.console import RenderableType

from ragqa.records import Article, Citation

__all__ = ["Note", "Page", "Shown"]


class Note(NamedTuple):
    """Word that something was done. A pipe, which gets a line a question, is spared it."""

    text: str


class Page(NamedTuple):
    """An article to be read, from the place of a citation if there is one."""

    article: Article
    cited: Citation | None


Shown = RenderableType | Note | Page
