"""Reads what can be read of a damaged ``articles.sqlite``, and puts a sound one into its place.

Nothing is taken that its checksum does not vouch for. The file is held alone from the first read to the last write, and the sound
one is copied over it in one transaction, so that a process killed meanwhile leaves the damaged file as it was.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from ragqa.errors import IndexDamaged, StorageError, in_words
from ragqa.records import Article
from ragqa.store.articles import HEAD, known_of
from ragqa.store.database import BEYOND_REPAIR, FILE_NAME, plain_error
from ragqa.store.rows import Known, checksum, is_blob, to_article
from ragqa.store.schema import tables_as_expected

__all__ = ["Lost", "Rescue", "Rescued"]

_MOST_ROWS = 50_000_000


class Rescued(NamedTuple):
    """A sound article; its offsets and vectors, ``(n, dim)`` float16, where all of them are sound too, else None."""

    article: Article
    origin: str | None
    offsets: tuple[tuple[int, int], ...] | None
    vectors: NDArray[np.float16] | None


class Lost(NamedTuple):
    """An article that can't be read, by its row and the id that it seems to have."""

    row: int
    article_id: str | None


class Rescue:
    """A damaged file, open and held alone. Use it in a ``with`` statement.

    Raises:
        IndexBusy: another process has the index open.
        IndexDamaged: not even the list of its tables can be read, or its articles are in no table of ragqa's.
    """

    def __init__(self, folder: Path, *, busy_seconds: float = 5.0) -> None:
        self.folder = folder
        self._path = folder / FILE_NAME
        self._connection = sqlite3.connect(
            f"{self._path.resolve().as_uri()}?mode=rw", uri=True, timeout=busy_seconds, isolation_level=None
        )
        try:
            # With the schema writable SQLite also reads a file that was cut short.
            for pragma in (
                "trusted_schema = OFF",
                "cell_size_check = ON",
                "writable_schema = ON",
                "synchronous = FULL",
            ):
                self._connection.execute(f"PRAGMA {pragma}")
            self._connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            self._connection.execute("BEGIN IMMEDIATE")
            self._connection.execute("COMMIT")
            self._tables = tables_as_expected(self._connection)
        except sqlite3.Error as error:
            self._connection.close()
            plain = plain_error(error, folder)
            if isinstance(plain, IndexDamaged):
                plain = IndexDamaged(f"Nothing of {self._path} can be read ({error}). {BEYOND_REPAIR}")
            raise plain from error
        if "articles" not in self._tables:
            self._connection.close()
            raise IndexDamaged(f"{self._path} has no table of articles that can be read. {BEYOND_REPAIR}")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def check_hope(self) -> None:
        """Raise `IndexDamaged` where no article can be read, unless it is known that there was none."""
        totals = self.settings().get("totals", "")
        if not totals.startswith("[0,") and not any(isinstance(one, Rescued) for one in self.articles(dim=None)):
            raise IndexDamaged(f"No article of {self._path} can be read. {BEYOND_REPAIR}")

    def settings(self) -> dict[str, str]:
        """Return the settings whose checksums hold: JSON by key."""
        rows = self._read("settings", "SELECT key, value, checksum FROM settings")
        return {key: value for key, value, mark in rows if checksum(key, value) == mark}

    def last_rows(self) -> dict[str, int]:
        """Return by table the last row that may ever have been."""
        last = {}
        for table, key in (("articles", "row"), ("passages", "row"), ("removed", "seq")):
            sequence = self._read("sqlite_sequence", "SELECT seq FROM sqlite_sequence WHERE name = ?", table)
            largest = self._read(table, f"SELECT max({key}) FROM {table}")
            known = [row for (row,) in (*sequence, *largest) if isinstance(row, int) and 0 <= row < 2**53]
            last[table] = max(known, default=0)
        return last

    def articles(self, *, dim: int | None) -> Iterator[Rescued | Lost]:
        """Yield the articles in the order they were added: those that are sound, and what is left of the others.

        Args:
            dim: of vectors; with None none is taken over.
        """
        for row in self._rows():
            found = self._read("articles", f"SELECT {HEAD}, text FROM articles WHERE row = ?", row)
            if not found:
                if self._exists(row):
                    yield Lost(row, None)
                continue
            *head, text = found[0]
            known = known_of(head)
            article = _sound_article(known, text)
            if article is None:
                yield Lost(row, known.facts.id if isinstance(known.facts.id, str) else None)
                continue
            offsets = self._offsets(known, article)
            vectors = None if offsets is None or dim is None else self._vectors(known, dim)
            yield Rescued(article, known.origin, None if vectors is None else offsets, vectors)

    def keep_copy(self) -> Path:
        """Copy the damaged file, with its journal, beside it under a name that is free, and return that."""
        number = 1
        while (copy := self.folder / f"damaged-{number}.sqlite").exists():
            number += 1
        try:
            shutil.copyfile(self._path, copy)
            journal = self._path.with_name(f"{FILE_NAME}-wal")
            if journal.exists():
                shutil.copyfile(journal, copy.with_name(f"{copy.name}-wal"))
        except OSError as error:
            raise StorageError(
                f"The damaged file can't be kept as {copy}: {in_words(error)}. Make room, then try again."
            ) from error
        return copy

    def replace_by(self, folder: Path) -> None:
        """Copy the closed store in ``folder`` over the damaged one, in one transaction.

        Raises:
            StorageError: it can't be written; the damaged file is as it was.
        """
        sound = sqlite3.connect(f"{(folder / FILE_NAME).resolve().as_uri()}?mode=rw", uri=True)
        try:
            sound.backup(self._connection)
        except sqlite3.Error as error:
            raise plain_error(error, self.folder) from error
        finally:
            sound.close()

    def _rows(self) -> list[int]:
        """Return every number that may be the row of an article: listed by the table, by one of its indexes, or in between."""
        rows: set[int] = set()
        for order in ("row", "id", "published_first", "source_key", "origin"):
            last = None
            with suppress(sqlite3.Error):
                for value, row in self._connection.execute(f"SELECT {order}, row FROM articles ORDER BY {order}"):
                    if order == "row" and last is not None and value <= last:
                        break  # pages that lead in a circle
                    last = value
                    if isinstance(row, int) and 0 < row < _MOST_ROWS:
                        rows.add(row)
                    if len(rows) > _MOST_ROWS:
                        break
        last_row = self.last_rows()["articles"]
        if last_row < 10 * len(rows) + 1_000:
            rows.update(range(1, last_row + 1))
        return sorted(rows)

    def _exists(self, row: int) -> bool:
        """Return whether there is, or seems to be, something in a row that can't be read."""
        try:
            return self._connection.execute("SELECT 1 FROM articles WHERE row = ?", [row]).fetchone() is not None
        except sqlite3.Error:
            return True

    def _offsets(self, known: Known, article: Article) -> tuple[tuple[int, int], ...] | None:
        found = []
        last = 0
        for row in known.passage_rows:
            passage = self._read(
                "passages", "SELECT article_row, begins, ends, checksum FROM passages WHERE row = ?", row
            )
            if not passage or checksum(row, *passage[0][:-1]) != passage[0][-1]:
                return None
            article_row, begins, ends, _ = passage[0]
            if article_row != known.row or not last <= begins < ends <= len(article.text):
                return None
            last = begins
            found.append((begins, ends))
        return tuple(found) or None

    def _vectors(self, known: Known, dim: int) -> NDArray[np.float16] | None:
        vectors = []
        for row in known.passage_rows:
            found = self._read("vectors", "SELECT vector, checksum FROM vectors WHERE row = ?", row)
            if not found or not is_blob(row, *found[0]) or len(found[0][0]) != 2 * dim:
                return None
            vectors.append(np.frombuffer(found[0][0], dtype="<f2"))
        stacked = np.stack(vectors)
        lengths = np.linalg.norm(stacked.astype(np.float64), axis=1)
        return stacked if bool(np.all(np.abs(lengths - 1) < 1e-2)) else None

    def _read(self, table: str, query: str, *values: object) -> list[Any]:
        """Return the rows that a query finds; none where they can't be read."""
        if table not in self._tables:
            return []
        try:
            return self._connection.execute(query, values).fetchall()
        except (sqlite3.Error, OverflowError):
            return []


def _sound_article(known: Known, text: str) -> Article | None:
    try:
        return to_article(known.facts, text, what="") if known.is_sound else None
    except IndexDamaged:
        return None
