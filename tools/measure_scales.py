"""Measure the scales for int8 of trained weights anew: ``python tools/measure_scales.py FOLDER --data FILE``.

FOLDER, or OUT, gets ``scales.safetensors``, by which weights are rounded (`ragqa.training.scales`). A reader is measured on
questions of the data with their contexts, a judge on pairs that are drawn from stories as for its training, and an embedder on
contexts. The same number of texts is taken from each file. `ragqa train reader` and ``tools/train_judge.py`` measure what they
train by themselves.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from ragqa.onnx import load_tokenizer
from ragqa.training.data import read_data
from ragqa.training.examples import Example
from ragqa.training.features import training_windows
from ragqa.training.scales import Inputs, add_scales, inputs_of

MAX_LENGTH = 256
"""Tokens of a text."""


def main() -> None:
    """Draw texts, measure, and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="config.json, model.safetensors and tokenizer.json")
    parser.add_argument("--kind", choices=sorted(DRAWN), default="reader")
    parser.add_argument("--data", action="append", required=True, help="questions with contexts; can be given again")
    parser.add_argument("--texts", type=int, default=200, help="from each file")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, help="folder; FOLDER if left out")
    options = parser.parse_args()
    drawn = DRAWN[options.kind]
    inputs = [own for file in options.data for own in drawn(file, options.folder, options.texts, options.seed)]
    add_scales(options.folder, inputs, head="embedding" if options.kind == "embedder" else "span", out=options.out)


def questions(file: str, folder: Path, count: int, seed: int) -> list[Inputs]:
    """Return questions with their contexts as a reader takes them."""
    tokenizer = load_tokenizer(folder / "tokenizer.json")
    windows = training_windows(
        examples(file, count, seed), tokenizer, max_length=MAX_LENGTH, null_token="[CLS]", seed=seed
    )
    return inputs_of([window for window in windows if window is not None], count)


def pairs(file: str, folder: Path, count: int, seed: int) -> list[Inputs]:
    """Return pairs as a judge takes them."""
    from train_judge import as_inputs, read_rows

    return as_inputs(read_rows(Path(file), folder, seed)[:count])


def contexts(file: str, folder: Path, count: int, seed: int) -> list[Inputs]:
    """Return contexts and questions, half of each, as an embedder takes them."""
    tokenizer = load_tokenizer(folder / "tokenizer.json")
    drawn = examples(file, count, seed)
    texts = [own.question if number % 2 else own.context for number, own in enumerate(drawn)]
    tokenizer.enable_truncation(MAX_LENGTH)
    return [{"input_ids": np.array([own.ids], dtype=np.int64)} for own in tokenizer.encode_batch(texts)]


def examples(file: str, count: int, seed: int) -> list[Example]:
    """Return ``count`` questions of a file, drawn."""
    return read_data([f"{file}:{count}"], development=None, development_questions=0, strict=False, seed=seed).examples


DRAWN = {"reader": questions, "judge": pairs, "embedder": contexts}

if __name__ == "__main__":
    main()
