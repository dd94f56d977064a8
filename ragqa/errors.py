"""The exception tree of ragqa.

    RagqaError
    ├── ArticleError        an article can't be read or is not usable
    ├── QuestionError       a question is empty or too long
    ├── SettingError        an argument has a value that can't be used
    ├── ModelError          an embedder or a reader can't be loaded or used
    │   └── MissingExtra    a library that only some features need is not installed
    └── StorageError        anything about an index folder
        ├── IndexMissing    there is no index where one was named
        ├── IndexMismatch   made by another embedder, or by a newer format
        ├── IndexBusy       another process is writing
        └── IndexDamaged    a checksum, an offset or a file does not hold

Every message says what was expected, what came, and what to do; what the operating system says goes in by `in_words`. This module
imports nothing.
"""

from __future__ import annotations

__all__ = [
    "ArticleError",
    "IndexBusy",
    "IndexDamaged",
    "IndexMismatch",
    "IndexMissing",
    "MissingExtra",
    "ModelError",
    "QuestionError",
    "RagqaError",
    "SettingError",
    "StorageError",
    "in_words",
]


class RagqaError(Exception):
    """The root of every error that ragqa raises on purpose."""


class ArticleError(RagqaError):
    """An article, or the file that should hold one, can't be used."""


class QuestionError(RagqaError):
    """A question is empty, or longer than the reader can take."""


class SettingError(RagqaError):
    """An argument has a value outside the range that it accepts."""


class ModelError(RagqaError):
    """An embedder or a reader can't be found, loaded or used."""


class MissingExtra(ModelError):
    """A library behind an optional feature is not installed; the message names the pip extra."""


class StorageError(RagqaError):
    """An index folder can't be used."""


class IndexMissing(StorageError):
    """There is no index at the path that was named."""


class IndexMismatch(StorageError):
    """The index was made by another embedder, or by a newer version of the format."""


class IndexBusy(StorageError):
    """Another process is writing to the index."""


class IndexDamaged(StorageError):
    """A checksum, an offset or a file of the index does not hold."""


def in_words(error: BaseException) -> str:
    """Return what an error says for a message that names the file itself: of one of the operating system without number and path.

    >>> in_words(FileNotFoundError(2, "No such file or directory", "notes.md")), in_words(ValueError("Expecting value"))
    ('No such file or directory', 'Expecting value')
    """
    return (error.strerror if isinstance(error, OSError) else None) or str(error)
