"""Draw how a reader's F1 on development questions grew with the windows it was trained on.

.venv/bin/python tools/draw_curve.py eval/results/reader_curve.jsonl docs/reader_curve.svg

The file is ``OUT/run/curve.jsonl`` of ``ragqa train reader``. A dashed line extends the fit ``F1 = a + b log(windows)`` of the
second half of the curve to ten times the windows: what more of the same would bring if it went on like this, which it never does
for long.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import matplotlib
import numpy as np
from matplotlib.figure import Figure

INK, PALE = "#1f4e79", "#9aa5b1"


def main(curve: Path, out: Path) -> None:
    """Draw the curve and save it as an SVG."""
    rows = [json.loads(line) for line in curve.read_text(encoding="utf-8").splitlines()]
    windows, f1 = (np.array([row[name] for row in rows], dtype=float) for name in ("windows", "f1"))
    matplotlib.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "ragqa", "font.family": "sans-serif"})
    figure = Figure(figsize=(9, 3.8), layout="constrained")
    left, right = figure.subplots(1, 2)
    left.plot(windows, f1, "o-", color=INK, markersize=3)
    left.set(xlabel="windows trained on in this run", ylabel="F1 on development questions", title="")
    right.semilogx(windows, f1, "o", color=INK, markersize=3, label="measured")
    half = windows >= windows[-1] / 2
    slope, level = np.polyfit(np.log10(windows[half]), f1[half], 1)
    further = np.geomspace(windows[half][0], 10 * windows[-1], 50)
    label = f"{slope:+.1f} F1 for ten times the windows"
    right.semilogx(further, level + slope * np.log10(further), "--", color=PALE, label=label)
    right.set(xlabel="windows, logarithmic")
    right.legend(frameon=False, fontsize=9)
    figure.savefig(out, metadata={"Date": None})


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
