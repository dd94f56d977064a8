"""The figures of an article, each with what it measures: the words beside it, what is counted, what befell it, and how.

    "killing at least 34 people and driving 210,000 from their homes"      34 persons, kill; 210,000, displace

Names are kept apart from the other words: they say which matter it is, and not what is measured. English only.
"""

from __future__ import annotations

from bisect import bisect_right
from functools import lru_cache
from typing import Literal, NamedTuple

import regex

from ragqa.corrections import is_withdrawn
from ragqa.months import MONTH_AS_NAME
from ragqa.patterns import lazy_regex
from ragqa.quantities import Quantity, quantities
from ragqa.rivals.stems import BEFALLING, in_order, names_in, stems_of
from ragqa.sentences import sentence_spans

__all__ = ["PERSON", "Figure", "Role", "counted_behind", "figure_at", "figures"]

PERSON = "person"
_BESIDE = 8
_REACH = 80
"""How many characters before a figure are searched for a month, or for "another"."""
_SAID = lazy_regex(r"\b(?:said|says|according\s+to|told|reported|announced)\b")
# "The earthquake of 1939, which killed"; other years in a sentence may be those of anything.
_YEAR = lazy_regex(r"\b(?:of|in)\s+((?:1[5-9]|20)\d\d),?\s+(?:which|that|when|where|who|(?!during\b)\p{Ll}{2,}ing)\b")
_MONTH_BEFORE = lazy_regex(
    rf"(?P<alone>\b(?:in\s+(?:early\s+|late\s+|mid-?\s*)?|\d\d?(?:st|nd|rd|th)?\s+))?\b{MONTH_AS_NAME}\.?\s+$",
    regex.IGNORECASE,
)
_MONTH_AFTER = lazy_regex(rf"\s+(?:of\s+)?{MONTH_AS_NAME}\b", regex.IGNORECASE)
_DAY = lazy_regex(r"(?:[12]?\d|3[01])")
_YEAR_WRITTEN = lazy_regex(r"(?:1[5-9]|20)\d\d")
_COUNTED_YEAR = lazy_regex(r"(?:1[5-9]|20)\d\d\s+(?:people|men|women|children|\p{Ll}{3,}s)\b")
_WITHIN_YEAR = lazy_regex(r"\b(?:an?|by|during|from|in|its|of|since|the|until)\s+$", regex.IGNORECASE)
_NUMBER = (
    r"(?:\d|(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty|sixty|hundred)\b)"
)
_PART = lazy_regex(
    r"(?:\s+(?:more|others|each|further))?\s+of\s+"
    rf"(?:(?P<all>them|us|these|those)\b|the\b|(?:its|their|his|her)\s+(?:own\s+)?(?={_NUMBER}))"
)
_ALL_BEFORE = lazy_regex(
    r"(?:\bthere\s+(?:were|are|was|is)|(?<!\bnot\s)\ball)\s+"
    r"(?:(?:only|just|about|around|some|nearly|almost|at\s+least|more\s+than)\s+)*$",
    regex.IGNORECASE,
)
_MORE_AFTER = lazy_regex(r"\s+(?:more|further|additional)\b")
_MORE_BEFORE = lazy_regex(r"\b(?:another|a\s+further|an\s+additional)\s+$", regex.IGNORECASE)
_RATE = lazy_regex(
    r"(?:\s+of\s+\p{Ll}+|\s+\p{Ll}+s)?\s+(?:an?\s+(?:hour|day|night|week|month|year)\b(?!\s+(?:after|before|later|earlier|ago))"
    r"|(?:per|each|every|for\s+each|for\s+every)\s+\p{Ll}+\b|(?:each|apiece|daily|weekly|monthly|yearly|annually)\b)"
    r"|\s+an?\s+(?:head|piece|person|\p{Ll}+)(?=[\s.,;]|$)(?!\s+(?:after|before|later|earlier|ago))"
)
_CAUSE = lazy_regex(r"\b(?:of|from|by)\s+(?:their|his|her|its)?\s*(?:injuries|wounds)\b", regex.IGNORECASE)
_COUNTED = lazy_regex(r"(?:[\s-]+(\p{Ll}[\p{Ll}'’-]+)){1,3}+")
_PERSONS = frozenset(
    """people person persons man men woman women child children boy boys girl girls baby babies adult adults victims deaths bodies
    lives casualties fatalities dead names workers employees miners soldiers troops civilians fighters patients passengers
    residents villagers inhabitants citizens students pupils teachers pilgrims worshippers protesters demonstrators marchers
    refugees migrants hostages captives prisoners detainees officers policemen firefighters rescuers fans spectators visitors
    tourists guests voters members doctors nurses farmers survivors relatives sailors fishermen journalists guardians others
    suspects players participants supporters customers users subscribers jobs posts souls travellers travelers holidaymakers
    commuters burglars robbers thieves attackers gunmen pensioners savers creditors tenants homeowners activists volunteers
    applicants recruits drivers crew clients strikers skiers hikers climbers walkers swimmers bathers dancers singers infants
    toddlers newborns schoolchildren monks nuns priests listeners viewers investors shareholders donors candidates delegates
    lawmakers senators ministers judges lawyers investigators surveyors engineers scientists researchers helpers peacekeepers
    rebels militants insurgents cadets""".split()
)
_BEFALLING_NOUNS = frozenset("deaths fatalities injuries arrests".split())
# "It has claimed at least four lives"
_LOST = lazy_regex(
    r"\b(?:claim(?:s|ed|ing)?|costs?|costing|lost|loses?|losing|takes?|took|taken|taking)\s+(?:(?:the|another|some|nearly|about|almost|over"
    r"|at\s+least|as\s+many\s+as|more\s+than|up\s+to|an\s+estimated)\s+)?$"
)
# One word more may stand before the noun, "412 confirmed deaths", but none of "412 without injuries".
_NEXT = lazy_regex(
    r"\s+(?!(?:after|amid|and|but|by|despite|for|from|in|of|on|or|with|without)\b)(\p{Ll}+)(?:\s+(\p{Ll}+))?"
)
_CLAUSE_BEFORE = lazy_regex(r"(?!\s*(?i:of|among|amongst)\b)[^,]*,\s+(?:and\s+|but\s+)?")
_VERB_BEHIND = lazy_regex(r"(?:\s+\p{Ll}+){0,2}\s+(?:are|became|become|fell|have|had|is|was|were)\b")
_NO_COUNTED = frozenset(
    "as was is has its his hers theirs this us yes perhaps across besides towards always cases".split()
)

