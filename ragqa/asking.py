"""Questions to responses: retrieve, look, compose, judge rivals, weigh, or say why there is no answer.

The steps of `Pipeline.ask_many`, apart from how a pipeline is opened and filled. An article may be replaced or deleted by another
thread or process after its passages were found: a span counts only if its article still holds it, and a question that met such a
change is asked once more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from time import perf_counter
from typing import NamedTuple

from ragqa.calibration import Calibration
from ragqa.conflicts import compose_all, weigh
from ragqa.errors import ArticleError, IndexBusy, SettingError
from ragqa.first_look import FirstLook, Retrieved, first_look
from ragqa.index import Index
from ragqa.judging import judged
from ragqa.reading import ExtractiveReader
from ragqa.records import Answer, Conflict, Filter, Hit, Reason, Response
from ragqa.retrieval import Retriever
from ragqa.rivals import Evidence
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
    reason: Reason | None
    """Why no answer is given, although there may be doubtful ones; None where some are given."""
    evidence: Evidence
    """All answers, the articles of the hits, and what the reader says of them, and the judge of places in them (`judging`)."""


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
            ModelError: the judge of rivals can't be used.
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
                number: _weighed(own, top_k) for number, own in zip(pending, reads, strict=True) if own is not None
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
        hits = retrieve(self._retriever, questions, k=k, filter=filter)
        found = [self._found(question, own) for question, own in zip(questions, hits, strict=True)]
        laps.end("retrieve")
        looks = iter(first_look([own for own in found if own], self._reader, self._calibration))
        laps.end("read")
        reads = [_composed(own, next(looks), self._calibration) if own else None for own in found]
        laps.end("answer")
        return self._judged(reads, laps)

    def _judged(self, reads: list[Read | None], laps: _Laps) -> list[Read | None]:
        """Return what was read, with what the judge says of places that may be rivals."""
        found = iter(judged([own.evidence for own in reads if own], lambda pairs: self._reader.judge.judge(pairs)))
        reads = [own._replace(evidence=next(found)) if own else None for own in reads]
        laps.end("read")
        return reads

    def _found(self, question: str, hits: list[Hit]) -> Retrieved | None:
        """Return what was found with its articles, None where one is gone."""
        try:
            articles = {name: self._index.article(name) for name in {hit.passage.article_id for hit in hits}}
        except ArticleError:
            return None
        return Retrieved(question, hits, articles)

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


def _composed(found: Retrieved, look: FirstLook | None, calibration: Calibration | None) -> Read | None:
    if look is None:
        return None
    answers, reason, calibration = compose_all(look.candidates, found.articles, calibration)
    evidence = Evidence(
        found.question, look.candidates, found.articles, calibration, answers=answers, unread=look.unread
    )
    return Read(found.hits, reason, evidence)


def _weighed(read: Read, top_k: int) -> _Outcome:
    weighed = weigh(read.evidence)
    answers = () if read.reason else tuple(weighed.answers[:top_k])
    return _Outcome(answers, read.reason, weighed.conflicts, read.hits)


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
