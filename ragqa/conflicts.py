"""Rival answers to one question: what the reports put differently, and which of it is the newest.

    answers, and the articles they stand in  ->  conflicts  ->  the newest first

Only spans that beat their null and the articles they stand in are looked at: passages that hold no answer change nothing.
Imports no model and no storage.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Literal, NamedTuple

import regex

from ragqa.agreement import group_by_value
from ragqa.answering import Candidate, cite
from ragqa.calibration import Calibration
from ragqa.records import Answer, Article, Citation, Conflict, Rival, instant
from ragqa.rivals import Contender, contenders, rivals_of
from ragqa.syndication import independent_sources

__all__ = ["Weighed", "weigh"]

DAYS_APART = 2
"""From how many days on a later report is said to replace an earlier one: copies are printed a day later."""

_NAMES_A_TIME = regex.compile(
    r"\b(?:at\s+first|initially|originally|earlier|previously|back\s+then)\b"
    r"|\b(?:in|on|of|by)\s+(?:(?:early|late)\s+|mid-)?(?:(?:19|20)\d\d|january|february|march|april|may|june|july|august|september"
    r"|october|november|december)\b"
    r"|\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|\byesterday\b|\blast\s+(?:week|month|year|night)\b"
    r"|(?<=\w,?\s)when\b|\bas\s+of\b|\b(?:at\s+the|at\s+that|by\s+the)\s+time\b|\bby\s+then\b"
    r"|\b(?:hour|day|week|month|year)s?\s+(?:after|before|later|earlier|into)\b",
    regex.IGNORECASE,
)


class Weighed(NamedTuple):
    """Answers against their rivals."""

    answers: list[Answer]
    """Best first; the newest of superseded values before all others, unless the question itself names a time."""
    conflicts: tuple[Conflict, ...]


def weigh(
    question: str,
    answers: Sequence[Answer],
    candidates: Sequence[Candidate],
    articles: Mapping[str, Article],
    *,
    calibration: Calibration | None,
) -> Weighed:
    """Return the answers in their order against what rivals the best of them: one conflict, or none.

    Args:
        question: as asked.
        answers: all of them, best first, also those beyond what will be shown.
        candidates: the spans that were found; those that lose to their null don't count.
        articles: by id, all that the candidates name.
        calibration: the reader's.
    """
    if not answers:
        return Weighed([], ())
    scores = {
        (own.article_id, own.span.start, own.span.end): own.score(calibration)
        for own in candidates
        if own.span.score > 0
    }
    rivals = rivals_of(question, answers, scores, articles, calibration=calibration)
    groups = group_by_value([*contenders(answers[0], articles), *rivals], lambda own: own.value)
    if len(groups) < 2:
        return Weighed(list(answers), ())
    values = [_Dated.of(group, articles) for group in groups]
    kind = _kind(values)
    ordered = list(answers)
    if kind == "superseded":
        values.sort(key=lambda own: own.last or datetime.min, reverse=True)
        if not _NAMES_A_TIME.search(question):
            ordered = _newest_first(answers, values[0], articles)
    return Weighed(ordered, (Conflict(kind=kind, values=tuple(own.rival for own in values)),))


def _newest_first(answers: Sequence[Answer], newest: _Dated, articles: Mapping[str, Article]) -> list[Answer]:
    """Return the answers with the newest value first.

    Where the reader found it too unlikely for an answer by itself, it is one now, because it is the counterpart of one. Its
    confidence stays its own.
    """
    places = {(own.article_id, own.start) for own in newest.rival.citations}
    first = [own for own in answers if any((cited.article_id, cited.start) in places for cited in own.citations)]
    if not first and newest.score is not None:
        rival = newest.rival
        first = [
            Answer(
                text=rival.text,
                confidence=rival.confidence,
                citations=rival.citations,
                sources=independent_sources(rival.citations, articles),
                score=newest.score,
            )
        ]
    return [*first, *(own for own in answers if own not in first)]


class _Dated(NamedTuple):
    """A value with the first and last moment at which it was reported; None where a report is undated."""

    rival: Rival
    score: float | None
    first: datetime | None
    last: datetime | None

    @classmethod
    def of(cls, group: Sequence[Contender], articles: Mapping[str, Article]) -> _Dated:
        places = {own.article_id: own for own in reversed(group)}
        citations = [
            cite(articles[own.article_id], own.start, own.end) for own in group if places[own.article_id] is own
        ]
        known = [own.confidence for own in group if own.confidence is not None]
        rival = Rival(text=citations[0].quote, confidence=max(known, default=None), citations=tuple(citations))
        score = max((own.score for own in group if own.score is not None), default=None)
        moments = [_moment(citation) for citation in citations]
        if None in moments:
            return cls(rival, score, None, None)
        return cls(
            rival, score, min(moment for moment in moments if moment), max(moment for moment in moments if moment)
        )


def _moment(citation: Citation) -> datetime | None:
    return None if citation.published_at is None else instant(citation.published_at)


def _kind(values: Sequence[_Dated]) -> Literal["differs", "superseded"]:
    """Return ``superseded`` where the values were reported one after the other, else ``differs``."""
    stretches = sorted((own.first, own.last) for own in values if own.first and own.last)
    if len(stretches) < len(values):
        return "differs"
    for (_, last), (first, _) in pairwise(stretches):
        if (first.date() - last.date()).days < DAYS_APART:
            return "differs"
    return "superseded"
