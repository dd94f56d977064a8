"""Two sides in one report, as in "Police put the crowd at 5,000. The organisers said that 20,000 had marched".

Two figures of one report mostly measure two things. They rival each other only if two speakers stand behind them, and the reader
holds both for answers. English only.
"""

from __future__ import annotations

from collections.abc import Sequence

import regex

from ragqa.calibration import Calibration
from ragqa.patterns import lazy_regex
from ragqa.rivals.counterparts import likeness
from ragqa.rivals.evidence import Contender, Evidence
from ragqa.rivals.measured import Figure
from ragqa.rivals.stems import stems_of
from ragqa.sentences import sentence_spans, spanning
from ragqa.speech import attribute
from ragqa.values import read, same

__all__ = ["are_two_sides", "rivals_within"]

LIKE_OF_SIDES = 0.3
"""The least likeness of two figures in one report."""
SUITS = 0.33
"""How well they must suit each other: their likeness, the question's words, and in this share the reader's confidence."""
OF_READER = 0.5
ASKED = 0.2
SURER = 2.2
"""By how many temperatures of the calibration a side's figure must be surer than an answer to count as sure."""
NEARBY = 300
"""How many characters may stand between the figures of two sides in one paragraph, or in two."""

_SPEAKER = lazy_regex(
    r"\b(?:says?|said|puts?|counts?|counted|claims?|claimed|insists?|insisted|estimates?|estimated|reckons?|speaks?\s+of|spoke\s+of|according\s+to"
    r"|lists?|tally|believes?)\b",
    regex.IGNORECASE,
)
_SAME_SPEAKER = lazy_regex(r"\b(?:he|she|it|they)\s+(?:said|says?|added|adds?)\b", regex.IGNORECASE)
_PRONOUN = lazy_regex(r"(?:he|she|it|they|we|i|who)", regex.IGNORECASE)


def rivals_within(best: Sequence[Contender], evidence: Evidence) -> list[Contender]:
    """Return the figures that another side gives in a report of the best answer, those that suit best first."""
    found: list[tuple[float, Contender]] = []
    known = ((own, evidence.figure_at(own.article_id, own.start, own.end)) for own in best)
    for own, figure in ((own, figure) for own, figure in known if figure):
        name, text = own.article_id, evidence.articles[own.article_id].text
        for other in evidence.figures(name):
            score = evidence.figure_score(other, name, evidence.spans.get(name, ()))
            if score is None or other.start == figure.start or not _may_be_sides(figure, other):
                continue
            sure = _sureness(score, evidence.calibration)
            suits = likeness(figure, other) + OF_READER * sure
            suits += ASKED * evidence.share_asked(other)
            is_other = not same(read(text, other.start, other.end), own.value)
            is_of_another = _is_of_another(text, figure, other, evidence)
            if suits >= SUITS and is_other and not is_of_another and are_two_sides(text, figure, other):
                found.append((suits, evidence.contender(name, other.start, other.end, score=score)))
    return [own for _, own in sorted(found, key=lambda pair: (-pair[0], pair[1].article_id))]


def _sureness(score: float, calibration: Calibration | None) -> float:
    """Return how sure the reader is of a figure, 0 to 1; 0 without a calibration."""
    return calibration.confidence(score - SURER * calibration.temperature) if calibration else 0.0


def _may_be_sides(one: Figure, other: Figure) -> bool:
    """Return whether two figures of one report are whole ones that count or measure the same."""
    is_one_noun = one.value.noun == other.value.noun or one.counted == other.counted != ""
    is_whole = not one.role and not other.role
    return is_whole and (bool(one.value.unit) or is_one_noun) and likeness(one, other) >= LIKE_OF_SIDES


def _is_of_another(text: str, one: Figure, other: Figure, evidence: Evidence) -> bool:
    """Return whether the other figure is that of a place or matter of its own: "1,139 in Israel", where Gaza was asked for."""
    is_unnamed = one.named & evidence.asked <= other.named
    return not is_unnamed and bool(other.named - one.named - _speaker(text, other))


def are_two_sides(text: str, one: Figure, other: Figure) -> bool:
    """Return whether two speakers stand behind two figures near each other, in two sentences of a report."""
    first, second = sorted((one, other), key=lambda own: own.start)
    between = text[first.end : second.start]
    if len(between) > NEARBY or between.count("\n\n") > 1:
        return False
    spans = sentence_spans(text)
    places = [spanning(spans, own.start, own.end) for own in (first, second)]
    speakers = [_speaker(text, own) for own in (first, second)]
    if all(speakers):
        return not speakers[0] & speakers[1] if speakers[0] and speakers[1] else False
    sentences = [text[start:end] for start, end in places]
    is_said = places[0] != places[1] and all(map(_SPEAKER.search, sentences)) and not _SAME_SPEAKER.search(sentences[1])
    return "\n\n" not in between and is_said


def _speaker(text: str, figure: Figure) -> frozenset[str]:
    """Return the telling words that name who stands behind a figure; none where nobody does, or a pronoun."""
    found = attribute(text, figure.start, figure.end)
    name = text[found.speaker_start : found.speaker_end] if found else ""
    return frozenset() if _PRONOUN.fullmatch(name) else stems_of(name)
