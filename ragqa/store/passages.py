"""The tables of passages and of their vectors."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ragqa.records import Article, Filter, Passage
from ragqa.store.articles import AMONG, ArticleTable
from ragqa.store.database import Database
from ragqa.store.filters import condition
from ragqa.store.rows import Known, blob_checksum, checksum, damaged, is_blob, passage_id

__all__ = ["PassageTable", "VectorTable"]

Rows = NDArray[np.int64]
Vectors = NDArray[np.float16]

_PAGE = 4_096
_AT_ONCE = 64


class PassageTable:
    """Passages by row. A passage is stored as offsets; its text is read from the article."""

    def __init__(self, database: Database, articles: ArticleTable) -> None:
        self._database = database
        self._articles = articles
        self._passing: tuple[object, Rows] | None = None  # for the last filter in this state, the rows

    def get(self, rows: Iterable[int]) -> list[Passage]:
        """Return the passages of ``rows`` in that order.

        Raises:
            IndexDamaged: a row is gone, or is not what was written, or its article isn't.
        """
        wanted = list(rows)
        with self._database.reading() as connection:
            found: dict[int, tuple[int, int, int]] = {}
            for row, article_row, begins, ends, mark in connection.execute(
                f"SELECT row, article_row, begins, ends, checksum FROM passages WHERE row {AMONG}", [json.dumps(wanted)]
            ):
                if checksum(row, article_row, begins, ends) == mark:
                    found[row] = (article_row, begins, ends)
            for row in wanted:
                if row not in found:
                    raise damaged(f"Passage row {row}")
            passages: dict[int, Passage] = {}
            for start in range(0, len(wanted), _AT_ONCE):  # not all articles are held at once
                some = wanted[start : start + _AT_ONCE]
                articles = self._articles.get_all(list(dict.fromkeys(found[row][0] for row in some)))
                passages |= {row: _cut(articles[found[row][0]], *found[row][1:]) for row in some}
        return [passages[row] for row in wanted]

    def ids(self, rows: Iterable[int]) -> dict[int, str]:
        """Return the id of each passage, without reading any text."""
        with self._database.reading() as connection:
            return {
                row: passage_id(article_id, begins, ends)
                for row, article_id, begins, ends in connection.execute(
                    f"""SELECT passages.row, articles.id, begins, ends
                        FROM passages JOIN articles ON articles.row = article_row WHERE passages.row {AMONG}""",
                    [json.dumps(list(rows))],
                )
            }

    def of(self, known: Known) -> Sequence[int]:
        """Return the rows of the passages of an article, in its order, even where what is known of it is damaged."""
        if known.is_sound:
            return known.passage_rows
        with self._database.reading() as connection:
            found = connection.execute("SELECT row FROM passages WHERE article_row = ? ORDER BY row", [known.row])
            return [row for (row,) in found]

    def passing(self, filter: Filter) -> Rows:
        """Return the rows of the passages whose article passes: ascending int64.

        Raises:
            IndexDamaged: what is known of an article is not what was written.
        """
        with self._database.reading() as connection:
            self._articles.check_for(filter)
            # A question is asked of vectors and of words, and the next one often with the same limits.
            state = (filter, self._database.state())
            if self._passing is None or self._passing[0] != state:
                where, values = condition(filter)
                found = connection.execute(f"SELECT first_passage, passages FROM articles WHERE {where}", values)
                self._passing = (state, _counted(found.fetchall()))
            return self._passing[1]

    def next_rows(self, count: int) -> range:
        """Return the rows that the next ``count`` passages get."""
        first = self._database.next_row("passages")
        return range(first, first + count)

    def insert(self, article_row: int, rows: range, offsets: Sequence[tuple[int, int]]) -> None:
        """Add passages of an article, in the rows that `next_rows` gave."""
        values = [(row, article_row, begins, ends) for row, (begins, ends) in zip(rows, offsets, strict=True)]
        with self._database.reading() as connection:
            connection.executemany(
                "INSERT INTO passages (row, article_row, begins, ends, checksum) VALUES (?, ?, ?, ?, ?)",
                [(*value, checksum(*value)) for value in values],
            )

    def delete(self, rows: Iterable[int]) -> None:
        """Remove passages with their vectors."""
        with self._database.reading() as connection:
            connection.executemany("DELETE FROM passages WHERE row = ?", [(row,) for row in rows])


class VectorTable:
    """The vectors of passages, by the passages' rows, and which passages were removed."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def insert(self, rows: Sequence[int], vectors: Vectors) -> None:
        """Add a vector for each of ``rows``: ``(n, dim)`` float16."""
        blobs = [vector.tobytes() for vector in vectors.astype("<f2", copy=False)]
        with self._database.reading() as connection:
            connection.executemany(
                "INSERT INTO vectors (row, vector, checksum) VALUES (?, ?, ?)",
                [(row, blob, blob_checksum(row, blob)) for row, blob in zip(rows, blobs, strict=True)],
            )

    def after(self, row: int) -> Iterator[tuple[Rows, Vectors]]:
        """Yield the vectors of later rows than ``row``, in order, some thousand at a time: (n,) and (n, dim) float16.

        Raises:
            IndexDamaged: a vector is not what was written.
        """
        while True:
            with self._database.reading() as connection:
                page = connection.execute(
                    "SELECT row, vector, checksum FROM vectors WHERE row > ? ORDER BY row LIMIT ?", [row, _PAGE]
                ).fetchall()
            if not page:
                return
            yield _checked(page)
            row = page[-1][0]

    def of(self, rows: Rows) -> tuple[Rows, Vectors]:
        """Return the vectors of ``rows``, ascending: (n,) and (n, dim) float16.

        Raises:
            IndexDamaged: a vector is missing or is not what was written.
        """
        with self._database.reading() as connection:
            page = connection.execute(
                f"SELECT row, vector, checksum FROM vectors WHERE row {AMONG} ORDER BY row",
                [json.dumps(rows.tolist())],
            ).fetchall()
        if len(page) != len(rows):
            raise damaged("The table of vectors")
        return _checked(page)

    def note_removal(self, rows: Iterable[int]) -> None:
        """Note that passages are about to be removed."""
        with self._database.reading() as connection:
            first = self._database.next_row("removed")
            connection.executemany(
                "INSERT INTO removed (seq, row, checksum) VALUES (?, ?, ?)",
                [(seq, row, checksum(seq, row)) for seq, row in enumerate(rows, start=first)],
            )

    def removed_after(self, seq: int) -> Rows:
        """Return the rows of the passages that were removed since the removal number ``seq``.

        Raises:
            IndexDamaged: a note of a removal is not what was written.
        """
        with self._database.reading() as connection:
            found = connection.execute("SELECT seq, row, checksum FROM removed WHERE seq > ?", [seq]).fetchall()
        for number, row, mark in found:
            if checksum(number, row) != mark:
                raise damaged(f"The note of removal {number}")
        return np.array([row for _, row, _ in found], dtype=np.int64)

    @property
    def last(self) -> tuple[int, int]:
        """The last row of a passage and the number of the last removal that ever were."""
        return self._database.next_row("passages") - 1, self._database.next_row("removed") - 1


