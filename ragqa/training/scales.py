"""Scales for int8, measured beforehand on texts of the kind that a model is for.

What goes into a linear layer gets one step for all tokens, a 127th of the largest value seen, after its channels were divided by
their spread. A channel's spread is the root of its largest value over the largest weight that it meets: so the work of rounding
is shared between activations and weights. Larger values than any that was seen are cut.

Source: Xiao et al. (2023), SmoothQuant, arXiv:2211.10438, section 4, equation 4 with a strength of 1/2.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ragqa.bert import SCALES, Head, Scale, Weights, plain_names, read_folder, sha256_of, watched_model, write_scales
from ragqa.errors import ModelError
from ragqa.onnx import OnnxModel
from ragqa.training.features import TrainingWindow

__all__ = ["Inputs", "add_scales", "inputs_of", "measured_scales"]

Inputs = Mapping[str, NDArray[np.int64]]
"""Of one text, by the names that the model has for them: ``(1, length)``."""

_PARTS = ("query", "key", "value")
_LEAST = np.float32(1e-4)  # of a value or weight, so that nothing is divided by zero


def inputs_of(windows: Sequence[TrainingWindow], count: int) -> list[Inputs]:
    """Return ``count`` of the windows, spread evenly over them, as the model takes them; all if there are fewer."""
    count = min(count, len(windows))
    chosen = [windows[number * len(windows) // count] for number in range(count)]
    return [{"input_ids": own.input_ids[None], "token_type_ids": own.token_type_ids[None]} for own in chosen]


def add_scales(folder: Path, inputs: Sequence[Inputs], *, head: Head, out: Path | None = None) -> None:
    """Measure the model in ``folder`` and write ``scales.safetensors`` beside its weights, or into the folder ``out``.

    A file that was there stays until the new one is whole; `measured_scales` has the rest.
    """
    config, weights = read_folder(folder)
    scales = measured_scales(config, weights, inputs, head=head)
    write_scales((out or folder) / SCALES, scales, weights_sha256=sha256_of(folder / "model.safetensors"))


def measured_scales(
    config: Mapping[str, Any], weights: Weights, inputs: Sequence[Inputs], *, head: Head
) -> dict[str, Scale]:
    """Return the scale of what goes into the layers behind each place, by their name.

    Args:
        config: of a BERT, as in ``config.json``.
        weights: as `build_model` takes them.
        inputs: of each text. A few hundred are enough.
        head: what the model is for.

    Raises:
        ModelError: there is no text, or the model is not a BERT of the usual build.
    """
    if not inputs:
        raise ModelError("scales are measured on texts: give one or more")
    data, names = watched_model(config, weights, head=head)
    found = OnnxModel(data).run_many(inputs)
    largest = [np.max(own, axis=0) for own in zip(*found, strict=True)]
    own = plain_names(weights)
    return {
        layers: _scale(np.maximum(most, _LEAST), _weights_behind(layers, own))
        for layers, most in zip(names, largest, strict=True)
    }


def _scale(most: NDArray[np.float32], weights: NDArray[np.float32]) -> Scale:
    """Return the scale for channels with these largest magnitudes; ``weights`` are ``(outputs, width)``."""
    spread = np.sqrt(most / np.maximum(np.abs(weights).max(axis=0), _LEAST))
    spread = np.asarray(spread / np.exp(np.log(spread).mean()), dtype=np.float32)  # 1 in the geometric mean
    return Scale(float(np.max(most / spread) / np.float32(127)), spread)


def _weights_behind(layers: str, weights: Weights) -> NDArray[np.float32]:
    if f"{layers}.weight" in weights:
        return weights[f"{layers}.weight"]
    return np.concatenate([weights[f"{layers}.{part}.weight"] for part in _PARTS])
