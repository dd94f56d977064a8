"""How the answer to a question changed over the reports: the best answer of each dated article, oldest first.

    question -> passages of many articles -> spans -> the best of each article -> `Timeline`

A span counts by the same score and margin as in `asking`, but all passages are read once, one answer is kept an article instead of
joining equal ones, and none is weighed against others. Articles without a date have no place on a timeline; those that hold an
answer are named.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from ragqa.answering import Candidate
from ragqa.calibration import Calibration
from ragqa.citing import cite, value_of
from ragqa.errors import ArticleError
from ragqa.index import Index
from ragqa.reading import ExtractiveReader
from ragqa.records import Article, Citation, Filter, Timeline, TimelineEntry, instant
from ragqa.retrieval import Retriever
from ragqa.rivals.comparable import same_figure
from ragqa.rivals.measured import Figure, figure_at
from ragqa.values import Value, is_more_exact, read, same

__all__ = ["timeline_of"]


def timeline_of(
    question: str,
    index: Index,
    retriever: Retriever,
    reader: ExtractiveReader,
    *,
    calibration: Calibration | None,
    k: int,
    filter: Filter | None,
) -> Timeline:
    """Return the timeline of a question that has been checked; ``k`` passages are read.

    What scores below the margin of ``calibration`` is on none.

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
    articles, best = _best_of_articles(found, candidates, calibration)
    dated = [(instant(a.published_at), a.id) for a in articles.values() if a.published_at is not None]
    entries = [_entry(articles[name], best[name], calibration) for _, name in sorted(dated)]
    return Timeline(
        question=question,
        entries=_with_changes(entries, articles),
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
        if is_held and not candidate.is_withdrawn(article):
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


def _with_changes(entries: Sequence[TimelineEntry], articles: Mapping[str, Article]) -> tuple[TimelineEntry, ...]:
    """Mark each answer that says something else than those before it.

    "At least 41" says the same as "41". What they are held against is the most exact of them since the last change: after "41" and
    "more than 40" 44 is another.
    """
    marked: list[TimelineEntry] = []
    known: Value | None = None
    before: Figure | None = None
    for entry in entries:
        article = articles[entry.citation.article_id]
        value, figure = value_of(entry.citation, article), _figure(article, entry.citation)
        is_new = known is not None and not same(value, known)
        direction = _direction(before, figure) if is_new and before and figure else None
        marked.append(entry.model_copy(update={"changed": is_new, "direction": direction}))
        if known is None or is_new or is_more_exact(value, known):
            known = value
        before = figure
    return tuple(marked)


def _direction(one: Figure, other: Figure) -> Literal["up", "down"] | None:
    """Return whether a figure rose or fell; None where the two measure other things, or may be the same ("over 40", "42")."""
    is_one_unit = one.value.unit == other.value.unit and one.is_rate == other.is_rate and one.role == other.role
    measured = zip((one.counted, one.befell), (other.counted, other.befell), strict=True)
    if (
        not is_one_unit
        or any(first and second and first != second for first, second in measured)
        or same_figure(one, other)
    ):
        return None
    return "up" if one.value.amount < other.value.amount else "down"


def _figure(article: Article, citation: Citation) -> Figure | None:
    """Return the figure that an answer is, with what it measures; None where it is none, or more than one."""
    start = citation.start - citation.sentence_start
    if read(citation.sentence, start, start + len(citation.quote)).figure is None:
        return None
    return figure_at(article.text, citation.start, citation.end, title=article.title)
