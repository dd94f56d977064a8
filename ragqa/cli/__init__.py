"""The command line: ``ragqa index``, ``ask``, ``search``, ``list``, ``show``, ``delete``, ``info``, ``verify``, ``repl``.

    app      the commands
    delete   ``ragqa delete``
    verify   ``ragqa verify``
    options  the options that several commands take
    output   standard output and standard error

Exit status: 0 done (abstaining is an answer), 1 a check failed, 2 wrong use or input that can't be read. Nothing of ragqa
imports this package.
"""

from ragqa.cli.app import main

__all__ = ["main"]
