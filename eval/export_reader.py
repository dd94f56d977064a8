"""Make the reader that ragqa carries from trained weights: ONNX in int8, tokenizer and card.

    python eval/export_reader.py SOURCE_FOLDER ragqa/models/reader --card eval/reader_card.json

SOURCE_FOLDER holds a BertForQuestionAnswering as save_pretrained writes it, with its tokenizer.json. The same weights give the same
bytes. The card starts without a calibration: eval/fit_confidence.py fits one and writes it.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from pathlib import Path
from typing import Any, get_args

from ragqa.bert import Precision, build_model, read_folder
from ragqa.onnx import OnnxModel, load_tokenizer

MAX_BYTES = 25 * 2**20


def main() -> None:
    """Export a reader."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path, help="folder with config.json, model.safetensors and tokenizer.json")
    parser.add_argument("out", type=Path, help="folder to write")
    parser.add_argument(
        "--card", type=Path, required=True, help="JSON: name, licence, base, data and the lengths to read with"
    )
    parser.add_argument("--precision", choices=get_args(Precision), default="int8")
    arguments = parser.parse_args()
    card = json.loads(arguments.card.read_text(encoding="utf-8"))
    card = export(arguments.source, arguments.out, card, arguments.precision)
    print(f"{arguments.out}: {card['name']}, {card['precision']}, {card['bytes']:,} bytes, SHA-256 {card['sha256']}")


def export(source: Path, out: Path, card: dict[str, Any], precision: Precision) -> dict[str, Any]:
    """Write ``reader.onnx``, ``tokenizer.json`` and ``reader.json`` into ``out`` and return the card."""
    config, weights = read_folder(source)
    model = build_model(config, weights, head="span", precision=precision)
    if precision == "int8" and len(model) > MAX_BYTES:
        raise SystemExit(f"the int8 model has {len(model):,} bytes; a reader to be carried may have {MAX_BYTES:,}")
    OnnxModel(model)  # it loads
    out.mkdir(parents=True, exist_ok=True)
    (out / "reader.onnx").write_bytes(model)
    # Without the padding and truncation that it was trained with.
    tokenizer = load_tokenizer(source / "tokenizer.json")
    (out / "tokenizer.json").write_text(tokenizer.to_str(), encoding="utf-8")
    card = {
        **card,
        "precision": precision,
        "bytes": len(model),
        "sha256": hashlib.sha256(model).hexdigest(),
        "figures": {},
        "calibration": None,
    }
    (out / "reader.json").write_text(json.dumps(card, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return card


if __name__ == "__main__":
    main()
