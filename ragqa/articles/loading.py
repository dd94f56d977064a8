"""Files and folders to articles: which files are read, by which reader, and what becomes of those that can't be read."""

from __future__ import annotations

import logging
import zlib
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple

from ragqa.articles.fields import Fields, Found, Unreadable, make_article
from ragqa.articles.files import Fault, Job, existing, jobs, place, suffix_of
from ragqa.articles.html import read_html
from ragqa.articles.rows import read_csv, read_json, read_jsonl, read_parquet
from ragqa.articles.text import is_sidecar, read_markdown, read_sidecar, read_text
from ragqa.dates import parse_published
from ragqa.errors import ArticleError, in_words
from ragqa.records import Article, content_hash

__all__ = ["Loaded", "bytes_to_read", "iter_articles", "load_articles"]

logger = logging.getLogger(__name__)

When = str | date | datetime | None

_Reader = Callable[[Path], Iterator[Found | Unreadable]]

_DOCUMENTS: dict[str, _Reader] = {
    ".txt": read_text,
    ".md": read_markdown,
    ".markdown": read_markdown,
    ".html": read_html,
    ".htm": read_html,
}
_ROWS: dict[str, _Reader] = {
    ".json": read_json,
    ".jsonl": read_jsonl,
    ".ndjson": read_jsonl,
    ".csv": read_csv,
    ".json.gz": read_json,
    ".jsonl.gz": read_jsonl,
    ".ndjson.gz": read_jsonl,
    ".csv.gz": read_csv,
    ".parquet": read_parquet,
}
# What a sidecar can say of all rows of a file.
_SHARED = ("source", "published_at", "language")


class Loaded(NamedTuple):
    """What `load_articles` read, what it could not, and the files in folders that it took for no articles by their suffix."""

    articles: tuple[Article, ...]
    faults: tuple[Fault, ...]
    skipped: tuple[str, ...]


class _Skipped(NamedTuple):
    path: str


class _Read(NamedTuple):
    size: int


_Seen = dict[str, tuple[str, str]]
"""By id: a hash of the whole article, and where it was."""


def iter_articles(
    path: str | Path,
    *,
    source: str | None = None,
    date: When = None,
    on_skipped: Callable[[str], None] | None = None,
    on_read: Callable[[int], None] | None = None,
) -> Iterator[Article | Fault]:
    """Read the articles of one file or folder, one by one, in the order of their paths.

    Read are .txt, .md, .html, .json, .jsonl, .csv (the last three also as .gz) and .parquet; a folder with all that is below it.
    Not looked at are hidden files and folders, sidecars (``NAME.meta.json``, metadata of the file beside them), indexes of ragqa
    and other suffixes. Of an article's metadata, its own counts first, then its sidecar's, then ``source`` and ``date``; never the
    times of a file.

    The text of an article is what the file holds, code point for code point; of a file with front matter, what follows it; of
    Markdown, what its reader sees, without markup; of HTML, the body of the article. The id of a file's article is its path below
    the folder that was given; that of a row its field ``id``, or the default of `Article`.

    Args:
        path: a file or a folder.
        source: for articles that name no source.
        date: for articles that bear no date, as `parse_published` reads it.
        on_skipped: called with the path of each file in a folder that is taken for no article by its suffix.
        on_read: called with bytes that have been read; all calls together make `bytes_to_read`.

    Returns:
        Articles, and a `Fault` for each file or row that can't be used; the others follow. An article that comes again, all the
        same, is left out; one with an id that another had is a fault.

    Raises:
        ArticleError: there is nothing at ``path``, it is an index, or ``date`` is no date.
        MissingExtra: a library for one of the formats is not installed.
    """
    return _told(_items(Path(path), _defaults(source, date), {}), on_skipped, on_read)


def bytes_to_read(path: str | Path) -> int:
    """Return how many bytes the files have that `iter_articles` would read at ``path``, without reading them.

    Raises:
        ArticleError: there is nothing at ``path``, or it is an index.
    """
    found = jobs(existing(Path(path)))
    return sum(_size(job.file) for job in found if isinstance(job, Job) and _is_read(job.file))


def _told(
    items: Iterator[Article | Fault | _Skipped | _Read],
    on_skipped: Callable[[str], None] | None,
    on_read: Callable[[int], None] | None,
) -> Iterator[Article | Fault]:
    for item in items:
        if isinstance(item, _Skipped):
            if on_skipped:
                on_skipped(item.path)
        elif isinstance(item, _Read):
            if on_read:
                on_read(item.size)
        else:
            yield item


