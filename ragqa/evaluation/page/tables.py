"""The lower part of a report: its tables, the frame of its list of questions, and how the run was made.

Where a run has nothing for a part, the part is one line that says why. Imports nothing of ragqa but the page's other parts.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from ragqa.evaluation.page.axes import percent
from ragqa.evaluation.page.markup import Markup, element, join
from ragqa.evaluation.page.words import TABLES, plain

__all__ = ["questions", "settings", "tables"]

_SHOWN_ROWS = 12
_COLUMNS = {"questions": "Questions", "exact_match": "Exact match", "f1": "F1", "abstained": "Abstained"}


def tables(run: Mapping[str, Any]) -> Markup:
    """Return the tables by type of question, type of answer, length and source."""
    found = run.get("tables") or {}
    parts = []
    for key in [*TABLES, *sorted(set(found) - set(TABLES))]:
        title = TABLES.get(key, f"By {plain(key).lower()}")
        rows = found.get(key) or {}
        if rows:
            parts.append(element("div", element("h3", title), _breakdown(key, title, rows), class_="breakdown"))
        else:
            parts.append(element("p", f"{title}: left out, the gold set doesn't say.", class_="absent"))
    return element("section", element("h2", "Tables"), element("div", *parts, class_="tables"), id="tables")


def questions(run: Mapping[str, Any]) -> Markup:
    """Return the frame of the list of questions, which the script fills from the page's data."""
    if not run["questions"]:
        return element(
            "section",
            element("h2", "Questions"),
            element("p", "The run holds no question.", class_="absent"),
            id="questions",
        )
    return element(
        "section",
        element("h2", "Questions"),
        element(
            "noscript",
            element("p", "The list needs JavaScript, which is switched off; run.json holds the same.", class_="absent"),
        ),
        element("div", id="browser"),
        id="questions",
    )


def settings(run: Mapping[str, Any]) -> Markup:
    """Return how the run was made: settings, versions, fingerprints, the gold file and its hash, speed and memory."""
    measured = {**(run.get("throughput") or {}), "peak_memory_mib": run.get("peak_memory_mib")}
    groups = {
        "Settings": run.get("settings"),
        "Versions": run.get("versions"),
        "Fingerprints": run.get("fingerprints"),
        "Gold set": run.get("gold"),
        "Speed and memory": {name: value for name, value in measured.items() if value is not None},
    }
    parts = [
        element("div", element("h3", title), _pairs(pairs), class_="group")
        if pairs
        else element("p", f"{title}: the run doesn't say.", class_="absent")
        for title, pairs in groups.items()
    ]
    return element(
        "section", element("h2", "How this was made"), element("div", *parts, class_="groups"), id="settings"
    )


def _breakdown(key: str, title: str, rows: Mapping[str, Mapping[str, Any]]) -> Markup:
    columns = [name for name in _COLUMNS if any(row.get(name) is not None for row in rows.values())]
    head = element(
        "tr",
        element("th", element("span", title.removeprefix("By "), class_="hidden"), scope="col"),
        *(element("th", _COLUMNS[name], scope="col", class_="n") for name in columns),
    )
    lines = [
        element(
            "tr",
            element(
                "th",
                element(
                    "a", str(label).replace("_", " "), href=f"#questions?{urlencode({key: label}, errors='replace')}"
                ),
                scope="row",
            ),
            *(_cell(name, row.get(name), row.get("questions")) for name in columns),
        )
        for label, row in rows.items()
    ]
    table = element("table", element("thead", head), element("tbody", *lines[:_SHOWN_ROWS]))
    if len(lines) <= _SHOWN_ROWS:
        return table
    rest = element("table", element("thead", head), element("tbody", *lines[_SHOWN_ROWS:]))
    return join(table, element("details", element("summary", f"{len(lines) - _SHOWN_ROWS:,} more"), rest))


def _cell(name: str, value: Any, total: Any) -> Markup:
    if value is None:
        return element("td", "–", class_="n")
    if name == "f1":
        return element("td", _bar(value / 100), f"{value:.1f}", class_="n")
    if name == "abstained":
        return element("td", percent(value / total) if total else "–", class_="n")
    return element("td", f"{value:,}" if name == "questions" else f"{value:.1f}", class_="n")


def _bar(share: float) -> Markup:
    return element(
        "svg",
        element("rect", class_="rail", width="100%", height=4),
        element("rect", class_="fill", width=f"{100 * share:.1f}%", height=4),
        class_="bar",
        aria_hidden="true",
    )


def _pairs(pairs: Mapping[str, Any]) -> Markup:
    """Return names, as the run has them, with their values."""
    rows = [join(element("dt", str(name)), element("dd", _value(value))) for name, value in pairs.items()]
    return element("dl", *(element("div", row) for row in rows))


def _value(value: Any) -> str:
    if value is None:
        return "not set"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:,.4g}" if abs(value) < 1000 else f"{value:,.0f}"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
