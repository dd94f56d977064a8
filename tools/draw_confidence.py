"""Draw how far a reader's confidence can be trusted, from the askings that `ragqa train calibrate --askings` kept.

.venv/bin/python tools/draw_confidence.py askings.npz docs/confidence.svg

Only the askings that the calibration was not fitted on are drawn. Left: the share of wrong answers among those given, by how many
of all askings are answered, the surest first. Right: the share of right answers by the confidence they were given with.
"""

from __future__ import annotations

import sys
from pathlib import Path

import matplotlib
import numpy as np
from matplotlib.figure import Figure

from ragqa.reading import ExtractiveReader
from ragqa.training.calibrate import fitted_part, read_askings
from ragqa.training.fitting import BINS, confidences

SEED = 0
INK, PALE = "#1f4e79", "#9aa5b1"


def main(askings: Path, out: Path) -> None:
    """Draw the two panels and save them as an SVG."""
    found = read_askings(askings)
    apart = found.take(~fitted_part(found, SEED))
    best = apart.take(apart.is_best)
    calibration = ExtractiveReader.from_pretrained().calibration
    assert calibration is not None
    matplotlib.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "ragqa", "font.family": "sans-serif"})
    figure = Figure(figsize=(9, 3.8), layout="constrained")
    risk, reliability = figure.subplots(1, 2)

    order = np.argsort(-best.scores, kind="stable")
    coverage = np.arange(1, len(order) + 1) / len(order)
    wrong = np.cumsum(~best.is_right[order]) / np.arange(1, len(order) + 1)
    risk.plot(100 * coverage[20:], 100 * wrong[20:], color=INK)
    given = float((best.scores >= calibration.margin).mean())
    risk.axvline(100 * given, color=PALE, linestyle="--", label=f"the default margin answers {100 * given:.0f} %")
    risk.set(xlabel="answered, % of all askings", ylabel="wrong, % of the answers given", xlim=(0, 100), ylim=(0, None))
    risk.set_title("Risk and coverage; half of the askings have no answer", fontsize=10)
    risk.legend(frameon=False, fontsize=9)

    shown = best.take(best.scores >= max(calibration.margin, 1e-9))
    confidence = confidences(calibration, shown)
    bins = np.array_split(np.argsort(confidence, kind="stable"), BINS)
    reliability.plot([0, 100], [0, 100], color=PALE, linestyle="--")
    reliability.plot(
        [100 * confidence[own].mean() for own in bins],
        [100 * shown.is_right[own].mean() for own in bins],
        "o-",
        color=INK,
    )
    reliability.set(xlabel="confidence, %", ylabel="right, %", xlim=(0, 100), ylim=(0, 100))
    reliability.set_title(f"Reliability of {len(shown.scores):,} first answers, {BINS} bins of equal mass", fontsize=10)
    figure.savefig(out, metadata={"Date": None})


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
