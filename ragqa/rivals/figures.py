"""The figures that rival a figure: its counterparts in other reports of the matter."""

from __future__ import annotations

from collections.abc import Sequence

from ragqa.answering import Candidate
from ragqa.records import Article, instant
from ragqa.rivals.asked import asks_for_another
from ragqa.rivals.counterparts import likeness, pairs
from ragqa.rivals.evidence import WEAKEST, Contender, Evidence
from ragqa.rivals.matter import is_one_matter
from ragqa.rivals.measured import Figure
from ragqa.values import read, same

__all__ = ["Known", "rival_figures", "score_of", "share_asked"]

LIKE = 0.85
"""How well two figures must suit each other to be rivals: their likeness and, in these shares, what the next four say."""
PAIRED = 0.3
"""Where they are paired off by their words alone, as `counterparts` does it."""
READER = 0.4
"""Of how much the reader leans to the other figure, also where it finds "no answer here" more likely."""
FIRST = 0.2
"""Where the other figure is the only one of its measure in its report, or the one that the reader prefers."""
ASKED = 0.2
"""Of how many of the question's words stand with the other figure."""
CLEARLY = 0.05
"""How much better a figure must suit another one of the first report to be that one's counterpart alone."""

YEARS = 2
"""How many years the years named beside two figures may lie apart; where none is named, that of the report counts."""

Known = Sequence[tuple[Contender, Figure]]
"""Places of the best answer, each with its figure."""


def rival_figures(known: Known, evidence: Evidence) -> list[tuple[float, Contender]]:
    """Return the counterparts of the best answer in the other reports that were read, each with how well it suits."""
    found = []
    for name in sorted(evidence.articles.keys() - {own.article_id for own, _ in known}):
        text = evidence.articles[name].text
        scored = [own for own in (_counterpart(*one, name, evidence) for one in known) if own is not None]
        suits, other = max(scored, key=lambda pair: pair[0], default=(0.0, None))
        if other is None or suits < LIKE:
            continue
        value = read(text, other.start, other.end)
        if not any(same(value, own.value) for own, _ in known):
            score = score_of(other, evidence.spans.get(name, ()), name, evidence)
            found.append((suits, evidence.contender(name, other.start, other.end, score=score)))
    return found


def _counterpart(own: Contender, figure: Figure, name: str, evidence: Evidence) -> tuple[float, Figure] | None:
    """Return the figure of an article that measures what ``figure`` measures, with how well it suits."""
    one, other = evidence.articles[own.article_id], evidence.articles[name]
    if not is_one_matter(evidence.question, one, other):
        return None
    mine, others = (_of_measure(figure, evidence.figures(each)) for each in (own.article_id, name))
    paired = pairs(mine, others)
    taken = {each: (by, like) for by, (each, like) in paired.items()}
    counterpart, _ = paired.get(figure, (None, 0.0))

    def is_able(each: Figure) -> bool:
        like = likeness(figure, each)
        by, better = taken.get(each, (figure, like))
        is_of_another = by != figure and better > like + CLEARLY
        is_other = asks_for_another(evidence.question, each) or _is_of_another_time(figure, one, each, other)
        return like > 0 and not is_of_another and not is_other

    able = [each for each in others if is_able(each)]
    found = {each: score_of(each, evidence.hints.get(name, ()), name, evidence) for each in able}
    hints = {each: WEAKEST if score is None else score for each, score in found.items()}
    highest = max(hints.values(), default=WEAKEST)

    def suits(each: Figure) -> float:
        is_first = len(able) == 1 or hints[each] == highest > WEAKEST
        of_words = likeness(figure, each) + PAIRED * (each == counterpart) + ASKED * share_asked(each, evidence)
        return of_words + READER * evidence.leaning(hints[each]) + FIRST * is_first

    return max(((suits(each), each) for each in able), key=lambda pair: (pair[0], -pair[1].start), default=None)


def _of_measure(figure: Figure, others: Sequence[Figure]) -> list[Figure]:
    """Return the figures of one's unit and role; no other can be paired with it, nor with one of these."""
    return [own for own in others if own.value.unit == figure.value.unit and own.role == figure.role]


def _is_of_another_time(figure: Figure, one: Article, counterpart: Figure, other: Article) -> bool:
    """Return whether two figures are of years apart: "the earthquake of 1939, which killed 33,000"."""
    years = [
        own.years or ({instant(article.published_at).year} if article.published_at else set())
        for own, article in ((figure, one), (counterpart, other))
    ]
    return all(years) and min(abs(first - second) for first in years[0] for second in years[1]) > YEARS


def score_of(figure: Figure, spans: Sequence[Candidate], name: str, evidence: Evidence) -> float | None:
    """Return the score of the best of ``spans`` that gives a figure of an article, or of one that holds it; None without one."""
    exact = [own for own in spans if evidence.figure_at(name, own.span.start, own.span.end) == figure]
    holding = [own for own in spans if own.span.start <= figure.start and figure.end <= own.span.end]
    return max((own.score(evidence.calibration) for own in exact or holding), default=None)


def share_asked(figure: Figure, evidence: Evidence) -> float:
    """Return which share of the question's words stands in the sentence of a figure, those beside it counted twice."""
    asked = evidence.asked
    return (
        (len(asked & (figure.around | figure.named)) + len(asked & figure.beside)) / (2 * len(asked)) if asked else 0.0
    )
