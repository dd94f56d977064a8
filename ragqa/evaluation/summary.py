"""Judged questions -> the figures of a run with their intervals, its curves and its tables.

Most figures are means over questions, each over those to which it applies. The others (`STATISTICS`) are made of all questions
together. Both are resampled alike, by article, so that every figure has an interval.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ragqa.evaluation import abstention
from ragqa.evaluation.bootstrap import Resamples, interval
from ragqa.evaluation.judging import RIGHT
from ragqa.evaluation.run_file import Curves, Figure, JudgedQuestion, TableRow
from ragqa.evaluation.squad import exact_match, f1_score, score_squad11, score_squad20

__all__ = ["STATISTICS", "Columns", "curves_of", "figures_of", "official_figures", "samples_of", "tables_of"]

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Rows = NDArray[np.intp]

_CURVE_POINTS = 200
_ORDER = (
    "exact_match",
    "f1",
    "decided_",
    "has_ans_",
    "no_ans_",
    "best_",
    "recall_at_",
    "answer_recall_at_",
    "mrr",
    "ndcg_at_",
    "citation_",
    "abstained",
    "abstention_",
    "coverage_at_",
    "aurc",
    "ece",
    "brier",
)
_NEEDS_UNANSWERABLE = frozenset({"abstention_average_precision", "best_exact_match", "best_f1"})


class Columns(NamedTuple):
    """The questions of a run as arrays, ``(n,)`` each."""

    metrics: dict[str, Floats]
    """NaN where a figure doesn't apply."""
    scores: Floats
    """Of the best spans; minus infinity where there is none."""
    confidence: Floats
    """NaN without one."""
    right: Flags
    """Whether the best span is right, whatever the decision."""
    exact_match: Floats
    """Of the best span."""
    f1: Floats
    """Of the best span."""
    answerable: Flags
    has_best: Flags
    abstained: Flags

    @classmethod
    def of(cls, questions: Sequence[JudgedQuestion]) -> Columns:
        """Return the columns of judged questions."""
        names = list(dict.fromkeys(name for row in questions for name in row["metrics"]))
        f1 = _floats([f1_score(row["best"], row["gold"]) for row in questions])
        answerable = np.array([bool(row["gold"]) for row in questions], dtype=np.bool_)
        scores = _floats([row["score"] for row in questions])
        return cls(
            metrics={name: _floats([row["metrics"].get(name) for row in questions]) for name in names},
            scores=np.where(np.isnan(scores), -np.inf, scores),
            confidence=_floats([row["confidence"] for row in questions]),
            right=answerable & (f1 >= RIGHT),
            exact_match=_floats([exact_match(row["best"], row["gold"]) for row in questions]),
            f1=f1,
            answerable=answerable,
            has_best=np.array([bool(row["best"]) for row in questions], dtype=np.bool_),
            abstained=np.array([row["abstained"] for row in questions], dtype=np.bool_),
        )

    def take(self, rows: Rows) -> Columns:
        """Return the columns of some rows, without ``metrics``."""
        return Columns(
            metrics={},
            scores=self.scores[rows],
            confidence=self.confidence[rows],
            right=self.right[rows],
            exact_match=self.exact_match[rows],
            f1=self.f1[rows],
            answerable=self.answerable[rows],
            has_best=self.has_best[rows],
            abstained=self.abstained[rows],
        )


def _given(columns: Columns) -> Flags:
    return ~columns.abstained & np.isfinite(columns.confidence)


STATISTICS: Mapping[str, Callable[[Columns], float]] = {
    "best_exact_match": lambda c: abstention.best_of_thresholds(c.exact_match, c.scores, c.answerable, c.has_best),
    "best_f1": lambda c: abstention.best_of_thresholds(c.f1, c.scores, c.answerable, c.has_best),
    "abstention_average_precision": lambda c: abstention.average_precision(c.scores, ~c.answerable),
    "aurc": lambda c: abstention.area_under_risk_coverage(c.scores, c.right),
    "coverage_at_80": lambda c: abstention.coverage_at_precision(c.scores, c.right, 0.8),
    "coverage_at_90": lambda c: abstention.coverage_at_precision(c.scores, c.right, 0.9),
    "ece": lambda c: abstention.calibration_error(c.confidence[_given(c)], c.right[_given(c)]),
}
"""Figures that are no means over questions, 0 to 1, by name."""


def figures_of(
    questions: Sequence[JudgedQuestion], *, is_ranking: bool, resamples: int = 1000, seed: int = 0
) -> dict[str, Figure]:
    """Return every figure of a run in percent, in the order of a reader's interest, with 95 % intervals.

    Args:
        questions: judged, one or more.
        is_ranking: whether nothing was answered, so that there is nothing to say about answers.
        resamples: how many draws the intervals rest on.
        seed: of the draws.
    """
    # The surest first: each draw of the statistics is sorted again, and sorting what is nearly in order costs little.
    ranked = sorted(questions, key=lambda row: -np.inf if row["score"] is None else row["score"], reverse=True)
    columns = Columns.of(ranked)
    draws = Resamples([row["group"] for row in ranked], count=resamples, seed=seed)
    figures = {
        name: _figure(_mean(values), draws.means(values))
        for name, values in columns.metrics.items()
        if np.isfinite(values).any()
    }
    if is_ranking:
        return figures
    has_unanswerable = not columns.answerable.all()
    for name, statistic in STATISTICS.items():
        # Without a question that has no answer, the best threshold is none at all.
        if (has_unanswerable or name not in _NEEDS_UNANSWERABLE) and (name != "ece" or _given(columns).any()):
            figures[name] = _figure(statistic(columns), samples_of(statistic, columns, draws))
    for name, value in official_figures(questions).items():
        if name in figures:
            figures[name]["value"] = value
    return dict(sorted(figures.items(), key=lambda item: _place(item[0])))


