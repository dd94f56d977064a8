"""Draw how a reader's F1 on development questions grew with the windows that it was trained on.

    .venv/bin/python tools/draw_curve.py eval/results/reader_curve.jsonl docs/reader_curve.svg

The file is ``OUT/run/curve.jsonl`` of ``ragqa train reader``. The learning rate falls to zero over the run, so that a point in it
says less than the last one: what more of the same brings shows only a run of another length.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import matplotlib
from matplotlib.figure import Figure

INK = "#1f4e79"


def main(curve: Path, out: Path) -> None:
    """Draw the curve and save it as an SVG."""
    rows = [json.loads(line) for line in curve.read_text(encoding="utf-8").splitlines()]
    matplotlib.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "ragqa", "font.family": "sans-serif"})
    figure = Figure(figsize=(6, 3.4), layout="constrained")
    axes = figure.subplots()
    axes.plot([row["windows"] for row in rows], [row["f1"] for row in rows], "o-", color=INK, markersize=3)
    axes.set(xlabel="windows trained on in this run", ylabel="F1 on development questions")
    axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(out, metadata={"Date": None})


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
