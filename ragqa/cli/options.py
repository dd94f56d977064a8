"""The options that several commands take, said once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from ragqa.cli.completion import complete_sources
from ragqa.cli.help import LIMITS, MODELS

__all__ = [
    "AsOfOption",
    "CiteOption",
    "EmbedderOption",
    "IndexOption",
    "JsonOption",
    "KOption",
    "LanguageFilter",
    "ReaderOption",
    "SinceOption",
    "SourceFilter",
    "TopKOption",
    "UntilOption",
]

IndexOption = Annotated[
    Path,
    typer.Option("--index", "-i", envvar="RAGQA_INDEX", help="The folder of the index.", show_default=False),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Write JSON to standard output.")]
TopKOption = Annotated[int, typer.Option("--top-k", min=1, help="How many answers at most.")]
ReaderOption = Annotated[
    str | None, typer.Option(help="A question-answering model, by name or folder.", rich_help_panel=MODELS)
]
KOption = Annotated[int, typer.Option("--k", min=1, help="How many passages are searched out.")]
EmbedderOption = Annotated[
    str | None,
    typer.Option(
        help="A sentence-transformers model, by name or folder. Default: the one that made the index.",
        rich_help_panel=MODELS,
    ),
]
SinceOption = Annotated[
    str | None,
    typer.Option(help="Only articles published on this day (ISO 8601, UTC) or later.", rich_help_panel=LIMITS),
]
UntilOption = Annotated[
    str | None, typer.Option(help="Only articles published on this day or earlier.", rich_help_panel=LIMITS)
]
AsOfOption = Annotated[
    str | None, typer.Option(help="Only what had been published by this day.", rich_help_panel=LIMITS)
]
SourceFilter = Annotated[
    list[str] | None,
    typer.Option(
        help="Only articles of this source; may be given again.",
        autocompletion=complete_sources,
        rich_help_panel=LIMITS,
    ),
]
LanguageFilter = Annotated[
    list[str] | None,
    typer.Option(
        help='Only articles that say they are in this language, "en" also "en-GB"; may be given again.',
        rich_help_panel=LIMITS,
    ),
]
CiteOption = Annotated[
    Literal["apa", "chicago", "mla", "bibtex", "markdown"] | None,
    typer.Option(help="Write the citations in this style.", show_default=False),
]
