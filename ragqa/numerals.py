"""Numbers as news writes them, in digits and in words: "40,139", "120 000", "$1.2B", "5 lakh", "two and a half million".

`NUMERAL` finds them, `numeral` says what they come to; "several hundred", "no one", "two thirds" and "Flight 370" count nothing.
What measure or noun they have is told by `ragqa.quantities`. English only.
"""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

import regex

from ragqa.months import MONTH_AS_NAME
from ragqa.patterns import lazy_regex

__all__ = ["MAY_BE_NUMERAL", "NUMERAL", "Numeral", "numeral"]

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
    "lakh": 10**5,
    "crore": 10**7,
    "lakh crore": 10**12,
    "k": 10**3,
    "m": 10**6,
    "mn": 10**6,
    "b": 10**9,
    "bn": 10**9,
    "t": 10**12,
    "tn": 10**12,
}
_PARTS = {"a-half": Fraction(1, 2), "a-quarter": Fraction(1, 4), "three-quarter": Fraction(3, 4)}
_VULGAR = {"½": Fraction(1, 2), "¼": Fraction(1, 4), "¾": Fraction(3, 4)}

_SCALE = "(?:hundred|thousand|million|billion|trillion|dozen)"
_WORD = f"(?:{'|'.join(_SMALL)}|{_SCALE})"
NUMERAL = rf"""(?:
    (?:(?P<before>[$€£¥₹])|(?=[\d.\u2212-])(?<![\w,:/%°]|\d\.|[^\W\d][\u2212-])|(?<=\bRs\.?))
    (?P<digits>[\u2212-]?(?:
        \d{{1,3}}(?P<mark>[,'\u2019\u00a0\u2009\u202f])\d{{3}}(?:(?P=mark)\d{{3}}){{0,4}}(?:\.\d{{1,9}})?
      | \d{{1,2}}(?:,\d\d){{1,4}},\d{{3}}
      | (?<!\b{MONTH_AS_NAME}\.?\s)\d{{1,3}}(?:\ \d{{3}}){{0,3}}\ (?:000\b|\d{{3}}(?=\s+(?-i:\p{{Ll}})|\s?[%€]))
      | \d{{1,15}}(?:\.\d{{1,9}}|[½¼¾])?
      | (?<!\.)\.\d{{1,9}}
    ))
    (?:[\s-]?(?P<scale>
        (?:{_SCALE}|lakh\s+crore|lakh|crore|bn|mn|tn)(?!\w)
      | (?<=(?:[$€£¥₹]|\bRs\.?\s?)[\d.,\u2013-]{{0,24}})[kmbt](?!\w)
      | [km](?=\s+(?:\p{{Ll}}+\s+)?(?:people|\p{{Ll}}{{3,}}s)\b)
    ))?
  | \b(?P<half>half\s+an?\s+(?:million|billion|hundred|dozen))\b
  | \b(?P<words>
        (?:an?\s+(?={_SCALE}))?{_WORD}(?:(?:[\s-]|(?<=hundred|thousand|[mbtr]illion)\s+and\s+){_WORD})*
    )(?:[\s-]and[\s-](?P<part>a[\s-]half|a[\s-]quarter|three[\s-]quarters?)(?:\s+(?P<of>thousand|million|billion|trillion))?)?\b
)"""
"""A number; to be compiled verbose, and so that case doesn't count. Before it may stand the sign of money."""
MAY_BE_NUMERAL = lazy_regex(rf"[\d$€£¥₹]|\bhalf|\b{_WORD}", regex.IGNORECASE)
"""Where a number may stand: without a match in a few characters, none begins in them."""

_NEAR = 24  # characters before or behind a number that are looked at
_UNCOUNTED = {
    "scale": r"(?:\b(?:several|few|many|couple(?:\s+of)?|multi)|(?:quarter|third|ten|dozen|hundred|thousand|million)s?\s+of)",
    "one": r"\b(?:no|any|every|each)",
    "zero": r"\b(?:net|ground|patient|below|above)",
}
_UNCOUNTED_AFTER = {name: lazy_regex(rf"{words}[\s-]+$", regex.IGNORECASE) for name, words in _UNCOUNTED.items()}
_NUMBERED = lazy_regex(
    r"\b(?:Article|Boeing|Airbus|Channel|Flight|Formula|Gate|Highway|Interstate|Number|No\.?|Platform|Route|S&P|Section|World\s+War)\s+$"
)
_PART = lazy_regex(
    r"[\s-]+(?:another\b|(?:third|quarter|fifth|sixth|seventh|eighth|ninth|tenth)(?P<several>s?)\b)", regex.IGNORECASE
)


