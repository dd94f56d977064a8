"""BERT weights to an ONNX model, written node by node.

The graph takes one text a run, ``(1, length)``, without padding, so it has no attention mask. A batch of texts of equal length
works too. Two biases of attention are not added token by token: a key's adds the same to all scores of a query, which softmax takes
away again, and a value's comes through attention as it is, since the weights of attention sum to 1; so it is added behind.

Source: Devlin et al. (2019), BERT, arXiv:1810.04805.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ragqa.bert.graph import CONTRIB, Graph, Precision, Weights
from ragqa.bert.scales import Scales
from ragqa.errors import ModelError, in_words

__all__ = ["Head", "build_model", "plain_names", "read_folder", "watched_model"]

Head = Literal["embedding", "span"]

_Interface = tuple[dict[str, list[str]], dict[str, list[str | int]]]


def read_folder(folder: Path) -> tuple[dict[str, Any], dict[str, NDArray[np.float32]]]:
    """Read a model's ``config.json`` and ``model.safetensors``; weights of lower precision become float32.

    Raises:
        ModelError: a file is missing or can't be read.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        weights = load_file(folder / "model.safetensors")
    except (OSError, ValueError, KeyError, TypeError, SafetensorError) as error:
        raise ModelError(
            f"expected config.json and model.safetensors (float32 or float16) in {folder}, got "
            f"{type(error).__name__}: {in_words(error)}; save the model there again with save_pretrained"
        ) from error
    return config, {name: np.asarray(weight, dtype=np.float32) for name, weight in weights.items()}


def build_model(
    config: Mapping[str, Any], weights: Weights, *, head: Head, precision: Precision, scales: Scales | None = None
) -> bytes:
    """Return an ONNX model.

    Args:
        config: of a BERT, as in ``config.json``.
        weights: by their names in transformers, with or without the prefix ``bert.``.
        head: "embedding": ``input_ids`` -> ``vector`` (texts, width), the mean over all tokens, scaled to length 1.
            "span": ``input_ids`` and ``token_type_ids`` -> ``start`` and ``end`` (texts, length), logits.
        precision: of the linear layers and word embeddings.
        scales: for int8, measured beforehand on these weights; None or empty: every token gets its own.

    Raises:
        ModelError: the model is not a BERT of the usual build, a weight is missing or of another shape, or the scales aren't this
            model's.
    """
    graph = Graph(plain_names(weights), precision, scales)
    interface = _whole(graph, _Shape.of(config), head)
    if scales and set(scales) != set(graph.operands):
        raise ModelError("the scales are not of this model: measure them again with tools/measure_scales.py")
    return graph.to_bytes(*interface)


def watched_model(config: Mapping[str, Any], weights: Weights, *, head: Head) -> tuple[bytes, list[str]]:
    """Return a model in fp32 that gives the largest magnitudes of what goes into linear layers, and the names of these layers.

    There is one output for each name, ``(width,)``, over all tokens of all texts. What comes from Gelu is left out. Arguments and
    errors are those of `build_model`.
    """
    graph = Graph(plain_names(weights), "fp32")
    inputs, _ = _whole(graph, _Shape.of(config), head)
    rows = graph.constant("row_axis", np.array([0], dtype=np.int64))
    outputs = [
        graph.add("ReduceMax", [graph.add("Abs", [x], f"{name}.magnitude"), rows], f"{name}.largest", keepdims=0)
        for name, x in graph.operands.items()
    ]
    return graph.to_bytes(inputs, {output: ["width"] for output in outputs}), list(graph.operands)


def plain_names(weights: Weights) -> dict[str, NDArray[np.float32]]:
    """Return weights by their names without the prefix ``bert.``, which those of a model with a head have."""
    return {name.removeprefix("bert."): weight for name, weight in weights.items()}


def _whole(graph: Graph, shape: _Shape, head: Head) -> _Interface:
    """Add the whole model, and return its inputs and outputs."""
    x = _embeddings(graph, shape, head)
    for number in range(shape.layers):
        x = _layer(graph, shape, number, x)
    return _vector_head(graph, x, shape) if head == "embedding" else _span_head(graph, x, shape)


