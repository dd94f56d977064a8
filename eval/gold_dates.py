"""Whether a date that a gold file gives for a relative date is what the words mean on the day of publication.

A second opinion, made from the words by rules of its own so that a slip of the labelling shows. Used by `check_gold` alone: the
rules know the forms that the gold set has, and refuse any other.

A day is ``2025-03-09``, a month ``2025-03``, a year ``2025``, a stretch of days ``2025-03-03/2025-03-09`` with both ends. Weeks
run from Monday to Sunday; early, mid and late are the 1st to the 10th, the 11th to the 20th, and the 21st to the end of a month.
"""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta

__all__ = ["fault_of_date"]

_DAYS = [name.lower() for name in calendar.day_name]
_MONTHS = [name.lower() for name in calendar.month_name]
_THIRDS = {"early": (1, 10), "mid": (11, 20), "late": (21, 31)}
_OFFSETS = {"yesterday": -1, "today": 0, "tomorrow": 1}
_STEPS = {"last": -1, "this": 0, "next": 1}


def fault_of_date(words: str, stated: str, published: date) -> str | None:
    """Return what is wrong with the date stated for ``words`` in an article published on a day, None where it is right.

    >>> fault_of_date("Sunday night", "2025-03-09", date(2025, 3, 10))
    >>> fault_of_date("yesterday", "2025-03-08", date(2025, 3, 10))
    "stated 2025-03-08, expected one of ['2025-03-09']"
    """
    allowed = _meanings(words.lower().replace("-", " "), published)
    if not allowed:
        return "no rule knows these words"
    return None if stated in allowed else f"stated {stated}, expected one of {allowed}"


def _meanings(words: str, published: date) -> list[str]:
    """Return the dates that words can mean; which of a past and a coming one it is, the tense of the sentence decides."""
    if words in _OFFSETS:
        return [str(published + timedelta(days=_OFFSETS[words]))]
    if found := re.search(rf"(?:(last|this|next) )?\b({'|'.join(_DAYS)})\b", words):
        return _weekdays(found[1], _DAYS.index(found[2]), published)
    if found := re.fullmatch(r"(last|this|next) (week|month|year)", words):
        return [_unit(found[2], _STEPS[found[1]], published)]
    if found := re.fullmatch(rf"(\d\d?) ({'|'.join(_MONTHS[1:])})", words):
        day, month = int(found[1]), _MONTHS.index(found[2])
        return [str(date(year, month, day)) for year in _years(published)]
    if found := re.fullmatch(rf"(early|mid|late) ({'|'.join(_MONTHS[1:])})", words):
        return [_stretch(year, _MONTHS.index(found[2]), *_THIRDS[found[1]]) for year in _years(published)]
    if words in _MONTHS[1:]:
        return [f"{year}-{_MONTHS.index(words):02}" for year in _years(published)]
    if words == "a year ago":
        return [f"{published.year - 1}-{published:%m-%d}"]
    if found := re.fullmatch(rf"first week of ({'|'.join(_MONTHS[1:])})", words):
        return [_stretch(year, _MONTHS.index(found[1]), 1, 7) for year in _years(published)]
    if found := re.fullmatch(rf"({'|'.join(_MONTHS[1:])}) of last year|last ({'|'.join(_MONTHS[1:])})", words):
        month = _MONTHS.index(found[1] or found[2])
        year = published.year - 1 if found[1] or month >= published.month else published.year
        return [f"{year}-{month:02}"]
    return []


def _weekdays(which: str | None, weekday: int, published: date) -> list[str]:
    """A plain weekday is the nearest on either side; with a word before it, that of last week, this week or next week."""
    monday = published - timedelta(days=published.weekday())
    if which:
        return [str(monday + timedelta(days=weekday + 7 * _STEPS[which]))]
    back = (published.weekday() - weekday) % 7
    return [str(published - timedelta(days=back)), str(published + timedelta(days=7 - back))]


def _unit(unit: str, step: int, published: date) -> str:
    if unit == "week":
        monday = published - timedelta(days=published.weekday() - 7 * step)
        return f"{monday}/{monday + timedelta(days=6)}"
    if unit == "year":
        return str(published.year + step)
    months = published.year * 12 + published.month - 1 + step
    return f"{months // 12}-{months % 12 + 1:02}"


def _years(published: date) -> tuple[int, ...]:
    """A month that has no year is the nearest one, before or after."""
    return published.year - 1, published.year, published.year + 1


def _stretch(year: int, month: int, first: int, last: int) -> str:
    return f"{date(year, month, first)}/{date(year, month, min(last, calendar.monthrange(year, month)[1]))}"
