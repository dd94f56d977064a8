"""What other reports of the matter give in place of the best answer: of each the place that is likeliest to rival it.

    the reports that were read  ->  in each the places that the reader prefers; for a figure, those that may measure the same
                                ->  without those that `comparable` says can't rival it
                                ->  the likeliest, by the signs for it and what `likely` makes of them

A report in which the reader finds no answer may give a rival all the same. Imports no model and no storage.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ragqa.answering import Candidate
from ragqa.citing import sentence_at
from ragqa.records import Answer
from ragqa.rivals.asked import asks_for_another, asks_for_holder
from ragqa.rivals.comparable import can_rival, is_of_another_time, same_figure
from ragqa.rivals.counterparts import PAIRED, likeness, nearness, pairs
from ragqa.rivals.evidence import WEAKEST, Contender, Evidence, contenders
from ragqa.rivals.likely import FIGURES, OTHERS, Signs, likelihood
from ragqa.rivals.matter import in_common
from ragqa.rivals.measured import Figure
from ragqa.rivals.stems import dice, stems_of
from ragqa.values import same

__all__ = ["SHOWN", "Place", "likeliest", "places_elsewhere", "rivals_elsewhere", "worth_asking_again"]

SHOWN = 0.6
"""How likely a rival must be to be shown: rather likelier than not."""
UNSURE = (0.06, 0.85)
"""From which likelihood to which a report is worth asking again."""

PREFERRED = 3
"""How many spans of a report are looked at, the reader's best that don't overlap."""
FAR = 7.0
"""From how many logits on a span is as far ahead of the next one, or behind the first, as can be."""
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
    is_figure: bool
    """Whether it is a figure that is held against one of the best answer."""
    is_same: bool
    """Whether it says what the best answer says."""
    signs: Signs
    likelihood: float


def rivals_elsewhere(answers: Sequence[Answer], evidence: Evidence) -> list[Contender]:
    """Return of every other report that was read the likeliest rival of the first of ``answers``, if it is likely enough.

    The likeliest comes first. A report whose likeliest place says what the answer says gives none.
    """
    found = [
        own for own in likeliest(places_elsewhere(answers, evidence)) if own.likelihood >= SHOWN and not own.is_same
    ]
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
    best = _Best(answers[0], evidence)
    found: dict[tuple[str, int, int], Place] = {}
    for name in sorted(evidence.articles.keys() - {own.article_id for own in best.places}):
        for own in _of_figures(name, best, evidence) if best.is_figure else _of_others(name, best, evidence):
            known = found.setdefault((name, own.start, own.end), own)
            if own.likelihood > known.likelihood:
                found[name, own.start, own.end] = own
    return list(found.values())


def worth_asking_again(answers: Sequence[Answer], evidence: Evidence) -> set[str]:
    """Return the other reports of the matter which may rival the first of ``answers``, or be none, as far as one can tell.

    Those in which the reader saw nothing, or wasn't asked; of the others not those in which nothing can be a rival, nor those in
    which the likeliest place says what the answer says, is all but surely a rival, or next to impossible.
    """
    own = {each.article_id for each in contenders(answers[0], evidence.articles)}
    places = {each.article_id: each for each in likeliest(places_elsewhere(answers, evidence))}
    found = set()
    for name in evidence.articles.keys() - own:
        place = places.get(name)
        is_open = name not in evidence.hints if place is None else _is_open(place)
        if is_open and _apart(list(own), name, evidence) is not None:
            found.add(name)
    return found


def _is_open(place: Place) -> bool:
    """Return whether it isn't clear yet whether a place is a rival."""
    agrees = place.is_same and place.score is not None
    return not agrees and UNSURE[0] <= place.likelihood <= UNSURE[1]


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


class _Seen(NamedTuple):
    """A place as the reader sees it."""

    start: int
    end: int
    score: float = WEAKEST
    lead: float = -FAR
    """By how many logits it is ahead of the next one of its report, or behind the first."""

    def is_at(self, start: int, end: int) -> bool:
        return self.start < end and start < self.end


def _of_others(name: str, best: _Best, evidence: Evidence) -> Iterator[Place]:
    """Yield the dates, names or clauses of a report that the reader prefers."""
    article = evidence.articles[name]
    apart = _apart([own.article_id for own in best.places], name, evidence)
    if apart is None:
        return
    first_look, second_look = evidence.looks(name)
    seen = _preferred(first_look, evidence)
    again = seen if second_look is first_look else _preferred(second_look, evidence)
    for own in (*seen, *(own for own in again if not any(own.is_at(each.start, each.end) for each in seen))):
        other = evidence.value_at(name, own.start, own.end)
        if other.kind != best.places[0].value.kind:
            continue
        is_same = any(same(each.value, other) for each in best.places)
        if not is_same and not can_rival(best.answer, best.places, (name, own.start, own.end), other, evidence):
            continue
        sentence = article.text[slice(*sentence_at(article.text, own.start, own.end))]
        at_first, at_second = (_at(own.start, own.end, found) for found in (seen, again))
        signs = Signs(
            lean=evidence.leaning(at_first.score),
            lead=_bounded(at_first.lead),
            lean_to_best=best.lean,
            words=dice(stems_of(sentence), best.words),
            apart=apart,
            post=float(asks_for_holder(evidence.question)),
            again=evidence.leaning(at_second.score),
            again_lead=_bounded(at_second.lead),
        )
        score = evidence.score_at(name, own.start, own.end)
        yield Place(name, own.start, own.end, score, False, is_same, signs, likelihood(signs, OTHERS))


