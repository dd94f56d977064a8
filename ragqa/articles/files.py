"""Which files are articles': a folder walked in the order of its paths, and what stands in the way there.

Hidden files and folders, sidecars and indexes of ragqa are not looked at. Imports of this package only `text`, for its sidecars.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from ragqa.articles.text import is_sidecar
from ragqa.errors import ArticleError, in_words

__all__ = ["INDEX_FILE", "Fault", "Job", "existing", "jobs", "origin_of", "place", "suffix_of"]

INDEX_FILE = "articles.sqlite"
"""The file that tells an index of ragqa from a folder of articles: the one that `ragqa.store` writes, which stands above this."""


class Fault(NamedTuple):
    """A file, or an article in it, that can't be used: where, and why with what to do.

    ``path`` begins as the path that was given; ``line`` counts from 1, None where the whole file is meant or it has no lines.
    """

    path: str
    line: int | None
    message: str

    def __str__(self) -> str:
        return f"{place(self.path, self.line)}: {self.message}"


class Job(NamedTuple):
    """What to read: a file, its id, and how messages name it."""

    file: Path
    article_id: str
    shown: str


def origin_of(path: str | Path) -> str:
    """Return the folder that ids of the articles at ``path`` are below, absolute, with links resolved.

    It is the folder that is given, or the one in which a file that is given lies.

    Raises:
        ArticleError: there is nothing at ``path``, or it is an index.
    """
    given = existing(Path(path))
    return str((given if given.is_dir() else given.parent).resolve())


def existing(path: Path) -> Path:
    """Return ``path`` where there is something that may hold articles.

    Raises:
        ArticleError: there is nothing at ``path``, or it is an index.
    """
    if not path.exists():
        raise ArticleError(f"expected a file or folder of articles at {path}, and there is nothing: correct the path")
    if (path / INDEX_FILE).is_file():
        raise ArticleError(
            f"expected articles at {path}, and it is an index of ragqa: name the folder of your articles"
        )
    return path


def jobs(path: Path) -> Iterator[Job | Fault]:
    """Yield what is to be read of one file, or of the files below a folder, sorted by path.

    Links are followed once, and not to places that are below the folder anyway.
    """
    if not path.is_dir():
        yield Job(path, path.name, str(path))
        return
    inside = path.resolve()
    visited = {inside}
    waiting = [path]
    while waiting:
        current = waiting.pop()
        try:
            if not current.is_dir():
                yield _job(current, current.relative_to(path))
                continue
            real = current.resolve()
            if current != path and (real in visited or (current.is_symlink() and real.is_relative_to(inside))):
                continue
            visited.add(real)
            below = [child for child in current.iterdir() if not child.name.startswith(".") and not is_sidecar(child)]
            if not any(child.name == INDEX_FILE for child in below):
                waiting += sorted(below, key=lambda child: child.name, reverse=True)
        except (OSError, RuntimeError) as error:
            yield Fault(
                str(current), None, f"it can't be looked into ({in_words(error)}): change its permissions, or move it"
            )


def _job(path: Path, relative: Path) -> Job | Fault:
    article_id = relative.as_posix()
    try:
        article_id.encode("utf-8")
    except UnicodeEncodeError:
        shown = str(path).encode("utf-8", "backslashreplace").decode()
        return Fault(
            shown, None, "the name of the file is not UTF-8, so that no citation could give it: rename the file"
        )
    return Job(path, article_id, str(path))


def suffix_of(path: Path) -> str:
    """Return the suffix that says how a file is read, in lower case.

    >>> suffix_of(Path("Ferry.HTML")), suffix_of(Path("wire.jsonl.gz")), suffix_of(Path("notes"))
    ('.html', '.jsonl.gz', '')
    """
    suffixes = [suffix.lower() for suffix in path.suffixes[-2:]]
    return "".join(suffixes) if suffixes[-1:] == [".gz"] else "".join(suffixes[-1:])


def place(path: str, line: int | None) -> str:
    """Return a file, and the line in it where one is known."""
    return path if line is None else f"{path}, line {line}"