class _Shape(NamedTuple):
    """The figures of a BERT."""

    layers: int
    width: int
    inner: int
    heads: int
    words: int
    positions: int
    types: int
    epsilon: float

    @classmethod
    def of(cls, config: Mapping[str, Any]) -> _Shape:
        expected = {"model_type": "bert", "hidden_act": "gelu", "position_embedding_type": "absolute"}
        given = {"position_embedding_type": "absolute", **config}  # newer configs leave it out
        for key, value in expected.items():
            if given.get(key) != value:
                raise ModelError(f"expected a BERT with {key} {value!r}, got {given.get(key)!r}: use another model")
        try:
            return cls(
                layers=int(config["num_hidden_layers"]),
                width=int(config["hidden_size"]),
                inner=int(config["intermediate_size"]),
                heads=int(config["num_attention_heads"]),
                words=int(config["vocab_size"]),
                positions=int(config["max_position_embeddings"]),
                types=int(config["type_vocab_size"]),
                epsilon=float(config["layer_norm_eps"]),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise ModelError(
                f"the model's config.json lacks a figure ({error!r}): copy it from the model again"
            ) from error


def _embeddings(graph: Graph, shape: _Shape, head: Head) -> str:
    """Word, position and type embeddings, added and normalised: ``(tokens of all texts, width)``."""
    x = graph.lookup("embeddings.word_embeddings.weight", shape.words, shape.width, "input_ids")
    types = graph.weight("embeddings.token_type_embeddings.weight", shape.types, shape.width)
    if head == "embedding":  # a single text: every token is of type 0
        kind = graph.constant("type", types[0])
    else:
        kind = graph.add("Gather", [graph.constant("types", types), "token_type_ids"], "type")
    positions = graph.weight("embeddings.position_embeddings.weight", shape.positions, shape.width)
    length = graph.add("Shape", ["input_ids"], "length", start=1, end=2)
    whole = [
        graph.add("Shape", ["input_ids"], "shape"),
        graph.constant("width", np.array([shape.width], dtype=np.int64)),
    ]
    graph.add("Concat", whole, "as_texts", axis=0)
    first = graph.constant("first", np.zeros(1, dtype=np.int64))
    position = graph.add("Slice", [graph.constant("positions", positions), first, length], "position")
    x = graph.add("Add", [x, position], "placed")
    x = graph.add("Add", [x, kind], "typed")
    x = _as_rows(graph, x, shape)
    return graph.normalise(x, "embeddings.LayerNorm", shape.width, epsilon=shape.epsilon)


def _layer(graph: Graph, shape: _Shape, number: int, x: str) -> str:
    """One layer of the encoder: attention, then the two feed-forward layers, each added to its input and normalised."""
    name = f"encoder.layer.{number}"
    width, inner = shape.width, shape.inner
    mixed = _attention(graph, shape, f"{name}.attention", x)
    x = graph.normalise(mixed, f"{name}.attention.output.LayerNorm", width, epsilon=shape.epsilon, skip=x)
    before, behind = f"{name}.intermediate.dense", f"{name}.output.dense"
    hidden = graph.linear(graph.operand(x, before), before, inner, width)
    hidden = graph.add("Gelu", [hidden], f"{name}.gelu")
    hidden = graph.linear(graph.gelu_operand(hidden), behind, width, inner)
    return graph.normalise(hidden, f"{name}.output.LayerNorm", width, epsilon=shape.epsilon, skip=x)


def _attention(graph: Graph, shape: _Shape, name: str, x: str) -> str:
    """Attention and the linear layer behind it; the biases are where the module's docstring says."""
    width = shape.width
    behind = f"{name}.output.dense"
    operand = graph.operand(x, f"{name}.self")
    parts = [
        graph.linear(operand, f"{name}.self.query", width, width),
        graph.product(operand, f"{name}.self.key", width, width),
        graph.product(operand, f"{name}.self.value", width, width, over=graph.spread(behind)),
    ]
    graph.weight(f"{name}.self.key.bias", width)  # a model without it is no BERT
    parts = [_as_texts(graph, part) for part in parts]
    mixed = graph.add("MultiHeadAttention", parts, f"{name}.heads", domain=CONTRIB, num_heads=shape.heads)
    through = graph.weight(f"{behind}.weight", width, width).astype(np.float64)
    bias = graph.weight(f"{behind}.bias", width) + through @ graph.weight(f"{name}.self.value.bias", width)
    operand = graph.operand(_as_rows(graph, mixed, shape), behind, is_divided=True)
    return graph.linear(operand, behind, width, width, bias=bias.astype(np.float32))


def _as_rows(graph: Graph, x: str, shape: _Shape) -> str:
    """``(texts, length, width)`` -> ``(tokens of all texts, width)``."""
    return graph.add(
        "Reshape", [x, graph.constant("as_rows", np.array([-1, shape.width], dtype=np.int64))], f"{x}.rows"
    )


def _as_texts(graph: Graph, x: str) -> str:
    """``(tokens of all texts, width)`` -> ``(texts, length, width)``."""
    return graph.add("Reshape", [x, "as_texts"], f"{x}.texts")


def _vector_head(graph: Graph, x: str, shape: _Shape) -> _Interface:
    axis = graph.constant("length_axis", np.array([1], dtype=np.int64))
    mean = graph.add("ReduceMean", [_as_texts(graph, x), axis], "mean", keepdims=0)
    graph.add("LpNormalization", [mean], "vector", axis=-1, p=2)
    return {"input_ids": ["texts", "length"]}, {"vector": ["texts", shape.width]}


def _span_head(graph: Graph, x: str, shape: _Shape) -> _Interface:
    weight = graph.constant("logits.weight", graph.weight("qa_outputs.weight", 2, shape.width).T)
    bias = graph.constant("logits.bias", graph.weight("qa_outputs.bias", 2))
    logits = graph.add("Add", [graph.add("MatMul", [x, weight], "logits.product"), bias], "logits")
    for column, output in enumerate(("start", "end")):
        own = graph.add(
            "Gather", [logits, graph.constant(f"{output}.column", np.array(column))], f"{output}.rows", axis=1
        )
        graph.add("Reshape", [own, "shape"], output)
    axes: list[str | int] = ["texts", "length"]
    inputs = {"input_ids": ["texts", "length"], "token_type_ids": ["texts", "length"]}
    return inputs, {"start": axes, "end": axes}
