"""What an embedder is, and how to get one by name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

__all__ = ["DEFAULT_EMBEDDER", "Embedder", "load_embedder"]

DEFAULT_EMBEDDER = "all-MiniLM-L6-v2"


class Embedder(Protocol):
    """Turns texts into vectors whose inner product says how near they are in meaning, also for several threads at a time."""

    @property
    def name(self) -> str:
        """What `load_embedder` takes to load this embedder again."""
        ...

    @property
    def dim(self) -> int:
        """How many numbers a vector has."""
        ...

    @property
    def max_tokens(self) -> int:
        """How many tokens of a text are read, special tokens not counted; what comes after them is ignored."""
        ...

    @property
    def fingerprint(self) -> str:
        """64 hexadecimal digits that differ for embedders whose vectors can't be compared."""
        ...

    def count_tokens(self, text: str) -> int:
        """Return how many tokens a text has, special tokens not counted."""
        ...

    def encode(self, texts: Sequence[str], *, progress: Callable[[int], None] | None = None) -> NDArray[np.float32]:
        """Return a vector for each text, in order: ``(len(texts), dim)`` float32, rows of length 1.

        ``progress`` is called in the caller's thread with the number of texts just done. A text's vector doesn't depend on the
        other texts.
        """
        ...


def load_embedder(name: str | None = None) -> Embedder:
    """Return an embedder.

    Args:
        name: None or "all-MiniLM-L6-v2" for the default; else the name or folder of a sentence-transformers model.

    Raises:
        ModelError: there is no such model, or it can't be used; the message says why.
    """
    from ragqa.embedding.default import DefaultEmbedder
    from ragqa.embedding.hub import SentenceTransformerEmbedder

    return DefaultEmbedder() if name is None or name == DEFAULT_EMBEDDER else SentenceTransformerEmbedder(name)
