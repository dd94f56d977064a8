"""Which figure of one report is set against which of another: the two that measure the same thing.

    "killing at least 34 people and driving 210,000 from their homes"
    "the number of deaths has gone up to 129. About 460,000 people lost their homes"

Figures of one unit are paired off, the likest first, each with one of the other report at most, by the words beside them, the
words of their sentences, what is counted, and how far apart they are. So 34 goes with 129, and 210,000 with 460,000, although
all four count people. Greedy matching is that of competitive linking. English only; imports no model and no storage.

Source: Melamed (2000), Models of translational equivalence among words, CL 26(2), section 3 (competitive linking).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import Literal, NamedTuple

import regex

from ragqa.corrections import is_taken_back
from ragqa.quantities import Quantity, quantities
from ragqa.sentences import sentence_spans

__all__ = ["Figure", "figure_at", "figures", "likeness", "pairs", "stems", "telling_words"]

_BESIDE = 8
_SAID = regex.compile(r"\b(?:said|says|according\s+to|told|reported|announced)\b")
_WORD = regex.compile(r"\p{L}[\p{L}\p{M}]*+(?:[-'’]\p{L}[\p{L}\p{M}]*+)*+|\d+(?:[.,]\d+)*+")
_MONTHS = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?"
    r"|dec(?:ember)?)"
)
_MONTH_BEFORE = regex.compile(rf"\b{_MONTHS}\.?\s+$", regex.IGNORECASE)
_MONTH_AFTER = regex.compile(rf"\s+(?:of\s+)?{_MONTHS}\b", regex.IGNORECASE)
_PART = regex.compile(r"(?:\s+\p{Ll}+)?\s+of\s+(?:the|them|these|those|its|their|his|her)\b")
_MORE_AFTER = regex.compile(r"\s+(?:more|further|additional)\b")
_MORE_BEFORE = regex.compile(r"\b(?:another|a\s+further|an\s+additional)\s+$", regex.IGNORECASE)
_EMPTY = frozenset(
    """a about according after again against all almost also although among an and another any are around as at be because
    been before being between both but by can could did do does down during each even every few first for from had has
    have he her here hers him his how i if in into is it its just last least less like made many may me might more
    most mr mrs ms much must my near nearly new next no nor not now of off on once one only or other others our out
    over own per put rather said same say says set she should since so some still such than that the their them then
    there these they this those through to told too total two under until up upon us very was we were what when where
    which while who whom whose why will with would yet you your number figure count amount monday tuesday wednesday
    thursday friday saturday sunday yesterday today tomorrow week month year day""".split()
)
# Words of news that say one thing, under the first of each line.
_SAME = {
    stem: line.split()[0]
    for line in """
        kill killed kills killing die died dies dying death deaths dead deadly toll victim victims fatality fatalities
        kill fatal lives body bodies
        wound wounded wounding injure injured injuring injuries injury hurt casualties
        displace displaced displacing homeless flee fled fleeing evacuate evacuated home homes
        arrest arrested detain detained arrests
        captive captives hostage hostages abducted kidnapped captivity
        cost costs price priced worth bill sum
        pay paid payment payout compensation
        close closed closing shut shuts closure
        strike strikes striking walkout stopped
        wind winds gust gusts
        close_to near
        ill sick infected infection infections case cases patient patients
        plant factory
        worker workers employee employees staff job jobs
        attend attended crowd turnout worshippers protesters demonstrators marchers
        begin began start started opening
        state government public
        rise rises raise increase
        participate part took join joined
        temperature degrees thermometer
        attack attacks incursion assault raid offensive
        mine pit colliery
        explosion blast exploded
        storm cyclone hurricane typhoon
    """.strip().splitlines()
    for stem in line.split()
}  # fmt: skip


class Figure(NamedTuple):
    """A figure where it stands in an article, with the words that say what it measures."""

    start: int
    """Characters of the article."""
    end: int
    value: Quantity
    beside: frozenset[str]
    """Stems of the words beside it, up to the next figure on each side."""
    around: frozenset[str]
    """Stems of its sentence."""
    role: Literal["", "part", "more"] = ""
    """``part`` of something else that was counted ("six of the miners"), ``more`` to be added to it ("seven more people")."""


@lru_cache(maxsize=64)
def figures(text: str) -> tuple[Figure, ...]:
    """Return the figures of an article in order, without those that a correction takes back, and without years."""
    found = []
    for start, end in sentence_spans(text):
        own = [quantity for quantity in quantities(text[start:end]) if not _is_of_date(quantity, text[start:end])]
        around = telling_words(text[start:end])
        for number, quantity in enumerate(own):
            if is_taken_back(text, start + quantity.start, start + quantity.end):
                continue
            before = text[start + (own[number - 1].end if number else 0) : start + quantity.start]
            after = text[start + quantity.end : start + own[number + 1].start if number + 1 < len(own) else end]
            after = _SAID.split(after, maxsplit=1)[0]  # who says so is not what it measures
            near = [*_telling(before)[-_BESIDE:], *_telling(after)[:_BESIDE]]
            beside = frozenset(near)
            role = _role(text[start:end], quantity)
            found.append(Figure(start + quantity.start, start + quantity.end, quantity, beside, around, role))
    return tuple(found)


def figure_at(text: str, start: int, end: int) -> Figure | None:
    """Return the one figure within the characters ``start`` to ``end``, or None."""
    inside = [own for own in figures(text) if own.start < end and start < own.end]
    return inside[0] if len(inside) == 1 else None


def likeness(one: Figure, other: Figure) -> float:
    """Return how much two figures look to measure the same, 0 to 1; 0 where their units or their roles differ."""
    first, second = one.value, other.value
    if first.unit != second.unit or one.role != other.role:
        return 0.0
    words = 0.5 * _dice(one.beside, other.beside) + 0.2 * _dice(one.around, other.around)
    noun = 0.1 if first.unit or (first.noun and first.noun == second.noun) else 0.0
    return words + noun + 0.2 * _nearness(first, second)


def pairs(ones: Sequence[Figure], others: Sequence[Figure]) -> dict[Figure, tuple[Figure, float]]:
    """Return for figures of one report their counterparts in another, each with its likeness."""
    scored = [
        (score, i, j)
        for i, one in enumerate(ones)
        for j, other in enumerate(others)
        if (score := likeness(one, other)) > 0
    ]
    found: dict[Figure, tuple[Figure, float]] = {}
    taken: set[int] = set()
    for score, i, j in sorted(scored, key=lambda own: (-own[0], own[1], own[2])):
        if ones[i] not in found and j not in taken:
            found[ones[i]] = (others[j], score)
            taken.add(j)
    return found


def telling_words(text: str) -> frozenset[str]:
    """Return the stems of the words of ``text`` that carry its matter, without figures.

    >>> sorted(telling_words("How many people were killed in the attacks?"))
    ['attack', 'kill', 'peopl']
    """
    return frozenset(_telling(text))


def _telling(text: str) -> list[str]:
    return [stem for stem in stems(text) if stem not in _EMPTY and not stem[0].isdigit()]


def stems(text: str) -> list[str]:
    """Return the words of ``text`` in order, in lower case and roughly without endings; words that say one thing as one."""
    return [_stem(word) for word in _WORD.findall(text)]


@lru_cache(maxsize=8192)
def _stem(word: str) -> str:
    folded = regex.sub(r"['’]s?$", "", word.casefold())
    if folded in _SAME:
        return _SAME[folded]
    if folded in _EMPTY:
        return folded
    for ending, least in (("ing", 6), ("ies", 5), ("ed", 5), ("es", 5), ("s", 4)):
        if folded.endswith(ending) and len(folded) >= least and not folded.endswith("ss"):
            stem = folded[: -len(ending)] + ("y" if ending == "ies" else "")
            return _SAME.get(stem, stem.removesuffix("e"))
    return folded.removesuffix("e") if len(folded) > 4 else folded


def _role(sentence: str, quantity: Quantity) -> Literal["", "part", "more"]:
    if not quantity.unit and _PART.match(sentence, quantity.end):
        return "part"
    is_more = _MORE_AFTER.match(sentence, quantity.end) or _MORE_BEFORE.search(sentence, 0, quantity.start)
    return "more" if is_more else ""


def _dice(one: frozenset[str], other: frozenset[str]) -> float:
    return 2 * len(one & other) / (len(one) + len(other)) if one and other else 0.0


def _nearness(one: Quantity, other: Quantity) -> float:
    """Return 1 for equal amounts, 0 from ten times as much on."""
    if one.amount <= 0 or other.amount <= 0:
        return float(one.amount == other.amount)
    return max(0.0, 1 - abs(math.log10(one.amount / other.amount)))


def _is_of_date(quantity: Quantity, sentence: str) -> bool:
    """Return whether a figure is a year, or the day beside a month."""
    if quantity.unit or quantity.hedge:
        return False
    written = sentence[quantity.start : quantity.end]
    if len(written) == 4 and written.isdigit():
        return not quantity.noun and 1500 <= quantity.amount < 2100
    return bool(_MONTH_BEFORE.search(sentence, 0, quantity.start) or _MONTH_AFTER.match(sentence, quantity.end))
