"""The dates and names that rival a date or a name, from other reports of the matter."""

from __future__ import annotations

from collections.abc import Sequence

import regex

from ragqa.citing import cite
from ragqa.records import Answer, Article, Citation
from ragqa.rivals.asked import asks_for_holder, kind_asked
from ragqa.rivals.evidence import Contender, Evidence, contenders, period_of
from ragqa.rivals.matter import is_one_matter
from ragqa.rivals.stems import stems_of
from ragqa.values import Value, read

__all__ = ["rival_answers"]

GAP = 1.0
"""How many temperatures of the calibration below the best answer a date or name of comparable confidence may score."""

LEANING = 0.7
"""How much the reader must lean to the date or name that it prefers in another report."""

_STATED = regex.compile(
    r"\b(?:said|says|told|announced|reported|added|wrote|confirmed)(?:\s+\p{L}+){0,3}?\s+(?:(?:late|early)\s+)?(?:on\s+)?(?:(?:late|early)\s+)?$",
    regex.IGNORECASE,
)
_SAYING = frozenset("announc report tell told speak spok".split())


def rival_answers(best: Sequence[Contender], answers: Sequence[Answer], evidence: Evidence) -> list[Contender]:
    """Return the dates or names that other reports of the matter give in place of the first answer.

    They are other answers about as sure as the first; and, where the question says that it asks for a date, or who holds a post, of
    each other report the date or name that the reader prefers in it, if it is an answer there.

    ``best`` are the places of the first.
    """
    main, *others = answers
    gap = GAP * evidence.calibration.temperature if evidence.calibration else GAP
    close = [own for own in others if own.score >= main.score - gap]
    told = [pair for own in close for pair in zip(contenders(own, evidence.articles), own.citations, strict=True)]
    told += _preferred(best[0].value.kind, evidence) if _is_asked(best[0].value.kind, evidence) else []
    own_articles = {own.article_id for own in best}
    own_words = frozenset().union(*(stems_of(citation.sentence) for citation in main.citations))
    found: dict[tuple[str, int], Contender] = {}
    for contender, citation in told:
        words = stems_of(citation.sentence) & own_words
        one, other = (evidence.articles[own.article_id] for own in (best[0], contender))
        if (
            contender.article_id not in own_articles
            and _are_comparable(best[0], main.citations[0], contender, citation, evidence)
            and (words & evidence.asked or len(words) >= 3 or _is_fixed(contender.value))
            and not _is_of_outlet(contender.value, other)
            and is_one_matter(evidence.question, one, other)
        ):
            found.setdefault((contender.article_id, contender.start), contender)
    return list(found.values())


def _is_asked(kind: str, evidence: Evidence) -> bool:
    """Return whether the question leaves no doubt that it asks for a date, or for the holder of a post."""
    if kind == "name":
        return asks_for_holder(evidence.question)
    return kind_asked(evidence.question) == kind


def _is_fixed(value: Value) -> bool:
    """Return whether a value is a name, or a date that names its month or year: on a Sunday something else may have happened."""
    return value.kind == "name" or bool({part for part, _ in value.date} & {"month", "year"})


def _is_of_outlet(value: Value, article: Article) -> bool:
    """Return whether a name is that of the outlet or of an author of the article that gives it: "(Rural Wire)" in a dateline."""
    own = {word.casefold() for name in (article.source or "", *article.authors) for word in name.split()}
    return value.kind == "name" and set(value.names) <= own


def _preferred(kind: str, evidence: Evidence) -> list[tuple[Contender, Citation]]:
    """Return of each report the date or name that the reader prefers in it, if it leans to it enough."""
    found = []
    for name, spans in sorted(evidence.spans.items()):
        article = evidence.articles[name]
        for own in spans:
            score = own.score(evidence.calibration)
            if evidence.leaning(score) < LEANING:
                break
            value = read(article.text, own.span.start, own.span.end)
            if value.kind == kind and _is_fixed(value):
                contender = evidence.contender(name, own.span.start, own.span.end, score=score)
                found.append((contender, cite(article, own.span.start, own.span.end)))
                break
    return found


def _are_comparable(
    own: Contender, own_citation: Citation, other: Contender, citation: Citation, evidence: Evidence
) -> bool:
    """Return whether two dates or names can rival each other.

    Two reports that both give both hold them for two facts. Of dates, their days must be known, and lie apart; when something was
    said is not when it happened.
    """
    one, two = own.value, other.value
    if one.kind != two.kind or one.key == two.key:
        return False
    if citation.quote in own_citation.sentence and own_citation.quote in citation.sentence:
        return False
    if one.kind == "name":
        return True
    if any(_is_of_statement(each) for each in (own_citation, citation)) and not evidence.asked & _SAYING:
        return False
    periods = [period_of(each) for each in (own_citation, citation)]
    if periods[0] and periods[1]:
        return periods[0].last < periods[1].first or periods[1].last < periods[0].first
    return not ({part for part, _ in (*one.date, *two.date)} & {"weekday", "relative"})


def _is_of_statement(citation: Citation) -> bool:
    """Return whether a date is that of "police said on Monday"."""
    return _STATED.search(citation.sentence, 0, citation.start - citation.sentence_start) is not None
