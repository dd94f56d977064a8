"""What the time words of `phrases` mean: a function for each kind, from its match and what stands around it.

A function that can't know says None. Imports nothing of ragqa but its package, `months` and `patterns`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import NamedTuple

from ragqa.months import MONTHS
from ragqa.patterns import lazy_re
from ragqa.when.periods import Period, Tense, nearest

__all__ = [
    "DAYS",
    "Context",
    "away",
    "beyond",
    "counted_from",
    "day_of_month",
    "deictic",
    "fixed_day",
    "month_of",
    "number_of",
    "plain_month",
    "plain_weekday",
    "relative_unit",
    "stage",
    "third",
    "week_of_month",
    "weekday_of_week",
    "weekend",
]

DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
_NUMBERS = {
    word: number
    for number, word in enumerate("one two three four five six seven eight nine ten eleven twelve".split(), start=1)
} | {"a": 1, "an": 1}
_STEPS = {"last": -1, "this": 0, "next": 1}
_FIXED = {
    "christmas eve": (12, 24), "christmas day": (12, 25), "boxing day": (12, 26), "new year's eve": (12, 31),
    "new year's day": (1, 1), "valentine's day": (2, 14),
}  # fmt: skip


class Context(NamedTuple):
    """What a rule knows besides its words."""

    published: date
    preposition: str
    """Of the time word, in lower case, if it has one."""
    tense: Tense
    after: str
    """What stands behind the time word in its sentence, as far as it is looked at."""


def number_of(word: str) -> int:
    """Return the number that a word or figure of `NUMBER` says."""
    return int(word) if word.isdecimal() else _NUMBERS[word.lower()]


def _month_number(name: str) -> int:
    return next(number for number, month in enumerate(MONTHS, start=1) if month[:3] == name[:3])


def _dated(match: re.Match[str], context: Context, of_year: Callable[[int], Period]) -> Period | None:
    """Return a yearly date in the year that its words name, or in the one that is meant."""
    groups = match.groupdict()
    if groups.get("year"):
        return of_year(int(groups["year"]))
    if groups.get("which_year"):
        return of_year(context.published.year + _STEPS[groups["which_year"].lower()])
    which = (groups.get("which") or "").lower()
    this_month = (context.published.year, context.published.month)
    if which == "this":
        return of_year(context.published.year)
    if which:  # "last March" is not this March, even in March
        year = context.published.year
        is_earlier = (of_year(year).first.year, of_year(year).first.month) < this_month
        is_later = (of_year(year).first.year, of_year(year).first.month) > this_month
        return of_year(year - (which == "last" and not is_earlier) + (which == "next" and not is_later))
    return nearest(of_year, context.published, context.tense)


def day_of_month(match: re.Match[str], context: Context) -> Period | None:
    """Return "27 October", "3 to 5 March", "Friday, 14 February"."""
    month = _month_number(match["month"])
    first, last = int(match["day"]), int(match["until"] or match["day"])
    if not 1 <= first <= last <= 31 or _names_event(match, context, month, first):
        return None
    weekday = match["weekday"]

    def of_year(year: int) -> Period:
        period = Period(date(year, month, first), date(year, month, last))
        if weekday and DAYS[period.first.weekday()] != weekday and not match["year"]:
            raise ValueError(f"{period.first} is no {weekday}")
        return period

    return _dated(match, context, of_year)


# "The Jan. 6 riot", "the October 7 Hamas-led attack", but "on Oct. 7 attacks killed 12": the day is a part of a name.
_EVENT = lazy_re(
    r"\s+(?:[\w'\u2019-]+\s+){0,2}?(?:attacks?|riots?|massacres?|insurrection|revolution|uprising|movement|coup|pact|agreement|accords?|"
    r"bombings?|plot|hijackings?)\b"
)
_IN_THE_NEWS = timedelta(weeks=6)
_SINCE = {(9, 11): 2001, (1, 6): 2021, (10, 7): 2023}  # days whose names mean those of these years ever since


def _names_event(match: re.Match[str], context: Context, month: int, day: int) -> bool:
    """Whether a day without a year is a part of an event's name, which may be of any year unless it has just been in the news."""
    text, published = match.string, context.published
    is_timed = text.endswith(("on ", "On "), 0, match.start())
    if match["year"] or match["which_year"] or is_timed or not _EVENT.match(context.after):
        return False
    is_of_old = _SINCE.get((month, day), published.year) < published.year
    return is_of_old or not timedelta(0) <= published - date(published.year, month, day) <= _IN_THE_NEWS


def month_of(match: re.Match[str], context: Context) -> Period | None:
    """Return the month that the groups of `_MONTHREF` name."""
    if match["unit"]:
        if not match["which"]:
            return None
        return Period.month(context.published.year, context.published.month + _STEPS[match["which"].lower()])
    month = _month_number(match["month"])
    return _dated(match, context, lambda year: Period.month(year, month))


