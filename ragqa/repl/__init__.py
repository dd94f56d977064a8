"""Questions typed one after another, answers drawn; from a pipe, a question a line in and an answer a line out.

    session   what was asked, what was answered, and the limits of the next question
    commands  the table of slash commands: a command is a function and a line in it
    setting   commands that change how the next question is asked
    showing   commands that show something of the session or the index
    export    the session as Markdown or JSON
    views     what only a session draws
    piped     lines in, lines out
    terminal  the prompt: history, completion, Ctrl-C and Ctrl-D
    pager     more than a screen of text

A way in: only `cli`, which starts it, imports it. prompt_toolkit is loaded by `terminal` when a conversation begins.
"""

from ragqa.repl.piped import run
from ragqa.repl.session import Limits, Session
from ragqa.repl.terminal import converse

__all__ = ["Limits", "Session", "converse", "run"]
