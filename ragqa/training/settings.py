"""How a reader is trained: what decides the weights that come out, beside the data and the weights that went in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ragqa.errors import SettingError

__all__ = ["Numbers", "TrainingSettings", "learning_rate_factor"]

Numbers = Literal["auto", "fp32", "bf16", "fp16"]


@dataclass(frozen=True, kw_only=True)
class TrainingSettings:
    """The settings of a run. Two runs with equal settings, data, start and teacher, on the same machine, give the same weights.

    Raises:
        SettingError: a value is out of its range.
    """

    seed: int = 0
    epochs: float = 1.0
    minutes: float | None = None
    """The learning rate reaches zero after this many minutes of computing, if the epochs are not over before."""
    learning_rate: float = 1e-4
    """The peak."""
    warmup: float = 0.06
    """Share of the run in which the learning rate rises, from 0 to below 1."""
    weight_decay: float = 0.01
    """Of matrices; biases and gains don't decay."""
    clip: float = 1.0
    """The largest norm that a step's gradient may have."""
    dropout: float = 0.0
    """From 0 to below 1. On a CPU it takes a third of the time, and the parts of a batch are then computed one after another."""
    max_length: int = 192
    """Tokens of a window, question and special tokens counted, from 24 up."""
    batch_tokens: int = 4096
    """Tokens of a batch, padding counted."""
    part_tokens: int = 1280
    """Tokens that are computed at once; the gradients of a batch's parts are added. Small parts stay in a processor's cache."""
    train_embeddings: bool = False
    """Whether the embeddings are trained too; kept as they are, words that are not in the data stay beside those that are."""
    teacher_share: float = 0.7
    """How much of the loss is the distance to what the teacher says; the rest is that of the answers."""
    temperature: float = 2.0
    """What the logits of teacher and network are divided by before they are set beside each other: the higher, the more of what the
    teacher finds less likely counts."""
    numbers: Numbers = "auto"
    """Number format of the computation; "auto" is fp16 on a GPU, bf16 on a CPU that computes in it, else fp32."""

    def __post_init__(self) -> None:
        holds = {
            "epochs": 0 < self.epochs <= 1000,
            "minutes": self.minutes is None or self.minutes > 0,
            "learning_rate": 0 < self.learning_rate < 1,
            "warmup": 0 <= self.warmup < 1,
            "weight_decay": 0 <= self.weight_decay < 1,
            "clip": self.clip > 0,
            "dropout": 0 <= self.dropout < 1,
            "teacher_share": 0 <= self.teacher_share <= 1,
            "temperature": 0 < self.temperature <= 100,
            "max_length": self.max_length >= 24,
            "batch_tokens": self.batch_tokens >= self.part_tokens,
            "part_tokens": self.part_tokens >= 1,
        }
        ranges = {
            "epochs": "above 0, 1,000 at most",
            "minutes": "above 0",
            "learning_rate": "above 0 and below 1",
            "clip": "above 0",
            "teacher_share": "from 0 to 1",
            "temperature": "above 0, 100 at most",
            "max_length": "24 or more",
            "batch_tokens": f"part_tokens ({self.part_tokens}) or more",
            "part_tokens": "1 or more",
        }
        for name in (name for name, is_right in holds.items() if not is_right):
            expected = ranges.get(name, "from 0 to below 1")
            raise SettingError(f"{name} must be {expected}, got {getattr(self, name)}")


def learning_rate_factor(progress: float, warmup: float) -> float:
    """Return the share of the peak learning rate: up in a line until ``warmup``, then down in a line to 0 at progress 1.

    >>> [learning_rate_factor(progress, 0.5) for progress in (0.25, 0.5, 0.75, 1.0, 1.5)]
    [0.5, 1.0, 0.5, 0.0, 0.0]
    """
    if progress < warmup:
        return progress / warmup
    return max(0.0, (1 - progress) / (1 - warmup))
