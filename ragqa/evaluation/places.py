"""Where the gold answers stand: stretches of articles that a passage, a sentence or a quote is held against.

A place that the gold file names is taken; where it names none, every place of the answer's words in a gold article is. Imports
the records, and of a gold set its questions.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

from ragqa.evaluation.questions import GoldQuestion
from ragqa.evaluation.ranking import holds_answer
from ragqa.evaluation.squad import normalise_answer
from ragqa.records import Article, Passage

__all__ = ["Place", "Places", "has_answer", "is_gold", "places_of"]

Place = tuple[int, int]
"""Characters of an article, half-open."""

Places = Mapping[str, Sequence[Place]]
"""The places of a question's answers by article; an article without any is gold as a whole."""


def places_of(question: GoldQuestion, article: Callable[[str], Article | None]) -> dict[str, list[Place]]:
    """Return the gold articles of a question with the places of its answers, ascending, each once.

    Args:
        question: with the ids of its articles. Without any nothing is known, and without an answer nothing is gold: then nothing
            comes back.
        article: gives an article by its id, or None where it isn't there; such a one stays without places.
    """
    found: dict[str, list[Place]] = {}
    if not question.answers and not question.gains:
        return found
    for number, article_id in enumerate(question.article_ids):
        known = article(article_id)
        places: set[Place] = set()
        if known is not None:
            starts = question.starts if number == 0 and question.starts else (None,) * len(question.answers)
            for answer, start in zip(question.answers, starts, strict=True):
                places.update(_stands(known.text, answer, start))
        found[article_id] = sorted(places)
    return found


def is_gold(passage: Passage, question: GoldQuestion, places: Places) -> bool:
    """Return whether a passage holds an answer where one stands, whole.

    Where the places in its article aren't known, any passage of a gold article does; where no gold article is known, any
    passage with the words of an answer.
    """
    if not places:
        return has_answer(passage.text, question.answers)
    own = places.get(passage.article_id)
    if own is None:
        return False
    return not own or any(passage.start <= start and end <= passage.end for start, end in own)


def has_answer(text: str, answers: Sequence[str]) -> bool:
    """Return whether a text holds one of the answers as whole words, wherever they come from."""
    return holds_answer(_normalised(text), answers)


def _stands(text: str, answer: str, start: int | None) -> list[Place]:
    if start is not None and answer and text[start : start + len(answer)] == answer:
        return [(start, start + len(answer))]
    if not answer.strip():
        return []
    whole_words = re.finditer(rf"(?<!\w){re.escape(answer.strip())}(?!\w)", text)
    return [match.span() for match in whole_words]


@lru_cache(maxsize=65_536)
def _normalised(text: str) -> str:
    return normalise_answer(text)
