"""An index of an older format becomes one of the present format, in one transaction.

Format 1 (0.1.0 before its release) had no checksums on settings and removals and did not say which passages an article has.
Format 2 had the full text in a table of FTS5; it is written in its new form afterwards, from the articles. Rows that are damaged
stay so: they are carried over with checksums that do not hold.
"""

from __future__ import annotations

import json
import logging
import sqlite3
from collections.abc import Callable
from typing import Any

from ragqa.errors import IndexDamaged, StorageError
from ragqa.store.database import FILE_NAME, Database
from ragqa.store.rows import checksum
from ragqa.store.schema import FORMAT, TABLES, strange
from ragqa.store.settings import rows_of_settings

__all__ = ["migrate"]

logger = logging.getLogger(__name__)

_ARTICLE = (
    "id, title, source, url, published_at, authors, language, content_hash, published_first, source_key, characters"
)

_LEXICAL = """
CREATE VIRTUAL TABLE lexical USING fts5(
    title, text, content = '', tokenize = 'porter unicode61 remove_diacritics 2'
)"""
_OF_WORDS = TABLES[-3:]

TABLES_OF_2 = (*TABLES[:-3], _LEXICAL)
TABLES_OF_1 = (
    "CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
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
    "CREATE TABLE removed (seq INTEGER PRIMARY KEY AUTOINCREMENT, row INTEGER NOT NULL)",
    _LEXICAL,
)


def migrate(database: Database, write_full_text: Callable[[], None]) -> None:
    """Make an index of an older format one of the present format; do nothing where it is.

    Args:
        database: that was just opened.
        write_full_text: called within the transaction, to write the full text from the articles.

    Raises:
        IndexBusy: another process is writing.
        IndexDamaged: the file is not what an older version made.
        StorageError: the file can't be written.
    """
    if database.is_blank or database.format == FORMAT:
        return
    if database.is_read_only:
        raise StorageError(
            f"Index {database.folder} has format {database.format} and is made one of format {FORMAT} when it is opened, but it "
            "can't be written. Check the rights on the folder, or copy it to where you may write."
        )
    logger.info("index %s has format %d and becomes one of format %d", database.folder, database.format, FORMAT)
    with database.restructuring() as connection:
        if database.read_format() == FORMAT:  # another process was quicker
            return
        if (problem := strange(connection, TABLES_OF_1 if database.format == 1 else TABLES_OF_2)) is not None:
            raise IndexDamaged(
                f"{database.folder / FILE_NAME} is not an index of format {database.format}: {problem}. "
                "Index the articles again in another folder, or put back a copy."
            )
        if database.format == 1:
            _from_1(connection)
        connection.execute("DROP TABLE lexical")
        connection.execute("DELETE FROM settings WHERE key = 'full_text'")
        for statement in _OF_WORDS:
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {FORMAT}")
        write_full_text()
        database.read_format()


def _from_1(connection: sqlite3.Connection) -> None:
    for index in ("articles_published", "articles_source", "articles_origin", "passages_article"):
        connection.execute(f"DROP INDEX {index}")
    for table in ("settings", "articles", "passages", "vectors", "removed"):
        connection.execute(f"ALTER TABLE {table} RENAME TO old_{table}")
    for statement in TABLES_OF_2[:-1]:
        connection.execute(statement)
    _articles_of_1(connection)
    connection.execute("INSERT INTO passages SELECT row, article_row, begins, ends, checksum FROM old_passages")
    connection.execute("INSERT INTO vectors SELECT row, vector, checksum FROM old_vectors")
    connection.executemany(
        "INSERT INTO removed (seq, row, checksum) VALUES (?, ?, ?)",
        [
            (seq, row, checksum(seq, row))
            for seq, row in connection.execute("SELECT seq, row FROM old_removed").fetchall()
        ],
    )
    _settings_of_1(connection)
    for table in ("articles", "passages", "removed"):
        # So that no number of a deleted row ever comes again.
        connection.execute(
            """UPDATE sqlite_sequence SET seq = (SELECT seq FROM sqlite_sequence WHERE name = ?) WHERE name = ?
               AND EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = ?)""",
            [f"old_{table}", table, f"old_{table}"],
        )
        connection.execute(
            """INSERT INTO sqlite_sequence (name, seq) SELECT ?, seq FROM sqlite_sequence WHERE name = ?
               AND NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = ?)""",
            [table, f"old_{table}", table],
        )
    for table in ("vectors", "passages", "articles", "removed", "settings"):
        connection.execute(f"DROP TABLE old_{table}")


def _articles_of_1(connection: sqlite3.Connection) -> None:
    names = f"row, {_ARTICLE}, origin"
    for *head, found in connection.execute(f"SELECT {names}, checksum FROM old_articles ORDER BY row").fetchall():
        extent = connection.execute(
            "SELECT coalesce(min(row), 0), count(*) FROM old_passages WHERE article_row = ?", [head[0]]
        ).fetchone()
        # In format 1 too an article's passages were written one after the other.
        values: list[Any] = [*head, *extent]
        mark = checksum(*values) if checksum(*head) == found else b""
        connection.execute(
            f"""INSERT INTO articles ({names}, first_passage, passages, checksum, text)
                SELECT {", ".join("?" * len(values))}, ?, text FROM old_articles WHERE row = ?""",
            [*values, mark, head[0]],
        )


def _settings_of_1(connection: sqlite3.Connection) -> None:
    (articles,) = connection.execute("SELECT count(*) FROM articles").fetchone()
    (passages,) = connection.execute("SELECT count(*) FROM passages").fetchone()
    known = dict(connection.execute("SELECT key, value FROM old_settings WHERE key <> 'full_text_left_out'").fetchall())
    try:
        settings = {key: json.loads(value) for key, value in known.items()}
    except (ValueError, TypeError) as error:
        raise IndexDamaged(
            f"The settings of the index can't be read ({error}). Index the articles again, or put back a copy."
        ) from error
    settings |= {"totals": [articles, passages]}
    connection.executemany("INSERT INTO settings (key, value, checksum) VALUES (?, ?, ?)", rows_of_settings(settings))
