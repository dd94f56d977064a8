"""Scales for int8 that were measured beforehand, and the file that holds them beside the weights.

``scales.safetensors`` has ``LAYERS.step``, ``(1,)``, and ``LAYERS.spread``, ``(width,)``, for the layers behind each place, and the
SHA-256 of the weights that they were measured on: with others they would give wrong numbers and no error.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ragqa.errors import ModelError, in_words

__all__ = ["SCALES", "Scale", "Scales", "read_scales", "sha256_of", "write_scales"]

SCALES = "scales.safetensors"

_WEIGHTS = "weights_sha256"


class Scale(NamedTuple):
    """How what goes into linear layers is rounded: number = int8 * step * spread."""

    step: float
    spread: NDArray[np.float32]
    """``(width,)``, what the channels are divided by before; above 0."""


Scales = Mapping[str, Scale]
"""By the common name of the layers behind."""


def read_scales(path: Path, *, weights_sha256: str) -> dict[str, Scale]:
    """Read scales that were measured on the weights with this SHA-256.

    Raises:
        ModelError: the file is missing, damaged or half complete, or belongs to other weights.
    """
    from safetensors import SafetensorError, safe_open

    remedy = "measure again with tools/measure_scales.py, or install ragqa again"
    try:
        with safe_open(path, framework="numpy") as file:
            metadata = file.metadata() or {}
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - not a mapping
    except (OSError, ValueError, KeyError, TypeError, SafetensorError) as error:
        raise ModelError(
            f"expected {path.name} in {path.parent}, got {type(error).__name__}: {in_words(error)}; {remedy}"
        ) from error
    if metadata.get(_WEIGHTS) != weights_sha256:
        raise ModelError(
            f"{path} was measured on weights with SHA-256 {metadata.get(_WEIGHTS)}, not {weights_sha256}; {remedy}"
        )
    layers = {name.rpartition(".")[0] for name in tensors}
    if set(tensors) != {f"{name}.{part}" for name in layers for part in ("step", "spread")}:
        raise ModelError(f"{path} doesn't hold a step and a spread for every place; {remedy}")
    scales = {}
    for name in sorted(layers):
        step, spread = (np.asarray(tensors[f"{name}.{part}"], dtype=np.float32) for part in ("step", "spread"))
        whole = np.concatenate([step.ravel(), spread.ravel()])
        if step.shape != (1,) or spread.ndim != 1 or not (np.isfinite(whole) & (whole > 0)).all():
            raise ModelError(f"{path} holds no usable scale for {name!r}; {remedy}")
        scales[name] = Scale(float(step[0]), spread)
    return scales


def write_scales(path: Path, scales: Scales, *, weights_sha256: str) -> None:
    """Write scales that were measured on the weights with this SHA-256; a file that was there is replaced at the end."""
    from safetensors.numpy import save_file

    tensors = {f"{name}.step": np.array([scale.step], dtype=np.float32) for name, scale in scales.items()}
    tensors |= {f"{name}.spread": np.ascontiguousarray(scale.spread) for name, scale in scales.items()}
    draft = path.with_suffix(".part")
    save_file(tensors, draft, metadata={_WEIGHTS: weights_sha256})
    draft.chmod(0o644)
    draft.replace(path)


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file.

    Raises:
        ModelError: it can't be read.
    """
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ModelError(f"{path} can't be read ({in_words(error)})") from error
