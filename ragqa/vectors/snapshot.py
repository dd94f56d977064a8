"""A FAISS index in a file ``vectors-GENERATION.faiss`` beside the store, which knows its hash.

The bytes are written to a temporary file, flushed to the disk and renamed, and only then does the store name them. When they are
read, their SHA-256 is compared with that in the store before FAISS parses anything: a FAISS file from elsewhere can corrupt memory.
No pickle.
"""

from __future__ import annotations

import os
import re
import time
from contextlib import suppress
from hashlib import file_digest, sha256
from pathlib import Path
from secrets import token_hex
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ragqa.errors import IndexDamaged, in_words
from ragqa.store import Store
from ragqa.vectors import library

__all__ = ["NONE", "Snapshot", "clear", "is_due", "is_large", "problem", "read", "recorded", "to_bytes", "write"]

_PATTERN = "vectors-*.faiss"
_SETTING = "snapshot"
_STALE_SECONDS = 3600  # a temporary file that old was left by a process that was killed
# Below this many vectors reading them from the store takes about 20 ms, and a snapshot would save nothing.
MIN_VECTORS = 1_000
MIN_CHANGED = 0.1


class Snapshot(NamedTuple):
    """What the store knows of a file: its name and SHA-256, the last passage and the last removal that it has seen.

    ``lists``: how many lists the vectors are in, 0 where all are compared.
    """

    name: str
    sha256: str
    last_row: int
    last_seq: int
    lists: int = 0


NONE = Snapshot("", "", 0, 0)
_UNKNOWN = Snapshot("vectors-unknown.faiss", "", 0, 0)  # a file that there never is


def recorded(store: Store) -> Snapshot:
    """Return the snapshot that the store names, or `NONE`; one that can't be read where it names something else."""
    found = store.get(_SETTING)
    if not found:
        return NONE
    try:
        named = Snapshot(**found)
    except TypeError:
        return _UNKNOWN
    kinds = (str, str, int, int, int)
    # A file elsewhere is never one of ours, whatever the store of somebody else names.
    is_ours = all(map(isinstance, named, kinds)) and re.fullmatch(r"vectors-\d+\.faiss", named.name) is not None
    return named if is_ours else _UNKNOWN


def is_large(vectors: int) -> bool:
    """Return whether a snapshot of so many vectors is worth having."""
    return vectors > MIN_VECTORS


def is_due(store: Store, vectors: int) -> bool:
    """Return whether a new snapshot is worth its time, for a store of so many vectors.

    That is when more than `MIN_VECTORS` vectors, and more than `MIN_CHANGED` of all, were added or removed since the last one.
    """
    old = recorded(store)
    last_row, last_seq = store.vectors.last
    changed = last_row - old.last_row + last_seq - old.last_seq
    return is_large(vectors) and changed > MIN_VECTORS and changed > MIN_CHANGED * vectors


def to_bytes(index: Any) -> memoryview:
    """Return a FAISS index as it goes into a file."""
    data: NDArray[np.uint8] = library.load().serialize_index(index)
    return data.data


def write(
    folder: Path,
    store: Store,
    data: memoryview,
    *,
    last_row: int,
    last_seq: int,
    fingerprint: str,
    lists: int = 0,
    wait: bool = True,
) -> None:
    """Write a snapshot and name it in the store; files of earlier ones are removed.

    Args:
        folder: of the index.
        store: that names it.
        data: from `to_bytes`.
        last_row: the last passage that it has seen.
        last_seq: the last removal that it has seen.
        fingerprint: of the embedder whose vectors these are; nothing is kept if the store has another one by now.
        lists: how many lists the vectors are in, 0 for none.
        wait: as for `Store.writing`.

    Raises:
        OSError: the file can't be written.
        StorageError: it can't be named in the store.
    """
    digest = sha256(data).hexdigest()
    # Not from tempfile: its files may be read by their owner alone, and an index may be read by others.
    temporary = folder / f"vectors-{token_hex(8)}.tmp"
    try:
        with temporary.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        with store.writing(wait=wait):
            if store.get("fingerprint") != fingerprint:
                return
            # Renamed while no other process can be doing the same, so that none removes a file that is about to be named.
            path = folder / f"vectors-{store.generation + 1}.faiss"
            # One of this name may be there already where a copy of the store was put back.
            old = [other for other in folder.glob(_PATTERN) if other != path]
            temporary.replace(path)
            _flush_folder(folder)
            store.put({_SETTING: Snapshot(path.name, digest, last_row, last_seq, lists)._asdict()})
    finally:
        temporary.unlink(missing_ok=True)
    _remove([*old, *_stale(folder)])


