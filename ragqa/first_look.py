"""What the reader finds in the passages that were found: the likely ones are read first, others where those give no sure answer.

    question, hits, articles  ->  what `promise` says of their order  ->  the spans, as candidates, and which articles nobody read

All questions are read as one pool. An article may be replaced while it is read; then there is no look, and the question is asked
once more. Imports no model and no storage; the reader is handed in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from ragqa.answering import Candidate
from ragqa.calibration import Calibration
from ragqa.promise import Order, Outside, is_sure, reading_order
from ragqa.records import Article, Hit, Span, instant
from ragqa.rivals import WEAKEST
from ragqa.wanted import kind_asked, may_be_of

if TYPE_CHECKING:
    from ragqa.reading import ExtractiveReader

__all__ = ["FirstLook", "Retrieved", "candidates_of", "first_look", "next_round", "read_spans"]


class Retrieved(NamedTuple):
    """What was found for a question."""

    question: str
    hits: list[Hit]
    """Best first."""
    articles: dict[str, Article]
    """Those of the hits, by id."""

    def order(self, calibration: Calibration | None) -> Order:
        """Return in which order the passages are read."""
        outside = [Outside.of(hit, self.title_of(hit)) for hit in self.hits]
        return reading_order(self.question, outside, calibration)

    def title_of(self, hit: Hit) -> str | None:
        """Return the title of a passage's article; None where that has none, or is gone."""
        article = self.articles.get(hit.passage.article_id)
        return article.title if article else None


class FirstLook(NamedTuple):
    """What the reader finds at first."""

    candidates: list[Candidate]
    unread: frozenset[str]
    """The articles of which no passage was read."""


def first_look(
    found: Sequence[Retrieved], reader: ExtractiveReader, calibration: Calibration | None
) -> list[FirstLook | None]:
    """Return what the reader finds for each question; None where an article does not hold one of the spans any more."""
    orders = [own.order(calibration) for own in found]
    read: list[list[int]] = [[] for _ in found]
    candidates: list[list[Candidate] | None] = [[] for _ in found]
    for _ in Order._fields:
        rounds = [
            next_round(order, done, own, tried, calibration) if tried is not None else []
            for own, order, done, tried in zip(found, orders, read, candidates, strict=True)
        ]
        hits = [[own.hits[number] for number in numbers] for own, numbers in zip(found, rounds, strict=True)]
        spans = read_spans(reader, [(own.question, chosen) for own, chosen in zip(found, hits, strict=True)])
        for number, (own, of_question) in enumerate(zip(found, spans, strict=True)):
            more, tried = candidates_of(own.question, own.articles, of_question), candidates[number]
            candidates[number] = None if tried is None or more is None else [*tried, *more]
            read[number] += rounds[number]
    return [
        None if tried is None else FirstLook(tried, _unread(own, done))
        for own, done, tried in zip(found, read, candidates, strict=True)
    ]


def next_round(
    order: Order,
    read: Sequence[int],
    found: Retrieved,
    candidates: Sequence[Candidate],
    calibration: Calibration | None,
) -> list[int]:
    """Return which passages are read next, none where that is all.

    After the likely ones all that may hold an answer, where there is no sure one yet; else of these the later reports, which may
    say that it is so no longer. The rest where nothing beats its null.

    Args:
        order: of the passages.
        read: the numbers of those that were read.
        found: for the question.
        candidates: the spans of those that were read.
        calibration: the reader's.
    """
    if not read and order.first:
        return order.first
    known = [(own, found.articles.get(own.article_id)) for own in candidates if own.span.score > 0]
    beating = [own for own, article in known if not (article and own.is_withdrawn(article))]
    best = max(beating, key=lambda own: own.score(calibration), default=None)
    left = [number for number in order.then if number not in read]
    if best is None:
        return left or [number for number in order.last if number not in read]
    if not _is_answered(best, found.question, calibration):
        return left
    return [number for number in left if _is_later(found.hits[number].passage.article_id, best.article_id, found)]


def read_spans(reader: ExtractiveReader, asked: Sequence[tuple[str, Sequence[Hit]]]) -> list[list[tuple[Hit, Span]]]:
    """Return the spans of the passages that are read for each question; all are read as one pool.

    What doesn't beat its null is no answer, but a hint where a rival of one may stand.
    """
    pairs = [(question, hit.passage) for question, hits in asked for hit in hits]
    spans = iter(reader.read_many(pairs, above=WEAKEST) if pairs else [])
    return [[(hit, span) for hit in hits for span in next(spans)] for _, hits in asked]


def candidates_of(
    question: str, articles: Mapping[str, Article], spans: Sequence[tuple[Hit, Span]]
) -> list[Candidate] | None:
    """Return spans as candidates; None where an article does not hold one of them any more."""
    candidates = [Candidate.of(question, hit, articles[hit.passage.article_id].title, span) for hit, span in spans]
    if any(articles[own.article_id].text[own.span.start : own.span.end] != own.span.text for own in candidates):
        return None
    return candidates


def _is_answered(best: Candidate, question: str, calibration: Calibration | None) -> bool:
    """Return whether the best span is a sure answer, and of the kind that is asked for."""
    kind = kind_asked(question)
    return is_sure(best.score(calibration), calibration) and (kind is None or may_be_of(kind, best.span.text))


def _is_later(name: str, other: str, found: Retrieved) -> bool:
    dates = [found.articles[own].published_at if own in found.articles else None for own in (name, other)]
    return dates[0] is not None and dates[1] is not None and instant(dates[0]) > instant(dates[1])


def _unread(found: Retrieved, read: Sequence[int]) -> frozenset[str]:
    return frozenset(found.articles) - {found.hits[number].passage.article_id for number in read}
