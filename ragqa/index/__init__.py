"""The store and its vectors as one thing: add, replace, delete, search.

    identity   which embedder made an index, and whether another one fits
    adding     articles into an index, and an index built anew
    searching  passages for questions
    verifying  what is wrong with an index
    repairing  what is wrong made right
    index      `Index`

Everything that reads or writes an index folder goes through `Index`.
"""

from ragqa.index.adding import Added, Duplicates
from ragqa.index.index import Index
from ragqa.index.repairing import repair
from ragqa.index.searching import Best, Match
from ragqa.index.verifying import verify
from ragqa.store import ArticleRow, Counts, SourceRow

__all__ = ["Added", "ArticleRow", "Best", "Counts", "Duplicates", "Index", "Match", "SourceRow", "repair", "verify"]
