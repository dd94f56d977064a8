"""The commands and their options. Each is a thin layer: arguments in, one call of the library, records out.

Heavy modules are imported by the command that needs them, so that ``ragqa --help`` is quick.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ragqa.cli import ask, delete, evaluate, indexing, train, verify
from ragqa.cli.completion import complete_ids
from ragqa.cli.help import ARTICLES, MEASURING, QUESTIONS, examples
from ragqa.cli.options import (
    AsOfOption,
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
from ragqa.cli.output import (
    Commands,
    debug_first,
    draw,
    lines_of_input,
    use_utf8,
    write,
    write_json,
)
from ragqa.cli.timeline import timeline

if TYPE_CHECKING:
    from ragqa.index import Index

__all__ = ["app", "main"]

app = typer.Typer(
    name="ragqa",
    cls=Commands,
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Answers from your own news articles, in the articles' own words, with citations that can be checked.",
    epilog=examples(
        "ragqa index FOLDER -i indexes/mine",
        'ragqa ask "How many people were wounded?" -i indexes/mine',
        "ragqa repl -i indexes/mine",
    ),
)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line with ``arguments``, those of the process if None. Ends with `SystemExit`."""
    use_utf8()
    app(debug_first(sys.argv[1:] if arguments is None else arguments), prog_name="ragqa")


app.command(
    "index",
    rich_help_panel=ARTICLES,
    epilog=examples(
        "ragqa index articles/ -i indexes/mine",
        'ragqa index wire.jsonl -i indexes/mine --source "Harbour Wire" --date 2024-10-30',
        "ragqa index articles/ -i indexes/mine --sync",
    ),
)(indexing.index_articles)
app.command(
    rich_help_panel=QUESTIONS,
    epilog=examples(
        'ragqa ask "How many people were wounded?" -i indexes/mine',
        'ragqa ask "Who leads the talks?" -i indexes/mine --since 2024-08-01 --source "Harbour Wire"',
        "ragqa ask --batch questions.txt -i indexes/mine --json",
    ),
)(ask.ask)


@app.command(
    rich_help_panel=QUESTIONS,
    epilog=examples(
        'ragqa search "storm in the valley" -i indexes/mine --k 5',
    ),
)
def search(
    question: Annotated[str, typer.Argument(help="The question.", show_default=False)],
    index: IndexOption,
    k: KOption = 10,
    since: SinceOption = None,
    until: UntilOption = None,
    as_of: AsOfOption = None,
    source: SourceFilter = None,
    language: LanguageFilter = None,
    embedder: EmbedderOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show the passages that are nearest to a question, without reading them."""
    from ragqa.pipeline import Pipeline
    from ragqa.view import hits_view

    with Pipeline.open(index, embedder=embedder, create=False) as pipeline:
        hits = pipeline.search(question, k=k, since=since, until=until, as_of=as_of, source=source, language=language)
    if as_json:
        write_json([hit.model_dump(mode="json") for hit in hits])
    else:
        draw(hits_view(hits))


@app.command(
    "list",
    rich_help_panel=ARTICLES,
    epilog=examples(
        "ragqa list -i indexes/mine",
    ),
)
def list_articles(index: IndexOption, as_json: JsonOption = False) -> None:
    """List the articles of an index.

    In a pipe an article is one line: id, title, source, day, characters and passages, separated by tabs.
    """
    from ragqa.view import article_line, articles_view

    with _opened(index) as opened:
        rows = list(opened.articles())
    if as_json:
        write_json([row.model_dump(mode="json") for row in rows])
    elif sys.stdout.isatty():
        draw(articles_view(rows))
    else:
        for row in rows:
            write(article_line(row))


@app.command(
    rich_help_panel=ARTICLES,
    epilog=examples(
        "ragqa show 2024-10-30-valencia-floods.md -i indexes/mine",
    ),
)
def show(
    article_id: Annotated[
        str,
        typer.Argument(
            metavar="ID",
            help="The id of an article, as `list` shows it.",
            show_default=False,
            autocompletion=complete_ids,
        ),
    ],
    index: IndexOption,
    as_json: JsonOption = False,
) -> None:
    """Show an article as it is stored."""
    from ragqa.view import article_view

    with _opened(index) as opened:
        article = opened.article(article_id)
    if as_json:
        write(article.model_dump_json())
    else:
        draw(article_view(article))


@app.command(
    rich_help_panel=ARTICLES,
    epilog=examples(
        "ragqa info -i indexes/mine --json",
    ),
)
def info(index: IndexOption, as_json: JsonOption = False) -> None:
    """Say what an index holds and what made it."""
    from ragqa.reading import ExtractiveReader

    with _opened(index) as opened:
        known: dict[str, Any] = {**opened.info(), "reader": ExtractiveReader.default_name()}
    if as_json:
        write_json(known)
    else:
        width = max(map(len, known))
        write("\n".join(f"{name.replace('_', ' '):<{width}}  {value}" for name, value in known.items()))


@app.command(
    rich_help_panel=QUESTIONS,
    epilog=examples(
        "ragqa repl -i indexes/mine",
        "ragqa repl -i indexes/mine < questions.txt",
    ),
)
def repl(
    index: IndexOption,
    top_k: TopKOption = 3,
    k: KOption = 10,
    since: SinceOption = None,
    until: UntilOption = None,
    as_of: AsOfOption = None,
    source: SourceFilter = None,
    reader: ReaderOption = None,
    embedder: EmbedderOption = None,
    as_json: JsonOption = False,
) -> None:
    """Ask one question after another; /help lists what else can be typed.

    From a pipe, or with --json, a question a line gets an answer a line.
    """
    from ragqa.pipeline import Pipeline
    from ragqa.repl import Limits, Session, converse, run

    limits = Limits(top_k=top_k, k=k, since=since, until=until, as_of=as_of, source=tuple(source or ()))
    with Pipeline.open(index, embedder=embedder, reader=reader, create=False) as pipeline:
        session = Session(pipeline, limits)
        if sys.stdin.isatty() and sys.stdout.isatty() and not as_json:
            converse(session)
        else:
            run(session, lines_of_input(), as_json=as_json)


def _version(wanted: bool) -> None:
    if wanted:
        from ragqa import __version__

        write(f"ragqa {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
    debug: Annotated[
        bool, typer.Option("--debug", help="Show the trace of an error, and what the library logs. May stand anywhere.")
    ] = False,
) -> None:
    pass


@contextmanager
def _opened(folder: Path) -> Iterator[Index]:
    """Open an index that must be there, without loading a model."""
    from ragqa.index import Index

    with Index.open(folder) as index:
        yield index


app.command(
    rich_help_panel=QUESTIONS,
    epilog=examples(
        'ragqa timeline "How many people were wounded?" -i indexes/mine',
        'ragqa timeline "How many people were wounded?" -i indexes/mine --picture wounded.png',
    ),
)(timeline)
app.command(
    "delete",
    rich_help_panel=ARTICLES,
    epilog=examples(
        "ragqa delete 2024-10-30-valencia-floods.md -i indexes/mine",
        'ragqa delete --source "Harbour Wire" --until 2023-12-31 --dry-run -i indexes/mine',
    ),
)(delete.delete)
app.command(
    "verify",
    rich_help_panel=ARTICLES,
    epilog=examples(
        "ragqa verify -i indexes/mine",
        "ragqa verify -i indexes/mine --repair",
        "ragqa verify -i indexes/mine --response answers.jsonl",
    ),
)(verify.verify)
app.add_typer(evaluate.app, name="eval", rich_help_panel=MEASURING)
app.add_typer(train.app, name="train", rich_help_panel=MEASURING)
