"""How the cost of a question, and of a further passage, grows with the number of passages.

    python eval/benchmarks/bench.py --articles squad11_train.jsonl.gz --passages 1000,10000,100000 --sides ragqa --prepare
    python eval/benchmarks/million.py build squad11_train.jsonl.gz --passages 1000000 --index /tmp/million
    python eval/benchmarks/cost.py squad11_train.jsonl.gz --further /tmp/million --out eval/benchmarks/results/cost.json

Measured are warm questions, and adding ``--add`` passages to a copy of each index that `bench.py` made, in rounds that go over all
sizes, so that what else the machine does hits all of them. Drawn is ``OUT.svg``. A slope is that of a line through the medians on
logarithmic axes: 0 where the number of passages doesn't matter, 1 where twice as many cost twice as much.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import tempfile
from collections.abc import Mapping
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import numpy as np
from corpus import Corpus, read_corpus
from sides import HERE, index_folder

from ragqa import Article, Pipeline
from ragqa.evaluation.machine import versions

KINDS = {"ask": "a question", "search": "of it, finding passages", "add": "a further passage"}


def main() -> None:
    """Measure, write, draw."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("articles", type=Path, nargs="+", help="the gold files that the indexes were made of")
    parser.add_argument("--passages", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    parser.add_argument(
        "--further", type=Path, nargs="*", default=[], help="indexes of another making, as of million.py"
    )
    parser.add_argument("--questions", type=int, default=40)
    parser.add_argument("--add", type=int, default=256, help="passages in a round of adding")
    parser.add_argument("--rounds", type=int, default=3, help="of adding; the first isn't counted")
    parser.add_argument("--real", type=int, default=8_000, help="as bench.py was given")
    parser.add_argument("--work", type=Path, default=HERE / "work", help="the folder of bench.py")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    # Those that are added are none of those that are there.
    corpus = read_corpus(options.articles, options.real + options.add * options.rounds)
    load = os.getloadavg()
    with tempfile.TemporaryDirectory(dir=options.work) as folder:
        pipelines = {}
        for source in [*(index_folder(options.work, "ragqa", size) for size in options.passages), *options.further]:
            shutil.copytree(source, Path(folder) / source.name)
            pipeline = Pipeline.open(Path(folder) / source.name, create=False)
            pipelines[pipeline.index.count().passages] = pipeline
        measured = _asking(pipelines, corpus, options.questions) | _adding(pipelines, corpus, options)
        for pipeline in pipelines.values():
            pipeline.close()
    result = {
        "load": {"began": load, "ended": os.getloadavg()},
        "versions": versions(),
        "settings": {name: getattr(options, name) for name in ("passages", "questions", "add", "rounds", "real")},
        "milliseconds": {kind: _summary(own) for kind, own in measured.items()},
        "slope": {kind: _slope(own) for kind, own in measured.items()},
        "measured": {kind: {str(size): own for size, own in sizes.items()} for kind, sizes in measured.items()},
    }
    options.out.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    draw(result, options.out.with_suffix(".svg"))
    print(json.dumps({name: result[name] for name in ("milliseconds", "slope")}, indent=1))


Measured = dict[str, dict[int, list[float]]]


def _asking(pipelines: Mapping[int, Pipeline], corpus: Corpus, questions: int) -> Measured:
    """Return the milliseconds of each question, of all of it and of finding passages."""
    took: Measured = {"ask": {size: [] for size in pipelines}, "search": {size: [] for size in pipelines}}
    # Of the passages that all of them have; a further index has some of their sentences.
    asked = corpus.asked_of(min(pipelines), questions)
    for pipeline in pipelines.values():
        pipeline.ask("Who was it?")
    for question in asked:
        for size, pipeline in pipelines.items():
            pipeline.reader.forget()
            began = perf_counter()
            response = pipeline.ask(question.text)
            took["ask"][size].append(1000 * (perf_counter() - began))
            took["search"][size].append(response.timings_ms["retrieve"])
    return took


def _adding(pipelines: Mapping[int, Pipeline], corpus: Corpus, options: argparse.Namespace) -> Measured:
    """Return for each round the milliseconds of a passage, and those of the processor."""
    took: Measured = {"add": {size: [] for size in pipelines}, "add_cpu": {size: [] for size in pipelines}}
    for number in range(options.rounds):
        first = options.real + number * options.add
        own = corpus.passages[first : first + options.add]
        for size, pipeline in pipelines.items():
            began, began_working = perf_counter(), process_time()
            pipeline.add(Article(id=f"further {number} {place}", text=text) for place, text in enumerate(own))
            if number:
                took["add"][size].append(1000 * (perf_counter() - began) / len(own))
                took["add_cpu"][size].append(1000 * (process_time() - began_working) / len(own))
    return took


def _summary(own: Mapping[int, list[float]]) -> dict[str, dict[str, float]]:
    return {
        str(size): {"p50": round(statistics.median(took), 2), "p95": round(float(np.percentile(took, 95)), 2)}
        for size, took in own.items()
    }


def _slope(own: Mapping[int, list[float]]) -> float:
    medians = [statistics.median(took) for took in own.values()]
    return round(float(np.polyfit(np.log(list(own)), np.log(medians), 1)[0]), 3)


def draw(result: Mapping[str, Any], path: Path) -> None:
    """Draw medians, and up to 95 in 100 as a line, over the number of passages, as SVG."""
    import matplotlib as mpl

    mpl.use("svg")
    from matplotlib import pyplot as plt

    with plt.rc_context({"svg.hashsalt": "ragqa", "font.size": 9}):
        figure, axes = plt.subplots(figsize=(7, 4))
        for number, (kind, label) in enumerate(KINDS.items()):
            own = result["milliseconds"][kind]
            sizes, medians = [int(size) for size in own], [row["p50"] for row in own.values()]
            above = [max(0.0, row["p95"] - row["p50"]) for row in own.values()]
            name = f"{label} (slope {result['slope'][kind]:.2f})"
            axes.errorbar(sizes, medians, yerr=[[0] * len(above), above], marker="o", color=f"C{number}", label=name)
        axes.set_xscale("log")
        axes.set_yscale("log")
        axes.set_xlabel("passages in the index")
        axes.set_ylabel("milliseconds, median to p95")
        axes.legend(frameon=False)
        for side in ("top", "right"):
            axes.spines[side].set_visible(False)
        figure.tight_layout()
        figure.savefig(path, format="svg", metadata={"Date": None})
        plt.close(figure)


if __name__ == "__main__":
    main()
