"""Spans to answers: told apart, joined, cited, or withheld.

Spans come in with offsets into their articles and with what the retriever says for their passages. Here overlapping spans of one
article become one, answers of several articles that say the same become one answer with several citations, each citation gets its
sentence, what a correction withdraws is left out, and so are answers that score below the margin. Only the winners count: a
passage whose best span loses to its null changes nothing. Imports no model and no storage; the articles are handed in.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, Self

from ragqa.agreement import group_by_value
from ragqa.calibration import Calibration, Grounds
from ragqa.citing import cite, value_at
from ragqa.corrections import is_withdrawn
from ragqa.errors import IndexDamaged
from ragqa.parts import part_of
from ragqa.records import Answer, Article, Citation, Hit, Reason, Span
from ragqa.syndication import independent_sources
from ragqa.telling import coverage

__all__ = ["Candidate", "Grounded", "cite", "compose", "compose_grounded"]

_FAR_BEHIND = 10.0
"""By how many logits a span may be behind the best of its passage and still be an answer. Of those further behind, on stories that
the reader was not trained on, one in twenty-five is right: what is left of the sentence when the answer is taken out of it."""
_HEADLINE_AHEAD = 4.0
"""By how many logits a span of the headline must be better to be cited in place of an equal one of the body."""


_BRACKETS = {")": "(", "]": "[", "”": "“", "’": "‘", "»": "«"}


class Candidate(NamedTuple):
    """A span that may answer, its article, and how near its passage is to the question."""

    article_id: str
    span: Span
    cosine: float | None = None
    """How near the passage is to the question, where that is known."""
    coverage: float | None = None
    """The share of the question's telling words in the passage and the title of its article."""

    @classmethod
    def of(cls, question: str, hit: Hit, title: str | None, span: Span) -> Self:
        """Return a span of the passage of ``hit`` as a candidate; ``title`` is that of its article.

        Of what found the passage only the cosine counts: BM25 depends on what else is in the index, and an answer must not.
        """
        return cls(hit.passage.article_id, span, hit.nearness, coverage(question, f"{title or ''} {hit.passage.text}"))

    def is_withdrawn(self, article: Article) -> bool:
        """Return whether a notice of correction in its article withdraws the span."""
        return is_withdrawn(article.text, self.span.start, self.span.end, title=article.title)

    def score(self, calibration: Calibration | None) -> float:
        """Return by how much the span beats its null, in logits, and what its passage adds to that."""
        return self.span.score + (calibration.support(self.cosine, self.coverage) if calibration else 0.0)


class Grounded(NamedTuple):
    """An answer and what its confidence rests on."""

    answer: Answer
    grounds: Grounds


def compose(
    candidates: Iterable[Candidate],
    articles: Mapping[str, Article],
    *,
    top_k: int,
    calibration: Calibration | None,
) -> tuple[tuple[Answer, ...], Reason | None]:
    """Return the answers, best first, and null; or none and the reason why.

    Args:
        candidates: in any order; of several passages, articles and windows.
        articles: by id, all that ``candidates`` name.
        top_k: how many answers at most.
        calibration: the reader's; without one the margin is 0, only spans are scored, and no answer has a confidence.

    Raises:
        IndexDamaged: an article does not hold a span.
    """
    found, reason = compose_grounded(candidates, articles, top_k=top_k, calibration=calibration)
    return tuple(own.answer for own in found), reason


