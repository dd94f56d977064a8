"""Figures in a text: numbers in digits and words, with their units and what hedges them.

"two hundred", "40,139", "1.2 million", "$2bn" and "2 billion dollars" are read to an amount in a base unit, so that two ways to
say one thing compare as equal; "at least", "about" and "more than" are kept beside the amount. English only: what isn't
understood is simply not found. Imports nothing of ragqa.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Literal, NamedTuple

import regex

__all__ = ["MAY_BE_QUANTITY", "MONEY", "Hedge", "Quantity", "quantities"]

Hedge = Literal["", "at least", "at most", "about"]

_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen "
    "nineteen"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_SMALL = {word: number for number, word in enumerate(_ONES)} | {
    word: 10 * number for number, word in enumerate(_TENS, start=2)
}
_SCALES = {
    "hundred": 10**2,
    "thousand": 10**3,
    "million": 10**6,
    "billion": 10**9,
    "trillion": 10**12,
    "dozen": 12,
    "m": 10**6,
    "mn": 10**6,
    "bn": 10**9,
    "tn": 10**12,
    "k": 10**3,
}

_CURRENCIES = (
    "crown dinar dirham franc krona krone lira peso rand real riyal rouble ruble shekel won yuan zloty".split()
)

# Each unit as it is written, in the singular: its base and how much of that it is.
_UNITS: dict[str, tuple[str, Fraction]] = {
    name: (base, Fraction(factor))
    for base, names in {
        "%": {"%": "1", "percent": "1", "per cent": "1", "pc": "1"},
        "percentage point": {"percentage point": "1"},
        "m": {
            "centimetre": "1/100",
            "centimeter": "1/100",
            "cm": "1/100",
            "metre": "1",
            "meter": "1",
            "kilometre": "1000",
            "kilometer": "1000",
            "km": "1000",
            "mile": "1609.344",
            "foot": "0.3048",
            "feet": "0.3048",
            "inch": "0.0254",
            "yard": "0.9144",
        },
        "m²": {
            "hectare": "10000",
            "acre": "4046.856",
            "square metre": "1",
            "square meter": "1",
            "square kilometre": "1000000",
            "square kilometer": "1000000",
            "square mile": "2589988",
        },
        "m³": {"cubic metre": "1", "cubic meter": "1", "litre": "1/1000", "liter": "1/1000"},
        "km/h": {
            "kilometre an hour": "1",
            "kilometre per hour": "1",
            "kilometer an hour": "1",
            "kilometer per hour": "1",
            "km/h": "1",
            "kph": "1",
            "mile an hour": "1.609344",
            "mile per hour": "1.609344",
            "mph": "1.609344",
            "knot": "1.852",
        },
        "kg": {"gram": "1/1000", "kilogram": "1", "kilo": "1", "kg": "1", "tonne": "1000", "ton": "1000"},
        "°": {"degree": "1", "°": "1", "°c": "1", "degree celsius": "1"},
        "°f": {"degree fahrenheit": "1", "°f": "1"},
        "watt": {"kilowatt": "1000", "megawatt": "1000000", "gigawatt": "1000000000"},
        "barrel": {"barrel": "1"},
        "second": {"second": "1", "minute": "60", "hour": "3600", "day": "86400", "week": "604800"},
        "month": {"month": "1", "year": "12", "decade": "120", "century": "1200", "centurie": "1200"},
        "dollar": {"dollar": "1", "cent": "1/100", "usd": "1", "$": "1", "us$": "1"},
        "euro": {"euro": "1", "eur": "1", "€": "1"},
        "pound": {"pound": "1", "gbp": "1", "£": "1"},
        "yen": {"yen": "1", "¥": "1"},
        "rupee": {"rupee": "1", "₹": "1"},
        "bitcoin": {"bitcoin": "1"},
        **{name: {name: "1"} for name in _CURRENCIES},
    }.items()
    for name, factor in names.items()
}  # fmt: skip
MONEY = frozenset(["dollar", "euro", "pound", "yen", "rupee", "bitcoin", *_CURRENCIES])
"""The base units that are money."""

_HEDGES: dict[str, Hedge] = {
    **dict.fromkeys(
        ("at least", "more than", "over", "upwards of", "no fewer than", "no less than", "in excess of", "above"), "at least"
    ),
    **dict.fromkeys(
        ("at most", "up to", "as many as", "as much as", "no more than", "fewer than", "less than", "under", "below", "nearly",
         "almost", "close to", "just under"), "at most"
    ),
    **dict.fromkeys(("about", "around", "some", "roughly", "approximately", "an estimated", "estimated", "circa"), "about"),
}  # fmt: skip

_WORD = "(?:" + "|".join([*_SMALL, "hundred", "thousand", "million", "billion", "trillion", "dozen"]) + ")"
_UNIT_NAMES = "|".join(
    regex.escape(name).replace(r"\ ", r"\s+") + ("s?" if name[-1].isalpha() else "")
    for name in sorted(_UNITS, key=len, reverse=True)
)
_PLURAL_FIRST = r"(?:kilometres?|kilometers?|miles?)\s+(?:an|per)\s+hour|degrees?\s+(?:celsius|fahrenheit)"
_NUMBER = regex.compile(
    rf"""
    (?P<before>(?:US|A|C)?[$]|[€£¥₹])?
    (?:
        (?P<digits>(?<![\w.,:/]|\w[-\u2212])[-\u2212]?\d{{1,3}}(?:,\d{{3}}){{1,5}}(?:\.\d{{1,9}})?|(?<![\w,:/]|\d\.|\w[-\u2212])[-\u2212]?\d{{1,15}}(?:\.\d{{1,9}})?)
        (?:[\s-]?(?P<scale>(?:hundred|thousand|million|billion|trillion|dozen|bn|mn|tn)(?!\w)|(?<=[$€£¥₹][\d.,]*)[mk](?!\w)|[mk](?=\s+(?:\p{{Ll}}+\s+)?(?:people|\p{{Ll}}{{3,}}s)\b)))?
      | \b(?P<half>half\s+an?\s+(?:million|billion|hundred|dozen))\b
      | \b(?P<words>(?:an?\s+(?=hundred|thousand|million|billion|dozen))?{_WORD}(?:(?:[\s-]|\s+and\s+){_WORD})*)\b
    )
    (?:[\s-]*(?P<unit>{_PLURAL_FIRST}|{_UNIT_NAMES})(?!\w))?
    (?![\w'\u2019]*\w|[.,:/-]\d)
    """,
    regex.VERBOSE | regex.IGNORECASE,
)
MAY_BE_QUANTITY = regex.compile(rf"[\d$€£¥₹]|\bhalf|\b{_WORD}", regex.IGNORECASE)
"""Where a figure may stand: without a match in a few characters, no figure begins in them."""
_HEDGE = regex.compile(
    r"(?:\b(" + "|".join(sorted(_HEDGES, key=len, reverse=True)) + r"))\s+(?:(?:a|the)\s+)?$", regex.IGNORECASE
)
_OLD = regex.compile(r"[\s-]+olds?\b", regex.IGNORECASE)  # an age may also be given as a bare number
_NOUN = regex.compile(
    r"[\s-]+(?:(?:of|the|these|those|other|more|different|new|its|their|his|her)\s+)*+(\p{Ll}[\p{Ll}'’-]+)"
)
# Not nouns that are counted; behind a bare number they say that its noun was left out.
_NO_NOUNS = frozenset(
    """a an and are as at be been before but by can could did died do for from had has have he her his how if in including
    into is it its killed last may more most of on or out over per she since so still than that the their them then
    there they this to under until up was were when where which while who will with would wounded injured missing dead""".split()
)


class Quantity(NamedTuple):
    """A figure in a text: ``text[start:end]`` is the number with its scale and unit, without the hedge."""

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


def quantities(text: str) -> list[Quantity]:
    """Return the figures of ``text`` in order.

    >>> [(str(own.amount), own.unit, own.noun, own.hedge) for own in quantities("At least 41 people lost $2bn, two per cent.")]
    [('41', '', 'people', 'at least'), ('2000000000', 'dollar', '', ''), ('2', '%', '', '')]
    """
    return [found for match in _NUMBER.finditer(text) if (found := _quantity(match, text))]


def _quantity(match: regex.Match[str], text: str) -> Quantity | None:
    read = _amount(match)
    if read is None:
        return None
    amount, step = read
    unit, noun, factor = "", "", Fraction(1)
    written = match["unit"] or match["before"]
    if written and not _OLD.match(text, match.end()):
        unit, factor = _unit(written)
    elif not written and (following := _NOUN.match(text, match.end())) and following[1].casefold() not in _NO_NOUNS:
        noun = _singular(following[1].casefold())
    hedge = _HEDGE.search(text, max(0, match.start() - 24), match.start())
    return Quantity(
        amount=amount * factor,
        unit=unit,
        noun=noun,
        hedge=_HEDGES[" ".join(hedge[1].casefold().split())] if hedge else "",
        start=match.start(),
        end=match.end(),
        step=step * factor,
    )


def _amount(match: regex.Match[str]) -> tuple[Fraction, Fraction] | None:
    """Return the number and the place of its last digit that says something."""
    if match["half"]:
        whole = _SCALES[match["half"].casefold().split()[-1]]
        return Fraction(whole, 2), Fraction(whole, 10)
    if match["words"]:
        return _in_words(match["words"].casefold())
    digits = match["digits"].replace(",", "").replace("\u2212", "-")
    if not digits.lstrip("-").replace(".", "").isdecimal():  # of a script that is newer than this Python
        return None
    scale = Fraction(_SCALES[match["scale"].casefold()]) if match["scale"] else Fraction(1)
    _, _, decimals = digits.partition(".")
    if decimals:
        place = Fraction(1, 10 ** len(decimals))
    else:
        bare = digits.lstrip("-")
        place = Fraction(10 ** (len(bare) - len(bare.rstrip("0") or "0")))
    return Fraction(digits) * scale, place * scale


def _in_words(words: str) -> tuple[Fraction, Fraction] | None:
    """Read "two hundred and five" or "sixty-eight thousand"; None where the words are no one number ("six one")."""
    total, current, last = 0, 0, 0
    for word in regex.split(r"[\s-]+", words):
        if word in ("and", "a", "an"):
            continue
        if word in _SMALL:
            value = _SMALL[word]
            if last and not (last == 100 or (20 <= last < 100 and value < 10) or (last >= 1000)):
                return None
            current += value
            last = value or 1
        else:
            scale = _SCALES[word]
            if scale in (12, 100):
                current = (current or 1) * scale
            else:
                total, current = total + (current or 1) * scale, 0
            last = scale
    digits = str(total + current)
    return Fraction(total + current), Fraction(10 ** (len(digits) - len(digits.rstrip("0") or "0")))


def _unit(written: str) -> tuple[str, Fraction]:
    """Return base unit and factor of a unit as it is written, in the singular or plural."""
    name = " ".join(written.casefold().split())
    first, space, rest = name.partition(" ")
    for candidate in (name, name.removesuffix("s"), f"{first.removesuffix('s')}{space}{rest}"):
        if candidate in _UNITS:
            return _UNITS[candidate]
    return _UNITS["dollar"]  # A$, C$


def _singular(noun: str) -> str:
    """Return a noun without the ending of the plural, roughly: only to be compared with others."""
    if noun in ("people", "persons", "person"):
        return "people"
    if noun.endswith("ies") and len(noun) > 4:
        return noun[:-3] + "y"
    return noun[:-1] if noun.endswith("s") and not noun.endswith("ss") else noun
