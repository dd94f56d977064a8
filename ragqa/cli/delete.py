"""``ragqa delete``: articles by id, by source or by date."""

from __future__ import annotations

from typing import Annotated

import typer

from ragqa.cli.completion import complete_ids
from ragqa.cli.options import IndexOption, JsonOption
from ragqa.cli.output import fail, write, write_json

__all__ = ["delete"]


def delete(
    index: IndexOption,
    article_ids: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[ID...]",
            help="Ids of articles, as `list` shows them.",
            show_default=False,
            autocompletion=complete_ids,
        ),
    ] = None,
    source: Annotated[list[str] | None, typer.Option(help="All articles of this source; may be given again.")] = None,
    since: Annotated[
        str | None, typer.Option(help="All articles published on this day (ISO 8601, UTC) or later.")
    ] = None,
    until: Annotated[str | None, typer.Option(help="All articles published on this day or earlier.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say how many it would be.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Delete articles from an index, with all that belongs to them: by id, or all of a source and of some dates.

    Sources and dates limit each other. Where an id or a source is not there nothing is deleted: exit status 2. Nothing is asked.
    """
    from ragqa.index import Index
    from ragqa.records import Filter
    from ragqa.sources import unknown_sources

    limits = source or since or until
    if bool(article_ids) == bool(limits):
        raise typer.BadParameter("give either ids, or --source, --since or --until", param_hint="[ID...]")
    filter = Filter.of(since=since, until=until, sources=tuple(source) if source else None) if limits else None
    with Index.open(index) as opened:
        known = set(opened.ids()) if article_ids else set()
        if unknown := [article_id for article_id in article_ids or () if article_id not in known]:
            fail(
                f"no article {', '.join(map(repr, unknown))} in {index}, nothing was deleted; `ragqa list` shows the ids"
            )
        if unknown := list(unknown_sources(opened, source or ())):
            fail(f"{'; '.join(unknown)}; nothing was deleted")
        count = opened.delete(article_ids or None, filter=filter, dry_run=dry_run)
    if as_json:
        write_json({"deleted": 0, "would_delete": count} if dry_run else {"deleted": count})
    else:
        write(f"{count:,} would be deleted." if dry_run else f"{count:,} deleted.")