def compose_grounded(
    candidates: Iterable[Candidate],
    articles: Mapping[str, Article],
    *,
    top_k: int,
    calibration: Calibration | None,
) -> tuple[tuple[Grounded, ...], Reason | None]:
    """Return what `compose` returns, each answer with the grounds for it."""
    margin = calibration.margin if calibration else 0.0
    beating = [own for own in candidates if own.span.score > 0 and not own.is_withdrawn(articles[own.article_id])]
    if not beating:
        return (), "null_beats_span"
    groups = group_by_value(
        _distinct(beating, calibration),
        lambda own: value_at(articles[own.article_id], own.span.start, own.span.end),
    )
    leads = _leads([group[0].score(calibration) for group in groups])  # before the margin: a lead doesn't depend on it
    above = [[own for own in group if own.score(calibration) >= margin] for group in groups]
    if not above[0]:
        return (), "low_confidence"
    best = _best_of_passages(beating)
    given = [
        (group, lead)
        for group, lead in zip(above, leads, strict=True)
        if any(best[own.span.passage_id] - own.span.score < _FAR_BEHIND for own in group)
    ]
    return tuple(
        _answer(group, articles, calibration, lead=lead, is_best=number == 0)
        for number, (group, lead) in enumerate(given[:top_k])
    ), None


def _best_of_passages(candidates: Sequence[Candidate]) -> dict[str, float]:
    """Return the score of the best span of each passage."""
    best: dict[str, float] = {}
    for own in candidates:
        best[own.span.passage_id] = max(own.span.score, best.get(own.span.passage_id, -math.inf))
    return best


def _leads(scores: Sequence[float]) -> list[float]:
    """Return how far the first of falling scores is ahead of the second, and how far the others are behind it."""
    first = scores[0] - scores[1] if len(scores) > 1 else math.inf
    return [first, *(score - scores[0] for score in scores[1:])]


def _distinct(candidates: Sequence[Candidate], calibration: Calibration | None) -> list[Candidate]:
    """Return the candidates best first, without those that overlap a better one of their article."""
    kept: list[Candidate] = []
    taken: dict[str, list[Span]] = {}
    for candidate in sorted(
        candidates, key=lambda own: (-own.score(calibration), own.article_id, own.span.start, own.span.end)
    ):
        span, others = candidate.span, taken.setdefault(candidate.article_id, [])
        if all(span.end <= other.start or other.end <= span.start for other in others):
            others.append(span)
            kept.append(candidate)
    return kept


def _answer(
    group: Sequence[Candidate],
    articles: Mapping[str, Article],
    calibration: Calibration | None,
    *,
    lead: float,
    is_best: bool,
) -> Grounded:
    """Return one answer from the equal spans of ``group``, best first: a citation for the best span of each article."""
    of_articles: dict[str, list[Span]] = {}
    for candidate in group:
        of_articles.setdefault(candidate.article_id, []).append(candidate.span)
    citations = tuple(
        _cite_whole(articles[name], _telling_most(spans, articles[name])) for name, spans in of_articles.items()
    )
    best = group[0]
    score, text = best.score(calibration), citations[0].quote
    sources = independent_sources(citations, articles)
    grounds = Grounds(lead, sources, len(text.split()), best.cosine, best.coverage)
    answer = Answer(
        text=text,
        confidence=calibration.confidence(score, is_best=is_best, grounds=grounds) if calibration else None,
        citations=citations,
        sources=sources,
        score=score,
    )
    return Grounded(answer, grounds)


def _telling_most(spans: Sequence[Span], article: Article) -> Span:
    """Return the best of equal spans, best first; where it stands in the headline, the best of the body, if it is about as good.

    A headline says neither by whom a thing was said nor when it was.
    """
    body = (own for own in spans if part_of(article.text, own.start, own.end, title=article.title) != "headline")
    first = next(body, spans[0])
    return first if spans[0].score - first.score <= _HEADLINE_AHEAD else spans[0]


def _cite_whole(article: Article, span: Span) -> Citation:
    """Cite a span; where it opens a bracket or a quotation that the next character closes, with that character."""
    text, end = article.text, span.end
    if text[span.start : end] != span.text:
        raise IndexDamaged(
            f"article {article.id!r} does not hold {span.text!r} at characters {span.start}-{end}: it is not the one that was read"
        )
    closer = text[end : end + 1]
    opener = _BRACKETS.get(closer)
    if opener and span.text.count(opener) > span.text.count(closer):
        end += 1
    return cite(article, span.start, end)
