"""Trained weights to the kind of reader that ragqa carries: ONNX in int8, tokenizer and card.

The same weights and scales give the same bytes, without torch. Used by `ragqa train`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ragqa.bert import SCALES, Precision, build_model, read_folder, read_scales, sha256_of
from ragqa.errors import ModelError, in_words
from ragqa.onnx import OnnxModel, load_tokenizer

__all__ = ["export_reader", "read_card", "write_card"]


def export_reader(source: Path, out: Path, card: Mapping[str, Any], *, precision: Precision = "int8") -> dict[str, Any]:
    """Write ``reader.onnx``, ``tokenizer.json`` and ``reader.json`` into ``out`` and return the card.

    Args:
        source: folder with ``config.json``, ``model.safetensors`` and ``tokenizer.json`` of a ``BertForQuestionAnswering``; if
            it has a ``scales.safetensors``, int8 goes by that.
        out: folder, made if it is missing.
        card: at least ``name``, ``licence``, ``max_length``, ``stride`` and ``max_answer_tokens``. Size, hashes and precision are
            filled in here; figures and calibration start empty unless the card holds them.
        precision: of the linear layers and word embeddings.

    Raises:
        ModelError: the weights are not a BERT's, the scales are of others, a file is missing, or the card lacks a fact.
    """
    missing = [name for name in ("name", "licence", "max_length", "stride", "max_answer_tokens") if name not in card]
    if missing:
        raise ModelError(f"the card of a reader needs {', '.join(missing)}: add them")
    config, weights = read_folder(source)
    weights_sha256 = sha256_of(source / "model.safetensors")
    scales = read_scales(source / SCALES, weights_sha256=weights_sha256) if (source / SCALES).is_file() else {}
    model = build_model(config, weights, head="span", precision=precision, scales=scales)
    OnnxModel(model)  # it loads
    out.mkdir(parents=True, exist_ok=True)
    (out / "reader.onnx").write_bytes(model)
    # Without the padding and truncation that it was trained with.
    (out / "tokenizer.json").write_text(load_tokenizer(source / "tokenizer.json").to_str(), encoding="utf-8")
    known = {
        "precision": precision,
        "bytes": len(model),
        "sha256": hashlib.sha256(model).hexdigest(),
        "weights_sha256": weights_sha256,
        "scales_sha256": sha256_of(source / SCALES) if scales else None,
    }
    whole = {**card, **known, "figures": card.get("figures", {}), "calibration": card.get("calibration")}
    write_card(out, whole)
    return whole


def read_card(folder: Path) -> dict[str, Any]:
    """Return the ``reader.json`` of a folder.

    Raises:
        ModelError: there is none, or it is not an object.
    """
    path = folder / "reader.json"
    try:
        card = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError(f"expected the card of a reader at {path}, got: {in_words(error)}") from error
    if not isinstance(card, dict):
        raise ModelError(f"expected an object in {path}, got {type(card).__name__}")
    return card


def write_card(folder: Path, card: Mapping[str, Any]) -> None:
    """Write the ``reader.json`` of a folder."""
    (folder / "reader.json").write_text(json.dumps(card, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
