"""Published dates: what people and feeds write, to a ``date`` or a ``datetime``.

Used where articles are loaded. A date that can be read in two ways is refused, not guessed: a citation with the wrong day is
worse than an article that is reported. Imports nothing of ragqa but its errors, `months` and `patterns`.
"""

from __future__ import annotations

import math
import re
from datetime import UTC, date, datetime, timedelta, timezone

from ragqa.errors import ArticleError
from ragqa.months import MONTHS
from ragqa.patterns import lazy_re

__all__ = ["parse_published"]

# Outside these years a date is a typing error (0024) or a program's way to say "none" (0001-01-01, 9999-12-31).
_YEARS = range(1600, 2200)

# Numbers are seconds or milliseconds since 1970: of March 1973 or later, so that 2024 and 20240819 are not among them.
_SECONDS = (1e8, 1e10)
_MILLISECONDS = (1e11, 1e13)

_ZONES = {
    "z": 0,
    "ut": 0,
    "utc": 0,
    "gmt": 0,
    "edt": -4,
    "est": -5,
    "cdt": -5,
    "cst": -6,
    "mdt": -6,
    "mst": -7,
    "pdt": -7,
    "pst": -8,
}

_WEEKDAY = r"(?:(?:mon|tue(?:s)?|wed(?:nes)?|thu(?:r(?:s)?)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?\s+)?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_MONTH = r"(?P<month>[a-z]{3,9})\.?"
_CLOCK = r"(?P<hour>\d{1,2})[:.](?P<minute>\d\d)(?:[:.](?P<second>\d\d)(?:[.,](?P<fraction>\d{1,9}))?)?"
_BASIC_CLOCK = r"(?P<hour>\d\d)(?P<minute>\d\d)(?P<second>\d\d)?"
_HALF = r"(?:\s*(?P<half>[ap])\.?m\.?)?"
_ZONE = r"(?:\s*(?P<zone>[a-z]{1,4}|[+\-\u2212]\d\d(?::?\d\d)?))?(?:\s*\([a-z ]+\))?"
_THEN = r"(?:\s*[,|\u2013\u2014-]?\s*(?:at\s+)?"


def _pattern(day: str, clock: str) -> re.Pattern[str]:
    return lazy_re(day + clock, re.ASCII | re.IGNORECASE)


_WORDS = _THEN + r"\b" + _CLOCK + _HALF + _ZONE + ")?"
_FORMS = (
    _pattern(
        r"(?P<year>\d{4})(?P<sep>[-/.])(?P<month>\d{1,2})(?P=sep)(?P<day>\d{1,2})",
        r"(?:(?:t|,?\s+)" + _CLOCK + _HALF + _ZONE + ")?",
    ),
    _pattern(r"(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)", "(?:t" + _BASIC_CLOCK + _ZONE + ")?"),
    _pattern(_WEEKDAY + _DAY + r"(?:\s+of)?[\s-]+" + _MONTH + r",?[\s-]+(?P<year>\d{4})", _WORDS),
    _pattern(_WEEKDAY + _MONTH + r"\s+" + _DAY + r",?\s+(?P<year>\d{4})", _WORDS),
)
_NUMBER = lazy_re(r"\d{9,10}(?:\.\d+)?|\d{12,13}", re.ASCII)
_ALL_NUMBERS = lazy_re(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d\d)(?!\d).*", re.ASCII | re.DOTALL)
_NO_DAY = lazy_re(r"\d{4}([-/.]\d{1,2})?|\d{4}-?w\d\d|[a-z]{3,9}\.?,? \d{4}", re.ASCII | re.IGNORECASE)
_LONGEST = 100