def load_articles(*paths: str | Path, source: str | None = None, date: When = None) -> Loaded:
    """Read all articles of files and folders, as `iter_articles` does for one.

    Raises:
        ArticleError: there is nothing at one of ``paths``, or ``date`` is no date.
        MissingExtra: a library for one of the formats is not installed.
    """
    defaults = _defaults(source, date)
    seen: _Seen = {}
    items = [_items(Path(path), defaults, seen) for path in paths]
    found = [item for one in items for item in one]
    return Loaded(
        articles=tuple(item for item in found if isinstance(item, Article)),
        faults=tuple(item for item in found if isinstance(item, Fault)),
        skipped=tuple(item.path for item in found if isinstance(item, _Skipped)),
    )


def _defaults(source: str | None, date: When) -> Fields:
    given = {"source": source, "published_at": None if date is None else parse_published(date)}
    return {name: value for name, value in given.items() if value}


def _items(path: Path, defaults: Fields, seen: _Seen) -> Iterator[Article | Fault | _Skipped | _Read]:
    """Check ``path`` now, read it when asked."""
    existing(path)
    return _read_all(path, defaults, seen)


def _read_all(path: Path, defaults: Fields, seen: _Seen) -> Iterator[Article | Fault | _Skipped | _Read]:
    for job in jobs(path):
        if isinstance(job, Fault):
            yield job
        elif _is_read(job.file):
            size = _size(job.file)
            told = 0
            for item in _read_file(job, defaults, seen):
                # Of a file with many articles, about as much has been read as these have characters.
                step = min(len(item.text), size - told) if isinstance(item, Article) else 0
                told += step
                yield _Read(step)
                yield item
            yield _Read(size - told)
        elif job.file == path:
            known = ", ".join([*_DOCUMENTS, *_ROWS])
            yield Fault(job.shown, None, f"articles are read from {known}: convert the file to one of them")
        else:
            logger.debug("%s is skipped: its suffix is none of an article", job.shown)
            yield _Skipped(job.shown)


def _is_read(file: Path) -> bool:
    return suffix_of(file) in _DOCUMENTS or suffix_of(file) in _ROWS


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:
        return 0


def _read_file(job: Job, defaults: Fields, seen: _Seen) -> Iterator[Article | Fault]:
    """Yield the articles of one file, and the faults in it: whatever it holds, only `MissingExtra` is raised."""
    count = 0
    try:
        _check(job.file)
        sidecar: Fields = read_sidecar(job.file)
        is_document = suffix_of(job.file) in _DOCUMENTS
        if not is_document:
            sidecar = {name: value for name, value in sidecar.items() if name in _SHARED}
        reader = _DOCUMENTS[suffix_of(job.file)] if is_document else _ROWS[suffix_of(job.file)]
        for row in reader(job.file):
            count += 1
            if isinstance(row, Unreadable):
                yield Fault(job.shown, row.line, str(row))
            elif item := _made(row, job, sidecar, defaults, is_document, seen):
                yield item
        if count == 0:
            yield Fault(job.shown, None, "it holds no articles: remove it, or fill it")
    except Unreadable as error:
        yield Fault(job.shown, error.line, str(error))
    except (OSError, EOFError, zlib.error) as error:
        yield Fault(job.shown, None, f"it can't be read ({in_words(error)}): change its permissions, or copy it again")


def _check(file: Path) -> None:
    if is_sidecar(file):
        raise Unreadable("it is the sidecar of an article: name the article itself")
    if not file.is_file():
        raise Unreadable("it is no regular file, or a link to nothing: remove it, or name another")


def _made(
    row: Found, job: Job, sidecar: Fields, defaults: Fields, is_document: bool, seen: _Seen
) -> Article | Fault | None:
    """Return the article of ``row``, None if the very same has been, or what is wrong with it."""
    at = f"{row.place}: " if row.place else ""
    try:
        article = make_article(
            row.fields, sidecar, defaults, row.fallback, article_id=job.article_id if is_document else None
        )
    except ArticleError as error:
        return Fault(job.shown, row.line, f"{at}{error}")
    found_at = place(job.shown, row.line) + (f", {row.place}" if row.place else "")
    whole = content_hash(article.model_dump_json())
    if article.id not in seen:
        seen[article.id] = whole, found_at
        return article
    first_whole, first_place = seen[article.id]
    if first_whole == whole:
        logger.debug("%s is the same article as %s and is left out", found_at, first_place)
        return None
    return Fault(
        job.shown,
        row.line,
        f'{at}the id "{article.id}" is also that of {first_place}, another article: give each an id of its own, or remove one',
    )
