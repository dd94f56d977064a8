"""Take the mean of two trained weights of the same model: what a reader knew before a further training, and what it learned.

.venv/bin/python tools/mean_weights.py before/ after/ mean/ --share 0.5

Source: Wortsman et al. (2022), Robust fine-tuning of zero-shot models, arXiv:2109.01903.
"""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file, save_file

WEIGHTS = "model.safetensors"


def main() -> None:
    """Write the mean in fp16, with the configuration and the tokenizer of the first."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("before", type=Path, help="folder with model.safetensors")
    parser.add_argument("after", type=Path, help="folder with model.safetensors of the same shapes")
    parser.add_argument("out", type=Path)
    parser.add_argument("--share", type=float, default=0.5, help="of the weights after, from 0 to 1")
    options = parser.parse_args()
    before, after = load_file(options.before / WEIGHTS), load_file(options.after / WEIGHTS)
    if {name: array.shape for name, array in before.items()} != {name: array.shape for name, array in after.items()}:
        parser.error(f"the weights in {options.before} and {options.after} have other names or shapes")
    if not 0 <= options.share <= 1:
        parser.error(f"--share must be from 0 to 1, got {options.share}")

    def mean(name: str) -> np.ndarray:
        own = (1 - options.share) * before[name].astype(np.float32) + options.share * after[name].astype(np.float32)
        return own.astype(np.float16)

    options.out.mkdir(parents=True, exist_ok=True)
    save_file({name: mean(name) for name in before}, options.out / WEIGHTS)
    for path in options.before.glob("*.json"):
        shutil.copy(path, options.out / path.name)


if __name__ == "__main__":
    main()
