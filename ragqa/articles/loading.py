"""Files and folders to articles: which files are read, by which reader, and what becomes of those that can't be read."""

from __future__ import annotations

import logging
import zlib
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple

from ragqa.articles.fields import Fields, Found, Unreadable, make_article
from ragqa.articles.html import read_html
from ragqa.articles.rows import read_csv, read_json, read_jsonl, read_parquet
from ragqa.articles.text import is_sidecar, read_markdown, read_sidecar, read_text
from ragqa.dates import parse_published
from ragqa.errors import ArticleError
from ragqa.records import Article, content_hash

__all__ = ["Fault", "Loaded", "iter_articles", "load_articles", "origin_of"]

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


class Fault(NamedTuple):
    """A file, or an article in it, that can't be used: where, and why with what to do.

    ``path`` begins as the path that was given; ``line`` counts from 1, None where the whole file is meant or it has no lines.
    """

    path: str
    line: int | None
    message: str

    def __str__(self) -> str:
        return f"{_place(self.path, self.line)}: {self.message}"


class Loaded(NamedTuple):
    """What `load_articles` read, what it could not, and the files in folders that it took for no articles by their suffix."""

    articles: tuple[Article, ...]
    faults: tuple[Fault, ...]
    skipped: tuple[str, ...]


class _Skipped(NamedTuple):
    path: str


class _Job(NamedTuple):
    """What to read: a file, its id, and how messages name it."""

    file: Path
    article_id: str
    shown: str


_Seen = dict[str, tuple[str, str]]
"""By id: a hash of the whole article, and where it was."""


def iter_articles(path: str | Path, *, source: str | None = None, date: When = None) -> Iterator[Article | Fault]:
    """Read the articles of one file or folder, one by one, in the order of their paths.

    Read are .txt, .md, .html, .json, .jsonl, .csv (the last three also as .gz) and .parquet; a folder with all that is below it.
    Not looked at are hidden files and folders, sidecars (``NAME.meta.json``, metadata of the file beside them) and other
    suffixes. Of an article's metadata, its own counts first, then its sidecar's, then ``source`` and ``date``; never the times
    of a file.

    The text of an article is what the file holds, code point for code point; of a file with front matter, what follows it; of HTML,
    the body of the article. The id of a file's article is its path below the folder that was given; that of a row its field ``id``,
    or the default of `Article`.

    Args:
        path: a file or a folder.
        source: for articles that name no source.
        date: for articles that bear no date, as `parse_published` reads it.

    Returns:
        Articles, and a `Fault` for each file or row that can't be used; the others follow. An article that comes again, all the
        same, is left out; one with an id that another had is a fault.

    Raises:
        ArticleError: there is nothing at ``path``, or ``date`` is no date.
        MissingExtra: a library for one of the formats is not installed.
    """
    items = _items(Path(path), _defaults(source, date), {})
    return (item for item in items if not isinstance(item, _Skipped))


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


def origin_of(path: str | Path) -> str:
    """Return the folder that ids of the articles at ``path`` are below, absolute, with links resolved.

    It is the folder that is given, or the one in which a file that is given lies.

    Raises:
        ArticleError: there is nothing at ``path``.
    """
    given = _existing(Path(path))
    return str((given if given.is_dir() else given.parent).resolve())


def _existing(path: Path) -> Path:
    if not path.exists():
        raise ArticleError(f"expected a file or folder of articles at {path}, and there is nothing: correct the path")
    return path


def _defaults(source: str | None, date: When) -> Fields:
    given = {"source": source, "published_at": None if date is None else parse_published(date)}
    return {name: value for name, value in given.items() if value}


def _items(path: Path, defaults: Fields, seen: _Seen) -> Iterator[Article | Fault | _Skipped]:
    """Check ``path`` now, read it when asked."""
    _existing(path)
    return _read_all(path, defaults, seen)


