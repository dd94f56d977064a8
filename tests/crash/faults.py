"""Lets a process die, or its disk fail, at any write, flush, rename or removal, and forgets what was not flushed.

SQLite writes by way of a table of functions, its VFS; the entries of the one that this process uses are replaced by functions of
ours, which tell a `Disk` and then do what was asked. What Python itself writes, snapshots of vectors, goes through `os` and `io`, and
these are wrapped as well. So nothing in ragqa knows of any of this. To be used in a process of its own.

A power failure is acted out: of what was written and not yet flushed a random part is lost, down to sectors of 512 bytes; a
rename in a folder that was not flushed may be undone.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import errno
import io
import os
import random
import signal
from ctypes import CFUNCTYPE, POINTER, Structure, c_char_p, c_int, c_int64, c_void_p
from pathlib import Path

SECTOR = 512
SQLITE_FULL = 13
SQLITE_IOERR_WRITE = 778
SQLITE_IOERR_FSYNC = 1034
SQLITE_IOERR_TRUNCATE = 1546


class Disk:
    """Counts what happens to the files below a folder, and lets the process die or an operation fail.

    Args:
        folder: whose files count.
        kill_at: the event, counted from 0, at which the process dies; each operation is one event before and one after it.
        fail_at: the operation, counted from 0, that fails; with ``fail_for`` as many after it.
        error: ENOSPC or EIO.
        power: whether a death is that of the machine: what was not flushed is lost in part.
        seed: of what is lost.
    """

    def __init__(
        self,
        folder: Path,
        *,
        kill_at: int | None = None,
        fail_at: int | None = None,
        fail_for: int = 1,
        error: int = errno.ENOSPC,
        power: bool = False,
        seed: int = 0,
    ) -> None:
        self.folder = str(folder)
        self.kill_at = kill_at
        self.fails = range(fail_at, fail_at + fail_for) if fail_at is not None else range(0)
        self.error = error
        self.power = power
        self.chance = random.Random(seed)
        self.events = 0
        self.operations = 0
        self.names: list[str] = []
        self.pending: dict[str, list[tuple[int, bytes, bytes, int]]] = {}
        self.renames: list[tuple[str, str, bytes | None]] = []

    def kind(self, path: str) -> str | None:
        """Return what a file is, or None where it is not one of the index."""
        if not path.startswith(self.folder):
            return None
        name = Path(path).name
        part = "the repaired " if "repair-" in path else ""
        for suffix, kind in (("-wal", "log"), ("-journal", "journal"), (".sqlite", "database")):
            if name.endswith(suffix):
                return part + kind
        return "snapshot" if name.startswith("vectors-") else "folder" if path == self.folder else None

    def event(self, name: str) -> None:
        """Note an event, and die where it is the one."""
        self.names.append(name)
        if self.events == self.kill_at:
            self.die()
        self.events += 1

    def fails_now(self) -> bool:
        """Return whether the operation that is about to be done shall fail, and count it."""
        self.operations += 1
        return self.operations - 1 in self.fails

    def die(self) -> None:
        """End the process, and with ``power`` lose what was not flushed."""
        if self.power:
            self.lose()
        os.kill(os.getpid(), signal.SIGKILL)

    def writes(self, path: str, offset: int, data: bytes) -> None:
        """Note a write before it is done, with what stands there."""
        if self.power:
            before, size = _read(path, offset, len(data))
            self.pending.setdefault(path, []).append((offset, before, data, size))

    def truncates(self, path: str, size: int) -> None:
        """Note a truncation before it is done."""
        if self.power:
            before, old = _read(path, size, 2**40)
            self.pending.setdefault(path, []).append((size, before, b"", old))

    def flushed(self, path: str) -> None:
        """Note that all that was written to a file, or done to a folder, will last."""
        self.pending.pop(path, None)
        if path == self.folder:
            self.renames.clear()

    def lose(self) -> None:
        """Undo what was not flushed, and do a random part of it again."""
        for source, target, before in reversed(self.renames):
            if self.chance.random() < 0.5 and os.path.exists(target):
                _rename(target, source)
                if before is not None:
                    Path(target).write_bytes(before)
        for path, writes in self.pending.items():
            if not os.path.exists(path):
                continue
            with open(path, "r+b") as file:
                for offset, before, _, size in reversed(writes):
                    file.seek(offset)
                    file.write(before)
                    file.truncate(size)
                share = self.chance.choice((0, 0.5, 0.9, 1))
                for offset, _, data, _ in writes:
                    if not data:
                        if self.chance.random() < share:
                            file.truncate(offset)
                        continue
                    for start in range(0, len(data), SECTOR):
                        if self.chance.random() < share:
                            file.seek(offset + start)
                            file.write(data[start : start + SECTOR])


def _read(path: str, offset: int, length: int) -> tuple[bytes, int]:
    try:
        with _open(path, "rb") as file:
            size = os.fstat(file.fileno()).st_size
            file.seek(offset)
            return file.read(min(length, max(0, size - offset))), size
    except FileNotFoundError:
        return b"", 0


_open = io.open
_rename = os.replace


class _Vfs(Structure):
    pass


# Names as addresses: behind the name of a file SQLite keeps what its URI said.
_OPEN = CFUNCTYPE(c_int, POINTER(_Vfs), c_void_p, c_void_p, c_int, POINTER(c_int))
_DELETE = CFUNCTYPE(c_int, POINTER(_Vfs), c_void_p, c_int)
_Vfs._fields_ = [
    ("iVersion", c_int),
    ("szOsFile", c_int),
    ("mxPathname", c_int),
    ("pNext", c_void_p),
    ("zName", c_char_p),
    ("pAppData", c_void_p),
    ("xOpen", _OPEN),
    ("xDelete", _DELETE),
]

_CLOSE = CFUNCTYPE(c_int, c_void_p)
_WRITE = CFUNCTYPE(c_int, c_void_p, c_void_p, c_int, c_int64)
_TRUNCATE = CFUNCTYPE(c_int, c_void_p, c_int64)
_SYNC = CFUNCTYPE(c_int, c_void_p, c_int)


class _Methods(Structure):
    _fields_ = [
        ("iVersion", c_int),
        ("xClose", _CLOSE),
        ("xRead", c_void_p),
        ("xWrite", _WRITE),
        ("xTruncate", _TRUNCATE),
        ("xSync", _SYNC),
        ("rest", c_void_p * 13),
    ]


class _Shim:
    """Replaces the functions of SQLite's VFS; kept alive for as long as the process lives."""

    def __init__(self, disk: Disk, vfs: _Vfs) -> None:
        self.disk = disk
        self.files: dict[int, tuple[str, _Methods]] = {}
        self.open, self.delete = _copied(vfs, "xOpen", _OPEN), _copied(vfs, "xDelete", _DELETE)
        own = _Methods()
        own.xClose = _CLOSE(self.x_close)
        own.xWrite = _WRITE(self.x_write)
        own.xTruncate = _TRUNCATE(self.x_truncate)
        own.xSync = _SYNC(self.x_sync)
        self.own = own
        self.tables: dict[int, _Methods] = {}
        vfs.xOpen = self.kept_open = _OPEN(self.x_open)
        vfs.xDelete = self.kept_delete = _DELETE(self.x_delete)

    def x_open(self, vfs, name, file, flags, out) -> int:
        code = self.open(vfs, name, file, flags, out)
        path = ctypes.string_at(name).decode() if name else ""
        if code == 0 and self.disk.kind(path) is not None:
            slot = ctypes.cast(file, POINTER(c_void_p))
            original = slot[0]
            table = self.tables.get(original)
            if table is None:
                table = _Methods()
                ctypes.memmove(ctypes.byref(table), original, ctypes.sizeof(_Methods))
                table.xClose, table.xWrite = self.own.xClose, self.own.xWrite
                table.xTruncate, table.xSync = self.own.xTruncate, self.own.xSync
                self.tables[original] = table
            self.files[file] = (path, ctypes.cast(original, POINTER(_Methods)).contents)
            slot[0] = ctypes.addressof(table)
        return code

    def x_close(self, file) -> int:
        _, methods = self.files.pop(file)
        return methods.xClose(file)

    def x_write(self, file, data, length, offset) -> int:
        path, methods = self.files[file]
        kind = self.disk.kind(path)
        self.disk.event(f"before write of the {kind}")
        if self.disk.fails_now():
            return SQLITE_FULL if self.disk.error == errno.ENOSPC else SQLITE_IOERR_WRITE
        self.disk.writes(path, offset, ctypes.string_at(data, length))
        code = methods.xWrite(file, data, length, offset)
        self.disk.event(f"after write of the {kind}")
        return code

    def x_truncate(self, file, size) -> int:
        path, methods = self.files[file]
        kind = self.disk.kind(path)
        self.disk.event(f"before truncation of the {kind}")
        if self.disk.fails_now():
            return SQLITE_IOERR_TRUNCATE
        self.disk.truncates(path, size)
        code = methods.xTruncate(file, size)
        self.disk.event(f"after truncation of the {kind}")
        return code

    def x_sync(self, file, flags) -> int:
        path, methods = self.files[file]
        kind = self.disk.kind(path)
        self.disk.event(f"before flush of the {kind}")
        if self.disk.fails_now():
            return SQLITE_IOERR_FSYNC
        code = methods.xSync(file, flags)
        self.disk.flushed(path)
        self.disk.event(f"after flush of the {kind}")
        return code

    def x_delete(self, vfs, name, sync) -> int:
        path = ctypes.string_at(name).decode()
        kind = self.disk.kind(path)
        if kind is None:
            return self.delete(vfs, name, sync)
        self.disk.event(f"before removal of the {kind}")
        code = self.delete(vfs, name, sync)
        self.disk.pending.pop(path, None)
        self.disk.event(f"after removal of the {kind}")
        return code


