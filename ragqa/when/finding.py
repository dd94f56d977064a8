"""All time words of a sentence or a question, resolved and in order.

First those that stand for themselves, by `phrases`; then those that lean on another, by `anaphora`, with the dates of the two
sentences before in view. Dates with a year of their own need no resolving: they are found to be leant on, and marked.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Sequence
from datetime import date
from functools import lru_cache
from typing import NamedTuple, TypeVar

from ragqa.patterns import lazy_re
from ragqa.sentences import sentence_spans
from ragqa.when.anaphora import LEANING, Leaning
from ragqa.when.meanings import Context
from ragqa.when.periods import Period
from ragqa.when.phrases import RULES
from ragqa.when.tense import tense_at

__all__ = ["Found", "dates_in", "dates_of_sentence"]

_PREPOSITION = lazy_re(
    r"(?:\b(?:late|early|earlier|later)\s+)?"
    r"\b(on|in|at|by|until|till|since|for|from|to|during|before|after|over|through|throughout|of|around)\s+(?:the\s+)?$"
    r"|\b(?:late|early|earlier|later)\s+$",
    re.IGNORECASE,
)
_BARE_YEAR = lazy_re(r"\b(?:[Ii]n|[Ss]ince|[Uu]ntil|[Bb]y|[Dd]uring)\s+((?:19|20)\d\d)\b(?![,.:]\d)")
_SENTENCES_BACK = 2
_REACH = 300  # characters beside a time word that are looked at: a transcript may be one sentence of a whole hour
_SHORT = 2_000  # characters of sentences that are kept
_Beside = TypeVar("_Beside", Context, Period)
# Where there is no day of publication only words with a year of their own count, and those don't ask for it.
_NO_PUBLICATION = date(2000, 1, 1)


class Found(NamedTuple):
    """A time word: characters of the text, half-open, and the days it means."""

    start: int
    end: int
    period: Period
    has_year: bool
    """Whether the words name the year, so that there was nothing to resolve."""


def dates_of_sentence(text: str, start: int, end: int, published: date | None) -> list[Found]:
    """Return the time words of the sentence between two characters of ``text``, in order.

    Args:
        text: an article.
        start: of the sentence.
        end: of the sentence.
        published: the day of publication; without it only what needs none is found.
    """
    paragraph = text.rfind("\n", 0, start) + 1
    before = [(first + paragraph, last + paragraph) for first, last in sentence_spans(text[paragraph:start])]
    sentences = [*before[-_SENTENCES_BACK:], (start, end)]
    shift = sentences[0][0]
    found = _dates_of_last(
        text[shift:end], tuple((first - shift, last - shift) for first, last in sentences), published
    )
    return [own._replace(start=own.start + shift, end=own.end + shift) for own in found]


def _dates_of_last(text: str, sentences: tuple[tuple[int, int], ...], published: date | None) -> Sequence[Found]:
    """Return the time words of the last of some sentences that follow each other; one sentence is cited for several answers."""
    look = _looked_up if len(text) <= _SHORT else _looked_up.__wrapped__
    return look(text, sentences, published)


@lru_cache(maxsize=512)
def _looked_up(text: str, sentences: tuple[tuple[int, int], ...], published: date | None) -> tuple[Found, ...]:
    found: list[Found] = []
    for start, end in sentences:
        found = dates_in(text, published, start=start, end=end, earlier=found)
    return tuple(found)


def dates_in(
    text: str, published: date | None, *, start: int = 0, end: int | None = None, earlier: list[Found] | None = None
) -> list[Found]:
    """Return the time words of one sentence, in order; ``earlier`` ones may be leant on.

    >>> text = "Talks broke down late on Monday."
    >>> [(text[found.start : found.end], found.period.iso) for found in dates_in(text, date(2023, 11, 15))]
    [('Monday', '2023-11-13')]
    """
    sentence = text[start : len(text) if end is None else end]
    found: list[Found] = []
    taken = bytearray(len(sentence))
    for rule in RULES:
        for match in rule.pattern.finditer(sentence):
            if taken.find(1, match.start(), match.end()) >= 0:
                continue
            has_year = bool(match.groupdict().get("year"))
            if not has_year and published is None:
                continue
            period = _meaning(rule.meaning, match, _context(sentence, match, published or _NO_PUBLICATION))
            if period is not None:
                found.append(Found(match.start(), match.end(), period, has_year))
                taken[match.start() : match.end()] = b"\1" * (match.end() - match.start())
    found += [
        Found(match.start(1), match.end(1), Period.year(int(match[1])), has_year=True)
        for match in _BARE_YEAR.finditer(sentence)
    ]
    found.sort()
    moved = [own._replace(start=own.start + start, end=own.end + start) for own in found]
    return _with_leaning(sentence, start, moved, earlier or [])


def _context(sentence: str, match: re.Match[str], published: date) -> Context:
    preposition = _PREPOSITION.search(sentence, max(0, match.start() - 20), match.start())
    begin = preposition.start() if preposition else match.start()
    before = sentence[max(0, begin - _REACH) : begin]
    word = ((preposition[1] or "") if preposition else "").lower()
    after = sentence[match.end() : match.end() + _REACH]
    return Context(published, word, tense_at(before, after, preposition=word), after)


def _meaning(
    meaning: Callable[[re.Match[str], _Beside], Period | None], match: re.Match[str], beside: _Beside
) -> Period | None:
    """Return what a rule says; nothing where that day is outside the calendar or doesn't exist."""
    try:
        return meaning(match, beside)
    except (ValueError, OverflowError):
        return None


def _with_leaning(sentence: str, start: int, dates: list[Found], earlier: list[Found]) -> list[Found]:
    found = dates.copy()
    for rule in LEANING:
        for match in rule.pattern.finditer(sentence):
            first, last = match.start() + start, match.end() + start
            number = bisect_left(found, first, key=lambda other: other.start)
            before, behind = found[max(0, number - 1) : number], found[number : number + 1]
            if any(first < other.end and other.start < last for other in before + behind):
                continue
            anchor = _anchor(rule, before, behind, earlier[-1:])
            period = anchor and _meaning(rule.meaning, match, anchor.period)
            if period:
                found.insert(number, Found(first, last, period, has_year=False))
    return found


def _anchor(rule: Leaning, before: list[Found], behind: list[Found], last: list[Found]) -> Found | None:
    """Return the date that words lean on: of this sentence before them, then behind them or in the sentences before."""
    for choice in (before, behind, last) if rule.looks_back else (before, last, behind):
        if choice:
            return choice[0]
    return None
