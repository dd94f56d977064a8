"""Two runs over the same questions: what got better, what got worse, and whether chance alone would do it.

Figures are compared over the questions that both runs have, and both runs are resampled alike, by article: what is left is the
difference between the runs, not between the questions.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import TypedDict

import numpy as np
from numpy.typing import NDArray

from ragqa.errors import SettingError
from ragqa.evaluation.bootstrap import Resamples, interval, p_value
from ragqa.evaluation.gate import LOWER_IS_BETTER
from ragqa.evaluation.run_file import JudgedQuestion, Run
from ragqa.evaluation.summary import STATISTICS, Columns, samples_of

__all__ = ["Change", "Comparison", "Difference", "compare_runs", "drops"]

logger = logging.getLogger(__name__)

Floats = NDArray[np.float64]


class Difference(TypedDict):
    """A figure in both runs, in percent; ``difference`` is b - a, with its 95 % interval and two-sided p-value."""

    a: float
    b: float
    difference: float
    low: float | None
    high: float | None
    p: float


class Change(TypedDict):
    """A question that the two runs do unequally well: the measure in each, 0 to 1, and what each answered."""

    id: str
    question: str
    gold: list[str]
    a: float
    b: float
    prediction_a: str
    prediction_b: str
    cause_a: str | None
    cause_b: str | None


class Comparison(TypedDict):
    """What `compare_runs` gives. ``better`` and ``worse`` are seen from the second run, the largest changes first."""

    a: str
    b: str
    kind: str
    questions: int
    only_a: int
    only_b: int
    measure: str
    figures: dict[str, Difference]
    better: list[Change]
    worse: list[Change]


def compare_runs(a: Run, b: Run, *, resamples: int = 1000, seed: int = 0) -> Comparison:
    """Compare two runs of one kind, question by question.

    Args:
        a: the run before.
        b: the run after.
        resamples: how many draws the intervals and p-values rest on.
        seed: of the draws.

    Raises:
        SettingError: the runs are of different kinds, or share no question.
    """
    if a["kind"] != b["kind"]:
        raise SettingError(f"a {a['kind']} run and a {b['kind']} run can't be compared: compare two of one kind")
    by_id = {row["id"]: row for row in b["questions"]}
    pairs = [(row, by_id[row["id"]]) for row in a["questions"] if row["id"] in by_id]
    if not pairs:
        raise SettingError("the two runs have no question in common: compare runs over the same gold file")
    if a["gold"].get("sha256") != b["gold"].get("sha256"):
        logger.warning("the two runs were made with different gold files: only questions with the same id are compared")
    if unequal := [own["id"] for own, other in pairs if own["gold"] != other["gold"]]:
        logger.warning("%d questions, such as %r, have other answers in the second run", len(unequal), unequal[0])
    measure = "mrr" if a["kind"] == "retrieval" else "f1"
    changes = [_change(own, other, measure) for own, other in pairs]
    changes.sort(key=lambda change: change["a"] - change["b"])
    return {
        "a": a["name"],
        "b": b["name"],
        "kind": a["kind"],
        "questions": len(pairs),
        "only_a": len(a["questions"]) - len(pairs),
        "only_b": len(b["questions"]) - len(pairs),
        "measure": measure,
        "figures": _differences(a, b, pairs, Resamples([row["group"] for row, _ in pairs], count=resamples, seed=seed)),
        "better": [change for change in changes if change["b"] > change["a"]],
        "worse": [change for change in reversed(changes) if change["b"] < change["a"]],
    }


def drops(comparison: Comparison, most: Mapping[str, float]) -> list[str]:
    """Return a line for each figure that got worse by more than it may, in points of percent.

    Raises:
        SettingError: a figure is not in both runs.
    """
    failed = []
    for name, bound in most.items():
        if name not in comparison["figures"]:
            known = ", ".join(comparison["figures"])
            raise SettingError(
                f"the runs have no figure {name!r} in common to hold against {bound:g}; they have {known}"
            )
        found = comparison["figures"][name]
        loss = found["difference"] if name in LOWER_IS_BETTER else -found["difference"]
        # A drop of exactly the bound is allowed, whatever its last bit.
        if loss > bound + 1e-9:
            failed.append(
                f"{name} got worse by {loss:.2f}, more than {bound:g} (from {found['a']:.2f} to {found['b']:.2f})"
            )
    return failed


def _differences(
    a: Run, b: Run, pairs: Sequence[tuple[JudgedQuestion, JudgedQuestion]], draws: Resamples
) -> dict[str, Difference]:
    columns = [Columns.of([pair[side] for pair in pairs]) for side in (0, 1)]
    found: dict[str, Difference] = {}
    for name in a["figures"]:
        if name not in b["figures"]:
            continue
        if name in STATISTICS:
            values = [STATISTICS[name](own) for own in columns]
            samples = [samples_of(STATISTICS[name], own, draws) for own in columns]
        elif all(name in own.metrics for own in columns):
            values = [_mean(own.metrics[name]) for own in columns]
            samples = [draws.means(own.metrics[name]) for own in columns]
        else:
            continue
        if np.isfinite(values).all():
            found[name] = _difference(values, samples[1] - samples[0])
    return found


def _difference(values: Sequence[float], samples: Floats) -> Difference:
    difference = values[1] - values[0]
    bounds = interval(samples)
    return {
        "a": 100 * values[0],
        "b": 100 * values[1],
        "difference": 100 * difference,
        "low": None if bounds is None else 100 * bounds.low,
        "high": None if bounds is None else 100 * bounds.high,
        "p": p_value(difference, samples),
    }


def _change(own: JudgedQuestion, other: JudgedQuestion, measure: str) -> Change:
    return {
        "id": own["id"],
        "question": own["question"],
        "gold": own["gold"],
        "a": own["metrics"].get(measure) or 0.0,
        "b": other["metrics"].get(measure) or 0.0,
        "prediction_a": own["prediction"],
        "prediction_b": other["prediction"],
        "cause_a": own["cause"],
        "cause_b": other["cause"],
    }


def _mean(values: Floats) -> float:
    applies = values[np.isfinite(values)]
    return float(np.mean(applies)) if len(applies) else float("nan")
