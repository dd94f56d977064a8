"""Times of day in words and digits: "3:40 a.m.", "ten to five", "half past one", "shortly after 16:00".

English only: what isn't understood is not found. Imports nothing of ragqa but `patterns`.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

import regex

from ragqa.patterns import lazy_regex

__all__ = ["CLOCK", "MAY_BE_CLOCK", "Clock", "half_of", "is_same_time", "read_clock"]

Half = Literal["", "am", "pm"]

_HALF_DAY = 720
_OF_HOUR = 15  # "at 4 a.m." says the hour
_OF_WORDS = 4  # "ten to five" says five minutes
_HEDGED = 30

_HOURS = "one two three four five six seven eight nine ten eleven twelve".split()
_TWELVES = ("noon", "midday", "midnight")
_MINUTES = {"quarter": 15, "half": 30, "five": 5, "ten": 10, "twenty": 20, "twenty-five": 25}
_TAILS = {"thirty": 30, "fifteen": 15, "forty-five": 45}

_PART = lazy_regex(r"\b(?:morning|afternoon|evening|night)\b", regex.IGNORECASE)
_MERIDIEM = r"(?P<half>[ap])\.?\s?m\b\.?"
_NAMED_HOUR = "|".join(_HOURS)
_HOUR = rf"(?P<hour>{_NAMED_HOUR}|noon|midday|midnight|1[0-2]|[1-9])"
_STEPS = rf"quarter|half(?=\s+past)|twenty[-\s]five|twenty|ten|five|(?:[1-9]|[12][0-9]|{_NAMED_HOUR})\s+minutes"
_TO_HOUR = rf"(?P<words>{_STEPS})\s+(?P<way>past|after|to|before)\s+{_HOUR}\b"
_HEDGE = (
    r"(?P<hedge>(?:shortly|just|soon|not\s+long|about|around|roughly|approximately|some\s+time|nearly|almost|towards?|circa)\s+"
    r"(?:after\s+|before\s+|past\s+)?)"
)
# "Five to ten people" is no time.
_NO_NOUN = r"(?!-|\s+(?!(?:in\s+the|on|at|that|when|as|and|local)\b)\p{Ll})"
_PARTS = r"in\s+the\s+(?:(?:early|late|small|same)\s+)?(?P<part>morning|afternoon|evening)|at\s+(?P<part>night)"
_ZONE = r"(?P<zone>(?-i:GMT|UTC|BST|CES?T|EES?T|MSK|IST|[ECMP][SD]?T)\b|local\s+time\b)"
CLOCK = lazy_regex(
    rf"""{_HEDGE}?(?<![\w.,:$€£-])(?P<core>
        (?P<hours>[01]?[0-9]|2[0-3])(?P<colon>[:.])(?P<minutes>[0-5][0-9])(?![\d%:])(?:\s?{_MERIDIEM})?
      | (?P<hours>0[0-9]|1[0-9]|2[0-3])(?P<minutes>[0-5][0-9])(?=\s?(?-i:GMT|UTC)\b)
      | (?P<hours>0[0-9])(?P<minutes>[0-5][0-9])(?:\s?(?:hours|hrs)\b)
      | (?P<hours>1[0-2]|[1-9])\s?{_MERIDIEM}
      | (?<!\b(?:by|of|between|from|with)\s)(?:an?\s+)?{_TO_HOUR}(?:\s+o['’]?clock\b)?{_NO_NOUN}
      | {_HOUR}\s+o['’]?clock\b
      | (?P<hour>noon|midday|midnight)\b
      | (?<=\b(?:towards?|(?:shortly|just|soon)\s(?:after|before|past))\s){_HOUR}\b{_NO_NOUN}
      | (?P<hour>{_NAMED_HOUR})[-\s](?P<tail>thirty|fifteen|forty-five)\b{_NO_NOUN}
      | {_HOUR}(?=\s+(?:in\s+the\s+(?:morning|afternoon|evening)|at\s+night)\b)
    )(?:\s?{_ZONE})?(?:\s+(?:{_PARTS}))?""",
    regex.VERBOSE | regex.IGNORECASE,
)
"""A time of day, or what is written like one: `read_clock` tells."""
MAY_BE_CLOCK = lazy_regex(rf"\d|\b(?:an?|{_NAMED_HOUR}|{'|'.join(_TWELVES)}|quarter|half|twenty)\b", regex.IGNORECASE)
"""A word with which a time of day may begin: most answers have none, and needn't be searched for one."""
# A ratio, a verse, the time that a race took, or the count of a vote is written like a time of day.
_BEFORE_TIME = lazy_regex(
    r"(?<=\b(?:at|by|from|until|till|before|after|around|about|since|towards|past|to|of|o)\s|[-\u2013])"
)


class Clock(NamedTuple):
    """A time of day."""

    minute: int
    """Of the day, 0 to 1439, where its half is known, else of half a day, 0 to 719."""
    half: Half
    """Which half; empty where that isn't said."""
    slack: int
    """How many minutes off it may be, by the way it is put."""
    zone: str = ""
    """As it is written, in lower case; empty where none is."""


def read_clock(match: regex.Match[str], around: str = "") -> Clock | None:
    """Return the time of day that a match of `CLOCK` tells; None for a number that is none: "3.40" without "a.m.", a ratio.

    Args:
        match: of `CLOCK`.
        around: the words beside it that belong to it: "9.25 on Friday evening".

    >>> read_clock(CLOCK.search("at ten to five in the morning"))
    Clock(minute=290, half='am', slack=4, zone='')
    >>> read_clock(CLOCK.search("5.30pm")), read_clock(CLOCK.search("around 16:00 GMT")), read_clock(CLOCK.search("grew 3.40"))
    (Clock(minute=1050, half='pm', slack=0, zone=''), Clock(minute=960, half='pm', slack=30, zone='gmt'), None)
    """
    found = {name: value.casefold() for name, value in match.groupdict().items() if value}
    half = _half(found, around)
    if "hours" in found:
        hour, minute = int(found["hours"]), int(found.get("minutes", "0"))
        is_of_day = found.get("colon") != "." and (hour > 12 or found["hours"][0] == "0")
        is_told = bool(half) or is_of_day or _is_in_time(match, found)
        if not is_told:
            return None
        if not half and is_of_day:
            half = "pm" if hour >= 12 else "am"
        slack = 0 if "minutes" in found else _OF_HOUR
    else:
        name = found["hour"]
        minute, slack = _beside(found)
        hour = 12 if name in _TWELVES else _number(name)
        if name in _TWELVES:  # "ten to midnight" is of the half before it
            half = "pm" if (name == "midnight") == (minute < 0) else "am"
    slack = max(slack, _HEDGED) if "hedge" in found else slack
    of_half = (60 * hour + minute) % _HALF_DAY
    return Clock(of_half + _HALF_DAY * (half == "pm"), half, slack, " ".join(found.get("zone", "").split()))


def is_same_time(one: Clock, other: Clock) -> bool:
    """Return whether two times of day can be one: "4 a.m." and "4:10", not "4 a.m." and "4 p.m.", nor those of two zones.

    >>> is_same_time(Clock(230, "am", 0), Clock(290, "", 4)), is_same_time(Clock(0, "am", 15), Clock(1435, "pm", 0))
    (False, True)
    """
    if one.zone and other.zone and one.zone != other.zone:
        return False
    around = 2 * _HALF_DAY if one.half and other.half else _HALF_DAY
    off = (one.minute - other.minute) % around
    return min(off, around - off) <= max(one.slack, other.slack)


def half_of(words: str, hour: int = 12) -> Half:
    """Return the half of the day that some words name; which half a night is of depends on the hour.

    >>> half_of("on Wednesday morning"), half_of("at night", 10), half_of("at night", 2), half_of("on Wednesday")
    ('am', 'pm', 'am', '')
    """
    match = _PART.search(words)
    if match is None:
        return ""
    part = match.group().casefold()
    return "am" if part == "morning" or (part == "night" and not 5 <= hour < 12) else "pm"


def _is_in_time(match: regex.Match[str], found: dict[str, str]) -> bool:
    """Return whether what is written like a time stands where one would: "at 3:40"."""
    if "colon" not in found:
        return True
    is_placed = "hedge" in found or "zone" in found or _BEFORE_TIME.match(match.string, match.start("core")) is not None
    return found["colon"] == ":" and is_placed


def _half(found: dict[str, str], around: str) -> Half:
    if "half" in found:
        return "am" if found["half"] == "a" else "pm"
    told = found.get("hours") or found.get("hour", "")
    hour = int(told) if told.isdigit() else _HOURS.index(told) + 1 if told in _HOURS else 12
    return half_of(found.get("part", ""), hour) or half_of(around, hour)


def _beside(found: dict[str, str]) -> tuple[int, int]:
    """Return the minutes past the hour, below 0 before it, and how far off they may be."""
    if "tail" in found:
        return _TAILS[found["tail"]], _OF_WORDS
    if "words" not in found:
        return 0, _OF_HOUR
    words = " ".join(found["words"].split()).replace("twenty five", "twenty-five")
    is_exact = words.endswith(" minutes")
    minutes = _number(words.removesuffix(" minutes")) if is_exact else _MINUTES[words]
    return (minutes if found["way"] in ("past", "after") else -minutes), 0 if is_exact else _OF_WORDS


def _number(word: str) -> int:
    return int(word) if word.isdigit() else _HOURS.index(word) + 1
