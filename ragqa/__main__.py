"""``python -m ragqa``: the command line without its script."""

from ragqa.cli import process

process()
