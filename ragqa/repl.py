"""Questions typed one after another, answers drawn; from a pipe, a question a line in and an answer a line out.

A way in: only `cli`, which starts it, imports it.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable

from rich.console import Console

from ragqa.errors import RagqaError
from ragqa.pipeline import Pipeline
from ragqa.view import counted, response_line, response_view, visible

__all__ = ["converse", "run"]

_HELP = "Type a question and press Enter. /help shows this, /quit or Ctrl-D leaves, Ctrl-C stops a question."


def run(pipeline: Pipeline, lines: Iterable[str], *, top_k: int = 3, k: int = 10, as_json: bool = False) -> None:
    """Answer each line with one line: an answer with its place, tab-separated, or a `Response` as JSON.

    A question that can't be asked has a line too, which says why; blank lines have none.
    """
    for line in lines:
        question = line.strip()
        if not question:
            continue
        try:
            response = pipeline.ask(question, top_k=top_k, k=k)
        except RagqaError as error:
            said = json.dumps({"question": question, "error": str(error)}) if as_json else f"-\t{visible(str(error))}"
        else:
            said = response.model_dump_json() if as_json else response_line(response)
        sys.stdout.write(said + "\n")
        sys.stdout.flush()


def converse(pipeline: Pipeline, *, top_k: int = 3, k: int = 10) -> None:
    """Ask a person for questions until the input ends. An error is shown, and the next question is asked for."""
    console = Console(highlight=False)
    counts = pipeline.index.count()
    held = f"{counted(counts.articles, 'article')}, {counted(counts.passages, 'passage')}"
    console.print(f"{held}. {_HELP}", markup=False, style="dim")
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
            console.print(visible(str(error)), markup=False, style="red")
