"""Questions typed one after another, answers drawn; piped, a question a line in and an answer a line out.

A way in: only `cli`, which starts it, imports it.
"""

from __future__ import annotations

import sys

from rich.console import Console

from ragqa.errors import RagqaError
from ragqa.pipeline import Pipeline
from ragqa.view import response_line, response_view

__all__ = ["run"]

_HELP = "Type a question and press Enter. /help shows this, /quit or Ctrl-D leaves, Ctrl-C stops a question."


def run(pipeline: Pipeline, *, top_k: int = 3, k: int = 10) -> None:
    """Ask for questions until the input ends. An error is shown, and the next question is asked for."""
    if not sys.stdin.isatty():
        _run_piped(pipeline, top_k=top_k, k=k)
        return
    console = Console(highlight=False)
    counts = pipeline.index.count()
    console.print(f"{counts.articles:,} articles, {counts.passages:,} passages. {_HELP}", markup=False, style="dim")
    while True:
        try:
            typed = input("\n? ").strip()
            if typed in ("/quit", "/exit"):
                return
            if typed.startswith("/"):
                console.print(_HELP if typed == "/help" else f"There is no {typed}. {_HELP}", markup=False, style="dim")
            elif typed:
                console.print(response_view(pipeline.ask(typed, top_k=top_k, k=k)), markup=False)
        except KeyboardInterrupt:
            console.print("stopped", style="dim")
        except EOFError:
            console.print()
            return
        except RagqaError as error:
            console.print(str(error), markup=False, style="red")


def _run_piped(pipeline: Pipeline, *, top_k: int, k: int) -> None:
    for line in sys.stdin:
        question = line.strip()
        if not question:
            continue
        try:
            answer = response_line(pipeline.ask(question, top_k=top_k, k=k))
        except RagqaError as error:
            answer = f"-\t{error}"
        sys.stdout.write(answer + "\n")
        sys.stdout.flush()
