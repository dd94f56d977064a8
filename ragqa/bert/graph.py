"""An ONNX graph that grows node by node, with linear layers and tables in fp32 or int8.

int8 is made so that every CPU gives the same answer, and a token's numbers depend on no other token's:

- weights have one scale an output channel and 7 bits (-64 to 64). With 8 bits, x86 CPUs without VNNI add pairs of products in 16
  bits that overflow, silently; 2 * 255 * 64 = 32,640 fits.
- activations have one scale a token (row). onnxruntime's own dynamic quantisation takes one over the whole input, where a few
  tokens with large values cost all others their precision: it puts the packaged reader's logits off by twice as much.
- embedding tables have one scale a row; all else stays fp32.

Source: Dettmers et al. (2022), LLM.int8(), arXiv:2208.07339, section 2.1, for scales by row and column; the operators are those of
ONNX operator set 21 and of onnxruntime's docs/ContribOperators.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ragqa.errors import ModelError

__all__ = ["GRAPH_VERSION", "Graph", "Precision", "Rows", "Weights", "quantise_rows"]

GRAPH_VERSION = 1
"""Raise it when the same weights would give other numbers: vectors made before are then told apart."""

CONTRIB = "com.microsoft"

Precision = Literal["fp32", "int8"]
Weights = Mapping[str, NDArray[np.float32]]

_WEIGHT_MAX = 64  # 7 bits, see above
_TABLE_MAX = 127
_ACTIVATION_MAX = 127
_OPSET = 21
_IR_VERSION = 10


class Rows(NamedTuple):
    """Activations as uint8 with zero at 128, and the largest magnitude of each row, by the names of their values."""

    quantised: str
    largest: str


class Graph:
    """A graph that grows: weights are taken from a model, nodes are added, values go by name."""

    def __init__(self, weights: Weights, precision: Precision) -> None:
        from onnx import helper, numpy_helper

        self._helper, self._numpy_helper = helper, numpy_helper
        self._weights = weights
        self._precision = precision
        self._nodes: list[Any] = []
        self._constants: dict[str, Any] = {}

    def weight(self, name: str, *shape: int) -> NDArray[np.float32]:
        """Return a weight of the model, of the shape expected."""
        found = self._weights.get(name)
        if found is None:
            raise ModelError(
                f"the model has no weight {name!r}: it is not of the kind asked for, or its file is cut short"
            )
        if found.shape != shape:
            raise ModelError(
                f"expected weight {name!r} of shape {shape}, got {found.shape}: config.json is another model's"
            )
        return found

    def constant(self, name: str, value: NDArray[Any]) -> str:
        """Add a constant, once a name."""
        if name not in self._constants:
            self._constants[name] = self._numpy_helper.from_array(np.ascontiguousarray(value), name)
        return name

    def add(self, op: str, inputs: list[str], output: str, *, domain: str = "", **attributes: Any) -> str:
        """Add a node and return the name of its output."""
        self._nodes.append(self._helper.make_node(op, inputs, [output], name=output, domain=domain, **attributes))
        return output

    def operand(self, x: str) -> str | Rows:
        """Return ``x`` as the linear layers take it: itself, or in int8 quantised row by row, once for all layers that take it."""
        if self._precision == "fp32":
            return x
        magnitude = self.add("Abs", [x], f"{x}.abs")
        axis = self.constant("last_axis", np.array([-1], dtype=np.int64))
        largest = self.add("ReduceMax", [magnitude, axis], f"{x}.max")
        # A row of zeros would be divided by zero.
        largest = self.add("Max", [largest, self.constant("tiny", np.array([1e-12], dtype=np.float32))], f"{x}.largest")
        unit = self.add("Div", [x, largest], f"{x}.unit")
        return Rows(self.add("QuantizeLinear", [unit, *self._activation_scale()], f"{x}.int8"), largest)

    def linear(self, x: str | Rows, name: str, outputs: int, inputs: int) -> str:
        """Add a linear layer of the model: ``(texts, length, inputs)`` -> ``(texts, length, outputs)``."""
        weight = self.weight(f"{name}.weight", outputs, inputs)
        bias = self.constant(f"{name}.bias", self.weight(f"{name}.bias", outputs))
        if not isinstance(x, Rows):
            product = self.add("MatMul", [x, self.constant(f"{name}.weight", weight.T)], f"{name}.product")
            return self.add("Add", [product, bias], f"{name}.out")
        quantised, scale = quantise_rows(weight, _WEIGHT_MAX)
        activation_scale, activation_zero = self._activation_scale()
        operands = [
            x.quantised,
            self.constant(f"{name}.weight", quantised.T),
            activation_scale,
            self.constant(f"{name}.scale", scale),
            activation_zero,
            self.constant(f"{name}.zero", np.zeros(outputs, dtype=np.int8)),
        ]
        product = self.add("MatMulIntegerToFloat", operands, f"{name}.product", domain=CONTRIB)
        return self.add("Add", [self.add("Mul", [product, x.largest], f"{name}.scaled"), bias], f"{name}.out")

    def lookup(self, name: str, rows: int, width: int, ids: str) -> str:
        """Add an embedding table of the model, in int8 with one scale a row."""
        table = self.weight(name, rows, width)
        if self._precision == "fp32":
            return self.add("Gather", [self.constant(name, table), ids], f"{name}.out")
        quantised, scale = quantise_rows(table, _TABLE_MAX)
        found = self.add("Gather", [self.constant(name, quantised), ids], f"{name}.int8")
        found = self.add(
            "Cast", [found], f"{name}.cast", to=self._helper.np_dtype_to_tensor_dtype(np.dtype(np.float32))
        )
        scales = self.add("Gather", [self.constant(f"{name}.scale", scale[:, None]), ids], f"{name}.scales")
        return self.add("Mul", [found, scales], f"{name}.out")

    def normalise(self, x: str, name: str, width: int, *, epsilon: float, skip: str | None = None) -> str:
        """Add a layer normalisation of the model, of ``x`` or of ``x`` plus ``skip``."""
        gain = self.constant(f"{name}.weight", self.weight(f"{name}.weight", width))
        shift = self.constant(f"{name}.bias", self.weight(f"{name}.bias", width))
        if skip is None:
            return self.add("LayerNormalization", [x, gain, shift], f"{name}.out", epsilon=epsilon)
        inputs = [x, skip, gain, shift]
        return self.add("SkipLayerNormalization", inputs, f"{name}.out", domain=CONTRIB, epsilon=epsilon)

    def to_bytes(self, inputs: Mapping[str, list[str]], outputs: Mapping[str, list[str | int]]) -> bytes:
        """Return the model; ``inputs`` (int64) and ``outputs`` (float32) by name with their axes."""
        helper = self._helper
        int64, float32 = (helper.np_dtype_to_tensor_dtype(np.dtype(kind)) for kind in (np.int64, np.float32))
        graph = helper.make_graph(
            self._nodes,
            "ragqa",
            [helper.make_tensor_value_info(name, int64, axes) for name, axes in inputs.items()],
            [helper.make_tensor_value_info(name, float32, axes) for name, axes in outputs.items()],
            list(self._constants.values()),
        )
        model = helper.make_model(
            graph,
            producer_name="ragqa",
            producer_version=str(GRAPH_VERSION),
            ir_version=_IR_VERSION,
            opset_imports=[helper.make_opsetid("", _OPSET), helper.make_opsetid(CONTRIB, 1)],
        )
        data: bytes = model.SerializeToString(deterministic=True)
        return data

    def _activation_scale(self) -> list[str]:
        """Rows of magnitude 1 at most, in 255 steps around 128."""
        return [
            self.constant("activation.scale", np.array(1 / _ACTIVATION_MAX, dtype=np.float32)),
            self.constant("activation.zero", np.array(128, dtype=np.uint8)),
        ]


def quantise_rows(weight: NDArray[np.float32], limit: int) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Return ``(rows, columns)`` int8 from ``-limit`` to ``limit`` and ``(rows,)`` float32 scales: weight = int8 * scale, about."""
    largest = np.abs(weight).max(axis=1)
    scale = np.where(largest > 0, largest / np.float32(limit), np.float32(1))
    quantised = np.clip(np.rint(weight / scale[:, None]), -limit, limit)
    return quantised.astype(np.int8), scale.astype(np.float32)
