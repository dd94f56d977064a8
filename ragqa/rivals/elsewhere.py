"""What other reports of the matter give in place of the best answer: of each the place that is likeliest to rival it.

    the reports that were found ->  in each the places that the reader prefers, as `seen` tells; for a figure, those too that may
                                    measure the same
                                ->  without those that `comparable` says can't rival it
                                ->  the likeliest, by the signs for it and what `likely` makes of them

A report in which the reader finds no answer may give a rival all the same. Imports no model and no storage.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ragqa.citing import sentence_at
from ragqa.records import Answer
from ragqa.rivals.asked import asks_for_another, asks_for_holder, seems_to_ask_for_others, units_asked
from ragqa.rivals.comparable import (
    are_apart,
    can_rival,
    is_hour_beside_day,
    is_of_another_time,
    same_figure,
)
from ragqa.rivals.counterparts import (
    PAIRED,
    is_other_fact,
    likeness_of_words,
    nearness,
    pairs,
    seem_other_things,
)
from ragqa.rivals.evidence import Contender, Evidence, Stretch, contenders
from ragqa.rivals.likely import CURVES, JUDGED, Curve, Signs, bounded, likelihood
from ragqa.rivals.measured import Figure
from ragqa.rivals.seen import Leads, preferred
from ragqa.rivals.stems import dice, stems_of
from ragqa.values import Value, same

__all__ = [
    "PUT_FIRST",
    "SHOWN",
    "Place",
    "counts_others",
    "likeliest",
    "may_be_shown",
    "places_elsewhere",
    "rivals_elsewhere",
    "worth_judging",
]

SHOWN = 0.45
"""How likely a rival must be to be shown."""
PUT_FIRST = 0.55
"""How likely a rival must be to be put before an answer, where it is newer."""
WORTH_JUDGING, MOST_JUDGED = 0.06, 6
"""From which likelihood on a place may be judged, and how many are at most."""
CLEARLY = 0.05
"""How much better a figure must suit another one of the first report to be that one's counterpart."""


class Place(NamedTuple):
    """A place in another report that may rival the best answer, or says the same."""

    article_id: str
    start: int
    """Characters of the article."""
    end: int
    score: float | None
    """Of the span that beats its null and gives the place; None where none does."""
    curve: Curve
    """By which its likelihood is told."""
    is_same: bool
    """Whether it says what the best answer says."""
    signs: Signs
    is_doubted: bool
    """Whether its words speak against it: then it is no rival unless the judge has seen it."""
    is_judged: bool
    likelihood: float

    @property
    def counts(self) -> bool:
        """Whether its likelihood counts: what agrees needs no judge."""
        return self.is_same or self.is_judged or not self.is_doubted


def rivals_elsewhere(answers: Sequence[Answer], evidence: Evidence, *, least: float = SHOWN) -> list[Contender]:
    """Return of every other report that was found the likeliest rival of the first of ``answers``, if it is likely enough.

    The likeliest comes first. A report whose likeliest place says what the answer says gives none.
    """
    counted = [own for own in places_elsewhere(answers, evidence) if own.counts]
    found = [own for own in likeliest(counted) if own.likelihood >= least and not own.is_same]
    found.sort(key=lambda own: (-own.likelihood, own.article_id))
    return [evidence.contender(own.article_id, own.start, own.end, score=own.score) for own in found]


def likeliest(places: Sequence[Place]) -> list[Place]:
    """Return the likeliest place of each report."""
    best: dict[str, Place] = {}
    for own in places:
        known = best.setdefault(own.article_id, own)
        if own.likelihood > known.likelihood:
            best[own.article_id] = own
    return list(best.values())


def places_elsewhere(answers: Sequence[Answer], evidence: Evidence) -> list[Place]:
    """Return the places in other reports that can rival the first of ``answers``, or say the same, each once."""
    known = evidence.known_places.get(answers[0].citations)
    if known is None:
        known = evidence.known_places[answers[0].citations] = _places(answers[0], evidence)
    return [_judged(own, evidence) for own in known]


