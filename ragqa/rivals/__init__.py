"""Which values rival the best answer: what other reports of the matter, or another side in the same one, give in its place.

    evidence       what is looked at, and the places that are found
    asked          what may answer the question, beside its kind
    speakers       whose word the question asks for
    matter         whether two articles report one matter
    counterparts   which figure of one report measures what a figure of another measures; words by `stems`
    elsewhere      what other reports give in its place, by how it is `seen`, what is `comparable` and how `likely` it is
    sides          what another side says in the same report
    changes, with revisions and succession   what a report says has changed: a figure, a date, the holder of a post

English prose, by rules and fitted curves. Imports no model and no storage.
"""

from __future__ import annotations

from collections.abc import Sequence

from ragqa.records import Answer
from ragqa.rivals.asked import asks_for_another, asks_for_rest, is_whole, units_asked
from ragqa.rivals.changes import as_sure, is_new, is_outdated, replaced
from ragqa.rivals.comparable import asks_for_list
from ragqa.rivals.elsewhere import PUT_FIRST, SHOWN, counts_others, rivals_elsewhere
from ragqa.rivals.evidence import WEAKEST, Contender, Evidence, Stretch, contenders
from ragqa.rivals.sides import rivals_within
from ragqa.rivals.speakers import gives_word_of, said_by_first, speaker_asked
from ragqa.wanted import kind_asked, may_be_of

__all__ = [
    "PUT_FIRST",
    "WEAKEST",
    "Contender",
    "Evidence",
    "Stretch",
    "can_have_none",
    "contenders",
    "fitting_first",
    "gives_word_of",
    "is_new",
    "is_outdated",
    "rivals_of",
    "speaker_asked",
]

FITTING = 1.5
"""How many temperatures of the calibration below the best answer the first of the kind that is asked for may score."""
SAID_BY = 3.0
"""The same for the first that the speaker gives whose word is asked for."""


def fitting_first(answers: Sequence[Answer], evidence: Evidence) -> list[Answer]:
    """Return the answers, best first, with the first of the kind that the question asks for before all, if it is about as sure.

    Before that one comes the first that the speaker gives whose word is asked for ("according to the organisers").
    "More pay" is no answer to "What share joined the strike?", nor "450 coins" to "How heavy is the hoard?", nor the whole to
    "How many are left?", however sure the reader is of it. Confidences stay as they are.
    """
    kind, units = kind_asked(evidence.question), units_asked(evidence.question)

    def is_fitting(answer: Answer) -> bool:
        figure = contenders(answer, evidence.articles)[0].value.figure
        is_of_unit = units is None or figure is None or figure.unit in units
        return (kind is None or may_be_of(kind, answer.text)) and is_of_unit

    temperature = evidence.calibration.temperature if evidence.calibration else 1.0
    if speaker := speaker_asked(evidence.question):
        answers = said_by_first(answers, speaker, answers[0].score - SAID_BY * temperature, is_fitting)
        if gives_word_of(answers[0], speaker):
            return list(answers)
    least = answers[0].score - FITTING * temperature
    for answer in [*_rest(answers, evidence), *answers]:
        if answer.score < least:
            break
        if is_fitting(answer):
            return [answer, *(own for own in answers if own is not answer)]
    return list(answers)


def _rest(answers: Sequence[Answer], evidence: Evidence) -> list[Answer]:
    """Return the answer that is the rest of a whole, where a question for the rest is answered with the whole: of "251, 111"."""
    best = answers[0].citations[0]
    if not (asks_for_rest(evidence.question) and is_whole(evidence.articles[best.article_id].text, best.start)):
        return []
    return [
        own
        for own in answers[1:]
        for cited in own.citations
        if cited.article_id == best.article_id and best.end <= cited.start and cited.end <= best.sentence_end
    ][:1]


def rivals_of(answers: Sequence[Answer], evidence: Evidence, *, least: float = SHOWN) -> list[Contender]:
    """Return what rivals the first of ``answers``: what a report says has changed, then the likeliest, from ``least`` on."""
    best = contenders(answers[0], evidence.articles)
    if can_have_none(best, evidence):
        return []
    kind = best[0].value.kind
    rivals = rivals_elsewhere(answers, evidence, least=least)
    if kind == "text" or counts_others(best, evidence):
        return as_sure(rivals, best[0], evidence)
    if kind == "figure":
        rivals += rivals_within(best, evidence)
    return as_sure([*replaced(best, evidence), *rivals], best[0], evidence)


def can_have_none(best: Sequence[Contender], evidence: Evidence) -> bool:
    """Return whether nothing can rival an answer that stands at these places: a figure of another fact, or one of a list."""
    if best[0].value.kind != "figure":
        return asks_for_list(evidence.question)
    figures = (evidence.figure_at(own.article_id, own.start, own.end) for own in best)
    return any(asks_for_another(evidence.question, figure) for figure in figures if figure)
