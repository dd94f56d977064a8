"""The command line: ``ragqa index``, ``ask``, ``search``, ``list``, ``show``, ``delete``, ``info``, ``verify``, ``repl``.

    app      the commands
    delete   ``ragqa delete``
    verify   ``ragqa verify``
    options  the options that several commands take
    output   standard output and standard error

Exit status: 0 done (abstaining is an answer), 1 a check failed, 2 wrong use or input that can't be read. Nothing of ragqa
imports this package.
"""

import atexit
import gc
from collections.abc import Sequence

__all__ = ["main"]

_OBJECTS_BETWEEN_COLLECTIONS = 200_000  # Python's own number is 700, or 2,000 from 3.13 on


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line with ``arguments``, those of the process if None. Ends with `SystemExit`."""
    if arguments is None:
        # Imports make many objects and no garbage, and what a process leaves behind the system takes back.
        gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)
        atexit.register(gc.freeze)
    from ragqa.cli.app import main as run

    run(arguments)
