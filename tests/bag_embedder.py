"""A small real embedder for tests: texts that share words have near vectors, and nothing has to be loaded."""

import re
from collections.abc import Callable, Sequence
from zlib import crc32

import numpy as np
from numpy.typing import NDArray


class BagEmbedder:
    """Counts words in ``dim`` places that their hash chooses, and normalises. A text without words points in the first place."""

    def __init__(
        self, *, dim: int = 32, name: str = "bag-of-words", fingerprint: str = "bag-1", salt: str = ""
    ) -> None:
        self.name = name
        self.dim = dim
        self.max_tokens = 256
        self.fingerprint = fingerprint
        self.salt = salt
        self.encoded: list[str] = []

    def count_tokens(self, text: str) -> int:
        return len(_words(text))

    def encode(self, texts: Sequence[str], *, progress: Callable[[int], None] | None = None) -> NDArray[np.float32]:
        self.encoded += texts
        vectors = np.zeros((len(texts), self.dim))
        for number, text in enumerate(texts):
            for word in _words(text):
                vectors[number, crc32(f"{self.salt}{word}".encode()) % self.dim] += 1
        vectors[~vectors.any(axis=1), 0] = 1
        if progress is not None:
            progress(len(texts))
        return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())
