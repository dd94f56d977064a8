"""How the answer to a question changed over the reports: the best answer of each dated article, oldest first.

    question -> passages of many articles -> spans -> the best of each article -> `Timeline`

Uses what `asking` uses, but keeps one answer an article instead of joining equal ones. Articles without a date have no place on a
timeline; those that hold an answer are named.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ragqa.answering import Candidate
from ragqa.calibration import Calibration
from ragqa.citing import cite
from ragqa.corrections import is_withdrawn
from ragqa.errors import ArticleError
from ragqa.index import Index
from ragqa.reading import ExtractiveReader
from ragqa.records import Article, Filter, Timeline, TimelineEntry, instant
from ragqa.retrieval import Retriever
from ragqa.values import answer_key

__all__ = ["timeline_of"]


def timeline_of(
    question: str, index: Index, retriever: Retriever, reader: ExtractiveReader, *, k: int, filter: Filter | None
) -> Timeline:
    """Return the timeline of a question that has been checked; ``k`` passages are read.

    Raises:
        QuestionError: the question is too long for the reader.
        SettingError: ``k`` is below 1.
    """
    reader.check(question)
    (hits,) = retriever.retrieve([question], k=k, filter=filter)
    spans = reader.read_many([(question, hit.passage) for hit in hits])
    found = {hit.passage.article_id: _article(index, hit.passage.article_id) for hit in hits}
    candidates = [
        Candidate.of(question, hit, article.title, span)
        for hit, own in zip(hits, spans, strict=True)
        for span in own
        if (article := found[hit.passage.article_id]) is not None
    ]
    articles, best = _best_of_articles(found, candidates, reader.calibration)
    dated = [(instant(a.published_at), a.id) for a in articles.values() if a.published_at is not None]
    entries = [_entry(articles[name], best[name], reader.calibration) for _, name in sorted(dated)]
    return Timeline(
        question=question,
        entries=_with_changes(entries),
        undated=tuple(sorted(name for name, article in articles.items() if article.published_at is None)),
    )


def _article(index: Index, article_id: str) -> Article | None:
    try:
        return index.article(article_id)
    except ArticleError:  # deleted meanwhile
        return None


def _best_of_articles(
    found: Mapping[str, Article | None], candidates: Sequence[Candidate], calibration: Calibration | None
) -> tuple[dict[str, Article], dict[str, Candidate]]:
    """Return the articles that hold an answer and the best span of each, by id.

    A span must beat its null and the margin, still stand in its article, and not be what a notice of correction withdraws.
    """
    margin = calibration.margin if calibration else 0.0
    beating = [
        candidate for candidate in candidates if candidate.span.score > 0 and candidate.score(calibration) >= margin
    ]
    articles: dict[str, Article] = {}
    best: dict[str, Candidate] = {}
    for candidate in sorted(beating, key=lambda own: (-own.score(calibration), own.span.start)):
        name, span = candidate.article_id, candidate.span
        article = found[name]
        if name in best or article is None:
            continue
        is_held = article.text[span.start : span.end] == span.text
        if is_held and not is_withdrawn(article.text, span.start, span.end, title=article.title):
            articles[name], best[name] = article, candidate
    return articles, best


def _entry(article: Article, candidate: Candidate, calibration: Calibration | None) -> TimelineEntry:
    score = candidate.score(calibration)
    citation = cite(article, candidate.span.start, candidate.span.end)
    return TimelineEntry(
        published_at=article.published_at,
        text=citation.quote,
        confidence=calibration.confidence(score, is_best=True) if calibration else None,
        changed=False,
        citation=citation,
    )


def _with_changes(entries: Sequence[TimelineEntry]) -> tuple[TimelineEntry, ...]:
    """Mark each answer that differs from the one before it."""
    marked = []
    before = None
    for entry in entries:
        key = answer_key(entry.text)
        marked.append(entry.model_copy(update={"changed": before is not None and key != before}))
        before = key
    return tuple(marked)
