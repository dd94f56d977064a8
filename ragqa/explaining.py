"""Why a question got the answers it got: every passage that was read, its best spans, and what became of each.

    Response -> Explanation

The passages are read again, since a response keeps only what won. A reader gives the same scores each time, so what is said here is
what happened. Imports no model and no storage; the reader is handed in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from ragqa.records import Hit, Record, Response, Span

if TYPE_CHECKING:
    from ragqa.reading import ExtractiveReader

__all__ = ["Explanation", "Fate", "Verdict", "Weighed", "explain"]

Fate = Literal["answer", "loses_to_null", "below_margin", "left_out"]


class Verdict(Record):
    """What became of a span.

    ``answer``: it is, or overlaps, a citation of the answer of that ``number``, from 1. ``loses_to_null``: the reader finds "no
    answer here" likelier. ``below_margin``: it beats that by too little. ``left_out``: a better span of its article overlaps it, or
    more answers were better than were asked for.
    """

    span: Span
    fate: Fate
    number: int | None = None


class Weighed(Record):
    """A passage that was read, and its best spans, best first."""

    hit: Hit
    verdicts: tuple[Verdict, ...]


class Explanation(Record):
    """How a response came about. ``margin``: by how much, in logits, a span must beat its null to be given as an answer."""

    question: str
    margin: float
    passages: tuple[Weighed, ...]


def explain(response: Response, reader: ExtractiveReader, *, top_n: int = 2) -> Explanation:
    """Return what became of the best ``top_n`` spans of each passage that was read for ``response``, in the order of its hits.

    Args:
        response: of a pipeline that reads with ``reader``.
        reader: the reader that gave it.
        top_n: spans a passage, at most.

    Raises:
        QuestionError: the question is too long for ``reader``, so that it can't have given the response.
    """
    margin = reader.calibration.margin if reader.calibration else 0.0
    read = reader.read(response.question, [hit.passage for hit in response.hits], top_n=top_n)
    passages = tuple(
        Weighed(hit=hit, verdicts=tuple(_verdict(hit.passage.article_id, span, response, margin) for span in spans))
        for hit, spans in zip(response.hits, read, strict=True)
    )
    return Explanation(question=response.question, margin=margin, passages=passages)


def _verdict(article_id: str, span: Span, response: Response, margin: float) -> Verdict:
    if span.score <= 0:
        return Verdict(span=span, fate="loses_to_null")
    if span.score < margin:
        return Verdict(span=span, fate="below_margin")
    for number, answer in enumerate(response.answers, start=1):
        for citation in answer.citations:
            if citation.article_id == article_id and span.start < citation.end and citation.start < span.end:
                return Verdict(span=span, fate="answer", number=number)
    return Verdict(span=span, fate="left_out")
