"""The network that is trained: loaded, computed on a batch, and saved. Imports torch, transformers and safetensors.

On a CPU the parts of a batch are computed side by side, each by a thread of one core: none waits for another within a part, and the
gradients are added in the order of the parts, so that the same numbers come out whatever the number of threads.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING
from zlib import crc32

import numpy as np

from ragqa.errors import ModelError, SettingError, in_words
from ragqa.quiet import without_progress_bars, without_warnings
from ragqa.training.batches import padded
from ragqa.training.features import TrainingWindow
from ragqa.training.settings import Numbers, TrainingSettings

if TYPE_CHECKING:
    import torch
    from tokenizers import Tokenizer
    from transformers import PreTrainedModel, PreTrainedTokenizerFast

__all__ = ["Network"]

_SCALE = 1024.0  # of the loss in fp16, where small gradients would be lost
_DROPOUT = ("hidden_dropout_prob", "attention_probs_dropout_prob", "dropout", "attention_dropout", "classifier_dropout")


class Network:
    """A model with a question-answering head on one device, and its tokenizer.

    Args:
        start: the folder of a model as ``save_pretrained`` writes it, or its name on the model hub. An encoder without a head gets
            one, drawn with the seed.
        settings: of the run.
        device: "cpu" or "cuda".
        threads: cores to use on a CPU.

    Raises:
        ModelError: the model can't be loaded, or has no fast tokenizer.
        SettingError: device, number format or length don't fit.
    """

    def __init__(self, start: str, settings: TrainingSettings, *, device: str, threads: int) -> None:
        import torch

        self.device = device
        self.numbers = _numbers(settings.numbers, device)
        self._tokenizer = _load_tokenizer(start)
        torch.manual_seed(settings.seed)
        try:
            self.model = _load(start, settings.dropout).to(device).train()
        except (RuntimeError, AssertionError) as error:
            raise SettingError(
                f"the device {device!r} can't be used: {error}. Leave it out to train on the CPU"
            ) from error
        self.longest = min(_positions(self.model), self._tokenizer.model_max_length)
        if settings.max_length > self.longest:
            raise SettingError(f"max_length must be {self.longest} or less for {start}, got {settings.max_length}")
        if not settings.train_embeddings:
            for module in self.model.modules():
                if type(module).__name__.endswith("Embeddings"):
                    module.requires_grad_(False)
        self.trained = [parameter for parameter in self.model.parameters() if parameter.requires_grad]
        self.takes_types = "token_type_ids" in self._tokenizer.model_input_names
        self.pad_id = int(self._tokenizer.pad_token_id or 0)
        self._teacher_share, self._temperature = settings.teacher_share, settings.temperature
        # Dropout draws from one generator for all threads: side by side, chance would depend on their timing.
        self._threads = 1 if device != "cpu" or settings.dropout else threads
        self._cores = threads

    @property
    def null_token(self) -> str:
        """The token whose logits say that there is no answer."""
        return self._tokenizer.cls_token or ""

    def tokenizer(self) -> Tokenizer:
        """Return a tokenizer of one's own, truncation and padding off."""
        from tokenizers import Tokenizer

        own = Tokenizer.from_str(self._tokenizer.backend_tokenizer.to_str())
        own.no_truncation()
        own.no_padding()
        return own

    def gradients(self, parts: Sequence[Sequence[TrainingWindow]], *, seed: str) -> tuple[float, list[torch.Tensor]]:
        """Return the mean loss of the windows of all parts, and its gradient for each of `trained`; ``seed`` is that of dropout."""
        import torch

        total = sum(map(len, parts))
        torch.manual_seed(crc32(seed.encode()))
        with self.using_cores(1 if self._threads > 1 else None):
            if self._threads > 1:
                with ThreadPoolExecutor(self._threads, initializer=torch.set_num_threads, initargs=(1,)) as pool:
                    results = list(pool.map(lambda part: self._part(part, total), parts))
            else:
                results = [self._part(part, total) for part in parts]
        loss, gradients = results[0]
        for more, others in results[1:]:
            loss += more
            for gradient, other in zip(gradients, others, strict=True):
                gradient.add_(other)
        return loss, gradients

    @contextmanager
    def using_cores(self, count: int | None = None) -> Iterator[None]:
        """Let torch compute on so many cores, None for all that the network may use, and set it back afterwards.

        On small tensors, or beside other work, several cores wait for each other longer than they compute.
        """
        import torch

        before = torch.get_num_threads()
        torch.set_num_threads(count or self._cores)
        try:
            yield
        finally:
            torch.set_num_threads(before)

    def save(self, folder: Path) -> None:
        """Write config, weights in fp16 and tokenizer, as transformers reads them."""
        import torch
        from safetensors.torch import save_file

        folder.mkdir(parents=True, exist_ok=True)
        weights = {
            name: weight.detach().to("cpu", torch.float16).contiguous()
            for name, weight in self.model.state_dict().items()
        }
        save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
        self.model.config.save_pretrained(folder)
        self._tokenizer.save_pretrained(folder)

    def _part(self, windows: Sequence[TrainingWindow], total: int) -> tuple[float, list[torch.Tensor]]:
        import torch

        inputs, right, soft = self._tensors(windows)
        kinds = {"bf16": torch.bfloat16, "fp16": torch.float16}
        kind = kinds.get(self.numbers)
        with torch.autocast(torch.device(self.device).type, kind) if kind else nullcontext():
            output = self.model(**inputs)
        logits = torch.stack([output.start_logits.float(), output.end_logits.float()], dim=1)
        allowed = inputs["attention_mask"].bool()[:, None]
        losses = _surprise(logits, right, allowed)
        if soft is not None:
            told = soft.sum(dim=2) > 0
            share = self._teacher_share
            taught = (1 - share) * losses + share * _divergence(logits, soft, allowed, self._temperature)
            losses = torch.where(told, taught, losses)
        loss = losses.sum() / (2 * total)
        scale = _SCALE if self.numbers == "fp16" else 1.0
        gradients = torch.autograd.grad(loss * scale, self.trained)
        return float(loss.detach()), [gradient / scale if scale != 1.0 else gradient for gradient in gradients]

    def _tensors(
        self, windows: Sequence[TrainingWindow]
    ) -> tuple[dict[str, torch.Tensor], torch.Tensor, torch.Tensor | None]:
        """Return the model's inputs; which tokens the answer may start and end with; and soft targets, if there are any.

        Inputs are ``(windows, length)``, the others ``(windows, 2, length)``. Where the teacher said nothing the targets are 0.
        """
        import torch

        length = min(padded(max(len(window.input_ids) for window in windows)), self.longest)
        shape = (len(windows), length)
        ids = np.full(shape, self.pad_id, dtype=np.int64)
        types, mask = np.zeros_like(ids), np.zeros_like(ids)
        right = np.zeros((len(windows), 2, length), dtype=bool)
        soft = np.zeros(right.shape, dtype=np.float32)
        for row, window in enumerate(windows):
            size = len(window.input_ids)
            ids[row, :size], types[row, :size], mask[row, :size] = window.input_ids, window.token_type_ids, 1
            right[row, 0, list(window.starts)] = True
            right[row, 1, list(window.ends)] = True
            if window.soft is not None:
                soft[row, :, :size] = window.soft
        inputs = {"input_ids": ids, "attention_mask": mask} | ({"token_type_ids": types} if self.takes_types else {})
        tensors = {name: torch.from_numpy(array).to(self.device) for name, array in inputs.items()}
        is_taught = any(window.soft is not None for window in windows)
        return (
            tensors,
            torch.from_numpy(right).to(self.device),
            torch.from_numpy(soft).to(self.device) if is_taught else None,
        )


