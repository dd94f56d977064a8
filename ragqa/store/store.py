"""`Store`: the tables as one thing, changed in transactions that keep them in step.

Methods that read may be called on their own or inside `Store.reading`, which holds one state for several of them. Methods that
change anything are called inside `Store.writing`.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from ragqa.errors import IndexDamaged
from ragqa.records import Article, Filter, Passage
from ragqa.store import lexical
from ragqa.store.articles import ArticleTable
from ragqa.store.database import FILE_NAME, Database
from ragqa.store.passages import PassageTable, VectorTable
from ragqa.store.rows import Facts, Known, damaged

__all__ = ["Store"]

logger = logging.getLogger(__name__)

Offsets = Sequence[tuple[int, int]]
Vectors = NDArray[np.float16]


class Store:
    """Articles, their passages, vectors and full text, and the settings. Opened with `Store.open`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.articles = ArticleTable(database)
        self.passages = PassageTable(database, self.articles)
        self.vectors = VectorTable(database)

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
    def writing(self) -> Iterator[None]:
        """Commit what is done inside as a whole, with the next generation, or on any exception nothing of it."""
        with self._database.writing():
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

    def search_text(self, question: str, *, k: int, filter: Filter | None) -> list[tuple[int, float]]:
        """Return rows of passages with their BM25: the best ``k`` and all that equal the last of them."""
        with self._database.reading() as connection:
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

    def _full_text(self, article_row: int) -> list[lexical.Row]:
        rows = self.passages.of(article_row)
        title = self.articles.get(article_row).title or ""
        return [(row, title, passage.text) for row, passage in zip(rows, self.passages.get(rows), strict=True)]

    def _remove_rows(self, article_row: int) -> None:
        self.vectors.note_removal(article_row)
        self.articles.delete(article_row)

    def _rewrite_full_text(self) -> None:
        with self._database.reading() as connection:
            lexical.clear(connection)
            for row in self.articles.rows():
                try:
                    lexical.insert(connection, self._full_text(row))
                except IndexDamaged as error:
                    logger.warning("%s Its full text is left out.", error)
