"""Gold questions, runs against them, and the metrics by which answers are judged.

gold, gold_csv, beir, questions      files -> `GoldSet`
contexts                             a set's own contexts as an index, kept from run to run
runs, inputs, machine                `run_reader`, `run_retrieval`, `run_qa`: -> `Run`
judging, metrics, places, kinds      one question: right or wrong, by which figures, and why
squad, ranking, citations,           the formulas
abstention, bootstrap
summary                              all questions: figures with intervals, curves, tables
run_file, report, compare, gate      what is done with a `Run`
"""

from ragqa.evaluation.compare import Comparison, compare_runs
from ragqa.evaluation.contexts import open_pipeline
from ragqa.evaluation.gold import read_gold_set
from ragqa.evaluation.questions import GoldQuestion, GoldSet
from ragqa.evaluation.report import write_report
from ragqa.evaluation.run_file import Run, read_run, write_predictions, write_run
from ragqa.evaluation.runs import run_qa, run_reader, run_retrieval

__all__ = [
    "Comparison",
    "GoldQuestion",
    "GoldSet",
    "Run",
    "compare_runs",
    "open_pipeline",
    "read_gold_set",
    "read_run",
    "run_qa",
    "run_reader",
    "run_retrieval",
    "write_predictions",
    "write_report",
    "write_run",
]
