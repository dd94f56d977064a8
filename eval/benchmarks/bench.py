"""ragqa against Haystack, LangChain and txtai: the same articles, the same models, one run, in turns.

    make bench                                                    # minutes, over the example articles
    python eval/benchmarks/bench.py --articles squad11_train.jsonl.gz --passages 1000,8000 --out NAME

Every side is a process that waits for commands and keeps its index and models. In each round all sides do the same work one after
the other, in an order that rotates, so that what else the machine does hits all of them alike; ratios are taken within a round.
Written are ``OUT.json`` (every measurement), ``OUT.md`` (the table) and ``OUT.svg`` (the ratios).

The first run makes a virtual environment for the peers and float32 copies of the models below ``--work``. Indexes made
there are used again by later runs over the same passages; all sides get the same vectors, which ragqa computes once. Indexing speed
is measured apart from them, each side computing its own. Where more passages are asked for than ``--real``, the others are made up
of sentences and vectors of the real ones: how fast a question is answered doesn't depend on who computed a vector.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import platform
import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from chart import draw
from corpus import Corpus, Question, read_corpus
from figures import summarise, table
from limits import measure
from sides import KINDS, Failed, Process, Took, index_folder, make_environment, write_models

from ragqa.embedding import load_embedder
from ragqa.evaluation.machine import versions
from ragqa.evaluation.squad import f1_score

HERE = Path(__file__).parent
RIGHT = 0.5
LENGTHS = (128, 256, 384)
STAGES = ("limits", "index", "ask", "search", "batch", "cold")
PEERS = (
    "haystack",
    "transformers",
    "faiss",
    "txtai",
    "langchain",
    "sentence-transformers",
    "torch",
    "onnxruntime",
    "numpy",
)


class Bench:
    """One run: its processes, and what has been measured."""

    def __init__(self, options: argparse.Namespace, corpus: Corpus, python: Path) -> None:
        self._options = options
        self._corpus = corpus
        self._python = python
        self.measured: list[dict[str, Any]] = []
        self.memory: dict[str, float] = {}
        self._running: list[Process] = []

    def _start(self, name: str) -> Process:
        return Process(name, Path(sys.executable) if name == "ragqa" else self._python, self._options.work)

    def run(self) -> None:
        """Measure everything; at the end the peak memory of each side in MiB."""
        options, sizes = self._options, self._options.passages
        self._running = [self._start(name) for name in options.sides]
        if "index" in options.stages:
            self._index_speed()
        for size in sizes:
            self._open(size)
            asked = self._corpus.asked_of(size, options.questions)
            for stage in ("ask", "search"):
                if stage in options.stages:
                    self._in_turns(stage, size, [[question] for question in asked])
            self._note_memory()
        if "batch" in options.stages:
            further = self._corpus.asked_of(sizes[-1], options.batch * options.rounds, skip=options.questions)
            batches = [further[number :: options.rounds] for number in range(options.rounds)]
            self._in_turns("batch", sizes[-1], batches)
        self._note_memory()
        for side in self._running:
            side.end()
        if "cold" in options.stages:
            self._cold(sizes[-1], asked)

    def prepare(self) -> None:
        """Make the indexes that are asked, where they are not there from an earlier run."""
        for size in self._options.passages:
            for name in self._options.sides:
                self._fill(name, size)

    def _vectors(self, size: int) -> tuple[list[str], Path]:
        """Return so many passages, and the file of their vectors: ragqa's, computed once for all sides and kept."""
        digest = hashlib.sha256("\0".join(self._corpus.passages[:size]).encode("utf-8")).hexdigest()
        path = self._options.work / f"vectors-{size}-{digest[:16]}.npy"
        if size > len(self._corpus.passages):
            real = np.load(self._vectors(len(self._corpus.passages))[1])
            passages, vectors = self._corpus.grown(size, real)
            np.save(path, vectors)
            return passages, path
        passages = self._corpus.passages[:size]
        if not path.exists():
            np.save(path, load_embedder().encode(passages))
        return passages, path

    def _fill(self, name: str, size: int) -> None:
        """Make the index of a side in a process of its own, so that its memory isn't counted to asking; kept for later runs."""
        passages, vectors = self._vectors(size)
        mark = hashlib.sha256(json.dumps(passages).encode("utf-8") + vectors.read_bytes()).hexdigest()
        done = index_folder(self._options.work, name, size).with_suffix(".done")
        if done.exists() and done.read_text(encoding="utf-8") == mark:
            return
        side = self._start(name)
        took, _ = side.do("fill", passages=passages, vectors=str(vectors), folder=str(side.folder(size)))
        say(f"{name}: {len(passages)} passages stored in {took.seconds:.1f} s, {side.do('memory')[1]:.0f} MiB at most")
        side.end()
        done.write_text(mark, encoding="utf-8")

    def _index_speed(self) -> None:
        """Index the same few passages with every side in turns; the first round warms up and isn't counted."""
        count, passages = self._options.index_passages, self._corpus.passages
        for number, sides in self._rounds(self._options.rounds + 1):
            begin = (number * count) % max(1, len(passages) - count + 1)
            own = passages[begin : begin + count]
            for side in sides:
                took, _ = side.do("index", passages=own, folder=str(side.folder(0)))
                if number:
                    self._note("index", count, side, number, took, len(own))

    def _open(self, size: int) -> None:
        """Open the indexes, and ask what loads the models."""
        for side in self._running:
            side.do("open", folder=str(side.folder(size)))
            side.do("search", question="What was said?", k=self._options.k)
            if side.kind.answers:
                side.do("ask", questions=["Who was it?", "When was it?"], k=self._options.k)

    def _in_turns(self, what: str, size: int, work: Sequence[Sequence[Question]]) -> None:
        say(f"{what}: {len(work)} x {len(work[0])} questions, {size:,} passages")
        for number, sides in self._rounds(len(work)):
            for side in sides:
                own = work[number]
                if what == "batch" and side.name != "ragqa":
                    own = own[: self._options.batch_peers]
                texts = [question.text for question in own]
                if what == "search":
                    took, _ = side.do("search", question=texts[0], k=self._options.k)
                    self._note(what, size, side, number, took, 1)
                elif side.kind.answers:
                    took, answers = side.do("ask", questions=texts, k=self._options.k)
                    right = [f1_score(answer, q.answers) >= RIGHT for answer, q in zip(answers, own, strict=True)]
                    self._note(what, size, side, number, took, len(texts), right=sum(right) / len(right))

    def _cold(self, size: int, asked: Sequence[Question]) -> None:
        say(f"cold: {self._options.rounds} questions, {size:,} passages")
        for number, sides in self._rounds(self._options.rounds + 1):
            for side in sides:
                if side.kind.answers:
                    took = side.cold(size, asked[number % len(asked)].text, self._options.k)
                    if number:  # the first round brings files into memory
                        self._note("cold", size, side, number, took, 1)

    def _rounds(self, count: int) -> Iterator[tuple[int, list[Process]]]:
        """Yield each round's number and the sides in its order."""
        for number in range(count):
            first = number % len(self._running)
            yield number, self._running[first:] + self._running[:first]

    def _note_memory(self) -> None:
        """Ask each side for the most memory that it has held so far."""
        self.memory = {side.name: side.do("memory")[1] for side in self._running}

    def _note(self, what: str, size: int, side: Process, number: int, took: Took, amount: int, **more: Any) -> None:
        one = {"what": what, "size": size, "side": side.name, "round": number, **took._asdict(), "amount": amount}
        self.measured.append(one | more)