def _copied(structure: Structure, name: str, kind):
    """Return a function of a structure that stays the same when the structure is changed."""
    return kind(ctypes.cast(getattr(structure, name), c_void_p).value)


_kept: list[object] = []


def library() -> ctypes.CDLL | None:
    """Return the SQLite that the module sqlite3 uses, or None where it can't be reached."""
    import _sqlite3

    for path in (ctypes.util.find_library("sqlite3"), getattr(_sqlite3, "__file__", None)):
        try:
            found = ctypes.CDLL(path) if path else None
            if found is not None and _is_loaded(found):
                return found
        except (OSError, AttributeError):
            continue
    return None


def _is_loaded(found: ctypes.CDLL) -> bool:
    import sqlite3

    found.sqlite3_libversion.restype = c_char_p
    if found.sqlite3_libversion().decode() != sqlite3.sqlite_version:
        return False
    return not Path("/proc/self/maps").exists() or Path("/proc/self/maps").read_text().count("libsqlite3") > 0


def install(disk: Disk) -> None:
    """Let ``disk`` watch this process from now on."""
    sqlite = library()
    sqlite.sqlite3_vfs_find.restype = POINTER(_Vfs)
    sqlite.sqlite3_vfs_find.argtypes = [c_char_p]
    vfs = sqlite.sqlite3_vfs_find(None).contents
    _kept.append(_Shim(disk, vfs))
    _wrap_python(disk)


