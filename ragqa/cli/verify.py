"""``ragqa verify``: looks at everything in an index, mends it, or holds saved responses against it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ragqa.cli.options import IndexOption, JsonOption
from ragqa.cli.output import progress, write
from ragqa.controls import visible

if TYPE_CHECKING:
    from ragqa.embedding import Embedder
    from ragqa.findings import CheckedResponse, Verification

__all__ = ["verify"]

FAILED = 1
"""Exit status where something is wrong."""
_HELPS = 'no repair: put back a copy, or index the articles again into a new folder with "ragqa index PATH... --index FOLDER"'


def verify(
    index: IndexOption,
    repair: Annotated[
        bool, typer.Option("--repair", help="Mend what is wrong. Articles that can be read are never lost.")
    ] = False,
    response: Annotated[
        Path | None,
        typer.Option(
            help="A file of responses as `ask --json` writes them: check their citations instead of the index."
        ),
    ] = None,
    embedder: Annotated[
        str | None, typer.Option(help="The embedder, by name or folder. Default: the one that made the index.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Check an index, or with --response what was answered from it earlier. Exit status 1 where something is wrong.

    Looked at are the SQLite file, the checksum of every row, the offsets of passages, vectors, full text, the cache of vectors, and
    whether the embedder still gives the vectors that it gave. Each finding says what --repair would do about it.
    """
    if response is not None:
        if repair:
            raise typer.BadParameter("a response can't be repaired: leave --repair out", param_hint="--response")
        _check_responses(index, response, as_json=as_json)
        return
    import ragqa.index as indexes

    model = _embedder(index, embedder)
    if repair:
        with progress("Embedding passages") as advance:
            done = indexes.repair(index, embedder=model, progress=advance)
    else:
        done = indexes.verify(index, embedder=model)
    write(done.model_dump_json()) if as_json else _say(done, index, was_repaired=repair)
    if not done.sound:
        raise typer.Exit(FAILED)


def _embedder(index: Path, name: str | None) -> Embedder | None:
    """Return the embedder that is named, or that made the index; None where the index is too damaged to say."""
    from ragqa.embedding import load_embedder
    from ragqa.errors import IndexDamaged
    from ragqa.index import Index

    try:
        made_by = Index.embedder_name(index)
    except IndexDamaged:
        made_by = None
    return load_embedder(name or made_by)


def _say(done: Verification, index: Path, *, was_repaired: bool) -> None:
    from ragqa.view import counted

    for found in done.repaired:
        write(f"repaired: {visible(found.where)}: {visible(found.problem)}")
    for found in done.findings:
        write(f"{visible(found.where)}: {visible(found.problem)}")
        if found.repair is None:
            write(f"    what helps: {_HELPS}")
        else:
            write(f"    {'left' if was_repaired else 'repair'}: {found.repair}")
    for unchecked in done.unchecked:
        write(f"not checked: {unchecked}")
    held = f"{counted(done.articles, 'article')} in {counted(done.passages, 'passage')}"
    if done.sound:
        write(f"The index {index} is sound: {held}.")
    else:
        write(f"The index {index} is not sound: {counted(len(done.findings), 'finding')}.")


def _check_responses(index: Path, path: Path, *, as_json: bool) -> None:
    from ragqa.index import Index
    from ragqa.rechecking import read_responses, recheck
    from ragqa.view import counted

    responses = read_responses(path)
    with Index.open(index) as opened:
        checked = [recheck(opened, response) for response in responses]
    for one in checked:
        write(one.model_dump_json()) if as_json else _say_response(one)
    citations = [citation for one in checked for citation in one.citations]
    holding = sum(citation.state == "holds" for citation in citations)
    if not as_json:
        write(f"{counted(len(checked), 'response')}: {holding:,} of {counted(len(citations), 'citation')} hold.")
    if holding < len(citations):
        raise typer.Exit(FAILED)


def _say_response(checked: CheckedResponse) -> None:
    write(f"? {' '.join(visible(checked.question).split())}")
    if not checked.citations:
        write("    no answer, so nothing to check")
    for citation in checked.citations:
        place = f"{citation.article_id}, characters {citation.start}-{citation.end}"
        said = f"    {citation.state:<8} {citation.quote!r}  {place}" + (
            f": {citation.problem}" if citation.problem else ""
        )
        write(" ".join([said[:4], *visible(said[4:]).split()]))
