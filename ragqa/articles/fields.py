"""The fields of an article under the names that people give them, and the `Article` made of them.

Every reader of this package hands on what it found as fields; here the names are brought together, the layers (the article
itself, its sidecar, the arguments) put over each other, and the values checked. Imports no other module of this package.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from ragqa.dates import parse_published
from ragqa.errors import ArticleError
from ragqa.records import Article

__all__ = ["MAX_CHARACTERS", "Fields", "Found", "Unreadable", "kind_of", "known_fields", "make_article"]

MAX_CHARACTERS = 5_000_000
"""The longest text that is taken for one article."""

Fields = Mapping[str, object]
"""Values as they were found, by the name of the field of `Article`; none that are missing."""

# Compared without case, spaces, hyphens and underscores. Where an article has several, the first of the list counts.
_ALIASES = {
    "id": ("id",),
    "text": ("text", "content", "body", "article_body", "article_text", "full_text", "main_text"),
    "title": ("title", "headline"),
    "source": ("source", "publisher", "publication", "site_name", "source_name", "outlet"),
    "url": ("url", "link", "canonical_url", "permalink"),
    "published_at": (
        "published_at", "published", "date_published", "publication_date", "publish_date", "date_publish", "pub_date", "date",
    ),
    "authors": ("authors", "author", "byline", "creator"),
    "language": ("language", "lang"),
}  # fmt: skip
# A leading underscore stays: the "_id" of a database is another thing than the id of an article.
_BETWEEN = re.compile(r"(?<=\w)[\s_-]+")
_CANONICAL = {
    _BETWEEN.sub("", alias): (rank, name) for name, aliases in _ALIASES.items() for rank, alias in enumerate(aliases)
}
_BY = re.compile(r"^by:?\s+", re.IGNORECASE)
_BETWEEN_AUTHORS = re.compile(r"\s*,\s*and\s+|\s*,\s*|\s+and\s+|\s+&\s+")


class Unreadable(ArticleError):
    """A file, or one article in it, can't be read. ``line`` counts from 1."""

    def __init__(self, message: str, *, line: int | None = None) -> None:
        super().__init__(message)
        self.line = line


class Found(NamedTuple):
    """What a reader found of one article.

    ``fallback`` holds guesses, used where nobody gave anything better; ``line`` is where the article begins, from 1; ``place`` is
    its place in a file that has no lines ("item 3").
    """

    fields: Fields
    fallback: Fields = MappingProxyType({})
    line: int | None = None
    place: str = ""


def known_fields(given: Mapping[object, object]) -> dict[str, object]:
    """Return the fields of an article among ``given``, by their names in `Article`; unknown and missing ones are left out.

    >>> known_fields({"Headline": "Ferry sinks", "pubDate": "2024-08-19", "link": "", "views": 7})
    {'title': 'Ferry sinks', 'published_at': '2024-08-19'}
    """
    best: dict[str, int] = {}
    found: dict[str, object] = {}
    for key, value in given.items():
        rank, name = _CANONICAL.get(_BETWEEN.sub("", str(key).strip().casefold()), (0, ""))
        if name and not _is_missing(value) and rank < best.get(name, len(_CANONICAL)):
            best[name] = rank
            found[name] = value
    return found


def make_article(*layers: Fields, article_id: str | None = None) -> Article:
    """Return the article that ``layers`` describe together; the first layer that has a field decides.

    Args:
        layers: fields by their names in `Article`, the most trusted first.
        article_id: the id; None for the field ``id``, or where there is none, the default of `Article`.

    Raises:
        ArticleError: there is no text, or too much, or a field has a value that can't be used.
    """
    fields: dict[str, object] = {}
    for layer in reversed(layers):
        fields.update(layer)
    published = fields.get("published_at")
    values: dict[str, object] = {
        "id": article_id or _identifier(fields.get("id")),
        "text": _text(fields.get("text")),
        "title": _line("title", fields.get("title")),
        "source": _line("source", _name(fields.get("source"))),
        "url": _line("url", fields.get("url")),
        "published_at": None if published is None else parse_published(published),
        "authors": _authors(fields.get("authors")),
        "language": _line("language", fields.get("language")),
    }
    for name, value in values.items():
        for text in value if isinstance(value, tuple) else [value]:
            _check_characters(name, text)
    return Article.model_validate(values)


def _check_characters(name: str, text: object) -> None:
    if isinstance(text, str):
        try:
            text.encode("utf-8")
        except UnicodeEncodeError as error:
            raise ArticleError(
                f"{name} holds half a surrogate pair at character {error.start:,}, which is no character: write the file again"
            ) from error


def _is_missing(value: object) -> bool:
    # NaN, which differs from itself, is how pandas writes what is missing.
    return value is None or value != value or (isinstance(value, str) and not value.strip()) or value == []


def _text(value: object) -> str:
    if value is None:
        raise ArticleError(f"there is no text: expected it in a field named {', '.join(_ALIASES['text'])}")
    if not isinstance(value, str):
        raise ArticleError(f"text must be a string, got {kind_of(value)}")
    if not value.strip("\ufeff").strip():
        raise ArticleError("the text is empty: remove it, or fill it")
    if len(value) > MAX_CHARACTERS:
        raise ArticleError(
            f"the text has {len(value):,} characters, {MAX_CHARACTERS:,} at most: split it into articles"
        )
    return value


def _identifier(value: object) -> str | None:
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # a column of integers in which some are missing is read as floats
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise ArticleError(f"id must be a string or an integer, got {kind_of(value)}")


def _line(name: str, value: object) -> str | None:
    """Return ``value`` on one line, without white space around it."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    if value is not None and not isinstance(value, str):
        raise ArticleError(f"{name} must be a string, got {kind_of(value)}")
    return " ".join(value.split()) or None if value else None


def _name(value: object) -> object:
    """Return the name of an organisation or a person that is given as an object, as news APIs and schema.org do."""
    return value.get("name") if isinstance(value, Mapping) else value


def _authors(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        byline = _BY.sub("", " ".join(value.split()))
        names: list[object] = list(byline.split(";") if ";" in byline else _BETWEEN_AUTHORS.split(byline))
    elif isinstance(value, list | tuple):
        names = [_name(item) for item in value]
    else:
        names = [_name(value)]
    found = (_line("authors", name) for name in names)
    return tuple(dict.fromkeys(_BY.sub("", name) for name in found if name))


def kind_of(value: object) -> str:
    """Return what ``value`` is, in the words of JSON."""
    kinds = {bool: "true or false", int: "a number", float: "a number", list: "a list", dict: "an object"}
    return kinds.get(type(value), f"a value of type {type(value).__name__}")