def _wrap_python(disk: Disk) -> None:
    flush, unlink = os.fsync, os.unlink

    def fsync(descriptor):
        path = os.readlink(f"/proc/self/fd/{descriptor}")
        kind = disk.kind(path)
        if kind is None:
            return flush(descriptor)
        disk.event(f"before flush of the {kind}")
        if disk.fails_now():
            raise OSError(disk.error, os.strerror(disk.error))
        flush(descriptor)
        disk.flushed(path)
        disk.event(f"after flush of the {kind}")

    def replace(source, target):
        kind = disk.kind(os.fspath(target))
        if kind is None:
            return _rename(source, target)
        disk.event(f"before rename of the {kind}")
        if disk.fails_now():
            raise OSError(disk.error, os.strerror(disk.error))
        before = Path(target).read_bytes() if disk.power and os.path.exists(target) else None
        _rename(source, target)
        if disk.power:
            source, target = os.fspath(source), os.fspath(target)
            if source in disk.pending:
                disk.pending[target] = disk.pending.pop(source)
            disk.renames.append((source, target, before))
        disk.event(f"after rename of the {kind}")

    def remove(path, **options):
        kind = disk.kind(os.fspath(path))
        if kind is None:
            return unlink(path, **options)
        disk.event(f"before removal of the {kind}")
        unlink(path, **options)
        disk.event(f"after removal of the {kind}")

    def opened(file, mode="r", *rest, **options):
        made = _open(file, mode, *rest, **options)
        if "b" in mode and "r" not in mode and disk.kind(os.fspath(file)) is not None:
            return _Written(made, os.fspath(file), disk)
        return made

    os.fsync, os.replace, os.unlink, os.remove, io.open = fsync, replace, remove, remove, opened


class _Written:
    """A file that is written by Python."""

    def __init__(self, file, path: str, disk: Disk) -> None:
        self._file, self._path, self._disk = file, path, disk

    def write(self, data) -> int:
        kind = self._disk.kind(self._path)
        self._disk.event(f"before write of the {kind}")
        if self._disk.fails_now():
            raise OSError(self._disk.error, os.strerror(self._disk.error))
        self._disk.writes(self._path, self._file.tell(), bytes(data))
        written = self._file.write(data)
        self._file.flush()
        self._disk.event(f"after write of the {kind}")
        return written

    def __enter__(self):
        return self

    def __exit__(self, *error) -> None:
        self._file.close()

    def __getattr__(self, name):
        return getattr(self._file, name)
