"""Ask the same questions with the models' graphs of before and after a change, in int8 and in fp32, and count equal answers.

    python eval/benchmarks/roundings.py squad11_choose.jsonl.gz --before 28223a2^ --after 28223a2 --out roundings.json

A graph that is arranged otherwise gives other last digits. In fp32 they change nothing; in int8 some activations fall on the other
side of a rounding step, and what was nearly even is decided otherwise. Both commits are checked out, and each asks, in a
process of its own, with its embedder and its reader in both precisions: the same weights all the time. Written is, for each pair of
runs, the share of questions with the same first answer and the same citation, or none both times, with its 95 % interval (Wilson).
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
PRECISIONS = ("int8", "fp32")


def main() -> None:
    """Ask in four processes, compare, write."""
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

    answers = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, commit in (("before", options.before), ("after", options.after)):
            checkout = Path(folder) / name
            subprocess.run(["git", "worktree", "add", "--detach", "-q", checkout, commit], cwd=ROOT, check=True)
            try:
                for precision in PRECISIONS:
                    answers[f"{name}, {precision}"] = asked_in(checkout, options, precision)
            finally:
                subprocess.run(["git", "worktree", "remove", "--force", checkout], cwd=ROOT, check=True)
    pairs = [("before, int8", "after, int8"), ("before, fp32", "after, fp32"), ("before, int8", "before, fp32")]
    same = {}
    for one, other in pairs:
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
    }
    print(json.dumps(report, indent=2))
    if options.out:
        options.out.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")


def asked_in(checkout: Path, options: argparse.Namespace, precision: str) -> list[Any]:
    """Return the answers of a process that takes ragqa from ``checkout``."""
    command = [sys.executable, __file__, options.gold, "--questions", options.questions, "--worker", precision]
    command += ["--before", options.before, "--after", options.after]
    environment = {**os.environ, "PYTHONPATH": str(checkout)}
    done = subprocess.run([str(own) for own in command], env=environment, check=True, stdout=subprocess.PIPE, text=True)
    return list(json.loads(done.stdout.splitlines()[-1]))


def ask(gold: Path, count: int, precision: Any) -> list[Any]:
    """Return for each question the first answer with its first citation, or None."""
    import ragqa
    from ragqa import Article, ExtractiveReader, Index, Pipeline
    from ragqa.embedding import DefaultEmbedder
    from ragqa.training.export import export_reader

    root = Path(ragqa.__file__).parents[1]
    rows = [json.loads(line) for line in gzip.decompress(gold.read_bytes()).splitlines()]
    contexts = list(dict.fromkeys(row["context"] for row in rows))
    questions = [row["question"] for row in Random(0).sample(rows, min(count, len(rows)))]
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
    return found


if __name__ == "__main__":
    main()
