"""Measure how long it takes to index a folder again in which nothing changed.

    python eval/benchmarks/unchanged.py squad11_train.jsonl.gz --work /tmp/unchanged --out eval/benchmarks/results/unchanged.json

The folder holds paragraphs of the given file, three to a text file with front matter. It is indexed once; then `ragqa index` is run
on it again and again, each time as a process of its own, in turns with `ragqa --version`: what it takes to start at all.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import resource
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from ragqa.evaluation.machine import versions

PARAGRAPHS = 3


def main() -> None:
    """Make the folder and its index where they are missing, measure, and write down what was seen."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("articles", type=Path, help="JSONL of questions with their contexts, may be gzipped")
    parser.add_argument(
        "--work", type=Path, required=True, help="where the folder and the index are, kept between runs"
    )
    parser.add_argument("--paragraphs", type=int, default=6_450, help="a long one is more than one passage")
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--out", type=Path)
    arguments = parser.parse_args()
    folder, index = arguments.work / "articles", arguments.work / "index"
    if not index.exists():
        shutil.rmtree(folder, ignore_errors=True)
        make(folder, arguments.articles, number=arguments.paragraphs)
        run("index", folder, "--index", index)
    seen = run("index", folder, "--index", index, "--json")
    took: dict[str, list[tuple[float, float]]] = {"start": [], "unchanged": []}
    for _ in range(arguments.runs):
        took["start"].append(timed("--version"))
        took["unchanged"].append(timed("index", folder, "--index", index))
    found = {
        "what": "ragqa index on a folder in which nothing changed, as a process",
        "report": json.loads(seen),
        "info": json.loads(run("info", "--index", index, "--json")),
        "files": sum(1 for path in folder.iterdir()),
        "seconds": {name: _summary(own) for name, own in took.items()},
        "cores": len(os.sched_getaffinity(0)),
        "load_average": os.getloadavg()[0],
        "versions": versions(),
    }
    text = json.dumps(found, indent=1)
    print(text)
    if arguments.out:
        arguments.out.write_text(text + "\n", encoding="utf-8")


def make(folder: Path, source: Path, *, number: int) -> None:
    """Write text files with so many paragraphs."""
    opened = gzip.open if source.suffix == ".gz" else open
    with opened(source, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    paragraphs = list(dict.fromkeys((row["title"].replace("_", " "), row["context"]) for row in rows))
    folder.mkdir(parents=True)
    for file, start in enumerate(range(0, number, PARAGRAPHS)):
        own = paragraphs[start : min(start + PARAGRAPHS, number)]
        day = f"20{10 + file % 15}-{1 + file % 12:02}-{1 + file % 28:02}"
        head = f"---\ntitle: {own[0][0]} {file}\nsource: Meridian Post\ndate: {day}\n---\n"
        (folder / f"article-{file:05}.txt").write_text(head + "\n\n".join(text for _, text in own), encoding="utf-8")


def run(*arguments: object) -> str:
    """Run ragqa as a process, and return what it wrote."""
    done = subprocess.run(command(*arguments), capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stderr)
    return done.stdout


def timed(*arguments: object) -> tuple[float, float]:
    """Return the seconds of a run by the clock and by the processors."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    run(*arguments)
    took, after = time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    return took, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def command(*arguments: object) -> list[str]:
    """Return the command line; as the script ``ragqa`` does it, with this very Python."""
    start = "import sys; from ragqa.cli import main; sys.argv[0] = 'ragqa'; sys.exit(main())"
    return [sys.executable, "-c", start, *map(str, arguments)]


def _summary(took: list[tuple[float, float]]) -> dict[str, Any]:
    clock, processors = zip(*took, strict=True)
    return {
        "clock": {"median": round(float(np.median(clock)), 3), "all": [round(one, 3) for one in clock]},
        "processors": {"median": round(float(np.median(processors)), 3)},
    }


if __name__ == "__main__":
    main()
