"""Gold questions to examples: a question, its context, and every place where the answer may stand.

What is wrong is counted and told, never trained on: an answer that its context does not hold where the file says, or anywhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import regex

from ragqa.evaluation.questions import GoldQuestion

__all__ = ["Example", "Examples", "to_examples"]

_SHOWN = 5


class Example(NamedTuple):
    """A question about a context."""

    id: str
    question: str
    context: str
    spans: tuple[tuple[int, int], ...]
    """Every place of the answer, characters of the context, half-open; none where the context does not answer the question."""


@dataclass(slots=True)
class Examples:
    """Examples, and what was left out: answers that don't match their contexts, and questions without a context."""

    examples: list[Example] = field(default_factory=list)
    mismatches: int = 0
    shown: list[str] = field(default_factory=list)
    """The first mismatches, in words."""
    without_context: int = 0


def to_examples(questions: Sequence[GoldQuestion]) -> Examples:
    """Return an example for each question that has a context and whose answers match it."""
    found = Examples()
    for question in questions:
        if question.context is None:
            found.without_context += 1
            continue
        spans, wrong = _spans(question)
        found.mismatches += len(wrong)
        found.shown += wrong[: _SHOWN - len(found.shown)]
        if spans or not question.answers:
            found.examples.append(Example(question.id, question.question, question.context, spans))
    return found


def _spans(question: GoldQuestion) -> tuple[tuple[tuple[int, int], ...], list[str]]:
    """Return the places of a question's answers, each once, in order, and what does not match."""
    context = question.context or ""
    spans: set[tuple[int, int]] = set()
    wrong = []
    starts = question.starts or (None,) * len(question.answers)
    for number, (text, start) in enumerate(zip(question.answers, starts, strict=True)):
        if start is None:
            places = [
                (match.start(), match.end()) for match in regex.finditer(rf"(?<!\w){regex.escape(text)}(?!\w)", context)
            ]
        else:
            others = question.other_starts if number == 0 else ()
            places = [
                (at, at + len(text)) for at in (start, *others) if at >= 0 and context[at : at + len(text)] == text
            ]
        if text.strip() and places:
            spans.update(places)
        else:
            at = (
                "nowhere in its context"
                if start is None
                else f"not at character {start}, where {context[max(0, start) : max(0, start) + len(text)]!r} stands"
            )
            wrong.append(f"question {question.id!r}: the answer {text!r} is {at}")
    return tuple(sorted(spans)), wrong
