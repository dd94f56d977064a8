"""Measurements to medians and paired ratios, and the protocol of the sides."""

import importlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[2] / "eval" / "benchmarks"


@pytest.fixture(scope="module")
def load():
    """Return a function that imports a module of the benchmarks, which are scripts and not a package."""

    def load(name):
        sys.path.insert(0, str(BENCHMARKS))
        try:
            return importlib.import_module(name)
        finally:
            sys.path.remove(str(BENCHMARKS))

    return load


def measured(side, seconds, *, what="ask", amount=1, **more):
    return [
        {"what": what, "size": 8000, "side": side, "round": number, "seconds": own, "cpu": 3 * own, "amount": amount}
        | more
        for number, own in enumerate(seconds)
    ]


def test_a_ratio_is_the_median_over_rounds_not_of_sums(load):
    # The second round was disturbed for both sides, the fourth for one.
    rows = load("figures").summarise(measured("ragqa", [1, 9, 1, 9, 1]) + measured("haystack", [4, 36, 4, 4, 4]))
    assert [row["side"] for row in rows] == ["ragqa", "haystack"]
    assert "ratio" not in rows[0]
    assert (rows[1]["ratio_low"], rows[1]["ratio"], rows[1]["ratio_high"]) == (4, 4, 4)
    assert (rows[0]["median"], rows[1]["median"]) == (1, 4)


def test_rounds_that_one_side_lacks_are_not_compared(load):
    rows = load("figures").summarise(measured("ragqa", [1, 1]) + measured("txtai", [3, 3, 300]))
    assert (rows[1]["rounds"], rows[1]["ratio"]) == (3, 3)


def test_seconds_are_those_of_one_passage_or_question(load):
    (row,) = load("figures").summarise(measured("ragqa", [2.0, 4.0], what="index", amount=100))
    assert row["median"] == pytest.approx(0.03)
    assert "| index | 8,000 | ragqa | 33 passages/s |" in load("figures").table([row])


def test_the_share_of_right_answers_is_shown(load):
    rows = load("figures").summarise(measured("ragqa", [1], right=1.0) + measured("haystack", [2], right=0.5))
    assert [row["right"] for row in rows] == [1.0, 0.5]
    assert load("figures").table(rows).splitlines()[-1] == (
        "| ask | 8,000 | haystack | 2,000.0 ms | 2,000.0 ms | 2.0 (2.0-2.0) | 2.0 | 50 % |"
    )


def test_a_side_that_prints_and_fails_still_answers_each_command_with_one_line(tmp_path):
    side = tmp_path / "side.py"
    side.write_text(
        "import sys\n"
        f"sys.path.insert(0, {str(BENCHMARKS / 'workers')!r})\n"
        "from serving import main\n"
        "class Side:\n"
        "    def __init__(self): print('loading')\n"
        "    def search(self, question, k): print('noise'); return [question] * k\n"
        "main(Side)\n",
        encoding="utf-8",
    )
    commands = [{"do": "search", "question": "Who?", "k": 2}, {"do": "ask", "questions": ["Who?"], "k": 2}]
    done = subprocess.run(
        [sys.executable, str(side), "{}"],
        input="".join(json.dumps(command) + "\n" for command in commands),
        capture_output=True,
        text=True,
        check=True,
    )
    found, refused = map(json.loads, done.stdout.splitlines())
    assert found["given"] == ["Who?", "Who?"]
    assert found["seconds"] > 0
    assert found["cpu"] >= 0
    assert refused == {"error": "AttributeError: 'Side' object has no attribute 'ask'"}
    assert done.stderr.split() == ["loading", "noise"]


def test_the_chart_of_the_same_figures_is_the_same_file(load, tmp_path):
    pytest.importorskip("matplotlib")
    rows = load("figures").summarise(measured("ragqa", [1, 1]) + measured("haystack", [4, 6]))
    for name in ("a.svg", "b.svg"):
        load("chart").draw(rows, tmp_path / name, subtitle="a machine")
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()
    assert "haystack" in (tmp_path / "a.svg").read_text(encoding="utf-8")
