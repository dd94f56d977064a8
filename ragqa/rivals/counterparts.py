"""Which figure of one report is set against which of another: the two that measure the same thing.

    "killing at least 34 people and driving 210,000 from their homes"
    "the number of deaths has gone up to 129. About 460,000 people lost their homes"

Figures of one unit are paired off, the likest first, each with one of the other report at most, by the words beside them, the
words of their sentences, what is counted, and how far apart they are. So 34 goes with 129, and 210,000 with 460,000, although
all four count people. Greedy matching is that of competitive linking. Imports no model and no storage.

Source: Melamed (2000), Models of translational equivalence among words, CL 26(2), section 3 (competitive linking).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from ragqa.quantities import MONEY, Quantity
from ragqa.rivals.measured import PERSON, Figure
from ragqa.rivals.stems import dice

__all__ = [
    "PAIRED",
    "is_other_fact",
    "likeness",
    "likeness_of_words",
    "nearness",
    "pairs",
    "seem_other_things",
]

BESIDE = 0.5
AROUND = 0.2
NAMED = 0.1
NOUN = 0.1
NEAR = 0.2
OTHER_NOUN = 0.15
"""What is taken off where they count things of two names."""
RATES = 0.1
"""Where both are so much a day, a head or each."""
OTHER_RATE = 0.15
"""What is taken off where only one is a rate; nothing but money can still be the same then ("31,000 dollars" a year)."""
LEAST = 0.01
"""Where it is possible, but nothing speaks for it, or less than against it."""
PAIRED = 100
"""How many figures of a report are paired off at most."""
FARTHEST = 100
"""How many times larger the greater of two figures may be that measure the same."""


def likeness(one: Figure, other: Figure) -> float:
    """Return how much two figures look to measure the same, 0 to 1.

    0 where they can't: as `likeness_of_words` has it, or because they seem to count two things.
    """
    return 0.0 if seem_other_things(one, other) else likeness_of_words(one, other)


def likeness_of_words(one: Figure, other: Figure) -> float:
    """Return how much two figures look to measure the same, 0 to 1: by the words around them, what they count, and size.

    0 where their units differ, only one is a rate, they tell two facts, or one is more than a hundred times the other.
    """
    first, second = one.value, other.value
    is_other_rate = one.is_rate != other.is_rate and bool(first.unit) and first.unit not in MONEY
    if first.unit != second.unit or is_other_rate or is_other_fact(one, other) or _are_apart(first, second):
        return 0.0
    words = BESIDE * dice(one.beside, other.beside) + AROUND * dice(one.around, other.around)
    is_one_noun = bool(first.unit) or (first.noun == second.noun != "") or (one.counted == other.counted != "")
    is_other_noun = one.counted != other.counted and one.counted and other.counted
    nouns = NOUN if is_one_noun else -OTHER_NOUN if is_other_noun else 0.0
    rates = -OTHER_RATE if one.is_rate != other.is_rate else RATES if one.is_rate else 0.0
    return max(LEAST, words + NAMED * dice(one.named, other.named) + nouns + rates + NEAR * nearness(first, second))


def is_other_fact(one: Figure, other: Figure) -> bool:
    """Return whether two figures tell two facts, whatever they measure: a whole and its part, or the killed and the wounded."""
    return one.role != other.role or (one.befell != other.befell and bool(one.befell and other.befell))


def seem_other_things(one: Figure, other: Figure) -> bool:
    """Return whether one of two figures seems to count persons, and the other something else."""
    return bool(one.counted and other.counted) and (one.counted == PERSON) != (other.counted == PERSON)


def pairs(ones: Sequence[Figure], others: Sequence[Figure]) -> dict[Figure, tuple[Figure, float]]:
    """Return for figures of one report their counterparts in another, each with its likeness.

    Only the first `PAIRED` of each are paired off, since the work grows with their product: those further down a long table have no
    counterpart.
    """
    scored = [
        (score, i, j)
        for i, one in enumerate(ones[:PAIRED])
        for j, other in enumerate(others[:PAIRED])
        if (score := likeness(one, other)) > 0
    ]
    found: dict[Figure, tuple[Figure, float]] = {}
    taken: set[int] = set()
    for score, i, j in sorted(scored, key=lambda own: (-own[0], own[1], own[2])):
        if ones[i] not in found and j not in taken:
            found[ones[i]] = (others[j], score)
            taken.add(j)
    return found


def _are_apart(one: Quantity, other: Quantity) -> bool:
    low, high = sorted((abs(one.amount), abs(other.amount)))
    return low * FARTHEST < high


def nearness(one: Quantity, other: Quantity) -> float:
    """Return 1 for equal amounts, 0 from ten times as much on."""
    if one.amount <= 0 or other.amount <= 0:
        return float(one.amount == other.amount)
    return max(0.0, 1 - abs(math.log10(one.amount / other.amount)))
