"""Questions that their context does not answer, made from those that it does.

The null score of a reader, its word for "no answer here", is only as good as the unanswerable questions that it has seen:

- `retrieved`: the question with a passage that a retriever really returns for it, and that does not hold the answer.
- `exchanged`: a name, number or date of the question exchanged for another of its kind, so that the context speaks of something
  like it and yet does not answer.

Imports no model; the retriever is handed in.

Source: the idea of Rajpurkar et al. (2018), Know What You Don't Know, arXiv:1806.03822, table 1 (entity swap, number, antonym).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from random import Random

import regex

from ragqa.retrieval import Retriever
from ragqa.training.examples import Example

__all__ = ["exchanged", "retrieved"]

_AT_ONCE = 64
_DEPTH = 10  # passages that are looked at: as many as a question's answer is read from
_BEST = 5  # those that hold no answer, of which one is drawn
_NEAR = 12  # questions of a file stand by article
_NEGATIONS = 0.1
_YEAR = regex.compile(r"\b(?:1[0-9]|20)\d\d\b(?!-)")
_NUMBER = regex.compile(r"(?<![\w.,-])(?!(?:1[0-9]|20)\d\d\b)(?:\d[\d,.]*\d|\d)(?![\w-])")
# Capitals inside a question, not its first word: nearly always a name.
_NAME = regex.compile(
    r"(?<=[a-z,] )(?!I\b)\p{Lu}[\p{L}\p{M}.’-]*(?: (?:of |the |de )?\p{Lu}[\p{L}\p{M}.’-]*)*+(?![-'’]\p{L}{2})"
)
_NEGATED = {"is": "isn't", "was": "wasn't", "did": "didn't", "does": "doesn't", "are": "aren't", "can": "cannot"}
_PAIRS = (
    "most least, largest smallest, highest lowest, first last, before after, more less, oldest youngest, above below, "
    "increase decrease, north south, east west, early late, won lost, began ended, start end, maximum minimum, "
    "longest shortest, biggest smallest, best worst, male female, men women, inside outside, majority minority, "
    "older younger, higher lower, gain lose, allowed forbidden, always never"
)
_OPPOSITE_OF = {
    word: other for pair in _PAIRS.split(", ") for word, other in (pair.split(), pair.split()[::-1])
} | _NEGATED
_OPPOSITE = regex.compile(r"\b(?:" + "|".join(_OPPOSITE_OF) + r")\b")
_KINDS = {"year": _YEAR, "number": _NUMBER, "name": _NAME}


def retrieved(examples: Sequence[Example], retriever: Retriever, *, seed: int) -> Iterator[Example]:
    """Yield answerable examples, in order, each with a passage found for it that holds none of its answers, if there is one.

    Args:
        examples: those without an answer are passed over.
        retriever: over any passages, best those of the examples' own contexts.
        seed: of the draw among the best passages. An example's depends on its own id and the seed alone.
    """
    answerable = [example for example in examples if example.spans]
    for first in range(0, len(answerable), _AT_ONCE):
        part = answerable[first : first + _AT_ONCE]
        found = retriever.retrieve([example.question for example in part], k=_DEPTH)
        for example, hits in zip(part, found, strict=True):
            answers = {example.context[start:end].casefold() for start, end in example.spans}
            texts = [hit.passage.text for hit in hits]
            free = [text for text in texts if not any(answer in text.casefold() for answer in answers)]
            if free:
                text = Random(f"{seed} {example.id}").choice(free[:_BEST])
                yield Example(f"{example.id}:retrieved", example.question, text, ())


def exchanged(examples: Sequence[Example], *, seed: int) -> Iterator[Example]:
    """Yield for each answerable example, in order, a question that its context does not answer, if one can be made.

    What is put in stood behind the same word in a question nearby in the file, most often of the same article, and does not stand
    in the context. Where nothing can be exchanged, a word may be turned into its opposite.
    """
    stocks: dict[tuple[str, str], list[str]] = {}
    places: list[dict[tuple[str, str], int]] = []
    for example in examples:
        found = _exchangeable(example.question)
        places.append({key: len(stocks.get(key, ())) for key, _ in found})
        for key, match in found:
            stocks.setdefault(key, []).append(match[0])
    for example, place in zip(examples, places, strict=True):
        if example.spans:
            made = _exchange(example, stocks, place, Random(f"{seed} {example.id}"))
            if made:
                yield Example(f"{example.id}:exchanged", made, example.context, ())


def _exchangeable(question: str) -> list[tuple[tuple[str, str], regex.Match[str]]]:
    """Return the names, numbers and years of a question, each with its kind and the word before it."""
    return [
        ((kind, question[: match.start()].split()[-1].lower() if question[: match.start()].split() else ""), match)
        for kind, pattern in _KINDS.items()
        for match in pattern.finditer(question)
    ]


def _exchange(
    example: Example,
    stocks: Mapping[tuple[str, str], list[str]],
    place: Mapping[tuple[str, str], int],
    draw: Random,
) -> str | None:
    question = example.question
    known = f"{example.context} {question}".casefold()
    found = _exchangeable(question)
    draw.shuffle(found)
    for key, match in found:
        here = place[key]
        near = [text for text in stocks[key][max(0, here - _NEAR) : here + _NEAR] if text.casefold() not in known]
        if near:
            return question[: match.start()] + draw.choice(near) + question[match.end() :]
    turned = [match for match in _OPPOSITE.finditer(question) if match[0] not in _NEGATED or draw.random() < _NEGATIONS]
    if not turned:
        return None
    match = draw.choice(turned)
    return question[: match.start()] + _OPPOSITE_OF[match[0]] + question[match.end() :]
