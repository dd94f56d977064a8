"""Which spans rival the best answer: what other reports of the matter, or another side in the same one, give in its place.

A figure is a rival if it is the counterpart of the best answer in another report (`ragqa.counterparts`); names and dates are
rivals if the reader holds them for answers of comparable confidence. Between two figures of one report stand two speakers, or
they are two facts. Reports are of one matter if they share names. Imports no model and no storage.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import regex

from ragqa.calibration import Calibration
from ragqa.counterparts import Figure, figure_at, figures, likeness, pairs, telling_words
from ragqa.records import Answer, Article, Citation
from ragqa.sentences import sentence_spans, spanning
from ragqa.values import Value, read, same

__all__ = ["Contender", "contenders", "rivals_of"]

LIKE = 0.4
"""How well two figures must suit each other to be rivals: their likeness and, in these shares, what the next two say."""
LIKE_OF_SIDES = 0.3
"""The least likeness where both stand in one report, which mostly means that they measure two things."""
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
_SPEAKER = regex.compile(
    r"\b(?:says?|said|puts?|counts?|counted|claims?|claimed|insists?|insisted|estimates?|estimated|reckons?|speaks?\s+of|spoke\s+of|according\s+to"
    r"|lists?|tally|believes?)\b",
    regex.IGNORECASE,
)
_SAME_SPEAKER = regex.compile(r"\b(?:he|she|it|they)\s+(?:said|says?|added|adds?)\b", regex.IGNORECASE)
_NEARBY = 300


class Contender(NamedTuple):
    """A place that gives a value."""

    article_id: str
    start: int
    end: int
    value: Value
    confidence: float | None
    score: float | None
    """In logits; None where the reader did not find it."""


def rivals_of(
    question: str,
    answers: Sequence[Answer],
    scores: Mapping[tuple[str, int, int], float],
    articles: Mapping[str, Article],
    *,
    calibration: Calibration | None,
) -> list[Contender]:
    """Return what rivals the first of ``answers``, the likest first.

    Args:
        question: as asked.
        answers: one or more, best first.
        scores: of each span that beats its null, by article and characters, in logits.
        articles: by id, all that the spans are of.
        calibration: the reader's.
    """
    asked = telling_words(question)
    best = contenders(answers[0], articles)
    if best[0].value.figure:
        return _rival_figures(question, asked, best, scores, articles, calibration)
    if best[0].value.kind in ("date", "name") and not _LISTS.search(question):
        return _rival_answers(question, asked, best, answers, articles, calibration)
    return []


def contenders(answer: Answer, articles: Mapping[str, Article]) -> list[Contender]:
    """Return the places that give an answer, best first."""
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
    found += _other_sides(known, asked, scores, articles, calibration)
    return [contender for _, contender in sorted(found, key=lambda own: (-own[0], own[1].article_id))]


def _other_sides(
    known: Sequence[tuple[Contender, Figure]],
    asked: frozenset[str],
    scores: Mapping[tuple[str, int, int], float],
    articles: Mapping[str, Article],
    calibration: Calibration | None,
) -> list[tuple[float, Contender]]:
    """Return figures that another side gives in the report of the best answer: the reader found them, and both have a speaker."""
    found = []
    for own, figure in known:
        text = articles[own.article_id].text
        for (article_id, start, end), score in scores.items():
            other = figure_at(text, start, end) if article_id == own.article_id else None
            if other is None or other == figure or other.around == figure.around or other.role or figure.role:
                continue
            first, second = sorted((figure, other), key=lambda one: one.start)
            between = text[first.end : second.start]
            is_near = len(between) <= _NEARBY and "\n\n" not in between
            is_counted = bool(figure.value.unit) or figure.value.noun == other.value.noun != ""
            sentences = _sentence(text, first), _sentence(text, second)
            are_sides = all(map(_SPEAKER.search, sentences)) and not _SAME_SPEAKER.search(sentences[1])
            like = likeness(figure, other)
            suits = like + READER * _confidence(score, calibration) + ASKED * _share(asked, other)
            value = read(text, other.start, other.end)
            is_like = like >= LIKE_OF_SIDES and suits >= LIKE
            if is_near and is_counted and are_sides and is_like and not same(value, own.value):
                confidence = calibration.confidence(score, is_best=False) if calibration else None
                found.append((suits, Contender(own.article_id, other.start, other.end, value, confidence, score)))
    return found


def _sentence(text: str, figure: Figure) -> str:
    start, end = spanning(sentence_spans(text), figure.start, figure.end)
    return text[start:end]


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
        for citation, contender in zip(answer.citations, contenders(answer, articles), strict=True):
            words = telling_words(citation.sentence) & own_words
            if (
                contender.article_id not in own_articles
                and _is_comparable(best[0].value, contender.value)
                and (words & asked or len(words) >= 3)
                and _is_one_matter(question, articles[best[0].article_id], articles[contender.article_id])
            ):
                found.append(contender)
    return found


def _is_comparable(one: Value, other: Value) -> bool:
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
