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


def test_dates_and_conflicts(run):
    lines = run("03_dates_and_conflicts.py")
    assert re.fullmatch(r"as of 2023-08-11: .*53.* \(Pacific Courier, 2023-08-10\)", lines[0])
    assert re.fullmatch(r"as of 2023-08-14: .*93.* \(Pacific Courier, 2023-08-13\)", lines[1])
    assert lines[4] == "outside_dates"
    differs, superseded = (number for number, line in enumerate(lines) if line.endswith(":"))
    assert lines[differs].endswith("concert hall attack? differs:")
    assert {re.sub(r"\D*(\d+).*", r"\1", line) for line in lines[differs + 1 : superseded]} == {"133", "143"}
    assert lines[superseded].endswith("Lahaina fire kill? superseded:")
    assert re.fullmatch(r"  .*97.* \(Meridian Post, 2023-09-16\)", lines[superseded + 1])  # the newest first
    assert lines[-1] == "['Saturday = 2024-03-23'] Russia's Investigative Committee said"


def test_own_model(run, tmp_path):
    assert "embedder all-MiniLM-L6-v2 (384 dimensions)" in run("04_own_model.py")[0]
    tiny = write_sentence_transformer(tmp_path / "tiny")
    carried = EXAMPLES.parent / "ragqa" / "models" / "reader"
    own = tmp_path / "reader"
    own.mkdir()
    for file in filter(Path.is_file, carried.iterdir()):
        (own / file.name).write_bytes(file.read_bytes())
    card = json.loads((own / "reader.json").read_text(encoding="utf-8"))
    (own / "reader.json").write_text(json.dumps({**card, "name": "my-reader", "calibration": None}), encoding="utf-8")
    lines = run("04_own_model.py", own, tiny)
    assert re.fullmatch(r"reader my-reader, embedder .*tiny \(32 dimensions\)", lines[0])
    assert "8.5 million (no confidence, score " in lines[1]


@pytest.mark.slow
def test_fine_tuning_helps_with_questions_that_were_kept_apart(run):
    before, after, cranes = run("05_fine_tuning.py")
    counts = [int(re.fullmatch(r"\w+: +(\d+) of 10 right", line)[1]) for line in (before, after)]
    assert counts[1] >= max(counts[0], 8)
    assert cranes.startswith("23, confidence None: Of the 64 cranes")


def test_evaluation(run, tmp_path):
    *figures, page = run("06_evaluation.py", tmp_path / "report")
    assert [line.split(":")[0] for line in figures] == ["f1", "recall_at_5", "citation_precision_sentence"]
    assert all(re.fullmatch(r"\w+: \d+ % \(\d+ to \d+\)", line) for line in figures)
    assert Path(page).is_file()


def test_repl(run):
    lines = run("repl.py", EXAMPLES / "articles", typed="How many Windows devices were affected?\n\nWho won in 1998?\n")
    assert lines[0] == "39 articles. Type a question, or Ctrl-D to leave."
    assert re.match(r"  8\.5 million  \(\d+%\)", lines[1])
    assert any(line == "  the question is empty: ask something" for line in lines)


@pytest.mark.slow
def test_the_notebook_runs_and_draws_two_pictures():
    command = [sys.executable, str(EXAMPLES.parent / "tools" / "run_notebook.py"), str(EXAMPLES / "07_pictures.ipynb")]
    environment = {**os.environ, "PYTHONPATH": str(EXAMPLES.parent)}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "07_pictures.ipynb: 12 cells, 2 pictures\n"


def test_the_notebook_is_kept_with_its_pictures():
    cells = json.loads((EXAMPLES / "07_pictures.ipynb").read_text(encoding="utf-8"))["cells"]
    outputs = [output for cell in cells for output in cell.get("outputs", [])]
    assert sum("image/png" in output.get("data", {}) for output in outputs) == 2
    assert not [output for output in outputs if output["output_type"] == "error" or output.get("name") == "stderr"]


def test_examples_are_short():
    for path in EXAMPLES.glob("*.py"):
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 50, path.name


def test_every_example_has_a_test_and_stands_in_the_readme():
    readme = (EXAMPLES / "README.md").read_text(encoding="utf-8")
    tests = Path(__file__).read_text(encoding="utf-8")
    for path in EXAMPLES.glob("[0-9]*.*"):
        assert f"`{path.name}`" in readme
        assert f'"{path.name}"' in tests
