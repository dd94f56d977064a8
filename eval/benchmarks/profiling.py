"""Where the time of a question goes: in a process that begins with it, in one that is warm, and in the reader's operators.

    python eval/benchmarks/profiling.py --index indexes/mine --gold squad11_train.jsonl.gz --out profile.json

All times are those of processors, which other work on the machine sways less than the clock; they are in milliseconds.
"""

from __future__ import annotations

import argparse
import cProfile
import json
import os
import pstats
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

LENGTH = 170  # tokens of a usual window
RUNS = 12
TOP = 25
ROOT = Path(__file__).parents[2]

STAGES = (
    ("import pydantic", "import pydantic"),
    ("import numpy", "import numpy"),
    ("import ragqa, the command line", "import ragqa, ragqa.cli, ragqa.pipeline, ragqa.view"),
    ("import onnxruntime", "import onnxruntime"),
    ("import faiss", "import faiss"),
    ("load the tokenizer", "from ragqa.embedding import load_embedder; embedder = load_embedder()"),
    ("open the index", "from ragqa import Index, Pipeline; index = Index.open(folder, embedder=embedder)"),
    ("load the embedder, embed the question", "embedder.encode([question])"),
    ("load the reader", "pipeline = Pipeline(index=index); pipeline.reader"),
    ("ask", "pipeline.ask(question)"),
)


def stages(folder: Path, question: str) -> dict[str, float]:
    """Return what each stage of a process with one question takes; the interpreter's own start comes before them."""
    lines = ["import json, time", f"folder, question, took = {str(folder)!r}, {question!r}, {{}}"]
    lines.append("took['start the interpreter'] = time.process_time()")
    for name, code in STAGES:
        lines += ["began = time.process_time()", code, f"took[{name!r}] = time.process_time() - began"]
    lines.append("print(json.dumps(took))")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", "\n".join(lines)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    return {name: round(1000 * seconds, 1) for name, seconds in json.loads(done.stdout).items()}


def asking(folder: Path, questions: list[str]) -> dict[str, Any]:
    """Return what a warm question takes in all threads and in the thread that asks, and there by function.

    What remains of all threads is the models'. The profiler itself adds to the thread that asks.
    """
    from ragqa import Pipeline

    with Pipeline.open(folder, create=False) as pipeline:
        pipeline.ask("Who was it?")
        began, began_here = time.process_time(), time.thread_time()
        for question in questions:
            pipeline.ask(question)
        everywhere, here = time.process_time() - began, time.thread_time() - began_here
        pipeline.reader.forget()
        profile = cProfile.Profile(time.thread_time)
        profile.runcall(lambda: [pipeline.ask(question) for question in questions])
    rows = sorted(pstats.Stats(profile).stats.items(), key=lambda row: -row[1][3])  # type: ignore[attr-defined]
    inside = {
        f"{Path(file).relative_to(ROOT)}:{name}": round(1000 * cumulated / len(questions), 2)
        for (file, _, name), (_, _, _, cumulated, _) in rows
        if file.startswith(str(ROOT / "ragqa")) and not name.startswith("<")  # comprehensions share a name
    }
    return {
        "questions": len(questions),
        "all_threads": round(1000 * everywhere / len(questions), 1),
        "asking_thread": round(1000 * here / len(questions), 1),
        "asking_thread_by_function": dict(list(inside.items())[:TOP]),
    }


def operators() -> dict[str, Any]:
    """Return the share of each operator in one window of the packaged reader, on one thread, by onnxruntime's own profile."""
    import numpy as np
    import onnxruntime

    from ragqa.reading.reader import DEFAULT_READER

    with tempfile.TemporaryDirectory() as folder:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC  # as `ragqa.onnx` has it
        options.enable_profiling = True
        options.profile_file_prefix = str(Path(folder) / "operators")
        session = onnxruntime.InferenceSession(
            str(DEFAULT_READER / "reader.onnx"), options, providers=["CPUExecutionProvider"]
        )
        ids = np.random.default_rng(0).integers(1000, 20000, (1, LENGTH))
        for _ in range(RUNS):
            session.run(None, {"input_ids": ids, "token_type_ids": np.ones_like(ids)})
        events = json.loads(Path(session.end_profiling()).read_text(encoding="utf-8"))
    took: dict[tuple[str, str], list[float]] = defaultdict(list)
    for event in events:
        if event.get("cat") == "Node" and event["name"].endswith("_kernel_time"):
            took[event["args"]["op_name"], event["name"]].append(event["dur"])
    by_operator: dict[str, float] = defaultdict(float)
    for (operator, _), durations in took.items():
        by_operator[operator] += sorted(durations)[len(durations) // 4]  # a run that wasn't disturbed
    total = sum(by_operator.values())
    ordered = sorted(by_operator.items(), key=lambda row: -row[1])
    return {
        "tokens": LENGTH,
        "milliseconds": round(total / 1000, 2),
        "percent": {name: round(100 * duration / total, 1) for name, duration in ordered},
    }


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--index", type=Path, required=True, help="an index made by the default embedder")
    parser.add_argument("--gold", type=Path, required=True, help="a gold file whose questions are asked")
    parser.add_argument("--questions", type=int, default=10)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    from ragqa.evaluation import read_gold_set

    gold = read_gold_set(options.gold)
    questions = [row.question for row in gold.questions[: 20 * options.questions : 20]]
    load = os.getloadavg()
    result = {
        "operators": operators(),
        "cold": stages(options.index, questions[0]),
        "warm": asking(options.index, questions),
        "load": {"began": load, "ended": os.getloadavg()},
    }
    options.out.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
