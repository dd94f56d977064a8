"""The ratios as a drawing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any


def draw(rows: Sequence[Mapping[str, Any]], path: Path, *, subtitle: str) -> None:
    """Draw how many times longer than ragqa each side takes, with the middle half of the ratios, as SVG."""
    import matplotlib as mpl

    mpl.use("svg")
    from matplotlib import pyplot as plt

    shown = [row for row in rows if "ratio" in row]
    groups = list(dict.fromkeys((row["what"], row["size"]) for row in shown))
    sides = list(dict.fromkeys(row["side"] for row in shown))
    # No date and no random ids, so that the same figures give the same file.
    with plt.rc_context({"svg.hashsalt": "ragqa", "font.size": 9}):
        figure, axes = plt.subplots(figsize=(9, 0.75 + 0.23 * (len(shown) + len(groups))))
        heights, names, place = [], [], 0.0
        for what, size in groups:
            place += 1
            names.append((place, f"{what}, {size:,} passages", True))
            for row in (row for row in shown if (row["what"], row["size"]) == (what, size)):
                place += 1
                spread = [[row["ratio"] - row["ratio_low"]], [row["ratio_high"] - row["ratio"]]]
                colour = f"C{sides.index(row['side'])}"
                axes.barh(place, row["ratio"], xerr=spread, color=colour, error_kw={"lw": 0.8}, height=0.8)
                axes.text(row["ratio_high"] * 1.04, place, f"{row['ratio']:.1f}", va="center")
                names.append((place, row["side"], False))
                heights.append(row["ratio_high"])
        axes.set_yticks([at for at, _, _ in names], [name for _, name, _ in names])
        for label, (_, _, is_group) in zip(axes.get_yticklabels(), names, strict=True):
            label.set_fontweight("bold" if is_group else "normal")
        axes.axvline(1, color="black", lw=0.8)
        axes.set_xscale("log")
        axes.set_xlim(right=2 * max(heights, default=1))
        axes.invert_yaxis()
        axes.set_xlabel(
            "times ragqa's time (the middle half of the paired ratios as a line); right of 1 ragqa is faster"
        )
        axes.set_title(subtitle, loc="left", fontsize=9)
        for side in ("top", "right"):
            axes.spines[side].set_visible(False)
        figure.tight_layout()
        figure.savefig(path, format="svg", metadata={"Date": None})
        plt.close(figure)
