"""What a report says has changed, for the best answer: what came before or after it in its post, or as its figure or date."""

from __future__ import annotations

from collections.abc import Sequence

from ragqa.records import Article
from ragqa.rivals.evidence import Contender, Evidence
from ragqa.rivals.revisions import Revision, revisions
from ragqa.rivals.succession import Succession, is_former, successions
from ragqa.values import Value, read, same

__all__ = ["as_sure", "is_new", "is_outdated", "replaced"]


def replaced(best: Sequence[Contender], evidence: Evidence) -> list[Contender]:
    """Return what came after or before the best answer in its post, or as its figure or date, as a report says it."""
    found: list[Contender] = []
    value = best[0].value
    for name, article in sorted(evidence.articles.items()):
        if not any(evidence.in_common(own.article_id, name).is_one_matter for own in best):
            continue
        for own in _changes(article, value.kind):
            old, new = (read(article.text, *place) for place in own)
            if same(old, value) and not any(each.article_id == name and _is_at(each, own.new) for each in best):
                scores = (evidence.score_at(name, *place) for place in (own.new, own.old))
                score = next((own for own in scores if own is not None), None)
                found.append(evidence.contender(name, *own.new, score=score, revealed_by=name))
            elif same(new, value):
                found += _earlier(old, name, evidence)
    return found


def as_sure(rivals: Sequence[Contender], best: Contender, evidence: Evidence) -> list[Contender]:
    """Return the rivals; those that their own reports say are new are as likely right as the best answer, which they replace."""
    return [
        own._replace(confidence=max(own.confidence or 0.0, best.confidence))
        if best.confidence is not None and is_new(own, evidence.articles[own.article_id])
        else own
        for own in rivals
    ]


def is_outdated(own: Contender, article: Article) -> bool:
    """Return whether the report of a value says itself that it no longer holds."""
    if own.value.kind == "name" and is_former(article.text, own.start, own.end):
        return True
    return any(_is_at(own, change.old) for change in _changes(article, own.value.kind))


def is_new(own: Contender, article: Article) -> bool:
    """Return whether the report of a value says itself that it came after another."""
    return any(_is_at(own, change.new) for change in _changes(article, own.value.kind))


def _changes(article: Article, kind: str) -> Sequence[Succession | Revision]:
    return successions(article.text) if kind == "name" else revisions(article.text, title=article.title)


def _is_at(own: Contender, place: tuple[int, int]) -> bool:
    return own.start < place[1] and place[0] < own.end


def _earlier(old: Value, told_by: str, evidence: Evidence) -> list[Contender]:
    """Return where the reader found in the other reports what held at their time, as one report tells."""
    found = []
    for name, spans in sorted(evidence.hints.items()):
        for own in spans if name != told_by else ():
            place = own.span.start, own.span.end
            value = read(evidence.articles[name].text, *place)
            if value.kind == old.kind and same(value, old):
                score = evidence.score_at(name, *place)
                found.append(evidence.contender(name, *place, score=score, revealed_by=told_by))
                break
    return found
