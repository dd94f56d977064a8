"""What kind of answer a question asks for, as far as its first words say so: a figure, a date or a name. English only."""

from __future__ import annotations

from typing import Literal

import regex

from ragqa.quantities import quantities
from ragqa.rivals.measured import PERSON, Figure, counted_behind
from ragqa.rivals.stems import BEFALLING, stems_of

__all__ = ["asks_for_another", "kind_asked", "may_be_of"]

Kind = Literal["figure", "date", "name"]

_KINDS: tuple[tuple[Kind, regex.Pattern[str]], ...] = (
    (
        "date",
        regex.compile(
            r"\b(?:when\s+(?:is|was|are|were|will|did|do|does|has|have|had|can|could|must|should)"
            r"|(?:until|since|till|by|from)\s+when|(?:what|which)\s+(?:year|month|day|date|week))\b",
            regex.IGNORECASE,
        ),
    ),
    (
        "figure",
        regex.compile(
            r"\bhow\s+(?:many|much|old|long|far|fast|deep|high|tall|large|big|wide|heavy|hot|cold|strong)\b"
            r"|\b(?:what|which)\s+(?:\w+\s+)?(?:share|percentage|proportion|number|sum|amount|fraction|price|speed|depth|height|width|length"
            r"|weight|temperature|magnitude)\b",
            regex.IGNORECASE,
        ),
    ),
    ("name", regex.compile(r"^\s*(?:(?:by|to|for|from|with)\s+)?who(?:m|se)?\b", regex.IGNORECASE)),
)
_DATED = regex.compile(
    r"\d|\b(?:(?:mon|tues|wednes|thurs|fri|satur|sun)days?|jan(?:uary)?|feb(?:ruary)?|apr(?:il)?|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?|today|tonight|tomorrow|yesterday|(?:week|weekend|month|year|night|morning|evening|spring|summer"
    r"|autumn|winter)s?|noon|midnight|christmas|easter)\b"
    r"|\b(?-i:Mar(?:ch)?|May)\b",  # "a march", "it may"
    regex.IGNORECASE,
)
_NAMED = regex.compile(r"\p{Lu}")
_HOW_MANY = regex.compile(r"\bhow\s+many\b", regex.IGNORECASE)


def kind_asked(question: str) -> Kind | None:
    """Return the kind of value that a question asks for, as `ragqa.values` names it; None where it leaves that open.

    >>> kind_asked("How fast were the winds?"), kind_asked("Until when is it shut?"), kind_asked("Why did it rain?")
    ('figure', 'date', None)
    """
    return next((kind for kind, words in _KINDS if words.search(question)), None)


def may_be_of(kind: Kind, text: str) -> bool:
    """Return whether an answer is of a kind, or has something of the kind in it.

    >>> may_be_of("figure", "38 percent"), may_be_of("figure", "more pay"), may_be_of("date", "on Monday"), may_be_of("name", "he")
    (True, False, True, False)
    """
    if kind == "figure":
        return bool(quantities(text))
    return (_DATED if kind == "date" else _NAMED).search(text) is not None


def asks_for_another(question: str, figure: Figure) -> bool:
    """Return whether a question counts persons and the figure things, or those whom something else befell.

    A reader that is asked how many pupils there are, and finds none, may give the number of schools; or the dead, asked for the
    missing.
    """
    befalling = stems_of(question) & BEFALLING
    if figure.befell and befalling and figure.befell not in befalling:
        return True
    match = _HOW_MANY.search(question)
    counted = counted_behind(question, match.end()) if match else ""
    return bool(counted and figure.counted) and (counted == PERSON) != (figure.counted == PERSON)
