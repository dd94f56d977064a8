"""What a later report says of an earlier figure or date: that it has changed, and what it is now.

    "raised from 10,000 to 150,000 euros", "91,400, up from the 38,000 first announced"
    "originally December 31, has been moved to March 31", "fixed for June 14 ... put back to October 3"

Such a report gives both values, so that a reader that is asked for one may take the old one. English only. Imports no model.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import NamedTuple

import regex

from ragqa.patterns import lazy_regex
from ragqa.rivals.measured import figures
from ragqa.sentences import sentence_spans
from ragqa.when import Found, dates_in

__all__ = ["Revision", "revisions"]

_REACH = 200
"""How many characters may stand between the two values."""
_BEFORE = 70
_LONGEST = 2_000
"""In how long a sentence dates are looked for, in characters: a longer one is a table."""
_NO_DAY = date(2000, 1, 1)

_HEDGE = (
    r"(?:(?:the|an?|its|some|about|around|only|just|nearly|almost|at\s+least|more\s+than|over|up\s+to|an?\s+estimated"
    r"|earlier|early|late|initial|original|previous|much-\p{Ll}+|(?:count|estimate|figure|number|tally|toll)\s+of)\s+)*"
)
_RAISED = (
    r"(?:rais\w+|increas\w+|lift\w+|cut|lower\w*|reduc\w+|revis\w+|correct\w+|chang\w+|upped|ris\w+|rose|climb\w+|gr(?:ew|own?|owing)"
    r"|g(?:one|oes|oing)\s+up|went\s+(?:up|down)|f(?:ell|all(?:s|en|ing)?)|drop(?:s|ped|ping)?|doubl\w+|tripl\w+|swell\w*|swollen|shr\w+)"
)
_MOVED = (
    r"(?:mov(?:ed|ing)|shift\w+|(?:put|pushed|set)(?:\s+it)?\s+(?:back|off)|postpon\w+|delay\w+|brought\s+forward|exten\w+|prolong\w+|chang\w+"
    r"|revis\w+)"
)
_FIRST = (
    r"(?:(?:at\s+)?first|originally|initially|previously|earlier|until\s+(?:now|then)|(?:had|was|were|been)\s+(?:\p{Ll}+\s+)?(?:due|planned|fixed|set"
    r"|scheduled|expected|promised|to\s+(?:have|be))|should\s+have|fixed\s+for|planned\s+for|scheduled\s+for|promised\s+for)"
)
_NOW = r"(?:now|stands?|will|has\s+been|have\s+been|was|were|is|are|instead|new|did\s+not|later|since)"
_NEW_FIRST = (
    # "91,400, up from the 38,000"; "a duty of 12 per cent, down from 25 per cent"; "11,700, from 4,300"
    lazy_regex(rf"^[^.;]{{0,90}}?\b(?:up|down|revised|raised|cut|lowered|increased|reduced)\s+from\s+{_HEDGE}$"),
    lazy_regex(rf"^\s*,\s+from\s+{_HEDGE}$"),
    # "October 3 instead of June 14", "66 and not 67"
    lazy_regex(rf"^[^.;\d]{{0,40}}?\b(?:instead\s+of|rather\s+than|and\s+not|not|replacing)\s+{_HEDGE}$"),
)  # fmt: skip
# What is said first must be said to be: "nine lives, against the five reported", "double the 1.6 million named at the time"
_AGAINST = lazy_regex(
    r"^[^.;\d]{0,40}?\b(?:against|compared\s+(?:with|to)|from|than|double|twice|(?:two|three|four)\s+times)"
    rf"\s+{_HEDGE}$"
)
_TO = {"date": rf"(?:to|until|till|for|on|by)\s+{_HEDGE}$", "": rf"(?:to|at)\s+{_HEDGE}$"}
# "from 10,000 to 150,000", with a verb of change before it
_RANGE = {kind: lazy_regex(rf"^[^.;\d]{{0,30}}?\b{to}") for kind, to in _TO.items()}
# "a much-mocked 10,000 in November, was raised last month to 150,000"
_CHANGE = {
    kind: lazy_regex(rf"\b{verbs}\b[^.;\d]{{0,40}}?\b{_TO[kind]}") for kind, verbs in (("date", _MOVED), ("", _RAISED))
}
# What has changed is then another thing: "30 people were hurt and the toll rose to 12", "On March 3 the court put it off to June 5"
_OTHER = {
    "": lazy_regex(
        r"\b(?:after|and|as|but|when|where|while|with)\s+(?:an?|her|his|its|more|other|some|that|the|their|these|this|those|\p{Lu}\p{L}*)\b"
        rf".*\b{_RAISED}\b"
    ),
    "date": lazy_regex(
        rf"\b(?:an?|he|her|his|its|it|she|that|the|their|they|we)\b.*\b{_MOVED}\b"
        rf"|^\s+(?:\p{{L}}+\s+)?{_MOVED}\s+(?:an?|her|his|its|it|the|their)\b"
    ),
}
_OPENS = lazy_regex(r"\s*(?:(?:At|By|Early|Earlier|In|Late|On|Since)\s+)*")
# "originally December 31 ... has been moved to March 31"
_NOW_BEFORE = lazy_regex(rf"\b{_NOW}\b[^.\d]{{0,60}}$")
_SAID_FIRST = lazy_regex(
    r"^[^.;\d]{0,12}?\b(?:first\s+\p{Ll}+|at\s+first|initially|originally|earlier|previously|(?:named|given|reported|announced|thought|said|feared|put)"
    r"\s+(?:at\s+(?:the\s+time|first)|earlier|before|on\s+the|in\s+the|the\s+(?:morning|day)))\b"
)
_FIRST_BEFORE = lazy_regex(rf"\b{_FIRST}\b[^.;\d]{{0,50}}$")
# "lowered to 97 on Friday, from the 115 that"
_TO_BEFORE = lazy_regex(rf"\b(?:{_RAISED}|{_MOVED})\b[^.;]{{0,50}}?\bto\s+{_HEDGE}$", regex.IGNORECASE)
_FROM_BEFORE = lazy_regex(rf"\b(?:{_RAISED}|{_MOVED})\b[^.;]{{0,50}}?\bfrom\s+{_HEDGE}$", regex.IGNORECASE)


class Revision(NamedTuple):
    """Two values in a report by their characters, half-open: what was said before, and what is said now."""

    old: tuple[int, int]
    new: tuple[int, int]


class _Place(NamedTuple):
    start: int
    end: int
    measure: str


@lru_cache(maxsize=256)
def revisions(text: str, *, title: str | None = None) -> tuple[Revision, ...]:
    """Return what a report says has changed: figures of one unit, or dates, in one sentence or the next.

    Args:
        text: of the article.
        title: of the article, which tells its headline from a notice.

    >>> text = "The hearing, fixed for June 14, was put back to October 3."
    >>> [(text[slice(*own.old)], text[slice(*own.new)]) for own in revisions(text)]
    [('June 14', 'October 3')]
    """
    sentences = sentence_spans(text)
    begins = [start for start, _ in sentences]
    counted = [
        _Place(own.start, own.end, own.value.unit or "count") for own in figures(text, title=title) if not own.is_rate
    ]
    days: list[Found] = []
    for start, end in sentences:  # one by one: each date is held against all others that are looked for with it
        if end - start <= _LONGEST:
            days += dates_in(text, _NO_DAY, start=start, end=end, earlier=days)
    dated = [_Place(own.start, own.end, "date") for own in days]
    return tuple(sorted(_revised(text, counted, begins) + _revised(text, dated, begins)))


def _revised(text: str, places: Sequence[_Place], sentences: Sequence[int]) -> list[Revision]:
    """Return the revisions among places in order; a value is revised by the first that revises it.

    ``sentences`` are the characters where they begin.
    """
    found: dict[tuple[int, int], Revision] = {}
    for at, one in enumerate(places):
        for other in places[at + 1 : at + 4]:
            if other.measure != one.measure or other.start - one.end > _REACH or "\n" in text[one.end : other.start]:
                continue
            own = _direction(text, one, other, sentences[bisect_right(sentences, one.start) - 1])
            if own is not None:
                found.setdefault(own.old, own)
    return list(found.values())


def _direction(text: str, one: _Place, other: _Place, begin: int) -> Revision | None:
    """Return which of two values, one after the other, replaces which; None where neither does."""
    first, second = (one.start, one.end), (other.start, other.end)
    between = text[one.end : other.start]
    before, after = text[max(begin, one.start - _BEFORE) : one.start], text[other.end : other.end + _BEFORE]
    if any(pattern.search(between) for pattern in _NEW_FIRST):
        return Revision(old=second, new=first)
    is_told_first = _SAID_FIRST.search(after) or _TO_BEFORE.search(before)
    if _AGAINST.search(between) and is_told_first:
        return Revision(old=second, new=first)
    kind = "date" if one.measure == "date" else ""
    is_first = _FIRST_BEFORE.search(before) or _SAID_FIRST.search(between)
    is_range = _RANGE[kind].search(between) and _FROM_BEFORE.search(before)
    is_change = _CHANGE[kind].search(between) and (is_first or not _is_of_other(text, one, between, begin, kind))
    if is_range or is_change or (is_first and _NOW_BEFORE.search(between)):
        return Revision(old=first, new=second)
    return None


def _is_of_other(text: str, one: _Place, between: str, begin: int, kind: str) -> bool:
    """Return whether it is something else that has changed, or the first date is the day on which it was said or done."""
    is_opening = kind == "date" and _OPENS.fullmatch(text, begin, one.start) and not between.startswith(("'", "’"))
    return bool(is_opening or _OTHER[kind].search(between))
