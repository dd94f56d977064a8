"""Rival answers to one question: what the reports put differently, and which of it is the newest.

    answers, and the articles they stand in  ->  conflicts  ->  the newest first

The best answer is set against the other reports that were read. A figure is a rival if it is the best answer's counterpart in a
report of the same matter (`ragqa.counterparts`); names and dates are rivals if the reader holds them for answers of comparable
confidence. Not a rival: the same said in another way, what the report of the best answer itself holds for another fact, what a
correction takes back. Only spans that beat their null and the articles they stand in are looked at: passages that hold no
answer change nothing. Imports no model and no storage.
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
from ragqa.counterparts import Figure, figure_at, figures, pairs, telling_words
from ragqa.records import Answer, Article, Citation, Conflict, Rival, instant
from ragqa.syndication import independent_sources
from ragqa.values import Value, read, same

__all__ = ["Weighed", "weigh"]

LIKE = 0.4
"""How well two figures must suit each other to be rivals: their likeness and, in these shares, what the next two say."""
READER = 0.5
"""Of the reader's confidence in the other figure."""
ASKED = 0.2
"""Of how many of the question's words stand with the other figure."""
MATTER = 0.1
"""Which share of the names of the shorter report must stand in the other, if both are to be about one matter."""
SURELY_ONE_MATTER = 0.25
"""The same where a name of the question stands in one of them only."""
GAP = 2.0
"""How many temperatures of the calibration below the best answer a date or name of comparable confidence may score."""
DAYS_APART = 2
"""From how many days on a later report is said to replace an earlier one: copies are printed a day later."""

_NAME = regex.compile(r"(?<![.!?:“\"']\s)(?<!^)(?<!\n)\b\p{Lu}[\p{L}\p{M}]{2,}+")
_NAME_IN_QUESTION = regex.compile(r"(?<!^)\b(?:\p{Lu}[\p{L}\p{M}]{2,}+|(?:19|20)\d\d\b)")
# Capitals that say nothing of the matter.
_CALENDAR = frozenset(
    """Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May June July August September
    October November December Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec Prime Minister President Correction""".split()
)
_LISTS = regex.compile(
    r"^\s*(?:what|which|who)\s+(?:are|were)\b|^\s*(?:name|list)\b|\bwhich\s+(?:countries|cities|people|companies|\p{Ll}+s)\b",
    regex.IGNORECASE,
)
_NAMES_A_TIME = regex.compile(
    r"\b(?:at\s+first|initially|originally|earlier|previously|back\s+then)\b"
    r"|\b(?:in|on|of|by)\s+(?:(?:early|late)\s+|mid-)?(?:(?:19|20)\d\d|january|february|march|april|may|june|july|august|september"
    r"|october|november|december)\b",
    regex.IGNORECASE,
)


class Contender(NamedTuple):
    """A place that gives a value."""

    article_id: str
    start: int
    end: int
    value: Value
    confidence: float | None
    score: float | None
    """In logits; None where the reader did not find it."""


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
    asked = telling_words(question)
    scores = {
        (own.article_id, own.span.start, own.span.end): own.score(calibration)
        for own in candidates
        if own.span.score > 0
    }
    best = _contenders(answers[0], articles)
    if best[0].value.figure:
        rivals = _rival_figures(question, asked, best, scores, articles, calibration)
    elif best[0].value.kind in ("date", "name") and not _LISTS.search(question):
        rivals = _rival_answers(question, asked, best, answers, articles, calibration)
    else:
        rivals = []
    groups = group_by_value([*best, *rivals], lambda own: own.value)
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


def _contenders(answer: Answer, articles: Mapping[str, Article]) -> list[Contender]:
    return [
        Contender(own.article_id, own.start, own.end, _value(own, articles), answer.confidence, answer.score)
        for own in answer.citations
    ]


def _value(citation: Citation, articles: Mapping[str, Article]) -> Value:
    """Return what a citation says; a relative date by the day that it means, where that is known."""
    days = [own.date for own in citation.resolved_dates if own.start < citation.end and citation.start < own.end]
    return read(
        articles[citation.article_id].text, citation.start, citation.end, day=days[0] if len(days) == 1 else None
    )


