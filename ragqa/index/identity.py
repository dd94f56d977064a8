"""Which embedder made an index, and whether another one fits.

Vectors of two embedders can't be compared, and nothing in a wrong result would show it. So the embedder's fingerprint is
stored with the index, and so are its vectors of three sentences: they tell when the same fingerprint gives other vectors, on
another processor or with another release of a library.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ragqa.errors import IndexMismatch, ModelError, SettingError
from ragqa.splitting import CHUNK_TOKENS, OVERLAP_TOKENS
from ragqa.store import Store
from ragqa.store.rows import damaged

if TYPE_CHECKING:
    from ragqa.embedding import Embedder

__all__ = [
    "check_canaries",
    "check_embedder",
    "check_lengths",
    "check_settings",
    "encode",
    "settings_of",
    "settle_lengths",
]

CANARIES = (
    "Of the 251 people taken hostage, 111 are still held in Gaza, the military said on Monday.",
    "At least 95 people died when a year's rain fell on Valencia in eight hours.",
    "The central bank left its main interest rate unchanged at 4.25 percent.",
)
LEAST_COSINE = 0.999


def encode(
    embedder: Embedder, texts: Sequence[str], *, progress: Callable[[int], None] | None = None
) -> NDArray[np.float32]:
    """Return the vectors of ``texts``, ``(n, dim)`` float32, rows of length 1, and see to it that they are that.

    Raises:
        ModelError: the embedder gave something else.
    """
    vectors = np.asarray(embedder.encode(texts, progress=progress), dtype=np.float32)
    if vectors.shape != (len(texts), embedder.dim):
        raise ModelError(
            f"Embedder {embedder.name} gave vectors of shape {vectors.shape} for {len(texts)} texts; "
            f"expected {(len(texts), embedder.dim)}. Use another embedder."
        )
    lengths = np.linalg.norm(vectors, axis=1)
    # Written so that not-a-number is wrong as well.
    if not bool(np.all(np.abs(lengths - 1) < 1e-3)):
        wrong = int(np.argmin(np.abs(lengths - 1) < 1e-3))
        raise ModelError(
            f"Embedder {embedder.name} gave a vector of length {lengths[wrong]:.4f} for {texts[wrong][:80]!r}; "
            "expected length 1. Use an embedder that normalises."
        )
    return vectors


def settle_lengths(embedder: Embedder, chunk_tokens: int | None, overlap_tokens: int | None) -> tuple[int, int]:
    """Return the lengths of passages for a new index: those given, or what suits the embedder.

    Raises:
        SettingError: a passage would be longer than the embedder reads.
    """
    # The defaults leave a fifth or more of what the embedder reads to the title; so do those of one that reads less.
    overlap = min(OVERLAP_TOKENS, embedder.max_tokens // 7) if overlap_tokens is None else overlap_tokens
    chunk = min(CHUNK_TOKENS, embedder.max_tokens * 2 // 3) if chunk_tokens is None else chunk_tokens
    if chunk + overlap > embedder.max_tokens:
        raise SettingError(
            f"chunk_tokens ({chunk}) and overlap_tokens ({overlap}) make passages of {chunk + overlap} tokens, but "
            f"{embedder.name} reads {embedder.max_tokens}: make them shorter"
        )
    return chunk, overlap


def settings_of(embedder: Embedder, *, chunk_tokens: int, overlap_tokens: int) -> dict[str, Any]:
    """Return what an index stores about the embedder that makes it and the passages that it is given."""
    canaries = encode(embedder, CANARIES)
    return {
        "embedder": embedder.name,
        "dim": embedder.dim,
        "fingerprint": embedder.fingerprint,
        "canaries": b64encode(canaries.astype("<f4").tobytes()).decode("ascii"),
        "chunk_tokens": chunk_tokens,
        "overlap_tokens": overlap_tokens,
        "embedded_text": "title, line feed, passage",
    }


def check_settings(store: Store) -> None:
    """Raise `IndexDamaged` where a setting is not of the kind that an index has, also one of a file that someone else made."""
    for name in wrong_settings(store.get):
        raise damaged(f"The setting {name!r}")


def wrong_settings(get: Callable[[str], object]) -> list[str]:
    """Return the names of the settings whose value, as ``get`` gives it, no index can have."""
    wrong = [name for name in ("embedder", "fingerprint", "canaries") if not isinstance(get(name), str)]
    bounds = {"dim": 1, "chunk_tokens": 1, "overlap_tokens": 0, "generation": 0}
    wrong += [name for name, least in bounds.items() if not _is_number(get(name), least)]
    if wrong:
        return wrong
    try:
        length = len(b64decode(str(get("canaries")), validate=True))
    except ValueError:
        return ["canaries"]
    return [] if length == len(CANARIES) * int(str(get("dim"))) * 4 else ["canaries"]


def _is_number(value: object, least: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value < 2**31


def check_embedder(store: Store, embedder: Embedder) -> None:
    """Raise `IndexMismatch` unless ``embedder`` is the one that made the index."""
    made_by = store.get("embedder"), store.get("dim"), store.get("fingerprint")
    given = embedder.name, embedder.dim, embedder.fingerprint
    if made_by[1:] == given[1:]:
        return
    # The fingerprints are only of interest where nothing else tells the two apart.
    shows = made_by[:2] == given[:2]
    raise IndexMismatch(
        f"Index {store.folder} was built with {_described(*made_by, shows)}; got {_described(*given, shows)}. "
        'Rebuild it with "ragqa index --rebuild", or pass the same embedder.'
    )


def check_canaries(store: Store, embedder: Embedder) -> None:
    """Raise `IndexMismatch` where the embedder no longer gives the vectors that it gave when the index was made."""
    stored = np.frombuffer(b64decode(store.get("canaries")), dtype="<f4").reshape(len(CANARIES), -1)
    cosine = float(np.min(np.sum(stored * encode(embedder, CANARIES), axis=1)))
    if cosine < LEAST_COSINE:
        raise IndexMismatch(
            f"Index {store.folder} was built with {embedder.name}, which gives other vectors here than it gave then (cosine "
            f'{cosine:.4f}, expected {LEAST_COSINE} or more). Rebuild it with "ragqa index --rebuild".'
        )


def check_lengths(store: Store, chunk_tokens: int | None, overlap_tokens: int | None) -> None:
    """Raise `IndexMismatch` where other lengths are asked for than the index was made with; None asks for nothing."""
    for name, asked in (("chunk_tokens", chunk_tokens), ("overlap_tokens", overlap_tokens)):
        if asked is not None and asked != store.get(name):
            raise IndexMismatch(
                f"Index {store.folder} was built with {name} {store.get(name)}; got {asked}. Rebuild it, or leave {name} out."
            )


def _described(name: str, dim: int, fingerprint: str, shows_fingerprint: bool) -> str:
    return f"{name} ({dim}-d, fingerprint {fingerprint[:12]})" if shows_fingerprint else f"{name} ({dim}-d)"
