"""Why a question got the answers it got: every passage that was read, its best spans, and what became of each.

    Response -> Explanation

The passages are read again, since a response keeps only what won. A reader gives the same scores each time, so what is said here is
what happened. Imports no model and no storage; the reader is handed in.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

from ragqa.answering import Candidate
from ragqa.promise import Outside, worth_reading
from ragqa.records import Hit, Record, Response, Span

if TYPE_CHECKING:
    from ragqa.calibration import Calibration
    from ragqa.reading import ExtractiveReader

__all__ = ["Explanation", "Fate", "Verdict", "Weighed", "explain"]

Fate = Literal["answer", "loses_to_null", "below_margin", "left_out"]


class Verdict(Record):
    """What became of a span. ``score``, in logits, is what decided.

    ``answer``: it is, or overlaps, a citation of the answer of that ``number``, from 1. ``loses_to_null``: the reader finds "no
    answer here" likelier. ``below_margin``: its score is too low, and it is not the newest of superseded values, which is an answer
    even so. ``left_out``: a better span of its article overlaps it, it is far behind the best of its passage, or more answers were
    better than were asked for.
    """

    span: Span
    score: float
    fate: Fate
    number: int | None = None


class Weighed(Record):
    """A passage that was found, and its best spans, best first; none where it was too unlike the question to be read."""

    hit: Hit
    verdicts: tuple[Verdict, ...]
    is_read: bool = True


class Explanation(Record):
    """How a response came about. ``margin``: the least score, in logits, of a span that is given as an answer."""

    question: str
    margin: float
    passages: tuple[Weighed, ...]


def explain(
    response: Response,
    reader: ExtractiveReader,
    title: Callable[[str], str | None],
    *,
    calibration: Calibration | None,
    top_n: int = 2,
) -> Explanation:
    """Return what became of the best ``top_n`` spans of each passage that was read for ``response``, in the order of its hits.

    Args:
        response: of a pipeline that reads with ``reader``.
        reader: the reader that gave it.
        title: gives that of an article by its id; None where it has none or is gone.
        calibration: the one by which it was decided.
        top_n: spans a passage, at most.

    Raises:
        QuestionError: the question is too long for ``reader``, so that it can't have given the response.
    """
    margin = calibration.margin if calibration else 0.0
    if response.reason == "outside_dates":  # its hits are there to be looked at, and were not read
        return Explanation(question=response.question, margin=margin, passages=())
    titles = [title(hit.passage.article_id) for hit in response.hits]
    outside = [Outside(hit.nearness, own, hit.passage.text) for hit, own in zip(response.hits, titles, strict=True)]
    worth = [
        is_worth or _is_cited(hit, response)  # its article may have had another title then
        for hit, is_worth in zip(response.hits, worth_reading(response.question, outside, calibration), strict=True)
    ]
    promising = [hit.passage for hit, is_worth in zip(response.hits, worth, strict=True) if is_worth]
    read = iter(reader.read(response.question, promising, top_n=top_n))
    passages = []
    for hit, own, is_worth in zip(response.hits, titles, worth, strict=True):
        spans = next(read) if is_worth else []
        scores = [Candidate.of(response.question, hit, own, span).score(calibration) for span in spans]
        verdicts = [_verdict(hit, span, score, response, margin) for span, score in zip(spans, scores, strict=True)]
        passages.append(Weighed(hit=hit, verdicts=tuple(verdicts), is_read=is_worth))
    return Explanation(question=response.question, margin=margin, passages=tuple(passages))


def _is_cited(hit: Hit, response: Response) -> bool:
    own = hit.passage
    return any(
        cited.article_id == own.article_id and own.start <= cited.start and cited.end <= own.end
        for answer in response.answers
        for cited in answer.citations
    )


def _verdict(hit: Hit, span: Span, score: float, response: Response, margin: float) -> Verdict:
    if span.score <= 0:
        return Verdict(span=span, score=score, fate="loses_to_null")
    for number, answer in enumerate(response.answers, start=1):
        for citation in answer.citations:
            is_same = citation.article_id == hit.passage.article_id
            if is_same and span.start < citation.end and citation.start < span.end:
                return Verdict(span=span, score=score, fate="answer", number=number)
    return Verdict(span=span, score=score, fate="below_margin" if score < margin else "left_out")
