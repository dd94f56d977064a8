"""What a larger reader says of each window, for a smaller one to learn from. Imports torch and transformers.

The teacher reads question and text with its own tokenizer. Its probabilities that the answer starts or ends at one of its tokens
go to the tokens of the window that hold the same characters, so that teacher and network may take words apart differently.

Source: Hinton et al. (2015), Distilling the Knowledge in a Neural Network, arXiv:1503.02531, section 2.
"""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from pathlib import Path

import numpy as np

from ragqa.errors import ModelError, SettingError, in_words
from ragqa.reading.hub import load_hub_reader
from ragqa.reading.reader import Logits
from ragqa.reading.windows import TokenWindow, Windower
from ragqa.training.features import SoftTargets, Source, TrainingWindow

__all__ = ["Teacher"]

logger = logging.getLogger(__name__)

_PART = 2048  # windows that are asked, and kept, at once


class Teacher:
    """A question-answering model that is asked about windows.

    Args:
        name: folder or hub name of a model with a fast tokenizer and a trained head.
        temperature: what its logits are divided by: the higher, the more is left to what it finds less likely.
        device: "cpu" or "cuda"; there it computes in bf16.

    Raises:
        ModelError: the model can't be loaded, or has no trained head.
    """

    def __init__(self, name: str, *, temperature: float, device: str = "cpu") -> None:
        self._name, self._temperature, self._device = name, temperature, device
        self._backend, tokenizer, reading = load_hub_reader(name, device=device)
        self._longest = reading.max_length
        self._windower = Windower(
            tokenizer, max_length=reading.max_length, stride=reading.stride, null_token=reading.null_token
        )
        digest = hashlib.sha256(repr((tokenizer.to_str(), temperature)).encode())
        for weight in self._backend.model.state_dict().values():
            digest.update(weight.cpu().numpy().tobytes())
        self.fingerprint = digest.hexdigest()
        """Of all that decides what it says, but for the machine."""

    def teach(
        self,
        windows: Sequence[TrainingWindow],
        folder: Path,
        *,
        progress: Callable[[int], None] | None = None,
    ) -> list[TrainingWindow]:
        """Return the windows with what the teacher says of them, and without their sources.

        It is kept in ``folder``, part by part, so that a run that was stopped asks only about what is missing.

        Args:
            windows: with their sources.
            folder: of the run; a subfolder is made for this teacher and these windows.
            progress: called with the number of windows that are done, now and then.

        Raises:
            ModelError: the teacher's logits are no numbers, or what was kept can't be read.
            SettingError: every window is too long for the teacher.
        """
        digest = hashlib.sha256(self.fingerprint.encode())
        for window in windows:
            digest.update(repr(window.source and window.source[:2]).encode())
            digest.update(window.input_ids.tobytes())
        own = folder / f"teacher-{digest.hexdigest()[:16]}"
        own.mkdir(parents=True, exist_ok=True)
        taught: list[TrainingWindow] = []
        for number, first in enumerate(range(0, len(windows), _PART)):
            part = windows[first : first + _PART]
            file = own / f"{number:05}.npz"
            if not file.is_file():
                _write(file, self.soft_targets(part))
            taught += [window._replace(soft=soft, source=None) for window, soft in zip(part, _read(file), strict=True)]
            if progress is not None:
                progress(len(taught))
        silent = sum(window.soft is None for window in taught)
        if silent == len(taught):
            raise SettingError(
                f"every window is too long for {self._name}, which reads {self._longest} tokens: lower max_length"
            )
        if silent:
            logger.warning(
                "%d of %d windows are too long for the teacher, and are learned without", silent, len(taught)
            )
        return taught

    def soft_targets(self, windows: Sequence[TrainingWindow]) -> list[SoftTargets | None]:
        """Return what the teacher says of each window, in any order; None where question or text is too long for it.

        Raises:
            ModelError: its logits are no numbers.
        """
        import torch

        sources = [window.source for window in windows]
        askable = [number for number, own in enumerate(sources) if own and self._windower.fits(own.question)]
        laid_out = self._windower.windows([sources[number][:2] for number in askable])  # type: ignore[index]
        whole = [(number, own[0]) for number, own in zip(askable, laid_out, strict=True) if len(own) == 1]
        with torch.autocast(self._device, torch.bfloat16) if self._device != "cpu" else nullcontext():
            found = self._backend.logits([read for _, read in whole])
        if not all(np.isfinite(own).all() for logits in found for own in logits):
            raise ModelError(f"{self._name} gives logits that are no numbers: choose another teacher")
        soft: list[SoftTargets | None] = [None] * len(windows)
        for (number, read), logits in zip(whole, found, strict=True):
            window = windows[number]
            assert window.source is not None
            soft[number] = _moved(window, window.source, read, logits, self._temperature)
        return soft


def _moved(
    window: TrainingWindow, source: Source, read: TokenWindow, logits: Logits, temperature: float
) -> SoftTargets:
    """Return the teacher's logits as probabilities of the window's tokens."""
    soft = np.zeros((2, len(window.input_ids)), dtype=np.float32)
    # The token of the window that holds the first character of a token of the teacher's, and the one that holds its last.
    firsts = np.searchsorted(source.offsets[:, 1], read.offsets[:, 0], side="right")
    lasts = np.searchsorted(source.offsets[:, 0], read.offsets[:, 1], side="left") - 1
    for row, (own, places) in enumerate(zip(logits, (firsts, lasts), strict=True)):
        allowed = np.r_[own[read.null_index], own[read.passage_slice]].astype(np.float64) / temperature
        shares = np.exp(allowed - allowed.max())
        shares /= shares.sum()
        soft[row, window.null] = shares[0]
        np.add.at(soft[row], source.first + np.clip(places, 0, len(source.offsets) - 1), shares[1:])
    return soft.astype(np.float16)


def _write(file: Path, soft: Sequence[SoftTargets | None]) -> None:
    told = [np.zeros((2, 0), dtype=np.float16) if own is None else own for own in soft]
    half_written = file.with_suffix(".part")
    with half_written.open("wb") as out:
        np.savez(out, lengths=[own.shape[1] for own in told], soft=np.concatenate(told, axis=1))
        out.flush()
        os.fsync(out.fileno())
    half_written.replace(file)


def _read(file: Path) -> list[SoftTargets | None]:
    try:
        with np.load(file) as kept:
            parts = np.split(kept["soft"], np.cumsum(kept["lengths"])[:-1], axis=1)
    except (OSError, ValueError, KeyError) as error:
        raise ModelError(
            f"what the teacher said can't be read from {file} ({in_words(error)}): delete it to ask again"
        ) from error
    return [own if own.size else None for own in parts]
