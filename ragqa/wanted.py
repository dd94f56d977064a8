"""What kind of value a question asks for, as far as its first words say so, and whether a text has one. English only."""

from __future__ import annotations

from typing import Literal

import regex

from ragqa.clock import CLOCK, MAY_BE_CLOCK, read_clock
from ragqa.months import MONTH_AS_NAME
from ragqa.patterns import lazy_regex
from ragqa.quantities import MAY_BE_QUANTITY, quantities

__all__ = ["Kind", "kind_asked", "may_be_of", "may_hold"]

Kind = Literal["figure", "date", "name"]

_KINDS: tuple[tuple[Kind, regex.Pattern[str]], ...] = (
    (
        "date",
        lazy_regex(
            r"\b(?:when\s+(?:is|was|are|were|will|did|do|does|has|have|had|can|could|must|should)"
            r"|(?:until|since|till|by|from)\s+when|(?:what|which)\s+(?:year|month|day|date|week|time))\b",
            regex.IGNORECASE,
        ),
    ),
    (
        "figure",
        lazy_regex(
            r"\bhow\s+(?:many|much|old|long|far|fast|deep|high|tall|large|big|wide|heavy|hot|cold|strong)\b"
            r"|\b(?:what|which)\s+(?:(?:is|was|are|were)\s+the\s+)?(?:\w+\s+)?(?:share|percentage|proportion|number|sum|amount|fraction|price|rate"
            r"|toll|speed|depth|height|width|length|weight|temperature|magnitude)\b",
            regex.IGNORECASE,
        ),
    ),
    ("name", lazy_regex(r"^\s*(?:(?:by|to|for|from|with)\s+)?who(?:m|se)?\b", regex.IGNORECASE)),
)
_DATED = lazy_regex(
    rf"\d|\b(?:(?:mon|tues|wednes|thurs|fri|satur|sun)days?|{MONTH_AS_NAME}|today|tonight|tomorrow|yesterday|fortnight|decade|century|centuries"
    r"|(?:week|weekend|month|year|night|morning|afternoon|evening|dawn|dusk|spring|summer|autumn|winter)s?|noon|midnight|christmas|easter)\b",
    regex.IGNORECASE,
)
_NAMED = lazy_regex(r"\p{Lu}")
_OTHER_LETTERS = lazy_regex(r"\p{Lo}")
_WORD_OF_AMOUNT = lazy_regex(
    r"\b(?:half|halves|(?:an?|one|two|three|four|nine)[\s-](?:third|quarter|fifth|tenth)s?|both|once|twice|thrice|nobody|none|no[\s-]one"
    r"|not\s+a\s+single|several|(?:couple|pair|scores)\s+of|(?:dozen|hundred|thousand|million|billion|trillion)s?)\b",
    regex.IGNORECASE,
)
"""What says how many or how much without a figure."""


def kind_asked(question: str) -> Kind | None:
    """Return the kind of value that a question asks for, as `ragqa.values` names it; None where it leaves that open.

    >>> kind_asked("How fast were the winds?"), kind_asked("Until when is it shut?"), kind_asked("Why did it rain?")
    ('figure', 'date', None)
    """
    return next((kind for kind, words in _KINDS if words.search(question)), None)


def may_be_of(kind: Kind, text: str) -> bool:
    """Return whether an answer is of a kind, or has something of the kind in it.

    >>> [may_be_of(*own) for own in (("figure", "dozens"), ("figure", "more pay"), ("date", "on Monday"), ("name", "he"))]
    [True, False, True, False]
    """
    if kind == "figure":
        return _WORD_OF_AMOUNT.search(text) is not None or bool(quantities(text))
    if kind == "date":
        return _DATED.search(text) is not None or any(read_clock(own, text) for own in CLOCK.finditer(text))
    return _NAMED.search(text) is not None


def may_hold(kind: Kind, text: str) -> bool:
    """Return whether a text may have something of a kind in it, at a glance: rather too often than too seldom.

    Nearly every text has a name; and of what is written in letters without capitals nothing is known.

    >>> may_hold("figure", "Some forty came."), may_hold("date", "It rained on Monday."), may_hold("figure", "It rained.")
    (True, True, False)
    """
    if kind == "name" or _OTHER_LETTERS.search(text):
        return True
    if kind == "figure":
        return MAY_BE_QUANTITY.search(text) is not None or _WORD_OF_AMOUNT.search(text) is not None
    return _DATED.search(text) is not None or MAY_BE_CLOCK.search(text) is not None
