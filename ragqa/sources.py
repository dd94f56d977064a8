"""Names of sources that no article bears: a slip of the keyboard is told from a question without an answer.

Imports the index for its type.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ragqa.index import Index

__all__ = ["unknown_sources"]

_NAMED = 12


def unknown_sources(index: Index, sources: Iterable[str]) -> Iterator[str]:
    """Yield for each of ``sources`` that no article of ``index`` is of a line that says so, and which there are."""
    wanted = [name for name in sources if not index.has_source(name)]
    if not wanted:
        return
    known = {row.source.casefold(): row.source for row in index.sources() if row.source is not None}
    for name in wanted:
        yield f"no article is of the source {name!r}: {_hint(name, known)}"


def _hint(name: str, known: dict[str, str]) -> str:
    if not known:
        return "none of the articles names its source; give them one with `ragqa index --source`"
    # The nearest first, so that it is named however many there are.
    near = get_close_matches(name.casefold(), known, n=1)
    named = list(dict.fromkeys([known[key] for key in (*near, *known)]))
    rest = len(named) - _NAMED
    return f"the sources are {', '.join(named[:_NAMED])}{f' and {rest:,} more' if rest > 0 else ''}"
