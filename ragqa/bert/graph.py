"""An ONNX graph that grows node by node, with linear layers and tables in fp32 or int8.

int8 is made so that every CPU gives the same answer, and a token's numbers depend on no other token's:

- weights have one scale an output channel and 7 bits (-64 to 64). With 8 bits, x86 CPUs without VNNI add pairs of products in 16
  bits that overflow, silently; 2 * 255 * 64 = 32,640 fits.
- activations have one scale a token (row), or, where it was measured beforehand (`ragqa.bert.scales`), one for all: then no row
  is looked through for its largest value, and no product is scaled a second time. Channels are divided by their spread before
  that, and the weights behind them multiplied by it, so that no large channel costs all others their precision, as it does where
  onnxruntime's own dynamic quantisation takes one scale over the whole input. What comes from Gelu has a scale a token always: a
  few tokens are large in most of its channels. It gives next to nothing below zero, so that most of its 255 steps are above.
- embedding tables have one scale a row; all else stays fp32.

Activations go through the graph as ``(tokens of all texts, width)``: a row's scale is then that of an axis, which
``QuantizeLinear`` divides by itself.

Source: Dettmers et al. (2022), LLM.int8(), arXiv:2208.07339, section 2.1, for scales by row and column; Xiao et al. (2023),
SmoothQuant, arXiv:2211.10438, section 4, for the spread; the operators are those of ONNX operator set 21 and of onnxruntime's
docs/ContribOperators.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ragqa.bert.scales import Scales
from ragqa.errors import ModelError

__all__ = ["GRAPH_VERSION", "Graph", "Precision", "Rows", "Weights", "quantise_rows"]

GRAPH_VERSION = 2
"""Raise it when the same weights would give other numbers: vectors made before are then told apart."""

CONTRIB = "com.microsoft"

Precision = Literal["fp32", "int8"]
Weights = Mapping[str, NDArray[np.float32]]

_WEIGHT_MAX = 64  # 7 bits, see above
_TABLE_MAX = 127
_ZERO = 128
_GELU_LEAST = 0.17
_GELU_ZERO = 32
_OPSET = 21
_IR_VERSION = 10


class Rows(NamedTuple):
    """Activations as uint8, by the names of their values: number = (uint8 - zero) * scale * spread."""

    quantised: str
    scale: str
    """One for all rows if it is fixed, else one a row."""
    zero: str
    spread: NDArray[np.float32] | None = None
    """``(width,)``, what the channels were divided by; None where every row has its own scale."""

    @property
    def is_fixed(self) -> bool:
        """Whether one scale, measured beforehand, is that of all rows."""
        return self.spread is not None


class Graph:
    """A graph that grows: weights are taken from a model, nodes are added, values go by name."""

    def __init__(self, weights: Weights, precision: Precision, scales: Scales | None = None) -> None:
        from onnx import helper, numpy_helper

        self._helper, self._numpy_helper = helper, numpy_helper
        self._weights = weights
        self._precision = precision
        self._scales: Scales = (scales or {}) if precision == "int8" else {}
        self._nodes: list[Any] = []
        self._constants: dict[str, Any] = {}
        self._zero_points: dict[int, str] = {}
        self.operands: dict[str, str] = {}
        """What goes into linear layers, by the name of these, but for what comes from Gelu."""

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

    def spread(self, layers: str) -> NDArray[np.float32] | None:
        """Return what the channels that go into ``layers`` are divided by before they are rounded; None where by nothing."""
        scale = self._scales.get(layers)
        return scale.spread if scale else None

    def operand(self, x: str, layers: str, *, is_divided: bool = False) -> str | Rows:
        """Return ``x``, ``(rows, width)``, as linear layers take it: itself, or in int8, once for all layers that take it.

        Args:
            x: the activations.
            layers: the common name of the layers that take them.
            is_divided: whether the channels have been divided by their spread already.
        """
        self.operands[layers] = x
        if self._precision == "fp32":
            return x
        scale = self._scales.get(layers)
        if scale is None:
            return self._by_row(x)
        if not is_divided:
            x = self.add("Mul", [x, self.constant(f"{layers}.inverse_spread", 1 / scale.spread)], f"{x}.divided")
        step, zero = self.constant(f"{layers}.step", np.array(scale.step, dtype=np.float32)), self._zero(_ZERO)
        quantised = self.add("QuantizeLinear", [x, step, zero], f"{x}.int8")
        return Rows(quantised, step, zero, scale.spread)

    def gelu_operand(self, x: str) -> str | Rows:
        """Return what comes from Gelu as `operand` does."""
        return x if self._precision == "fp32" else self._by_row(x, is_gelu=True)

    def _by_row(self, x: str, *, is_gelu: bool = False) -> Rows:
        """Return activations with a scale for every row, by its largest value."""
        zero = _GELU_ZERO if is_gelu else _ZERO
        axis = self.constant("last_axis", np.array([-1], dtype=np.int64))
        magnitude = x if is_gelu else self.add("Abs", [x], f"{x}.abs")
        largest = self.add("ReduceMax", [magnitude, axis], f"{x}.largest", keepdims=0)
        step = self.constant(f"step.{zero}", np.array(1 / (255 - zero), dtype=np.float32))
        # A row of zeros would be divided by zero, and what Gelu gives below zero must fit below the zero point.
        least = self.constant(f"least.{zero}", np.array(_GELU_LEAST / zero if is_gelu else 1e-14, dtype=np.float32))
        scale = self.add("Max", [self.add("Mul", [largest, step], f"{x}.step"), least], f"{x}.scale")
        quantised = self.add("QuantizeLinear", [x, scale, self._zeros(scale, zero)], f"{x}.int8", axis=0)
        return Rows(quantised, self.add("Unsqueeze", [scale, axis], f"{x}.scale.column"), self._zero(zero))

    def _zero(self, zero: int) -> str:
        return self.constant(f"zero.{zero}", np.array(zero, dtype=np.uint8))

    def _zeros(self, scale: str, zero: int) -> str:
        """Return a zero point for every row, as onnxruntime wants where there is a scale for every row; made once."""
        if zero not in self._zero_points:
            value = self.constant(f"zeros.{zero}", np.array([zero], dtype=np.uint8))
            rows = self.add("Shape", [scale], f"rows.{zero}")
            self._zero_points[zero] = self.add("Expand", [value, rows], f"zero_points.{zero}")
        return self._zero_points[zero]

    def linear(
        self, x: str | Rows, name: str, outputs: int, inputs: int, *, bias: NDArray[np.float32] | None = None
    ) -> str:
        """Add a linear layer of the model: ``(rows, inputs)`` -> ``(rows, outputs)``; with another bias than its own if given."""
        weight = self.weight(f"{name}.weight", outputs, inputs)
        if bias is None:
            bias = self.weight(f"{name}.bias", outputs)
        if isinstance(x, Rows) and x.is_fixed:
            return self._int8_product(x, name, weight, bias)
        return self.add("Add", [self._product(x, name, weight), self.constant(f"{name}.bias", bias)], f"{name}.out")

    def product(
        self, x: str | Rows, name: str, outputs: int, inputs: int, *, over: NDArray[np.float32] | None = None
    ) -> str:
        """Add a linear layer without its bias; its outputs divided by ``over``, ``(outputs,)``, if given."""
        weight = self.weight(f"{name}.weight", outputs, inputs)
        if over is not None:
            weight = weight / _of_width(over, outputs, name)[:, None]
        return self._product(x, name, weight)

    def _product(self, x: str | Rows, name: str, weight: NDArray[np.float32]) -> str:
        if not isinstance(x, Rows):
            return self.add("MatMul", [x, self.constant(f"{name}.weight", weight.T)], f"{name}.product")
        product = self._int8_product(x, name, weight)
        return product if x.is_fixed else self.add("Mul", [product, x.scale], f"{name}.scaled")

    def _int8_product(
        self, x: Rows, name: str, weight: NDArray[np.float32], bias: NDArray[np.float32] | None = None
    ) -> str:
        """Add a product of rows in int8, without the scales of the rows where each has its own."""
        if x.spread is not None:
            weight = weight * _of_width(x.spread, weight.shape[1], name)
        quantised, scale = quantise_rows(weight, _WEIGHT_MAX)
        operands = [
            x.quantised,
            self.constant(f"{name}.weight", quantised.T),
            # Only a scalar is taken: the scales of the rows come after.
            x.scale if x.is_fixed else self.constant("one", np.array(1, dtype=np.float32)),
            self.constant(f"{name}.scale", scale),
            x.zero,
            self.constant(f"{name}.zero", np.zeros(len(weight), dtype=np.int8)),
        ]
        if bias is not None:
            operands.append(self.constant(f"{name}.bias", bias))
        return self.add("MatMulIntegerToFloat", operands, f"{name}.product", domain=CONTRIB)

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
        if skip is not None:
            # Not SkipLayerNormalization, which takes several times as long as these two.
            x = self.add("Add", [x, skip], f"{name}.sum")
        gain = self.constant(f"{name}.weight", self.weight(f"{name}.weight", width))
        shift = self.constant(f"{name}.bias", self.weight(f"{name}.bias", width))
        return self.add("LayerNormalization", [x, gain, shift], f"{name}.out", epsilon=epsilon)

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


def _of_width(spread: NDArray[np.float32], width: int, name: str) -> NDArray[np.float32]:
    if spread.shape != (width,):
        raise ModelError(
            f"expected a spread of {width} channels at {name!r}, got {spread.size}: the scales are another model's"
        )
    return spread


def quantise_rows(weight: NDArray[np.float32], limit: int) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Return ``(rows, columns)`` int8 from ``-limit`` to ``limit`` and ``(rows,)`` float32 scales: weight = int8 * scale, about."""
    largest = np.abs(weight).max(axis=1)
    scale = np.where(largest > 0, largest / np.float32(limit), np.float32(1))
    quantised = np.clip(np.rint(weight / scale[:, None]), -limit, limit)
    return quantised.astype(np.int8), scale.astype(np.float32)
