"""The options that several commands take, said once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

__all__ = [
    "AsOfOption",
    "CiteOption",
    "EmbedderOption",
    "IndexOption",
    "JsonOption",
    "KOption",
    "ReaderOption",
    "SinceOption",
    "SourceFilter",
    "TopKOption",
    "UntilOption",
]

IndexOption = Annotated[Path, typer.Option("--index", "-i", help="The folder of the index.", show_default=False)]
JsonOption = Annotated[bool, typer.Option("--json", help="Write JSON to standard output.")]
TopKOption = Annotated[int, typer.Option("--top-k", min=1, help="How many answers at most.")]
ReaderOption = Annotated[str | None, typer.Option(help="A question-answering model, by name or folder.")]
KOption = Annotated[int, typer.Option("--k", min=1, help="How many passages are searched out.")]
EmbedderOption = Annotated[
    str | None,
    typer.Option(help="A sentence-transformers model, by name or folder. Default: the one that made the index."),
]
SinceOption = Annotated[str | None, typer.Option(help="Only articles published on this day (ISO 8601, UTC) or later.")]
UntilOption = Annotated[str | None, typer.Option(help="Only articles published on this day or earlier.")]
AsOfOption = Annotated[str | None, typer.Option(help="Only what had been published by this day.")]
CiteOption = Annotated[
    Literal["apa", "chicago", "mla", "bibtex", "markdown"] | None,
    typer.Option(help="Write the citations in this style.", show_default=False),
]
SourceFilter = Annotated[list[str] | None, typer.Option(help="Only articles of this source; may be given again.")]
