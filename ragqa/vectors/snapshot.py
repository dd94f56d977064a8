"""A FAISS index in a file ``vectors-GENERATION.faiss`` beside the store, which knows its hash.

The bytes are written to a temporary file, flushed to the disk and renamed, and only then does the store name them. When they are
read, their SHA-256 is compared with that in the store before FAISS parses anything: a FAISS file from elsewhere can corrupt memory.
No pickle.
"""

from __future__ import annotations

import os
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ragqa.errors import IndexDamaged
from ragqa.store import Store
from ragqa.vectors import library

__all__ = ["NONE", "Snapshot", "is_due", "read", "recorded", "to_bytes", "write"]

_PATTERN = "vectors-*.faiss"
_SETTING = "snapshot"
# Below this many vectors reading them from the store takes about 20 ms, and a snapshot would save nothing.
MIN_VECTORS = 1_000
MIN_CHANGED = 0.1


class Snapshot(NamedTuple):
    """What the store knows of a file: its name and SHA-256, the last passage and the last removal that it has seen."""

    name: str
    sha256: str
    last_row: int
    last_seq: int


NONE = Snapshot("", "", 0, 0)


def recorded(store: Store) -> Snapshot:
    """Return the snapshot that the store names, or `NONE`."""
    found = store.get(_SETTING)
    return Snapshot(**found) if found else NONE


def is_due(store: Store, vectors: int) -> bool:
    """Return whether a new snapshot is worth its time, for a store of so many vectors.

    That is when more than `MIN_VECTORS` vectors, and more than `MIN_CHANGED` of all, were added or removed since the last one.
    """
    old = recorded(store)
    last_row, last_seq = store.vectors.last
    changed = last_row - old.last_row + last_seq - old.last_seq
    return vectors > MIN_VECTORS and changed > MIN_VECTORS and changed > MIN_CHANGED * vectors


def to_bytes(index: Any) -> memoryview:
    """Return a FAISS index as it goes into a file."""
    data: NDArray[np.uint8] = library.load().serialize_index(index)
    return data.data


def write(folder: Path, store: Store, data: memoryview, *, last_row: int, last_seq: int) -> None:
    """Write a snapshot and name it in the store; files of earlier ones are removed.

    Raises:
        OSError: the file can't be written.
        StorageError: it can't be named in the store.
    """
    temporary = folder / f"vectors-{os.getpid()}.tmp"
    try:
        with temporary.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        with store.writing():
            # Renamed while no other process can be doing the same, so that none removes a file that is about to be named.
            old = list(folder.glob(_PATTERN))
            path = folder / f"vectors-{store.generation + 1}.faiss"
            temporary.replace(path)
            _flush_folder(folder)
            snapshot = Snapshot(path.name, sha256(data).hexdigest(), last_row, last_seq)
            store.put({_SETTING: snapshot._asdict()})
    finally:
        temporary.unlink(missing_ok=True)
    for path in old:
        with suppress(OSError):  # it may be in use, or another process was quicker
            path.unlink()


def read(folder: Path, snapshot: Snapshot) -> Any:
    """Return the FAISS index of a snapshot.

    Raises:
        IndexDamaged: the file is missing or is not the one that was written.
    """
    try:
        data = (folder / snapshot.name).read_bytes()
    except OSError as error:
        raise IndexDamaged(f"{snapshot.name} can't be read ({error})") from error
    if sha256(data).hexdigest() != snapshot.sha256:
        raise IndexDamaged(f"{snapshot.name} is not what was written")
    return library.load().deserialize_index(np.frombuffer(data, dtype=np.uint8))


def _flush_folder(folder: Path) -> None:
    """Make a rename last: it is a change to the folder."""
    with suppress(PermissionError):  # Windows opens no folders, and needs none of it
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
