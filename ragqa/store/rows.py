"""Articles to rows and back, with the checksums that are looked at before anything of a row is given out.

A checksum covers every column of its row and the row's number; an article's text is covered by its own SHA-256 instead. Imports
the records and nothing of SQLite.
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from hashlib import blake2b
from typing import NamedTuple

from ragqa.errors import IndexDamaged
from ragqa.records import Article, PublishedAt, Record, instant

__all__ = [
    "ArticleRow",
    "Counts",
    "Facts",
    "Known",
    "SourceRow",
    "blob_checksum",
    "checksum",
    "damaged",
    "is_blob",
    "passage_id",
    "published_day",
    "published_microseconds",
    "to_article",
]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Counts(NamedTuple):
    """How many articles and passages there are."""

    articles: int
    passages: int


class ArticleRow(Record):
    """A line of the list of articles. ``characters`` and ``passages`` are counts."""

    id: str
    title: str | None
    source: str | None
    published_at: PublishedAt
    characters: int
    passages: int


class SourceRow(Record):
    """A source, None for articles that name none: how many articles are of it, and their first and last day in UTC."""

    source: str | None
    articles: int
    first: date | None
    last: date | None


class Facts(NamedTuple):
    """What is stored of an article beside its text, column by column; two articles with equal facts are the same."""

    id: str
    title: str | None
    source: str | None
    url: str | None
    published_at: str | None
    authors: str
    language: str | None
    content_hash: str
    published_first: int | None
    source_key: str | None
    characters: int

    @classmethod
    def of(cls, article: Article) -> Facts:
        """Return the facts of ``article``."""
        published = article.published_at
        return cls(
            id=article.id,
            title=article.title,
            source=article.source,
            url=article.url,
            published_at=None if published is None else published.isoformat(),
            authors=json.dumps(article.authors, ensure_ascii=False),
            language=article.language,
            content_hash=article.content_hash,
            published_first=None if published is None else published_microseconds(instant(published)),
            source_key=None if article.source is None else article.source.casefold(),
            characters=len(article.text),
        )


class Known(NamedTuple):
    """A stored article as it is looked up before it is replaced. ``is_sound`` is false where its checksum does not hold.

    Its passages have the rows from ``first_passage`` on, ``passages`` in number.
    """

    row: int
    facts: Facts
    origin: str | None
    first_passage: int
    passages: int
    is_sound: bool

    @property
    def passage_rows(self) -> range:
        """The rows of its passages, in its order; to be used only where it is sound."""
        return range(self.first_passage, self.first_passage + self.passages)


def published_microseconds(moment: datetime) -> int:
    """Return ``moment`` in microseconds since the beginning of 1970, exactly.

    >>> published_microseconds(datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC))
    1000000
    """
    return (moment - _EPOCH) // timedelta(microseconds=1)


def published_day(microseconds: int | None) -> date | None:
    """Return the day in UTC of a moment as `published_microseconds` gives it.

    >>> published_day(1_730_246_400_000_000).isoformat()
    '2024-10-30'
    """
    return None if microseconds is None else (_EPOCH + timedelta(microseconds=microseconds)).date()


def checksum(*values: object) -> bytes:
    """Return 8 bytes that change with any of ``values``: text, whole numbers or None.

    JSON, since `repr` differs between versions of Python. Other types come from damaged rows alone, and match nothing.
    """
    return blake2b(json.dumps(values, default=repr).encode("ascii"), digest_size=8).digest()


def blob_checksum(row: int, blob: bytes) -> bytes:
    """Return 8 bytes that change with the bytes, such as those of a vector, or with the row that they belong to."""
    return blake2b(blob, digest_size=8, key=row.to_bytes(8, "big", signed=True)).digest()


def is_blob(row: int, blob: object, mark: object) -> bool:
    """Return whether ``blob`` is what was written in a row with the checksum ``mark``; a damaged row may hold any type.

    >>> is_blob(1, b"doha", blob_checksum(1, b"doha")), is_blob(1, 0, b"")
    (True, False)
    """
    return isinstance(blob, bytes) and blob_checksum(row, blob) == mark


def passage_id(article_id: str, start: int, end: int) -> str:
    """Return the id of a passage, the one that `ragqa.splitting` gives it.

    >>> passage_id("doha.txt", 0, 34)
    'doha.txt#0-34'
    """
    return f"{article_id}#{start}-{end}"


def to_article(facts: Facts, text: str, *, what: str) -> Article:
    """Return the article of a row; ``what`` names the row in the error.

    Raises:
        IndexDamaged: the text is not the one that its hash was taken of.
    """
    try:
        return Article(
            id=facts.id,
            text=text,
            title=facts.title,
            source=facts.source,
            url=facts.url,
            published_at=facts.published_at,
            authors=tuple(json.loads(facts.authors)),
            language=facts.language,
            content_hash=facts.content_hash,
        )
    except ValueError as error:  # pydantic's ValidationError is one
        raise damaged(what) from error


def damaged(what: str) -> IndexDamaged:
    """Return the error for a row that is not what was once written."""
    return IndexDamaged(
        f"{what} is not what was written: the file was changed or the disk is failing. "
        'See what else is with "ragqa verify", and mend it with "ragqa verify --repair".'
    )
