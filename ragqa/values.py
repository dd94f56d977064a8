"""What a short answer says, apart from how it is put: the ground on which answers are compared.

`read` makes a `Value` of an answer where it stands, because the unit of "40,139" may follow behind it; `same` says whether two
answers say one thing. Figures are compared by amount, dates by the parts that both give, names by the last of them. Whatever is
not understood, in any language, is compared by `answer_key` alone. Imports no model and no storage.
"""

from __future__ import annotations

import unicodedata
from datetime import date
from fractions import Fraction
from typing import NamedTuple

import regex

from ragqa.clock import CLOCK, MAY_BE_CLOCK, Clock, half_of, is_same_time, read_clock
from ragqa.months import MONTH, MONTHS
from ragqa.patterns import lazy_regex
from ragqa.quantities import MAY_BE_QUANTITY, Quantity, quantities

__all__ = ["Value", "answer_key", "is_more_exact", "is_part_of_day", "read", "same"]

_ARTICLE = lazy_regex(r"^(?:the|an?)\s+")
_THOUSANDS = lazy_regex(r"(?<=\d)[,\uff0c'\u2019\u00a0\u202f](?=\d{3}(?!\d))")
_HEAD = lazy_regex(r"^[^\p{L}\p{M}\p{N}\p{Sc}%\u2030+\u2212-]++")
_TAIL = lazy_regex(r"(?<![^\p{L}\p{M}\p{N}\p{Sc}%\u2030\u00b0+#])[^\p{L}\p{M}\p{N}\p{Sc}%\u2030\u00b0+#]++$")
_BEFORE_PERCENT = lazy_regex(r"(?<=\d) (?=[%\u2030])")

_SHORT_MONTHS = [month[:3].lower() for month in MONTHS]
_DAYS = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_PARTS = (
    r"(?:overnight|early|mid|late|(?:beginning|start|middle|end)\s+of|morning|afternoon|evening|night|noon|midnight)"
)
_RELATIVE = r"(?:today|tonight|yesterday|tomorrow|(?:last|this|next)\s+(?:week|month|year|spring|summer|autumn|winter))"
# What stands beside these in a date, and says nothing else.
_DATE = lazy_regex(
    rf"""(?:
        (?P<relative>{_RELATIVE})\b
      | (?:on|in|at|by|until|since|from|before|after|of|the|a|last|this|next|year|about)\b
      | (?P<weekday>{_DAYS})\b
      | (?P<part>{_PARTS})(?![\w])
      | (?P<month>\b{MONTH}\.?)(?![\w])
      | (?P<year>(?<!\d)(?:1[5-9]|20)\d\d(?![\d]))
      | (?P<day>(?<!\d)(?:[12][0-9]|3[01]|0?[1-9])(?:st|nd|rd|th)?(?![\w:.,]*\d))
      | [\s,.-]++
    )++""",
    regex.VERBOSE | regex.IGNORECASE,
)
_BEFORE_FIGURE = lazy_regex(
    r"(?:(?:the|an?|total|of|at|least|most|more|fewer|less|no|than|over|under|up|to|as|many|much|about|around|some|roughly|nearly|almost"
    r"|approximately|estimated|an?other|only|just|further|all|within|every|for)\s+)*",
    regex.IGNORECASE,
)
_CAPITALISED = lazy_regex(r"\p{Lu}[\p{L}\p{M}.'’-]*")
_TITLES = frozenset(
    "mr mrs ms miss dr prof professor sir dame lord lady president prime minister secretary general gen col lt sgt sheikh king "
    "queen prince princess pope judge justice senator sen governor gov mayor chancellor premier bishop ambassador".split()
)
# Words that make another name of a name: North Korea is not Korea.
_APART = frozenset(
    "north south east west northern southern eastern western central new upper lower great little inner outer".split()
)
# "1800 people" is no year, unless it is one that a noun follows: "the 2019 elections", "in 2019 prices rose".
_COUNTED = lazy_regex(r"(?:1[5-9]|20)\d\d\s+(?:(?P<people>people|men|women|children)|\p{Ll}{3,}s)\b")
_OF_YEAR = lazy_regex(
    rf"(?:\b(?:the|an?|this|that|its|their|his|her|our|in|by|since|from|until|till|during|through|before|after|early|mid|late|spring|summer"
    rf"|autumn|winter|{MONTH}\.?)|['’]s|\d,?|[-–—])\s*$",
    regex.IGNORECASE,
)
_YEAR_ALONE = lazy_regex(r"(?<![\w.,:/-])(?:1[5-9]|20)\d\d(?![\w:/-]|[.,]\d)")
_ROUGH = Fraction(1, 5)
"""The most of its amount that the step of a round figure may be: "about 100" is 90 to 110, "more than 1,000" is 1,199 at most."""
_OPEN_END = 200
_SIGN = 12  # characters behind the first of a figure within which its number begins: "US$", "a hundred"
_BESIDE, _BEHIND = 24, 60  # characters before and behind an answer in which hedge and half of its time of day may stand


