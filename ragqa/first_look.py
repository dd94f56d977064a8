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

__all__ = ["FirstLook", "Retrieved", "Rounds", "candidates_of", "first_look"]


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


class Rounds:
    """What of a question's passages was read so far, and what is read next.

    Args:
        found: for the question.
        calibration: the reader's.
        order: in which the passages are read; the one that `promise` gives if None.
    """

    def __init__(self, found: Retrieved, calibration: Calibration | None, order: Order | None = None) -> None:
        self.found = found
        self.read: list[int] = []
        """The numbers of the passages that were read, in the order in which they were."""
        self.candidates: list[Candidate] | None = []
        """Their spans; None once an article does not hold one of them any more."""
        self._calibration = calibration
        self._order = found.order(calibration) if order is None else order

    def next(self) -> list[int]:
        """Return which passages are read next, none where that is all.

        After the likely ones all that may hold an answer, where there is no sure one yet; else of these the later reports, which
        may say that it is so no longer. The rest where nothing beats its null.
        """
        if self.candidates is None:
            return []
        if not self.read and self._order.first:
            return self._order.first
        left, rest = ([number for number in own if number not in self.read] for own in self._order[1:])
        best = self._best(self.candidates)
        if best is None:
            return left or rest
        if not _is_answered(best, self.found.question, self._calibration):
            return left
        return [number for number in left if self._is_later(number, best)]

    def add(self, numbers: Sequence[int], candidates: Sequence[Candidate] | None) -> None:
        """Note that passages were read, and what the reader found there; None where an article was changed."""
        self.read += numbers
        if self.candidates is not None:
            self.candidates = None if candidates is None else [*self.candidates, *candidates]

    def _best(self, candidates: Sequence[Candidate]) -> Candidate | None:
        """Return the best span that beats its null, and that no notice withdraws."""
        known = [(own, self.found.articles.get(own.article_id)) for own in candidates if own.span.score > 0]
        standing = [own for own, article in known if not (article and own.is_withdrawn(article))]
        return max(standing, key=lambda own: own.score(self._calibration), default=None)

    def _is_later(self, number: int, best: Candidate) -> bool:
        names = (self.found.hits[number].passage.article_id, best.article_id)
        dates = [self.found.articles[name].published_at if name in self.found.articles else None for name in names]
        return dates[0] is not None and dates[1] is not None and instant(dates[0]) > instant(dates[1])


def first_look(
    found: Sequence[Retrieved], reader: ExtractiveReader, calibration: Calibration | None
) -> list[FirstLook | None]:
    """Return what the reader finds for each question; None where an article does not hold one of the spans any more."""
    every = [Rounds(own, calibration) for own in found]
    while any(chosen := [own.next() for own in every]):
        asked = [
            (own.found.question, [own.found.hits[number] for number in numbers])
            for own, numbers in zip(every, chosen, strict=True)
        ]
        for own, numbers, spans in zip(every, chosen, _read_spans(reader, asked), strict=True):
            own.add(numbers, candidates_of(own.found.question, own.found.articles, spans))
    return [None if own.candidates is None else FirstLook(own.candidates, _unread(own)) for own in every]


def _read_spans(reader: ExtractiveReader, asked: Sequence[tuple[str, Sequence[Hit]]]) -> list[list[tuple[Hit, Span]]]:
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


def _unread(rounds: Rounds) -> frozenset[str]:
    read = {rounds.found.hits[number].passage.article_id for number in rounds.read}
    return frozenset(rounds.found.articles) - read
