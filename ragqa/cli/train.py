"""``ragqa train``: a reader from questions with answers, its calibration, and the export of weights.

As thin as the other commands. Heavy modules are imported by the command.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ragqa.cli.help import examples
from ragqa.cli.options import JsonOption
from ragqa.cli.output import draw, progress, write, write_json

if TYPE_CHECKING:
    from ragqa.training import Step

__all__ = ["app"]

_PART_TOKENS_ON_A_GPU = 16384  # fewer would leave it idle, more would need its memory

app = typer.Typer(
    no_args_is_help=True,
    help="Train a reader on your own questions, calibrate it, export it.",
    epilog=examples("ragqa train reader --data questions.jsonl --out readers/mine"),
)

DataOption = Annotated[
    list[str],
    typer.Option(
        "--data",
        help="SQuAD JSON or JSONL with contexts, also gzipped; FILE:COUNT for a part. May be given again.",
        show_default=False,
    ),
]
OutOption = Annotated[Path, typer.Option("--out", help="The folder to write.", show_default=False)]


@app.command(
    "reader",
    epilog=examples(
        "ragqa train reader --data questions.jsonl --out readers/mine",
        "ragqa train reader --data squad.json:20000 --data mine.jsonl --exchanged 0.1 --out readers/mine",
    ),
)
def train_reader(
    data: DataOption,
    out: OutOption,
    start: Annotated[
        str | None,
        typer.Option(help="The encoder or reader to start from, by name or folder. Default: ragqa's own reader."),
    ] = None,
    dev: Annotated[
        Path | None, typer.Option(help="A gold file to score on. Default: some articles of the data are kept back.")
    ] = None,
    dev_questions: Annotated[int, typer.Option(min=0, help="How many questions are scored at most; 0 for none.")] = 500,
    epochs: Annotated[float, typer.Option(help="Passes over the data.")] = 1.0,
    minutes: Annotated[
        float | None, typer.Option(help="End after so many minutes, if the epochs are not over.")
    ] = None,
    learning_rate: Annotated[float, typer.Option(help="The peak of the learning rate.")] = 1e-4,
    batch_tokens: Annotated[int, typer.Option(help="Tokens of a batch.")] = 4096,
    max_length: Annotated[int, typer.Option(help="Tokens of a window.")] = 192,
    dropout: Annotated[float, typer.Option(help="The share of units that is dropped.")] = 0.0,
    train_embeddings: Annotated[bool, typer.Option("--train-embeddings", help="Train the embeddings too.")] = False,
    retrieved: Annotated[
        float,
        typer.Option(
            min=0, max=1, help="Add, for this share, the question with a passage found that does not answer it."
        ),
    ] = 0.0,
    exchanged: Annotated[
        float, typer.Option(min=0, max=1, help="Add, for this share, a question with a name or number exchanged.")
    ] = 0.0,
    cut: Annotated[
        float,
        typer.Option(
            min=0,
            max=1,
            help="Add, for this share of those on long contexts, the question with one passage of its context.",
        ),
    ] = 0.0,
    teacher: Annotated[
        str | None,
        typer.Option(help="A larger question-answering model to learn from as well, by name or folder."),
    ] = None,
    teacher_share: Annotated[
        float | None,
        typer.Option(min=0, max=1, help="How much of the loss is the distance to the teacher. Default: 0.7."),
    ] = None,
    seed: Annotated[int, typer.Option(help="Of every draw: the same seed gives the same reader.")] = 0,
    every: Annotated[int, typer.Option(min=1, help="Steps from checkpoint to checkpoint.")] = 100,
    device: Annotated[str, typer.Option(help="cpu or cuda.")] = "cpu",
    strict: Annotated[bool, typer.Option("--strict", help="Refuse answers that don't match their contexts.")] = False,
    name: Annotated[str | None, typer.Option(help="The name of the reader. Default: that of the folder.")] = None,
    licence: Annotated[str, typer.Option(help="What its card says of its licence.")] = "not stated",
    as_json: JsonOption = False,
) -> None:
    """Train a reader on questions with answers. Stopped, it goes on from its last checkpoint when it is called again."""
    from ragqa.training import Additions, ReaderFacts, TrainingSettings, read_data, train_reader

    if teacher_share is not None and teacher is None:
        raise typer.BadParameter("there is no teacher: name one with --teacher", param_hint="--teacher-share")
    settings = TrainingSettings(
        seed=seed,
        epochs=epochs,
        minutes=minutes,
        learning_rate=learning_rate,
        batch_tokens=batch_tokens,
        part_tokens=min(TrainingSettings.part_tokens if device == "cpu" else _PART_TOKENS_ON_A_GPU, batch_tokens),
        teacher_share=TrainingSettings.teacher_share if teacher_share is None else teacher_share,
        max_length=max_length,
        dropout=dropout,
        train_embeddings=train_embeddings,
    )
    read = read_data(data, development=dev, development_questions=dev_questions, strict=strict, seed=seed)
    with _bar() as report:
        card = train_reader(
            read,
            out,
            start=start,
            teacher=teacher,
            settings=settings,
            facts=ReaderFacts(name=name or out.resolve().name, licence=licence),
            device=device,
            every=every,
            additions=Additions(retrieved, exchanged, cut),
            report=report,
        )
    if as_json:
        write_json(card)
        return
    trained = card["training"]
    write(
        f"{card['name']}: {trained['steps']:,} steps, {trained['windows']:,} windows, {trained['unanswerable']:,} without an answer"
    )
    for which, figures in card.get("figures", {}).items():
        write(f"{which}: " + ", ".join(f"{name} {value:g}" for name, value in figures.items()))
    write(f"Use it with --reader {out}")


@app.command("calibrate", epilog=examples("ragqa train calibrate kept-apart.jsonl --reader readers/mine"))
def calibrate(
    gold: Annotated[list[Path], typer.Argument(help="Gold files with contexts and titles.", show_default=False)],
    reader: Annotated[
        Path, typer.Option(help="The folder of a reader; its card gets the calibration.", show_default=False)
    ],
    questions: Annotated[int, typer.Option(min=1, help="How many questions of each file are asked.")] = 1250,
    seed: Annotated[int, typer.Option(help="Of the draw.")] = 0,
    askings: Annotated[
        Path | None, typer.Option(help="Keep what was found in this .npz file, or take it from there.")
    ] = None,
    margin: Annotated[
        float | None,
        typer.Option(min=0, help="The least score of an answer. Default: what suits these questions best."),
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Write the figures into this JSON file.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Fit a reader's confidence and margin on questions asked through the whole way, half of them without an answer."""
    import json

    from ragqa.training.calibrate import calibrate_reader

    with progress("Asking", unit="questions") as advance:
        report = calibrate_reader(
            gold, reader, questions=questions, seed=seed, askings=askings, margin=margin, progress=advance
        )
    if out is not None:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    if as_json:
        write_json(report)
        return
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("on questions kept apart")
    table.add_column("value", justify="right")
    for name, value in report["kept_apart"].items():
        table.add_row(name.replace("_", " "), f"{value:g}")
    draw(table)


