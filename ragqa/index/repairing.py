"""`repair`: what `verify` found wrong is made right, and no article that can be read is lost.

A snapshot, the full text or the vectors of another embedder are made anew from the articles. Anything else is dealt with in one
way: the articles that are sound, with the passages and vectors that are, go into a new file; the rest of their passages is split
and embedded anew; the new file is copied over the damaged one in one transaction. Where an article could not be read, the damaged
file is kept beside.
"""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Callable, Iterable
from contextlib import closing, suppress
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ragqa.errors import IndexDamaged, SettingError
from ragqa.findings import Verification
from ragqa.index import adding, identity
from ragqa.index.verifying import verify
from ragqa.records import Article
from ragqa.splitting import Splitter
from ragqa.store import Store
from ragqa.store.database import BEYOND_REPAIR
from ragqa.store.rescue import Lost, Rescue, Rescued
from ragqa.vectors import VectorCache, snapshot

if TYPE_CHECKING:
    from ragqa.embedding import Embedder

__all__ = ["repair"]

logger = logging.getLogger(__name__)

_DERIVED = {"full_text", "snapshot", "embedder"}
_BATCH = 64
_KEPT = ("embedder", "dim", "fingerprint", "canaries", "chunk_tokens", "overlap_tokens", "embedded_text")


def repair(
    folder: str | Path, *, embedder: Embedder | None = None, progress: Callable[[int], None] | None = None
) -> Verification:
    """Make right what `verify` finds wrong, and return what is left, with what was dealt with in ``repaired``.

    Args:
        folder: of an index that nobody has open.
        embedder: the one that made it, or another one, with which all passages are embedded anew. None will do where no passage
            has to be embedded.
        progress: called with the number of passages just embedded.

    Raises:
        IndexMissing: there is no index.
        IndexMismatch: it is of a newer format.
        IndexBusy: another process has it open.
        SettingError: an embedder is needed.
        StorageError: the folder can't be written. What could be read before can be read now.
    """
    folder = Path(folder)
    before = verify(folder, embedder=embedder)
    if before.sound:
        return before
    with suppress(IndexDamaged), closing(Store.open(folder)) as store:
        store.check_writable()
    kinds: set[str] = {found.kind for found in before.findings}
    try:
        if kinds - _DERIVED or not _derived_anew(folder, kinds, embedder, progress):
            _all_anew(folder, None if embedder is None else _Maker(embedder, "embedder" not in kinds, progress))
    except IndexDamaged as error:
        logger.warning("Nothing can be repaired, and nothing was changed: %s", error)
        hopeless = tuple(found.model_copy(update={"repair": None}) for found in before.findings)
        return before.model_copy(update={"findings": hopeless})
    after = verify(folder, embedder=embedder)
    left = {(found.kind, found.where) for found in after.findings}
    repaired = tuple(found for found in before.findings if (found.kind, found.where) not in left)
    return after.model_copy(update={"repaired": repaired})


def _derived_anew(
    folder: Path, kinds: set[str], embedder: Embedder | None, progress: Callable[[int], None] | None
) -> bool:
    """Make anew what is derived from the articles; return False where that can't be done in the file as it is."""
    try:
        with closing(Store.open(folder)) as store:
            if "embedder" in kinds and embedder is not None:
                chunk, overlap = store.get("chunk_tokens"), store.get("overlap_tokens")
                if chunk + overlap > embedder.max_tokens:
                    chunk, overlap = identity.settle_lengths(embedder, None, None)
                adding.rebuild(store, embedder, chunk_tokens=chunk, overlap_tokens=overlap, progress=progress)
            elif "full_text" in kinds:
                store.mend_full_text()
            snapshot.clear(folder, store)  # or the new one would begin with what is in it
            VectorCache(folder, store, dim=store.get("dim")).keep(anew=True)
    except IndexDamaged as error:
        logger.info("%s", error)
        return False
    return True


class _Maker(NamedTuple):
    """What makes passages and vectors anew. ``fits``: its vectors go with those that are stored."""

    embedder: Embedder
    fits: bool
    progress: Callable[[int], None] | None

    def make(
        self, articles: list[Article], *, chunk_tokens: int, overlap_tokens: int
    ) -> list[tuple[list[tuple[int, int]], NDArray[np.float16]]]:
        """Return for each article the offsets of its passages and their vectors."""
        splitter = Splitter(self.embedder.count_tokens, chunk_tokens=chunk_tokens, overlap_tokens=overlap_tokens)
        return adding.embedded(self.embedder, splitter, articles, self.progress)


