"""`verify`: everything in an index folder is looked at, and what is wrong is said, with what a repair does about it."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from ragqa.errors import IndexBusy, IndexDamaged, IndexMismatch, StorageError
from ragqa.findings import Finding, Verification
from ragqa.index import identity
from ragqa.store import Store
from ragqa.store.checking import check_store, finding
from ragqa.store.database import BEYOND_REPAIR, FILE_NAME
from ragqa.store.rescue import Rescue
from ragqa.vectors import snapshot

if TYPE_CHECKING:
    from ragqa.embedding import Embedder

__all__ = ["verify", "verify_store"]

logger = logging.getLogger(__name__)


def verify(folder: str | Path, *, embedder: Embedder | None = None) -> Verification:
    """Look at everything in the index in ``folder``, also at one that can't be opened any more. Changes nothing.

    Args:
        folder: of the index.
        embedder: the one that made it. With None its vectors of the canaries are not looked at, and ``unchecked`` says so.

    Raises:
        IndexMissing: there is no index.
        IndexMismatch: it is of a newer format.
        StorageError: it can't be read for another reason than damage.
    """
    try:
        store = Store.open(Path(folder))
    except IndexDamaged as error:
        found = finding("file", FILE_NAME, str(error))
        try:
            with Rescue(Path(folder)) as rescue:
                rescue.check_hope()
        except IndexDamaged as hopeless:
            found = found.model_copy(
                update={"repair": None, "problem": str(hopeless).removesuffix(f". {BEYOND_REPAIR}")}
            )
        except IndexBusy:
            raise
        except StorageError as refused:  # a repair would have to write
            logger.info("%s", refused)
        return Verification(sound=False, articles=0, passages=0, findings=(found,), unchecked=("all of the rest",))
    try:
        return verify_store(store, embedder)
    finally:
        store.close()


def verify_store(store: Store, embedder: Embedder | None) -> Verification:
    """Look at everything in an open store, as it is at one moment."""
    with store.reading():
        findings = list(check_store(store))
        settings = _settings(store)
        findings += settings
        unchecked = []
        if not (settings or any(found.kind in ("settings", "file", "vector") for found in findings)):
            findings += _snapshot(store)
        else:
            unchecked.append("the snapshot of the vectors, since the store itself is damaged")
        if embedder is None:
            unchecked.append("the embedder, since none was given")
        elif not settings:
            findings += _embedder(store, embedder)
        try:
            counts = store.articles.counts()
        except StorageError:
            counts = None
    return Verification(
        sound=not findings,
        articles=counts.articles if counts else 0,
        passages=counts.passages if counts else 0,
        findings=tuple(findings),
        unchecked=tuple(unchecked),
    )


def _settings(store: Store) -> list[Finding]:
    try:
        identity.check_settings(store)
    except StorageError as error:
        return [finding("settings", "settings", str(error))]
    return []


def _snapshot(store: Store) -> Iterator[Finding]:
    problem = snapshot.problem(store.folder, store)
    if problem is not None:
        yield finding("snapshot", snapshot.recorded(store).name, problem)


def _embedder(store: Store, embedder: Embedder) -> Iterator[Finding]:
    try:
        identity.check_embedder(store, embedder)
        identity.check_canaries(store, embedder)
    except IndexMismatch as error:
        yield finding("embedder", "embedder", str(error))
