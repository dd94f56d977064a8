"""A whole run: data in, a reader out, with checkpoints on the way.

OUT/reader.onnx, reader.json, tokenizer.json     the reader, as `Pipeline` takes it
OUT/trainable/                                   its weights in fp16 and scales for int8, as transformers and the next run take them
OUT/run/                                         checkpoint, log and curve of this run, and what its teacher said
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ragqa.bert import build_model, read_folder
from ragqa.errors import MissingExtra, ModelError, SettingError
from ragqa.onnx import OnnxModel, thread_count
from ragqa.reading import ExtractiveReader
from ragqa.reading.reader import ReaderSettings
from ragqa.training.additions import Additions, additional
from ragqa.training.data import TrainingData
from ragqa.training.examples import Example
from ragqa.training.export import export_reader, write_card
from ragqa.training.features import TrainingWindow, training_windows
from ragqa.training.log import Step, Taught, check_log
from ragqa.training.loop import train
from ragqa.training.network import Network
from ragqa.training.scales import Inputs, add_scales, inputs_of
from ragqa.training.scoring import as_reader, score_reader
from ragqa.training.settings import TrainingSettings
from ragqa.training.teacher import Teacher

__all__ = ["DEFAULT_START", "ReaderFacts", "train_reader"]

logger = logging.getLogger(__name__)

DEFAULT_START = Path(__file__).parent.parent.parent / "models" / "reader-trainable"
"""The weights of the reader that ragqa carries: in its repository, not in the installed package, which they would double."""

_PARITY = 2e-3  # logits; both sides compute in fp32 with the same weights, in another order
_COMPARED = 64
_MEASURED = 400  # windows on which scales for int8 are measured


@dataclass(frozen=True, kw_only=True)
class ReaderFacts:
    """What the card of a reader says that can't be computed."""

    name: str
    licence: str = "not stated"
    base: str = ""


def train_reader(
    data: TrainingData,
    out: Path,
    *,
    start: str | Path | None = None,
    teacher: str | Path | None = None,
    settings: TrainingSettings,
    facts: ReaderFacts,
    device: str = "cpu",
    every: int = 100,
    additions: Additions | None = None,
    report: Callable[[Step | Taught | dict[str, float]], None] | None = None,
) -> dict[str, Any]:
    """Train a reader and export it; a run that was stopped goes on from its last checkpoint.

    Args:
        data: examples and development questions.
        out: folder of the reader.
        start: folder or hub name of the encoder or reader to start from; None: `DEFAULT_START`.
        teacher: folder or hub name of a larger question-answering model to learn from, beside the answers.
        settings: of the training.
        facts: for the card.
        device: "cpu" or "cuda".
        every: steps from one checkpoint, and score of the development questions, to the next.
        additions: examples that are made from those of the data.
        report: called with every step, with the figures of every score, and while the teacher is asked.

    Returns:
        The card of the reader.

    Raises:
        ModelError: the start or the teacher can't be used, or ``out`` holds another run.
        SettingError: a setting is out of its range, or doesn't fit the start.
    """
    _check_torch()
    source = _source(start)
    network = Network(source, settings, device=device, threads=thread_count())
    examples = [*data.examples, *additional(data.examples, additions or Additions(), seed=settings.seed)]
    taught_by = None
    if teacher is not None:
        taught_by = Teacher(_source(teacher), temperature=settings.temperature, device=device)
    windows = _windows(examples, network, settings, with_source=taught_by is not None)
    begun_as = _fingerprint(network, windows, settings, taught_by)
    folder = out / "run"
    folder.mkdir(parents=True, exist_ok=True)
    check_log(folder / "steps.jsonl", begun_as)
    if taught_by is not None:
        total = len(windows)
        with network.using_cores():
            windows = taught_by.teach(
                windows, folder, progress=None if report is None else lambda done: report(Taught(done, total))
            )
    reading = _reading(network)

    def on_checkpoint(step: Step) -> None:
        if data.development:
            network.model.eval()
            with network.using_cores():
                figures = score_reader(as_reader(network, reading), data.development)
            network.model.train()
            _add_to_curve(folder / "curve.jsonl", step, figures)
            if report is not None:
                report(figures)

    last = train(
        network,
        windows,
        settings,
        folder=folder,
        fingerprint=begun_as,
        every=every,
        on_step=report,
        on_checkpoint=on_checkpoint,
    )
    network.save(out / "trainable")
    card = {
        "name": facts.name,
        "licence": facts.licence,
        "base": facts.base or _named(source),
        "data": data.files,
        **reading._asdict(),
        "training": {
            **asdict(settings),
            "numbers": network.numbers,
            "steps": last.step,
            "windows": last.windows,
            "unanswerable": sum(not example.spans for example in examples),
            "run": begun_as,
            "teacher": None
            if taught_by is None
            else {"name": _named(str(teacher)), "fingerprint": taught_by.fingerprint},
        },
    }
    card.pop("null_token")
    return _finish(out, card, data, network, windows)


