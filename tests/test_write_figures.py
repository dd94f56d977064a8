"""Questions on sentences with several figures: every answer stands where it is said to, and it is the one asked for."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from ragqa.evaluation import read_gold_set
from ragqa.training.examples import to_examples

SCRIPT = Path(__file__).parent.parent / "tools" / "write_figures.py"


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """The file of 400 questions."""
    path = tmp_path_factory.mktemp("figures") / "figures.jsonl"
    subprocess.run([sys.executable, SCRIPT, path, "--count", "400"], check=True)
    return path


def test_a_reader_can_be_trained_on_every_question(written):
    found = to_examples(read_gold_set(written).questions)
    assert (len(found.examples), found.mismatches, found.without_context) == (400, 0, 0)


def test_about_every_tenth_question_or_more_asks_for_what_is_not_said(written):
    without = sum(not example.spans for example in to_examples(read_gold_set(written).questions).examples)
    assert 40 <= without <= 120


def test_what_is_left_is_told_from_all_that_there_were(written):
    rows = [json.loads(line) for line in written.read_text(encoding="utf-8").splitlines()]
    both = re.compile(r"(?:Of the|Out of) ([\d,]+) .*?, ([\d,]+) are still")
    checked = 0
    for row in rows:
        match = both.search(row["context"])
        if match and row["answers"] and re.search(r"remain|are left|not been|yet to be", row["question"]):
            assert row["answers"][0]["text"] == match[2]
            checked += 1
    assert checked >= 5


def test_the_same_seed_writes_the_same_file(written, tmp_path):
    subprocess.run([sys.executable, SCRIPT, tmp_path / "again.jsonl", "--count", "400"], check=True)
    assert (tmp_path / "again.jsonl").read_bytes() == written.read_bytes()
