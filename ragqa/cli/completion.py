"""What the shell completes after an option: sources and ids of the index that the line names. No model is loaded for it."""

from __future__ import annotations

from pathlib import Path

import typer

from ragqa.errors import RagqaError

__all__ = ["complete_ids", "complete_sources"]


def complete_sources(ctx: typer.Context, incomplete: str) -> list[str]:
    """Return the sources that begin as what is typed, whatever the case."""
    from ragqa.index import Index

    try:
        with Index.open(_folder(ctx)) as index:
            found = [row.source for row in index.sources() if row.source is not None]
    except RagqaError:  # no index, no words: a shell that asks for completions can show no message
        return []
    return _beginning(found, incomplete)


def complete_ids(ctx: typer.Context, incomplete: str) -> list[str]:
    """Return the ids of articles that begin as what is typed."""
    from ragqa.index import Index

    try:
        with Index.open(_folder(ctx)) as index:
            found = index.ids()
    except RagqaError:
        return []
    return _beginning(found, incomplete)


def _folder(ctx: typer.Context) -> Path:
    return Path(ctx.params.get("index") or "")


def _beginning(words: list[str], incomplete: str) -> list[str]:
    return [word for word in words if word.casefold().startswith(incomplete.casefold())]
