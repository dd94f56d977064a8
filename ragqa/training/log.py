"""The log of a run: one line of JSON a step, and the learning rates that it holds, so that a run can be taken again.

A run that is bounded by time has learning rates that depend on how fast the machine was. They are written down as they are used;
the same steps, taken again with the same log, get the same ones.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple, TextIO

from ragqa.errors import ModelError

__all__ = ["Step", "open_log"]


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


def open_log(path: Path, fingerprint: str) -> tuple[dict[int, float], TextIO]:
    """Return the learning rate factors that the log holds, by step, and the log, open for further lines.

    A line that a kill cut short is dropped.

    Raises:
        ModelError: the log is that of another run.
    """
    lines = path.read_text(encoding="utf-8").split("\n")[:-1] if path.is_file() else []
    head = json.dumps({"run": fingerprint})
    if lines and lines[0] != head:
        raise ModelError(
            f"{path} is the log of another run: its data, start or settings differ. Name another folder, or delete it"
        )
    steps = [json.loads(line) for line in lines[1:]]
    whole = path.with_name(f"{path.name}.part")
    whole.write_text("".join(f"{line}\n" for line in lines or [head]), encoding="utf-8")
    whole.replace(path)
    return {int(step["step"]): float(step["factor"]) for step in steps}, path.open("a", encoding="utf-8")
