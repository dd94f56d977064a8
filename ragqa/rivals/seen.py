"""How the reader sees the places of a report: how much it leans to each, and how far that is ahead of the next one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ragqa.answering import Candidate
from ragqa.rivals.evidence import WEAKEST, Evidence
from ragqa.rivals.measured import Figure

__all__ = ["Leads", "Seen", "preferred"]

PREFERRED = 3
"""How many spans of a report are looked at, the reader's best that don't overlap."""
FAR = 7.0
"""From how many logits on a span is as far ahead of the next one, or behind the first, as can be."""


class Seen(NamedTuple):
    """A place as the reader sees it."""

    start: int
    end: int
    score: float = WEAKEST
    lead: float = -FAR
    """By how many logits it is ahead of the next one of its report, or behind the first."""

    def is_at(self, start: int, end: int) -> bool:
        """Return whether it shares characters with a place."""
        return self.start < end and start < self.end

    @property
    def bounded_lead(self) -> float:
        """The lead, -1 to 1, `FAR` logits being 1."""
        return max(-1.0, min(1.0, self.lead / FAR))


def preferred(spans: Sequence[Candidate], evidence: Evidence) -> list[Seen]:
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
        Seen(own.span.start, own.span.end, score, score - (scores[0] if number else next_best))
        for number, (own, score) in enumerate(zip(chosen, scores, strict=True))
    ][:PREFERRED]


class Leads:
    """How the reader sees the figures of a report."""

    def __init__(self, name: str, spans: Sequence[Candidate], evidence: Evidence) -> None:
        self._name, self._spans, self._evidence = name, spans, evidence
        self._seen = preferred(spans, evidence)
        self._leads = {evidence.figure_at(name, own.start, own.end): own.lead for own in reversed(self._seen)}

    def of(self, figure: Figure) -> Seen:
        """Return what the reader sees of a figure."""
        score = self._evidence.figure_score(figure, self._name, self._spans)
        if score is None:
            return Seen(figure.start, figure.end)
        return Seen(figure.start, figure.end, score, self._leads.get(figure, score - self._seen[0].score))
