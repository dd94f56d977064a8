"""Examples that are made from those of the data: asked of other passages, of parts of their own, or with something exchanged.

Imports the product's search and its splitter, which find and cut what a reader has to read in use.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from random import Random
from typing import NamedTuple

from ragqa.embedding import load_embedder
from ragqa.evaluation.contexts import open_corpus
from ragqa.records import Article, Passage
from ragqa.retrieval import HybridRetriever
from ragqa.splitting import Splitter
from ragqa.training.examples import Example
from ragqa.training.negatives import exchanged, retrieved

__all__ = ["Additions", "additional", "cut"]


class Additions(NamedTuple):
    """How many examples are added, as shares from 0 to 1."""

    retrieved: float = 0.0
    """Of the answerable ones: with a passage that the search finds and that does not hold the answer."""
    exchanged: float = 0.0
    """Of the answerable ones: with a name, number or year of the question exchanged, or a word turned into its opposite."""
    cut: float = 0.0
    """Of those whose context is longer than a passage, answerable or not: with one passage of it."""


def additional(examples: Sequence[Example], shares: Additions, *, seed: int) -> list[Example]:
    """Return the examples to add: first those with retrieved passages, then the changed ones, then those with parts of contexts.

    Args:
        examples: of the data.
        shares: how many are made.
        seed: of every draw.

    Raises:
        ModelError: the default embedder, which finds passages and counts their tokens, can't be loaded.
    """
    answerable = [example for example in examples if example.spans]
    made: list[Example] = []
    if shares.retrieved:
        articles = [Article(text=context) for context in dict.fromkeys(example.context for example in examples)]
        with open_corpus(articles, load_embedder(None)) as index:
            made += retrieved(_share(answerable, shares.retrieved), HybridRetriever(index), seed=seed)
    if shares.exchanged:
        changed = list(exchanged(answerable, seed=seed))
        made += _share(changed, min(1.0, shares.exchanged * len(answerable) / max(1, len(changed))))
    if shares.cut:
        parts = list(cut(examples, Splitter(load_embedder(None).count_tokens), seed=seed))
        made += _share(parts, shares.cut)
    return made


def cut(examples: Sequence[Example], splitter: Splitter, *, seed: int) -> Iterator[Example]:
    """Yield examples, in order, each with one passage of its context, as an index would hold it; none where there is but one.

    Nor is one made where the passage tears an answer, or holds the text of one at a place that isn't marked as an answer.

    Args:
        examples: answerable or not; of an answerable one the passage may hold the answer or not.
        splitter: cuts contexts into passages.
        seed: of the draw. An example's depends on its own id and the seed alone.
    """

    @lru_cache(maxsize=256)  # the questions on a context stand together
    def passages(context: str) -> list[Passage]:
        return splitter.split(Article(text=context))

    for example in examples:
        found = passages(example.context)
        if len(found) < 2:
            continue
        passage = Random(f"{seed} {example.id}").choice(found)
        if any(start < edge < end for start, end in example.spans for edge in (passage.start, passage.end)):
            continue
        inside = [span for span in example.spans if passage.start <= span[0] and span[1] <= passage.end]
        answers = {example.context[start:end].casefold() for start, end in example.spans}
        if not inside and any(answer in passage.text.casefold() for answer in answers):
            continue
        spans = tuple((start - passage.start, end - passage.start) for start, end in inside)
        yield Example(f"{example.id}:cut", example.question, passage.text, spans)


def _share(examples: Sequence[Example], share: float) -> list[Example]:
    """Return a share of the examples, spread evenly over them."""
    count = round(share * len(examples))
    return [examples[number * len(examples) // count] for number in range(count)]
