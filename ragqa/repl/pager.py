"""More than a screen of text: $PAGER, or less where it is there, opened at a line."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
from pathlib import Path

from rich.console import Console, RenderableType

__all__ = ["page"]


def page(console: Console, what: RenderableType, *, line: int = 0) -> None:
    """Show ``what`` in the pager of the user, from ``line`` (from 0); what fits on the screen, or finds no pager, is just drawn."""
    with console.capture() as captured:
        console.print(what)
    text = captured.get()
    command = _pager(line)
    if command is None or text.count("\n") < console.height:
        console.print(what)
        return
    # As git does: keep colours, leave the text on the screen.
    environment = {"LESS": "RX", **os.environ}
    try:
        process = subprocess.Popen(command, stdin=subprocess.PIPE, env=environment, text=True, encoding="utf-8")
    except OSError:
        console.print(what)
        return
    try:
        process.communicate(text)
    except KeyboardInterrupt:  # it is for the pager, which has got it too
        process.wait()


def _pager(line: int) -> list[str] | None:
    own = shlex.split(os.environ.get("PAGER", ""))
    if own and Path(own[0]).name != "less":
        return own
    command = own or ([found] if (found := shutil.which("less")) else None)
    return [*command, f"+{line + 1}"] if command and line else command
