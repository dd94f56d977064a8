"""Connections to ``articles.sqlite``, also in a folder that may be read but not written.

SQLite reads a file with a write-ahead log only where it can write beside it: readers too keep their marks in a file there. In a
folder that can't be written the file is therefore read as it lies ("immutable"), without locks, which is right as long as nobody
writes to it; its `Stamp` tells. What a log beside it holds would be missed, so beside such a log it is not read that way.

Source: https://www.sqlite.org/wal.html, section 5 (read-only databases); https://www.sqlite.org/uri.html, "immutable".
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple, Self

from ragqa.errors import StorageError

__all__ = ["Opened", "Stamp", "open_file"]

_PRAGMAS = ("foreign_keys = ON", "trusted_schema = OFF", "cell_size_check = ON", "synchronous = FULL")
_REFUSALS = (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM)
_LOGS = ("-wal", "-journal")


class Stamp(NamedTuple):
    """What changes with a file when somebody writes to it or beside it: its number, size and time, and the bytes in its logs."""

    number: int
    size: int
    time: int
    logged: int

    @classmethod
    def of(cls, path: Path) -> Self:
        """Return the stamp of the file at ``path`` as it is now; zeros where it is gone."""
        try:
            found = path.stat()
        except OSError:
            return cls(0, 0, 0, 0)
        logs = [path.with_name(f"{path.name}{suffix}") for suffix in _LOGS]
        return cls(found.st_ino, found.st_size, found.st_mtime_ns, sum(map(_size, logs)))


class Opened(NamedTuple):
    """A connection that has read the file. ``stamp``: that of a file that is read as it lies, else None."""

    connection: sqlite3.Connection
    is_read_only: bool
    stamp: Stamp | None


def open_file(path: Path, *, create: bool, busy_seconds: float) -> Opened:
    """Open the file at ``path``, for reading alone where its folder can't be written.

    Args:
        path: of the file.
        create: make it if it is missing.
        busy_seconds: how long a write waits for another process that is writing.

    Raises:
        sqlite3.Error: it can't be opened or read.
        StorageError: its newest commits are in a log that can't be read without the right to write.
    """
    try:
        connection = _connected(path, "rwc" if create else "rw", busy_seconds)
        return Opened(connection, is_read_only=not _may_write(path), stamp=None)
    except sqlite3.Error as error:
        # The higher bits tell apart cases of one kind.
        is_refused = (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF in _REFUSALS
        if not is_refused or not path.exists():
            raise
        with suppress(sqlite3.Error):  # with locks, where whoever may write has what SQLite needs beside it
            return Opened(_connected(path, "ro", busy_seconds), is_read_only=True, stamp=None)
        stamp = Stamp.of(path)
        if stamp.logged:
            raise StorageError(
                f"Index {path.parent} can't be read where it can't be written: its newest commits are in the log beside "
                f"{path.name}. Open it once with the right to write, as with `ragqa info`, or check the rights on the folder."
            ) from error
    return Opened(_connected(path, "ro&immutable=1", busy_seconds), is_read_only=True, stamp=stamp)


def _connected(path: Path, mode: str, busy_seconds: float) -> sqlite3.Connection:
    # A URI, because only there can it be said that nothing shall be made.
    connection = sqlite3.connect(
        f"{path.resolve().as_uri()}?mode={mode}",
        uri=True,
        timeout=busy_seconds,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=256,
    )
    try:
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        connection.execute("PRAGMA user_version").fetchone()  # the first read: only now SQLite looks for a log
    except BaseException:
        connection.close()
        raise
    return connection


def _may_write(path: Path) -> bool:
    """Return whether this process has the right to write to a file; without it SQLite opens it for reading, and says nothing."""
    return os.access(path, os.W_OK, effective_ids=os.access in os.supports_effective_ids)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
