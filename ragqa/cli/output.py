"""What goes to the terminal: lines and JSON to standard output, progress and complaints to standard error."""

from __future__ import annotations

import json
import logging
import os
import re
import sys
import traceback
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from io import TextIOWrapper
from pathlib import Path
from typing import Any, NoReturn

import typer
from rich.console import RenderableType
from typer.core import TyperGroup

from ragqa.cli.help import unwrapped
from ragqa.console import output, progress
from ragqa.controls import visible
from ragqa.errors import RagqaError

__all__ = [
    "UNREADABLE",
    "Commands",
    "complain",
    "debug_first",
    "draw",
    "fail",
    "lines_of_input",
    "progress",
    "use_utf8",
    "write",
    "write_json",
]

UNREADABLE = 2
"""Exit status for wrong use and for input that can't be read."""
INTERRUPTED = 130
"""Exit status after Ctrl-C, as shells have it."""
# Blanks at the end of a line, and the ends of colours among them, where somebody wants colours in a pipe.
_PADDING = re.compile(r"(?:\x1b\[[\d;]*m| )+$", re.MULTILINE)


class Commands(TyperGroup):
    """Commands whose errors are one line on standard error and an exit status. The trace of an error is shown with --debug."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        _unwrap(self)

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        windows_expand_args: bool = True,
        **extra: Any,
    ) -> Any:
        """Run the command line and end the process; with ``standalone_mode`` false return the exit status, as click does."""
        try:
            status = super().main(args, prog_name, complete_var, False, windows_expand_args, **extra)
        except typer.Abort:  # a question to the user was answered by Ctrl-C or Ctrl-D
            complain("stopped; what had been committed is kept")
            status = INTERRUPTED
        except Exception as error:
            if not hasattr(error, "format_message"):  # that of click, which typer brings along under a name of its own
                raise
            status = _wrong_use(error)
        if standalone_mode:
            sys.exit(status if isinstance(status, int) else 0)
        return status

    def invoke(self, ctx: Any) -> Any:  # typer's own context class is private to it
        """Run a command."""
        debug = bool(ctx.params.get("debug"))
        _say_warnings(debug=debug)
        try:
            return super().invoke(ctx)
        except RagqaError as error:
            _trace(debug)
            fail(str(error))
        except KeyboardInterrupt:
            complain("stopped; what had been committed is kept")
            raise typer.Exit(INTERRUPTED) from None
        except BrokenPipeError:
            _stop_writing()
            raise typer.Exit from None
        except Exception as error:
            if hasattr(error, "format_message") or isinstance(error, typer.Exit | typer.Abort):
                raise
            _trace(debug)
            hint = "this is a fault of ragqa" if debug else "run it again as ragqa --debug for the trace"
            fail(f"unexpected {type(error).__name__}: {error}. Please report it: {hint}")


def _unwrap(command: Any) -> None:
    """Let the terminal break the lines of help, and not whoever wrote them."""
    command.help = unwrapped(command.help or "")
    for own in getattr(command, "commands", {}).values():
        _unwrap(own)


def debug_first(arguments: Sequence[str]) -> list[str]:
    """Return arguments with --debug, which belongs to all commands, before the command, wherever it stands.

    >>> debug_first(["ask", "Who?", "--debug"]), debug_first(["ask", "--", "--debug"])
    (['--debug', 'ask', 'Who?'], ['ask', '--', '--debug'])
    """
    given = list(arguments)
    options = given[: given.index("--")] if "--" in given else given
    if "--debug" not in options:
        return given
    given.remove("--debug")
    return ["--debug", *given]


class _Complaints(logging.Handler):
    """Writes what the library logs as the lines of the command line, with the traces that come with it."""

    def emit(self, record: logging.LogRecord) -> None:
        complain(record.getMessage())
        if record.exc_info and record.exc_info[1] is not None:
            sys.stderr.write(visible("".join(traceback.format_exception(record.exc_info[1]))))


def _say_warnings(*, debug: bool) -> None:
    own = logging.getLogger("ragqa")
    level = logging.DEBUG if debug else logging.WARNING
    handler = next((known for known in own.handlers if isinstance(known, _Complaints)), None)
    if handler is None:
        handler = _Complaints()
        own.addHandler(handler)
    handler.setLevel(level)
    own.setLevel(level)
    # What trafilatura can't use is said by ragqa, in its own words.
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)


def _wrong_use(error: Any) -> int:
    """Say in one line what is wrong with a command line, or show the help where nothing was asked for; return the exit status."""
    path = error.ctx.command_path if getattr(error, "ctx", None) else "ragqa"
    if type(error).__name__ == "NoArgsIsHelpError":
        error.show()
    else:
        message = error.format_message().rstrip(".").replace("Value error, ", "")  # as pydantic begins its own
        if "unexpected extra argument" in message and _takes_question(error):
            message += ": put the question in quotes"
        complain(f"{message}; see `{path} --help`")
    return int(error.exit_code)


def _takes_question(error: Any) -> bool:
    command = getattr(getattr(error, "ctx", None), "command", None)
    return any(own.name == "question" for own in getattr(command, "params", ()))


def _trace(debug: bool) -> None:
    if debug:
        sys.stderr.write(visible(traceback.format_exc()))


def fail(message: str) -> NoReturn:
    """Complain, and end with exit status 2."""
    complain(message)
    sys.exit(UNREADABLE)


def complain(message: str) -> None:
    """Write one line to standard error."""
    sys.stderr.write(f"ragqa: {' '.join(visible(message).split())}\n")


def draw(what: RenderableType) -> None:
    """Draw on standard output, as wide as the terminal; without one 100 columns wide, and no line ends in blanks."""
    console = output()
    if sys.stdout.isatty():
        console.print(what)
        return
    with console.capture() as captured:
        console.print(what)
    sys.stdout.write(_PADDING.sub(lambda found: found.group().replace(" ", ""), captured.get()))
    sys.stdout.flush()


def write(line: str) -> None:
    """Write one line to standard output, at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def write_json(value: object) -> None:
    """Write a value as one line of JSON."""
    write(json.dumps(value, ensure_ascii=False))


def use_utf8() -> None:
    """Write UTF-8 whatever the locale, so that JSON is JSON everywhere."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def lines_of_input(path: Path | None = None) -> Iterator[str]:
    """Yield the lines of a UTF-8 file, or of standard input, without a byte-order mark; a bad byte comes as half a surrogate."""
    with path.open("rb") if path else nullcontext(sys.stdin.buffer) as file:
        for number, line in enumerate(file):
            text = line.decode("utf-8", errors="surrogateescape")
            yield text.removeprefix("\ufeff") if number == 0 else text


def _stop_writing() -> None:
    """Send what is still buffered nowhere, or Python complains when it ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
