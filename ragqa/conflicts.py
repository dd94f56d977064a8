"""Rival answers to one question: what the reports put differently, and which of it is the newest.

    answers, and the articles they stand in  ->  conflicts  ->  the newest first

Every report that was found is looked at: a passage in which the reader finds no answer may still give a rival value. It changes
neither the answers nor their order: those depend on the spans that beat their null, and on the articles they stand in.
Imports no model and no storage.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Literal, NamedTuple

import regex

from ragqa.agreement import group_by_value
from ragqa.answering import Candidate, cite, compose
from ragqa.calibration import Calibration
from ragqa.patterns import lazy_regex
from ragqa.records import Answer, Article, Citation, Conflict, Reason, Rival, instant
from ragqa.rivals import (
    PUT_FIRST,
    Contender,
    Evidence,
    contenders,
    fitting_first,
    gives_word_of,
    is_new,
    is_outdated,
    rivals_of,
    speaker_asked,
)
from ragqa.syndication import independent_sources

__all__ = ["Composed", "Weighed", "compose_all", "doubted", "weigh"]

DOUBTFUL = 0.3
"""The least confidence of a value that is shown in a conflict where none is sure enough for an answer."""
DAYS_APART = 2
"""How many days after all others a report must be to replace what they say: copies are printed a day later."""

_HEDGE_WORDS = 4  # "at least 129 people" gives 129; a whole clause gives more
_NAMES_A_TIME = lazy_regex(
    r"\b(?:at\s+first|initially|originally|earlier|previously|back\s+then)\b"
    r"|\b(?:in|on|of|by)\s+(?:(?:early|late)\s+|mid-)?(?:(?:19|20)\d\d|january|february|march|april|may|june|july|august|september"
    r"|october|november|december)\b"
    r"|\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|\byesterday\b|\blast\s+(?:week|month|year|night)\b"
    r"|(?<=\w,?\s)(?<!\b(?:until|till|since|from|by)\s)when\b|\bas\s+of\b|\b(?:at\s+the|at\s+that|by\s+the)\s+time\b|\bby\s+then\b"
    r"|\b(?:hour|day|week|month|year)s?\s+(?:after|before|later|earlier|into)\b",
    regex.IGNORECASE,
)


class Weighed(NamedTuple):
    """Answers against their rivals."""

    answers: list[Answer]
    """Best first: one of the kind that is asked for, and before all others the newest of superseded values, unless the question
    itself names a time."""
    conflicts: tuple[Conflict, ...]


def weigh(evidence: Evidence) -> Weighed:
    """Return the answers in their order against what rivals the best of them: one conflict, or none.

    Args:
        evidence: a question, all its answers, also those beyond what will be shown, and what was read for them: spans that lose to
            their null are hints where a rival may stand, and no answers.
    """
    if not evidence.answers:
        return Weighed([], ())
    articles = evidence.articles
    answers = fitting_first(evidence.answers, evidence)
    best = contenders(answers[0], articles)
    rivals = rivals_of(answers, evidence)
    conflict, _ = _conflict([*best, *rivals], articles)
    # Passages without an answer may show a rival, in themselves or elsewhere, but don't change the answers.
    beating = evidence.without_hints()
    counted = [own for own in rivals_of(answers, beating, least=PUT_FIRST) if own.is_counted(best[0], beating)]
    sure, dated = _conflict([*best, *counted], articles)
    conflict = conflict or sure
    ordered = [_as_of(answer, dated) for answer in answers]
    if dated and not _NAMES_A_TIME.search(evidence.question):
        ordered = _newest_first(ordered, _newest(dated, evidence.question), articles)
    return Weighed(ordered, (conflict,) if conflict else ())


class Composed(NamedTuple):
    """All answers to a question, also those that are too doubtful to be given."""

    answers: tuple[Answer, ...]
    reason: Reason | None
    """Why none is given; None where some are."""
    calibration: Calibration | None
    """The reader's; with a lower margin where all answers are too doubtful to be given, but not hopeless."""


def compose_all(
    candidates: Sequence[Candidate], articles: Mapping[str, Article], calibration: Calibration | None
) -> Composed:
    """Return all answers, because one that isn't given may be a rival; doubtful ones where there is no other.

    Two reports that give two values for what seems to be asked for are worth a look, although neither is given as an answer.
    """
    most = max(len(candidates), 1)
    answers, reason = compose(candidates, articles, top_k=most, calibration=calibration)
    if reason == "low_confidence" and calibration is not None:
        calibration = doubted(calibration)
        answers, _ = compose(candidates, articles, top_k=most, calibration=calibration)
    return Composed(answers, reason, calibration)


