"""The full text of passages: which share words with a question, by BM25.

Each passage is a row of its title and its text. FTS5 keeps no copy of them, so a row is removed by giving it the values that it
was written with.

Source: Robertson and Zaragoza (2009), The Probabilistic Relevance Framework, doi:10.1561/1500000019; k1 1.2 and b 0.75 as in FTS5.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Any

from ragqa.store.schema import LEXICAL
from ragqa.telling import telling_words

__all__ = ["MAX_WORDS", "clear", "digest", "insert", "match_expression", "remove", "search"]

MAX_WORDS = 64
TITLE_WEIGHT = 1.0
TEXT_WEIGHT = 1.0

Row = tuple[int, str, str]  # row of the passage, title ("" for none), text


def match_expression(question: str) -> str | None:
    """Return ``question`` as an FTS5 expression that finds any of its words, or None where it has no word.

    Quotes, operators and signs in a question are not syntax: only its words go in, each quoted. Words that say little are left
    out unless there are no others; at most `MAX_WORDS` words are looked for.

    >>> match_expression('How many "hostages" remain NEAR Gaza*?')
    '"hostages" OR "remain" OR "near" OR "gaza"'
    """
    return " OR ".join(f'"{word}"' for word in telling_words(question)[:MAX_WORDS]) or None


def insert(connection: sqlite3.Connection, rows: Iterable[Row]) -> None:
    """Add the full text of passages."""
    connection.executemany("INSERT INTO lexical (rowid, title, text) VALUES (?, ?, ?)", rows)


def remove(connection: sqlite3.Connection, rows: Iterable[Row]) -> None:
    """Remove the full text of passages, given exactly as it was inserted."""
    connection.executemany("INSERT INTO lexical (lexical, rowid, title, text) VALUES ('delete', ?, ?, ?)", rows)


def clear(connection: sqlite3.Connection) -> None:
    """Remove the full text of all passages, whatever it holds."""
    connection.execute("DROP TABLE lexical")
    connection.execute(LEXICAL)


def digest(connection: sqlite3.Connection) -> str:
    """Return the SHA-256 of all that FTS5 has stored for the table, also within a transaction that changed it.

    "" where it can't be read. FTS5's own check sees that its lists fit together, not that a word in them has become another.
    """
    if connection.in_transaction:  # FTS5 writes what it holds back when a savepoint is set
        connection.execute("SAVEPOINT full_text")
        connection.execute("RELEASE full_text")
    try:
        return _digest(connection)
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_CORRUPT:
            raise
        return ""


def _digest(connection: sqlite3.Connection) -> str:
    found = sha256()
    tables = (
        ("data", "id, block", 1),
        ("idx", "segid, term, pgno", 2),
        ("docsize", "id, sz", 1),
        ("config", "k, v", 1),
    )
    for table, columns, keys in tables:
        last: tuple[object, ...] | None = None
        for row in connection.execute(f"SELECT {columns} FROM lexical_{table} ORDER BY {columns}"):
            if last is not None and not _is_later(row[:keys], last):  # pages that lead in a circle
                return ""
            last = row[:keys]
            for value in row:
                data = value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass")
                found.update(b"%d:%b" % (len(data), data))
    return found.hexdigest()


def _is_later(key: tuple[Any, ...], last: tuple[Any, ...]) -> bool:
    try:
        return key > last
    except TypeError:  # values of different types: damage
        return False


def search(
    connection: sqlite3.Connection, question: str, *, k: int, among: Sequence[int] | None
) -> list[tuple[int, float]]:
    """Return rows of passages with their BM25, a larger one is better: the best ``k`` and all that equal the last of them.

    Only the rows ``among`` are found; None for all.
    """
    expression = match_expression(question)
    if expression is None:
        return []
    # The plus keeps FTS5 from running the whole expression once for each row that passes.
    within, values = ("1", []) if among is None else ("+rowid IN (SELECT value FROM json_each(?))", [json.dumps(among)])
    width = k + 1
    while True:
        found = connection.execute(
            f"""SELECT rowid, rank FROM lexical
                WHERE lexical MATCH ? AND rank MATCH 'bm25({TITLE_WEIGHT}, {TEXT_WEIGHT})' AND {within}
                ORDER BY rank LIMIT ?""",
            [expression, *values, width],
        ).fetchall()
        if len(found) < width or found[-1][1] > found[k - 1][1]:
            return [(row, -rank) for row, rank in found]
        width *= 4
