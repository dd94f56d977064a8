"""``ragqa index``: articles into an index, and an index made anew."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from ragqa.cli.options import EmbedderOption, IndexOption, JsonOption
from ragqa.cli.output import UNREADABLE, progress, write, write_json

if TYPE_CHECKING:
    from ragqa.index import Added, Duplicates

__all__ = ["index_articles"]


def index_articles(
    index: IndexOption,
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Files and folders of articles.", show_default=False)
    ] = None,
    embedder: EmbedderOption = None,
    source: Annotated[str | None, typer.Option(help="The source of articles that name none themselves.")] = None,
    date: Annotated[str | None, typer.Option(help="The day (ISO 8601) of articles that bear none themselves.")] = None,
    sync: Annotated[
        bool, typer.Option("--sync", help="Remove articles whose files are gone from the folders.")
    ] = False,
    duplicates: Annotated[
        str | None,
        typer.Option(
            help="What becomes of an article whose id is there with other content: replace, skip or fail. "
            "Default: it replaces one of the same folder, and is left out where that is of another.",
            show_default=False,
        ),
    ] = None,
    rebuild: Annotated[
        bool,
        typer.Option("--rebuild", help="Split and embed the stored articles anew, with --embedder if it is given."),
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Add articles to an index, made if it is missing. Unchanged articles cost nothing.

    Reads .txt, .md, .html, .json, .jsonl, .csv and .parquet. A file that can't be read is named, the others are indexed, and
    the exit status is 2. Files of other kinds in a folder are passed over, and counted.
    """
    from ragqa.articles import origin_of
    from ragqa.dates import parse_published
    from ragqa.pipeline import Pipeline
    from ragqa.view import counted

    if not paths and not rebuild:
        raise typer.BadParameter(
            "name a file or folder of articles, or --rebuild what is in the index", param_hint="PATH..."
        )
    for path in paths or []:  # before anything is made
        origin_of(path)
    if date is not None:
        parse_published(date)
    if duplicates not in (None, "replace", "skip", "fail"):
        raise typer.BadParameter(f"expected replace, skip or fail, got {duplicates!r}", param_hint="--duplicates")
    rebuilt = _rebuild(index, embedder, must_exist=not paths) if rebuild else None
    with progress("Embedding passages") as bar, Pipeline.open(index, embedder=embedder) as pipeline:
        report = pipeline.add(
            paths or [],
            source=source,
            date=date,
            sync=sync,
            duplicates=cast("Duplicates | None", duplicates),
            progress=bar,
            expect=bar.expect,
        )
        totals = pipeline.index.count()
    done = {
        "added": report.added,
        "replaced": report.replaced,
        "unchanged": report.unchanged,
        "removed": report.removed,
        "kept": report.kept,
    }
    if rebuilt is not None:
        done["rebuilt"] = rebuilt.replaced
        report = report._replace(passages=report.passages + rebuilt.passages, faults=(*rebuilt.refused, *report.faults))
    if as_json:
        known = {"passages": report.passages, "faults": report.faults, "articles": totals.articles}
        write_json({**done, **known, "total_passages": totals.passages, "skipped": report.skipped})
    else:
        said = ", ".join(f"{count:,} {word}" for word, count in done.items() if count) or "nothing to do"
        held = f"{counted(totals.articles, 'article')} in {counted(totals.passages, 'passage')}"
        write(f"{said}. The index {index} holds {held}.")
    if report.faults:
        raise typer.Exit(UNREADABLE)


def _rebuild(folder: Path, embedder: str | None, *, must_exist: bool) -> Added | None:
    """Split and embed anew what is stored; return what was done, or None where there is no index and none has to be."""
    from ragqa.embedding import load_embedder
    from ragqa.index import Index

    made_by = Index.embedder_name(folder)
    if made_by is None and not must_exist:
        return None
    with Index.open(folder) as index, progress("Embedding passages anew", total=index.count().passages) as bar:
        return index.rebuild(load_embedder(embedder or made_by), progress=bar)
