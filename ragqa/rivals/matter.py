"""Whether two articles report one matter: they share names, and what the question names.

Without it the dead of one storm would rival those of another. English only: a name is what has a capital within a sentence.
"""

from __future__ import annotations

from functools import lru_cache

import regex

from ragqa.records import Article
from ragqa.rivals.stems import names_in

__all__ = ["is_one_matter"]

SHARED = 0.1
"""Which share of the names of the shorter report must stand in the other, if both are to be about one matter."""
SURELY_SHARED = 0.25
"""The same where most names of the question stand in one of them only."""

_NAME_IN_QUESTION = regex.compile(r"(?<!^)\b(?:\p{Lu}[\p{L}\p{M}]{2,}+|(?:19|20)\d\d\b)")
# Capitals that say nothing of the matter.
_CALENDAR = frozenset(
    """Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May June July August September
    October November December Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec Prime Minister President Correction""".split()
)


def is_one_matter(question: str, one: Article, other: Article) -> bool:
    """Return whether two articles share names, and between them enough of the names and all of the years that the question has."""
    first, second = (_names(f"{own.title or ''}\n{own.text}", _outlet(own)) for own in (one, other))
    least = min(len(first), len(second))
    shared = len(first & second) / least if least else 0.0
    if shared < SHARED:
        return False
    asked = set(_NAME_IN_QUESTION.findall(question)) - _CALENDAR
    texts = [f"{article.title or ''}\n{article.text}".casefold() for article in (one, other)]
    apart = {name for name in asked if (name.casefold() in texts[0]) != (name.casefold() in texts[1])}
    if any(name.isdigit() for name in apart):
        return False
    return shared >= SURELY_SHARED or 2 * len(apart) < len(asked) or not apart


@lru_cache(maxsize=256)
def _names(text: str, outlet: str) -> frozenset[str]:
    """Return the words with a capital within the sentences of an article, without those of its outlet."""
    return frozenset(name for name in names_in(text) if name not in _CALENDAR and name not in outlet)


def _outlet(article: Article) -> str:
    return " ".join([article.source or "", *article.authors])