def _some_of_month(match: re.Match[str], context: Context, days: tuple[int, int]) -> Period | None:
    """Return some days of a month; the tense is judged of these days, not of the month."""
    if match["month"] and not (match["which"] or match["year"] or match["which_year"]):
        month = _month_number(match["month"])
        return nearest(lambda year: Period.month(year, month).days(*days), context.published, context.tense)
    whole = month_of(match, context)
    return whole and whole.days(*days)


def third(match: re.Match[str], context: Context) -> Period | None:
    """Return the early, middle or late days of a month."""
    return _some_of_month(match, context, {"e": (1, 10), "m": (11, 20), "l": (21, -1)}[match["third"][0].lower()])


def stage(match: re.Match[str], context: Context) -> Period | None:
    """Return the beginning, middle, end or half of a month."""
    stage = match["stage"].lower()
    if stage in ("end", "close") and context.preposition in ("by", "until", "till", "before"):
        return _some_of_month(match, context, (-1, -1))  # a limit is the last day
    if stage.endswith("half"):
        return _some_of_month(match, context, (1, 15) if stage.startswith("first") else (16, -1))
    return _some_of_month(
        match, context, (21, -1) if stage in ("end", "close") else (11, 20) if stage == "middle" else (1, 10)
    )


def week_of_month(match: re.Match[str], context: Context) -> Period | None:
    """Return the first, second, third, fourth or last seven days of a month."""
    number = {"first": 0, "second": 1, "third": 2, "fourth": 3}.get(match["which_week"].lower())
    return _some_of_month(match, context, (-7, -1) if number is None else (7 * number + 1, 7 * number + 7))


_SURE_MONTH_BEFORE = lazy_re(r"(?:\b(?:[Ii]n|[Ss]ince|[Uu]ntil|[Tt]ill|[Dd]uring|[Tt]hroughout|[Tt]hrough))\s+$")
_MONTH_BEFORE = lazy_re(r"\b(?:[Bb]y|[Ff]rom|[Bb]efore|[Aa]fter|of|to|for|between|and|[Ll]ast|[Tt]his|[Nn]ext)\s+$")

_NAME_OR_FIGURE = lazy_re(r"\s+(?:[A-Z]\w|\d)")
_BY_SOMEBODY = lazy_re(r"(?:ed|en|wn)\s+by\s+$")


def plain_month(match: re.Match[str], context: Context) -> Period | None:
    """Return a month; alone it counts only behind a preposition: May, April, June, August and March are names and verbs too."""
    text, start = match.string, match.start()
    if match["unit"] and text.endswith("the ", 0, start):
        return None  # "the last month" is as long as one, and may be any
    if not (match["which"] or match["which_year"] or match["year"]):
        sure = _SURE_MONTH_BEFORE.search(text, max(0, start - 12), start)
        followed_by_name = _NAME_OR_FIGURE.match(context.after) is not None
        if not sure and (followed_by_name or not _MONTH_BEFORE.search(text, max(0, start - 12), start)):
            return None
        if re.match(r"[A-Z][a-z]{2}$", match["month"]) and match["month"] != "May":
            return None  # "Jan" and "Mar" without a day or a stop are names
        if _BY_SOMEBODY.search(text, max(0, start - 20), start):
            return None  # "was criticised by May"
    return month_of(match, context)


def _week(published: date, step: int) -> Period:
    """Return the week ``step`` from this one; on a Sunday last week is the one that is ending, from the Sunday before."""
    if step < 0 and published.weekday() == 6:
        sunday = published + timedelta(days=7 * step)
        return Period(sunday, sunday + timedelta(days=6))
    return Period.week(published, step)


def relative_unit(match: re.Match[str], context: Context) -> Period | None:
    """Return last, this or next week, year or weekend."""
    step, day = _STEPS[match["which"].lower()], context.published
    if match["unit"] == "week":
        return _week(day, step)
    if match["unit"] == "year":
        return Period.year(day.year + step)
    return Period.week(day, step).days(6, 7)


def beyond(match: re.Match[str], context: Context) -> Period | None:
    """Return the week before last, the year after next."""
    step, day = (-2 if match["side"] == "before" else 2), context.published
    if match["unit"] == "week":
        return _week(day, step)
    return Period.year(day.year + step) if match["unit"] == "year" else Period.month(day.year, day.month + step)


def weekend(_: re.Match[str], context: Context) -> Period | None:
    """Return the past or the coming weekend; None where the sentence doesn't say, for it may be any ("I drive at the weekend")."""
    if not context.tense:
        return None
    this = Period.week(context.published).days(6, 7)
    if context.tense > 0 or this.first <= context.published:
        return this
    return Period.week(context.published, -1).days(6, 7)


