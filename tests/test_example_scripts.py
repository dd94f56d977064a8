"""The numbered examples do what they say, each as a process of its own."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from tiny_bert import write_sentence_transformer

EXAMPLES = Path(__file__).parents[1] / "examples"


@pytest.fixture
def run(tmp_path):
    """Run an example away from its folder; return the lines that it prints."""

    def run(name: str, *arguments: object, typed: str = "") -> list[str]:
        command = [sys.executable, str(EXAMPLES / name), *map(str, arguments)]
        environment = {**os.environ, "PYTHONPATH": str(EXAMPLES.parent)}
        done = subprocess.run(
            command, input=typed, capture_output=True, text=True, cwd=tmp_path, env=environment, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines()

    return run


def test_quickstart(run):
    first, sentence, reason = run("01_quickstart.py")
    assert first == "8.5 million, as Exchange Daily wrote on 2024-07-20:"
    assert "8.5 million Windows devices" in sentence
    assert reason in ("null_beats_span", "low_confidence")


def test_your_own_articles(run):
    assert run("02_your_own_articles.py") == [
        "2 added, 1 can't be read",
        "A bridge for Skagen · Meridian Post · 2024-05-08",
        "Ferry runs again · Harbour Wire · 2024-05-02",
        "Light · Lowland Gazette · None",
        "Anna Lindqvist",
        "Rosa Maier",
    ]


def test_filters_and_dates(run):
    lines = run("03_filters_and_dates.py")
    assert re.fullmatch(r"as of 2023-08-11: .*53.* \(Pacific Courier, 2023-08-10\)", lines[0])
    assert re.fullmatch(r"as of 2023-08-14: .*93.* \(Pacific Courier, 2023-08-13\)", lines[1])
    assert lines[4] == "outside_dates"
    assert lines[5] == "Exchange Daily: 5 articles, 2023-11-18 to 2024-12-18"


def test_own_model(run, tmp_path):
    assert "embedder all-MiniLM-L6-v2 (384 dimensions)" in run("04_own_model.py")[0]
    tiny = write_sentence_transformer(tmp_path / "tiny")
    carried = EXAMPLES.parent / "ragqa" / "models" / "reader"
    own = tmp_path / "reader"
    own.mkdir()
    for file in carried.iterdir():
        (own / file.name).write_bytes(file.read_bytes())
    card = json.loads((own / "reader.json").read_text(encoding="utf-8"))
    (own / "reader.json").write_text(json.dumps({**card, "name": "my-reader", "calibration": None}), encoding="utf-8")
    lines = run("04_own_model.py", own, tiny)
    assert re.fullmatch(r"reader my-reader, embedder .*tiny \(32 dimensions\)", lines[0])
    assert "8.5 million (no confidence, score " in lines[1]


def test_evaluation(run, tmp_path):
    *figures, page = run("05_evaluation.py", tmp_path / "report")
    assert [line.split(":")[0] for line in figures] == ["f1", "recall_at_5", "citation_precision_sentence"]
    assert all(re.fullmatch(r"\w+: \d+ % \(\d+ to \d+\)", line) for line in figures)
    assert Path(page).is_file()


def test_repl(run):
    lines = run("repl.py", EXAMPLES / "articles", typed="How many Windows devices were affected?\n\nWho won in 1998?\n")
    assert lines[0] == "39 articles. Type a question, or Ctrl-D to leave."
    assert re.match(r"  8\.5 million  \(\d+%\)", lines[1])
    assert any(line == "  the question is empty: ask something" for line in lines)


def test_examples_are_short():
    for path in EXAMPLES.glob("*.py"):
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 50, path.name


def test_every_example_has_a_test_and_stands_in_the_readme():
    readme = (EXAMPLES / "README.md").read_text(encoding="utf-8")
    tests = Path(__file__).read_text(encoding="utf-8")
    for path in EXAMPLES.glob("[0-9]*.py"):
        assert f"`{path.name}`" in readme
        assert f'run("{path.name}"' in tests