class Value(NamedTuple):
    """What an answer says."""

    kind: str
    """``figure``, ``date``, ``name`` or ``text``."""
    key: str
    """`answer_key` of its words."""
    figure: Quantity | None = None
    date: tuple[tuple[str, str], ...] = ()
    """The parts that are given, sorted: ``("day", "7"), ("month", "10")``; of "last week" its ``days``, where they are known."""
    clock: Clock | None = None
    """The time of day of a date, or alone."""
    names: tuple[str, ...] = ()
    """The words of a name in lower case, titles left out."""


def answer_key(text: str) -> str:
    """Return what two answers have in common when they say the same in the same words.

    Case, articles, edges, thousands separators and the space before a per cent sign don't count.

    >>> answer_key("The 40,139"), answer_key("40139."), answer_key("12 %"), answer_key("C++")
    ('40139', '40139', '12%', 'c++')
    """
    # Thousands first: NFKC makes a plain space of the narrow one that separates them.
    folded = unicodedata.normalize("NFKC", _THOUSANDS.sub("", text)).casefold()
    bare = _HEAD.sub("", _TAIL.sub("", " ".join(folded.split())))
    return _BEFORE_PERCENT.sub("", _ARTICLE.sub("", bare)) or text


def read(text: str, start: int, end: int, *, day: date | None = None) -> Value:
    """Return what the characters ``start`` to ``end`` of ``text`` say.

    Args:
        text: the sentence around an answer: its unit may stand behind it, its hedge before it.
        start: of the answer, in characters.
        end: of the answer, in characters, not included.
        day: what the words mean, where they are a relative date and that is known.
    """
    words = text[start:end]
    key = answer_key(words)
    clock, rest = _clock(text, start, end)
    if day:
        whole = (("day", str(day.day)), ("month", str(day.month)), ("year", str(day.year)))
        return Value("date", key, date=whole, clock=clock)
    parts = () if _is_count(text, start, end) else _date(rest)
    if parts or (clock and _DATE.fullmatch(f"at {rest}")):
        return Value("date", key, date=parts, clock=clock)
    if figure := _figure(text, start, end):
        return Value("figure", key, figure=figure)
    if names := _names(words):
        return Value("name", key, names=names)
    return Value("text", key)


def same(one: Value, other: Value) -> bool:
    """Return whether two answers say the same.

    A hedge doesn't count where the figures are equal: "at least 41" and "41" agree. A round figure that says so ("about 250", "more
    than 100", "1.2 million") agrees with the exact one that it stands for. A short name agrees with a longer one that ends in it, a
    date with one that gives more of it.
    """
    if one.figure and other.figure:
        return _same_figure(one.figure, other.figure)
    if one.key == other.key:
        return not _are_other_days(one, other)
    if one.kind == other.kind == "date":
        return _same_date(one, other)
    if one.kind == other.kind == "name":
        return _same_name(one.names, other.names)
    return False


def is_more_exact(one: Value, other: Value) -> bool:
    """Return whether ``one`` says more than ``other``, which says the same: an exact figure, a whole name, a whole date."""
    if one.figure and other.figure:
        return (one.figure.step, one.figure.hedge != "") < (other.figure.step, other.figure.hedge != "")
    return _exactness(one) > _exactness(other)


def _exactness(value: Value) -> tuple[int, bool, int, bool, int]:
    clock = value.clock
    of_clock = (clock is not None, -clock.slack if clock else 0, bool(clock and clock.half))
    return (len(value.names), *of_clock, len(value.date))


def _same_date(one: Value, other: Value) -> bool:
    """Return whether the parts that both dates give are equal; a time of day alone says it where only one names a day."""
    given, also = dict(one.date), dict(other.date)
    if one.clock and other.clock:
        if not is_same_time(one.clock, other.clock):
            return False
        given.pop("part", None)
        also.pop("part", None)
        if not (given and also):
            return True
    elif _are_of_other_halves(one, other) or _are_of_other_halves(other, one):
        return False
    common = given.keys() & also.keys()
    return bool(common) and "relative" not in common and all(given[part] == also[part] for part in common)


def _are_other_days(one: Value, other: Value) -> bool:
    """Return whether the same words mean two dates: "on Monday" in the reports of two weeks."""
    also = dict(other.date)
    return any(also.get(part, said) != said for part, said in one.date)