def worth_judging(answers: Sequence[Answer], evidence: Evidence, *, hopeless: bool = False) -> list[Stretch]:
    """Return the places in other reports that may rival the first of ``answers``, `MOST_JUDGED` at most.

    What counts without the judge comes before what doesn't, and the likeliest of each report before others. With ``hopeless`` all
    that are likely enough, also those that no verdict could show.
    """
    known = [own for own in places_elsewhere(answers, evidence) if not own.is_same and own.likelihood >= WORTH_JUDGING]
    own = known if hopeless else [own for own in known if may_be_shown(own)]
    first = set(likeliest(own))
    own.sort(key=lambda place: (place.is_doubted, place not in first, -place.likelihood, place.article_id, place.start))
    return [(place.article_id, place.start, place.end) for place in (own if hopeless else own[:MOST_JUDGED])]


def may_be_shown(place: Place) -> bool:
    """Return whether a place is likely enough to be shown as it is, or would be with the verdict of a judge who is sure."""
    surest = likelihood(place.signs._replace(judged=1.0), JUDGED[place.curve])
    return surest >= SHOWN or (place.counts and place.likelihood >= SHOWN)


def _places(answer: Answer, evidence: Evidence) -> list[Place]:
    """Return the places in other reports that can rival an answer, or say the same, with what is known without the judge."""
    best = _Best(answer, evidence)
    found: dict[Stretch, Place] = {}
    for name in sorted(evidence.articles.keys() - {own.article_id for own in best.places}):
        figures = list(_of_figures(name, best, evidence)) if best.is_figure else []
        for own in (*figures, *_of_others(name, best, evidence, figures)):
            known = found.setdefault((name, own.start, own.end), own)
            if (own.counts, own.likelihood) > (known.counts, known.likelihood):
                found[name, own.start, own.end] = own
    return list(found.values())


class _Best:
    """The best answer: its places, its figures, and what its sentences say."""

    def __init__(self, answer: Answer, evidence: Evidence) -> None:
        self.answer = answer
        self.places = contenders(answer, evidence.articles)
        self.is_figure = self.places[0].value.figure is not None
        known = ((own, evidence.figure_at(own.article_id, own.start, own.end)) for own in self.places)
        self.figures = [(own, figure) for own, figure in known if figure]
        self.words = frozenset().union(*(stems_of(own.sentence) for own in answer.citations))
        self.lean = evidence.leaning(answer.score)
        self.counts_others = counts_others(self.places, evidence)


def _of_others(name: str, best: _Best, evidence: Evidence, figures: Sequence[Place]) -> Iterator[Place]:
    """Yield what the reader prefers in a report, but what is among its ``figures``."""
    article = evidence.articles[name]
    apart = _apart([own.article_id for own in best.places], name, evidence)
    if apart is None:
        return
    for own in preferred(evidence.hints.get(name, ()), evidence):
        if any(own.is_at(each.start, each.end) for each in figures):
            continue
        place, value = (name, own.start, own.end), evidence.value_at(name, own.start, own.end)
        is_same = any(same(each.value, value) for each in best.places)
        curve = _curve(best, value)
        figure = evidence.figure_at(*place) if best.is_figure or value.figure else None
        if not is_same and not _can_rival(best, place, value, figure, evidence):
            continue
        is_doubted = best.counts_others or (figure is not None and _is_doubted(figure, best, evidence))
        sentence = article.text[slice(*sentence_at(article.text, own.start, own.end))]
        long, long_other = (
            math.log(1 + len(text.split())) / 2 for text in (best.answer.text, article.text[own.start : own.end])
        )
        signs = Signs(
            lean=evidence.leaning(own.score),
            lead=own.bounded_lead,
            lean_to_best=best.lean,
            words=dice(stems_of(sentence), best.words),
            apart=apart,
            post=float(asks_for_holder(evidence.question)),
            long=long,
            longer=long_other - long,
        )
        likely = likelihood(signs, CURVES[curve])
        yield Place(*place, evidence.score_at(*place), curve, is_same, signs, is_doubted, False, likely)


