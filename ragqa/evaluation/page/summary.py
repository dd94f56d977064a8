"""The top of a report: the figures of a run with their intervals, and what became of its questions.

Imports nothing of ragqa but the page's other parts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from ragqa.evaluation.page import charts
from ragqa.evaluation.page.axes import percent
from ragqa.evaluation.page.markup import Markup, element
from ragqa.evaluation.page.words import HEADLINES, causes, figure_meaning, figure_name, figure_text, plain

__all__ = ["outcomes", "summary"]

_KINDS = {
    "reader": "Reader: each question with its context given",
    "retrieval": "Retrieval: which passages come back",
    "qa": "Question answering: the whole way, from the question to the cited answer",
}
_CARDS = 4


def summary(run: Mapping[str, Any]) -> Markup:
    """Return the head of the page, and its figures: the main ones large, then all of them with their intervals."""
    gold = run.get("gold") or {}
    total, answerable = gold.get("questions", len(run["questions"])), gold.get("answerable")
    told = f"{total:,} questions" + (f", {answerable:,} with an answer" if answerable not in (None, total) else "")
    name = str(run.get("name") or gold.get("name") or "Evaluation")
    of = str(gold.get("name") or name)
    figures = run.get("figures") or {}
    return element(
        "section",
        element("p", _KINDS[run["kind"]], class_="kicker"),
        element("h1", name),
        element("p", told if of == name else f"{of} · {told}", class_="lead"),
        _cards(figures, run["kind"]),
        _figures(figures),
        id="summary",
    )


def outcomes(run: Mapping[str, Any]) -> Markup:
    """Return what became of the questions: one bar, and a key that leads into the list."""
    counts = Counter(row.get("cause") or "right" for row in run["questions"])
    total = max(counts.total(), 1)
    known = causes(run["kind"])
    told = {
        cause: known.get(cause, (plain(cause), ""))
        for cause in [*known, *sorted(set(counts) - set(known))]
        if counts[cause]
    }
    keys = [
        element(
            "li",
            element("span", class_=f"swatch {cause}", aria_hidden="true"),
            element(
                "div",
                element("a", name, href=f"#questions?{urlencode({'cause': cause}, errors='replace')}"),
                element("p", meaning),
            ),
            element(
                "div",
                element("b", f"{counts[cause]:,}"),
                element("span", percent(counts[cause] / total, 1), class_="share"),
                class_="number",
            ),
        )
        for cause, (name, meaning) in told.items()
    ]
    return element(
        "section",
        element("h2", "What became of the questions"),
        charts.stacked(
            [(cause, counts[cause] / total, f"{name}: {counts[cause]:,}") for cause, (name, _) in told.items()]
        ),
        element("ul", *keys, class_="outcomes"),
        id="outcomes",
    )


def _cards(figures: Mapping[str, Any], kind: str) -> Markup:
    chosen = [key for key in HEADLINES[kind] if (figures.get(key) or {}).get("value") is not None][:_CARDS]
    cards = []
    for key in chosen:
        figure = figures[key]
        value, unit = figure["value"], figure.get("unit") or ""
        cards.append(
            element(
                "div",
                element("dt", figure_name(key)),
                element(
                    "dd",
                    figure_text(value, "", 1) if not unit else f"{value:,.1f}",
                    element("small", unit),
                    class_="value",
                ),
                element("dd", charts.interval(value, figure.get("low"), figure.get("high"), end=_end(figure))),
                element("dd", _range(figure, 1, "95 % interval "), class_="range"),
                class_="card",
            )
        )
    return (
        element("dl", *cards, class_="cards") if cards else element("p", "The run holds no figures.", class_="absent")
    )


def _figures(figures: Mapping[str, Any]) -> Markup | None:
    if not figures:
        return None
    rows = [
        element(
            "tr",
            element("th", figure_name(key), element("small", figure_meaning(key)), scope="row"),
            element("td", figure_text(figure.get("value"), figure.get("unit") or ""), class_="n"),
            element("td", _range(figure, 2), class_="n range"),
            element(
                "td",
                None
                if figure.get("value") is None
                else charts.interval(figure["value"], figure.get("low"), figure.get("high"), end=_end(figure)),
                class_="wide",
            ),
        )
        for key, figure in figures.items()
    ]
    head = element(
        "tr",
        element("th", "Figure", scope="col"),
        element("th", "Value", scope="col", class_="n"),
        element("th", "95 % interval", scope="col", class_="n"),
        element("th", element("span", "Drawn", class_="hidden"), scope="col", class_="wide"),
    )
    body = element("table", element("thead", head), element("tbody", *rows), class_="figures")
    return element(
        "details", element("summary", f"All {len(figures)} figures, and what each says"), body, open=len(figures) <= 8
    )


def _range(figure: Mapping[str, Any], decimals: int, before: str = "") -> str:
    low, high, unit = figure.get("low"), figure.get("high"), figure.get("unit") or ""
    if low is None or high is None:
        return "no interval"
    digits = decimals if unit else 3
    return f"{before}{low:,.{digits}f} to {high:,.{digits}f}"


def _end(figure: Mapping[str, Any]) -> float:
    """Return the end of the line that a figure is drawn on: the largest value it can have, where there is one."""
    if figure.get("unit") == "%":
        return 100.0
    high = max(figure.get("high") or 0.0, figure["value"])
    return 1.0 if not figure.get("unit") and high <= 1.0 else 1.1 * high
