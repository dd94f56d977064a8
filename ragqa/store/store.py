"""`Store`: the tables as one thing, changed in transactions that keep them in step.

Methods that read may be called on their own or inside `Store.reading`, which holds one state for several of them. Methods that
change anything are called inside `Store.writing`.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from ragqa.errors import IndexDamaged, StorageError
from ragqa.records import Article, Filter, Passage
from ragqa.store.articles import ArticleTable
from ragqa.store.database import FILE_NAME, Database
from ragqa.store.filters import is_open
from ragqa.store.lexical import FullText, Row, WordsDamaged
from ragqa.store.migrating import migrate
from ragqa.store.passages import PassageTable, VectorTable
from ragqa.store.rows import Counts, Facts, Known, damaged
from ragqa.store.settings import SettingsTable

__all__ = ["Store"]

logger = logging.getLogger(__name__)

Offsets = Sequence[tuple[int, int]]
Vectors = NDArray[np.float16]


class Store:
    """Articles, their passages, vectors and full text, and the settings. Opened with `Store.open`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.settings = SettingsTable(database)
        self.articles = ArticleTable(database, self.settings)
        self.passages = PassageTable(database, self.articles)
        self.vectors = VectorTable(database)
        self._full_text = FullText(database, self.settings)

    @classmethod
    def open(cls, folder: Path, *, create: bool = False, busy_seconds: float = 5.0) -> Self:
        """Open the store in ``folder``; an older format is made the present one. `Database` says what is raised."""
        database = Database(folder, create=create, busy_seconds=busy_seconds)
        try:
            store = cls(database)
            migrate(database, lambda: store._write_full_text(strict=False))
        except BaseException:
            database.close()
            raise
        return store

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

    def check_writable(self) -> None:
        """Raise `StorageError` where it is known from the beginning that nothing can be written, before work is done in vain."""
        self._database.check_writable()

    def make(self, settings: dict[str, Any]) -> None:
        """Make the tables with these settings, unless another process has just done so."""
        self._database.use_write_ahead_log()
        with self._database.writing():
            if self._database.make_tables():
                self.settings.totals = Counts(0, 0)
                self.put({"generation": 0, **settings})  # a store that takes the place of another goes on counting
                self._full_text.clear()

    def reading(self) -> AbstractContextManager[Any]:
        """Hold one state of the store, whatever is committed meanwhile."""
        return self._database.reading()

    @contextmanager
    def writing(self, *, wait: bool = True) -> Iterator[None]:
        """Commit what is done inside as a whole, with the next generation, or on any exception nothing of it.

        ``wait`` and what is raised are those of `ragqa.store.database.Database.writing`.
        """
        with self._database.alone():
            try:
                with self._database.writing(wait=wait):
                    self._full_text.begin()
                    yield
                    try:
                        self._full_text.finish()
                    except WordsDamaged:
                        self._rewrite_full_text()
                    self.put({"generation": self.generation + 1})
            except BaseException:  # the commit itself may fail
                self._full_text.forget()
                raise

    def begin_after(self, last: dict[str, int]) -> None:
        """Let the rows of a new store begin after those of the one that it takes the place of, by table."""
        with self._database.reading() as connection:
            connection.executemany("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", list(last.items()))

    def close(self) -> None:
        """Close the store; a second time does nothing."""
        self._database.close()

    @property
    def generation(self) -> int:
        """The number of commits that changed the store."""
        return int(self.get("generation"))

    def get(self, key: str) -> Any:
        """Return a setting, or None where it was never put.

        Raises:
            IndexDamaged: it is not what was put.
        """
        return self.settings.get(key)

    def put(self, settings: dict[str, Any]) -> None:
        """Set what JSON can hold."""
        self.settings.put(settings)

    def insert(self, article: Article, offsets: Offsets, vectors: Vectors, *, origin: str | None) -> None:
        """Add an article whose id is free, with its passages: offsets and as many vectors, ``(n, dim)`` float16."""
        rows = self.passages.next_rows(len(offsets))
        row = self.articles.insert(article, Facts.of(article), origin=origin, passage_rows=rows)
        self.settings.count(articles=1)
        self._insert_passages(row, rows, offsets, vectors)

    def insert_passages(self, article_row: int, offsets: Offsets, vectors: Vectors) -> None:
        """Add the passages of an article that has none."""
        rows = self.passages.next_rows(len(offsets))
        known = self.articles.known(article_row)
        self.articles.update(known, known.facts, origin=known.origin, passage_rows=rows)
        self._insert_passages(article_row, rows, offsets, vectors)

    def delete(self, known: Known) -> None:
        """Remove an article with all that belongs to it, even where some of it is damaged."""
        rows = self.passages.of(known)
        self.vectors.note_removal(rows)
        self.passages.delete(rows)
        self.articles.delete(known.row)
        self.settings.count(articles=-1, passages=-len(rows))
        try:
            self._full_text.check_whole(also=known.is_sound)
            self._full_text.remove(rows)
        except WordsDamaged:
            self._rewrite_full_text()

    def drop(self, article_row: int) -> None:
        """Remove an article that has no passages."""
        self.articles.delete(article_row)
        self.settings.count(articles=-1)

    def clear_passages(self) -> None:
        """Remove all passages, vectors and full text, and keep the articles."""
        with self._database.reading() as connection:
            rows = [row for (row,) in connection.execute("SELECT row FROM passages ORDER BY row")]
            self.vectors.note_removal(rows)
            connection.execute("DELETE FROM vectors")
            connection.execute("DELETE FROM passages")
            self._full_text.clear()
        # What has been lost without a trace is not missed from now on.
        self.settings.totals = Counts(len(self.articles.rows()), 0)

    def mend_full_text(self) -> None:
        """Write the full text anew if it is not what was written; all of it is looked at. Not inside a transaction.

        Raises:
            IndexDamaged: it can't be written now, and what there is may miss what it should find.
        """
        if self.has_full_text():
            return
        try:
            with self.writing(wait=False):
                self._rewrite_full_text(strict=True)
        except StorageError as error:
            raise IndexDamaged(
                f"The full text of index {self.folder} is not what was written, and it can't be written anew now: {error} "
                'Search by meaning alone, or mend it with "ragqa verify --repair".'
            ) from error

    def has_full_text(self) -> bool:
        """Return whether the full text is what was written, all of it."""
        with self._database.reading():
            return self._full_text.is_sound()

    def search_text(self, question: str, *, k: int, filter: Filter | None) -> list[tuple[int, float]]:
        """Return rows of passages with their BM25: the best ``k`` and all that equal the last of them.

        Raises:
            WordsDamaged: what was read of the full text is not what was written; `mend_full_text` helps.
            IndexDamaged: there is a filter, and what is known of an article is not what was written.
        """
        with self._database.reading():
            among = None if filter is None or is_open(filter) else self.passages.passing(filter)
            return self._full_text.search(question, k=k, among=among)

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

    def _insert_passages(self, article_row: int, rows: range, offsets: Offsets, vectors: Vectors) -> None:
        self.passages.insert(article_row, rows, offsets)
        self.vectors.insert(rows, vectors)
        self.settings.count(passages=len(rows))
        try:
            self._full_text.check_whole()
            self._full_text.insert(self._full_text_of(self.articles.known(article_row)))
        except WordsDamaged:
            self._rewrite_full_text()

    def _full_text_of(self, known: Known) -> list[Row]:
        rows = self.passages.of(known)
        title = self.articles.get(known.row).title or ""
        return [(row, title, passage.text) for row, passage in zip(rows, self.passages.get(rows), strict=True)]

    def _rewrite_full_text(self, *, strict: bool = False) -> None:
        """Write the full text anew, inside a transaction; ``strict``: it is an error that a damaged article is left out."""
        logger.warning("The full text of index %s is not what was written: it is written anew.", self.folder)
        self._write_full_text(strict=strict)

    def _write_full_text(self, *, strict: bool) -> None:
        self._full_text.clear()
        for row in self.articles.rows():
            try:
                self._full_text.insert(self._full_text_of(self.articles.known(row)))
            except IndexDamaged as error:
                if strict:
                    raise
                logger.warning("%s Its full text is left out.", error)
                self._full_text.leave_out()
        self._full_text.finish()
