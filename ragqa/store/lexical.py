"""The full text of passages: which share words with a question, by BM25.

Each passage is a row of its title and its text. FTS5 keeps no copy of them, so a row is removed by giving it the values that it
was written with.

Source: Robertson and Zaragoza (2009), The Probabilistic Relevance Framework, doi:10.1561/1500000019; k1 1.2 and b 0.75 as in FTS5.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from ragqa.records import Filter
from ragqa.store.filters import condition, is_open
from ragqa.store.schema import LEXICAL
from ragqa.telling import telling_words

__all__ = ["MAX_WORDS", "clear", "count", "insert", "match_expression", "remove", "search"]

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


def count(connection: sqlite3.Connection) -> int:
    """Return how many passages have full text."""
    (rows,) = connection.execute("SELECT count(*) FROM lexical_docsize").fetchone()
    return int(rows)


def search(connection: sqlite3.Connection, question: str, *, k: int, filter: Filter | None) -> list[tuple[int, float]]:
    """Return rows of passages with their BM25, a larger one is better: the best ``k`` and all that equal the last of them."""
    expression = match_expression(question)
    if expression is None:
        return []
    where, values = condition(filter)
    # The plus keeps FTS5 from running the whole expression once for each row that passes.
    within = (
        "1"
        if is_open(filter)
        else f"""+rowid IN (
            SELECT passages.row FROM passages JOIN articles ON articles.row = passages.article_row WHERE {where})"""
    )
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