def _are_of_other_halves(one: Value, other: Value) -> bool:
    """Return whether one tells a time of day and the other names another part of the day: "6 p.m." and "Sunday morning"."""
    part = dict(other.date).get("part", "")
    half = half_of(part, one.clock.minute // 60 % 12 if one.clock else 12)
    return bool(one.clock and one.clock.half and half and one.clock.half != half)


def _same_figure(one: Quantity, other: Quantity) -> bool:
    if one.unit != other.unit:
        return False
    if one.amount == other.amount:
        return True
    rough, exact = (one, other) if one.step > other.step else (other, one)
    step = min(rough.step, abs(rough.amount) * _ROUGH)
    if step == 0 or rough.step == exact.step:
        return False
    if set(str(rough.step / exact.step)) - set("10/"):  # of two units: miles against kilometres
        return abs(rough.amount - exact.amount) * 2 < step
    steps = exact.amount / step
    down = (steps.numerator // steps.denominator) * step
    if rough.hedge == "at least":
        return rough.amount == down
    if rough.hedge == "at most":
        return rough.amount == (down if down == exact.amount else down + step)
    # "1.2 million" rounds by its form, "1,200" only where it says so.
    is_rounded = rough.hedge == "about" or rough.step >= 100_000
    return is_rounded and abs(rough.amount - exact.amount) * 2 <= step


def _same_name(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    short, long = sorted((one, other), key=len)
    rest = set(long) - set(short)
    return short[-1] == long[-1] and set(short) <= set(long) and not (rest & _APART)


def _figure(text: str, start: int, end: int) -> Quantity | None:
    """Return the one figure that an answer gives, with its unit and hedge from around it; None where it gives more or none."""
    if not MAY_BE_QUANTITY.search(text, start, end + _SIGN):
        return None
    first = max(0, start - _OPEN_END)
    inside = [
        own for own in quantities(text[first : end + _OPEN_END]) if own.start < end - first and own.end > start - first
    ]
    if len(inside) != 1:
        return None
    figure = inside[0]._replace(start=inside[0].start + first, end=inside[0].end + first)
    if figure.start < start:  # an answer that cuts a figure ("feet" of "41 feet") is not read as it
        return None
    return figure if _BEFORE_FIGURE.fullmatch(text, start, figure.start) else None


def _is_count(text: str, start: int, end: int) -> bool:
    """Return whether an answer that looks like a year counts something: "killed 1800 people", "more than 1900 homes"."""
    number = _YEAR_ALONE.search(text, start, end)
    counted = _COUNTED.match(text, number.start()) if number else None
    if number is None or counted is None:
        return False
    before = text[max(0, number.start() - _BESIDE) : number.start()]
    follows_word = before.rstrip()[-1:].isalpha()  # "2019 elections" may begin a sentence
    return (follows_word or counted["people"] is not None) and not _OF_YEAR.search(before)


def _clock(text: str, start: int, end: int) -> tuple[Clock | None, str]:
    """Return the time of day that an answer gives, and the rest of its words; None and all of them where it gives none or two.

    Its "a.m." may stand behind the answer, and its hedge before it.
    """
    words = text[start:end]
    if not MAY_BE_CLOCK.search(words):
        return None, words
    found = [
        own
        for own in CLOCK.finditer(text, max(0, start - _BESIDE), end + _BEHIND)
        if own.start("core") < end and start < own.end("core")
    ]
    if len(found) != 1 or found[0].start("core") < start:
        return None, words
    rest = f"{text[start : max(start, found[0].start())]} {text[found[0].end() : end]}".strip()
    clock = read_clock(found[0], rest)
    return (None, words) if clock is None else (clock, rest)


def _date(words: str) -> tuple[tuple[str, str], ...]:
    match = _DATE.fullmatch(words.strip())
    if not match or any(len(match.captures(name)) > 1 for name in match.groupdict()):  # "1939-1945" is two dates
        return ()
    parts = {name: " ".join(value.casefold().split()) for name, value in match.groupdict().items() if value}
    if "month" in parts:
        parts["month"] = str(_SHORT_MONTHS.index(parts["month"][:3]) + 1)
    if "day" in parts:
        parts["day"] = str(int(regex.sub(r"\D", "", parts["day"])))
        if "month" not in parts:
            return ()
    return tuple(sorted(parts.items())) if parts.keys() - {"part"} else ()


def is_part_of_day(words: str) -> bool:
    """Return whether words name a part of the day and no day.

    >>> [is_part_of_day(words) for words in ("in the morning", "on Monday morning", "in May")]
    [True, False, False]
    """
    match = _DATE.fullmatch(words.strip())
    return match is not None and {name for name, found in match.groupdict().items() if found} == {"part"}


def _names(words: str) -> tuple[str, ...]:
    """Return the words of the name that an answer ends in ("the retired bishop Philippa Crane"), titles left out."""
    tokens = words.split()
    tail: list[str] = []
    for token in reversed(tokens):
        if not _CAPITALISED.fullmatch(token.strip("“”\"'’,;")):
            break
        if token.isupper() and len(token) > 4:  # a dateline
            break
        tail.insert(0, token.strip("“”\"'’,;").casefold().removesuffix("'s").removesuffix("’s"))
    names = [name for name in tail if name.rstrip(".") not in _TITLES]
    described = tokens[: len(tokens) - len(tail)]
    is_described = all(token.islower() and token.isalpha() for token in described) and not (
        {"of", "in", "and", "by"} & set(described)
    )
    return tuple(names) if is_described else ()
