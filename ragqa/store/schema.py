"""The tables of ``articles.sqlite``, format 3, and whether a file has these and nothing else.

An article's text is stored once; a passage is a pair of offsets into it, and the passages of an article have rows that follow
one another. Rows are numbered by AUTOINCREMENT, so that the number of a deleted row never comes again: whoever has read up to a row
needs to read only later ones. ``removed`` lists passages that were deleted, for readers that hold vectors in memory. The tables of
words are those of `ragqa.store.lexical`.

A file from elsewhere may hold triggers, views or tables that look like these: one that does is not opened.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from functools import cache

__all__ = ["APPLICATION_ID", "FORMAT", "TABLES", "strange", "tables_as_expected"]

APPLICATION_ID = 0x72616771  # "ragq", in the header of the file
FORMAT = 3

# The text stands last, so that the columns before it are read without it.
TABLES = (
    "CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT NOT NULL, checksum BLOB NOT NULL) WITHOUT ROWID",
    """
CREATE TABLE articles (
    row INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    title TEXT,
    source TEXT,
    url TEXT,
    published_at TEXT,               -- ISO 8601, a date or a time, as given
    authors TEXT NOT NULL,           -- a JSON array
    language TEXT,
    content_hash TEXT NOT NULL,      -- SHA-256 of text
    published_first INTEGER,         -- microseconds since 1970 in UTC, the first moment of published_at
    source_key TEXT,                 -- source, casefolded
    characters INTEGER NOT NULL,     -- of text
    origin TEXT,                     -- the folder it came from
    first_passage INTEGER NOT NULL,  -- the row of its first passage; the others follow
    passages INTEGER NOT NULL,       -- how many they are
    checksum BLOB NOT NULL,          -- of all columns but text, which has its hash
    text TEXT NOT NULL
)""",
    "CREATE INDEX articles_published ON articles (published_first)",
    "CREATE INDEX articles_source ON articles (source_key)",
    "CREATE INDEX articles_origin ON articles (origin)",
    """
CREATE TABLE passages (
    row INTEGER PRIMARY KEY AUTOINCREMENT,
    article_row INTEGER NOT NULL REFERENCES articles (row) ON DELETE CASCADE,
    begins INTEGER NOT NULL,         -- characters of articles.text, half-open
    ends INTEGER NOT NULL,
    checksum BLOB NOT NULL
)""",
    "CREATE INDEX passages_article ON passages (article_row)",
    """
CREATE TABLE vectors (
    row INTEGER PRIMARY KEY REFERENCES passages (row) ON DELETE CASCADE,
    vector BLOB NOT NULL,            -- little-endian float16
    checksum BLOB NOT NULL
)""",
    "CREATE TABLE removed (seq INTEGER PRIMARY KEY AUTOINCREMENT, row INTEGER NOT NULL, checksum BLOB NOT NULL)",
    """
CREATE TABLE word_segments (
    segment INTEGER PRIMARY KEY AUTOINCREMENT,
    passages BLOB NOT NULL,          -- their rows, ascending, little-endian int64
    lengths BLOB NOT NULL,           -- how many words each has, uint32
    words BLOB NOT NULL,             -- the numbers of all words, ascending, uint64
    counts BLOB NOT NULL,            -- in how many of the passages each stands, uint32
    checksum BLOB NOT NULL
)""",
    """
CREATE TABLE word_blocks (
    block INTEGER PRIMARY KEY,       -- the segment times 2 to the 24, and which of its blocks
    postings BLOB NOT NULL,
    checksum BLOB NOT NULL
)""",
    """
CREATE TABLE word_removed (
    segment INTEGER PRIMARY KEY,
    removed BLOB NOT NULL,           -- a bit for each of its passages; empty where none was removed
    checksum BLOB NOT NULL
)""",
)

_Entry = tuple[str, str, str, str | None]


def strange(connection: sqlite3.Connection, tables: tuple[str, ...] = TABLES) -> str | None:
    """Return what the file has that ``tables`` do not make, or lacks, as words for a message; None where it has just these."""
    expected, found = _expected(tables), _entries(connection)
    for kind, name, *_ in sorted(found - expected, key=str):
        return f"its {kind} {name!r} is not one that ragqa makes"
    for kind, name, *_ in sorted(expected - found, key=str):
        return f"its {kind} {name!r} is missing"
    return None


def tables_as_expected(connection: sqlite3.Connection) -> set[str]:
    """Return the names of the tables that are defined exactly as they should be, whatever else is in the file."""
    return {name for kind, name, *_ in _expected(TABLES) & _entries(connection) if kind == "table"}


@cache
def _expected(tables: tuple[str, ...]) -> frozenset[_Entry]:
    with closing(sqlite3.connect(":memory:")) as blank:
        for table in tables:
            blank.execute(table)
        return _entries(blank)


def _entries(connection: sqlite3.Connection) -> frozenset[_Entry]:
    """Return what a file defines; the statistics that ANALYZE leaves are harmless."""
    return frozenset(
        entry
        for entry in connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_master").fetchall()
        if not str(entry[1]).startswith("sqlite_stat")
    )