def _can_rival(best: _Best, place: Stretch, value: Value, figure: Figure | None, evidence: Evidence) -> bool:
    """Return whether what the reader prefers elsewhere can be a rival: no date that may be the same, no figure of another fact."""
    own = best.places[0].value
    are_dates = value.kind == own.kind == "date"
    if are_dates and not are_apart(best.answer, own, place, value, evidence):
        return False
    if is_hour_beside_day(own, value) or is_hour_beside_day(value, own):
        return False
    if figure is not None:
        first, second = (evidence.articles[own] for own in (best.places[0].article_id, place[0]))
        units = units_asked(evidence.question)
        if units is not None and figure.value.unit not in (*units, ""):
            return False
        if asks_for_another(evidence.question, figure) or any(
            is_other_fact(each, figure) or is_of_another_time(each, first, figure, second) for _, each in best.figures
        ):
            return False
    return can_rival(best.answer, place, value, evidence, is_apart=are_dates)


def counts_others(places: Sequence[Contender], evidence: Evidence) -> bool:
    """Return whether an answer at these places seems to count something else than is asked for."""
    figures = (evidence.figure_at(own.article_id, own.start, own.end) for own in places)
    return any(seems_to_ask_for_others(evidence.question, figure) for figure in figures if figure)


def _is_doubted(figure: Figure, best: _Best, evidence: Evidence) -> bool:
    """Return whether a figure seems to count something else than is asked for, or than the best answer does."""
    if seems_to_ask_for_others(evidence.question, figure):
        return True
    return any(seem_other_things(own, figure) for _, own in best.figures)


def _curve(best: _Best, value: Value) -> Curve:
    """Return the curve for a place that says something."""
    same_kind: dict[str, Curve] = {"date": "date", "name": "name", "text": "text"}
    return same_kind.get(value.kind, "unlike") if value.kind == best.places[0].value.kind else "unlike"


def _of_figures(name: str, best: _Best, evidence: Evidence) -> Iterator[Place]:
    """Yield the figures of a report that may measure what those of the best answer measure."""
    spans = evidence.spans.get(name, ())
    leads = Leads(name, evidence.hints.get(name, ()), evidence)
    for one, figure in best.figures:
        apart = _apart([one.article_id], name, evidence)
        if apart is None:
            continue
        mine, others = (_of_measure(figure, evidence.figures(own))[:PAIRED] for own in (one.article_id, name))
        taken = {each: (by, like) for by, (each, like) in pairs(mine, others).items()}
        gives_both = any(same_figure(figure, each) for each in others)
        first, second = evidence.articles[one.article_id], evidence.articles[name]
        for each in others:
            like = likeness_of_words(figure, each)
            if not like or asks_for_another(evidence.question, each) or is_of_another_time(figure, first, each, second):
                continue
            is_same = same_figure(figure, each)
            is_doubted = best.counts_others or _is_doubted(each, best, evidence)
            if gives_both and not is_same and any(same_figure(each, own) for own in mine):
                continue
            by, better = taken.get(each, (figure, like))
            seen = leads.of(each)
            signs = Signs(
                lean=evidence.leaning(seen.score),
                lead=seen.bounded_lead,
                lean_to_best=best.lean,
                words=dice(each.around | each.named, best.words),
                apart=apart,
                like=like,
                near=nearness(figure.value, each.value),
                taken=float(by != figure and better > like + CLEARLY),
                unread=float(name in evidence.unread),
            )
            score = evidence.figure_score(each, name, spans)
            likely = likelihood(signs, CURVES["figure"])
            yield Place(name, each.start, each.end, score, "figure", is_same, signs, is_doubted, False, likely)


def _judged(place: Place, evidence: Evidence) -> Place:
    """Return a place with its likelihood by the judge's verdict, where there is one."""
    verdict = evidence.verdicts.get((place.article_id, place.start, place.end))
    if verdict is None:
        return place
    signs = place.signs._replace(judged=bounded(verdict))
    return place._replace(signs=signs, is_judged=True, likelihood=likelihood(signs, JUDGED[place.curve]))


def _apart(names: Sequence[str], name: str, evidence: Evidence) -> float | None:
    """Return the least share of the question's names that only one of two reports has; None if no report is of one matter."""
    both = (evidence.in_common(own, name) for own in dict.fromkeys(names))
    return min((own.apart for own in both if own.is_one_matter), default=None)


def _of_measure(figure: Figure, others: Sequence[Figure]) -> list[Figure]:
    """Return the figures of one's unit and role; no other can be paired with it, nor with one of these."""
    return [own for own in others if own.value.unit == figure.value.unit and own.role == figure.role]
