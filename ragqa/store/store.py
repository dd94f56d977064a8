"""`Store`: the tables as one thing, changed in transactions that keep them in step.

Methods that read may be called on their own or inside `Store.reading`, which holds one state for several of them. Methods that
change anything are called inside `Store.writing`.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from ragqa.errors import IndexDamaged, StorageError
from ragqa.records import Article, Filter, Passage
from ragqa.store import lexical
from ragqa.store.articles import ArticleTable
from ragqa.store.database import FILE_NAME, Database
from ragqa.store.passages import PassageTable, VectorTable
from ragqa.store.rows import Facts, Known, damaged

__all__ = ["Store"]

logger = logging.getLogger(__name__)

_LEFT_OUT = "full_text_left_out"  # passages without full text, since their article is damaged

Offsets = Sequence[tuple[int, int]]
Vectors = NDArray[np.float16]


class Store:
    """Articles, their passages, vectors and full text, and the settings. Opened with `Store.open`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.articles = ArticleTable(database)
        self.passages = PassageTable(database, self.articles)
        self.vectors = VectorTable(database)
        self._is_full_text_checked = False

    @classmethod
    def open(cls, folder: Path, *, create: bool = False, busy_seconds: float = 5.0) -> Self:
        """Open the store in ``folder``. What is raised is said by `ragqa.store.database.Database`."""
        return cls(Database(folder, create=create, busy_seconds=busy_seconds))

    @property
    def folder(self) -> Path:
        """The folder of the index."""
        return self._database.folder

    def files(self) -> list[Path]:
        """Return the files of the index that are there now."""
        return [path for pattern in (f"{FILE_NAME}*", "vectors-*") for path in self.folder.glob(pattern)]

    @property
    def size(self) -> int:
        """The bytes of these files; one that another process has just removed has none."""
        size = 0
        for path in self.files():
            with suppress(FileNotFoundError):
                size += path.stat().st_size
        return size

    @property
    def is_blank(self) -> bool:
        """Whether the tables have yet to be made."""
        return self._database.is_blank

    def make(self, settings: dict[str, Any]) -> None:
        """Make the tables with these settings, unless another process has just done so."""
        self._database.use_write_ahead_log()
        with self._database.writing():
            if self._database.make_tables():
                self.put({"generation": 0, **settings})

    def reading(self) -> AbstractContextManager[Any]:
        """Hold one state of the store, whatever is committed meanwhile."""
        return self._database.reading()

    @contextmanager
    def writing(self, *, wait: bool = True) -> Iterator[None]:
        """Commit what is done inside as a whole, with the next generation, or on any exception nothing of it.

        ``wait`` and what is raised are those of `ragqa.store.database.Database.writing`.
        """
        with self._database.writing(wait=wait):
            yield
            self.put({"generation": self.generation + 1})

    def close(self) -> None:
        """Close the store; a second time does nothing."""
        self._database.close()

    @property
    def generation(self) -> int:
        """The number of commits that changed the store."""
        return int(self.get("generation"))

    def get(self, key: str) -> Any:
        """Return a setting, or None where it was never put."""
        with self._database.reading() as connection:
            found = connection.execute("SELECT value FROM settings WHERE key = ?", [key]).fetchone()
        try:
            return None if found is None else json.loads(found[0])
        except ValueError as error:
            raise damaged(f"The setting {key!r}") from error

    def put(self, settings: dict[str, Any]) -> None:
        """Set what JSON can hold."""
        with self._database.reading() as connection:
            connection.executemany(
                "INSERT INTO settings (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                [(key, json.dumps(value)) for key, value in settings.items()],
            )

    def insert(self, article: Article, offsets: Offsets, vectors: Vectors, *, origin: str | None) -> None:
        """Add an article whose id is free, with its passages: offsets and as many vectors, ``(n, dim)`` float16."""
        row = self.articles.insert(article, Facts.of(article), origin=origin)
        self.insert_passages(row, offsets, vectors)

    def insert_passages(self, article_row: int, offsets: Offsets, vectors: Vectors) -> None:
        """Add the passages of an article that has none."""
        rows = self.passages.insert(article_row, offsets)
        self.vectors.insert(rows, vectors)
        with self._database.reading() as connection:
            lexical.insert(connection, self._full_text(article_row))

    def delete(self, known: Known) -> None:
        """Remove an article with all that belongs to it, even where some of it is damaged."""
        try:
            with self._database.reading() as connection:
                lexical.remove(connection, self._full_text(known.row))
        except IndexDamaged as error:
            logger.warning("%s The full text of all articles is written anew.", error)
            self._remove_rows(known.row)
            self._rewrite_full_text()
        else:
            self._remove_rows(known.row)

    def clear_passages(self) -> None:
        """Remove all passages, vectors and full text, and keep the articles."""
        self.vectors.note_removal()
        with self._database.reading() as connection:
            connection.execute("DELETE FROM vectors")
            connection.execute("DELETE FROM passages")
            lexical.clear(connection)
        self.put({_LEFT_OUT: 0})

    def mend_full_text(self) -> None:
        """Write the full text anew if it has not a row for each passage; looked at once. Not inside a transaction.

        Where it can't be written now, a warning says so: a search by words goes on with the rows that there are.
        """
        if self._is_full_text_checked:
            return
        self._is_full_text_checked = True
        if self._has_full_text():
            return
        logger.warning("The full text of index %s does not fit its passages: it is written anew.", self.folder)
        try:
            with self.writing(wait=False):
                if not self._has_full_text():  # another process may have been quicker
                    self._rewrite_full_text()
        except StorageError as error:
            logger.warning("The full text of index %s could not be written anew: %s", self.folder, error)

    def search_text(self, question: str, *, k: int, filter: Filter | None) -> list[tuple[int, float]]:
        """Return rows of passages with their BM25: the best ``k`` and all that equal the last of them.

        Raises:
            IndexDamaged: there is a filter, and what is known of an article is not what was written.
        """
        with self._database.reading() as connection:
            self.articles.check_for(filter)
            return lexical.search(connection, question, k=k, filter=filter)

    def best(self, found: Iterable[tuple[int, float]], *, k: int) -> list[tuple[Passage, float]]:
        """Return the ``k`` passages of the largest scores, equal ones in the order of their ids.

        Raises:
            IndexDamaged: a row names no passage.
        """
        scores = dict(found)
        with self._database.reading():
            ids = self.passages.ids(scores)
            if missing := scores.keys() - ids.keys():
                raise damaged(f"Passage row {min(missing)}, which a search found but which is not stored,")
            rows = sorted(scores, key=lambda row: (-scores[row], ids[row]))[:k]
            return [(passage, scores[row]) for row, passage in zip(rows, self.passages.get(rows), strict=True)]

    def _has_full_text(self) -> bool:
        with self._database.reading() as connection:
            left_out = self.get(_LEFT_OUT) or 0
            return lexical.count(connection) + int(left_out) == self.articles.counts().passages

    def _full_text(self, article_row: int) -> list[lexical.Row]:
        rows = self.passages.of(article_row)
        title = self.articles.get(article_row).title or ""
        return [(row, title, passage.text) for row, passage in zip(rows, self.passages.get(rows), strict=True)]

    def _remove_rows(self, article_row: int) -> None:
        self.vectors.note_removal(article_row)
        self.articles.delete(article_row)

    def _rewrite_full_text(self) -> None:
        left_out = 0
        with self._database.reading() as connection:
            lexical.clear(connection)
            for row in self.articles.rows():
                try:
                    lexical.insert(connection, self._full_text(row))
                except IndexDamaged as error:
                    logger.warning("%s Its full text is left out.", error)
                    left_out += len(self.passages.of(row))
        self.put({_LEFT_OUT: left_out})
