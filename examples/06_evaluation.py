"""Measure the whole way on questions with known answers: python examples/06_evaluation.py [REPORT_FOLDER]."""

import sys
import tempfile
from pathlib import Path

from ragqa import Pipeline
from ragqa.evaluation import read_gold_set, run_qa, write_report, write_run

HERE = Path(__file__).parent

with tempfile.TemporaryDirectory() as folder, Pipeline.open(folder) as qa:
    qa.add(HERE / "articles")
    gold = read_gold_set(HERE / "gold.jsonl").limited(20)  # spread evenly over the file
    run = run_qa(gold, qa, k=10)

# Every figure comes with an interval: twenty questions say little, and the interval says how little.
for name in ("f1", "recall_at_5", "citation_precision_sentence"):
    figure = run["figures"][name]
    print(f"{name}: {figure['value']:.0f} {figure['unit']} ({figure['low']:.0f} to {figure['high']:.0f})")

# The report shows each question with its passages and answers, by cause of error. `run.json` is what runs are compared by.
if len(sys.argv) > 1:
    write_run(run, Path(sys.argv[1]))
    print(write_report(run, Path(sys.argv[1])))
