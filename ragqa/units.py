"""Units of measure and of money as news writes them: each as so much of a base unit.

"4 metres" and "400 centimetres" compare as equal, and so do "$2bn" and "2 billion US dollars"; but A$5m is not $5m, and 500
pounds of explosives are no money. English only. Imports nothing of ragqa but `patterns`.
"""

from __future__ import annotations

from fractions import Fraction

import regex

from ragqa.patterns import lazy_regex

__all__ = ["CODE", "MONEY", "UNIT", "WHOSE_DOLLARS", "unit_of"]

# Names of a currency, or of the dollars of a country; the first is its base.
_CURRENCIES = {
    names.split(", ")[0]: names.split(", ")
    for names in """
        euro, eur, €
        pound, gbp, £
        yen, jpy, ¥
        rupee, inr, rs, rs., ₹
        bitcoin
        australian dollar, a$, au$, aud
        canadian dollar, c$, ca$, cad
        new zealand dollar, nz$, nzd
        hong kong dollar, hk$, hkd
        jamaican dollar, j$
        namibian dollar, n$
        singapore dollar, s$, sgd
        taiwan dollar, nt$, twd
        trinidad and tobago dollar, tt$
        baht
        crown
        dinar
        dirham
        franc
        krona, kronor
        krone, kroner
        lira
        peso
        rand
        reais, r$
        rial
        riyal
        ruble, rouble
        shekel
        won
        yuan
        zloty
    """.strip().splitlines()
    for names in [names.strip()]
}

# Each unit as it is written, in the singular: its base and how much of that it is.
_UNITS: dict[str, tuple[str, Fraction]] = {
    name: (base, Fraction(factor))
    for base, names in {
        "%": {"%": "1", "percent": "1", "per cent": "1", "pc": "1"},
        "percentage point": {"percentage point": "1", "basis point": "1/100"},
        "m": {
            "millimetre": "1/1000",
            "millimeter": "1/1000",
            "mm": "1/1000",
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
            "ft": "0.3048",
            "inch": "0.0254",
            "inches": "0.0254",
            "yard": "0.9144",
        },
        "m²": {
            "hectare": "10000",
            "acre": "4046.856",
            "square metre": "1",
            "square meter": "1",
            "sq m": "1",
            "square foot": "0.09290304",
            "square feet": "0.09290304",
            "sq ft": "0.09290304",
            "square kilometre": "1000000",
            "square kilometer": "1000000",
            "sq km": "1000000",
            "square mile": "2589988",
            "sq mile": "2589988",
        },
        "m³": {"cubic metre": "1", "cubic meter": "1", "litre": "1/1000", "liter": "1/1000"},
        "km/h": {
            "kilometre an hour": "1",
            "kilometre per hour": "1",
            "kilometer an hour": "1",
            "kilometer per hour": "1",
            "km/h": "1",
            "kmh": "1",
            "kph": "1",
            "mile an hour": "1.609344",
            "mile per hour": "1.609344",
            "mph": "1.609344",
            "knot": "1.852",
        },
        "kg": {
            "gram": "1/1000",
            "kilogram": "1",
            "kilo": "1",
            "kg": "1",
            "tonne": "1000",
            "ton": "1000",
            "lb": "0.45359237",
            "ounce": "0.0283495",
        },
        "°": {"degree": "1", "°": "1", "°c": "1", "c": "1", "degree celsius": "1"},
        "°f": {"degree fahrenheit": "1", "°f": "1", "f": "1"},
        "watt": {"kilowatt": "1000", "megawatt": "1000000", "mw": "1000000", "gigawatt": "1000000000", "gw": "1000000000"},
        "barrel": {"barrel": "1"},
        "second": {"second": "1", "minute": "60", "hour": "3600", "day": "86400", "week": "604800"},
        "month": {"month": "1", "year": "12", "decade": "120", "century": "1200", "centuries": "1200"},
        "dollar": {
            **dict.fromkeys(("dollar", "us dollar", "u.s. dollar", "american dollar", "usd", "$", "us$"), "1"),
            "cent": "1/100",
        },
        **{base: dict.fromkeys(names, "1") for base, names in _CURRENCIES.items()},
    }.items()
    for name, factor in names.items()
}  # fmt: skip
MONEY = frozenset(["dollar", *_CURRENCIES])
"""The base units that are money."""

WHOSE_DOLLARS = lazy_regex(
    rf"\b(?:{'|'.join(name[:-1].upper() for name in _UNITS if len(name) > 1 and name.endswith('$'))})$"
)
"""What stands before a dollar sign and says whose dollars they are."""
CODE = lazy_regex(r"\b(?:USD|EUR|GBP|AUD|CAD|INR|Rs\.?)\s?$")
"""What stands before a sum of money in place of a sign."""

# What is a unit only beside certain words: "40C", "5,000 won", and not "15 won seats" or "two second-half goals".
_LIMITED = {
    "c": r"(?<=\d\d|\.\d)(?-i:C)",
    "f": r"(?<=\d\d|\.\d)(?-i:F)",
    "won": r"(?<=(?:,\d{3}|thousand|[mbtr]illion|bn|tn)\s)won",
    "second": r"seconds?(?![\s-]+(?:half|leg|round|place|term|tier|time)\b)",
}
_NO_PLURAL = {"pc", "rs", "rs.", "inches", "centuries", "feet", "kronor", "kroner", "reais"}


def _pattern(name: str) -> str:
    if name in _LIMITED:
        return _LIMITED[name]
    return regex.escape(name).replace(r"\ ", r"\s+") + ("s?" if name[-1].isalpha() and name not in _NO_PLURAL else "")


_OF_SOMEWHERE = [name for name, (base, _) in _UNITS.items() if base in _CURRENCIES and name.isalpha() and len(name) > 3]
UNIT = "|".join(
    [
        r"(?:kilometres?|kilometers?|miles?)\s+(?:an|per)\s+hour|degrees?\s+(?:celsius|fahrenheit)",
        *map(_pattern, sorted(_UNITS, key=len, reverse=True)),
        rf"(?-i:(?:\p{{Lu}}\p{{Ll}}+\s+){{1,2}})(?:{'|'.join(_OF_SOMEWHERE)})s?",  # "Turkish lira"
    ]
)
"""A unit behind a number; to be compiled so that case doesn't count."""


def unit_of(written: str) -> tuple[str, Fraction]:
    """Return the base unit and the factor of a unit as `UNIT`, `WHOSE_DOLLARS` or `CODE` finds it, in the singular or plural.

    >>> unit_of("Miles"), unit_of("£")
    (('m', Fraction(201168, 125)), ('pound', Fraction(1, 1)))
    """
    name = " ".join(written.casefold().split())
    first, space, rest = name.partition(" ")
    last = name.rpartition(" ")[2]
    for candidate in (
        name,
        name.removesuffix("s"),
        f"{first.removesuffix('s')}{space}{rest}",
        last,
        last.removesuffix("s"),
    ):
        if candidate in _UNITS:
            return _UNITS[candidate]
    raise ValueError(f"expected a unit as the patterns find it, got {written!r}")