# Nouns that are counted for one another.
_ONE_NOUN = {
    word: line.split()[0]
    for line in (
        "homes households houses dwellings",
        "companies firms businesses",
        "cars vehicles",
        "ships boats vessels",
        "trees oaks pines",
        "hens birds chickens",
        "artworks paintings works",
    )
    for word in line.split()
}

Role = Literal["", "part", "more"]


class Figure(NamedTuple):
    """A figure where it stands in an article, with the words that say what it measures."""

    start: int
    """Characters of the article."""
    end: int
    value: Quantity
    beside: frozenset[str]
    """Stems of the words beside it, up to the next figure on each side, without names."""
    around: frozenset[str]
    """Stems of its sentence, without names."""
    named: frozenset[str]
    """Names of its sentence, as stems."""
    counted: str = ""
    """What is counted where that is a plural noun, "person" for all that name people; else empty."""
    befell: str = ""
    """What befell those that are counted ("kill", "wound"), where a word beside it says so."""
    years: frozenset[int] = frozenset()
    """The years of events that its sentence tells of."""
    is_rate: bool = False
    """Whether it is so much a day, a head or each."""
    role: Role = ""
    """``part`` of something else that was counted ("six of the miners"), ``more`` to be added to it ("seven more people")."""


@lru_cache(maxsize=256)
def figures(text: str, *, title: str | None = None) -> tuple[Figure, ...]:
    """Return the figures of an article in order, without those that a correction withdraws, and without years.

    The work grows with the length of the article, whatever the length of its sentences.

    Args:
        text: of the article.
        title: of the article, which tells its headline from a notice.
    """
    names = names_in(text)
    found: list[Figure] = []
    for start, end in sentence_spans(text):
        sentence = text[start:end]
        own = [quantity for quantity in quantities(sentence) if not _is_of_date(quantity, sentence)]
        if not own:
            continue
        years = frozenset(int(match[1]) for match in _YEAR.finditer(sentence))
        around = frozenset(in_order(sentence, but=names))
        named = stems_of(sentence) - around
        for number, quantity in enumerate(own):
            if is_withdrawn(text, start + quantity.start, start + quantity.end, title=title):
                continue
            before = sentence[own[number - 1].end if number else 0 : quantity.start]
            after = sentence[quantity.end : own[number + 1].start if number + 1 < len(own) else end]
            after = _SAID.split(after, maxsplit=1)[0]  # who says so is not what it measures
            left, right = in_order(before, but=names)[-_BESIDE:], in_order(after, but=names)[:_BESIDE]
            counted = "" if quantity.unit else counted_behind(sentence, quantity.end)
            befell = _befell(before, after) if not quantity.unit and counted in ("", PERSON) else ""
            role = _role(sentence, quantity)
            befell_before = {own.befell for own in found} - {""} if role == "more" and befell else set()
            if befell_before and befell not in befell_before:
                role = ""  # "killed 17 people. Another 29 were wounded" counts all of the wounded
            found.append(
                Figure(
                    start + quantity.start,
                    start + quantity.end,
                    quantity,
                    beside=frozenset([*left, *right]),
                    around=around,
                    named=named,
                    counted=counted,
                    befell=befell,
                    years=years,
                    is_rate=_RATE.match(sentence, quantity.end) is not None,
                    role=role,
                )
            )
    return tuple(found)


