"""The log of a run: one line of JSON a step, and the learning rates that it holds, so that a run can be taken again.

A run that is bounded by time has learning rates that depend on how fast the machine was. They are written down as they are used;
the same steps, taken again with the same log, get the same ones.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple, TextIO

from ragqa.errors import ModelError

__all__ = ["Step", "Taught", "check_log", "open_log"]


class Step(NamedTuple):
    """What one step did."""

    step: int
    """From 1 up."""
    steps: int
    """Of the whole run, if its time does not end it before."""
    windows: int
    """Seen so far."""
    loss: float
    """Mean over the windows of the step."""
    factor: float
    """Share of the peak learning rate."""
    seconds: float
    """Of computing, all steps so far."""


class Taught(NamedTuple):
    """How many windows the teacher was asked about so far, of how many."""

    windows: int
    of: int


def check_log(path: Path, fingerprint: str) -> None:
    """Raise `ModelError` where the log is that of another run."""
    if path.is_file():
        with path.open(encoding="utf-8") as log:
            _check(path, log.readline().rstrip("\n"), fingerprint)


def open_log(path: Path, fingerprint: str) -> tuple[dict[int, float], TextIO]:
    """Return the learning rate factors that the log holds, by step, and the log, open for further lines.

    A line that a kill cut short is dropped.

    Raises:
        ModelError: the log is that of another run.
    """
    lines = path.read_text(encoding="utf-8").split("\n")[:-1] if path.is_file() else []
    if lines:
        _check(path, lines[0], fingerprint)
    steps = [json.loads(line) for line in lines[1:]]
    whole = path.with_name(f"{path.name}.part")
    whole.write_text("".join(f"{line}\n" for line in lines or [_head(fingerprint)]), encoding="utf-8")
    whole.replace(path)
    return {int(step["step"]): float(step["factor"]) for step in steps}, path.open("a", encoding="utf-8")


def _head(fingerprint: str) -> str:
    return json.dumps({"run": fingerprint})


def _check(path: Path, line: str, fingerprint: str) -> None:
    if line != _head(fingerprint):
        raise ModelError(
            f"{path} is the log of another run: its data, start, teacher or settings differ. Name another folder, or delete it"
        )