def _finish(
    out: Path,
    card: dict[str, Any],
    data: TrainingData,
    network: Network,
    windows: Sequence[TrainingWindow],
) -> dict[str, Any]:
    """Export what can be exported, hold it against torch, score it, and return its card."""
    if network.model.config.model_type != "bert":
        logger.warning(
            "%s is not a BERT and stays a model of transformers: use it as --reader %s", card["name"], out / "trainable"
        )
        return card
    add_scales(out / "trainable", inputs_of(windows, _MEASURED), head="span")
    card = export_reader(out / "trainable", out, card)
    card["off_torch"] = _parity(out, network, windows)
    if data.development:
        card["figures"] = {"development": score_reader(ExtractiveReader.from_pretrained(out), data.development)}
    write_card(out, card)
    return card


def _parity(out: Path, network: Network, windows: Sequence[TrainingWindow]) -> dict[str, float]:
    """Return how far, on average, the logits of the exported model are from torch's, in fp32 and in int8.

    Raises:
        ModelError: the graph in fp32 computes something else than torch does.
    """
    import torch

    # What was saved is rounded to fp16, and so is what it is held against.
    network.model.to(torch.float16).to(torch.float32).eval()
    inputs = inputs_of(windows, _COMPARED)
    expected = []
    with torch.inference_mode(), network.using_cores(1):
        for row in inputs:
            output = network.model(**{name: torch.from_numpy(ids).to(network.device) for name, ids in row.items()})
            expected.append((output.start_logits.float().cpu().numpy(), output.end_logits.float().cpu().numpy()))
    config, weights = read_folder(out / "trainable")
    exact = OnnxModel(build_model(config, weights, head="span", precision="fp32"))
    off = {"fp32": _off(exact, inputs, expected), "int8": _off(OnnxModel(out / "reader.onnx"), inputs, expected)}
    if not off["fp32"] <= _PARITY:
        raise ModelError(f"the exported model is off by {off['fp32']:.4f} in its logits, {_PARITY} at most is expected")
    return off


def _off(model: OnnxModel, inputs: Sequence[Inputs], expected: Sequence[tuple[Any, Any]]) -> float:
    found = model.run_many(inputs)
    differences = [
        np.abs(logits - right).mean()
        for own, rights in zip(found, expected, strict=True)
        for logits, right in zip(own, rights, strict=True)
    ]
    return round(float(np.mean(differences)), 5)


def _windows(
    examples: Sequence[Example], network: Network, settings: TrainingSettings, *, with_source: bool
) -> list[TrainingWindow]:
    made = training_windows(
        examples,
        network.tokenizer(),
        max_length=settings.max_length,
        null_token=network.null_token,
        seed=settings.seed,
        with_source=with_source,
    )
    windows = [window for window in made if window is not None]
    if len(windows) < len(examples):
        logger.warning(
            "%d of %d questions are left out: with their answer they are longer than %d tokens",
            len(examples) - len(windows),
            len(examples),
            settings.max_length,
        )
    if not windows:
        raise SettingError(f"no question fits into windows of {settings.max_length} tokens: raise max_length")
    return windows


def _reading(network: Network) -> ReaderSettings:
    """Return the lengths to read with: the usual ones, or what the model can take."""
    usual = ReaderSettings()
    longest = min(usual.max_length, network.longest)
    return ReaderSettings(longest, min(usual.stride, longest // 3), usual.max_answer_tokens, network.null_token)


def _fingerprint(
    network: Network, windows: Sequence[TrainingWindow], settings: TrainingSettings, teacher: Teacher | None
) -> str:
    """Return a hash of all that decides the weights that come out."""
    digest = hashlib.sha256(repr((settings, network.numbers, teacher and teacher.fingerprint)).encode())
    for weight in network.model.state_dict().values():
        digest.update(weight.cpu().numpy().tobytes())
    for window in windows:
        digest.update(window.input_ids.tobytes())
        digest.update(repr((window.starts, window.ends)).encode())
    return digest.hexdigest()[:32]


def _add_to_curve(path: Path, step: Step, figures: dict[str, float]) -> None:
    """Write the figures of a step, in the place of those that an earlier, stopped run may have written."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.is_file() else []
    rows = [row for row in rows if row["step"] < step.step]
    rows.append({"step": step.step, "windows": step.windows, "loss": step.loss, **figures})
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def _named(source: str) -> str:
    """Return what a card calls a model: the name on the hub, or of the folder, whose weights may lie one deeper."""
    folder = Path(source)
    if not folder.is_dir():
        return source
    return folder.resolve().parent.name if folder.name == "trainable" else folder.resolve().name


def _source(start: str | Path | None) -> str:
    """Return the folder or name to start from; the folder of a reader that was trained here stands for its weights."""
    folder = DEFAULT_START if start is None else Path(start)
    if (folder / "trainable").is_dir():
        folder = folder / "trainable"
    if start is None and not folder.is_dir():
        raise ModelError(
            f"the weights to start from are not in {folder}: they are in ragqa's repository, not in its package. "
            "Run in a clone of it, or name an encoder with --start"
        )
    return str(start) if not folder.is_dir() else str(folder)


def _check_torch() -> None:
    try:
        import torch  # noqa: F401 - only whether it is there
    except ImportError as error:
        raise MissingExtra("training needs torch: install ragqa[train]") from error
