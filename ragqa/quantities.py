"""Figures in a text: numbers in digits and words, with their units and what hedges them.

"two hundred", "40,139", "1.2 million", "$2bn" and "2 billion dollars" are read to an amount in a base unit, so that two ways to
say one thing compare as equal; "at least", "about" and "more than" are kept beside the amount. The ends of a range ("20-30
people", "between $1 and $2 billion") are two figures, at least the one and at most the other. English only: what isn't understood
is simply not found. The numbers are read by `ragqa.numerals`, the units by `ragqa.units`.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Literal, NamedTuple

import regex

from ragqa.months import MONTH_AS_NAME
from ragqa.numerals import MAY_BE_NUMERAL as MAY_BE_QUANTITY
from ragqa.numerals import NUMERAL, Numeral, numeral
from ragqa.patterns import lazy_regex
from ragqa.units import CODE, MONEY, UNIT, WHOSE_DOLLARS, unit_of

__all__ = ["MAY_BE_QUANTITY", "MONEY", "Hedge", "Quantity", "quantities"]

Hedge = Literal["", "at least", "at most", "about"]

_HEDGES: dict[str, Hedge] = {
    **dict.fromkeys(
        ("at least", "more than", "over", "upwards of", "no fewer than", "no less than", "not fewer than", "not less than",
         "in excess of", "above", "as few as", "as little as", "a minimum of"), "at least"
    ),
    **dict.fromkeys(
        ("at most", "up to", "as many as", "as much as", "no more than", "not more than", "fewer than", "less than", "under",
         "below", "nearly", "almost", "close to", "just under", "a maximum of"), "at most"
    ),
    **dict.fromkeys(("about", "around", "some", "roughly", "approximately", "an estimated", "estimated", "circa"), "about"),
}  # fmt: skip
_HEDGES_BEHIND: dict[str, Hedge] = {
    **dict.fromkeys(("or more", "-plus", "+"), "at least"),
    **dict.fromkeys(("or fewer", "or less"), "at most"),
    **dict.fromkeys(("or so", "-odd"), "about"),
}

_NUMBER = lazy_regex(
    rf"""
    {NUMERAL}
    (?:[\s-]*(?P<unit>{UNIT})(?!\w))?
    (?![\w'\u2019]*\w|[.,:/]\d|\s?(?:[ap]\.?m|(?-i:GMT|BST|UTC))\b|\s+o['\u2019]clock\b)
    """,
    regex.VERBOSE | regex.IGNORECASE,
)
_NEAR = 48
"""How many characters before and behind a number are looked at."""
_MINUS = lazy_regex(r"(?<![\d,]\s)\bminus\s+$", regex.IGNORECASE)
_OLD = lazy_regex(r"[\s-]+olds?\b", regex.IGNORECASE)  # an age may also be given as a bare number
_BELOW_ZERO = lazy_regex(r"\s+below\s+zero\b", regex.IGNORECASE)
# Pounds of something, or of somebody, that is no money: "500 pounds of explosives", "a 2,000-pound bomb".
_WEIGHT = lazy_regex(
    r"\s+of\s+(?!(?:\p{L}[\p{L}'’-]*\s+){0,2}(?:aid|assets|benefits|bonds|business|cash|compensation|contracts|costs|cuts|damages?|debts?"
    r"|fines|funding|funds|grants|income|investments?|loans|losses|money|orders|pay|profits?|property|revenues?|sales|savings|shares"
    r"|spending|stock|support|tax|taxes|wages|work)\b)"
    r"|(?<=-pound)\s+(?:baby|bag|ball|bombs?|boulder|boy|cat|charge|dog|fish|girl|gorilla|man|men|munitions?|object|payload|rock|satellite"
    r"|shell|stone|warheads?|weight|woman)\b",
    regex.IGNORECASE,
)
_WEIGHING = lazy_regex(r"\bweigh\p{L}*\s+(?:\p{L}+\s+){0,3}$", regex.IGNORECASE)

_HEDGE = lazy_regex(
    r"(?:\b(" + "|".join(sorted(_HEDGES, key=len, reverse=True)) + r"))\s+(?:(?:a|the)\s+)?$", regex.IGNORECASE
)
_HEDGE_BEHIND = lazy_regex(r"(?:\s+(?=or\b))?(or\s+(?:more|fewer|less|so)\b|-(?:plus|odd)\b|\+)", regex.IGNORECASE)
_NOUN = lazy_regex(
    r"[\s-]+(?:(?:of|the|these|those|other|more|different|new|its|their|his|her)\s+)*+(\p{Ll}[\p{Ll}'’-]+)"
)
# Not nouns that are counted; behind a bare number they say that its noun was left out.
_NO_NOUNS = frozenset(
    """a an and are as at be been before but by can could did died do for from had has have he her his how if in including
    into is it its killed last may more most of on or out over per she since so still than that the their them then
    there they this to under until up was were what when where which while who will with would wounded injured missing
    dead""".split()
)
_PEOPLE = frozenset("people persons person men women children".split())

# What ties two numbers: "20-30 people", "between 20 and 30 people", "2 to 3 million"; a hyphen else ties what is no count ("2-1").
_HYPHEN = "-\u2012\u2013\u2212"
_TIE = lazy_regex(rf"(?P<range>[{_HYPHEN}]|\s+and\s+)|[\s-]+(?:to|or)[\s-]+", regex.IGNORECASE)
_TIED_BEFORE = lazy_regex(rf"(?<=\d[{_HYPHEN}])")
_TIED_BEHIND = lazy_regex(rf"[{_HYPHEN}]\d")
_BETWEEN = lazy_regex(r"\bbetween\s+(?:(?:about|around|some)\s+)?$", regex.IGNORECASE)
_MONTH_BEFORE = lazy_regex(rf"\b{MONTH_AS_NAME}\.?\s+$", regex.IGNORECASE)
_YEAR = lazy_regex(r"(?:1[5-9]|20)\d\d")


class Quantity(NamedTuple):
    """A figure in a text: ``text[start:end]`` is the number with its sign, scale and unit, without the hedge."""

    amount: Fraction
    """In ``unit``."""
    unit: str
    """A base unit such as ``m``, ``%`` or ``dollar``; empty where only things are counted."""
    noun: str
    """What is counted, in the singular as far as that is known ("people", "hostage"); empty where a unit or nothing follows."""
    hedge: Hedge
    start: int
    end: int
    step: Fraction
    """The place of the last digit that says something: 100,000 for "1.2 million", 1 for "111"."""


class _Number(NamedTuple):
    """A number where it stands, before it is known what it shares with the next one."""

    value: Numeral
    unit: str
    factor: Fraction
    has_unit_behind: bool
    noun: str
    """As it is written."""
    hedge: Hedge
    start: int
    end: int

    @property
    def amount(self) -> Fraction:
        """In its unit."""
        return self.value.amount * self.factor

    def quantity(self) -> Quantity:
        """Return the figure that it is."""
        step = self.value.step * self.factor
        return Quantity(self.amount, self.unit, _singular(self.noun), self.hedge, self.start, self.end, step)


def quantities(text: str) -> list[Quantity]:
    """Return the figures of ``text`` in order.

    >>> [(str(own.amount), own.unit, own.noun, own.hedge) for own in quantities("At least 41 people lost $2bn, two per cent.")]
    [('41', '', 'people', 'at least'), ('2000000000', 'dollar', '', ''), ('2', '%', '', '')]
    >>> [(str(own.amount), own.noun, own.hedge) for own in quantities("It killed 20-30 people, and the club won 2-1.")]
    [('20', 'people', 'at least'), ('30', 'people', 'at most')]
    """
    numbers = [found for match in _NUMBER.finditer(text) if (found := _number(match, text))]
    return [own.quantity() for own in _tied(numbers, text)]


def _number(match: regex.Match[str], text: str) -> _Number | None:
    value = numeral(match, text)
    if value is None:
        return None
    end = match.end()
    start, money, is_minus = _before(match, text)
    behind = _HEDGE_BEHIND.match(text, end, end + _NEAR)
    unit, factor, noun = "", Fraction(1), ""
    if not (match["unit"] or money):
        after = behind.end() if behind else end
        following = _NOUN.match(text, after, after + _NEAR)
        noun = following[1].casefold() if following and following[1].casefold() not in _NO_NOUNS else ""
    elif not _OLD.match(text, end, end + _NEAR):
        unit, factor = _unit(match["unit"], start, end, text) if match["unit"] else unit_of(money)
    is_below = unit.startswith("°") and value.amount > 0 and _BELOW_ZERO.match(text, end, end + _NEAR)
    if is_minus or is_below:
        value = value._replace(amount=-value.amount)
    hedge = _hedge(text, start) or (_HEDGES_BEHIND[" ".join(behind[1].casefold().split())] if behind else "")
    return _Number(value, unit, factor, bool(match["unit"]), noun, hedge, start, end)


def _before(match: regex.Match[str], text: str) -> tuple[int, str, bool]:
    """Return where a number begins with what belongs to it, the sign of its money, and whether "minus" stands there."""
    start, money = match.start(), match["before"] or ""
    sign = WHOSE_DOLLARS if money == "$" else CODE if match["digits"] and not money else None
    if sign and (found := sign.search(text, max(0, start - _NEAR), start)):
        start, money = found.start(), found[0] + money
    minus = None if money else _MINUS.search(text, max(0, start - _NEAR), start)
    return minus.start() if minus else start, money, minus is not None


def _hedge(text: str, start: int) -> Hedge:
    found = _HEDGE.search(text, max(0, start - _NEAR), start)
    return _HEDGES[" ".join(found[1].casefold().split())] if found else ""


def _unit(written: str, start: int, end: int, text: str) -> tuple[str, Fraction]:
    """Return the base unit and the factor of the unit behind a number; pounds may be those of money or of weight."""
    unit, factor = unit_of(written)
    is_weight = unit == "pound" and (
        _WEIGHT.match(text, end, end + _NEAR) or _WEIGHING.search(text, max(0, start - _NEAR), start)
    )
    return unit_of("lb") if is_weight else (unit, factor)


def _tied(numbers: list[_Number], text: str) -> Iterator[_Number]:
    """Yield numbers, the ends of a range with what they share, but not those that a hyphen ties to what is no range."""
    ends = set()
    for at in range(len(numbers) - 1):
        if pair := _pair(numbers[at], numbers[at + 1], text):
            numbers[at : at + 2] = pair
            ends |= {at, at + 1}
    yield from (own for at, own in enumerate(numbers) if at in ends or not _is_tied(own, text))


def _is_tied(own: _Number, text: str) -> bool:
    return bool(_TIED_BEFORE.match(text, own.start) or _TIED_BEHIND.match(text, own.end))


def _pair(one: _Number, other: _Number, text: str) -> tuple[_Number, _Number] | None:
    """Return two numbers that "to" or "or" ties, or that are the ends of a range, with what they share; else None."""
    tie = _TIE.fullmatch(text, one.end, other.start)
    near = max(0, one.start - _NEAR), one.start
    if tie is None or _YEAR.fullmatch(text, one.start, one.end) or _MONTH_BEFORE.search(text, *near):
        return None
    low, high = _sharing(one, other)
    if not tie["range"]:
        return low, high
    is_word = tie["range"] not in _HYPHEN
    is_between = _BETWEEN.search(text, *near) if is_word else not _is_chain(one, other, text)
    is_counted = high.unit or high.value.scale > 1 or high.noun in _PEOPLE or high.noun.endswith("s")
    if not (is_between and is_counted and low.amount < high.amount):
        return None
    if not (low.noun or low.unit):
        low = low._replace(noun=high.noun)
    return low._replace(hedge="at least"), high._replace(hedge="at most")


def _is_chain(one: _Number, other: _Number, text: str) -> bool:
    """Return whether more than two numbers are tied, as in a date or a telephone number."""
    return bool(_TIED_BEFORE.match(text, one.start) or _TIED_BEHIND.match(text, other.end))


def _sharing(one: _Number, other: _Number) -> tuple[_Number, _Number]:
    """Return two numbers with the scale and the unit that stand beside one of them and are meant for both: "$1-2 billion"."""
    if one.has_unit_behind or one.noun:
        return one, other
    scale, amount = other.value.scale, one.value.amount * other.value.scale
    is_rise = amount < other.value.amount
    is_near = scale >= 1000 and amount <= 10 * other.value.amount
    if one.value.scale < scale and (is_rise or is_near):
        one = one._replace(value=Numeral(amount, one.value.step * scale, scale))
    if other.unit and not one.unit:
        one = one._replace(unit=other.unit, factor=other.factor)
    elif one.unit and not other.unit and (scale > 1 or not other.noun):
        other = other._replace(unit=one.unit, factor=one.factor, noun="")
    return one, other


def _singular(noun: str) -> str:
    """Return a noun without the ending of the plural, roughly: only to be compared with others."""
    if noun in ("people", "persons", "person"):
        return "people"
    if noun.endswith("ies") and len(noun) > 4:
        return noun[:-3] + "y"
    return noun[:-1] if noun.endswith("s") and not noun.endswith("ss") else noun