class Numeral(NamedTuple):
    """What a number comes to."""

    amount: Fraction
    step: Fraction
    """The place of the last digit that says something: 100,000 for "1.2 million", 1 for "111"."""
    scale: int
    """The word or letter of scale in which it ends ("billion", "k"); 1 where it ends in none."""


def numeral(match: regex.Match[str], text: str) -> Numeral | None:
    """Return what a match of `NUMERAL` in ``text`` comes to; None where it counts nothing, or is no one number ("six one")."""
    if _counts_nothing(match, text):
        return None
    scale = _scale(match["scale"] or match["of"] or (match["words"] or "").split(" ")[-1])
    if match["half"]:
        whole = _scale(match["half"].split()[-1])
        return Numeral(Fraction(whole, 2), Fraction(whole, 10), scale)
    read = _in_words(match["words"].casefold()) if match["words"] else _in_digits(match["digits"], scale)
    if read is None:
        return None
    if match["part"]:
        return _with_part(read[0], match["part"], scale, is_of_scale=match["of"] is not None)
    return Numeral(*read, scale)


def _with_part(whole: Fraction, written: str, scale: int, *, is_of_scale: bool) -> Numeral:
    """Return "two and a half", "two and a half million" (``is_of_scale``), or "a million and a half"."""
    part = _PARTS["-".join(regex.split(r"[\s-]+", written.casefold())).removesuffix("s")]
    unit = scale if scale >= 1000 else 1
    amount = (whole + part) * unit if is_of_scale else whole + part * unit
    return Numeral(amount, Fraction(unit, 10), scale)


def _scale(word: str) -> int:
    return _SCALES.get(" ".join(word.casefold().split()), 1)


def _counts_nothing(match: regex.Match[str], text: str) -> bool:
    """Return whether a number stands in a name, in a fraction, or for something indefinite."""
    start, end = match.span()
    near = max(0, start - _NEAR), start
    if _NUMBERED.search(text, *near):
        return True
    if not match["words"]:
        return False
    words = match["words"].casefold()
    part = _PART.match(text, end, end + _NEAR)
    if part and (words == "one") == (not part["several"]):
        return True
    first = regex.split(r"[\s-]+", words)[0]
    before = _UNCOUNTED_AFTER.get(first if first in _SMALL else "scale")
    return before is not None and before.search(text, *near) is not None


def _in_digits(written: str, scale: int) -> tuple[Fraction, Fraction] | None:
    digits = regex.sub(r"[^\d.½¼¾-]", "", written.replace("\u2212", "-"))
    part = _VULGAR.get(digits[-1], Fraction(0))
    whole, _, decimals = digits.rstrip("".join(_VULGAR)).partition(".")
    bare = whole.lstrip("-")
    if not (bare + decimals).isdecimal():  # of a script that is newer than this Python
        return None
    amount = Fraction(f"{bare or 0}.{decimals or 0}") + part
    place = Fraction(1, 10 ** (len(decimals) or 1)) if part or decimals else _last_place(bare)
    return (-amount if whole != bare else amount) * scale, place * scale


def _in_words(words: str) -> tuple[Fraction, Fraction] | None:
    """Read "two hundred and five" or "sixty-eight thousand"; None where the words are no one number ("six one")."""
    total, current, last = Fraction(0), Fraction(0), 0
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
                if current >= 100:  # "one hundred and two hundred"
                    return None
                current = (current or Fraction(1)) * scale
            else:
                total, current = total + (current or 1) * scale, Fraction(0)
            last = scale
    number = total + current
    return number, _last_place(str(number))


def _last_place(digits: str) -> Fraction:
    return Fraction(10 ** (len(digits) - len(digits.rstrip("0") or "0")))
