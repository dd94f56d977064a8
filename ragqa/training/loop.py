"""The training loop: batches in, weights out, with checkpoints from which it goes on to the same result. Imports torch."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Sequence
from math import ceil
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from ragqa.training.batches import plan
from ragqa.training.checkpoint import read_checkpoint, write_checkpoint
from ragqa.training.features import TrainingWindow
from ragqa.training.log import Step, open_log
from ragqa.training.settings import TrainingSettings, learning_rate_factor

if TYPE_CHECKING:
    import torch

    from ragqa.training.network import Network

__all__ = ["train"]

logger = logging.getLogger(__name__)

_LEAST_RISE = 20  # steps; AdamW's first ones are as large as the learning rate whatever the gradient

Hook = Callable[[Step], None]


def train(
    network: Network,
    windows: Sequence[TrainingWindow],
    settings: TrainingSettings,
    *,
    folder: Path,
    fingerprint: str,
    every: int = 100,
    on_step: Hook | None = None,
    on_checkpoint: Hook | None = None,
) -> Step:
    """Train the network in place and return the last step.

    A run that finds its own checkpoint in ``folder`` goes on from there. Steps that stand in its log are taken again as they were.

    Args:
        network: with the weights to start from.
        windows: of all examples.
        settings: of the run.
        folder: for ``checkpoint.safetensors`` and ``steps.jsonl``.
        fingerprint: of start, data and settings.
        every: steps from one checkpoint to the next.
        on_step: called after each step.
        on_checkpoint: called after each checkpoint, the last one among them.

    Raises:
        ModelError: checkpoint or log are those of another run, or can't be read.
    """
    optimizer = _optimizer(network, settings)
    known, log = open_log(folder / "steps.jsonl", fingerprint)
    batches = _batches([len(window.input_ids) for window in windows], settings)
    with log:
        last = read_checkpoint(folder, network, optimizer, fingerprint) or Step(0, len(batches), 0, 0.0, 0.0, 0.0)
        saved = last
        for number, batch in enumerate(batches[last.step :], start=last.step + 1):
            began = monotonic()
            factor = known.get(number, _factor(number, len(batches), last.seconds, settings))
            if factor <= 0:
                break
            parts = [[windows[row] for row in part] for part in batch]
            loss = _step(network, optimizer, parts, settings, factor=factor, number=number)
            seen = last.windows + sum(map(len, parts))
            last = Step(number, len(batches), seen, loss, factor, last.seconds + monotonic() - began)
            if number not in known:
                log.write(json.dumps(last._asdict()) + "\n")
                log.flush()
            if on_step is not None:
                on_step(last)
            if number % every == 0:
                saved = _save(folder, network, optimizer, fingerprint, last, on_checkpoint)
        if saved != last or not last.step:
            _save(folder, network, optimizer, fingerprint, last, on_checkpoint)
    return last


def _batches(lengths: Sequence[int], settings: TrainingSettings) -> list[list[list[int]]]:
    """Return the batches of all epochs; of the last one, if it is not whole, the first ones."""
    batches: list[list[list[int]]] = []
    for epoch in range(ceil(settings.epochs)):
        seed = f"{settings.seed} {epoch}"
        own = plan(lengths, tokens=settings.batch_tokens, part_tokens=settings.part_tokens, seed=seed)
        batches += own[: ceil(len(own) * min(1.0, settings.epochs - epoch))]
    return batches


def _factor(number: int, steps: int, seconds: float, settings: TrainingSettings) -> float:
    factor = learning_rate_factor(number / (steps + 1), settings.warmup)
    if settings.minutes is not None:
        # Time passes also where there are hardly any steps: those that begin the run are small all the same.
        of_time = learning_rate_factor(seconds / (60 * settings.minutes), 0.0)
        factor = min(factor, of_time, number / _LEAST_RISE)
    return factor


def _step(
    network: Network,
    optimizer: torch.optim.Optimizer,
    parts: Sequence[Sequence[TrainingWindow]],
    settings: TrainingSettings,
    *,
    factor: float,
    number: int,
) -> float:
    """Take one step and return the mean loss of its windows."""
    import torch

    loss, gradients = network.gradients(parts, seed=f"{settings.seed} {number}")
    for parameter, gradient in zip(network.trained, gradients, strict=True):
        parameter.grad = gradient
    with network.using_cores(1):
        norm = torch.nn.utils.clip_grad_norm_(network.trained, settings.clip)
        if torch.isfinite(norm):
            for group in optimizer.param_groups:
                group["lr"] = settings.learning_rate * factor
            optimizer.step()
        else:
            logger.warning("step %d is left out: its gradient is not finite", number)
    optimizer.zero_grad(set_to_none=True)
    return loss


def _optimizer(network: Network, settings: TrainingSettings) -> torch.optim.Optimizer:
    """Return AdamW. Source: Loshchilov and Hutter (2019), arXiv:1711.05101."""
    import torch

    matrices = [parameter for parameter in network.trained if parameter.ndim > 1]
    others = [parameter for parameter in network.trained if parameter.ndim <= 1]
    groups = [
        {"params": matrices, "weight_decay": settings.weight_decay},
        {"params": others, "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, lr=settings.learning_rate, fused=True)


def _save(
    folder: Path,
    network: Network,
    optimizer: torch.optim.Optimizer,
    fingerprint: str,
    step: Step,
    on_checkpoint: Hook | None,
) -> Step:
    write_checkpoint(folder, network, optimizer, fingerprint=fingerprint, step=step)
    if on_checkpoint is not None:
        on_checkpoint(step)
    return step
