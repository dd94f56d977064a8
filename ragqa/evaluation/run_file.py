"""What a run is: the shape of ``run.json``, which reports are drawn from and runs are compared by, and the files of predictions.

    run.json        everything: settings, versions, fingerprints, figures with intervals, curves, tables, and every question
    OUT             {question id: answer}, "" for none
    OUT.na.json     {question id: probability that there is no answer}
    OUT.best.json   {question id: best span, whatever the decision}

The last three are read by the official SQuAD scorers. Imports nothing of ragqa but its errors.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Literal, TypedDict, cast

from ragqa.errors import SettingError, in_words

__all__ = [
    "Cause",
    "Curves",
    "Figure",
    "JudgedQuestion",
    "Kind",
    "Run",
    "ShownAnswer",
    "ShownPassage",
    "TableRow",
    "read_run",
    "write_predictions",
    "write_run",
]

Kind = Literal["reader", "retrieval", "qa"]
Cause = Literal["not_retrieved", "retrieved_not_read", "ranked_low", "wrongly_abstained", "wrongly_answered"]

VERSION = 1


class Figure(TypedDict):
    """A figure and its 95 % interval; ``value`` is None where it isn't defined, the bounds where no resample defines it."""

    value: float | None
    low: float | None
    high: float | None
    unit: str


class ShownAnswer(TypedDict):
    """An answer that was given; in a reader run a span, also one that was withheld. Offsets into the article, half-open."""

    text: str
    confidence: float | None
    score: float
    article_id: str
    start: int
    end: int
    sentence: str
    sentence_start: int
    sentence_end: int


class ShownPassage(TypedDict):
    """A passage that was read; ``start`` is its place in the article. ``score`` is None where the passage was given."""

    id: str
    article_id: str
    rank: int
    score: float | None
    text: str
    start: int
    is_gold: bool


class JudgedQuestion(TypedDict):
    """A question, what came back, and how it was judged."""

    id: str
    question: str
    gold: list[str]
    question_type: str
    answer_type: str
    answer_length: str
    source: str
    group: str
    """The article that questions are resampled by."""
    prediction: str
    """What is scored: the answer, "" for none; where every question of the set has an answer, the best span in any case."""
    best: str
    """The best span, whatever the decision; "" where there is none."""
    score: float | None
    """Of the best span, in logits over its null; None where there is none."""
    confidence: float | None
    """Of the best span; None without a calibration."""
    no_answer: float
    """How likely there is no answer, 0 to 1: 1 - confidence; without a calibration only an ordering."""
    abstained: bool
    reason: str | None
    exact_match: float | None
    f1: float | None
    cause: Cause | None
    metrics: dict[str, float | None]
    """Every figure that is a mean over questions, 0 to 1; None where it doesn't apply to this one."""
    answers: list[ShownAnswer]
    passages: list[ShownPassage]


class TableRow(TypedDict):
    """Figures of a part of the questions: percent, but for ``questions`` and ``abstained``, which are counts.

    None where a run has no such figure.
    """

    questions: int
    exact_match: float | None
    f1: float | None
    abstained: int | None
    recall_at_5: float | None
    mrr: float | None


class Curves(TypedDict):
    """Points of the pictures, as shares of 1."""

    risk_coverage: list[list[float]]
    """Coverage and risk."""
    reliability: list[list[float]]
    """Mean confidence, share that is right, number of answers."""
    retrieval: list[list[float]]
    """Depth k, recall, answer recall."""


class Run(TypedDict):
    """A run, as ``run.json`` holds it."""

    ragqa_run: int
    kind: Kind
    name: str
    gold: dict[str, str | int]
    settings: dict[str, str | int | float | bool | None]
    versions: dict[str, str]
    fingerprints: dict[str, str | None]
    figures: dict[str, Figure]
    latency_ms: dict[str, dict[str, float]]
    throughput: dict[str, float]
    peak_memory_mib: float | None
    curves: Curves
    tables: dict[str, dict[str, TableRow]]
    questions: list[JudgedQuestion]


def write_run(run: Run, folder: Path) -> Path:
    """Write ``run.json`` into a folder, made if it is missing, and return its path.

    Raises:
        SettingError: the folder can't be written.
    """
    path = folder / "run.json"
    _write(path, json.dumps(run, allow_nan=False))
    return path


def read_run(path: Path) -> Run:
    """Return a run from its ``run.json``, or from the folder that holds it.

    Raises:
        SettingError: the file can't be read, is no run, or is one of a newer version.
    """
    path = path / "run.json" if path.is_dir() else path
    try:
        run = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SettingError(
            f"the run {path} can't be read ({in_words(error)}): make it with ragqa eval ... --report DIR"
        ) from error
    if not isinstance(run, dict) or not isinstance(run.get("ragqa_run"), int):
        raise SettingError(f"{path} is no run: expected what ragqa eval ... --report DIR writes as run.json")
    if run["ragqa_run"] > VERSION:
        raise SettingError(
            f"{path} was written by a newer ragqa (version {run['ragqa_run']}; this one reads {VERSION})"
        )
    for name, kind in (("kind", str), ("name", str), ("gold", dict), ("figures", dict), ("questions", list)):
        if not isinstance(run.get(name), kind):
            raise SettingError(f"{path} is not whole: {name!r} is missing or of another type; run the evaluation again")
    for rows, shape in ((run["figures"].values(), Figure), (run["questions"], JudgedQuestion)):
        needed = shape.__annotations__.keys()
        if lacking := [row for row in rows if not (isinstance(row, dict) and needed <= row.keys())]:
            raise SettingError(f"{path} is not whole: expected {', '.join(needed)} in {str(lacking[0])[:80]}")
    return cast(Run, run)


def write_predictions(run: Run, path: Path) -> list[Path]:
    """Write the predictions of a run for outside scorers, and return the paths of the three files.

    Raises:
        SettingError: a file can't be written, or the run has no predictions.
    """
    if run["kind"] == "retrieval":
        raise SettingError("a retrieval run answers nothing: there are no predictions to write")
    files: dict[Path, dict[str, str] | dict[str, float]] = {
        path: {row["id"]: row["prediction"] for row in run["questions"]},
        path.with_suffix(".na.json"): {row["id"]: row["no_answer"] for row in run["questions"]},
        path.with_suffix(".best.json"): {row["id"]: row["best"] for row in run["questions"]},
    }
    for file, values in files.items():
        _write(file, json.dumps(values, allow_nan=False, indent=1))
    return list(files)


def _write(path: Path, text: str) -> None:
    # All ASCII: half a surrogate pair can stand in a gold file's JSON, and can't be written in UTF-8 but as an escape.
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_name(f".{path.name}.part")
        beside.write_text(text + "\n", encoding="ascii", newline="\n")
        beside.replace(path)
    except OSError as error:
        raise SettingError(f"{path} can't be written: {in_words(error)}") from error
