"""What the page's script needs of a run, as JSON that can stand inside an HTML file. Imports nothing of ragqa but the page's words.

A passage comes back for many questions: its text is written once and named by its place in a list. That keeps the page of 12,000
questions with ten passages each within what a browser opens at once.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from typing import Any

from ragqa.evaluation.page.words import REASONS, causes

__all__ = ["page_data"]

# "<" could end the script element or open a comment; the two line ends were no part of JavaScript's strings; half a surrogate pair
# can't be written in UTF-8.
_UNSAFE = re.compile("[<>&\u2028\u2029\ud800-\udfff]")
_QUESTION = (
    "id question gold question_type answer_type answer_length source "
    "prediction score confidence abstained reason exact_match f1 cause"
).split()
_ANSWER = "text confidence score article_id start end sentence sentence_start".split()


def page_data(run: Mapping[str, Any]) -> str:
    """Return the questions of a run for the page, as JSON without any character that means something to HTML.

    The form: ``{"kind", "causes", "reasons", "passages": [[article_id, start, text], ...], "questions"}``; causes and reasons
    are the words for each key. A question has the fields of the run's, but for those that are null, false or an empty list; its
    ``passages`` are ``[place in the list above, rank, score, 1 if gold]``.
    """
    places: dict[tuple[str, int, str], int] = {}
    questions = [_question(row, places) for row in run["questions"]]
    data = {
        "kind": run["kind"],
        "causes": {key: name for key, (name, _) in causes(run["kind"]).items()},
        "reasons": REASONS,
        "passages": list(places),
        "questions": questions,
    }
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _question(row: Mapping[str, Any], places: dict[tuple[str, int, str], int]) -> dict[str, Any]:
    question = _filled(row, _QUESTION)
    answers = [_filled(answer, _ANSWER) for answer in row.get("answers") or ()]
    passages = [
        [
            places.setdefault((passage["article_id"], passage["start"], passage["text"]), len(places)),
            passage["rank"],
            _number(passage.get("score")),
            1 if passage.get("is_gold") else 0,
        ]
        for passage in row.get("passages") or ()
    ]
    return question | {name: rows for name, rows in (("answers", answers), ("passages", passages)) if rows}


def _filled(row: Mapping[str, Any], names: list[str]) -> dict[str, Any]:
    """Return the named fields that say something (0 does, false and null don't), figures rounded to what a page shows."""
    values = {name: _number(row.get(name)) for name in names}
    return {name: value for name, value in values.items() if value is not None and value is not False and value != []}


def _number(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 4) if math.isfinite(value) else None
    return value
