"""The pictures of a report, as SVG inside the page: no library, no file beside it, in the colours of the page's style.

Each takes what ``run.json`` holds and returns one picture. Imports nothing of ragqa but the page's own axes and markup.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from ragqa.evaluation.page.axes import Axis, Frame, percent, picture, share_axis
from ragqa.evaluation.page.markup import Markup, element, join

__all__ = ["interval", "latency", "reliability", "retrieval", "risk_coverage", "stacked", "wilson"]

_HEIGHT = 288.0
_POINTS = 400


def risk_coverage(points: Sequence[tuple[float, float]]) -> Markup:
    """Return how the share of wrong answers grows as more questions are answered, the surest first.

    Args:
        points: ``(coverage, risk)``, shares of 1.

    Source: El-Yaniv and Wiener (2010), On the Foundations of Noise-free Selective Classification, JMLR 11.
    """
    ordered = sorted(points)
    # Every point of 12,000 questions would be drawn on the same few hundred pixels.
    step = max(len(ordered) // _POINTS, 1)
    kept = ordered[:-1:step] + ordered[-1:]
    coverage, risk = ordered[-1]
    # The first few answers may all be wrong, which says little and would flatten the rest.
    highest = max(risk for at, risk in kept if at >= 0.05 * coverage)
    frame = Frame(share_axis("questions answered"), share_axis("answers wrong", min(highest * 1.15, 1.0)))
    told = {coverage: (risk, f"{percent(risk, 1)} wrong")}
    for target in (0.1, 0.2):
        reached = max((at for at, wrong in ordered if wrong <= target), default=0.0)
        # Beside the end, or at the noisy start, a label would hide another or say nothing.
        if 0.1 < reached < coverage - 0.1:
            told[reached] = (target, f"{percent(reached)} with {percent(target)} wrong")
    return picture(
        f"Risk and coverage: {percent(risk, 1)} of answers are wrong when {percent(coverage)} of questions are answered.",
        _HEIGHT,
        frame.grid(),
        element("polyline", class_="line first", points=frame.points(kept)),
        *(
            join(
                element("circle", class_="dot first", cx=frame.x(at), cy=frame.y(wrong), r=4.0),
                element("text", label, class_="label", x=frame.x(at) - 6, y=frame.y(wrong) - 9, text_anchor="end"),
            )
            for at, (wrong, label) in told.items()
        ),
    )


def reliability(bins: Sequence[tuple[float, float, int]]) -> Markup:
    """Return how often answers of a confidence are right, against the line where both are equal, with the counts below.

    Args:
        bins: ``(mean confidence, share right, count)``. The whiskers are the 95 % interval of the share, by `wilson`.

    Source: Guo et al. (2017), On Calibration of Modern Neural Networks, arXiv:1706.04599.
    """
    frame = Frame(share_axis("confidence"), share_axis("answers right"), height=190.0)
    marks = []
    largest = max(count for _, _, count in bins)
    floor = _HEIGHT + 44
    for confidence, share, count in bins:
        low, high = wilson(share, count)
        x = frame.x(confidence)
        marks.append(
            element(
                "g",
                element(
                    "title", f"{count:,} answers of confidence {percent(confidence, 1)}: {percent(share, 1)} right"
                ),
                element("line", class_="whisker", x1=x, x2=x, y1=frame.y(low), y2=frame.y(high)),
                element("circle", class_="dot first", cx=x, cy=frame.y(share), r=4.5),
                element(
                    "rect",
                    class_="count",
                    x=x - 4,
                    width=8,
                    y=floor - 52 * count / largest,
                    height=52 * count / largest,
                ),
            )
        )
    return picture(
        f"Reliability: {len(bins)} bins of confidence, each with the share of its answers that is right.",
        floor + 4,
        frame.grid(),
        element("line", class_="ideal", x1=frame.x(0), y1=frame.y(0), x2=frame.x(1), y2=frame.y(1)),
        element("text", "right as often as said", class_="note", x=frame.x(0.03), y=frame.y(0.93)),
        element("line", class_="grid", x1=frame.left, x2=frame.left + frame.width, y1=floor, y2=floor),
        element("text", f"{largest:,}", class_="tick", x=frame.left - 8, y=floor - 46, text_anchor="end"),
        element("text", "count", class_="tick", x=frame.left - 8, y=floor, text_anchor="end"),
        *marks,
    )


def retrieval(points: Sequence[tuple[float, float, float]]) -> Markup:
    """Return the share of questions for which the gold passage, and any passage with the answer, is among the first k.

    Args:
        points: ``(k, recall, answer recall)``, the last two shares of 1.
    """
    kept = sorted(points)
    deepest = kept[-1][0]
    ticks: list[tuple[float, str]] = []
    for k, _, _ in kept:
        if not ticks or math.log(k / ticks[-1][0]) > 0.09 * math.log(max(deepest, 2)):
            ticks.append((k, f"{k:g}"))
    lines = {
        "first": ("gold passage", [(k, recall) for k, recall, _ in kept]),
        "second": ("answer in any passage", [(k, recall) for k, _, recall in kept]),
    }
    frame = Frame(
        Axis(min(k for k, _, _ in kept), deepest, ticks, "passages, k (log scale)", is_log=True),
        share_axis("questions"),
    )
    drawn = []
    for row, (name, (label, values)) in enumerate(lines.items()):
        x, y = frame.left + frame.width - 150, frame.top + frame.height - 40 + 20 * row
        drawn += [
            element("polyline", class_=f"line {name}", points=frame.points(values)),
            *(_dot(frame, name, label, k, recall) for k, recall in values if len(values) <= 25),
            element("line", class_=f"line {name}", x1=x - 26, x2=x - 6, y1=y - 4, y2=y - 4),
            element("text", label, class_="note", x=x, y=y),
        ]
    _, recall, answer_recall = kept[-1]
    return picture(
        f"Retrieval: among {deepest:g} passages are the gold one for {percent(recall, 1)} of questions and an answer for "
        f"{percent(answer_recall, 1)}.",
        _HEIGHT,
        frame.grid(),
        *drawn,
    )


def latency(stages: Mapping[str, Mapping[str, float]]) -> Markup:
    """Return, for each stage, the time that half, 95 % and 99 % of questions stay under.

    Args:
        stages: by their names, ``p50``, ``p95`` and ``p99`` in milliseconds, all above 0.
    """
    values = [row[name] for row in stages.values() for name in ("p50", "p95", "p99")]
    low = 10 ** math.floor(math.log10(min(values)))
    high = 10 ** math.ceil(math.log10(max(values)) + 1e-9)
    high = high if high > low else 10 * low
    decades = round(math.log10(high / low))
    ticks = [(low * 10**power, _milliseconds(low * 10**power)) for power in range(decades + 1)]
    height = 40.0 * len(stages)
    frame = Frame(
        Axis(low, high, ticks, "time (log scale)", is_log=True), Axis(0, 1, (), ""), 110.0, 34.0, 325.0, height
    )
    rows = [element("line", class_="grid", x1=frame.x(v), x2=frame.x(v), y1=34, y2=34 + height) for v, _ in ticks]
    for number, (stage, row) in enumerate(stages.items()):
        y = 34 + 40.0 * number + 20
        p50, p95, p99 = (frame.x(row[name]) for name in ("p50", "p95", "p99"))
        told = ", ".join(f"{name} {_milliseconds(row[name])}" for name in ("p50", "p95", "p99"))
        rows.append(
            element(
                "g",
                element("title", f"{stage}: {told}"),
                element("text", stage.replace("_", " "), class_="label", x=100, y=y + 4, text_anchor="end"),
                element("line", class_="span", x1=p50, x2=p95, y1=y, y2=y),
                element("line", class_="whisker", x1=p95, x2=p99, y1=y, y2=y),
                element("line", class_="whisker", x1=p99, x2=p99, y1=y - 6, y2=y + 6),
                element("circle", class_="dot second", cx=p95, cy=y, r=4.5),
                element("circle", class_="dot first", cx=p50, cy=y, r=5.5),
            )
        )
    return picture(
        "Latency by stage, in milliseconds, as in the table below.", height + 78, _latency_key(), frame.grid(), *rows
    )


def stacked(shares: Sequence[tuple[str, float, str]]) -> Markup:
    """Return one bar cut into shares.

    Args:
        shares: ``(class of the style, share of 1, label)``.
    """
    parts, left = [], 0.0
    for name, share, label in shares:
        parts.append(
            element(
                "rect",
                element("title", label),
                class_=f"part {name}",
                x=f"{left:.3f}%",
                width=f"{100 * share:.3f}%",
                height="100%",
            )
        )
        left += 100 * share
    return element("svg", *parts, class_="stacked", role="img", aria_label="; ".join(label for *_, label in shares))


def interval(value: float, low: float | None, high: float | None, *, end: float) -> Markup:
    """Return a figure on a line from 0 to ``end``, with its interval."""
    x, x_low, x_high = (100 * min(max((at or 0.0) / (end or 1.0), 0.0), 1.0) for at in (value, low, high))
    between = element(
        "rect", class_="range", x=f"{x_low:.2f}%", width=f"{max(x_high - x_low, 0.4):.2f}%", y=3, height=8
    )
    return element(
        "svg",
        element("rect", class_="rail", x=0, width="100%", y=6, height=2),
        None if low is None or high is None else between,
        element("line", class_="first mid", x1=f"{x:.2f}%", x2=f"{x:.2f}%", y1=0, y2=14),
        class_="interval",
        aria_hidden="true",
    )


def wilson(share: float, count: int) -> tuple[float, float]:
    """Return the 95 % interval of a share that was seen in ``count`` cases.

    >>> [round(end, 3) for end in wilson(0.5, 10)]
    [0.237, 0.763]

    Source: Wilson (1927), Probable Inference, the Law of Succession, and Statistical Inference, JASA 22.
    """
    if count == 0:
        return 0.0, 1.0
    z = 1.959964
    middle = share + z * z / (2 * count)
    half = z * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    scale = 1 + z * z / count
    return (middle - half) / scale, (middle + half) / scale


def _dot(frame: Frame, name: str, label: str, k: float, recall: float) -> Markup:
    title = element("title", f"{label}, k = {k:g}: {percent(recall, 1)}")
    return element("circle", title, class_=f"dot {name}", cx=frame.x(k), cy=frame.y(recall), r=3.5)


def _latency_key() -> Markup:
    return join(
        element("circle", class_="dot first", cx=116, cy=14, r=5.5),
        element("text", "half (p50)", class_="note", x=126, y=18),
        element("circle", class_="dot second", cx=214, cy=14, r=4.5),
        element("text", "95 %", class_="note", x=224, y=18),
        element("line", class_="whisker", x1=276, x2=276, y1=8, y2=20),
        element("text", "99 %", class_="note", x=284, y=18),
    )


def _milliseconds(value: float) -> str:
    return f"{value / 1000:g} s" if value >= 1000 else f"{value:g} ms" if value < 10 else f"{value:.0f} ms"
