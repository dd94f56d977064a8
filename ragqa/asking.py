"""Questions to responses: retrieve, read what is promising, compose, weigh rivals, and say why where there is no answer.

The steps of `Pipeline.ask_many`, apart from how a pipeline is opened and filled. An article may be replaced or deleted by another
thread or process after its passages were found: a span counts only if its article still holds it, and a question that met such a
change is asked once more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from time import perf_counter
from typing import NamedTuple

from ragqa.answering import Candidate, compose
from ragqa.calibration import Calibration
from ragqa.conflicts import weigh, weigh_doubted
from ragqa.errors import ArticleError, IndexBusy, SettingError
from ragqa.index import Index
from ragqa.promise import Outside, worth_reading
from ragqa.reading import ExtractiveReader
from ragqa.records import Answer, Article, Conflict, Filter, Hit, Reason, Response, Span
from ragqa.retrieval import Retriever
from ragqa.rivals import WEAKEST
from ragqa.timely import retrieve

__all__ = ["Asker", "Read"]

_ATTEMPTS = 5


class _Outcome(NamedTuple):
    answers: tuple[Answer, ...]
    reason: Reason | None
    conflicts: tuple[Conflict, ...]
    hits: list[Hit]


class _Look(NamedTuple):
    """What was found for a question, seen from outside."""

    found: list[Hit]
    articles: dict[str, Article] | None
    promising: list[Hit]
    """The passages that are worth reading."""


class Read(NamedTuple):
    """What was found for a question, and what the reader found there."""

    hits: list[Hit]
    articles: dict[str, Article] | None
    """Those of the hits by id; None where one was replaced or deleted while it was read."""
    candidates: list[Candidate]


class Asker:
    """Asks questions of an index by a retriever and a reader, and gives the answers that the calibration lets pass."""

    def __init__(
        self, index: Index, retriever: Retriever, reader: ExtractiveReader, calibration: Calibration | None
    ) -> None:
        self._index = index
        self._retriever = retriever
        self._reader = reader
        self._calibration = calibration

    def ask(self, questions: Sequence[str], *, top_k: int, k: int, filter: Filter | None) -> list[Response]:
        """Return a response to each of ``questions``, one or more that have been checked, in their order.

        Raises:
            QuestionError: a question is too long for the reader.
            SettingError: ``top_k`` or ``k`` is below 1.
            IndexBusy: the articles that were found changed again and again while they were read.
        """
        if top_k < 1:
            raise SettingError(f"top_k must be 1 or more, got {top_k}")
        for question in questions:
            self._reader.check(question)
        outcomes: dict[int, _Outcome] = {}
        seconds = {"retrieve": 0.0, "read": 0.0, "answer": 0.0}
        pending = list(range(len(questions)))
        for _ in range(_ATTEMPTS):
            reads = self.read([questions[number] for number in pending], k=k, filter=filter, seconds=seconds)
            began = perf_counter()
            found = [self._compose(questions[number], own, top_k) for number, own in zip(pending, reads, strict=True)]
            seconds["answer"] += perf_counter() - began
            outcomes |= {number: own for number, own in zip(pending, found, strict=True) if own is not None}
            pending = [number for number in pending if number not in outcomes]
            if not pending:
                break
        else:
            raise IndexBusy("the articles that were found kept changing while they were read: ask again")
        outcomes |= self._without_hits(questions, outcomes, seconds, k=k, filter=filter)
        seconds["total"] = sum(seconds.values())
        timings = {stage: round(1000 * value / len(questions), 3) for stage, value in seconds.items()}
        return [_response(question, outcomes[number], timings) for number, question in enumerate(questions)]

    def read(
        self, questions: Sequence[str], *, k: int, filter: Filter | None, seconds: dict[str, float] | None = None
    ) -> list[Read]:
        """Return what is found for each question, which has been checked, and what the reader finds there.

        What this took is added to ``seconds`` by stage.
        """
        began = perf_counter()
        found = retrieve(self._retriever, questions, k=k, filter=filter)
        looks = [self._look(*own) for own in zip(questions, found, strict=True)]
        retrieved = perf_counter()
        pairs = [
            (question, hit.passage) for question, own in zip(questions, looks, strict=True) for hit in own.promising
        ]
        # What doesn't beat its null is no answer, but a hint where a rival of one may stand.
        spans = iter(self._reader.read_many(pairs, above=WEAKEST))
        reads = [
            _read(question, own, [(hit, span) for hit in own.promising for span in next(spans)])
            for question, own in zip(questions, looks, strict=True)
        ]
        if seconds is not None:
            seconds["retrieve"] += retrieved - began
            seconds["read"] += perf_counter() - retrieved
        return reads

    def _look(self, question: str, found: list[Hit]) -> _Look:
        """Return the articles of what was found, None where one is gone, and the passages that are worth reading."""
        try:
            articles = {name: self._index.article(name) for name in {hit.passage.article_id for hit in found}}
        except ArticleError:
            return _Look(found, None, [])
        outside = [Outside(hit.nearness, articles[hit.passage.article_id].title, hit.passage.text) for hit in found]
        worth = worth_reading(question, outside, self._calibration)
        return _Look(found, articles, [hit for hit, is_worth in zip(found, worth, strict=True) if is_worth])

    def _compose(self, question: str, read: Read, top_k: int) -> _Outcome | None:
        found, articles, candidates = read
        if articles is None:
            return None
        calibration = self._calibration
        # All answers, because one beyond top_k may be a rival.
        answers, reason = compose(candidates, articles, top_k=max(len(candidates), 1), calibration=calibration)
        if reason == "null_beats_span":
            return _Outcome((), reason, (), found)
        # A report in which the reader finds no answer may still give a rival of one.
        if reason == "low_confidence":
            doubted = weigh_doubted(question, candidates, articles, calibration=calibration)
            return _Outcome((), reason, doubted, found)
        weighed = weigh(question, answers, candidates, articles, calibration=calibration)
        return _Outcome(tuple(weighed.answers[:top_k]), reason, weighed.conflicts, found)

    def _without_hits(
        self,
        questions: Sequence[str],
        outcomes: Mapping[int, _Outcome],
        seconds: dict[str, float],
        *,
        k: int,
        filter: Filter | None,
    ) -> dict[int, _Outcome]:
        """Return outcomes for the questions for which no passage was found: why, and the nearest passages of other dates."""
        without = [number for number, outcome in outcomes.items() if not outcome.hits]
        if not without:
            return {}
        reason, undated = self._why_no_hits(filter)
        nearest: list[list[Hit]] = [[] for _ in without]
        if reason == "outside_dates":
            began = perf_counter()
            nearest = self._retriever.retrieve([questions[number] for number in without], k=k, filter=undated)
            seconds["retrieve"] += perf_counter() - began
        return {number: _Outcome((), reason, (), hits) for number, hits in zip(without, nearest, strict=True)}

    def _why_no_hits(self, filter: Filter | None) -> tuple[Reason, Filter | None]:
        """Return why there are no passages, and the filter without its dates."""
        if self._index.count().articles == 0:
            return "empty_index", None
        if filter is not None and filter.is_dated:
            undated = filter.model_copy(update={"since": None, "until": None, "as_of": None})
            if self._index.count(filter).articles == 0 < self._index.count(undated).articles:
                return "outside_dates", undated
        return "no_passages", filter


def _read(question: str, look: _Look, spans: Sequence[tuple[Hit, Span]]) -> Read:
    articles = look.articles
    if articles is None:
        return Read(look.found, None, [])
    candidates = [Candidate.of(question, hit, articles[hit.passage.article_id].title, span) for hit, span in spans]
    if any(articles[own.article_id].text[own.span.start : own.span.end] != own.span.text for own in candidates):
        return Read(look.found, None, [])
    return Read(look.found, articles, candidates)


def _response(question: str, outcome: _Outcome, timings: dict[str, float]) -> Response:
    return Response(
        question=question,
        answers=outcome.answers,
        abstained=not outcome.answers,
        reason=outcome.reason,
        conflicts=outcome.conflicts,
        hits=tuple(outcome.hits),
        timings_ms=dict(timings),
    )