def _all_anew(folder: Path, maker: _Maker | None) -> None:
    beside = folder / f"repair-{token_hex(8)}"
    try:
        with Rescue(folder) as rescue:
            settings, keeps_vectors = _settings(rescue, maker)
            lost: list[Lost] = []
            with closing(Store.open(beside, create=True)) as new:
                new.make(settings)
                with new.writing():
                    new.begin_after(rescue.last_rows())
                found = rescue.articles(dim=settings["dim"] if keeps_vectors else None)
                _copy(_sorted_out(found, lost), new, maker)
                kept = new.articles.counts().articles
            _keep_what_is_lost(rescue, lost, kept)
            rescue.replace_by(beside)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    with closing(Store.open(folder)) as store:
        VectorCache(folder, store, dim=store.get("dim")).keep(anew=True)


def _read(rescue: Rescue) -> dict[str, Any]:
    """Return the settings whose checksums hold and that are JSON."""
    found: dict[str, Any] = {}
    for key, value in rescue.settings().items():
        with suppress(ValueError, RecursionError):
            found[key] = json.loads(value)
    return found


def _keep_what_is_lost(rescue: Rescue, lost: list[Lost], kept: int) -> None:
    """Keep the damaged file where it may hold more articles than the ``kept`` ones.

    Raises:
        IndexDamaged: none is kept, and there were some.
    """
    totals = _read(rescue).get("totals")
    if not lost and isinstance(totals, list) and totals[:1] == [kept]:
        return
    if kept == 0:
        raise IndexDamaged(f"No article of {rescue.folder} can be read. {BEYOND_REPAIR}")
    names = [repr(one.article_id) if one.article_id else f"row {one.row}" for one in lost]
    logger.warning(
        "Left out, since they can't be read: %s. The damaged file is kept as %s; index these articles again.",
        ", ".join(names) or "articles of which not even the number is known",
        rescue.keep_copy(),
    )


def _settings(rescue: Rescue, maker: _Maker | None) -> tuple[dict[str, Any], bool]:
    """Return the settings of the new file, and whether the vectors of the old one belong to them."""
    sound = _read(rescue)
    wrong = identity.wrong_settings({"generation": 0, **sound}.get)
    generation = {"generation": 0 if "generation" in wrong else sound.get("generation", 0)}
    is_whole = all(key in sound for key in _KEPT) and not set(wrong).intersection(_KEPT)
    if is_whole and (maker is None or maker.fits):
        return {**generation, **{key: sound[key] for key in _KEPT}}, True
    if maker is None:
        raise SettingError("the settings of the index are damaged: give the embedder that made it, to make them anew")
    chunk, overlap = sound.get("chunk_tokens"), sound.get("overlap_tokens")
    if not (
        isinstance(chunk, int)
        and isinstance(overlap, int)
        and 0 <= overlap < chunk <= maker.embedder.max_tokens - overlap
    ):
        chunk, overlap = identity.settle_lengths(maker.embedder, None, None)
    made = identity.settings_of(maker.embedder, chunk_tokens=chunk, overlap_tokens=overlap)
    return {**generation, **made}, maker.fits and sound.get("fingerprint") == maker.embedder.fingerprint


def _sorted_out(found: Iterable[Rescued | Lost], lost: list[Lost]) -> Iterable[Rescued]:
    for one in found:
        if isinstance(one, Lost):
            lost.append(one)
        else:
            yield one


def _copy(found: Iterable[Rescued], new: Store, maker: _Maker | None) -> None:
    """Write ``found`` into a new store, a batch at a time."""
    batch: list[Rescued] = []
    for one in found:
        batch.append(one)
        if len(batch) >= _BATCH:
            _write(batch, new, maker)
            batch = []
    _write(batch, new, maker)


def _write(batch: list[Rescued], new: Store, maker: _Maker | None) -> None:
    """Write articles with the passages that they have, or where these are not sound with new ones."""
    bare = [one.article for one in batch if one.vectors is None]
    if bare and maker is None:
        raise SettingError(
            f"the passages of article {bare[0].id!r} must be embedded anew: give the embedder that made the index"
        )
    lengths = {name: new.get(name) for name in ("chunk_tokens", "overlap_tokens")}
    made = iter(maker.make(bare, **lengths) if maker and bare else [])
    with new.writing():
        for one in batch:
            offsets, vectors = next(made) if one.offsets is None or one.vectors is None else (one.offsets, one.vectors)
            new.insert(one.article, offsets, vectors, origin=one.origin)
