"""Looks at everything in a store, and says what is wrong.

`ragqa.index.verifying` goes on with what the store knows nothing of: FAISS snapshots and the embedder.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator

import numpy as np

from ragqa.errors import IndexDamaged, StorageError
from ragqa.findings import Finding, FindingKind
from ragqa.records import Article
from ragqa.store.database import FILE_NAME
from ragqa.store.rows import Counts, Facts, Known, checksum
from ragqa.store.store import Store

__all__ = ["REPAIRS", "check_store", "finding"]

_MOST_LINES = 50
_LENGTH_TOLERANCE = 1e-2  # a vector of length 1 rounded to half precision is within 1e-3

REPAIRS: dict[FindingKind, str] = {
    "file": "all that can be read goes into a file that is made anew",
    "settings": "the settings are made anew from the embedder",
    "article": "it is left out, and the damaged file is kept beside: index the article again from where it came",
    "passage": "the article is split and embedded anew",
    "vector": "the article is split and embedded anew",
    "full_text": "the full text is written anew from the articles",
    "snapshot": "the snapshot is made anew from the stored vectors",
    "embedder": "all passages are embedded anew",
}


def finding(kind: FindingKind, where: str, problem: str, *, article_id: str | None = None) -> Finding:
    """Return what was found, with what a repair does about things of its kind."""
    return Finding(kind=kind, where=where, problem=problem, repair=REPAIRS[kind], article_id=article_id)


def check_store(store: Store) -> Iterator[Finding]:
    """Yield what is wrong with the file, the settings, the articles, passages, vectors and the full text, in that order."""
    with store.reading() as connection:
        yield from _guarded("file", FILE_NAME, lambda: _check_file(connection))
        yield from _guarded("settings", "settings", lambda: _check_settings(store, connection))
        yield from _guarded("file", "articles", lambda: _check_articles(store))
        yield from _guarded("file", FILE_NAME, lambda: _check_counts(store, connection))
        yield from _guarded("full_text", "full text", lambda: _check_full_text(store))


def _guarded(kind: FindingKind, where: str, check: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    """Yield what ``check`` finds; that it can't go on is a finding too."""
    try:
        yield from check()
    except (sqlite3.Error, StorageError) as error:
        yield finding(kind, where, f"it can't be read to its end: {error}")


def _check_file(connection: sqlite3.Connection) -> Iterator[Finding]:
    for (line,) in connection.execute(f"PRAGMA integrity_check({_MOST_LINES})").fetchall():
        if line != "ok":
            yield finding("file", FILE_NAME, f"SQLite finds: {line}")
    for table, row, parent, _ in connection.execute("PRAGMA foreign_key_check").fetchmany(_MOST_LINES):
        yield finding("file", f"{table} row {row}", f"it belongs to a row of {parent} that is not there")


def _check_settings(store: Store, connection: sqlite3.Connection) -> Iterator[Finding]:
    for key, value, mark in connection.execute("SELECT key, value, checksum FROM settings").fetchall():
        if checksum(key, value) != mark:
            yield finding("settings", f"setting {key!r}", "it is not what was written")
    for key in ("totals", "generation"):
        if store.get(key) is None:
            yield finding("settings", f"setting {key!r}", "it is missing")


def _check_articles(store: Store) -> Iterator[Finding]:
    dim = store.get("dim")
    for row in store.articles.rows():
        try:
            known = store.articles.known(row)
            article = store.articles.get(row)
        except (IndexDamaged, sqlite3.Error) as error:
            yield finding("article", f"article row {row}", _first_sentence(error))
            continue
        if Facts.of(article) != known.facts:
            yield finding(
                "article", f"article {article.id!r}", "its columns contradict each other", article_id=article.id
            )
            continue
        yield from _check_article(store, known, article, dim)


def _check_article(store: Store, known: Known, article: Article, dim: int) -> Iterator[Finding]:
    checks: dict[FindingKind, Callable[[], None]] = {
        "passage": lambda: _check_passages(store, known, article),
        "vector": lambda: _check_vectors(store, known, dim),
    }
    for kind, check in checks.items():
        try:
            check()
        except (IndexDamaged, sqlite3.Error) as error:
            yield finding(kind, f"article {article.id!r}", _first_sentence(error), article_id=article.id)


def _check_passages(store: Store, known: Known, article: Article) -> None:
    last = 0
    for passage in store.passages.get(known.passage_rows):
        if passage.article_id != article.id:
            raise IndexDamaged(f"Passage {passage.id!r} is of another article.")
        if not 0 <= passage.start < passage.end <= len(article.text):
            raise IndexDamaged(
                f"Passage {passage.id!r} has characters {passage.start} to {passage.end} of {len(article.text)}."
            )
        if passage.start < last:
            raise IndexDamaged(f"Passage {passage.id!r} stands before the one that it follows.")
        last = passage.start


def _check_vectors(store: Store, known: Known, dim: int) -> None:
    rows, vectors = store.vectors.of(np.array(known.passage_rows, dtype=np.int64))
    if len(rows) and vectors.shape[1] != dim:
        raise IndexDamaged(f"Its vectors have {vectors.shape[1]} numbers, not {dim}.")
    lengths = np.linalg.norm(vectors.astype(np.float64), axis=1)
    # Written so that not-a-number is wrong as well.
    if not bool(np.all(np.abs(lengths - 1) < _LENGTH_TOLERANCE)):
        wrong = int(np.argmin(np.abs(lengths - 1) < _LENGTH_TOLERANCE))
        raise IndexDamaged(f"The vector of passage row {rows[wrong]} has length {lengths[wrong]:.4f}, not 1.")


def _check_counts(store: Store, connection: sqlite3.Connection) -> Iterator[Finding]:
    expected = store.settings.totals
    counts = {
        table: connection.execute(f"SELECT count(*) FROM {table} NOT INDEXED").fetchone()[0]
        for table in ("articles", "passages", "vectors")
    }
    found = Counts(counts["articles"], counts["passages"])
    if found != expected or counts["vectors"] != expected.passages:
        yield finding(
            "file",
            FILE_NAME,
            f"it holds {found.articles} articles, {found.passages} passages and {counts['vectors']} vectors; "
            f"expected {expected.articles}, {expected.passages} and {expected.passages}",
        )
    for table in ("articles", "passages", "removed"):
        key = "seq" if table == "removed" else "row"
        (last,) = connection.execute(f"SELECT coalesce(max({key}), 0) FROM {table}").fetchone()
        (known,) = connection.execute(
            "SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = ?", [table]
        ).fetchone()
        if not isinstance(known, int) or known < last:
            yield finding("file", f"table {table}", f"its last row is {last}, and SQLite thinks that it is {known}")
    store.vectors.removed_after(0)
    store.articles.check_all()


def _check_full_text(store: Store) -> Iterator[Finding]:
    if not store.has_full_text():
        yield finding("full_text", "full text", "it is not what was written")


def _first_sentence(error: Exception) -> str:
    """Return what is wrong without what to do: that is said by the finding."""
    return str(error).split(". See what else")[0]