def doubted(calibration: Calibration) -> Calibration:
    """Return the calibration with the margin at which a value is too doubtful for an answer, but not hopeless."""
    least = calibration.offset + calibration.temperature * math.log(DOUBTFUL / (1 - DOUBTFUL))
    return replace(calibration, margin=max(0.0, least))


def _conflict(places: Sequence[Contender], articles: Mapping[str, Article]) -> tuple[Conflict | None, list[_Dated]]:
    """Return the conflict between what these places say, or None, and its values, newest first, if they superseded each other."""
    groups = group_by_value(places, lambda own: own.value)
    if len(groups) < 2:
        return None, []
    # A report that tells what a value was before doesn't say that it still is.
    current = [[own for own in group if not is_outdated(own, articles[own.article_id])] for group in groups]
    values = [_Dated.of(own or group, articles) for own, group in zip(current, groups, strict=True)]
    kind = _kind(values)
    if kind == "superseded":
        values.sort(key=_recency, reverse=True)
    conflict = Conflict(kind=kind, values=tuple(own.rival for own in values))
    return conflict, values if kind == "superseded" else []


def _newest(dated: Sequence[_Dated], question: str) -> _Dated:
    """Return the newest value: of the speaker whose word is asked for, if one of them is theirs."""
    speaker = speaker_asked(question)
    theirs = (own for own in dated if speaker and gives_word_of(own.rival, speaker))
    return next(theirs, dated[0])


def _as_of(answer: Answer, dated: Sequence[_Dated]) -> Answer:
    """Return an answer with the date of its newest report, where it is one of several that superseded each other."""
    published = next((own.published for own in dated if own.is_of(answer)), None)
    return answer if published is None else answer.model_copy(update={"as_of": published})


def _newest_first(answers: Sequence[Answer], newest: _Dated, articles: Mapping[str, Article]) -> list[Answer]:
    """Return the answers with the newest value first.

    Where the reader found it too unlikely for an answer by itself, it is one now, because it is the counterpart of one. Its
    confidence stays its own, or is that of the value which it replaced, where a report says that it did.
    """
    surest = newest.rival.confidence or 0.0
    told = [own for own in answers if newest.is_of(own)]
    others = [own for own in answers if own not in told]
    first = [
        own.model_copy(update={"confidence": None if own.confidence is None else max(own.confidence, surest)})
        for own in told
    ]
    if not first and newest.score is not None:
        rival = newest.rival
        first = [
            Answer(
                text=rival.text,
                confidence=rival.confidence,
                citations=rival.citations,
                sources=independent_sources(rival.citations, articles),
                score=newest.score,
                as_of=newest.published,
            )
        ]
    return [*first, *others]


class _Dated(NamedTuple):
    """A value with the first and last moment at which it was reported; None where a report is undated."""

    rival: Rival
    score: float | None
    first: datetime | None
    last: datetime | None
    is_told: bool
    """Whether one of its reports says that it followed another in a post; a revised figure may be another's."""

    @property
    def published(self) -> date | datetime | None:
        """When the newest report that gives it was published."""
        dates = [own.published_at for own in self.rival.citations if own.published_at is not None]
        return max(dates, key=instant, default=None)

    def is_of(self, answer: Answer) -> bool:
        """Return whether an answer gives this value where a report of it does, and little else."""
        return any(
            cited.article_id == own.article_id and cited.start < own.end and own.start < cited.end
            for own in self.rival.citations
            for cited in answer.citations
            if len(cited.quote.split()) <= len(own.quote.split()) + _HEDGE_WORDS
        )

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
        known_moments = [moment for moment in moments if moment is not None]
        is_dated = len(known_moments) == len(moments)
        return cls(
            rival,
            score,
            min(known_moments) if is_dated else None,
            max(known_moments) if is_dated else None,
            any(own.value.kind == "name" and is_new(own, articles[own.article_id]) for own in group),
        )


def _moment(citation: Citation) -> datetime | None:
    return None if citation.published_at is None else instant(citation.published_at)


def _recency(own: _Dated) -> tuple[date, bool, datetime]:
    last = own.last or datetime.min
    return last.date(), own.is_told, last


def _kind(values: Sequence[_Dated]) -> Literal["differs", "superseded"]:
    """Return ``superseded`` where the newest value was reported after all others, else ``differs``.

    After means days later, unless a report says that the newest followed another in a post.
    """
    dated = [(own.first, own.is_told, own.last) for own in values if own.first and own.last]
    if len(dated) < len(values):
        return "differs"
    (newest, is_told, _), *others = sorted(dated, reverse=True)
    days = (newest.date() - max(last for _, _, last in others).date()).days
    return "superseded" if days >= (0 if is_told else DAYS_APART) else "differs"
