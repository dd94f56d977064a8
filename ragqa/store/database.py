"""The one connection to ``articles.sqlite``: opened, guarded by a lock, its errors said in words that help.

Every read and write happens inside `Database.reading` or `Database.writing`. Readers see the last commit and never wait; a second
writer waits, then is told so. The write-ahead log with ``synchronous=FULL`` keeps every commit that has returned, whatever is
killed. `ragqa.store.opening` opens it, for reading alone where the folder can't be written.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from threading import RLock
from typing import Any

from ragqa.errors import IndexBusy, IndexDamaged, IndexMismatch, IndexMissing, StorageError, in_words
from ragqa.store.opening import Stamp, open_file
from ragqa.store.rows import damaged
from ragqa.store.schema import APPLICATION_ID, FORMAT, TABLES, strange

__all__ = ["BEYOND_REPAIR", "FILE_NAME", "Database", "plain_error"]

FILE_NAME = "articles.sqlite"
BEYOND_REPAIR = (
    'Put back a copy, or index the articles again into a new folder with "ragqa index PATH... --index FOLDER".'
)
"""What helps where nothing can be read of a file."""

_DAMAGE = (
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_ERROR,
    sqlite3.SQLITE_CONSTRAINT,  # what is written does not fit what is there
    sqlite3.SQLITE_MISMATCH,
    sqlite3.SQLITE_TOOBIG,
)


class Database:
    """A connection to the file in ``folder``, shared by the threads of a process.

    Args:
        folder: of the index.
        create: make the folder and the connection's file if they are missing. The tables are made by `make_tables`.
        busy_seconds: how long a write waits for another process that is writing.

    Raises:
        IndexMissing: there is no index, or only the beginning of one, and ``create`` is false.
        IndexMismatch: the index was made by a newer version of ragqa.
        IndexDamaged: the file is not an index of ragqa.
        StorageError: the folder can't be used.
    """

    def __init__(self, folder: Path, *, create: bool, busy_seconds: float) -> None:
        self.folder = folder
        self._path = _path(folder, create=create)
        self._lock = RLock()
        self._busy_seconds = busy_seconds
        self._transactions = 0
        with self._plain_errors():
            opened = open_file(self._path, create=create, busy_seconds=busy_seconds)
        self._connection, self.is_read_only, self._stamp = opened
        try:
            with self._plain_errors():
                self.format = FORMAT
                with self.reading():  # one state: another process may be making the tables
                    self.is_blank = self._look(may_be_blank=create)
        except BaseException:
            self.close()
            raise

    def make_tables(self) -> bool:
        """Make the tables inside a `writing`; return false where another process has just made them."""
        if not self._look(may_be_blank=True):
            return False
        for table in TABLES:
            self._connection.execute(table)
        self._connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        self._connection.execute(f"PRAGMA user_version = {FORMAT}")
        self.is_blank = False
        self.format = FORMAT
        return True

    def read_format(self) -> int:
        """Return the number of the file's format, and keep it in ``format``."""
        (self.format,) = self._connection.execute("PRAGMA user_version").fetchone()
        return self.format

    def use_write_ahead_log(self) -> None:
        """Switch the file to a write-ahead log; it stays so. Not inside a transaction."""
        with self._lock, self._plain_errors():
            self._connection.execute("PRAGMA journal_mode = WAL")

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Hold one state of the file, whatever other processes commit meanwhile. May be nested, also in `writing`."""
        with self._lock, self._plain_errors():
            if self._connection.in_transaction:
                yield self._connection
                return
            with self._as_it_lay():
                try:
                    self._connection.execute("BEGIN")
                    yield self._connection
                finally:
                    if self._connection.in_transaction:
                        self._connection.execute("ROLLBACK")

    def state(self) -> tuple[int, ...]:
        """Return numbers that are others once anything was written or taken back, here or by anybody else."""
        with self.reading() as connection:
            (of_others,) = connection.execute("PRAGMA data_version").fetchone()
            return of_others, self._transactions, connection.total_changes

    @contextmanager
    def writing(self, *, wait: bool = True) -> Iterator[sqlite3.Connection]:
        """Commit what is done inside as a whole, or on any exception nothing of it.

        Args:
            wait: for another process that is writing, as long as this was opened with; else that is an error at once.

        Raises:
            IndexBusy: another process is writing.
            StorageError: the folder can't be written.
        """
        self.check_writable()
        with self._lock, self._plain_errors():
            self._transactions += 1
            try:
                self._begin_writing(wait=wait)
                yield self._connection
                self._connection.execute("COMMIT")
            finally:
                self._transactions += 1
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")

    def check_writable(self) -> None:
        """Raise `StorageError` where it is known from the beginning that nothing can be written."""
        if self.is_read_only:
            raise StorageError(_not_writable(self.folder))

    def alone(self) -> AbstractContextManager[Any]:
        """Keep other threads of this process out, from before a transaction until after it."""
        return self._lock

    @contextmanager
    def restructuring(self) -> Iterator[sqlite3.Connection]:
        """Do as `writing` does, while tables may be renamed without regard to what refers to them."""
        pragmas = {"foreign_keys": ("OFF", "ON"), "legacy_alter_table": ("ON", "OFF")}
        with self._lock, self._plain_errors():
            try:
                for name, (during, _) in pragmas.items():
                    self._connection.execute(f"PRAGMA {name} = {during}")
                with self.writing() as connection:
                    yield connection
            finally:
                for name, (_, after) in pragmas.items():
                    self._connection.execute(f"PRAGMA {name} = {after}")

    def _begin_writing(self, *, wait: bool) -> None:
        if not wait:
            self._connection.execute("PRAGMA busy_timeout = 0")
        try:
            self._connection.execute("BEGIN IMMEDIATE")
        finally:
            if not wait:
                self._connection.execute(f"PRAGMA busy_timeout = {round(1000 * self._busy_seconds)}")

    def next_row(self, table: str) -> int:
        """Return the number that the next row of a table gets: one that no row of it ever had."""
        with self.reading() as connection:
            found = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = ?", [table]).fetchone()
        if found is None:
            return 1
        if not isinstance(found[0], int):
            raise damaged(f"The last row of {table}")
        return found[0] + 1

    def close(self) -> None:
        """Close the connection; a second time does nothing."""
        with self._lock:
            self._connection.close()

    def _look(self, *, may_be_blank: bool) -> bool:
        """Return whether the file holds nothing yet; raise where it holds something else than this format."""
        (application,) = self._connection.execute("PRAGMA application_id").fetchone()
        (version,) = self._connection.execute("PRAGMA user_version").fetchone()
        if application == APPLICATION_ID:
            if version > FORMAT:
                raise IndexMismatch(
                    f"Index {self.folder} has format {version}; this version of ragqa reads format {FORMAT}. "
                    "Install a newer ragqa, or index the articles again in another folder."
                )
            self.read_format()
            self._check_layout()
            return False
        (tables,) = self._connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if tables or application:
            raise IndexDamaged(
                f"{self.folder / FILE_NAME} is a database, but not an index of ragqa. Name another folder, or move the file away."
            )
        if not may_be_blank:
            raise IndexMissing(_missing(self.folder))
        return True

    def _check_layout(self) -> None:
        """Refuse a file with other tables than ragqa's own: a trigger or a view of somebody else's would be run."""
        problem = None
        (vacuum,) = self._connection.execute("PRAGMA auto_vacuum").fetchone()
        (encoding,) = self._connection.execute("PRAGMA encoding").fetchone()
        if vacuum != 0 or encoding != "UTF-8":
            problem = "its header is not the one that ragqa writes"
        elif self.format == FORMAT:  # an older one is looked at before it is changed
            problem = strange(self._connection)
        if problem is not None:
            raise IndexDamaged(
                f"{self.folder / FILE_NAME} is damaged or is not an index: {problem}. "
                "Move it away and index the articles again, or put back a copy."
            )

    @contextmanager
    def _as_it_lay(self) -> Iterator[None]:
        """Raise `IndexBusy` where a file that is read without locks was written to since it was opened."""
        try:
            yield
        except Exception as error:  # what was read may be of two states: that is why
            self._check_as_it_lay(error)
            raise
        self._check_as_it_lay(None)

    def _check_as_it_lay(self, error: Exception | None) -> None:
        if self._stamp is not None and self._stamp != Stamp.of(self._path):
            raise IndexBusy(
                f"Index {self.folder} was written to by somebody else while it was read without the right to write. Open it again."
            ) from error

    @contextmanager
    def _plain_errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise plain_error(error, self.folder) from error


def _path(folder: Path, *, create: bool) -> Path:
    path = folder / FILE_NAME
    if folder.exists() and not folder.is_dir():
        raise StorageError(f"An index is a folder, but {folder} is a file. Name another place.")
    if not create and not path.exists():
        raise IndexMissing(_missing(folder))
    if create:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StorageError(f"The folder {folder} can't be made: {in_words(error)}. Name another place.") from error
    return path


def _missing(folder: Path) -> str:
    return f'There is no index in {folder}. Make one with "ragqa index PATH... --index {folder}", or name the right folder.'


def _not_writable(folder: Path) -> str:
    return (
        f"Index {folder} can't be written: only asking, searching, listing and verifying it work. Check the rights on the folder "
        "and the files in it, or copy it to where you may write."
    )


def plain_error(error: sqlite3.Error, folder: Path) -> StorageError:
    """Return the error that says what happened to the index in ``folder`` and what to do."""
    code = getattr(error, "sqlite_errorcode", None)
    kind = None if code is None else code & 0xFF  # the higher bits tell apart cases of one kind
    if kind in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return IndexBusy(f"Another process is writing to index {folder}. Wait until it is done, then try again.")
    if kind == sqlite3.SQLITE_FULL:
        return StorageError(
            f"The disk of index {folder} is full: nothing of this step was kept. Make room, then try again."
        )
    if kind == sqlite3.SQLITE_READONLY:
        return StorageError(_not_writable(folder))
    if kind in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH):
        return StorageError(f"Index {folder} can't be opened or written ({error}). Check the rights on the folder.")
    if kind == sqlite3.SQLITE_IOERR:
        return StorageError(
            f"Index {folder} can't be read or written: the disk failed ({error}). Nothing of this step was kept; look after "
            "the disk, then try again."
        )
    if "no such module" in str(error):
        return StorageError(
            f"SQLite {sqlite3.sqlite_version} of this Python lacks FTS5 ({error}). Use another build of Python."
        )
    if kind == sqlite3.SQLITE_NOTADB:
        return IndexDamaged(
            f"{folder / FILE_NAME} is damaged or is not an index ({error}), and nothing can be read of it. {BEYOND_REPAIR}"
        )
    is_garbled = kind is None and "decode" in str(error)  # text that is not UTF-8, said by Python itself
    if is_garbled or kind in _DAMAGE:
        return IndexDamaged(
            f"{folder / FILE_NAME} is damaged or is not an index ({error}). "
            'Mend it with "ragqa verify --repair", put back a copy, or index the articles again in another folder.'
        )
    return StorageError(f"Index {folder} can't be used: {str(error).rstrip('.')}. If it was closed, open it again.")
