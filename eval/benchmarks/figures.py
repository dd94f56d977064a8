"""Measurements to figures: medians, and medians of paired ratios with the middle half of them.

A measurement is a dict: ``what`` was done, by which ``side``, over how many passages (``size``), in which ``round``, and in how
many ``seconds`` and processor seconds (``cpu``) for what ``amount`` of passages or questions. Measurements of one round are of the
same work, one right after the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

CLOCKS = ("seconds", "cpu")

Measurement = Mapping[str, Any]


def summarise(measured: Sequence[Measurement], *, ours: str = "ragqa") -> list[dict[str, Any]]:
    """Return a row for each kind of work, size and side, in the order first measured.

    Each has the ``median`` seconds for one passage or question, ``p95``, and against ``ours`` the ratio of the seconds:
    ``ratio`` above 1 says that ours is faster by that factor. ``ratio_low`` and ``ratio_high`` hold the middle half of the
    ratios; ``cpu_ratio`` is that of the processor seconds.
    """
    rows = []
    for what, size in dict.fromkeys((one["what"], one["size"]) for one in measured):
        own = [one for one in measured if (one["what"], one["size"]) == (what, size)]
        base, base_cpu = (_by_round((one for one in own if one["side"] == ours), clock) for clock in CLOCKS)
        for side in dict.fromkeys(one["side"] for one in own):
            rounds, cpu = (_by_round((one for one in own if one["side"] == side), clock) for clock in CLOCKS)
            seconds = list(rounds.values())
            row = {"what": what, "size": size, "side": side, "rounds": len(seconds)}
            row |= {"median": float(np.median(seconds)), "p95": float(np.percentile(seconds, 95))}
            rights = [one["right"] for one in own if one["side"] == side and one.get("right") is not None]
            if rights:
                row["right"] = float(np.mean(rights))
            shared = rounds.keys() & base.keys()
            if shared and side != ours:
                low, middle, high = np.percentile([rounds[number] / base[number] for number in shared], [25, 50, 75])
                row |= {"ratio": float(middle), "ratio_low": float(low), "ratio_high": float(high)}
                row["cpu_ratio"] = float(np.median([cpu[number] / base_cpu[number] for number in shared]))
            rows.append(row)
    return rows


def table(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return the rows as a table in Markdown."""
    lines = [
        "| work | passages | side | median | p95 | times ragqa's | in processor time | right |",
        "| --- " * 8 + "|",
    ]
    for row in rows:
        ratio = f"{row['ratio']:.1f} ({row['ratio_low']:.1f}-{row['ratio_high']:.1f})" if "ratio" in row else ""
        cpu = f"{row['cpu_ratio']:.1f}" if "cpu_ratio" in row else ""
        right = f"{100 * row['right']:.0f} %" if "right" in row else ""
        times = " | ".join(_time(row["what"], row[name]) for name in ("median", "p95"))
        lines.append(f"| {row['what']} | {row['size']:,} | {row['side']} | {times} | {ratio} | {cpu} | {right} |")
    return "\n".join(lines)


def _time(what: str, seconds: float) -> str:
    return f"{1 / seconds:,.0f} passages/s" if what == "index" else f"{1000 * seconds:,.1f} ms"


def _by_round(measured: Iterable[Measurement], clock: str) -> dict[int, float]:
    return {one["round"]: one[clock] / one["amount"] for one in measured}
