"""The command line: ``ragqa index``, ``ask``, ``search``, ``list``, ``show``, ``delete``, ``info``, ``verify``, ``repl``.

    app       the commands; the longer ones have modules of their own
    indexing  ``ragqa index``
    ask       ``ragqa ask``
    timeline  ``ragqa timeline``
    delete    ``ragqa delete``
    verify    ``ragqa verify``
    evaluate  ``ragqa eval``
    train     ``ragqa train``
    options   the options that several commands take
    output    standard output and standard error

Exit status: 0 done (abstaining is an answer), 1 a check failed, 2 wrong use or input that can't be read. Nothing of ragqa
imports this package.
"""

import atexit
import gc
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

__all__ = ["main", "process"]

_OBJECTS_BETWEEN_COLLECTIONS = 200_000  # Python's own number is 700, or 2,000 from 3.13 on


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line with ``arguments``, those of the process if None. Ends with `SystemExit`."""
    from ragqa.cli.app import main as run

    run(arguments)


def process() -> NoReturn:
    """Run the command line as all that this process does, and end the process with it: nothing may come after.

    Imports make many objects and no garbage, and what a process leaves behind the system takes back: it is collected rarely, and
    modules and models are not taken apart one by one. What is registered with `atexit` from now on is called, what was registered
    before isn't.
    """
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)
    status: list[int] = []
    atexit.register(_leave, status)  # called after all that are registered later
    try:
        main()
    except SystemExit as end:
        if isinstance(end.code, int):  # a message is left to the interpreter
            status.append(end.code)
        raise
    raise SystemExit


def _leave(status: Sequence[int]) -> None:
    """End the process, the standard streams written; where its status isn't known or that fails the interpreter ends it."""
    try:
        for stream in filter(None, (sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__)):
            stream.flush()
    except (OSError, ValueError):
        return
    if status:
        os._exit(status[0])