def clear(folder: Path, store: Store, *, wait: bool = True) -> None:
    """Let the store name no snapshot, and remove the files of earlier ones.

    Raises:
        StorageError: the store can't be written.
    """
    with store.writing(wait=wait):
        old = list(folder.glob(_PATTERN))
        store.put({_SETTING: None})
    _remove([*old, *_stale(folder)])


def read(folder: Path, snapshot: Snapshot, *, dim: int, mapped: bool = True) -> Any:
    """Return the FAISS index of a snapshot; one with lists stays on the disk and is mapped to memory, unless ``mapped`` is false.

    Raises:
        IndexDamaged: the file is missing, is not the one that was written, or holds vectors of another length than ``dim``.
    """
    path = folder / snapshot.name
    try:
        if snapshot.lists and mapped:
            with path.open("rb") as file:
                digest = file_digest(file, sha256).hexdigest()
            size = path.stat().st_size
        else:
            data = path.read_bytes()
            digest = sha256(data).hexdigest()
            size = len(data)
    except OSError as error:
        raise IndexDamaged(f"{snapshot.name} can't be read ({in_words(error)})") from error
    if digest != snapshot.sha256:
        raise IndexDamaged(f"{snapshot.name} is not what was written")
    try:
        with library.reading(size) as faiss:
            if snapshot.lists and mapped:
                index = faiss.read_index(str(path), faiss.IO_FLAG_MMAP)
            else:
                index = faiss.deserialize_index(np.frombuffer(data, dtype=np.uint8))
    except RuntimeError as error:
        raise IndexDamaged(f"{snapshot.name} can't be read by this FAISS ({error})") from error
    if index.d != dim:
        raise IndexDamaged(f"{snapshot.name} holds vectors of {index.d} numbers, not of {dim}")
    if snapshot.lists != getattr(index, "nlist", 0):
        raise IndexDamaged(f"{snapshot.name} does not hold {snapshot.lists} lists")
    return index


def problem(folder: Path, store: Store) -> str | None:
    """Return what is wrong with the snapshot that the store names, or None; its vectors are held against those of the store.

    Raises:
        IndexDamaged: a stored vector is not what was written.
    """
    named = recorded(store)
    if named == NONE:
        return None
    try:
        index = read(folder, named, dim=store.get("dim"))
    except IndexDamaged as error:
        return str(error)
    removed = set(store.vectors.removed_after(named.last_seq).tolist())
    missing = set(_rows_of(index)) - removed
    for rows, vectors in store.vectors.after(0):
        within = rows <= named.last_row
        if not missing.issuperset(rows[within].tolist()):
            return f"{named.name} lacks passages that it should hold"
        # In lists the vectors are rounded, and the SHA-256 stands for them.
        if not named.lists and not np.array_equal(
            index.reconstruct_batch(rows[within]), vectors[within].astype(np.float32)
        ):
            return f"{named.name} holds other vectors than the store"
        missing.difference_update(rows.tolist())
    return f"{named.name} holds passages that are not in the store" if missing else None


def _rows_of(index: Any) -> list[int]:
    faiss = library.load()
    if not hasattr(index, "nlist"):
        return list(map(int, faiss.vector_to_array(index.id_map)))
    rows: list[int] = []
    for number in range(index.nlist):
        size = index.invlists.list_size(number)
        if size:
            rows += faiss.rev_swig_ptr(index.invlists.get_ids(number), size).tolist()
    return rows


def _stale(folder: Path) -> list[Path]:
    """Return the temporary files that nobody is writing any more."""
    stale = []
    for path in folder.glob("vectors-*.tmp"):
        with suppress(OSError):
            if time.time() - path.stat().st_mtime > _STALE_SECONDS:
                stale.append(path)
    return stale


def _remove(paths: list[Path]) -> None:
    for path in paths:
        with suppress(OSError):  # it may be in use, or another process was quicker
            path.unlink()


def _flush_folder(folder: Path) -> None:
    """Make a rename last: it is a change to the folder."""
    with suppress(PermissionError):  # Windows opens no folders, and needs none of it
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
