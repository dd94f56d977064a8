"""`ragqa timeline`: how the answer changed over the reports, as a table, as JSON, and as a picture."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ragqa.cli.options import (
    AsOfOption,
    EmbedderOption,
    IndexOption,
    JsonOption,
    KOption,
    LanguageFilter,
    ReaderOption,
    SinceOption,
    SourceFilter,
    UntilOption,
)
from ragqa.cli.output import complain, draw, write

__all__ = ["timeline"]


def timeline(
    question: Annotated[str, typer.Argument(help="The question.", show_default=False)],
    index: IndexOption,
    k: KOption = 50,
    since: SinceOption = None,
    until: UntilOption = None,
    as_of: AsOfOption = None,
    source: SourceFilter = None,
    language: LanguageFilter = None,
    reader: ReaderOption = None,
    embedder: EmbedderOption = None,
    picture: Annotated[
        Path | None, typer.Option(help="Draw the figures into this file (.png, .svg, .pdf).", show_default=False)
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Show how the answer to a question changed over the reports, oldest first; articles without a date are left out."""
    from ragqa.pipeline import Pipeline
    from ragqa.timeline_picture import draw_timeline
    from ragqa.view import timeline_view

    with Pipeline.open(index, embedder=embedder, reader=reader, create=False) as pipeline:
        found = pipeline.timeline(
            question, k=k, since=since, until=until, as_of=as_of, source=source, language=language
        )
    write(found.model_dump_json()) if as_json else draw(timeline_view(found))
    if picture is not None:
        drawn = draw_timeline(found, picture)
        complain(f"{drawn} of {len(found.entries)} answers have a figure and are drawn in {picture}")
