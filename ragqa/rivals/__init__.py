"""Which values rival the best answer: what other reports of the matter, or another side in the same one, give in its place.

    evidence       what is looked at, and the places that are found
    asked          which kind of answer the question asks for
    matter         whether two articles report one matter
    counterparts   which figure of one report measures what a figure of another measures; words by `stems`
    figures, sides        the figures that rival a figure, in other reports and within one
    answers               the dates and names that rival a date or a name
    changes, with revisions and succession   what a report says has changed: a figure, a date, the holder of a post

English prose, by rules. Imports no model and no storage.
"""

from __future__ import annotations

from collections.abc import Sequence

import regex

from ragqa.records import Answer
from ragqa.rivals.answers import rival_answers
from ragqa.rivals.asked import asks_for_another, asks_for_rest, is_whole, kind_asked, may_be_of, units_asked
from ragqa.rivals.changes import as_sure, is_outdated, replaced
from ragqa.rivals.evidence import WEAKEST, Contender, Evidence, contenders
from ragqa.rivals.figures import rival_figures
from ragqa.rivals.sides import rivals_within

__all__ = ["WEAKEST", "Contender", "Evidence", "contenders", "fitting_first", "is_outdated", "rivals_of"]

FITTING = 1.5
"""How many temperatures of the calibration below the best answer the first of the kind that is asked for may score."""

_LISTS = regex.compile(
    r"^\s*(?:what|which|who)\s+(?:are|were)\b|^\s*(?:name|list)\b|\bwhich\s+(?:countries|cities|people|companies|\p{Ll}+s)\b",
    regex.IGNORECASE,
)


def fitting_first(answers: Sequence[Answer], evidence: Evidence) -> list[Answer]:
    """Return the answers, best first, with the first of the kind that the question asks for before all, if it is about as sure.

    "More pay" is no answer to "What share joined the strike?", nor "450 coins" to "How heavy is the hoard?", nor the whole to
    "How many are left?", however sure the reader is of it. Confidences stay as they are.
    """
    kind, units = kind_asked(evidence.question), units_asked(evidence.question)
    least = answers[0].score - FITTING * (evidence.calibration.temperature if evidence.calibration else 1.0)
    rest = _rest(answers, evidence)
    for answer in [*rest, *answers]:
        if answer.score < least:
            break
        figure = contenders(answer, evidence.articles)[0].value.figure
        is_of_unit = units is None or figure is None or figure.unit in units
        if (kind is None or may_be_of(kind, answer.text)) and is_of_unit:
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


def rivals_of(answers: Sequence[Answer], evidence: Evidence) -> list[Contender]:
    """Return what rivals the first of ``answers``, the likest first."""
    best = contenders(answers[0], evidence.articles)
    value = best[0].value
    if value.figure:
        known = [(own, figure) for own in best if (figure := evidence.figure_at(own.article_id, own.start, own.end))]
        if any(asks_for_another(evidence.question, figure) for _, figure in known):
            return []
        found = [*rival_figures(known, evidence), *rivals_within(known, evidence)]
        rivals = [rival for _, rival in sorted(found, key=lambda own: (-own[0], own[1].article_id))]
        return as_sure([*replaced(best, evidence), *rivals], best[0], evidence)
    if value.kind not in ("date", "name") or _LISTS.search(evidence.question):
        return []
    return as_sure([*replaced(best, evidence), *rival_answers(best, answers, evidence)], best[0], evidence)
