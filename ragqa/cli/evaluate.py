"""``ragqa eval``: runs against gold sets, their comparison, and the gate. Exit status 1 when a gate fails, 2 for a broken run.

As thin as the other commands: files in, one run of `ragqa.evaluation`, figures out. Heavy modules are imported by the command.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ragqa.cli.help import MODELS, examples
from ragqa.cli.options import JsonOption, ReaderOption
from ragqa.cli.output import complain, draw, progress, write, write_json

if TYPE_CHECKING:
    from ragqa.evaluation import Comparison, GoldSet, Run

__all__ = ["app"]

app = typer.Typer(
    no_args_is_help=True,
    help="Run against gold questions: the reader alone, retrieval alone, or the whole way.",
    epilog=examples(
        "ragqa eval qa --gold questions.jsonl -i indexes/mine --report report/",
        "ragqa eval compare before/run.json report/run.json",
    ),
)

GATE_FAILED = 1
_CHANGES = 5

GoldOption = Annotated[
    Path,
    typer.Option("--gold", help="SQuAD JSON, JSONL, CSV, each also gzipped, or a BEIR folder.", show_default=False),
]
IndexOption = Annotated[
    Path | None,
    typer.Option("--index", "-i", help="The folder of an index to ask. Default: the gold file's own contexts."),
]
AlsoOption = Annotated[
    list[Path] | None,
    typer.Option("--also", help="A gold file whose contexts are searched as well; may be given again."),
]
EmbedderOption = Annotated[
    str | None, typer.Option(help="A sentence-transformers model, by name or folder.", rich_help_panel=MODELS)
]
LimitOption = Annotated[
    int | None, typer.Option(min=1, help="Ask at most this many questions, spread evenly over the file.")
]
PredictionsOption = Annotated[
    Path | None,
    typer.Option(help="Write {id: answer} here, and beside it .na.json and .best.json, for outside scorers."),
]
ReportOption = Annotated[Path | None, typer.Option(help="Write run.json and the page index.html into this folder.")]
FloorOption = Annotated[
    list[str] | None,
    typer.Option("--fail-under", help="End with status 1 if a figure is lower: f1=70. May be given again."),
]


@app.command(
    "reader",
    epilog=examples(
        "ragqa eval reader --gold dev-v2.0.json --predictions predictions.json",
    ),
)
def eval_reader(
    gold: GoldOption,
    reader: ReaderOption = None,
    limit: LimitOption = None,
    predictions: PredictionsOption = None,
    report: ReportOption = None,
    fail_under: FloorOption = None,
    as_json: JsonOption = False,
) -> None:
    """Ask the reader each question of its own context."""
    from ragqa.evaluation import read_gold_set, run_reader
    from ragqa.reading import ExtractiveReader

    floors = _floors(fail_under)
    asked = read_gold_set(gold).limited(limit)
    loaded = ExtractiveReader.from_pretrained(reader)
    with progress("Reading", total=len(asked.questions), unit="questions") as advance:
        run = run_reader(asked, loaded, progress=advance, fingerprint=_fingerprint(reader))
    _finish(run, limit, predictions, report, floors, as_json)


@app.command(
    "retrieval",
    epilog=examples(
        "ragqa eval retrieval --gold questions.jsonl -i indexes/mine --k 20",
    ),
)
def eval_retrieval(
    gold: GoldOption,
    index: IndexOption = None,
    also: AlsoOption = None,
    embedder: EmbedderOption = None,
    k: Annotated[int, typer.Option("--k", min=1, help="How many passages are searched out.")] = 50,
    limit: LimitOption = None,
    report: ReportOption = None,
    fail_under: FloorOption = None,
    as_json: JsonOption = False,
) -> None:
    """Look which passages come back for each question."""
    from ragqa.evaluation import open_pipeline, run_retrieval

    floors = _floors(fail_under)
    whole, others = _sets(gold, also)
    with progress("Embedding passages") as advance:
        placed, pipeline = open_pipeline(whole, index=index, also=others, embedder=embedder, progress=advance)
    asked = placed.limited(limit)
    with pipeline, progress("Searching", total=len(asked.questions), unit="questions") as advance:
        run = run_retrieval(asked, pipeline, k=k, progress=advance)
    _finish(run, limit, None, report, floors, as_json)


@app.command(
    "qa",
    epilog=examples(
        "ragqa eval qa --gold questions.jsonl -i indexes/mine --report report/",
        "ragqa eval qa --gold questions.jsonl -i indexes/mine --fail-under f1=70",
    ),
)
def eval_qa(
    gold: GoldOption,
    index: IndexOption = None,
    also: AlsoOption = None,
    reader: ReaderOption = None,
    embedder: EmbedderOption = None,
    k: Annotated[int, typer.Option("--k", min=1, help="How many passages are searched out and read.")] = 10,
    limit: LimitOption = None,
    predictions: PredictionsOption = None,
    report: ReportOption = None,
    fail_under: FloorOption = None,
    as_json: JsonOption = False,
) -> None:
    """Ask each question of all articles: search, read, answer, cite."""
    from ragqa.evaluation import open_pipeline, run_qa
    from ragqa.reading import ExtractiveReader

    floors = _floors(fail_under)
    whole, others = _sets(gold, also)
    loaded = ExtractiveReader.from_pretrained(reader)
    with progress("Embedding passages") as advance:
        placed, pipeline = open_pipeline(
            whole, index=index, also=others, embedder=embedder, reader=loaded, progress=advance
        )
    asked = placed.limited(limit)
    with pipeline, progress("Answering", total=len(asked.questions), unit="questions") as advance:
        run = run_qa(asked, pipeline, k=k, progress=advance, fingerprint=_fingerprint(reader))
    _finish(run, limit, predictions, report, floors, as_json)


@app.command(
    "compare",
    epilog=examples(
        "ragqa eval compare before/run.json report/run.json --max-drop f1=0.5",
    ),
)
def eval_compare(
    run_a: Annotated[Path, typer.Argument(help="A run.json, or the folder that holds it.", show_default=False)],
    run_b: Annotated[Path, typer.Argument(help="The run that is held against it.", show_default=False)],
    fail_under: FloorOption = None,
    max_drop: Annotated[
        list[str] | None,
        typer.Option(help="End with status 1 if the main figures, or the one named, drop by more points: 0.5, f1=0.5."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Show what got better and worse from one run to another, question by question, and what of it may be chance."""
    from ragqa.evaluation import compare_runs, read_run
    from ragqa.evaluation.compare import drops
    from ragqa.evaluation.gate import MAIN_FIGURES, below_floor, parse_bounds

    a, b = read_run(run_a), read_run(run_b)
    floors, most = _floors(fail_under), parse_bounds(max_drop or (), unnamed=MAIN_FIGURES[a["kind"]])
    comparison = compare_runs(a, b)
    failed = [*below_floor(b["figures"], floors), *drops(comparison, most)]
    if as_json:
        write_json({**comparison, "failed": failed})
    else:
        _draw_comparison(comparison)
    _end(failed)