# Habits, and days that lean on another date.
_NOT_PLAIN = lazy_re(
    r"\b(?:previous|preceding|following|[Tt]hat|[Ee]very|[Ee]ach|[Aa]ny|[Aa]n?|[Oo]n\s+an?\s+\w+|[Oo]ne|[Mm]ost|[Ss]ome|[Aa]lternate|other"
    r"|first|second|third|fourth|last)\s+$"
)
_NAMED = lazy_re(r"\b(?:Black|Good|Bloody|Ash|Easter|Palm|Super|Giving|Cyber|Maundy|Holy|Shrove|Whit)\s+$")
_CAPITALISED = lazy_re(r"\b[A-Z][a-z]+\s+$")


def plain_weekday(match: re.Match[str], context: Context) -> Period | None:
    """Return the day of publication or the nearest before it; the coming one where the sentence looks ahead."""
    text, start = match.string, match.start()
    head = text[max(0, start - 16) : start]
    if _NOT_PLAIN.search(head) or _NAMED.search(head):
        return None
    # "In the Sunday Mirror", "the Friday before Christmas"; but "on Monday Israel said".
    if re.search(r"\b[Tt]he\s+$", head) and re.match(r"\s+(?:[A-Z]|before\b|after\b)|\s+after,", context.after):
        return None
    if _CAPITALISED.search(head) and not context.preposition and re.match(r"\s+[A-Z]", context.after):
        return None
    wanted = DAYS.index(match["day"])
    back = (context.published.weekday() - wanted) % 7
    return Period.day(context.published + timedelta(days=-back % 7 if context.tense > 0 else -back))


def weekday_of_week(match: re.Match[str], context: Context) -> Period | None:
    """Return the weekday of last, this or next week, or the past or coming one; "this Monday" is not past where it looks ahead."""
    which = " ".join(match["which"].lower().split())
    wanted = DAYS.index(match["day"])
    if which in ("past", "this past"):
        return Period.day(context.published - timedelta(days=(context.published.weekday() - wanted - 1) % 7 + 1))
    if which in ("coming", "this coming"):
        return Period.day(context.published + timedelta(days=(wanted - context.published.weekday() - 1) % 7 + 1))
    week = _week(context.published, _STEPS[which])
    day = week.first + timedelta(days=(wanted - week.first.weekday()) % 7)
    is_over = which == "this" and context.tense > 0 and day < context.published
    return Period.day(day + timedelta(days=7 if is_over else 0))


_DURATION = lazy_re(r"\b(?:for|lasts?|takes?|over|within|the|another|every|than)\s+$", re.IGNORECASE)


def counted_from(match: re.Match[str], context: Context) -> Period | None:
    """Return the day that lies a week or more after the coming weekday: "a week from Friday", "Friday week".

    "For two weeks from Monday" and "waited a week from Friday" are stretches that begin on the day.
    """
    groups = match.groupdict()
    is_stretch = context.tense < 0 or _DURATION.search(match.string, max(0, match.start() - 12), match.start())
    if groups.get("number") and is_stretch:
        return None
    days = number_of(groups.get("number") or "a") * {"week": 7, "fortnight": 14}[match["unit"]]
    if weekday := groups.get("day"):
        days += (DAYS.index(weekday) - context.published.weekday()) % 7
    else:
        days += match["deictic"].lower() == "tomorrow"
    return Period.day(context.published + timedelta(days=days))


def deictic(_: re.Match[str], context: Context, *, days: int) -> Period | None:
    """Return the day that lies ``days`` from that of publication."""
    return Period.day(context.published + timedelta(days=days))


_VAGUE = lazy_re(
    r"\b(?:more than|less than|over|under|at least|up to|within|or|to|nearly|almost|about|around|roughly|approximately|some|barely"
    r"|half)\s+$",
    re.IGNORECASE,
)


def away(match: re.Match[str], context: Context, *, sign: int) -> Period | None:
    """Return two days ago, in a week's time: one unit is counted to the day, several weeks, months or years only to the unit.

    "Nearly a year ago" and "about a month ago" may be any day.
    """
    if _VAGUE.search(match.string, max(0, match.start() - 20), match.start()):
        return None
    count, day = sign * number_of(match["number"]), context.published
    unit = match["unit"].lower()
    if unit == "fortnight":
        return Period.day(day + timedelta(days=14 * count))
    if unit == "day" or (unit == "week" and abs(count) == 1):
        return Period.day(day + timedelta(days=count * (7 if unit == "week" else 1)))
    if unit == "week":
        return Period.week(day, count)
    whole = Period.month(day.year, day.month + count) if unit == "month" else Period.year(day.year + count)
    if abs(count) > 1:
        return whole
    month = Period.month(day.year, day.month + count * (12 if unit == "year" else 1))
    return month.days(day.day, day.day)


def fixed_day(match: re.Match[str], context: Context) -> Period | None:
    """Return a day that has a name, such as New Year's Eve."""
    month, day = _FIXED[match["name"].lower().replace("\u2019", "'")]
    return _dated(match, context, lambda year: Period.day(date(year, month, day)))