def _read_all(path: Path, defaults: Fields, seen: _Seen) -> Iterator[Article | Fault | _Skipped]:
    for job in _folder(path) if path.is_dir() else [_Job(path, path.name, str(path))]:
        if isinstance(job, Fault):
            yield job
        elif _suffix(job.file) in _DOCUMENTS or _suffix(job.file) in _ROWS:
            yield from _read_file(job, defaults, seen)
        elif job.file == path:
            known = ", ".join([*_DOCUMENTS, *_ROWS])
            yield Fault(job.shown, None, f"articles are read from {known}: convert the file to one of them")
        else:
            logger.debug("%s is skipped: its suffix is none of an article", job.shown)
            yield _Skipped(job.shown)


def _folder(root: Path) -> Iterator[_Job | Fault]:
    """Yield the files below ``root``, sorted by path; links are followed once, and not to places that are below ``root`` anyway."""
    inside = root.resolve()
    visited = {inside}
    waiting = [root]
    while waiting:
        path = waiting.pop()
        relative = path.relative_to(root)
        try:
            if not path.is_dir():
                yield _job(path, relative)
                continue
            real = path.resolve()
            if path != root and (real in visited or (path.is_symlink() and real.is_relative_to(inside))):
                continue
            visited.add(real)
            below = [child for child in path.iterdir() if not child.name.startswith(".") and not is_sidecar(child)]
            waiting += sorted(below, key=lambda child: child.name, reverse=True)
        except (OSError, RuntimeError) as error:
            yield Fault(str(path), None, f"it can't be looked into ({error}): change its permissions, or move it")


def _job(path: Path, relative: Path) -> _Job | Fault:
    article_id = relative.as_posix()
    try:
        article_id.encode("utf-8")
    except UnicodeEncodeError:
        shown = str(path).encode("utf-8", "backslashreplace").decode()
        return Fault(
            shown, None, "the name of the file is not UTF-8, so that no citation could give it: rename the file"
        )
    return _Job(path, article_id, str(path))


def _read_file(job: _Job, defaults: Fields, seen: _Seen) -> Iterator[Article | Fault]:
    """Yield the articles of one file, and the faults in it: whatever it holds, only `MissingExtra` is raised."""
    count = 0
    try:
        _check(job.file)
        sidecar: Fields = read_sidecar(job.file)
        is_document = _suffix(job.file) in _DOCUMENTS
        if not is_document:
            sidecar = {name: value for name, value in sidecar.items() if name in _SHARED}
        reader = _DOCUMENTS[_suffix(job.file)] if is_document else _ROWS[_suffix(job.file)]
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
        yield Fault(job.shown, None, f"it can't be read ({error}): change its permissions, or copy it again")


def _check(file: Path) -> None:
    if is_sidecar(file):
        raise Unreadable("it is the sidecar of an article: name the article itself")
    if not file.is_file():
        raise Unreadable("it is no regular file, or a link to nothing: remove it, or name another")


def _made(
    row: Found, job: _Job, sidecar: Fields, defaults: Fields, is_document: bool, seen: _Seen
) -> Article | Fault | None:
    """Return the article of ``row``, None if the very same has been, or what is wrong with it."""
    at = f"{row.place}: " if row.place else ""
    try:
        article = make_article(
            row.fields, sidecar, defaults, row.fallback, article_id=job.article_id if is_document else None
        )
    except ArticleError as error:
        return Fault(job.shown, row.line, f"{at}{error}")
    place = _place(job.shown, row.line) + (f", {row.place}" if row.place else "")
    whole = content_hash(article.model_dump_json())
    if article.id not in seen:
        seen[article.id] = whole, place
        return article
    first_whole, first_place = seen[article.id]
    if first_whole == whole:
        logger.debug("%s is the same article as %s and is left out", place, first_place)
        return None
    return Fault(
        job.shown,
        row.line,
        f'{at}the id "{article.id}" is also that of {first_place}, another article: give each an id of its own, or remove one',
    )


def _suffix(path: Path) -> str:
    suffixes = [suffix.lower() for suffix in path.suffixes[-2:]]
    return "".join(suffixes) if suffixes[-1:] == [".gz"] else "".join(suffixes[-1:])


def _place(path: str, line: int | None) -> str:
    return path if line is None else f"{path}, line {line}"