def samples_of(statistic: Callable[[Columns], float], columns: Columns, draws: Resamples) -> Floats:
    """Return one of the `STATISTICS` over each draw."""
    return draws.of(lambda rows: statistic(columns.take(rows)))


def official_figures(questions: Sequence[JudgedQuestion]) -> dict[str, float]:
    """Return exact match and F1 of the predictions, in percent, as the official scorer of the set's kind gives them."""
    gold = {row["id"]: row["gold"] for row in questions}
    predictions = {row["id"]: row["prediction"] for row in questions}
    if "decided_f1" in questions[0]["metrics"]:  # a set without unanswerable questions
        return score_squad11(gold, predictions)
    scored = score_squad20(gold, predictions)
    best = score_squad20(
        gold,
        {row["id"]: row["best"] for row in questions},
        {row["id"]: -row["score"] if row["score"] is not None else float("inf") for row in questions},
    )
    names = {
        "exact_match": "exact",
        "f1": "f1",
        "has_ans_exact_match": "HasAns_exact",
        "has_ans_f1": "HasAns_f1",
        "no_ans_f1": "NoAns_f1",
    }
    figures = {name: scored[official] for name, official in names.items() if official in scored}
    return figures | {"best_exact_match": best["best_exact"], "best_f1": best["best_f1"]}


def curves_of(questions: Sequence[JudgedQuestion], *, is_ranking: bool) -> Curves:
    """Return the points of the pictures, as shares of 1; none where a run has nothing to draw."""
    columns = Columns.of(questions)
    curves: Curves = {"risk_coverage": [], "reliability": [], "retrieval": []}
    for name, values in columns.metrics.items():
        if name.startswith("recall_at_") and np.isfinite(values).any():
            depth = int(name.rpartition("_")[2])
            held = columns.metrics[f"answer_recall_at_{depth}"]
            # Sets that judge articles have no answers: there is but one curve, and it is drawn twice.
            curves["retrieval"].append([depth, _mean(values), _mean(held if np.isfinite(held).any() else values)])
    if not is_ranking:
        coverage, risk = abstention.risk_coverage(columns.scores, columns.right)
        chosen = np.unique(np.linspace(0, len(coverage) - 1, min(len(coverage), _CURVE_POINTS)).astype(np.intp))
        curves["risk_coverage"] = np.column_stack([coverage, risk])[chosen].tolist()
        given = _given(columns)
        curves["reliability"] = [
            list(bin) for bin in abstention.reliability(columns.confidence[given], columns.right[given])
        ]
    return curves


def tables_of(questions: Sequence[JudgedQuestion]) -> dict[str, dict[str, TableRow]]:
    """Return the figures by type of question, type and length of answer, and source; the parts with most questions first."""
    tables: dict[str, dict[str, TableRow]] = {}
    labels: Sequence[tuple[str, list[str]]] = (
        ("question_type", [row["question_type"] for row in questions]),
        ("answer_type", [row["answer_type"] for row in questions]),
        ("answer_length", [row["answer_length"] for row in questions]),
        ("source", [row["source"] for row in questions]),
    )
    for by, own in labels:
        parts: dict[str, list[JudgedQuestion]] = {}
        for label, row in zip(own, questions, strict=True):
            parts.setdefault(label, []).append(row)
        ordered = sorted(parts.items(), key=lambda item: (-len(item[1]), item[0]))
        tables[by] = {name: _row(part) for name, part in ordered}
    return tables


def _row(part: Sequence[JudgedQuestion]) -> TableRow:
    def mean(name: str) -> float | None:
        values = [value for row in part if (value := row["metrics"].get(name)) is not None]
        return 100 * sum(values) / len(values) if values else None

    return {
        "questions": len(part),
        "exact_match": mean("exact_match"),
        "f1": mean("f1"),
        "abstained": None if mean("f1") is None else sum(row["abstained"] for row in part),
        "recall_at_5": mean("recall_at_5"),
        "mrr": mean("mrr"),
    }


def _figure(value: float, samples: Floats) -> Figure:
    """Return a share of 1 and its resamples as a figure in percent."""
    bounds = interval(samples)
    return {
        "value": 100 * value if np.isfinite(value) else None,
        "low": None if bounds is None else 100 * bounds.low,
        "high": None if bounds is None else 100 * bounds.high,
        "unit": "%",
    }


def _mean(values: Floats) -> float:
    return float(np.mean(values[np.isfinite(values)]))


def _floats(values: Sequence[float | None]) -> Floats:
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)


def _place(name: str) -> int:
    return next((place for place, prefix in enumerate(_ORDER) if name.startswith(prefix)), len(_ORDER))
