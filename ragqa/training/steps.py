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

from ragqa.bert import STEPS, Head, Weights, read_folder, watched_model
from ragqa.errors import ModelError
from ragqa.onnx import OnnxModel
from ragqa.training.features import TrainingWindow

__all__ = ["Inputs", "add_steps", "inputs_of", "measured_steps"]

Inputs = Mapping[str, NDArray[np.int64]]
"""Of one text, by the names that the model has for them: ``(1, length)``."""

_PARTS = ("query", "key", "value")
_AT_ONCE = 64  # what goes into the layers of so many texts is held at once
_LEAST = np.float32(1e-4)  # of a value or weight, so that nothing is divided by zero


def inputs_of(windows: Sequence[TrainingWindow], count: int) -> list[Inputs]:
    """Return ``count`` of the windows, spread evenly over them, as the model takes them; all if there are fewer."""
    count = min(count, len(windows))
    chosen = [windows[number * len(windows) // count] for number in range(count)]
    return [{"input_ids": own.input_ids[None], "token_type_ids": own.token_type_ids[None]} for own in chosen]


def add_steps(folder: Path, inputs: Sequence[Inputs], *, head: Head, out: Path | None = None) -> None:
    """Measure the model in ``folder`` and write ``steps.safetensors`` beside its weights, or into the folder ``out``.

    What was measured before is replaced; `measured_steps` has the rest.
    """
    from safetensors.numpy import save

    out = out or folder
    if out == folder:
        (folder / STEPS).unlink(missing_ok=True)
    config, weights = read_folder(folder)
    (out / STEPS).write_bytes(save(measured_steps(config, weights, inputs, head=head)))


def measured_steps(
    config: Mapping[str, Any], weights: Weights, inputs: Sequence[Inputs], *, head: Head
) -> dict[str, NDArray[np.float32]]:
    """Return for the layers behind each place ``step``, ``(1,)``, and ``spread``, ``(width,)``, by their names.

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
    model = OnnxModel(data)
    largest = [np.float32(0)] * len(names)
    for first in range(0, len(inputs), _AT_ONCE):
        for found in model.run_many(inputs[first : first + _AT_ONCE]):
            largest = [np.maximum(most, np.abs(x).max(axis=0)) for most, x in zip(largest, found, strict=True)]
    own = {name.removeprefix("bert."): weight for name, weight in weights.items()}
    steps = {}
    for layers, most in zip(names, largest, strict=True):
        spread = _spread(np.maximum(most, _LEAST), _weights_behind(layers, own))
        steps[f"{layers}.spread"] = spread
        steps[f"{layers}.step"] = np.max(most / spread, keepdims=True) / np.float32(127)
    return steps


def _spread(most: NDArray[np.float32], weights: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return what each channel is divided by, 1 in the geometric mean; ``weights`` are ``(outputs, width)``."""
    spread = np.sqrt(most / np.maximum(np.abs(weights).max(axis=0), _LEAST))
    return np.asarray(spread / np.exp(np.log(spread).mean()), dtype=np.float32)


def _weights_behind(layers: str, weights: Weights) -> NDArray[np.float32]:
    if f"{layers}.weight" in weights:
        return weights[f"{layers}.weight"]
    return np.concatenate([weights[f"{layers}.{part}.weight"] for part in _PARTS])
