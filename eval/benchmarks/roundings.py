"""Ask the same questions with the models' graphs of before and after a change, in int8 and in fp32, and count equal answers.

    python eval/benchmarks/roundings.py squad11_choose.jsonl.gz --before 28223a2^ --after 28223a2 --out roundings.json

The later graph does the same arithmetic in another order, and two of its values are rounded to int8 in finer steps: what comes
from Gelu, and what attention mixes, without the biases of the values. "after, int8 with the steps of before" takes these two as
they were. Both commits are checked out, and each asks, in a process of its own, with its embedder and its reader: the same weights
all the time. Written is, for each pair of runs, the share of questions with the same first answer and the same citation, or none
both times, with its 95 % interval (Wilson), and for each run the F1 of the first answers (none: 0).
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from random import Random
from typing import Any

ROOT = Path(__file__).parents[2]
RUNS = (
    ("before", "int8"),
    ("before", "fp32"),
    ("after", "int8 with the steps of before"),
    ("after", "int8"),
    ("after", "fp32"),
)
PAIRS = (
    ("before, int8", "after, int8 with the steps of before"),
    ("before, int8", "after, int8"),
    ("before, fp32", "after, fp32"),
    ("before, int8", "before, fp32"),
    ("after, int8", "after, fp32"),
)


def main() -> None:
    """Ask in five processes, compare, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gold", type=Path, help="JSONL with contexts, gzipped")
    parser.add_argument("--before", required=True, help="a commit")
    parser.add_argument("--after", required=True, help="a commit")
    parser.add_argument("--questions", type=int, default=500)
    parser.add_argument("--out", type=Path, help="JSON file for the figures")
    parser.add_argument("--worker", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.worker:
        print(json.dumps(ask(options.gold, options.questions, options.worker)))
        return
    from ragqa.evaluation.page.charts import wilson

    answers, f1 = {}, {}
    with tempfile.TemporaryDirectory() as folder:
        for name, commit in (("before", options.before), ("after", options.after)):
            checkout = Path(folder) / name
            subprocess.run(["git", "worktree", "add", "--detach", "-q", checkout, commit], cwd=ROOT, check=True)
            try:
                for kind in (kind for own, kind in RUNS if own == name):
                    answers[f"{name}, {kind}"], f1[f"{name}, {kind}"] = asked_in(checkout, options, kind)
            finally:
                subprocess.run(["git", "worktree", "remove", "--force", checkout], cwd=ROOT, check=True)
    same = {}
    for one, other in PAIRS:
        equal = sum(ours == theirs for ours, theirs in zip(answers[one], answers[other], strict=True))
        low, high = wilson(equal / len(answers[one]), len(answers[one]))
        same[f"{one}; {other}"] = {
            "percent": round(100 * equal / len(answers[one]), 1),
            "interval": [round(100 * low, 1), round(100 * high, 1)],
        }
    report = {
        "gold": options.gold.name,
        "questions": options.questions,
        "before": options.before,
        "after": options.after,
        "same_first_answer": same,
        "f1_of_first_answers": f1,
    }
    print(json.dumps(report, indent=2))
    if options.out:
        options.out.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")


def asked_in(checkout: Path, options: argparse.Namespace, kind: str) -> tuple[list[Any], float]:
    """Return the answers of a process that takes ragqa from ``checkout``, and their F1."""
    command = [sys.executable, __file__, options.gold, "--questions", options.questions, "--worker", kind]
    command += ["--before", options.before, "--after", options.after]
    with tempfile.TemporaryDirectory() as cache:  # no graph of another run
        environment = {**os.environ, "PYTHONPATH": str(checkout), "RAGQA_CACHE": cache}
        done = subprocess.run(
            [str(own) for own in command], env=environment, check=True, stdout=subprocess.PIPE, text=True
        )
    answers, f1 = json.loads(done.stdout.splitlines()[-1])
    return answers, f1


def with_steps_of_before() -> None:
    """Make the graph round as the one before: Gelu in steps for both signs, and the biases of the values before attention."""
    from ragqa.bert import graph, model

    graph._GELU_ZERO = 128

    def attention(own: Any, shape: Any, name: str, x: str) -> str:
        width, operand = shape.width, own.operand(x)
        parts = [
            own.linear(operand, f"{name}.self.query", width, width),
            own.product(operand, f"{name}.self.key", width, width),
            own.linear(operand, f"{name}.self.value", width, width),
        ]
        parts = [model._as_texts(own, part) for part in parts]
        mixed = own.add("MultiHeadAttention", parts, f"{name}.heads", domain=graph.CONTRIB, num_heads=shape.heads)
        return str(own.linear(own.operand(model._as_rows(own, mixed, shape)), f"{name}.output.dense", width, width))

    model._attention = attention


def ask(gold: Path, count: int, kind: str) -> tuple[list[Any], float]:
    """Return for each question the first answer with its first citation, or None; and the F1 of the answers, in percent."""
    import ragqa
    from ragqa import Article, ExtractiveReader, Index, Pipeline
    from ragqa.embedding import DefaultEmbedder
    from ragqa.evaluation.squad import f1_score
    from ragqa.training.export import export_reader

    if kind.endswith("before"):
        with_steps_of_before()
    precision: Any = kind.split()[0]
    root = Path(ragqa.__file__).parents[1]
    rows = [json.loads(line) for line in gzip.decompress(gold.read_bytes()).splitlines()]
    contexts = list(dict.fromkeys(row["context"] for row in rows))
    chosen = Random(0).sample(rows, min(count, len(rows)))
    questions = [row["question"] for row in chosen]
    found: list[Any] = []
    with tempfile.TemporaryDirectory() as folder:
        card = json.loads((root / "ragqa" / "models" / "reader" / "reader.json").read_text(encoding="utf-8"))
        export_reader(root / "models" / "reader-trainable", Path(folder) / "reader", card, precision=precision)
        embedder = DefaultEmbedder(precision=precision)
        with Index.open(Path(folder) / "index", embedder=embedder, create=True) as index:
            index.add(Article(id=str(number), text=text) for number, text in enumerate(contexts))
            pipeline = Pipeline(index=index, reader=ExtractiveReader.from_pretrained(Path(folder) / "reader"))
            for first in range(0, len(questions), 32):
                for response in pipeline.ask_many(questions[first : first + 32]):
                    best = response.answers[0] if response.answers else None
                    cited = best.citations[0] if best else None
                    found.append([best.text, cited.article_id, cited.start, cited.end] if best and cited else None)
    f1 = sum(
        f1_score(own[0], [answer["text"] for answer in row["answers"]])
        for own, row in zip(found, chosen, strict=True)
        if own
    )
    return found, round(100 * f1 / len(found), 2)


if __name__ == "__main__":
    main()
