"""What other reports of the matter are asked again, once there is an answer: the question, with the sentence that answers it best.

    evidence  ->  the passages of other reports, and what is asked of them

"How many were killed? At least 14 workers died in the blast, the ministry said." tells the reader in two ways what is looked for,
so that it finds the report's own figure where the question alone found another, and says no where the report gives none. Passages
that were not worth reading for an answer may be worth it for its rival. Imports no model and no storage.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from typing import NamedTuple

from ragqa.records import Article, Citation, Hit
from ragqa.rivals import Evidence, can_have_none, contenders, fitting_first
from ragqa.rivals.elsewhere import worth_asking_again

__all__ = ["Look", "second_look", "told"]

WORDS = 45
"""Of the sentence, the nearest to the answer."""
MOST = 4
"""How many passages are asked again at most, unless the first report has more."""


class Look(NamedTuple):
    """What is asked again, and of which passages."""

    question: str
    hits: list[Hit]


def second_look(evidence: Evidence, hits: Sequence[Hit], unread: Set[str] = frozenset()) -> Look:
    """Return what is asked again, of no passage where there is no answer, or nothing can rival the best one.

    Args:
        evidence: what was read, and the answers, best first.
        hits: the passages that were found, best first, read or not.
        unread: the articles of which none was read.
    """
    if not evidence.answers:
        return Look(evidence.question, [])
    ordered = fitting_first(evidence.answers, evidence)
    best = ordered[0].citations[0]
    question = told(evidence.question, best, evidence.articles[best.article_id])
    if can_have_none(contenders(ordered[0], evidence.articles), evidence):
        return Look(question, [])
    names = worth_asking_again(ordered, evidence, unread)
    of_reports: dict[str, list[Hit]] = {}
    for hit in hits:
        if hit.passage.article_id in names:
            of_reports.setdefault(hit.passage.article_id, []).append(hit)
    chosen: list[Hit] = []
    for own in of_reports.values():  # whole reports: what isn't asked again would count as a no
        if chosen and len(chosen) + len(own) > MOST:
            break
        chosen += own
    return Look(question, chosen)


def told(question: str, best: Citation, article: Article) -> str:
    """Return the question with the sentence that answers it best, or as much of that as stands nearest to the answer."""
    words = article.text[best.sentence_start : best.sentence_end].split()
    before, inside = (
        len(article.text[start:end].split())
        for start, end in ((best.sentence_start, best.start), (best.start, best.end))
    )
    first = max(0, min(before + inside // 2 - WORDS // 2, len(words) - WORDS))
    return " ".join([question, *words[first : first + WORDS]])
