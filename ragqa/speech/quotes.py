"""Where direct speech begins and ends: the pairs of quotation marks of a paragraph. Imports nothing of ragqa.

A quotation that goes on in the next paragraph is not closed in its own, and opens again there. Single marks are also apostrophes:
one opens only before a word, and closes only behind one or behind a stop.
"""

from __future__ import annotations

import re
from typing import NamedTuple

__all__ = ["Quote", "masked", "quotes_in"]

_PAIRS = {"\u201c": "\u201d", "\u201e": "\u201c\u201d", "\u00ab": "\u00bb", "\u2018": "\u2019", '"': '"', "'": "'"}
_SINGLE = "\u2018'"
_MASK = "\ufffc"


class Quote(NamedTuple):
    """Characters of the text with their marks, half-open."""

    start: int
    end: int
    is_closed: bool


def quotes_in(text: str, start: int, end: int) -> list[Quote]:
    """Return the quotations of the paragraph between two characters, in order, those inside another left out.

    >>> quotes_in('"Go," he said. "Now."', 0, 21)
    [Quote(start=0, end=5, is_closed=True), Quote(start=15, end=21, is_closed=True)]
    """
    found: list[Quote] = []
    unclosed: set[str] = set()  # where the first of such marks isn't closed, no later one is
    at = start
    while at < end:
        mark = text[at]
        if mark in _PAIRS and mark not in unclosed and _opens(text, at, start):
            close = _closing(text, at, end)
            if close is not None:
                found.append(Quote(at, close + 1, is_closed=True))
                at = close + 1
                continue
            if mark not in _SINGLE:
                found.append(Quote(at, end, is_closed=False))
                break
            unclosed.add(mark)
        at += 1
    return found


def masked(text: str, start: int, end: int, quotes: list[Quote]) -> str:
    """Return a stretch of the text with all that is quoted blotted out, character for character."""
    cells = list(text[start:end])
    for quote in quotes:
        for at in range(max(quote.start, start), min(quote.end, end)):
            cells[at - start] = _MASK
    return "".join(cells)


def _opens(text: str, at: int, start: int) -> bool:
    before = text[at - 1] if at > start else " "
    after = text[at + 1 : at + 2]
    return (
        not before.isalnum() and bool(after) and not after.isspace() and (text[at] not in "\"'" or before not in ".,!?")
    )


def _closing(text: str, at: int, end: int) -> int | None:
    closers = _PAIRS[text[at]]
    for here in range(at + 1, end):
        if text[here] in closers and (text[at] not in _SINGLE or _closes_single(text, here)):
            return here
    return None


def _closes_single(text: str, at: int) -> bool:
    """A single mark closes where no letter follows; "the workers' strike" is told apart by what comes behind."""
    after = text[at + 1 : at + 2]
    if after.isalnum():
        return False
    return text[at - 1] in ".,!?\u2026" or not re.match(r"\s[a-z]", text[at + 1 : at + 3]) or text[at - 1] not in "sxz"
