"""Search as it would be written on the back of an envelope, over what SQLite holds, without any code of the store."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np

Ranked = list[tuple[str, float]]


def tables(folder: Path) -> tuple[list[str], list[dict[str, object]], np.ndarray]:
    """Return the id of each passage, the article it is of, and the vectors in double precision."""
    with closing(sqlite3.connect(folder / "articles.sqlite")) as connection:
        connection.row_factory = sqlite3.Row
        rows = connection.execute(
            """SELECT articles.*, begins, ends, vector FROM passages
               JOIN articles ON articles.row = article_row JOIN vectors ON vectors.row = passages.row"""
        ).fetchall()
    ids = [f"{row['id']}#{row['begins']}-{row['ends']}" for row in rows]
    vectors = np.array([np.frombuffer(row["vector"], dtype="<f2") for row in rows], dtype=np.float64)
    return ids, [dict(row) for row in rows], vectors


def nearest(folder: Path, question: np.ndarray, k: int, passes=lambda article: True) -> Ranked:
    """Return the ids of the ``k`` passages of the largest inner products, equal ones in the order of their ids."""
    ids, articles, vectors = tables(folder)
    if not ids:
        return []
    # Row by row: a matrix product may round equal rows differently.
    scores = (vectors * question.astype(np.float64)).sum(axis=1).tolist()
    kept = [(id_, score) for id_, article, score in zip(ids, articles, scores, strict=True) if passes(article)]
    return sorted(kept, key=lambda pair: (-pair[1], pair[0]))[:k]


def assert_same(found: Ranked, expected: Ranked) -> None:
    assert [id_ for id_, _ in found] == [id_ for id_, _ in expected]
    for (_, score), (_, right) in zip(found, expected, strict=True):
        assert abs(score - right) < 1e-6


def words_of(connection: sqlite3.Connection) -> list[int]:
    """Return the rows of the passages that the index of words holds, ascending."""
    rows: list[int] = []
    for passages, removed in connection.execute(
        "SELECT passages, removed FROM word_segments JOIN word_removed USING (segment)"
    ).fetchall():
        own = np.frombuffer(passages, dtype="<i8")
        gone = np.unpackbits(np.frombuffer(removed, dtype=np.uint8), count=len(own)) if removed else np.zeros(len(own))
        rows += own[gone == 0].tolist()
    return sorted(rows)


def assert_consistent(folder: Path) -> None:
    """Check that text, vectors and full text of an index are in step, and that SQLite finds nothing wrong."""
    with closing(sqlite3.connect(folder / "articles.sqlite")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        rows = connection.execute("SELECT row FROM passages ORDER BY row").fetchall()
        assert connection.execute("SELECT row FROM vectors ORDER BY row").fetchall() == rows
        assert words_of(connection) == [row for (row,) in rows]
        assert connection.execute(
            "SELECT count(*) FROM articles WHERE NOT EXISTS (SELECT 1 FROM passages WHERE article_row = articles.row)"
        ).fetchone() == (0,)
        settings = dict(connection.execute("SELECT key, value FROM settings"))
    assert json.loads(settings["generation"]) >= 0
