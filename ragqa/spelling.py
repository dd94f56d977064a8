"""A question in a passage's own spelling of a date: "October 7" is asked as "Oct. 7" of a passage that writes it so.

A small reader takes the two for two days. Only the copy of the question that the reader reads is changed. English; imports nothing
of ragqa but the months and `patterns`.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import regex

from ragqa.months import MONTH_AS_NAME
from ragqa.patterns import lazy_regex

__all__ = ["as_spelt_in"]

_MONTH = rf"(?P<month>{MONTH_AS_NAME}\b\.?)"
_DAY = r"(?<![\d.,])(?P<day>[12]\d|3[01]|0?[1-9])(?:st|nd|rd|th)?\b(?![.,]?\d)"
_DATE = lazy_regex(rf"\b{_MONTH}\s+(?:the\s+)?{_DAY}|{_DAY}\s+(?:of\s+)?{_MONTH}", regex.IGNORECASE)


def as_spelt_in(question: str, text: str) -> str:
    """Return the question with the days that it names spelt as in ``text``, where they stand in it, spelt otherwise.

    >>> as_spelt_in("Who was killed on October 7?", "The Oct. 7 incursion killed 1,198 people.")
    'Who was killed on Oct. 7?'
    >>> as_spelt_in("Who was killed on October 7?", "It happened on October 8.")
    'Who was killed on October 7?'
    """
    asked = list(_days(question))
    if not asked:
        return question
    written = _written(text)
    for day, start, end in reversed(asked):
        spelling = written.get(day)
        if spelling is not None and question[start:end] not in spelling:
            question = question[:start] + spelling[0] + question[end:]
    return question


@lru_cache(maxsize=4096)  # passages are asked about again
def _written(text: str) -> dict[tuple[str, int], list[str]]:
    found: dict[tuple[str, int], list[str]] = {}
    for day, start, end in _days(text):
        found.setdefault(day, []).append(text[start:end])
    return found


def _days(text: str) -> Iterator[tuple[tuple[str, int], int, int]]:
    for match in _DATE.finditer(text):
        yield (match["month"].lower()[:3], int(match["day"])), match.start(), match.end()
