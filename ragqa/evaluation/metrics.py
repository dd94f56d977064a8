"""What one question adds to the figures of retrieval and of citations, by name, 0 to 1; None where a figure doesn't apply to it.

The formulas are those of `ranking` and `citations`; here they meet hits, answers and gold places.
"""

from __future__ import annotations

from collections.abc import Sequence

from ragqa.evaluation.citations import LEVELS, Cited, citation_scores
from ragqa.evaluation.places import Places, has_answer, is_gold
from ragqa.evaluation.questions import GoldQuestion
from ragqa.evaluation.ranking import first_of_each, ndcg, recall, reciprocal_rank
from ragqa.records import Answer, Hit

__all__ = ["DEPTHS", "citation_metrics", "ranking_metrics"]

DEPTHS = (1, 2, 3, 5, 10, 20, 50, 100)
NDCG_DEPTH = 10


def ranking_metrics(question: GoldQuestion, hits: Sequence[Hit], places: Places, *, k: int) -> dict[str, float | None]:
    """Return recall and answer recall at every depth of `DEPTHS` up to ``k``, MRR, and nDCG at `NDCG_DEPTH` if ``k`` reaches it.

    Args:
        question: without an answer and without judged articles, it has nothing to find: every figure is None.
        hits: best first; fewer than ``k`` where no more were found.
        places: the gold places, by `ragqa.evaluation.places.places_of`.
        k: how many were asked for.
    """
    depths = [depth for depth in DEPTHS if depth <= k]
    if question.gains:
        gain_of = dict(zip(question.article_ids, question.gains, strict=True))
        gains, relevant = [gain_of.get(hit.passage.article_id, 0.0) for hit in hits], list(question.gains)
    else:
        gains = [float(is_gold(hit.passage, question, places)) for hit in hits]
        relevant = [1.0] * max(len(places), 1) if question.answers else []
    # Where no gold article is known, the first passage with an answer is all there is to find.
    found = first_of_each([hit.passage.article_id if places or question.gains else "" for hit in hits], gains)
    first_answer = next(
        (rank for rank, hit in enumerate(hits, start=1) if has_answer(hit.passage.text, question.answers)), k + 1
    )
    metrics: dict[str, float | None] = {}
    for depth in depths:
        metrics[f"recall_at_{depth}"] = recall(found, len(relevant), depth) if relevant else None
    for depth in depths:
        metrics[f"answer_recall_at_{depth}"] = float(first_answer <= depth) if question.answers else None
    metrics["mrr"] = reciprocal_rank(found) if relevant else None
    if k >= NDCG_DEPTH:
        metrics[f"ndcg_at_{NDCG_DEPTH}"] = ndcg(found, relevant, NDCG_DEPTH) if relevant else None
    return metrics


def citation_metrics(question: GoldQuestion, answers: Sequence[Answer], places: Places) -> dict[str, float | None]:
    """Return precision and recall of the citations of ``answers`` at each level.

    Citations of an answer to a question that has none are all wrong. Where the gold file doesn't say which articles hold the
    answer, there is nothing to hold citations against.
    """
    cited = [
        Cited(citation.article_id, (citation.start, citation.end), (citation.sentence_start, citation.sentence_end))
        for answer in answers
        for citation in answer.citations
    ]
    metrics: dict[str, float | None] = {}
    for level in LEVELS:
        is_known = bool(places) or not question.answers
        precision, covered = citation_scores(cited, places, level) if is_known else (None, None)
        metrics |= {f"citation_precision_{level}": precision, f"citation_recall_{level}": covered}
    return metrics
