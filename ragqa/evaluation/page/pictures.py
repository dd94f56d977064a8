"""The pictures of a report, each with a caption and its figures as a table, or a line that says why it is left out.

Imports nothing of ragqa but the page's other parts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ragqa.evaluation.page import charts
from ragqa.evaluation.page.axes import percent
from ragqa.evaluation.page.markup import Markup, element
from ragqa.evaluation.page.words import plain

__all__ = ["pictures"]

_PERCENTILES = ("p50", "p95", "p99")
# The clock's steps are coarser than the quickest stages, and no logarithm is drawn of 0.
_LEAST_MILLISECONDS = 0.01


def pictures(run: Mapping[str, Any]) -> Markup:
    """Return risk and coverage, reliability, the retrieval curve and latency."""
    parts = (_risk_coverage(run), _reliability(run), _retrieval(run), _latency(run))
    shown = [part for part in parts if part.startswith("<figure")]
    absent = [part for part in parts if part not in shown]
    return element(
        "section",
        element("h2", "Pictures"),
        element("div", *shown, class_="pictures") if shown else None,
        *absent,
        id="pictures",
    )


def _risk_coverage(run: Mapping[str, Any]) -> Markup:
    points = _curve(run, "risk_coverage")
    if not points:
        return _absent("Risk and coverage are left out", run)
    ordered = sorted(points)
    tenths = (next((point for point in ordered if point[0] >= tenth / 10 - 1e-9), None) for tenth in range(1, 11))
    return _figure(
        "Risk and coverage",
        "When only the surest questions are answered: how many of the answers are wrong.",
        charts.risk_coverage(ordered),
        _table(("Answered", "Wrong"), [(percent(point[0]), percent(point[1], 1)) for point in tenths if point]),
    )


def _reliability(run: Mapping[str, Any]) -> Markup:
    bins = [(confidence, share, count) for confidence, share, count in _curve(run, "reliability") if count]
    if not bins:
        return _absent("Reliability is left out", run)
    return _figure(
        "Reliability",
        "Under the line, answers are right less often than their confidence says. Whiskers are 95 % intervals; bars count answers.",
        charts.reliability(bins),
        _table(
            ("Mean confidence", "Right", "Answers"),
            [(percent(confidence, 1), percent(share, 1), f"{count:,}") for confidence, share, count in bins],
        ),
    )


def _retrieval(run: Mapping[str, Any]) -> Markup:
    points = _curve(run, "retrieval")
    if not points:
        why = (
            "a reader run is given its contexts"
            if run["kind"] == "reader"
            else "the gold set names neither passages nor articles"
        )
        return element("p", f"The retrieval curve is left out: {why}.", class_="absent")
    return _figure(
        "Retrieval",
        "Questions with a gold passage, and with an answer in any passage, among the first k.",
        charts.retrieval(points),
        _table(
            ("k", "Recall", "Answer recall"),
            [(f"{k:g}", percent(one, 1), percent(other, 1)) for k, one, other in points],
        ),
    )


def _latency(run: Mapping[str, Any]) -> Markup:
    stages = {
        name: {key: max(row[key], _LEAST_MILLISECONDS) for key in _PERCENTILES}
        for name, row in (run.get("latency_ms") or {}).items()
        if all(row.get(key) is not None for key in _PERCENTILES)
    }
    if not stages:
        return element("p", "Latency is left out: the run has no timings.", class_="absent")
    speeds = [
        f"{value:,.1f} {plain(key).lower()}"
        for key, value in (run.get("throughput") or {}).items()
        if value is not None
    ]
    memory = run.get("peak_memory_mib")
    told = ", ".join([*speeds, *([f"{memory:,.0f} MiB of memory at most"] if memory else [])])
    return _figure(
        "Latency",
        "Time by stage." + (f" {told[0].upper()}{told[1:]}." if told else ""),
        charts.latency(stages),
        _table(
            ("Stage", *(f"{key}, ms" for key in _PERCENTILES)),
            [(plain(name), *(f"{row[key]:,.2f}" for key in _PERCENTILES)) for name, row in stages.items()],
        ),
    )


def _curve(run: Mapping[str, Any], name: str) -> list[Any]:
    return [tuple(point) for point in (run.get("curves") or {}).get(name) or () if None not in point]


def _absent(what: str, run: Mapping[str, Any]) -> Markup:
    why = (
        "a retrieval run gives no answers"
        if run["kind"] == "retrieval"
        else "the answers of this run have no confidence"
    )
    return element("p", f"{what}: {why}.", class_="absent")


def _figure(title: str, caption: str, image: Markup, numbers: Markup) -> Markup:
    details = element("details", element("summary", "As a table"), numbers)
    return element("figure", element("h3", title), image, element("figcaption", caption), details)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Markup:
    columns = [element("th", name, scope="col", class_="n" if number else None) for number, name in enumerate(head)]
    body = [
        element("tr", element("th", row[0], scope="row"), *(element("td", cell, class_="n") for cell in row[1:]))
        for row in rows
    ]
    return element("table", element("thead", element("tr", *columns)), element("tbody", *body))