def main() -> None:
    """Read the options, run, write."""
    options = _options()
    options.work.mkdir(parents=True, exist_ok=True)
    began, load = datetime.now(UTC), os.getloadavg()
    python = options.peers or make_environment(options.work / "venv", options.torch_index)
    write_models(options.work / "models")
    real = min(options.real, max(*options.passages, options.index_passages * (options.rounds + 1)))
    corpus = read_corpus(options.articles, real)
    real = len(corpus.passages)
    options.passages = list(dict.fromkeys(size if options.articles else min(size, real) for size in options.passages))
    bench = Bench(options, corpus, python)
    stopped = None
    try:
        bench.prepare()
        if options.prepare:
            return
        limits = measure(LENGTHS, rounds=options.rounds) if "limits" in options.stages else None
        bench.run()
    except (Failed, KeyboardInterrupt) as error:
        # What was measured before is kept, and the file says that it isn't all.
        stopped = str(error) or "interrupted"
        if not bench.measured:
            sys.exit(stopped)
    rows = summarise(bench.measured)
    result = {
        "began": began.isoformat(timespec="seconds"),
        "ended": datetime.now(UTC).isoformat(timespec="seconds"),
        "stopped": stopped,
        "load": {"began": load, "ended": os.getloadavg()},
        "machine": {
            "processor": _processor(),
            "cores": len(os.sched_getaffinity(0)),
            "system": f"{platform.system()} {platform.machine()}",
        },
        "versions": {"ragqa": versions(), "peers": _versions(python)},
        "settings": _settings(options, corpus),
        "limits": limits,
        "memory_mib": bench.memory,
        "summary": rows,
        "measured": bench.measured,
    }
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.with_suffix(".json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    written = "\n\n".join([table(rows), _memory(bench.memory), *([_limits(limits)] if limits else [])])
    options.out.with_suffix(".md").write_text(written + "\n", encoding="utf-8")
    draw(
        rows,
        options.out.with_suffix(".svg"),
        subtitle=f"{_processor()}, {result['machine']['cores']} cores, k = {options.k}",
    )
    print(written)
    if stopped:
        sys.exit(stopped)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--articles", type=Path, nargs="*", default=[], help="gold files; without any the example articles"
    )
    parser.add_argument("--passages", type=_sizes, default=[100], help="sizes of the indexes, as in 1000,8000")
    parser.add_argument(
        "--real", type=int, default=8000, help="passages from the articles at most; further ones are made up"
    )
    parser.add_argument("--questions", type=int, default=10, help="asked one by one, of each index")
    parser.add_argument("--batch", type=int, default=20, help="questions in a batch, asked of the largest index")
    parser.add_argument(
        "--batch-peers", type=int, help="of a batch, the peers are asked only so many: they take one by one"
    )
    parser.add_argument("--index-passages", type=int, default=50, help="passages of which indexing is measured")
    parser.add_argument("--rounds", type=int, default=3, help="of indexing, batches and cold starts")
    parser.add_argument("--stages", type=_names, default=list(STAGES), help=f"what is measured, of {','.join(STAGES)}")
    parser.add_argument("--k", type=int, default=10, help="passages that are read for a question")
    parser.add_argument("--sides", type=_names, default=list(KINDS), help=f"of {', '.join(KINDS)}")
    parser.add_argument(
        "--work", type=Path, default=HERE / "work", help="folder for the environment, models and indexes"
    )
    parser.add_argument(
        "--peers", type=Path, help="the Python of an environment that holds the peers; made if not given"
    )
    parser.add_argument("--torch-index", default="https://download.pytorch.org/whl/cpu", help="as make's TORCH_INDEX")
    parser.add_argument(
        "--prepare", action="store_true", help="make environment, models and indexes, and measure nothing"
    )
    parser.add_argument("--out", type=Path, default=HERE / "results" / "short", help="where to write, without a suffix")
    return parser.parse_args()


