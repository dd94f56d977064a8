"""Why a question got the answers it got: every passage that was read, its best spans, and what became of each.

    Response -> Explanation

The passages are read again, since a response keeps only what won. A reader gives the same scores each time, so what is said here is
what happened, unless articles were changed since. Imports no model and no storage; the reader is handed in.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Literal

from ragqa.answering import Candidate
from ragqa.corrections import is_withdrawn
from ragqa.records import Article, Hit, Record, Response, Span

if TYPE_CHECKING:
    from ragqa.calibration import Calibration
    from ragqa.reading import ExtractiveReader

__all__ = ["Explanation", "Fate", "Verdict", "Weighed", "explain"]

Fate = Literal["answer", "loses_to_null", "withdrawn", "below_margin", "left_out"]


class Verdict(Record):
    """What became of a span. ``score``, in logits, is what decided.

    ``answer``: it is, or overlaps, a citation of the answer of that ``number``, from 1. ``loses_to_null``: the reader finds "no
    answer here" likelier. ``withdrawn``: a notice of correction in its article says that it was wrong. ``below_margin``: its score
    is too low, and it is not the newest of superseded values, which is an answer even so. ``left_out``: a better span of its
    article overlaps it, it is far behind the best of its passage, or more answers were better than were asked for.
    """

    span: Span
    score: float
    fate: Fate
    number: int | None = None


class Weighed(Record):
    """A passage that was found, and its best spans, best first; none where it was not read.

    That is where it was too unlike the question, or another passage gave a sure answer.
    """

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
    article: Callable[[str], Article | None],
    *,
    calibration: Calibration | None,
    top_n: int = 2,
) -> Explanation:
    """Return what became of the best ``top_n`` spans of each passage that was read for ``response``, in the order of its hits.

    As many are weighed as when it was asked, whatever ``top_n`` is.

    Args:
        response: of a pipeline that reads with ``reader``.
        reader: the reader that gave it.
        article: gives one by its id; None where it is gone.
        calibration: the one by which it was decided.
        top_n: of the spans that were weighed in a passage so many are told, at most.

    Raises:
        QuestionError: the question is too long for ``reader``, so that it can't have given the response.
    """
    from ragqa.first_look import Retrieved, Rounds

    margin = calibration.margin if calibration else 0.0
    if response.reason == "outside_dates":  # its hits are there to be looked at, and were not read
        return Explanation(question=response.question, margin=margin, passages=())
    hits = response.hits
    known = {name: article(name) for name in {hit.passage.article_id for hit in hits}}
    found = Retrieved(response.question, list(hits), {name: own for name, own in known.items() if own})
    scored: dict[int, Sequence[tuple[Span, float]]] = {}

    def read(numbers: Sequence[int]) -> list[Candidate]:
        spans = reader.read(response.question, [hits[number].passage for number in numbers])
        candidates = []
        for number, own in zip(numbers, spans, strict=True):
            title = found.title_of(hits[number])
            of_passage = [Candidate.of(response.question, hits[number], title, span) for span in own]
            scored[number] = [(each.span, each.score(calibration)) for each in of_passage]
            candidates += of_passage
        return candidates

    rounds = Rounds(found, calibration)
    while numbers := rounds.next():
        rounds.add(numbers, read(numbers))
    # What is cited was read, whatever its article is called now.
    read([number for number, hit in enumerate(hits) if number not in scored and _is_cited(hit, response)])
    passages = tuple(
        Weighed(
            hit=hit,
            verdicts=tuple(
                _verdict(hit, *own, response, margin, found.articles.get(hit.passage.article_id))
                for own in scored.get(number, ())[:top_n]
            ),
            is_read=number in scored,
        )
        for number, hit in enumerate(hits)
    )
    return Explanation(question=response.question, margin=margin, passages=passages)


def _is_cited(hit: Hit, response: Response) -> bool:
    own = hit.passage
    cited = [each for answer in response.answers for each in answer.citations]
    cited += [each for conflict in response.conflicts for rival in conflict.values for each in rival.citations]
    return any(each.article_id == own.article_id and own.start <= each.start and each.end <= own.end for each in cited)


def _verdict(hit: Hit, span: Span, score: float, response: Response, margin: float, article: Article | None) -> Verdict:
    if span.score <= 0:
        return Verdict(span=span, score=score, fate="loses_to_null")
    for number, answer in enumerate(response.answers, start=1):
        for citation in answer.citations:
            is_same = citation.article_id == hit.passage.article_id
            if is_same and span.start < citation.end and citation.start < span.end:
                return Verdict(span=span, score=score, fate="answer", number=number)
    if article and is_withdrawn(article.text, span.start, span.end, title=article.title):
        return Verdict(span=span, score=score, fate="withdrawn")
    return Verdict(span=span, score=score, fate="below_margin" if score < margin else "left_out")
