"""How well a ranking finds what it should: recall, answer recall, MRR and nDCG at depth k.

Formulas of a line each, so that no library is needed for them; they were checked against ir_measures (trec_eval). Pure Python;
imports nothing of ragqa but the normalisation of answers.

A question's ``found`` is the gain of each rank, from rank 1 on. An article counts once, at the rank of its first gold passage:
later ranks with the same article gain 0. So no figure can exceed 1.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import log2

from ragqa.evaluation.squad import normalise_answer

__all__ = ["first_of_each", "holds_answer", "ndcg", "recall", "reciprocal_rank"]


def recall(found: Sequence[float], relevant: int, k: int) -> float:
    """Return the share of the ``relevant`` articles (1 or more) that the first ``k`` ranks hold.

    >>> recall([0, 1, 0, 1], 2, 3)
    0.5
    """
    return sum(gain > 0 for gain in found[:k]) / relevant


def reciprocal_rank(found: Sequence[float]) -> float:
    """Return 1 / rank of the first gold passage; 0 where there is none.

    >>> reciprocal_rank([0, 1, 1])
    0.5

    Source: Voorhees (1999), The TREC-8 Question Answering Track Report.
    """
    return next((1 / rank for rank, gain in enumerate(found, start=1) if gain > 0), 0.0)


def ndcg(found: Sequence[float], gains: Iterable[float], k: int) -> float:
    """Return the discounted cumulative gain of the first ``k`` ranks, as a share of what the best order would give.

    Args:
        found: the gain at each rank.
        gains: those of all relevant articles, found or not, one or more above 0.
        k: the depth.

    >>> round(ndcg([0, 1], [1], 10), 4)
    0.6309

    Source: Järvelin and Kekäläinen (2002), Cumulated gain-based evaluation of IR techniques, doi:10.1145/582415.582418; gains
    linear and the discount log2(rank + 1), as in trec_eval.
    """
    return _discounted(found, k) / _discounted(sorted(gains, reverse=True), k)


def first_of_each(keys: Sequence[str], gains: Sequence[float]) -> list[float]:
    """Return the gains with those after an article's first gain set to 0.

    >>> first_of_each(["flood", "fire", "flood", "flood"], [0, 1, 1, 1])
    [0, 1, 1, 0.0]
    """
    counted: set[str] = set()
    kept = []
    for key, gain in zip(keys, gains, strict=True):
        kept.append(0.0 if key in counted else gain)
        if gain > 0:
            counted.add(key)
    return kept


def holds_answer(normalised: str, answers: Sequence[str]) -> bool:
    """Return whether a text holds one of the answers as whole words.

    Args:
        normalised: the text, by `normalise_answer`, which is costly: a passage comes back for many questions.
        answers: as people gave them.

    >>> holds_answer(normalise_answer("At least 43 people died."), ["43 People"])
    True
    >>> holds_answer(normalise_answer("At least 143 people died."), ["43"])
    False

    Source: Karpukhin et al. (2020), Dense Passage Retrieval, arXiv:2004.04906 (has_answer).
    """
    keys = filter(None, map(normalise_answer, answers))
    return any(f" {key} " in f" {normalised} " for key in keys)


def _discounted(gains: Sequence[float], k: int) -> float:
    return sum(gain / log2(rank + 1) for rank, gain in enumerate(gains[:k], start=1))