def _cut(article: Article, begins: int, ends: int) -> Passage:
    return Passage(
        id=passage_id(article.id, begins, ends),
        article_id=article.id,
        text=article.text[begins:ends],
        start=begins,
        end=ends,
    )


def _counted(extents: Sequence[tuple[int, int]]) -> Rows:
    """Return all numbers of ``extents``, each a first one and how many, ascending.

    >>> _counted([(7, 2), (1, 3)]).tolist()
    [1, 2, 3, 7, 8]
    """
    firsts, counts = np.array(sorted(extents), dtype=np.int64).reshape(-1, 2).T
    before = np.cumsum(counts) - counts
    return np.repeat(firsts - before, counts) + np.arange(int(counts.sum()), dtype=np.int64)


def _checked(page: list[Any]) -> tuple[Rows, Vectors]:
    for row, blob, mark in page:
        if not is_blob(row, blob, mark):
            raise damaged(f"The vector of passage row {row}")
    rows = np.array([row for row, _, _ in page], dtype=np.int64)
    lengths = {len(blob) for _, blob, _ in page}
    # None of them may be empty, which a row of another table is, whose checksum holds.
    if len(lengths) > 1 or any(length % 2 or not length for length in lengths) or bool(np.any(rows[1:] <= rows[:-1])):
        raise damaged("The table of vectors")
    vectors = np.frombuffer(b"".join(blob for _, blob, _ in page), dtype="<f2")
    return rows, vectors.reshape(len(page), -1 if page else 0)
