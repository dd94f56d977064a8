"""The dates and names that rival a date or a name: other answers about as sure, from other reports of the matter."""

from __future__ import annotations

from collections.abc import Sequence

import regex

from ragqa.records import Answer, Citation
from ragqa.rivals.evidence import Contender, Evidence, contenders, period_of
from ragqa.rivals.matter import is_one_matter
from ragqa.rivals.stems import stems_of
from ragqa.rivals.succession import successions
from ragqa.values import Value, read, same

__all__ = ["rival_answers", "successors"]

GAP = 1.5
"""How many temperatures of the calibration below the best answer a date or name of comparable confidence may score."""

_STATED = regex.compile(
    r"\b(?:said|says|told|announced|reported|added|wrote|confirmed)(?:\s+\p{L}+){0,3}?\s+(?:(?:late|early)\s+)?(?:on\s+)?(?:(?:late|early)\s+)?$",
    regex.IGNORECASE,
)
_SAYING = frozenset("announc report tell told speak spok".split())


def rival_answers(best: Sequence[Contender], answers: Sequence[Answer], evidence: Evidence) -> list[Contender]:
    """Return the other answers of the first one's kind that are about as sure, from other reports of the matter.

    ``best`` are the places of the first.
    """
    main, *others = answers
    own_articles = {own.article_id for own in best}
    own_words = frozenset().union(*(stems_of(citation.sentence) for citation in main.citations))
    gap = GAP * evidence.calibration.temperature if evidence.calibration else GAP
    found = []
    for answer in others:
        if answer.score < main.score - gap:
            continue
        for citation, contender in zip(answer.citations, contenders(answer, evidence.articles), strict=True):
            words = stems_of(citation.sentence) & own_words
            one, other = (evidence.articles[own.article_id] for own in (best[0], contender))
            if (
                contender.article_id not in own_articles
                and _are_comparable(best[0], main.citations[0], contender, citation, evidence)
                and (words & evidence.asked or len(words) >= 3)
                and is_one_matter(evidence.question, one, other)
            ):
                found.append(contender)
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


def successors(best: Sequence[Contender], evidence: Evidence) -> list[Contender]:
    """Return who came after or before the best answer in its post, as a report that was read says it."""
    found: list[Contender] = []
    for name in sorted(evidence.articles):
        article = evidence.articles[name]
        if not any(is_one_matter(evidence.question, evidence.articles[own.article_id], article) for own in best):
            continue
        for own in successions(article.text):
            old, new = (read(article.text, *place) for place in own)
            if same(old, best[0].value) and not any(each.article_id == name for each in best):
                found.append(evidence.contender(name, *own.new, score=None))
            elif same(new, best[0].value):
                found += _earlier(old, name, evidence)
    return found


def _earlier(old: Value, told_by: str, evidence: Evidence) -> list[Contender]:
    """Return where the reader found a name in the other reports: its holder at their time, as one report tells."""
    found = []
    for name, spans in sorted(evidence.spans.items()):
        for own in spans if name != told_by else ():
            value = read(evidence.articles[name].text, own.span.start, own.span.end)
            if value.kind == "name" and same(value, old):
                score = own.score(evidence.calibration)
                place = own.span.start, own.span.end
                found.append(evidence.contender(name, *place, score=score, revealed_by=told_by))
                break
    return found
