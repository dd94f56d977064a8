"""The table of articles."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from ragqa.records import Article, Filter
from ragqa.store.database import Database
from ragqa.store.filters import condition, is_open
from ragqa.store.recent import RecentArticles
from ragqa.store.rows import ArticleRow, Counts, Facts, Known, SourceRow, checksum, damaged, published_day, to_article

__all__ = ["ArticleTable"]

_COLUMNS = ", ".join(Facts._fields)
_HEAD = f"row, {_COLUMNS}, origin, checksum"
_LISTED = tuple(name for name in ArticleRow.model_fields if name in Facts._fields)
_PAGE = 1_000


class ArticleTable:
    """Articles by id or row.

    An article that is given out, whole or as a line of the list, has been checked against its checksum, and before a filter is
    used, so have all. `rows`, `ids` and the unfiltered `counts` check nothing.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._recent = RecentArticles()
        self._checked_version: int | None = None

    def find(self, article_id: str) -> Known | None:
        """Return what is stored under an id, without its text, or None."""
        with self._database.reading() as connection:
            found = connection.execute(f"SELECT {_HEAD} FROM articles WHERE id = ?", [article_id]).fetchone()
        return None if found is None else _known(found)

    def get(self, row: int) -> Article:
        """Return the article of a row.

        Raises:
            IndexDamaged: the row is gone, or is not what was written.
        """
        with self._database.reading() as connection:
            found = connection.execute("SELECT checksum FROM articles WHERE row = ?", [row]).fetchone()
            if found is None:
                raise damaged(f"Article row {row}, which a passage belongs to,")
            key = (row, found[0])
            article = self._recent.get(key)
            if article is None:
                *head, text = connection.execute(f"SELECT {_HEAD}, text FROM articles WHERE row = ?", [row]).fetchone()
                known = _sound(head)
                article = to_article(known.facts, text, what=_name(known))
                self._recent.keep(key, article)
        return article

    def rows(self) -> list[int]:
        """Return the rows of all articles in the order they were added."""
        with self._database.reading() as connection:
            return [row for (row,) in connection.execute("SELECT row FROM articles ORDER BY row")]

    def ids(self, *, origin: str | None = None) -> list[str]:
        """Return the ids of all articles, or of those that came from ``origin``, in the order they were added."""
        where, values = ("1", []) if origin is None else ("origin = ?", [origin])
        with self._database.reading() as connection:
            return [
                found for (found,) in connection.execute(f"SELECT id FROM articles WHERE {where} ORDER BY row", values)
            ]

    def summaries(self) -> Iterator[ArticleRow]:
        """Yield a line for each article in the order they were added, a page at a time, so that nothing is held up.

        Raises:
            IndexDamaged: a row is not what was written.
        """
        last = 0
        while True:
            with self._database.reading() as connection:
                page = connection.execute(
                    f"""SELECT {_HEAD}, (SELECT count(*) FROM passages WHERE article_row = articles.row)
                        FROM articles WHERE row > ? ORDER BY row LIMIT ?""",
                    [last, _PAGE],
                ).fetchall()
            if not page:
                return
            last = page[-1][0]
            for *head, passages in page:
                known = _sound(head)
                yield ArticleRow.model_validate(
                    {"passages": passages, **{name: getattr(known.facts, name) for name in _LISTED}}
                )

    def sources(self) -> list[SourceRow]:
        """Return the sources in alphabetical order, regardless of case; articles that name none come last.

        Raises:
            IndexDamaged: a row is not what was written.
        """
        self._check_all()
        with self._database.reading() as connection:
            found = connection.execute(
                """SELECT min(source), count(*), min(published_first), max(published_first)
                   FROM articles GROUP BY source_key ORDER BY source_key IS NULL, source_key"""
            ).fetchall()
        return [
            SourceRow(source=source, articles=articles, first=published_day(first), last=published_day(last))
            for source, articles, first, last in found
        ]

    def has_source(self, source: str) -> bool:
        """Return whether an article is of a source, as a `Filter` compares it: whole, whatever the case."""
        where, values = condition(Filter(sources=(source,)))
        with self._database.reading() as connection:
            found = connection.execute(f"SELECT 1 FROM articles WHERE {where} LIMIT 1", values).fetchone()
        return found is not None

    def counts(self, filter: Filter | None = None) -> Counts:
        """Return how many articles pass, and how many passages they have.

        Raises:
            IndexDamaged: there is a filter, and a row is not what was written.
        """
        self.check_for(filter)
        where, values = condition(filter)
        with self._database.reading() as connection:
            (articles,) = connection.execute(f"SELECT count(*) FROM articles WHERE {where}", values).fetchone()
            (passages,) = connection.execute(
                "SELECT count(*) FROM passages"
                if where == "1"
                else f"SELECT count(*) FROM articles JOIN passages ON passages.article_row = articles.row WHERE {where}",
                values,
            ).fetchone()
        return Counts(articles, passages)

    def check_for(self, filter: Filter | None) -> None:
        """Check all that ``filter`` may look at: every row but its text, some 5 microseconds each.

        Done once, and again only after another connection has written.

        Raises:
            IndexDamaged: a row is not what was written.
        """
        if not is_open(filter):
            self._check_all()

    def _check_all(self) -> None:
        with self._database.reading() as connection:
            (version,) = connection.execute("PRAGMA data_version").fetchone()
            if version == self._checked_version:
                return
            for head in connection.execute(f"SELECT {_HEAD} FROM articles"):
                _sound(head)
            self._checked_version = version

    def insert(self, article: Article, facts: Facts, *, origin: str | None) -> int:
        """Add an article whose id is free, and return its row."""
        with self._database.reading() as connection:
            row = self._database.next_row("articles")
            values = [row, *facts, origin, checksum(row, *facts, origin), article.text]
            connection.execute(
                f"INSERT INTO articles (row, {_COLUMNS}, origin, checksum, text) VALUES ({_marks(values)})", values
            )
        return row

    def update(self, row: int, facts: Facts, *, origin: str | None) -> None:
        """Change all that is known about an article but its text."""
        values = [*facts, origin, checksum(row, *facts, origin)]
        with self._database.reading() as connection:
            connection.execute(
                f"UPDATE articles SET ({_COLUMNS}, origin, checksum) = ({_marks(values)}) WHERE row = ?", [*values, row]
            )

    def delete(self, row: int) -> None:
        """Remove an article, with the rows of its passages and vectors."""
        with self._database.reading() as connection:
            connection.execute("DELETE FROM articles WHERE row = ?", [row])


def _marks(values: list[Any]) -> str:
    return ", ".join("?" * len(values))


def _sound(columns: Sequence[Any]) -> Known:
    known = _known(columns)
    if not known.is_sound:
        raise damaged(_name(known))
    return known


def _name(known: Known) -> str:
    return f"Article {known.facts.id!r} (row {known.row})"


def _known(columns: Sequence[Any]) -> Known:
    row, *facts, origin, found = columns
    return Known(row, Facts(*facts), origin, is_sound=checksum(row, *facts, origin) == found)
