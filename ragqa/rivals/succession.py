"""Who follows whom in a post, as in "Gordon Tull gave up his post. He was replaced by one of the founders, Hedda Brink".

A report of a succession need not name the post, so that the reader, asked who holds it, finds nothing there. English only.
"""

from __future__ import annotations

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
    rf"(?<![\p{{L}}\p{{M}}-]){_PART}(?:\s+(?:(?:de|da|del|der|di|van|von|bin|ben|al|el|la|le|ten)\s+)*{_PART})+|(?<=\b(?:Mr|Mrs|Ms|Dr)\.?\s){_PART}"
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

    >>> text = "Ana Lima stepped down on Friday. Her successor is the banker Rui Paz."
    >>> [(text[slice(*own.old)], text[slice(*own.new)]) for own in successions(text)]
    [('Ana Lima', 'Rui Paz')]
    """
    sentences = sentence_spans(text)
    found = []
    for number, (start, end) in enumerate(sentences):
        first = sentences[max(0, number - 2)][0]
        found += [
            (_last_before(text, first, hinge.start()), _next_after(text, hinge.end(), end))
            for hinge in _BY.finditer(text, start, end)
        ]
        for hinge in _FROM.finditer(text, start, end):
            old = _next_after(text, hinge.end(), min(end, hinge.end() + _REACH))
            if old is None and _PRONOUN.match(text, hinge.end()):
                new = _last_before(text, start, hinge.start())
                old = _last_before(text, first, new[0]) if new else None
            else:
                new = _last_before(text, start, hinge.start())
            found.append((old, new))
        for hinge in _SUCCESSOR.finditer(text, start, end):
            new = _next_after(text, hinge.end(), end)
            limit = hinge.start()
            if new is None:  # "Rui Paz was named as her successor"
                new = _last_before(text, start, hinge.start())
                limit = new[0] if new else limit
            found.append((_last_before(text, first, limit), new))
    return tuple(Succession(old, new) for old, new in found if old and new and _differ(text, old, new))


def _names(text: str, start: int, end: int) -> list[tuple[int, int]]:
    return [own.span() for own in _NAME.finditer(text, start, end)]


def _next_after(text: str, start: int, end: int) -> tuple[int, int] | None:
    return next(iter(_names(text, start, end)), None)


def _last_before(text: str, start: int, end: int) -> tuple[int, int] | None:
    return next(iter(reversed(_names(text, start, end))), None)


def _differ(text: str, old: tuple[int, int], new: tuple[int, int]) -> bool:
    return text[slice(*old)].split()[-1] != text[slice(*new)].split()[-1]