@app.command("export", epilog=examples("ragqa train export weights/ --card card.json --out readers/mine"))
def export(
    source: Annotated[
        Path, typer.Argument(help="A folder with config.json, model.safetensors, tokenizer.json.", show_default=False)
    ],
    out: OutOption,
    card: Annotated[
        Path, typer.Option(help="JSON: name, licence, data and the lengths to read with.", show_default=False)
    ],
    precision: Annotated[str, typer.Option(help="int8 or fp32.")] = "int8",
    as_json: JsonOption = False,
) -> None:
    """Make a reader of BERT weights: ONNX, tokenizer and card. The same weights and scales give the same bytes."""
    import json

    from ragqa.errors import in_words
    from ragqa.training.export import export_reader

    if precision not in ("int8", "fp32"):
        raise typer.BadParameter(f"expected int8 or fp32, got {precision!r}", param_hint="--precision")
    try:
        facts = json.loads(card.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise typer.BadParameter(f"{card} can't be read as JSON: {in_words(error)}", param_hint="--card") from error
    made = export_reader(source, out, facts, precision="int8" if precision == "int8" else "fp32")
    if as_json:
        write_json(made)
    else:
        write(f"{out}: {made['name']}, {made['precision']}, {made['bytes']:,} bytes, SHA-256 {made['sha256']}")


@contextmanager
def _bar() -> Iterator[Any]:
    """Show steps, loss and the last F1 on a terminal's standard error; yield what is called with each step and each score."""
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    from ragqa.training import Taught

    console = Console(stderr=True)
    columns = [TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[told]}")]
    with Progress(
        *columns, TimeElapsedColumn(), TimeRemainingColumn(), console=console, disable=not console.is_terminal
    ) as bar:
        task = bar.add_task("Training", total=None, told="")
        state = {"loss": "", "f1": ""}
        smooth: list[float] = []

        def report(what: Step | Taught | dict[str, float]) -> None:
            if isinstance(what, Taught):
                bar.update(task, description="Asking the teacher", completed=what.windows, total=what.of)
                return
            if isinstance(what, dict):
                state["f1"] = f" F1 {what['f1']:.1f}" if "f1" in what else ""
            else:
                smooth.append(what.loss)
                del smooth[:-50]
                state["loss"] = f"loss {sum(smooth) / len(smooth):.3f}"
                bar.update(task, description="Training", completed=what.step, total=what.steps)
            bar.update(task, told=state["loss"] + state["f1"])

        yield report
