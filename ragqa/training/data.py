"""Files to examples and development questions: read, checked, drawn, and told apart by article.

Nothing that a reader is scored on is trained on: without a file of development questions, whole articles are kept back.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from ragqa.errors import SettingError
from ragqa.evaluation.gold import read_gold_set
from ragqa.evaluation.questions import GoldQuestion, GoldSet
from ragqa.training.examples import Example, to_examples

__all__ = ["TrainingData", "read_data"]

logger = logging.getLogger(__name__)

_KEPT_BACK = 0.05


@dataclass(slots=True)
class TrainingData:
    """What is trained on, what is scored on, and where it comes from."""

    examples: list[Example] = field(default_factory=list)
    development: list[GoldQuestion] = field(default_factory=list)
    files: list[dict[str, Any]] = field(default_factory=list)
    """Of each file its name, SHA-256, and how many of its questions are trained on."""
    mismatches: int = 0


def read_data(
    files: Sequence[str], *, development: Path | None, development_questions: int, strict: bool, seed: int
) -> TrainingData:
    """Read gold files to train on.

    Args:
        files: SQuAD JSON or JSONL with contexts, gzipped or not; ``FILE:COUNT`` for as many of its questions, drawn with the seed.
        development: a gold file to score on; None: whole articles of ``files`` are kept back.
        development_questions: the most questions that are scored; 0: none.
        strict: refuse data in which an answer does not match its context, instead of leaving that answer out.
        seed: of all draws.

    Raises:
        SettingError: a file can't be read, an answer does not match where ``strict``, or nothing is left to train on.
    """
    data = TrainingData()
    sets = [_read(spec, seed) for spec in files]
    if development is not None:
        data.development = _drawn(_with_context(read_gold_set(development).questions), development_questions, seed)
    elif development_questions:
        data.development = _kept_back(sets, development_questions, seed)
    contexts = {question.context for question in data.development}
    several = len(sets) > 1
    for gold in sets:
        own = [question for question in gold.questions if question.context not in contexts]
        found = to_examples(own)
        _tell(gold.name, found.mismatches, found.shown, len(own), strict=strict)
        if found.without_context:
            logger.warning("%s: %d questions have no context and are left out", gold.name, found.without_context)
        # Files may count from 1, each for itself.
        data.examples += [row._replace(id=f"{gold.name}/{row.id}") if several else row for row in found.examples]
        data.files.append({"name": gold.name, "sha256": gold.sha256, "questions": len(found.examples)})
        data.mismatches += found.mismatches
    if not any(example.spans for example in data.examples):
        raise SettingError(
            f"there is no answerable question with a context in {', '.join(files)}: see the SQuAD format, or JSONL with contexts"
        )
    return data


def _read(spec: str, seed: int) -> GoldSet:
    path, _, count = spec.rpartition(":")
    if Path(spec).exists() or not (path and count.isascii() and count.isdigit()):
        return read_gold_set(Path(spec))
    gold = read_gold_set(Path(path))
    return gold.with_questions(_drawn(gold.questions, int(count), seed))


def _drawn(questions: Sequence[GoldQuestion], count: int, seed: int) -> list[GoldQuestion]:
    """Return ``count`` of the questions, in their order."""
    if len(questions) <= count:
        return list(questions)
    return [questions[number] for number in sorted(Random(f"{seed} draw").sample(range(len(questions)), count))]


def _kept_back(sets: Sequence[GoldSet], most: int, seed: int) -> list[GoldQuestion]:
    """Return the questions of some articles, about a twentieth of all; of none if there is one article only."""
    every = _with_context([question for gold in sets for question in gold.questions])
    groups: dict[str, list[GoldQuestion]] = {}
    for question in every:
        groups.setdefault(question.group, []).append(question)
    names = sorted(groups)
    Random(f"{seed} development").shuffle(names)
    wanted = min(most, max(1, round(_KEPT_BACK * len(every))))
    kept: list[GoldQuestion] = []
    for name in names[:-1]:
        if len(kept) >= wanted:
            break
        kept += groups[name]
    return kept


def _with_context(questions: Sequence[GoldQuestion]) -> list[GoldQuestion]:
    return [question for question in questions if question.context is not None]


def _tell(name: str, mismatches: int, shown: Sequence[str], questions: int, *, strict: bool) -> None:
    """Say which answers do not match their contexts; refuse them where it is asked for."""
    if not mismatches:
        return
    told = (
        f"{name}: answers that don't match their contexts: {mismatches:,}, in {questions:,} questions. The first: "
        + "; ".join(shown)
    )
    if strict:
        raise SettingError(f"{told}. Mend them, or train without --strict, which leaves them out")
    logger.warning("%s. They are left out", told)