def _surprise(logits: torch.Tensor, right: torch.Tensor, allowed: torch.Tensor) -> torch.Tensor:
    """Return ``-log`` of the probability of all right tokens together: ``(windows, 2)`` for ``(windows, 2, length)``.

    Source: Clark and Gardner (2018), Simple and Effective Multi-Paragraph Reading Comprehension, arXiv:1710.10723, section 3.2.
    """
    never = float("-inf")
    every = logits.masked_fill(~allowed, never).logsumexp(dim=2)
    return every - logits.masked_fill(~right, never).logsumexp(dim=2)


def _divergence(logits: torch.Tensor, soft: torch.Tensor, allowed: torch.Tensor, temperature: float) -> torch.Tensor:
    """Return the Kullback-Leibler divergence of softened logits from soft targets: ``(windows, 2)`` for ``(windows, 2, length)``.

    Times the square of the temperature, so that its gradient is about as large as that of logits that aren't softened.

    Source: Hinton et al. (2015), arXiv:1503.02531, section 2; its last paragraph has the square.
    """
    softened = (logits / temperature).masked_fill(~allowed, float("-inf")).log_softmax(dim=2).masked_fill(~allowed, 0.0)
    return (soft.xlogy(soft) - soft * softened).sum(dim=2) * temperature**2


def _load(start: str, dropout: float) -> PreTrainedModel:
    import torch
    from transformers import AutoConfig, AutoModelForQuestionAnswering

    try:
        with without_progress_bars(), without_warnings():
            config = AutoConfig.from_pretrained(start)
            for name in _DROPOUT:
                if getattr(config, name, None) is not None:
                    setattr(config, name, dropout)
            return AutoModelForQuestionAnswering.from_pretrained(start, config=config, dtype=torch.float32)
    except (OSError, ValueError, KeyError, ImportError) as error:
        raise ModelError(
            f"the encoder {start!r} can't be loaded: {in_words(error)}. Give the folder of a model as save_pretrained writes it, "
            "or a name on the model hub that this machine can reach"
        ) from error


def _load_tokenizer(start: str) -> PreTrainedTokenizerFast:
    from transformers import AutoTokenizer

    try:
        tokenizer = AutoTokenizer.from_pretrained(start, use_fast=True)
    except (OSError, ValueError, KeyError, ImportError) as error:
        raise ModelError(
            f"the tokenizer of {start!r} can't be loaded: {in_words(error)}. The model needs its tokenizer.json beside it"
        ) from error
    if not tokenizer.is_fast:
        raise ModelError(f"the tokenizer of {start!r} gives no character offsets: choose a model with a fast tokenizer")
    return tokenizer


def _positions(model: PreTrainedModel) -> int:
    """Return how many tokens the model can take. The RoBERTa family counts positions from behind its padding token."""
    positions = int(getattr(model.config, "max_position_embeddings", 512))
    return positions - model.config.pad_token_id - 1 if "roberta" in model.config.model_type else positions


def _numbers(asked: Numbers, device: str) -> Numbers:
    """Return the number format to compute in."""
    import torch

    if asked == "auto" and device == "cpu":
        has = torch.cpu.get_capabilities()
        return "bf16" if has.get("amx_bf16") or has.get("avx512_bf16") else "fp32"
    if asked == "fp16" and device == "cpu":
        raise SettingError("fp16 is for GPUs: on a CPU train in bf16 or fp32")
    return "fp16" if asked == "auto" else asked