def _of_figures(name: str, best: _Best, evidence: Evidence) -> Iterator[Place]:
    """Yield the figures of a report that may measure what those of the best answer measure."""
    spans = evidence.spans.get(name, ())
    looks = evidence.looks(name)
    leads = _Leads(name, looks[0], evidence)
    leads_again = leads if looks[1] is looks[0] else _Leads(name, looks[1], evidence)
    for one, figure in best.figures:
        apart = _apart([one.article_id], name, evidence)
        if apart is None:
            continue
        mine, others = (_of_measure(figure, evidence.figures(own))[:PAIRED] for own in (one.article_id, name))
        taken = {each: (by, like) for by, (each, like) in pairs(mine, others).items()}
        gives_both = any(same_figure(figure, each) for each in others)
        first, second = evidence.articles[one.article_id], evidence.articles[name]
        for each in others:
            like = likeness(figure, each)
            if not like or asks_for_another(evidence.question, each) or is_of_another_time(figure, first, each, second):
                continue
            is_same = same_figure(figure, each)
            if gives_both and not is_same and any(same_figure(each, own) for own in mine):
                continue
            by, better = taken.get(each, (figure, like))
            at_first, at_second = leads.of(each), leads_again.of(each)
            signs = Signs(
                lean=evidence.leaning(at_first.score),
                lead=_bounded(at_first.lead),
                lean_to_best=best.lean,
                words=dice(each.around | each.named, best.words),
                apart=apart,
                like=like,
                near=nearness(figure.value, each.value),
                taken=float(by != figure and better > like + CLEARLY),
                again=evidence.leaning(at_second.score),
                again_lead=_bounded(at_second.lead),
            )
            score = evidence.figure_score(each, name, spans)
            yield Place(name, each.start, each.end, score, True, is_same, signs, likelihood(signs, FIGURES))


class _Leads:
    """How the reader sees the figures of a report."""

    def __init__(self, name: str, spans: Sequence[Candidate], evidence: Evidence) -> None:
        self._name, self._spans, self._evidence = name, spans, evidence
        self._seen = _preferred(spans, evidence)
        self._leads = {evidence.figure_at(name, own.start, own.end): own.lead for own in reversed(self._seen)}

    def of(self, figure: Figure) -> _Seen:
        """Return what the reader sees of a figure."""
        score = self._evidence.figure_score(figure, self._name, self._spans)
        if score is None:
            return _Seen(figure.start, figure.end)
        return _Seen(figure.start, figure.end, score, self._leads.get(figure, score - self._seen[0].score))


def _at(start: int, end: int, seen: Sequence[_Seen]) -> _Seen:
    """Return the best of what the reader prefers that stands there; what it doesn't see is as far behind as can be."""
    return next((own for own in seen if own.is_at(start, end)), _Seen(start, end))


def _apart(names: Sequence[str], name: str, evidence: Evidence) -> float | None:
    """Return the least share of the question's names that only one of two reports has; None if no report is of one matter."""
    both = (
        in_common(evidence.question, evidence.articles[own], evidence.articles[name]) for own in dict.fromkeys(names)
    )
    return min((own.apart for own in both if own.is_one_matter), default=None)


def _preferred(spans: Sequence[Candidate], evidence: Evidence) -> list[_Seen]:
    """Return the spans of a report that the reader prefers, best first, without those that overlap a better one."""
    chosen: list[Candidate] = []
    for own in spans:
        if all(own.span.end <= other.span.start or other.span.end <= own.span.start for other in chosen):
            chosen.append(own)
        if len(chosen) > PREFERRED:  # one more, for the lead of the others
            break
    scores = [own.score(evidence.calibration) for own in chosen]
    next_best = scores[1] if len(scores) > 1 else min([WEAKEST, *scores])
    return [
        _Seen(own.span.start, own.span.end, score, score - (scores[0] if number else next_best))
        for number, (own, score) in enumerate(zip(chosen, scores, strict=True))
    ][:PREFERRED]


def _bounded(lead: float) -> float:
    return max(-1.0, min(1.0, lead / FAR))


def _of_measure(figure: Figure, others: Sequence[Figure]) -> list[Figure]:
    """Return the figures of one's unit and role; no other can be paired with it, nor with one of these."""
    return [own for own in others if own.value.unit == figure.value.unit and own.role == figure.role]
