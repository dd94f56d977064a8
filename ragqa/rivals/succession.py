"""Who follows whom in a post, as in "Gordon Tull gave up his post. He was replaced by one of the founders, Hedda Brink".

A report of a succession need not name the post, so that the reader, asked who holds it, finds nothing there. English only.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import regex

from ragqa.sentences import sentence_spans

__all__ = ["Succession", "successions"]

_NO_NAME = (
    r"(?!(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|(?:January|February|March|July|September|October|November"
    r"|December)\b)"
)
_PART = _NO_NAME + r"(?:\p{Lu}[\p{L}\p{M}'’-]+|\p{Lu}\.)"
_NAME = regex.compile(
    rf"(?<![\p{{L}}\p{{M}}-]){_PART}(?:\s+(?:(?:de|da|del|der|di|van|von|bin|ben|al|el|la|le|ten)\s+)*{_PART}){{1,6}}|(?<=\b(?:Mr|Mrs|Ms|Dr)\.?\s){_PART}"
)
# The new name follows, the old one went before; or the other way round.
_BY = regex.compile(r"\b(?:replaced|succeeded|followed)\s+(?:(?:as|in|at|on)\s+[^.,;]{1,60}?\s+)?by\b")
_FROM = regex.compile(
    r"\b(?:(?:replac(?:es?|ed|ing)|succeed(?:s|ed|ing)?)(?!\s+(?:in|by|at|with|on)\b)|t(?:akes?|aking|ook|aken)\s+over\s+(?:as\s+[^.;]{1,60}?\s+)?from)\b"
)
_SUCCESSOR = regex.compile(
    r"\b(?:his|her|their|the|as|['’]s?)\s+(?:new\s+|designated\s+|chosen\s+)?(?:successor|replacement)\b",
    regex.IGNORECASE,
)
_PRONOUN = regex.compile(r"\s+(?:him|her|them)\b")
_REACH = 100


class Succession(NamedTuple):
    """Two names in an article, each by its first and last character, half-open."""

    old: tuple[int, int]
    new: tuple[int, int]


@lru_cache(maxsize=256)
def successions(text: str) -> tuple[Succession, ...]:
    """Return who follows whom, as an article says it.

    The old name is looked for in the sentence of the change and the two before it.

    >>> text = "Ana Lima stepped down on Friday. Her successor is the banker Rui Paz."
    >>> [(text[slice(*own.old)], text[slice(*own.new)]) for own in successions(text)]
    [('Ana Lima', 'Rui Paz')]
    """
    sentences = sentence_spans(text)
    names = _Names(text, sentences)
    found = []
    for number, (start, end) in enumerate(sentences):
        first = sentences[max(0, number - 2)][0]
        found += [
            (names.last_before(hinge.start(), first), names.next_after(hinge.end(), end))
            for hinge in _BY.finditer(text, start, end)
        ]
        for hinge in _FROM.finditer(text, start, end):
            old = names.next_after(hinge.end(), min(end, hinge.end() + _REACH))
            new = names.last_before(hinge.start(), start)
            if old is None and _PRONOUN.match(text, hinge.end()):
                old = names.last_before(new[0], first) if new else None
            found.append((old, new))
        for hinge in _SUCCESSOR.finditer(text, start, end):
            new = names.next_after(hinge.end(), end)
            limit = hinge.start()
            if new is None:  # "Rui Paz was named as her successor"
                new = names.last_before(limit, start)
                limit = new[0] if new else limit
            found.append((names.last_before(limit, first), new))
    return tuple(Succession(old, new) for old, new in found if old and new and _differ(text, old, new))


class _Names:
    """The names of an article, found once, sentence by sentence: a table may be one sentence with hundreds of changes."""

    def __init__(self, text: str, sentences: Sequence[tuple[int, int]]) -> None:
        self._text = text
        self._places = [own.span() for start, end in sentences for own in _NAME.finditer(text, start, end)]

    def next_after(self, start: int, limit: int) -> tuple[int, int] | None:
        """Return the first name that begins from ``start`` on and before ``limit``."""
        number = bisect_left(self._places, (start, start))
        place = self._places[number] if number < len(self._places) else None
        return place if place and place[0] < limit else None

    def last_before(self, limit: int, first: int) -> tuple[int, int] | None:
        """Return the last name that begins from ``first`` on and ends by ``limit``: of "Tull's", at its apostrophe, "Tull"."""
        for number in range(bisect_left(self._places, (limit, limit)) - 1, -1, -1):
            start, end = self._places[number]
            if start < first:
                return None
            if end <= limit:
                return start, end
            if cut := _NAME.fullmatch(self._text, start, limit):
                return cut.span()
        return None


def _differ(text: str, old: tuple[int, int], new: tuple[int, int]) -> bool:
    return text[slice(*old)].split()[-1] != text[slice(*new)].split()[-1]