def _names(given: str) -> list[str]:
    return given.split(",")


def _sizes(given: str) -> list[int]:
    return sorted(int(size) for size in given.split(","))


def _settings(options: argparse.Namespace, corpus: Corpus) -> dict[str, Any]:
    digest = hashlib.sha256("\0".join(corpus.passages).encode("utf-8")).hexdigest()
    return {
        "articles": [path.name for path in options.articles] or ["examples/articles"],
        "passages_sha256": digest,
        **{
            name: getattr(options, name)
            for name in (
                "passages",
                "questions",
                "batch",
                "batch_peers",
                "index_passages",
                "rounds",
                "k",
                "sides",
                "real",
            )
        },
    }


def _versions(python: Path) -> dict[str, str]:
    listed = subprocess.run(
        [str(python), "-m", "pip", "list", "--format=json"], capture_output=True, text=True, check=True
    )
    return {
        row["name"]: row["version"] for row in json.loads(listed.stdout) if any(name in row["name"] for name in PEERS)
    }


def _processor() -> str:
    """Return the name of the processor as Linux tells it, else what Python knows."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.machine())


def _memory(memory: dict[str, float]) -> str:
    lines = ["| side | peak memory, MiB |", "| --- | --- |"]
    return "\n".join(lines + [f"| {name} | {peak:,.0f} |" for name, peak in memory.items()])


def _limits(limits: dict[str, Any]) -> str:
    rates = ", ".join(f"{name} {rate / 1e9:,.0f}" for name, rate in limits["operations_per_second"].items())
    lines = [f"Billions of operations a second, both cores: {rates}.", ""]
    lines += [
        "| tokens | reader, windows/s | int8 limit | share | fp32 limit | share |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for length, own in limits["reader"].items():
        shares = [f"{own[f'limit_{name}']:,.0f} | {100 * own[f'share_of_{name}']:.0f} %" for name in ("int8", "fp32")]
        lines.append(f"| {length} | {own['windows_per_second']:,.0f} | {' | '.join(shares)} |")
    return "\n".join(lines)


def say(message: str) -> None:
    """Write a line about what comes next."""
    print(f"==> {message}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
