"""A run as one HTML page that needs nothing else: no network, no fonts, no scripts but its own, and it opens from a folder.

    run.json -> page/summary, pictures, tables (what Python draws) + page/data (what the page's script lists) -> index.html

The page's policy allows only the style and the script that were written into it, by their hashes: text of an article can
neither run nor load anything. Imports nothing of ragqa but the errors and the parts of the page.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import Any

from ragqa.errors import SettingError, in_words
from ragqa.evaluation.page.data import page_data
from ragqa.evaluation.page.markup import Markup, element, join
from ragqa.evaluation.page.pictures import pictures
from ragqa.evaluation.page.summary import outcomes, summary
from ragqa.evaluation.page.tables import questions, settings, tables

__all__ = ["write_report"]

_FORMAT = 1
_KINDS = ("reader", "retrieval", "qa")


def write_report(run: Mapping[str, object], folder: Path) -> Path:
    """Write the page of a run, and return its path, ``folder/index.html``.

    Args:
        run: what ``run.json`` holds. Parts that it lacks are left out of the page with a line that says why.
        folder: made if missing. A page that is there is replaced as a whole.

    Raises:
        SettingError: it isn't a run of a form that this version knows, or the page can't be written.
    """
    _check(run)
    page = folder / "index.html"
    beside = folder / ".index.html.part"
    text = _page(run)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        beside.write_text(text, encoding="utf-8", newline="\n")
        beside.replace(page)
    except OSError as error:
        raise SettingError(
            f"the report can't be written to {folder}: {in_words(error)}; name a folder that can"
        ) from error
    return page


def _check(run: Mapping[str, object]) -> None:
    found = run.get("ragqa_run")
    if found != _FORMAT:
        raise SettingError(f"expected a run of form {_FORMAT} (ragqa_run), got {found!r}: make it with this ragqa eval")
    if run.get("kind") not in _KINDS:
        raise SettingError(
            f"expected a run of the kind {', '.join(_KINDS)}, got {run.get('kind')!r}: make it with ragqa eval"
        )
    if not isinstance(run.get("questions"), list):
        raise SettingError("the run holds no list of questions: make it with ragqa eval, and pass all of its run.json")


def _page(run: Mapping[str, Any]) -> str:
    parts = {
        "Summary": summary(run),
        "Outcomes": outcomes(run),
        "Pictures": pictures(run),
        "Tables": tables(run),
        "Questions": questions(run),
        "How this was made": settings(run),
    }
    anchors = {"How this was made": "settings"}
    links = [element("li", element("a", title, href=f"#{anchors.get(title, title.lower())}")) for title in parts]
    style, script = (_part(name) for name in ("page.css", "page.js"))
    return Template(_part("page.html")).substitute(
        title=join(str(run.get("name") or "Evaluation"), " · ragqa"),
        style=style,
        style_hash=_hash(style),
        script=script,
        script_hash=_hash(script),
        navigation=element("ul", *links),
        body=Markup("\n".join(parts.values())),
        data=page_data(run),
    )


def _part(name: str) -> str:
    return files("ragqa.evaluation.page").joinpath(name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    """Return the hash of an inline style or script as a Content-Security-Policy names it."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode('utf-8')).digest()).decode('ascii')}"
