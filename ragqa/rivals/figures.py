"""The figures that rival a figure: its counterparts in other reports of the matter."""

from __future__ import annotations

from collections.abc import Sequence

from ragqa.records import Article, instant
from ragqa.rivals.asked import asks_for_another
from ragqa.rivals.counterparts import pairs
from ragqa.rivals.evidence import Contender, Evidence
from ragqa.rivals.matter import is_one_matter
from ragqa.rivals.measured import Figure
from ragqa.values import read, same

__all__ = ["Known", "confidence_in", "rival_figures", "score_of", "share_asked"]

LIKE = 0.33
"""How well two figures must suit each other to be rivals: their likeness and, in these shares, what the next three say."""
READER = 0.5
"""Of the reader's confidence in the other figure."""
ASKED = 0.2
"""Of how many of the question's words stand with the other figure."""
FIRST = 0.1
"""Where the other figure is the one of its unit in its report that the reader prefers."""

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
            score = score_of(other, name, evidence)
            found.append((suits, evidence.contender(name, other.start, other.end, score=score)))
    return found


def _counterpart(own: Contender, figure: Figure, name: str, evidence: Evidence) -> tuple[float, Figure] | None:
    """Return the figure of an article that measures what ``figure`` measures, with how well it suits."""
    one, other = evidence.articles[own.article_id], evidence.articles[name]
    if not is_one_matter(evidence.question, one, other):
        return None
    matched = pairs(*(_of_measure(figure, evidence.figures(each)) for each in (own.article_id, name))).get(figure)
    if matched is None:
        return None
    counterpart, like = matched
    if asks_for_another(evidence.question, counterpart) or _is_of_another_time(figure, one, counterpart, other):
        return None
    suits = like + READER * confidence_in(counterpart, name, evidence) + ASKED * share_asked(counterpart, evidence)
    is_first = bool(figure.value.unit) and _preferred(figure.value.unit, name, evidence) == counterpart
    return suits + (FIRST if is_first else 0.0), counterpart


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


def _preferred(unit: str, name: str, evidence: Evidence) -> Figure | None:
    """Return the figure of a unit that the reader prefers in an article."""
    found = (evidence.figure_at(name, own.span.start, own.span.end) for own in evidence.spans.get(name, ()))
    return next((figure for figure in found if figure and figure.value.unit == unit), None)


def score_of(figure: Figure, name: str, evidence: Evidence) -> float | None:
    """Return the score of the span that gives a figure, or of one that holds it; None where none beats its null."""
    calibration, spans = evidence.calibration, evidence.spans.get(name, ())
    exact = [own for own in spans if evidence.figure_at(name, own.span.start, own.span.end) == figure]
    holding = [own for own in spans if own.span.start <= figure.start and figure.end <= own.span.end]
    return max((own.score(calibration) for own in exact or holding), default=None)


def confidence_in(figure: Figure, name: str, evidence: Evidence) -> float:
    """Return how likely the reader holds a figure for the answer, were it the only one; 0 where it can't say."""
    score = score_of(figure, name, evidence)
    return evidence.calibration.confidence(score) if evidence.calibration and score is not None else 0.0


def share_asked(figure: Figure, evidence: Evidence) -> float:
    """Return which share of the question's words stands in the sentence of a figure, those beside it counted twice."""
    asked = evidence.asked
    return (
        (len(asked & (figure.around | figure.named)) + len(asked & figure.beside)) / (2 * len(asked)) if asked else 0.0
    )
