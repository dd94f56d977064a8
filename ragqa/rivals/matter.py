"""Whether two articles report one matter: they share names, and what the question names.

Without it the dead of one storm would rival those of another. English only: a name is what has a capital within a sentence.
"""

from __future__ import annotations

import math
from collections.abc import Set
from functools import lru_cache
from typing import NamedTuple

from ragqa.patterns import lazy_regex
from ragqa.records import Article, instant
from ragqa.rivals.stems import names_in, stems_of

__all__ = ["InCommon", "in_common"]

SHARED = 0.1
"""Which share of the names of the shorter report must stand in the other, if both are to be about one matter."""
SHARED_AND_ASKED = 0.05
"""The same where half of the names of the question or more stand in both."""
SURELY_SHARED = 0.25
"""The same where most names of the question stand in one of them only."""
DAYS = 14
"""How many days apart two reports are published at most that need share fewer names."""

_NAME_IN_QUESTION = lazy_regex(r"(?<!^)\b(?:\p{Lu}[\p{L}\p{M}]{2,}+|(?:19|20)\d\d\b)")
_CAPITALISED = lazy_regex(r"\b\p{Lu}[\p{L}\p{M}]{2,}+")
_LATIN = lazy_regex(r"[\p{Latin}\p{M}\d]+")
# Capitals that say nothing of the matter.
_CALENDAR = frozenset(
    """Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May June July August September
    October November December Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec Prime Minister President Correction""".split()
)


class InCommon(NamedTuple):
    """What two articles have in common."""

    apart: float
    """Which share of the question's names only one of them has."""
    is_one_matter: bool
    """Whether they share names, and between them have enough of the names and all of the years that the question has."""


def in_common(question: str, one: Article, other: Article) -> InCommon:
    """Return what two articles have in common that were found for a question."""
    asked = set(_NAME_IN_QUESTION.findall(question)) - _CALENDAR
    first, second = (_Names.of(f"{own.title or ''}\n{own.text}", _outlet(own, asked)) for own in (one, other))
    least = min(len(first.within), len(second.within))
    both = (first.within & second.anywhere) | (second.within & first.anywhere)
    shared = len(both) / least if least else 0.0
    texts = [f"{own.title or ''}\n{own.text}".casefold() for own in (one, other)]
    held = [
        _held(asked, text) or _held(asked, (own.source or "").casefold())
        for own, text in zip((one, other), texts, strict=True)
    ]
    apart = held[0] ^ held[1]
    for article, own, text in zip((one, other), held, texts, strict=True):
        apart -= {year for year in apart - own if _is_year_of(year, article, text)}
    is_close = bool(held[0] & held[1]) and _days_apart(one, other) <= DAYS
    enough = SHARED_AND_ASKED if is_close or (asked and 2 * len(held[0] & held[1]) >= len(asked)) else SHARED
    is_asked = shared >= SURELY_SHARED or 2 * len(apart) < len(asked) + is_close or not apart
    is_of_years = not any(name.isdigit() for name in apart)
    return InCommon(len(apart) / len(asked) if asked else 0.0, shared >= enough and is_of_years and is_asked)


def _held(asked: Set[str], text: str) -> set[str]:
    return {name for name in asked if _has_word(text, name.casefold())}


def _has_word(text: str, word: str) -> bool:
    """Return whether a text has a word that is no part of a longer one: "Niger's", not "Nigeria".

    Only of Latin letters is it known where a word ends: others may write words together, or bend them.
    """
    start = text.find(word)
    if not _LATIN.fullmatch(word):
        return start >= 0
    while start >= 0:
        end = start + len(word)
        if not (_LATIN.match(text[max(0, start - 1) : start]) or _LATIN.match(text[end : end + 1])):
            return True
        start = text.find(word, end)
    return False


def _is_year_of(year: str, article: Article, text: str) -> bool:
    """Return whether an article that doesn't name a year is of it: published in it, or in the next and telling of "last year"."""
    if not year.isdigit() or article.published_at is None:
        return False
    after = instant(article.published_at).year - int(year)
    return after == 0 or (after == 1 and "last year" in text)


def _days_apart(one: Article, other: Article) -> float:
    if one.published_at is None or other.published_at is None:
        return math.inf
    return abs(instant(one.published_at) - instant(other.published_at)).days


class _Names(NamedTuple):
    """The words with a capital in an article, without those of its outlet and of the calendar."""

    within: frozenset[str]
    """Those within a sentence: names."""
    anywhere: frozenset[str]
    """Those at its beginning too, where any word has one."""

    @classmethod
    @lru_cache(maxsize=256)
    def of(cls, text: str, outlet: frozenset[str]) -> _Names:
        """Return those of an article."""
        names = (
            frozenset(name for name in found if name not in _CALENDAR and name not in outlet and stems_of(name))
            for found in (names_in(text), _CAPITALISED.findall(text))
        )
        return cls(*names)


def _outlet(article: Article, asked: Set[str]) -> frozenset[str]:
    """Return the names of whoever reports, but those that are asked for: "The Lowmoor Chronicle" on a bank in Lowmoor."""
    return frozenset(_CAPITALISED.findall(" ".join([article.source or "", *article.authors]))) - asked
