"""The news gold set says what its articles say, and the script that checks it finds what is wrong."""

import importlib
import json
import shutil
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from ragqa.evaluation.gold import read_gold

EVAL = Path(__file__).parents[1] / "eval"


@pytest.fixture
def check_gold(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The script, as it is found when it is run from its folder."""
    monkeypatch.syspath_prepend(str(EVAL))
    return importlib.import_module("check_gold")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the gold set that may be spoilt."""
    for name in ("articles", "gold"):
        shutil.copytree(EVAL / name, tmp_path / name)
    return tmp_path


def spoil(root: Path, half: str, question: str, change: Callable[[dict[str, Any]], object]) -> None:
    path = root / "gold" / f"news_{half}.jsonl"
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    (row,) = (row for row in rows if row["id"] == question)
    change(row)
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")


def test_the_gold_set_has_no_fault(check_gold: ModuleType) -> None:
    assert check_gold.faults_of(EVAL) == []


def test_the_table_counts_both_halves(
    check_gold: ModuleType, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["check_gold.py"])
    assert check_gold.main() == 0
    lines = {line.split()[0]: line.split()[1:] for line in capsys.readouterr().out.splitlines()}
    assert lines["topics"] == ["8", "8"]
    assert lines["articles"] == ["32", "40"]
    assert min(int(lines[kind][1]) for kind in check_gold.KINDS) >= 30


@pytest.mark.parametrize("half", ["dev", "test"])
def test_both_halves_are_read_as_gold_files(check_gold: ModuleType, half: str) -> None:
    rows = check_gold.read_rows(EVAL, half)
    questions = read_gold(EVAL / "gold" / f"news_{half}.jsonl")
    assert [question.id for question in questions] == [row["id"] for row in rows]
    assert [question.article_ids for question in questions] == [tuple(row["article_ids"]) for row in rows]


@pytest.mark.parametrize(
    ("question", "change", "fault"),
    [
        ("cyclone-changing-1", lambda row: row["spans"][0].update(start=3), "'129' is not at 3"),
        ("cyclone-changing-1", lambda row: row["conflict"]["values"].reverse(), None),
        ("cyclone-changing-1", lambda row: row.update(conflict=None), "is changing with the conflict None"),
        ("cyclone-date-1", lambda row: row["resolved_dates"][0].update(date="2023-12-03"), "'Monday night' on 2023-12-05"),
        ("cyclone-syndicated-1", lambda row: row.update(sources=2), "says 2 sources, and its articles come from 1"),
        ("cyclone-attribution-1", lambda row: row["attribution"][0].update(speaker="Nobody"), "the speaker 'Nobody'"),
        ("cyclone-plain-1", lambda row: row.update(topic="ferry"), "the halves need eight topics each and none in common"),
        ("cyclone-far-1", lambda row: row.update(kind="plain"), "is plain with 0 places"),
    ],
)  # fmt: skip
def test_a_spoilt_label_is_found(
    check_gold: ModuleType, copy: Path, question: str, change: Callable[[dict[str, Any]], object], fault: str | None
) -> None:
    spoil(copy, "dev", question, change)
    (copy / "gold" / "SHA256SUMS").write_text(check_gold.sums_of(copy), encoding="utf-8")
    faults = check_gold.faults_of(copy)
    # Rival values are numbered, so that their order in the file says nothing.
    assert any(fault in found for found in faults) if fault else faults == []


def test_a_changed_article_no_longer_agrees_with_its_hash(check_gold: ModuleType, copy: Path) -> None:
    article = copy / "articles" / "test" / "2025-03-10-ferry-sinks-off-kalayan.txt"
    article.write_text(article.read_text(encoding="utf-8") + "More follows.\n", encoding="utf-8")
    assert sum("SHA256SUMS and the files disagree" in fault for fault in check_gold.faults_of(copy)) == 2


@pytest.mark.parametrize(
    ("words", "stated"),
    [
        ("Sunday night", "2025-03-09"),
        ("last Sunday", "2025-03-09"),
        ("next Tuesday", "2025-03-18"),
        ("tomorrow", "2025-03-11"),
        ("last week", "2025-03-03/2025-03-09"),
        ("next month", "2025-04"),
        ("late February", "2025-02-21/2025-02-28"),
        ("mid-April", "2025-04-11/2025-04-20"),
        ("14 December", "2024-12-14"),
        ("last October", "2024-10"),
        ("a year ago", "2024-03-10"),
        ("February", "2025-02"),
        ("November of last year", "2024-11"),
    ],
)
def test_relative_dates_are_read_from_the_day_of_publication(check_gold: ModuleType, words: str, stated: str) -> None:
    monday = date(2025, 3, 10)
    assert check_gold.fault_of_date(words, stated, monday) is None
    assert check_gold.fault_of_date(words, "2025-03-12", monday) is not None
