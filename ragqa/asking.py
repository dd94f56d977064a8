"""Questions to responses: retrieve, read what is promising, compose, look again for rivals, weigh, or say why there is no answer.

The steps of `Pipeline.ask_many`, apart from how a pipeline is opened and filled. An article may be replaced or deleted by another
thread or process after its passages were found: a span counts only if its article still holds it, and a question that met such a
change is asked once more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from time import perf_counter
from typing import NamedTuple

from ragqa.answering import Candidate
from ragqa.calibration import Calibration
from ragqa.conflicts import Composed, compose_all, weigh
from ragqa.errors import ArticleError, IndexBusy, SettingError
from ragqa.index import Index
from ragqa.promise import Outside, worth_reading
from ragqa.reading import ExtractiveReader
from ragqa.records import Answer, Article, Conflict, Filter, Hit, Reason, Response, Span
from ragqa.retrieval import Retriever
from ragqa.rivals import WEAKEST, Evidence
from ragqa.second_look import Look, second_look
from ragqa.timely import retrieve

__all__ = ["Asker", "Read"]

_ATTEMPTS = 5


class _Outcome(NamedTuple):
    answers: tuple[Answer, ...]
    reason: Reason | None
    conflicts: tuple[Conflict, ...]
    hits: list[Hit]


class Read(NamedTuple):
    """What was found for a question, what the reader found there, and what that comes to."""

    hits: list[Hit]
    articles: dict[str, Article]
    """Those of the hits, by id."""
    candidates: list[Candidate]
    composed: Composed
    again: dict[str, list[Candidate]]
    """What the reader finds in other reports when it is asked again, by article: see `ragqa.second_look`."""


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
            ModelError: the reader for the second look can't be used.
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
            outcomes |= {
                number: _weighed(questions[number], own, top_k)
                for number, own in zip(pending, reads, strict=True)
                if own is not None
            }
            seconds["answer"] += perf_counter() - began
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
    ) -> list[Read | None]:
        """Return what is found for each question, which has been checked, and what the reader finds there.

        None where an article was replaced or deleted while it was read. What this took is added to ``seconds`` by stage.
        """
        laps = _Laps(seconds if seconds is not None else {})
        found = retrieve(self._retriever, questions, k=k, filter=filter)
        articles = [self._articles(hits) for hits in found]
        promising = [self._promising(*own) for own in zip(questions, found, articles, strict=True)]
        laps.end("retrieve")
        spans = _spans(self._reader, list(zip(questions, promising, strict=True)))
        laps.end("read")
        reads = [self._composed(*own) for own in zip(questions, found, articles, spans, strict=True)]
        if self._reader.looks_twice:
            looks = [
                self._second_look(question, own) if own else Look(question, [])
                for question, own in zip(questions, reads, strict=True)
            ]
            laps.end("answer")
            reader = self._reader.second_look if any(look.hits for look in looks) else None
            if reader is not None:
                looks = [look if reader.fits(look.question) else Look(look.question, []) for look in looks]
                spans = _spans(reader, looks)
                laps.end("read")
                reads = [_looked_again(*own) for own in zip(questions, reads, looks, spans, strict=True)]
        laps.end("answer")
        return reads

    def _articles(self, hits: Sequence[Hit]) -> dict[str, Article] | None:
        """Return the articles of what was found, None where one is gone."""
        try:
            return {name: self._index.article(name) for name in {hit.passage.article_id for hit in hits}}
        except ArticleError:
            return None

    def _promising(self, question: str, hits: Sequence[Hit], articles: Mapping[str, Article] | None) -> list[Hit]:
        """Return the passages that are worth reading: none where an article is gone, since the question will be asked once more."""
        if articles is None:
            return []
        outside = [Outside(hit.nearness, articles[hit.passage.article_id].title, hit.passage.text) for hit in hits]
        worth = worth_reading(question, outside, self._calibration)
        return [hit for hit, is_worth in zip(hits, worth, strict=True) if is_worth]

    def _composed(
        self,
        question: str,
        hits: list[Hit],
        articles: dict[str, Article] | None,
        spans: Sequence[tuple[Hit, Span]],
    ) -> Read | None:
        candidates = None if articles is None else _candidates(question, articles, spans)
        if articles is None or candidates is None:
            return None
        return Read(hits, articles, candidates, compose_all(candidates, articles, self._calibration), {})

    def _second_look(self, question: str, read: Read) -> Look:
        answers, _, calibration = read.composed
        if not answers:
            return Look(question, [])
        evidence = Evidence(question, read.candidates, read.articles, calibration, answers=answers)
        return second_look(answers, evidence, read.hits)

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


class _Laps:
    """Adds up the seconds of the stages of a question."""

    def __init__(self, seconds: dict[str, float]) -> None:
        self._seconds = seconds
        self._began = perf_counter()

    def end(self, stage: str) -> None:
        now = perf_counter()
        self._seconds[stage] = self._seconds.get(stage, 0.0) + now - self._began
        self._began = now


def _spans(reader: ExtractiveReader, asked: Sequence[tuple[str, Sequence[Hit]]]) -> list[list[tuple[Hit, Span]]]:
    """Return the spans of the passages that are read for each question; all are read as one pool.

    What doesn't beat its null is no answer, but a hint where a rival of one may stand.
    """
    pairs = [(question, hit.passage) for question, hits in asked for hit in hits]
    spans = iter(reader.read_many(pairs, above=WEAKEST))
    return [[(hit, span) for hit in hits for span in next(spans)] for _, hits in asked]


def _candidates(
    question: str, articles: Mapping[str, Article], spans: Sequence[tuple[Hit, Span]]
) -> list[Candidate] | None:
    """Return spans as candidates; None where an article does not hold one of them any more."""
    candidates = [Candidate.of(question, hit, articles[hit.passage.article_id].title, span) for hit, span in spans]
    if any(articles[own.article_id].text[own.span.start : own.span.end] != own.span.text for own in candidates):
        return None
    return candidates


def _looked_again(question: str, read: Read | None, look: Look, spans: Sequence[tuple[Hit, Span]]) -> Read | None:
    """Return what was read with what the second look found; None where an article changed."""
    candidates = None if read is None else _candidates(question, read.articles, spans)
    if read is None or candidates is None:
        return None
    again: dict[str, list[Candidate]] = {hit.passage.article_id: [] for hit in look.hits}
    for own in candidates:
        again[own.article_id].append(own)
    return read._replace(again=again)


def _weighed(question: str, read: Read, top_k: int) -> _Outcome:
    answers, reason, calibration = read.composed
    weighed = weigh(question, answers, read.candidates, read.articles, calibration=calibration, again=read.again)
    return _Outcome(() if reason else tuple(weighed.answers[:top_k]), reason, weighed.conflicts, read.hits)


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
