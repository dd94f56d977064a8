"""Question to hits: which passages may hold the answer.

    index  ->  DenseRetriever    nearest vectors
           ->  LexicalRetriever  BM25
           ->  HybridRetriever   both, fused by score (the default)

A retriever is given its index and keeps nothing of a question. Filters go down into the index, which applies them before it
searches. Imports the records and the index.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Literal, Protocol

from ragqa.errors import SettingError
from ragqa.index import Best
from ragqa.records import Filter, Hit, Passage

if TYPE_CHECKING:
    from ragqa.index import Index, Match

__all__ = ["DenseRetriever", "HybridRetriever", "LexicalRetriever", "Retriever"]

Found = list[tuple[Passage, float]]


class Retriever(Protocol):
    """Anything that finds passages for questions, also for several threads at a time."""

    def retrieve(self, questions: Sequence[str], *, k: int, filter: Filter | None = None) -> list[list[Hit]]:
        """Return for each question at most ``k`` hits, best first, ranks from 1."""
        ...


class DenseRetriever:
    """Passages whose vectors are nearest to the question's, by inner product of unit vectors (cosine)."""

    def __init__(self, index: Index) -> None:
        self.index = index

    def retrieve(self, questions: Sequence[str], *, k: int, filter: Filter | None = None) -> list[list[Hit]]:
        """Return for each question at most ``k`` hits, best first."""
        return [_hits(found, "dense") for found in self.index.dense(questions, k=_checked(k), filter=filter)]


class LexicalRetriever:
    """Passages that share words with the question, by BM25. A question without a searchable word finds nothing."""

    def __init__(self, index: Index) -> None:
        self.index = index

    def retrieve(self, questions: Sequence[str], *, k: int, filter: Filter | None = None) -> list[list[Hit]]:
        """Return for each question at most ``k`` hits, best first."""
        return [_hits(found, "lexical") for found in self.index.lexical(questions, k=_checked(k), filter=filter)]


class HybridRetriever:
    """What vectors and words find, scored by both: ``cosine + lexical_weight * BM25 / ln(n)`` in an index of ``n`` passages.

    ``ln(n)`` is about what BM25 gives for a word that stands once and in one passage alone, so that the weight means the same in an
    index of any size. A passage that is not among the best by its words counts as sharing none.

    Args:
        index: the index to search.
        depth: how many passages each search finds, at least ``k``.
        lexical_weight: of BM25 against the cosine, 0 or more.

    Source: Bruch, Gai and Ingber (2023), An Analysis of Fusion Functions for Hybrid Retrieval, arXiv:2210.11934 (sums of scores
    against sums of reciprocal ranks).
    """

    def __init__(self, index: Index, *, depth: int = 50, lexical_weight: float = 0.5) -> None:
        if depth < 1:
            raise SettingError(f"depth must be 1 or more, got {depth}")
        if not 0 <= lexical_weight < math.inf:
            raise SettingError(f"lexical_weight must be 0 or more, got {lexical_weight}")
        self.index = index
        self.depth = depth
        self.lexical_weight = lexical_weight

    def retrieve(self, questions: Sequence[str], *, k: int, filter: Filter | None = None) -> list[list[Hit]]:
        """Return for each question at most ``k`` hits, best first; equal scores in the order of the passage ids."""
        weight = self.lexical_weight / math.log(max(self.index.count().passages, 3))
        best = Best(_checked(k), lambda cosine, bm25: cosine + weight * (bm25 or 0.0))
        matches = self.index.search(questions, k=max(self.depth, k), filter=filter, best=best)
        return [_fused(own, best.score, k) for own in matches]


def _fused(matches: Sequence[Match], score: Callable[[float, float | None], float], k: int) -> list[Hit]:
    scored = [(score(match.cosine, match.bm25), match) for match in matches]
    scored.sort(key=lambda own: (-own[0], own[1].passage.id))
    return [
        Hit(
            passage=match.passage,
            score=total,
            rank=rank,
            kind="hybrid",
            dense_score=match.cosine,
            lexical_score=match.bm25,
        )
        for rank, (total, match) in enumerate(scored[:k], start=1)
    ]


def _hits(found: Found, kind: Literal["dense", "lexical"]) -> list[Hit]:
    return [
        Hit(passage=passage, score=score, rank=rank, kind=kind, **{f"{kind}_score": score})
        for rank, (passage, score) in enumerate(found, start=1)
    ]


def _checked(k: int) -> int:
    if k < 1:
        raise SettingError(f"k must be 1 or more, got {k}")
    return k
