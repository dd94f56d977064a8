"""What rivals are looked for in, and what is found: the articles that were found, what the reader says of them, and contenders.

Every one of them is looked at, also one in which the reader finds "no answer here" more likely than any span: of its
figures and dates the one that the reader prefers is still the likest to be what was asked for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from ragqa.answering import Candidate
from ragqa.calibration import Calibration
from ragqa.citing import value_at, value_of
from ragqa.records import Answer, Article, Citation
from ragqa.rivals.matter import InCommon, in_common
from ragqa.rivals.measured import Figure, figure_at, figures
from ragqa.rivals.stems import stems_of
from ragqa.values import Value, same

if TYPE_CHECKING:
    from ragqa.rivals.elsewhere import Place

__all__ = ["WEAKEST", "Contender", "Evidence", "Stretch", "contenders"]

Stretch = tuple[str, int, int]
"""An article, and characters of it."""

_SURE = 2.0  # temperatures above the offset: of such answers nine in ten are right
WEAKEST = -8.0
"""By how many logits a span may lose to its null and still be looked at, as a hint: it is no answer and counts for none."""

COUNTED = 0.4
"""How much the reader must lean to a rival for it to be put before an answer."""


class Contender(NamedTuple):
    """A place that gives a value."""

    article_id: str
    start: int
    end: int
    value: Value
    confidence: float | None
    score: float | None
    """In logits; None where the reader did not find it, or found "no answer here" more likely."""
    revealed_by: str | None = None
    """The article that says that it is a rival, where one does: the one that it stands in, or another."""

    def is_counted(self, best: Contender, evidence: Evidence) -> bool:
        """Return whether it may change the order of the answers.

        The reader must lean to it, and it be of the kind of the best answer; or a report says that it is a rival.
        """
        is_leant_to = self.score is not None and evidence.leaning(self.score) >= COUNTED
        return self.revealed_by is not None or (is_leant_to and self.value.kind == best.value.kind)


class _Known(NamedTuple):
    """What was found out about articles, whatever the reader says of them."""

    values: dict[Stretch, Value]
    matters: dict[tuple[str, str], InCommon]


class Evidence:
    """A question, the articles that were found for it, and the spans that the reader found in them.

    Args:
        question: as asked.
        candidates: the spans, also those that lose to their null.
        articles: by id, all that were found, read or not.
        calibration: the reader's.
        answers: those given for it, best first: a contender that is one is as sure as it.
        unread: the articles of which no passage was read.
        verdicts: the judge's logits that places of other reports, by article and characters, are rivals of the best answer.
    """

    def __init__(
        self,
        question: str,
        candidates: Sequence[Candidate],
        articles: Mapping[str, Article],
        calibration: Calibration | None,
        *,
        answers: Sequence[Answer] = (),
        unread: Set[str] = frozenset(),
        verdicts: Mapping[Stretch, float] | None = None,
    ) -> None:
        self.question = question
        self.articles = articles
        self.calibration = calibration
        self.answers = answers
        self._candidates = candidates
        self.unread = unread
        self.verdicts = verdicts or {}
        self.known_places: dict[tuple[Citation, ...], list[Place]] = {}
        """What `ragqa.rivals.elsewhere` found for an answer, one of ``answers``, by its citations; without verdicts."""
        self._sure: Set[Stretch] = self.verdicts.keys()
        self._known = _Known({}, {})
        self._without_hints: Evidence | None = None

    def judged(self, verdicts: Mapping[Stretch, float], *, without_hints: Set[Stretch] | None = None) -> Evidence:
        """Return the evidence with what the judge says of places of other reports.

        Args:
            verdicts: logits.
            without_hints: the places among them that are judged `without_hints` too; all if None.
        """
        other = self._with(self._candidates, self.articles, verdicts)
        other.known_places = self.known_places
        other._sure = verdicts.keys() if without_hints is None else without_hints
        if self._without_hints is not None:
            other._without_hints = self._without_hints.judged(other._sure_verdicts())
        return other

    def without_hints(self) -> Evidence:
        """Return the evidence of the spans that beat their null, and of their articles, alone; with verdicts on these alone."""
        if self._without_hints is None:
            beating = [own for own in self._candidates if own.span.score > 0]
            articles = {name: self.articles[name] for name in {own.article_id for own in beating}}
            self._without_hints = self._with(beating, articles, self._sure_verdicts())
        return self._without_hints

    def _sure_verdicts(self) -> dict[Stretch, float]:
        return {own: self.verdicts[own] for own in self._sure if own in self.verdicts}

    def _with(
        self,
        candidates: Sequence[Candidate],
        articles: Mapping[str, Article],
        verdicts: Mapping[Stretch, float],
    ) -> Evidence:
        other = Evidence(
            self.question,
            candidates,
            articles,
            self.calibration,
            answers=self.answers,
            unread=self.unread,
            verdicts=verdicts,
        )
        other._known = self._known  # of the same articles and question
        return other

    @cached_property
    def asked(self) -> frozenset[str]:
        """The stems of the question's telling words."""
        return stems_of(self.question)

    @cached_property
    def hints(self) -> dict[str, list[Candidate]]:
        """The spans of each article, best first, also those that lose to their null."""
        found: dict[str, list[Candidate]] = {}
        for own in self._best_first(self._candidates):
            found.setdefault(own.article_id, []).append(own)
        return found

    def _best_first(self, candidates: Sequence[Candidate]) -> list[Candidate]:
        """Return the candidates, best first, without what a notice of correction withdraws."""
        standing = (own for own in candidates if not own.is_withdrawn(self.articles[own.article_id]))
        return sorted(standing, key=lambda own: (-own.score(self.calibration), own.span.start))

    @cached_property
    def spans(self) -> dict[str, list[Candidate]]:
        """The spans of each article that beat their null, best first."""
        beating = {name: [own for own in found if own.span.score > 0] for name, found in self.hints.items()}
        return {name: found for name, found in beating.items() if found}

    def leaning(self, score: float) -> float:
        """Return how much the reader leans to a span, 0 to 1: in equal steps from `WEAKEST` to what is nearly surely right."""
        sure = self.calibration.offset + _SURE * self.calibration.temperature if self.calibration else -WEAKEST
        return min(1.0, max(0.0, (score - WEAKEST) / (sure - WEAKEST)))

    def score_at(self, article_id: str, start: int, end: int) -> float | None:
        """Return the score of the best span that beats its null and holds the place ``start`` to ``end``; None where none does."""
        found = self.spans.get(article_id, ())
        return next(
            (own.score(self.calibration) for own in found if own.span.start <= start and end <= own.span.end), None
        )

    def value_at(self, article_id: str, start: int, end: int) -> Value:
        """Return what the characters ``start`` to ``end`` of an article say; a relative date by the day that it means."""
        known = self._known.values.get((article_id, start, end))
        if known is None:
            known = value_at(self.articles[article_id], start, end)
            self._known.values[article_id, start, end] = known
        return known

    def in_common(self, one: str, other: str) -> InCommon:
        """Return what two articles have in common that were found for the question."""
        known = self._known.matters.get((one, other))
        if known is None:
            known = in_common(self.question, self.articles[one], self.articles[other])
            self._known.matters[one, other] = known
        return known

    def figure_score(self, figure: Figure, article_id: str, spans: Sequence[Candidate]) -> float | None:
        """Return the score of the best of ``spans`` that gives a figure of an article, or that holds it; None without one."""
        exact = [own for own in spans if self.figure_at(article_id, own.span.start, own.span.end) == figure]
        holding = [own for own in spans if own.span.start <= figure.start and figure.end <= own.span.end]
        return max((own.score(self.calibration) for own in exact or holding), default=None)

    def share_asked(self, figure: Figure) -> float:
        """Return which share of the question's words stands in the sentence of a figure, those beside it counted twice."""
        if not self.asked:
            return 0.0
        near, beside = self.asked & (figure.around | figure.named), self.asked & figure.beside
        return (len(near) + len(beside)) / (2 * len(self.asked))

    def contender(
        self, article_id: str, start: int, end: int, *, score: float | None, revealed_by: str | None = None
    ) -> Contender:
        """Return the place ``start`` to ``end`` of an article as a contender with this score.

        Its confidence is that of the answer which cites it or gives its value in this article, else what its score alone says.
        """
        value = self.value_at(article_id, start, end)
        answer = self._answer_at(article_id, start, end, value)
        if answer is not None:
            confidence = answer.confidence
        elif self.calibration is not None and score is not None:
            confidence = self.calibration.confidence(score, is_best=False)
        else:
            confidence = None
        return Contender(article_id, start, end, value, confidence, score, revealed_by)

    def _answer_at(self, article_id: str, start: int, end: int, value: Value) -> Answer | None:
        cited = [(own, one) for own in self.answers for one in own.citations if one.article_id == article_id]
        holding = (answer for answer, one in cited if one.start <= start and end <= one.end)
        equal = (answer for answer, one in cited if same(value_of(one, self.articles[article_id]), value))
        return next(chain(holding, equal), None)

    def figures(self, article_id: str) -> tuple[Figure, ...]:
        """Return the figures of an article, without what a notice in it withdraws."""
        article = self.articles[article_id]
        return figures(article.text, title=article.title)

    def figure_at(self, article_id: str, start: int, end: int) -> Figure | None:
        """Return the one figure within the characters ``start`` to ``end`` of an article, or None."""
        article = self.articles[article_id]
        return figure_at(article.text, start, end, title=article.title)


def contenders(answer: Answer, articles: Mapping[str, Article]) -> list[Contender]:
    """Return the places that give an answer, best first."""
    return [
        Contender(
            own.article_id, own.start, own.end, value_of(own, articles[own.article_id]), answer.confidence, answer.score
        )
        for own in answer.citations
    ]
