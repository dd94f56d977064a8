"""The table of articles."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from ragqa.records import Article, Filter
from ragqa.store.database import Database
from ragqa.store.filters import condition, is_open
from ragqa.store.recent import RecentArticles
from ragqa.store.rows import ArticleRow, Counts, Facts, Known, SourceRow, checksum, damaged, published_day, to_article
from ragqa.store.settings import SettingsTable

__all__ = ["AMONG", "HEAD", "ArticleTable", "known_of"]

AMONG = "IN (SELECT value FROM json_each(?))"  # a list goes in as one parameter, because their number is limited

_COLUMNS = ", ".join(Facts._fields)
# All but the text.
HEAD = f"row, {_COLUMNS}, origin, first_passage, passages, checksum"
_HEAD_NAMES = HEAD.split(", ")
_LISTED = tuple(name for name in ArticleRow.model_fields if name in Facts._fields)
_PAGE = 1_000
_INDEXES = {
    "sqlite_autoindex_articles_1": "id",
    "articles_published": "published_first",
    "articles_source": "source_key",
    "articles_origin": "origin",
}


class ArticleTable:
    """Articles by id or row.

    An article that is given out, whole or as a line of the list, has been checked against its checksum, and before a filter or an
    origin is gone by, so have all, and so have their number and SQLite's own indexes. `rows` checks nothing.
    """

    def __init__(self, database: Database, settings: SettingsTable) -> None:
        self._database = database
        self._settings = settings
        self._recent = RecentArticles()
        self._checked_version: int | None = None

    def find(self, article_id: str) -> Known | None:
        """Return what is stored under an id, without its text, or None.

        Raises:
            IndexDamaged: SQLite's index leads to another article.
        """
        with self._database.reading() as connection:
            # By way of the row: else what is in the index too would be taken from there.
            found = connection.execute(
                f"SELECT {HEAD} FROM articles WHERE row = (SELECT row FROM articles WHERE id = ?)", [article_id]
            ).fetchone()
        if found is None:
            return None
        known = known_of(found)
        if known.is_sound and known.facts.id != article_id:
            raise damaged("SQLite's index of ids")
        return known

    def known(self, row: int) -> Known:
        """Return what is stored in a row, without its text.

        Raises:
            IndexDamaged: the row is gone, or is not what was written.
        """
        with self._database.reading() as connection:
            found = connection.execute(f"SELECT {HEAD} FROM articles WHERE row = ?", [row]).fetchone()
        if found is None:
            raise damaged(f"Article row {row}, which a passage belongs to,")
        return _sound(found)

    def get(self, row: int) -> Article:
        """Return the article of a row.

        Raises:
            IndexDamaged: the row is gone, or is not what was written.
        """
        return self.get_all([row])[row]

    def get_all(self, rows: Sequence[int]) -> dict[int, Article]:
        """Return the articles of ``rows`` by row.

        Raises:
            IndexDamaged: a row is gone, or is not what was written.
        """
        articles: dict[int, Article] = {}
        with self._database.reading() as connection:
            marks = dict(
                connection.execute(f"SELECT row, checksum FROM articles WHERE row {AMONG}", [json.dumps(rows)])
            )
            for row in rows:
                if row not in marks:
                    raise damaged(f"Article row {row}, which a passage belongs to,")
                article = self._recent.get((row, marks[row]))
                if article is not None:
                    articles[row] = article
            others = json.dumps([row for row in rows if row not in articles])
            for *head, text in connection.execute(f"SELECT {HEAD}, text FROM articles WHERE row {AMONG}", [others]):
                known = _sound(head)
                article = to_article(known.facts, text, what=_name(known))
                self._recent.keep((known.row, head[-1]), article)
                articles[known.row] = article
        if not articles.keys() >= set(rows):
            raise damaged("The table of articles")
        return articles

    def rows(self) -> list[int]:
        """Return the rows of all articles in the order they were added.

        Raises:
            IndexDamaged: they are not in order.
        """
        with self._database.reading() as connection:
            rows: list[int] = []
            for (row,) in connection.execute("SELECT row FROM articles ORDER BY row"):
                if rows and row <= rows[-1]:  # pages that lead in a circle
                    raise damaged("The table of articles")
                rows.append(row)
        return rows

    def ids(self, *, origin: str | None = None) -> list[str]:
        """Return the ids of all articles, or of those that came from ``origin``, in the order they were added.

        Raises:
            IndexDamaged: a row is not what was written.
        """
        where, values = ("1", []) if origin is None else ("origin = ?", [origin])
        with self._database.reading() as connection:
            self.check_all()
            return [
                found for (found,) in connection.execute(f"SELECT id FROM articles WHERE {where} ORDER BY row", values)
            ]

    def passing(self, filter: Filter) -> list[str]:
        """Return the ids of the articles that pass, in the order they were added.

        Raises:
            IndexDamaged: a row is not what was written.
        """
        where, values = condition(filter)
        with self._database.reading() as connection:
            self.check_all()
            return [
                found for (found,) in connection.execute(f"SELECT id FROM articles WHERE {where} ORDER BY row", values)
            ]

    def summaries(self) -> Iterator[ArticleRow]:
        """Yield a line for each article in the order they were added, a page at a time, so that nothing is held up.

        Raises:
            IndexDamaged: a row is not what was written, or some are lost.
        """
        last, count = 0, 0
        began: object = None
        while True:
            with self._database.reading() as connection:
                page = connection.execute(
                    f"SELECT {HEAD} FROM articles WHERE row > ? ORDER BY row LIMIT ?", [last, _PAGE]
                ).fetchall()
                began = began or self._settings.get("generation")
                if not page and began == self._settings.get("generation") and count != self._settings.totals.articles:
                    raise damaged("The list of the articles")
            if not page:
                return
            count += len(page)
            for head in page:
                known = _sound(head)
                if known.row <= last:
                    raise damaged("The list of the articles")
                last = known.row
                yield ArticleRow.model_validate(
                    {"passages": known.passages, **{name: getattr(known.facts, name) for name in _LISTED}}
                )

    def sources(self) -> list[SourceRow]:
        """Return the sources in alphabetical order, regardless of case; articles that name none come last.

        Raises:
            IndexDamaged: a row is not what was written.
        """
        self.check_all()
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
        if is_open(filter):
            return self._settings.totals
        where, values = condition(filter)
        with self._database.reading() as connection:
            self.check_all()
            found = connection.execute(f"SELECT count(*), total(passages) FROM articles WHERE {where}", values)
            articles, passages = found.fetchone()
        return Counts(articles, int(passages))

    def check_for(self, filter: Filter | None) -> None:
        """Check all that ``filter`` may look at, as `check_all` does; nothing where it lets everything pass."""
        if not is_open(filter):
            self.check_all()

    def check_all(self) -> None:
        """Check every row but its text, that none is lost, and SQLite's indexes, some 15 microseconds a row.

        Done once, and again only after another connection has written.

        Raises:
            IndexDamaged: a row is not what was written.
        """
        with self._database.reading() as connection:
            (version,) = connection.execute("PRAGMA data_version").fetchone()
            if version == self._checked_version:
                return
            number = self._settings.totals.articles
            entries: dict[str, list[tuple[Any, int]]] = {index: [] for index in _INDEXES}
            places = [(own, _HEAD_NAMES.index(_INDEXES[index])) for index, own in entries.items()]
            count = 0
            for head in connection.execute(f"SELECT {HEAD} FROM articles NOT INDEXED"):
                if checksum(*head[:-1]) != head[-1]:
                    raise damaged(_name(known_of(head)))
                for own, place in places:
                    own.append((head[place], head[0]))
                count += 1
                if count > number:  # before pages that lead in a circle fill the memory
                    break
            if count != number:
                raise damaged("The table of articles")
            for index, column in _INDEXES.items():
                expected = sorted(entries.pop(index), key=_in_order)
                found = connection.execute(f"SELECT {column}, row FROM articles INDEXED BY {index} ORDER BY {column}")
                if found.fetchall() != expected:
                    raise damaged(f"SQLite's index {index!r}")
            self._checked_version = version

    def insert(self, article: Article, facts: Facts, *, origin: str | None, passage_rows: range) -> int:
        """Add an article whose id is free, and return its row."""
        with self._database.reading() as connection:
            row = self._database.next_row("articles")
            head = [row, *facts, origin, passage_rows.start, len(passage_rows)]
            values = [*head, checksum(*head), article.text]
            connection.execute(f"INSERT INTO articles ({HEAD}, text) VALUES ({_marks(values)})", values)
        return row

    def update(self, known: Known, facts: Facts, *, origin: str | None, passage_rows: range | None = None) -> None:
        """Change all that is known about an article but its text."""
        rows = passage_rows or known.passage_rows
        head = [known.row, *facts, origin, rows.start, len(rows)]
        with self._database.reading() as connection:
            connection.execute(
                f"UPDATE articles SET ({HEAD}) = ({_marks([*head, b''])}) WHERE row = ?",
                [*head, checksum(*head), known.row],
            )

    def delete(self, row: int) -> None:
        """Remove an article, with the rows of its passages and vectors."""
        with self._database.reading() as connection:
            connection.execute("DELETE FROM articles WHERE row = ?", [row])


def _marks(values: list[Any]) -> str:
    return ", ".join("?" * len(values))


def _sound(columns: Sequence[Any]) -> Known:
    known = known_of(columns)
    if not known.is_sound:
        raise damaged(_name(known))
    return known


def _name(known: Known) -> str:
    return f"Article {known.facts.id!r} (row {known.row})"


def known_of(columns: Sequence[Any]) -> Known:
    """Return what the columns `HEAD` of a row say."""
    *head, found = columns
    row, *facts, origin, first_passage, passages = head
    return Known(row, Facts(*facts), origin, first_passage, passages, is_sound=checksum(*head) == found)


def _in_order(entry: tuple[Any, int]) -> tuple[bool, Any, int]:
    """Return what sorts as SQLite does: NULL first."""
    value, row = entry
    return value is not None, value, row
