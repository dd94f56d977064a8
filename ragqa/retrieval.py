"""Question to hits: which passages may hold the answer.

    index  ->  DenseRetriever    nearest vectors
           ->  LexicalRetriever  BM25
           ->  HybridRetriever   both, fused by rank (the default)

A retriever is given its index and keeps nothing of a question. Filters go down into the index, which applies them before it
searches. Imports the records and, for its type, the index.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, Protocol

from ragqa.errors import SettingError
from ragqa.records import Filter, Hit, Passage

if TYPE_CHECKING:
    from ragqa.index import Index

__all__ = ["DenseRetriever", "HybridRetriever", "LexicalRetriever", "Retriever"]

Found = list[tuple[Passage, float]]


class Retriever(Protocol):
    """Anything that finds passages for questions."""

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
    """Dense and lexical hits fused by reciprocal rank: ``score = sum of 1 / (constant + rank)`` over the two lists.

    Args:
        index: the index to search.
        depth: how far down each list is read, at least ``k``.
        constant: damps the lead of the first ranks, 1 or more.

    Source: Cormack, Clarke and Büttcher (2009), Reciprocal Rank Fusion, doi:10.1145/1571941.1572114.
    """

    def __init__(self, index: Index, *, depth: int = 50, constant: int = 60) -> None:
        if depth < 1 or constant < 1:
            raise SettingError(f"depth and constant must be 1 or more, got {depth} and {constant}")
        self.index = index
        self.depth = depth
        self.constant = constant

    def retrieve(self, questions: Sequence[str], *, k: int, filter: Filter | None = None) -> list[list[Hit]]:
        """Return for each question at most ``k`` hits, best first; equal scores in the order of the passage ids."""
        depth = max(self.depth, _checked(k))
        dense = self.index.dense(questions, k=depth, filter=filter)
        lexical = self.index.lexical(questions, k=depth, filter=filter)
        return [self._fuse(*lists)[:k] for lists in zip(dense, lexical, strict=True)]

    def _fuse(self, dense: Found, lexical: Found) -> list[Hit]:
        passages: dict[str, Passage] = {}
        fused: dict[str, float] = {}
        for found in (dense, lexical):
            for rank, (passage, _) in enumerate(found, start=1):
                passages[passage.id] = passage
                fused[passage.id] = fused.get(passage.id, 0.0) + 1 / (self.constant + rank)
        dense_scores = {passage.id: score for passage, score in dense}
        lexical_scores = {passage.id: score for passage, score in lexical}
        best_first = sorted(fused, key=lambda passage_id: (-fused[passage_id], passage_id))
        return [
            Hit(
                passage=passages[passage_id],
                score=fused[passage_id],
                rank=rank,
                kind="hybrid",
                dense_score=dense_scores.get(passage_id),
                lexical_score=lexical_scores.get(passage_id),
            )
            for rank, passage_id in enumerate(best_first, start=1)
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
