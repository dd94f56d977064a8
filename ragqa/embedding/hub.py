"""Any sentence-transformers model, by hub name or folder. The only importer of sentence-transformers and huggingface_hub."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ragqa.embedding.embedder import DEFAULT_EMBEDDER
from ragqa.errors import ModelError
from ragqa.hub import ensure_on_hub
from ragqa.quiet import without_progress_bars

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

__all__ = ["SentenceTransformerEmbedder"]

_BATCH = 32
_NO_LIMIT = 8192  # tokens, for static word embeddings, which read any length
_HUB_NAME = re.compile(r"[\w.-]+(/[\w.-]+)?")
_MODEL_FILES = {".safetensors", ".bin", ".json", ".txt", ".model"}


class SentenceTransformerEmbedder:
    """A sentence-transformers model, run by torch. An `Embedder`.

    Args:
        name: of a model on the Hugging Face Hub, or its folder. A model that is in the Hub's local cache is loaded from there
            without a look at the network.
        device: where it runs, as torch says it: "cpu", "cuda"; None for the best that there is.

    Raises:
        ModelError: there is no such model, or it can't be used; the message says why.
    """

    def __init__(self, name: str | Path, *, device: str | None = None) -> None:
        folder = Path(name)
        self.name = str(folder.resolve()) if folder.is_dir() else str(name)
        self._model = _load(self.name, device)
        self._lock = Lock()
        self._tokenizer = _plain_tokenizer(self._model, self.name)
        limit = min(self._model.max_seq_length or _NO_LIMIT, _NO_LIMIT)
        self.max_tokens = int(limit) - self._tokenizer.num_special_tokens_to_add(False)
        self.dim = int(self._run(["dimension"]).shape[1])
        self.fingerprint = _fingerprint(folder if folder.is_dir() else _hub_folder(self.name))

    def count_tokens(self, text: str) -> int:
        """Return how many tokens a text has, special tokens not counted."""
        return len(self._tokenizer.encode(text, add_special_tokens=False).ids)

    def encode(self, texts: Sequence[str], *, progress: Callable[[int], None] | None = None) -> NDArray[np.float32]:
        """Return a vector for each text, as `Embedder.encode` says; a batch holds texts of like length.

        Raises:
            ModelError: the model gave a vector that has no direction.
        """
        vectors = np.empty((len(texts), self.dim), dtype=np.float32)
        order = sorted(range(len(texts)), key=lambda number: -len(texts[number]))
        for first in range(0, len(order), _BATCH):
            batch = order[first : first + _BATCH]
            vectors[batch] = self._run([texts[number] for number in batch])
            if progress is not None:
                progress(len(batch))
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        bad = np.flatnonzero(~(np.isfinite(lengths) & (lengths > 0)))
        if len(bad):
            text, length = texts[bad[0]], lengths[bad[0], 0]
            raise ModelError(f"{self.name} gave a vector of length {length} for {text[:60]!r}: use another model")
        vectors /= lengths
        return vectors

    def _run(self, texts: list[str]) -> NDArray[np.float32]:
        with self._lock:  # models of sentence-transformers don't promise to be safe for several threads
            return np.asarray(self._model.encode(texts, batch_size=_BATCH, show_progress_bar=False), dtype=np.float32)


def _load(name: str, device: str | None) -> SentenceTransformer:
    if not Path(name).is_dir() and not _HUB_NAME.fullmatch(name):
        raise ModelError(f"there is no folder {name!r}, and it can't be the name of a model: see the spelling")
    from sentence_transformers import SentenceTransformer

    # Loading fails in as many ways as there are kinds of models, with the errors of four libraries.
    with without_progress_bars():
        try:
            return SentenceTransformer(name, device=device, local_files_only=True)
        except Exception as error:
            if Path(name).is_dir():
                raise ModelError(f"the sentence-transformers model in {name} can't be loaded: {error}") from error
        # Short names are mostly those of the sentence-transformers organisation.
        ensure_on_hub([name] if "/" in name else [f"sentence-transformers/{name}", name], what="embedder")
        try:
            return SentenceTransformer(name, device=device)
        except Exception as error:
            raise ModelError(
                f"the sentence-transformers model {name!r} can't be loaded ({error}): give a name on the Hugging Face Hub (and be "
                f'online the first time), a folder, or "{DEFAULT_EMBEDDER}" for the default'
            ) from error


def _plain_tokenizer(model: SentenceTransformer, name: str) -> Any:
    """Return a copy of a model's fast tokenizer that neither cuts nor pads, so that it counts, and from any thread."""
    own = getattr(model.tokenizer, "backend_tokenizer", model.tokenizer)
    if not hasattr(own, "to_str"):
        raise ModelError(f"{name} has no fast tokenizer, which is needed to measure passages: use another model")
    tokenizer = type(own).from_str(own.to_str())
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def _hub_folder(name: str) -> Path:
    """Return where the files lie of a model that has just been loaded from the Hub."""
    from huggingface_hub import snapshot_download

    # Short names are those of the sentence-transformers organisation.
    return Path(snapshot_download(name if "/" in name else f"sentence-transformers/{name}", local_files_only=True))


def _fingerprint(folder: Path) -> str:
    """Return a digest of a model's files (weights, settings, tokenizer) and of their names below the folder."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.suffix in _MODEL_FILES and path.is_file():
            with path.open("rb") as file:
                found = hashlib.file_digest(file, "sha256").hexdigest()
            digest.update(f"{path.relative_to(folder).as_posix()} {found}\n".encode())
    return digest.hexdigest()