def parse_published(value: object) -> date | datetime:
    """Read the date, or date and time, at which an article was published.

    Read are dates and datetimes, ISO 8601 (also ``20240819``, ``2024/8/19``), RFC 2822 as in feeds, "19 August 2024",
    "Aug. 19, 2024", each with or without a time, and numbers: seconds or milliseconds since 1970 in UTC. Names of months are
    English. A date without a time stays a date; a time without a zone stays without.

    Args:
        value: a string, a number, a date or a datetime.

    Returns:
        A date where no time of day is given, else a datetime, with a zone where one is given.

    Raises:
        ArticleError: nothing of the kind, a day that doesn't exist, a year outside 1600 to 2199, a date without a day
            (``2024-08``), or one that can be read in two ways (``03/04/2024``).

    Source:
        RFC 2822, section 3.3; ISO 8601.

    >>> parse_published("Aug. 19, 2024")
    datetime.date(2024, 8, 19)
    >>> parse_published("Mon, 19 Aug 2024 14:30:00 GMT").isoformat()
    '2024-08-19T14:30:00+00:00'
    """
    if isinstance(value, date):
        return _plausible(value, value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _from_number(value, value)
    if not isinstance(value, str):
        raise _unreadable(value, "which is neither text nor a number")
    text = " ".join(value.split())
    if len(text) > _LONGEST:
        raise _unreadable(value, "which is too long for one")
    if _NUMBER.fullmatch(text):
        return _from_number(float(text), value)
    for form in _FORMS:
        if found := form.fullmatch(text):
            return _plausible(_from_match(found, value), value)
    raise _unreadable(value, _why(text))


def _from_number(number: float, value: object) -> datetime:
    if _SECONDS[0] <= number < _SECONDS[1]:
        seconds = number
    elif _MILLISECONDS[0] <= number < _MILLISECONDS[1]:
        seconds = number / 1000
    else:
        raise _unreadable(
            value, "which is neither seconds nor milliseconds since 1970" if math.isfinite(number) else ""
        )
    # fromtimestamp fails on some systems far from 1970; the sum does not.
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=round(seconds * 1_000_000))


def _from_match(found: re.Match[str], value: object) -> date | datetime:
    """Return what the groups of one of the forms say."""
    parts = found.groupdict()
    try:
        day = date(int(parts["year"]), _month(parts["month"]), int(parts["day"]))
        if parts["hour"] is None:
            return day
        zone = _zone(parts["zone"])
        hour = _hour(int(parts["hour"]), parts.get("half"))
        microsecond = int((parts.get("fraction") or "0").ljust(6, "0")[:6])
        return datetime(
            day.year, day.month, day.day, hour, int(parts["minute"]), int(parts["second"] or 0), microsecond, zone
        )
    except ValueError as error:
        raise _unreadable(value, f"but {error}") from error


def _month(name: str) -> int:
    if name.isdecimal():
        return int(name)
    lower = name.lower()
    for number, month in enumerate(map(str.lower, MONTHS), start=1):
        if lower in (month, month[:3]) or (lower == "sept" and number == 9):
            return number
    raise ValueError(f"{name} is no English month")


def _hour(hour: int, half: str | None) -> int:
    if half is None:
        return hour
    if not 1 <= hour <= 12:
        raise ValueError(f"there is no hour {hour} before or after noon")
    return hour % 12 + (12 if half.lower() == "p" else 0)


def _zone(name: str | None) -> timezone | None:
    if name is None:
        return None
    if name[0].isalpha():
        if name.lower() not in _ZONES:
            raise ValueError(f"the time zone {name} is not the same everywhere: write it as an offset such as +02:00")
        offset = timedelta(hours=_ZONES[name.lower()])
    else:
        digits = name[1:].replace(":", "").ljust(4, "0")
        offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:])) * (1 if name[0] == "+" else -1)
    return timezone(offset) if offset else UTC


def _plausible(found: date, value: object) -> date:
    if found.year not in _YEARS:
        raise _unreadable(value, f"but no article is of the year {found.year}")
    return found


def _why(text: str) -> str:
    if found := _ALL_NUMBERS.fullmatch(text):
        first, _, second, year = found.groups()
        year = year if len(year) == 4 else f"20{year}"
        days = [(int(month), int(day)) for month, day in ((second, first), (first, second)) if 1 <= int(month) <= 12]
        choices = " or ".join(dict.fromkeys(f"{year}-{month:02}-{day:02}" for month, day in days))
        return f"in which day and month can be exchanged: write {choices}" if choices else ""
    return "which names no day" if _NO_DAY.fullmatch(text) else ""


def _unreadable(value: object, why: str) -> ArticleError:
    shown = repr(value) if len(repr(value)) <= _LONGEST else f"{repr(value)[:_LONGEST]}..."
    reason = f", {why}" if why else ""
    return ArticleError(f"expected a date in ISO 8601, such as 2024-08-19 or 2024-08-19T14:30:00Z, got {shown}{reason}")
