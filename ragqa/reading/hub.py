"""Any ``AutoModelForQuestionAnswering`` of transformers, by hub name or folder. Imports transformers and torch.

transformers 5 has no question-answering pipeline any more; the model classes are still there, and all that is taken from them is
their logits. Windows are sorted by length and batched by a budget of tokens, so that little padding is computed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ragqa.errors import ModelError, in_words
from ragqa.hub import ensure_on_hub
from ragqa.quiet import without_progress_bars
from ragqa.reading.reader import Logits, ReaderSettings
from ragqa.reading.windows import TokenWindow

if TYPE_CHECKING:
    from tokenizers import Tokenizer
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

__all__ = ["HubBackend", "load_hub_reader"]

_LONGEST = 512
_TOKENS_A_BATCH = 6144


def load_hub_reader(name: str, *, device: str | None) -> tuple[HubBackend, Tokenizer, ReaderSettings]:
    """Load model, tokenizer and settings by hub name or folder.

    Raises:
        ModelError: it can't be loaded, has no question-answering head, or has no fast tokenizer.
    """
    try:
        with without_progress_bars():
            tokenizer, model, report = _load(name)
    except (OSError, ValueError, KeyError, ImportError) as error:
        raise ModelError(
            f"the reader {name!r} can't be loaded: {in_words(error)}. Give the folder of a question-answering model, or a name on "
            "the model hub that this machine can reach"
        ) from error
    if any(key.startswith("qa_outputs") for key in report["missing_keys"]):
        raise ModelError(
            f"{name!r} has no trained question-answering head: choose a model that was fine-tuned on SQuAD or the like"
        )
    if not tokenizer.is_fast:
        raise ModelError(f"the tokenizer of {name!r} gives no character offsets: choose a model with a fast tokenizer")
    try:
        model = model.to(device or "cpu").eval()
    except (RuntimeError, AssertionError) as error:
        raise ModelError(f"the device {device!r} can't be used: {error}. Leave it out to run on the CPU") from error
    max_length = min(ReaderSettings().max_length, _longest(model, tokenizer.model_max_length))
    settings = ReaderSettings(
        max_length=max_length,
        stride=min(ReaderSettings().stride, max_length // 3),
        null_token=tokenizer.cls_token or "",
    )
    backend = HubBackend(model, pad_id=tokenizer.pad_token_id or 0, names=tuple(tokenizer.model_input_names))
    fast = tokenizer.backend_tokenizer
    fast.no_truncation()
    fast.no_padding()
    return backend, fast, settings


def _load(name: str) -> tuple[PreTrainedTokenizerBase, PreTrainedModel, dict[str, Any]]:
    """Load tokenizer and model from a folder or the hub's cache, else from the hub; also what of the weights was missing."""
    if Path(name).is_dir():
        return _loaded(name, is_local=True)
    try:
        return _loaded(name, is_local=True)
    except (OSError, ValueError):  # not in the cache, or only a part of it
        ensure_on_hub([name], what="reader")
        return _loaded(name, is_local=False)


def _loaded(name: str, *, is_local: bool) -> tuple[PreTrainedTokenizerBase, PreTrainedModel, dict[str, Any]]:
    import torch
    from transformers import AutoModelForQuestionAnswering, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(name, use_fast=True, local_files_only=is_local)
    model, report = AutoModelForQuestionAnswering.from_pretrained(
        name, dtype=torch.float32, output_loading_info=True, local_files_only=is_local
    )
    return tokenizer, model, report


class HubBackend:
    """A torch model that gives start and end logits."""

    def __init__(self, model: PreTrainedModel, *, pad_id: int, names: Sequence[str]) -> None:
        self.model = model
        self._pad_id = pad_id
        self._takes_types = "token_type_ids" in names

    def logits(self, windows: Sequence[TokenWindow], *, progress: Callable[[int], None] | None = None) -> list[Logits]:
        """Return start and end logits of every window in the order given."""
        import torch

        results: list[Logits | None] = [None] * len(windows)
        for batch in _batches([len(window.input_ids) for window in windows]):
            length = max(len(windows[number].input_ids) for number in batch)
            ids = np.full((len(batch), length), self._pad_id, dtype=np.int64)
            mask = np.zeros_like(ids)
            types = np.zeros_like(ids)
            for row, number in enumerate(batch):
                size = len(windows[number].input_ids)
                ids[row, :size] = windows[number].input_ids
                types[row, :size] = windows[number].token_type_ids
                mask[row, :size] = 1
            inputs = {"input_ids": ids, "attention_mask": mask}
            if self._takes_types:
                inputs["token_type_ids"] = types
            with torch.inference_mode():
                tensors = {name: torch.from_numpy(array).to(self.model.device) for name, array in inputs.items()}
                output = self.model(**tensors)
            starts = output.start_logits.float().cpu().numpy()
            ends = output.end_logits.float().cpu().numpy()
            for row, number in enumerate(batch):
                size = len(windows[number].input_ids)
                results[number] = (starts[row, :size], ends[row, :size])
            if progress:
                progress(len(batch))
        return [result for result in results if result is not None]


def _batches(lengths: Sequence[int]) -> list[list[int]]:
    """Return the numbers of the windows in batches, longest first, each of at most `_TOKENS_A_BATCH` tokens with padding."""
    batches: list[list[int]] = []
    for number in sorted(range(len(lengths)), key=lambda number: -lengths[number]):
        if batches and (len(batches[-1]) + 1) * lengths[batches[-1][0]] <= _TOKENS_A_BATCH:
            batches[-1].append(number)
        else:
            batches.append([number])
    return batches


def _longest(model: PreTrainedModel, tokenizer_limit: int) -> int:
    """Return how many tokens the model can take. The RoBERTa family counts positions from behind its padding token."""
    positions = int(getattr(model.config, "max_position_embeddings", _LONGEST))
    if "roberta" in model.config.model_type:
        positions -= model.config.pad_token_id + 1
    return min(_LONGEST, positions, tokenizer_limit)
