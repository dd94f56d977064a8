"""What a question asks for beside a kind (see `ragqa.wanted`): who holds a post, what is left of a whole, a unit. English only."""

from __future__ import annotations

import regex

from ragqa.patterns import lazy_regex
from ragqa.quantities import MONEY
from ragqa.rivals.measured import PERSON, Figure, counted_behind
from ragqa.rivals.stems import BEFALLING, stems_of
from ragqa.rivals.succession import POST

__all__ = [
    "asks_for_another",
    "asks_for_holder",
    "asks_for_rest",
    "is_whole",
    "seems_to_ask_for_others",
    "units_asked",
]

# "suing the president"; "a friend of the mayor"
_NO_VERB = r"(?!(?:(?:also|now|still|\p{Ll}+ly)\s+)?(?!(?:acting|founding|managing|sitting)\b)(?-i:\p{Ll}{2,}ing)\b)"
_BEFORE_POST = r"(?:(?!(?:about|against|at|behind|by|for|from|in|of|on|to|with)\b)[\p{L}\p{M}'’-]+\s+)"
_HOLDER = lazy_regex(
    rf"^\s*who(?:\s+(?:is|will\s+be)|['’]s)\s+(?:(?:now\s+|still\s+)?in\s+charge|{_NO_VERB}{_BEFORE_POST}{{0,5}}?{POST})\b(?!['’]s?\s)"
    r"|^\s*who\s+(?:now\s+)?(?:heads|leads|runs|chairs|manages|coaches|captains|governs|directs|owns|edits|commands|presides)\b",
    regex.IGNORECASE,
)
_REST = lazy_regex(
    r"\bhow\s+many\b.*\b(?:still|left|remain\p{Ll}*|(?:not|yet)\s+(?:yet\s+)?(?:be|been|to)|haven['’]t)\b",
    regex.IGNORECASE,
)
_WHOLE = lazy_regex(
    r"(?:\bout\s+of|(?:^|[.\n]\s*)of)\s+(?:(?:the|some|about|around|more\s+than|at\s+least)\s+)*$", regex.IGNORECASE
)
_LENGTH, _TIME = frozenset(["m"]), frozenset(["second", "month"])
_WEIGHT, _SPEED, _HEAT = frozenset(["kg"]), frozenset(["km/h"]), frozenset(["°", "°f"])
_PHYSICAL = (_LENGTH, _WEIGHT, _SPEED, _HEAT)
_UNITS: tuple[tuple[regex.Pattern[str], frozenset[str]], ...] = tuple(
    (lazy_regex(words, regex.IGNORECASE), frozenset(units))
    for words, units in (
        (
            r"\bhow\s+(?:much|large|high|big)\b.*\b(?:money|cost|costs|pay|pays|paid|worth|owes?|owed|debts?|fine|fined|ransom|rewards?|salary|earns?|spend"
            r"|spent|price|fund|loan|bill)\b|\b(?:what|which)\s+(?:ransom|reward|price|fine|salary|sum|fee|budget|compensation)\b",
            MONEY,
        ),
        (r"\b(?:what|which)\s+(?:share|percentage|proportion)\b", {"%"}),
        (r"\bhow\s+(?:far|wide|deep|tall)\b", _LENGTH),
        (r"\bhow\s+long\b", _LENGTH | _TIME),
        (r"\bhow\s+heavy\b", _WEIGHT),
        (r"\bhow\s+fast\b", _SPEED),
        (r"\bhow\s+(?:hot|cold|warm)\b", _HEAT),
        (r"\bhow\s+old\b", {"", *_TIME}),
        (r"\bhow\s+many\s+(?:people|persons|men|women|children|times)\b", {""}),
    )
)
# Neither their speed nor their depth is physical: "How fast did the economy grow?", "How far did shares fall?"
_ABSTRACT = lazy_regex(
    r"\b(?:budgets?|burdens?|casualties|costs?|crisis|currency|cuts?|damages?|debts?|defeat|deficits?|demand|divides?|divisions?|dollars?"
    r"|econom\p{Ll}+|emissions|euro|exports|fighting|fines?|gaps?|gdp|growth|imports|index|inflation|lead|losses|majority|margins?|market"
    r"|minority|output|polls?|pound|powers?|prices?|production|profits?|rain\p{Ll}*|rates?|recession|relations|revenues?|sales|schedule|sentences?"
    r"|shares?|slump|snow\p{Ll}*|spending|stocks?|support|tax\p{Ll}*|toll|traffic|turnout|unemployment|virus|wages?|yen|yuan)\b",
    regex.IGNORECASE,
)
_HOW_MANY = lazy_regex(r"\bhow\s+many\b", regex.IGNORECASE)


def asks_for_holder(question: str) -> bool:
    """Return whether a question asks who holds a post now.

    >>> [asks_for_holder(text) for text in ("Who is the mayor of Tolvik?", "Who manages the club?", "Who is suing the mayor?")]
    [True, True, False]
    """
    return _HOLDER.search(question) is not None


def asks_for_rest(question: str) -> bool:
    """Return whether a question asks how many are left of a whole.

    >>> asks_for_rest("How many hostages are still captive?"), asks_for_rest("How many hostages were taken?")
    (True, False)
    """
    return _REST.search(question) is not None


def is_whole(text: str, start: int) -> bool:
    """Return whether a figure at ``start`` is a whole of which the sentence tells a part: "out of 251 hostages, 111".

    >>> is_whole("Out of 251 hostages, 111 are still held.", 7), is_whole("Out of 251 hostages, 111 are still held.", 21)
    (True, False)
    """
    return _WHOLE.search(text, max(0, start - 24), start) is not None


def units_asked(question: str) -> frozenset[str] | None:
    """Return the base units that a figure may have which answers a question, an empty one for a bare count; None for any.

    "How fast did the economy grow?" asks for no speed.

    >>> units_asked("How heavy is the bell?"), units_asked("What share joined?"), units_asked("How big is it?")
    (frozenset({'kg'}), frozenset({'%'}), None)
    """
    units = next((units for words, units in _UNITS if words.search(question)), None)
    return None if units in _PHYSICAL and _ABSTRACT.search(question) else units


def asks_for_another(question: str, figure: Figure) -> bool:
    """Return whether a question is about those whom something else befell than those that a figure counts.

    A reader that is asked for the missing, and finds none, may give the number of the dead.
    """
    befalling = stems_of(question) & BEFALLING
    return bool(figure.befell and befalling) and figure.befell not in befalling


def seems_to_ask_for_others(question: str, figure: Figure) -> bool:
    """Return whether a question seems to count persons and the figure things, or the other way round: pupils, and not schools."""
    match = _HOW_MANY.search(question)
    counted = counted_behind(question, match.end()) if match else ""
    return bool(counted and figure.counted) and (counted == PERSON) != (figure.counted == PERSON)