def _rival_figures(
    question: str,
    asked: frozenset[str],
    best: Sequence[Contender],
    scores: Mapping[tuple[str, int, int], float],
    articles: Mapping[str, Article],
    calibration: Calibration | None,
) -> list[Contender]:
    """Return the counterparts of the best answer in the other reports of the matter, the likest first."""
    found: list[tuple[float, Contender]] = []
    known = [(own, figure) for own in best if (figure := figure_at(articles[own.article_id].text, own.start, own.end))]
    for name in sorted(articles.keys() - {own.article_id for own in best}):
        text = articles[name].text
        sure = {
            figure: score
            for (article_id, start, end), score in scores.items()
            if article_id == name and (figure := figure_at(text, start, end))
        }
        scored: list[tuple[float, Figure]] = []
        for own, figure in known:
            if not _is_one_matter(question, articles[own.article_id], articles[name]):
                continue
            matched = pairs(figures(articles[own.article_id].text), figures(text)).get(figure)
            if matched:
                other, score = matched
                scored.append(
                    (score + READER * _confidence(sure.get(other), calibration) + ASKED * _share(asked, other), other)
                )
        if not scored:
            continue
        score, other = max(scored, key=lambda pair: pair[0])
        value = read(text, other.start, other.end)
        if score >= LIKE and not any(same(value, own.value) for own in best):
            own_score = sure.get(other)
            confidence = (
                calibration.confidence(own_score, is_best=False) if calibration and own_score is not None else None
            )
            found.append((score, Contender(name, other.start, other.end, value, confidence, own_score)))
    return [contender for _, contender in sorted(found, key=lambda own: (-own[0], own[1].article_id))]


def _rival_answers(
    question: str,
    asked: frozenset[str],
    best: Sequence[Contender],
    answers: Sequence[Answer],
    articles: Mapping[str, Article],
    calibration: Calibration | None,
) -> list[Contender]:
    """Return the other answers of the best one's kind that are about as sure, from other reports of the matter."""
    own_articles = {own.article_id for own in best}
    own_words = frozenset().union(*(telling_words(citation.sentence) for citation in answers[0].citations))
    gap = GAP * calibration.temperature if calibration else GAP
    found = []
    for answer in answers[1:]:
        if answer.score < answers[0].score - gap:
            continue
        for citation, contender in zip(answer.citations, _contenders(answer, articles), strict=True):
            words = telling_words(citation.sentence) & own_words
            if (
                contender.article_id not in own_articles
                and is_comparable(best[0].value, contender.value)
                and (words & asked or len(words) >= 3)
                and _is_one_matter(question, articles[best[0].article_id], articles[contender.article_id])
            ):
                found.append(contender)
    return found


def is_comparable(one: Value, other: Value) -> bool:
    """Return whether two dates or names can rival each other: a weekday without its date can't, nor can a word in capitals."""
    if one.kind != other.kind or one.key == other.key:
        return False
    if one.kind == "date":
        return not ({part for part, _ in (*one.date, *other.date)} & {"weekday", "relative"})
    return one.kind == "name"


def _confidence(score: float | None, calibration: Calibration | None) -> float:
    """Return how likely the reader holds a span for the answer, were it the only one; nothing where it can't say."""
    return calibration.confidence(score) if calibration and score is not None else 0.0


def _share(asked: frozenset[str], figure: Figure) -> float:
    """Return which share of the question's words stands in the sentence of a figure, those beside it counted twice."""
    return (len(asked & figure.around) + len(asked & figure.beside)) / (2 * len(asked)) if asked else 0.0


def _is_one_matter(question: str, one: Article, other: Article) -> bool:
    """Return whether two articles share names, and between them enough of the names and all of the years that the question has."""
    first, second = _names(one), _names(other)
    least = min(len(first), len(second))
    shared = len(first & second) / least if least else 0.0
    asked = set(_NAME_IN_QUESTION.findall(question)) - _CALENDAR
    texts = [f"{article.title or ''}\n{article.text}".casefold() for article in (one, other)]
    apart = {name for name in asked if (name.casefold() in texts[0]) != (name.casefold() in texts[1])}
    if any(name.isdigit() for name in apart):
        return False
    return shared >= (MATTER if 2 * len(apart) < len(asked) or not apart else SURELY_ONE_MATTER)


def _names(article: Article) -> frozenset[str]:
    """Return the words with a capital within the sentences of an article, without those of its outlet."""
    outlet = " ".join([article.source or "", *article.authors])
    found = _NAME.findall(f"{article.title or ''}\n{article.text}")
    return frozenset(name for name in found if name not in _CALENDAR and name not in outlet)
