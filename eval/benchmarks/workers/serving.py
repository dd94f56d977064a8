"""A side of the benchmark as a process: JSON commands on standard input, one line of JSON for each on standard output.

Runs in any environment, with the standard library and numpy alone.
"""

from __future__ import annotations

import json
import os
import resource
import sys
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter, process_time
from typing import Any, Protocol, TextIO


class Side(Protocol):
    """What is measured: an index of passages that answers questions, with models in folders."""

    def index(self, passages: Sequence[str], folder: str) -> None:
        """Make an index of ``passages`` in memory, with what is needed to open it again in ``folder``; search it from now on."""

    def fill(self, passages: Sequence[str], vectors: Any, folder: str) -> None:
        """Make the same index from vectors that were computed before: ``(n, dim)`` float32."""

    def open(self, folder: str) -> None:
        """Search the index that was made in ``folder``."""

    def search(self, question: str, k: int) -> list[str]:
        """Return the texts of the ``k`` best passages."""

    def ask(self, questions: Sequence[str], k: int) -> list[str]:
        """Return the best answer to each question from ``k`` passages, "" for none."""


def main(make: type[Side]) -> None:
    """Serve commands until standard input ends; or with ``--cold FOLDER QUESTION K`` answer one question and end."""
    settings, *rest = sys.argv[1:]
    answers = _protected_output()
    side = make(**json.loads(settings))
    if rest:
        _, folder, question, k = rest
        side.open(folder)
        print(json.dumps(side.ask([question], int(k))), file=answers, flush=True)
        return
    for line in sys.stdin:
        print(json.dumps(_done(side, json.loads(line))), file=answers, flush=True)


def _done(side: Side, command: dict[str, Any]) -> dict[str, Any]:
    """Run a command and return what it gave, the seconds that it took, and those of processors in all threads.

    One that fails says why, and the process goes on.
    """
    began, began_working = perf_counter(), process_time()
    try:
        given: Any = None
        match command["do"]:
            case "index":
                side.index(command["passages"], command["folder"])
            case "fill":
                import numpy as np  # every environment has it

                side.fill(command["passages"], np.load(command["vectors"]), command["folder"])
            case "open":
                side.open(command["folder"])
            case "search":
                given = side.search(command["question"], command["k"])
            case "ask":
                given = side.ask(command["questions"], command["k"])
            case "memory":
                given = _peak_mib()
    except Exception as error:  # any peer may raise anything, and the run is to name it  # noqa: BLE001
        return {"error": f"{type(error).__name__}: {error}"}
    return {"seconds": perf_counter() - began, "cpu": process_time() - began_working, "given": given}


def _peak_mib() -> float:
    """Return the most memory that this program has held. Linux's ``ru_maxrss`` would count the process that started it too."""
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii")
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def _protected_output() -> TextIO:
    """Return standard output for answers alone; what libraries print goes to standard error."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return answers
