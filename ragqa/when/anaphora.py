"""Time words that lean on another date of the text: "the next day", "a week earlier", "the following Sunday".

They are resolved against the date that was named last, or for words that look back ("a day earlier, police said on Monday") against
one of the same sentence first. Without such a date they mean nothing that can be known. Imports nothing of ragqa but its
package and `patterns`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import NamedTuple

from ragqa.patterns import lazy_re
from ragqa.when.meanings import DAYS, number_of
from ragqa.when.periods import Period
from ragqa.when.phrases import DAY_NAMES, NUMBER, PART

__all__ = ["LEANING", "Leaning"]

_SIDES = {
    "earlier": -1, "before": -1, "previous": -1, "preceding": -1,
    "later": 1, "after": 1, "following": 1, "next": 1,
}  # fmt: skip
# What follows "the day before" where it names no event: "the day before the vote" is the day of another thing.
_END = r"(?=\s*(?:[.,;:)\u2014\u2013\"\u201d\u2019]|$|(?:and|but|when|in|at|on)\b))"
_COMPARED = lazy_re(r"\b(?:from|than|with|against)\s+$")
_UNIT = rf"(?P<unit>day|week|month|year|morning\b|evening\b|night\b|afternoon\b){PART}"


class Leaning(NamedTuple):
    """A pattern, and what its match means beside the date that it leans on."""

    pattern: re.Pattern[str]
    meaning: Callable[[re.Match[str], Period], Period | None]
    looks_back: bool


def _step(match: re.Match[str], anchor: Period) -> Period | None:
    groups = match.groupdict()
    count = number_of(groups["number"]) if groups.get("number") else 1
    step = count * _SIDES[match["side"].lower()]
    unit = groups.get("unit") or "day"
    is_compared = _COMPARED.search(match.string, max(0, match.start() - 12), match.start())
    if unit in ("month", "year") and anchor.first == anchor.last and is_compared:
        return None  # "prices rose 3 percent from a year earlier, the agency said on Monday": than those of an unnamed month
    if unit in ("month", "year"):
        whole = (
            Period.month(anchor.first.year, anchor.first.month + step)
            if unit == "month"
            else Period.year(anchor.first.year + step)
        )
        is_exact = anchor.first == anchor.last and groups.get("number")
        if is_exact and unit == "month":
            return whole.days(anchor.first.day, anchor.first.day)
        if is_exact:
            return Period.month(anchor.first.year + step, anchor.first.month).days(anchor.first.day, anchor.first.day)
        return whole
    if unit == "week" and not groups.get("number"):
        return Period.week(anchor.first, step)
    if anchor.first != anchor.last:
        return None  # a day beside a month or a year is not known
    return Period.day(anchor.first + timedelta(days=step * (7 if unit == "week" else 1)))


def _same(match: re.Match[str], anchor: Period) -> Period | None:
    """That day is the date itself; that week, month or year the one that it lies in."""
    if match["unit"] == "week":
        return Period.week(anchor.first)
    if match["unit"] == "month":
        return Period.month(anchor.first.year, anchor.first.month)
    if match["unit"] == "year":
        return Period.year(anchor.first.year)
    return anchor if anchor.first == anchor.last else None


def _weekday(match: re.Match[str], anchor: Period) -> Period | None:
    if anchor.first != anchor.last:
        return None
    side, wanted = _SIDES[match["side"].lower()], DAYS.index(match["day"])
    if side < 0:
        return Period.day(anchor.first - timedelta(days=(anchor.first.weekday() - wanted - 1) % 7 + 1))
    return Period.day(anchor.first + timedelta(days=(wanted - anchor.first.weekday() - 1) % 7 + 1))


def _leaning(
    pattern: str, meaning: Callable[[re.Match[str], Period], Period | None], *, looks_back: bool = False
) -> Leaning:
    return Leaning(lazy_re(rf"(?<![\w-])(?:{pattern})(?!\w|-\w)"), meaning, looks_back)


LEANING = (
    _leaning(rf"{NUMBER}\s+(?P<unit>day|week|month|year)s?\s+(?P<side>earlier|before)(?!\s+than){_END}", _step, looks_back=True),
    _leaning(rf"{NUMBER}\s+(?P<unit>day|week|month|year)s?\s+(?P<side>later|after)(?!\s+than){_END}", _step),
    _leaning(rf"[Tt]he\s+(?P<unit>day|week|month|year|night|evening)\s+(?P<side>before){_END}", _step, looks_back=True),
    _leaning(rf"[Tt]he\s+(?P<unit>day|week|month|year)\s+(?P<side>after){_END}", _step),
    _leaning(rf"[Tt]he\s+(?P<side>previous|preceding)\s+{_UNIT}", _step, looks_back=True),
    _leaning(rf"[Tt]he\s+(?P<side>following|next)\s+{_UNIT}", _step),
    _leaning(rf"(?:[Tt]he\s+same|[Tt]hat)\s+{_UNIT}", _same),
    _leaning(rf"[Tt]he\s+(?P<side>previous|preceding)\s+(?P<day>{DAY_NAMES}){PART}", _weekday, looks_back=True),
    _leaning(rf"[Tt]he\s+(?P<side>following|next)\s+(?P<day>{DAY_NAMES}){PART}", _weekday),
)  # fmt: skip
"""Rules in the order in which they are tried."""
