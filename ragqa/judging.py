"""What of other reports is judged, beside the best answer, to be its rival or none.

    evidence  ->  the places that may be rivals, each with the answer as a pair  ->  evidence with the judge's verdicts

What the reader says of a passage is said of it alone. The judge sees both reports at once (`ragqa/reading/judge.py`). Imports no
model and no storage.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ragqa.citing import sentence_at
from ragqa.reading import Marked, Pair
from ragqa.rivals import Evidence, Stretch, can_have_none, contenders, fitting_first
from ragqa.rivals.elsewhere import worth_judging

__all__ = ["judged", "pair_of", "pairs_to_judge"]

AROUND = 1_000
"""How many characters before and behind a place are looked at, and of the place itself: a table may be one long sentence."""


def judged(
    found: Sequence[Evidence], judge: Callable[[Sequence[Pair]], Sequence[float]], *, hopeless: bool = False
) -> list[Evidence]:
    """Return evidence with verdicts on the places that are worth it, with ``hopeless`` also on those that none could show.

    What is judged of the spans that beat their null doesn't depend on others: answers are ordered by these alone.
    """
    asked = [tuple(pairs_to_judge(each, hopeless=hopeless) for each in (own, own.without_hints())) for own in found]
    pairs = [every | sure for every, sure in asked]
    verdicts = iter(judge([pair for own in pairs for pair in own.values()]) if any(pairs) else [])
    return [
        own.judged({place: next(verdicts) for place in chosen}, without_hints=sure.keys())
        for own, chosen, (_, sure) in zip(found, pairs, asked, strict=True)
    ]


def pairs_to_judge(evidence: Evidence, *, hopeless: bool = False) -> dict[Stretch, Pair]:
    """Return the places that are worth judging, each beside the best answer; none where nothing can rival that."""
    if not evidence.answers:
        return {}
    ordered = fitting_first(evidence.answers, evidence)
    if can_have_none(contenders(ordered[0], evidence.articles), evidence):
        return {}
    best = ordered[0].citations[0]
    text = evidence.articles[best.article_id].text
    return {
        (name, start, end): pair_of(
            evidence.question, text, (best.start, best.end), evidence.articles[name].text, (start, end)
        )
        for name, start, end in worth_judging(ordered, evidence, hopeless=hopeless)
    }


def pair_of(question: str, text: str, answer: tuple[int, int], other_text: str, other: tuple[int, int]) -> Pair:
    """Return an answer with its sentence beside a place in another report with its sentence and the one before."""
    own = _marked(text, sentence_at(text, *answer), answer)
    start, end = sentence_at(other_text, *other)
    before = other_text[:start].rstrip()
    if before:
        start, _ = sentence_at(other_text, len(before) - 1, len(before))
    return Pair(question, own, _marked(other_text, (start, end), other))


def _marked(text: str, around: tuple[int, int], place: tuple[int, int]) -> Marked:
    """Return a place between what stands around it, or as much of that as stands near."""
    start, end = place
    return Marked(
        text[max(around[0], start - AROUND) : start],
        text[start : min(end, start + AROUND)],
        text[end : min(around[1], end + AROUND)],
    )
