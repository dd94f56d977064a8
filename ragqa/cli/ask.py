"""``ragqa ask``: one question, or a file of them."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ragqa.cli.options import (
    AsOfOption,
    CiteOption,
    EmbedderOption,
    IndexOption,
    JsonOption,
    KOption,
    LanguageFilter,
    ReaderOption,
    SinceOption,
    SourceFilter,
    TopKOption,
    UntilOption,
)
from ragqa.cli.output import draw, lines_of_input, progress, write
from ragqa.errors import QuestionError, in_words

if TYPE_CHECKING:
    from ragqa.pipeline import Pipeline

__all__ = ["ask"]

_BATCH = 128


def ask(
    index: IndexOption,
    question: Annotated[str | None, typer.Argument(help="The question.", show_default=False)] = None,
    top_k: TopKOption = 3,
    k: KOption = 10,
    since: SinceOption = None,
    until: UntilOption = None,
    as_of: AsOfOption = None,
    source: SourceFilter = None,
    language: LanguageFilter = None,
    reader: ReaderOption = None,
    embedder: EmbedderOption = None,
    batch: Annotated[Path | None, typer.Option(help="A file with one question a line; - for standard input.")] = None,
    cite: CiteOption = None,
    as_json: JsonOption = False,
) -> None:
    """Answer a question from the articles, or say that they hold no answer.

    With --batch every question of a file is answered, one line each: question, answer, confidence, origin and place, separated by
    tabs. With --json each line is a response as JSON. With --cite the citations are written as entries of a bibliography.
    """
    from ragqa.pipeline import Pipeline
    from ragqa.view import citation_entries, nearest_article, response_line, response_view

    if (question is None) == (batch is None):
        said = "give a question, or --batch with a file of questions"
        raise typer.BadParameter(said if question is None else f"{said}, not both", param_hint="QUESTION")
    if cite is not None and (batch is not None or as_json):
        raise typer.BadParameter("give it with one question, and without --json", param_hint="--cite")
    with Pipeline.open(index, embedder=embedder, reader=reader, create=False) as pipeline:
        ask_many = partial(
            pipeline.ask_many, top_k=top_k, k=k, since=since, until=until, as_of=as_of, source=source, language=language
        )
        if question is not None:
            (response,) = ask_many([question])
            if as_json:
                write(response.model_dump_json())
            elif cite and response.answers:
                for entry in citation_entries(response, cite):  # as they are: a wrapped address leads nowhere
                    write(entry)
            else:
                draw(response_view(response, nearest=nearest_article(response, pipeline.index)))
            return
        questions = _questions(str(batch))
        _check(pipeline, str(batch), questions)
        with progress("Answering", total=len(questions), unit="questions") as advance:
            for start in range(0, len(questions), _BATCH):
                chunk = [text for _, text in questions[start : start + _BATCH]]
                for response in ask_many(chunk):
                    write(response.model_dump_json() if as_json else response_line(response, with_question=True))
                advance(len(chunk))


def _questions(name: str) -> list[tuple[int, str]]:
    """Return the questions of a file, or of standard input for "-", with their lines; blank lines are left out."""
    try:
        lines = list(lines_of_input(None if name == "-" else Path(name)))
    except OSError as error:
        raise QuestionError(
            f"the questions can't be read from {name}: {in_words(error)}. Give a file with one question a line"
        ) from error
    return [(number, line.strip()) for number, line in enumerate(lines, start=1) if line.strip()]


def _check(pipeline: Pipeline, name: str, questions: list[tuple[int, str]]) -> None:
    """Refuse a batch as a whole, before the first question is asked, where any of it can't be."""
    for number, question in questions:
        try:
            pipeline.check(question)
        except QuestionError as error:
            raise QuestionError(f"{name}, line {number}: {error}") from error