def figure_at(text: str, start: int, end: int, *, title: str | None = None) -> Figure | None:
    """Return the one figure within the characters ``start`` to ``end``, or None; ``title`` is that of the article."""
    known = figures(text, title=title)
    first = bisect_right(known, start, key=lambda own: own.end)
    inside = [own for own in known[first : first + 2] if own.start < end]
    return inside[0] if len(inside) == 1 else None


def counted_behind(sentence: str, end: int) -> str:
    """Return the plural noun behind a figure, which others may stand before: "129 confirmed deaths", "17 infected farms"."""
    match = _COUNTED.match(sentence, end)
    for word in match.captures(1) if match else ():
        if word in _PERSONS:
            return PERSON
        if word in _NO_COUNTED or not stems_of(word):
            return ""
        if word.endswith("s") and not word.endswith("ss"):
            return _ONE_NOUN.get(word, word)
    return ""


def _befell(before: str, after: str) -> str:
    """Return what befell those that are counted, as the nearest word says; "412 deaths", whatever else the sentence tells.

    Another noun behind ("412 victims") says so where no other word does. What stands before a semicolon is of another clause, and
    so it is before the comma of "five people died, 33 were made ill", where a verb with a word of it follows.
    """
    before, after = (_CAUSE.sub(" ", words) for words in (before, after))
    behind = _NEXT.match(after)
    for word in filter(None, behind.groups()) if behind else ():
        if word in _BEFALLING_NOUNS or (word == "lives" and _LOST.search(before)):
            return in_order(word)[0]
    before = before.rpartition(";")[2]
    if _CLAUSE_BEFORE.fullmatch(before) and (verb := _VERB_BEHIND.match(after)):
        own = [
            stem
            for _, word, stem in _befalling(regex.split(r"[,;]", after[verb.end() :], maxsplit=1)[0])
            if word not in _PERSONS
        ]
        if own:
            return own[0]
    near = [(False, place, True, stem) for place, _, stem in _befalling(before, backwards=True)]
    near += [(word in _PERSONS, place, False, stem) for place, word, stem in _befalling(after)]
    return min(near)[3] if near else ""


def _befalling(text: str, *, backwards: bool = False) -> list[tuple[int, str, str]]:
    """Return the words of what befalls people that stand near in a text: their places, from 0 on, words and stems."""
    words = regex.findall(r"[\p{L}'’-]+", text)
    near = (words[::-1] if backwards else words)[: 2 * _BESIDE]
    found = ((place, word.lower(), next(iter(in_order(word)), "")) for place, word in enumerate(near))
    return [own for own in found if own[2] in BEFALLING]


def _role(sentence: str, quantity: Quantity) -> Role:
    part = _PART.match(sentence, quantity.end)
    # "There were three of them" counts all.
    is_all = part and part["all"] and _ALL_BEFORE.search(sentence, max(0, quantity.start - _REACH), quantity.start)
    if not quantity.unit and part and not is_all:
        return "part"
    is_more = _MORE_AFTER.match(sentence, quantity.end) or _MORE_BEFORE.search(
        sentence, max(0, quantity.start - _REACH), quantity.start
    )
    return "more" if is_more else ""


def _is_of_date(quantity: Quantity, sentence: str) -> bool:
    """Return whether a figure is a year, or the day beside a month: in "In October 7 people fled" it is neither."""
    if quantity.unit or quantity.hedge:
        return False
    written, near = sentence[quantity.start : quantity.end], (max(0, quantity.start - _REACH), quantity.start)
    month = _MONTH_BEFORE.search(sentence, *near)
    if _YEAR_WRITTEN.fullmatch(written):
        is_counted = _COUNTED_YEAR.match(sentence, quantity.start)
        return bool(month or not is_counted or (quantity.amount % 100 and _WITHIN_YEAR.search(sentence, *near)))
    if not _DAY.fullmatch(written):
        return False
    return _MONTH_AFTER.match(sentence, quantity.end) is not None or (month is not None and not month["alone"])