def _sets(gold: Path, also: list[Path] | None) -> tuple[GoldSet, list[GoldSet]]:
    from ragqa.evaluation import read_gold_set

    return read_gold_set(gold), [read_gold_set(path) for path in also or ()]


def _floors(fail_under: list[str] | None) -> dict[str, float]:
    """Return what figures are held against, read before the run: a slip must not cost one."""
    from ragqa.evaluation.gate import parse_bounds

    return parse_bounds(fail_under or ())


def _fingerprint(reader: str | None) -> str | None:
    from ragqa.evaluation.machine import fingerprint_of_reader
    from ragqa.reading.reader import DEFAULT_READER

    return fingerprint_of_reader(DEFAULT_READER if reader is None else Path(reader))


def _finish(
    run: Run,
    limit: int | None,
    predictions: Path | None,
    report: Path | None,
    floors: dict[str, float],
    as_json: bool,
) -> None:
    """Write what was asked for, show the figures, and hold them against the floors."""
    from ragqa.evaluation import write_predictions, write_report, write_run
    from ragqa.evaluation.gate import below_floor

    run["settings"]["limit"] = limit
    if predictions is not None:
        write_predictions(run, predictions)
    page = None
    if report is not None:
        write_run(run, report)
        page = write_report(run, report)
    failed = below_floor(run["figures"], floors)
    if as_json:
        write_json({**{key: value for key, value in run.items() if key != "questions"}, "failed": failed})
    else:
        _draw_run(run)
        if page is not None:
            write(f"The report is {page}")
    _end(failed)


def _end(failed: list[str]) -> None:
    for line in failed:
        complain(line)
    if failed:
        raise typer.Exit(GATE_FAILED)


def _draw_run(run: Run) -> None:
    from rich.table import Table

    from ragqa.evaluation.page.words import figure_meaning, figure_text, plain

    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("figure", no_wrap=True)
    for name in ("value", "95 % interval"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("what it says", style="dim")
    for name, figure in run["figures"].items():
        interval = f"{_number(figure['low'])} to {_number(figure['high'])}"
        table.add_row(name, figure_text(figure["value"], figure["unit"]), interval, figure_meaning(name))
    for stage, row in run["latency_ms"].items():
        tail = f"Half of the questions took less; 95 % less than {row['p95']:,.1f} ms, 99 % than {row['p99']:,.1f} ms."
        table.add_row(f"time to {stage}" if stage != "total" else "time in all", f"{row['p50']:,.1f} ms", "", tail)
    for name, value in run["throughput"].items():
        table.add_row(plain(name).lower(), f"{value:,.1f}", "", "")
    table.add_row("peak memory", f"{_number(run['peak_memory_mib'])} MiB", "", "")
    draw(f"{run['name']}: {run['gold']['questions']:,} questions, {run['gold']['answerable']:,} with an answer")
    draw(table)
    draw("Figures are over all questions; an interval is what they would be over other questions like these.")


def _draw_comparison(comparison: Comparison) -> None:
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("figure")
    for name in ("a", "b", "b - a", "95 % interval", "p"):
        table.add_column(name, justify="right", no_wrap=True)
    for name, found in comparison["figures"].items():
        bounds = f"{_signed(found['low'])} to {_signed(found['high'])}"
        table.add_row(
            name, _number(found["a"]), _number(found["b"]), _signed(found["difference"]), bounds, f"{found['p']:.3f}"
        )
    draw(
        f"{comparison['questions']:,} questions; only in a {comparison['only_a']:,}, only in b {comparison['only_b']:,}"
    )
    draw(table)
    for name, changes in (("better", comparison["better"]), ("worse", comparison["worse"])):
        write(f"{len(changes):,} {name}, by {comparison['measure']}")
        for change in changes[:_CHANGES]:
            told = [repr(change[side]) if change[side] else "no answer" for side in ("prediction_a", "prediction_b")]
            was = f": {told[0]} -> {told[1]}" if comparison["measure"] == "f1" else ""
            write(f"  {change['a']:.2f} -> {change['b']:.2f}  {' '.join(change['question'].split())}{was}")


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:,.2f}"


def _signed(value: float | None) -> str:
    return "-" if value is None else f"{value:+,.2f}"
