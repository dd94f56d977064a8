"""The commands and their options. Each is a thin layer: arguments in, one call of the library, records out.

Heavy modules are imported by the command that needs them, so that ``ragqa --help`` is quick.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from ragqa.cli import delete, evaluate, train, verify
from ragqa.cli.completion import complete_ids
from ragqa.cli.help import ARTICLES, MEASURING, QUESTIONS, examples
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
from ragqa.cli.output import (
    UNREADABLE,
    Commands,
    debug_first,
    draw,
    lines_of_input,
    progress,
    use_utf8,
    write,
    write_json,
)
from ragqa.cli.timeline import timeline
from ragqa.errors import QuestionError, in_words

if TYPE_CHECKING:
    from ragqa.index import Added, Duplicates, Index
    from ragqa.pipeline import Pipeline

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


@app.command(
    "index",
    rich_help_panel=ARTICLES,
    epilog=examples(
        "ragqa index articles/ -i indexes/mine",
        'ragqa index wire.jsonl -i indexes/mine --source "Harbour Wire" --date 2024-10-30',
        "ragqa index articles/ -i indexes/mine --sync",
    ),
)
def index_articles(
    index: IndexOption,
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Files and folders of articles.", show_default=False)
    ] = None,
    embedder: EmbedderOption = None,
    source: Annotated[str | None, typer.Option(help="The source of articles that name none themselves.")] = None,
    date: Annotated[str | None, typer.Option(help="The day (ISO 8601) of articles that bear none themselves.")] = None,
    sync: Annotated[
        bool, typer.Option("--sync", help="Remove articles whose files are gone from the folders.")
    ] = False,
    duplicates: Annotated[
        str | None,
        typer.Option(
            help="What becomes of an article whose id is there with other content: replace, skip or fail. "
            "Default: it replaces one of the same folder, and is left out where that is of another.",
            show_default=False,
        ),
    ] = None,
    rebuild: Annotated[
        bool,
        typer.Option("--rebuild", help="Split and embed the stored articles anew, with --embedder if it is given."),
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Add articles to an index, made if it is missing. Unchanged articles cost nothing.

    Reads .txt, .md, .html, .json, .jsonl, .csv and .parquet. A file that can't be read is named, the others are indexed, and
    the exit status is 2. Files of other kinds in a folder are passed over, and counted.
    """
    from ragqa.articles import origin_of
    from ragqa.dates import parse_published
    from ragqa.pipeline import Pipeline
    from ragqa.view import counted

    if not paths and not rebuild:
        raise typer.BadParameter(
            "name a file or folder of articles, or --rebuild what is in the index", param_hint="PATH..."
        )
    for path in paths or []:  # before anything is made
        origin_of(path)
    if date is not None:
        parse_published(date)
    if duplicates not in (None, "replace", "skip", "fail"):
        raise typer.BadParameter(f"expected replace, skip or fail, got {duplicates!r}", param_hint="--duplicates")
    rebuilt = _rebuild(index, embedder, must_exist=not paths) if rebuild else None
    with progress("Embedding passages") as bar, Pipeline.open(index, embedder=embedder) as pipeline:
        report = pipeline.add(
            paths or [],
            source=source,
            date=date,
            sync=sync,
            duplicates=cast("Duplicates | None", duplicates),
            progress=bar,
            expect=bar.expect,
        )
        totals = pipeline.index.count()
    done = {
        "added": report.added,
        "replaced": report.replaced,
        "unchanged": report.unchanged,
        "removed": report.removed,
        "kept": report.kept,
    }
    if rebuilt is not None:
        done["rebuilt"] = rebuilt.replaced
        report = report._replace(passages=report.passages + rebuilt.passages, faults=(*rebuilt.refused, *report.faults))
    if as_json:
        known = {"passages": report.passages, "faults": report.faults, "articles": totals.articles}
        write_json({**done, **known, "total_passages": totals.passages, "skipped": report.skipped})
    else:
        said = ", ".join(f"{count:,} {word}" for word, count in done.items() if count) or "nothing to do"
        held = f"{counted(totals.articles, 'article')} in {counted(totals.passages, 'passage')}"
        write(f"{said}. The index {index} holds {held}.")
    if report.faults:
        raise typer.Exit(UNREADABLE)


@app.command(
    rich_help_panel=QUESTIONS,
    epilog=examples(
        'ragqa ask "How many people were wounded?" -i indexes/mine',
        'ragqa ask "Who leads the talks?" -i indexes/mine --since 2024-08-01 --source "Harbour Wire"',
        "ragqa ask --batch questions.txt -i indexes/mine --json",
    ),
)
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
        raise typer.BadParameter("give a question, or --batch with a file of questions", param_hint="QUESTION")
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


_BATCH = 128


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


def _rebuild(folder: Path, embedder: str | None, *, must_exist: bool) -> Added | None:
    """Split and embed anew what is stored; return what was done, or None where there is no index and none has to be."""
    from ragqa.embedding import load_embedder
    from ragqa.index import Index

    made_by = Index.embedder_name(folder)
    if made_by is None and not must_exist:
        return None
    with Index.open(folder) as index, progress("Embedding passages anew", total=index.count().passages) as bar:
        return index.rebuild(load_embedder(embedder or made_by), progress=bar)


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
