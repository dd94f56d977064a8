"""`ExtractiveReader`: the spans of passages that may answer a question.

Loads the packaged model (or a folder like it) on onnxruntime, or hands over to `hub` for any other name. Decoding is that of
`ragqa.spans`; here offsets are moved from the passage into the article.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

import ragqa.spans as decoder
from ragqa.calibration import Calibration
from ragqa.errors import ModelError, SettingError, in_words
from ragqa.reading.judge import Judge
from ragqa.reading.memory import ReadingMemory
from ragqa.reading.windows import TokenWindow, Windower
from ragqa.records import Passage, Span
from ragqa.spelling import as_spelt_in

if TYPE_CHECKING:
    from tokenizers import Tokenizer

    from ragqa.onnx import OnnxModel

__all__ = ["DEFAULT_READER", "Backend", "ExtractiveReader"]

DEFAULT_READER = Path(__file__).parent.parent / "models" / "reader"

JUDGE = "judge"
"""The folder within that of a reader that holds the judge."""
_REMEMBERED = 2_000  # questions with a passage; asking one question reads 10

Logits = tuple[NDArray[np.float32], NDArray[np.float32]]


class Backend(Protocol):
    """A model that gives two logits a token."""

    def logits(self, windows: Sequence[TokenWindow], *, progress: Callable[[int], None] | None = None) -> list[Logits]:
        """Return start and end logits, each ``(length,)`` float32, for every window in the order given."""
        ...


class ReaderSettings(NamedTuple):
    """What a reader was trained to read, and how ready it is to say no."""

    max_length: int = 384
    """Tokens of a window."""
    stride: int = 128
    """Tokens by which windows overlap."""
    max_answer_tokens: int = decoder.MAX_ANSWER_TOKENS
    null_token: str = "[CLS]"
    null_bias: float = 0.0
    """Logits that are taken from the null score: more than 0 for a reader that says no too readily."""


class ExtractiveReader:
    """Reads passages for the spans that answer a question.

    Make one with `from_pretrained`. A reader is safe to use from several threads.
    """

    def __init__(
        self,
        backend: Backend,
        tokenizer: Tokenizer,
        *,
        name: str,
        settings: ReaderSettings | None = None,
        calibration: Calibration | None = None,
        judge: Callable[[], Judge] | None = None,
    ) -> None:
        settings = settings or ReaderSettings()
        if settings.max_answer_tokens < 1:
            raise SettingError(f"max_answer_tokens must be 1 or more, got {settings.max_answer_tokens}")
        self.name = name
        self.settings = settings
        self.calibration = calibration
        self._backend = backend
        self._memory: ReadingMemory[tuple[str, str], list[decoder.Window]] = ReadingMemory(_REMEMBERED)
        self._load_judge = judge or partial(_judge, DEFAULT_READER / JUDGE)
        self._judge: Judge | None = None
        self._loading = Lock()
        self._windower = Windower(
            tokenizer, max_length=settings.max_length, stride=settings.stride, null_token=settings.null_token
        )

    @classmethod
    def from_pretrained(
        cls, name: str | Path | None = None, *, device: str | None = None, threads: int | None = None
    ) -> ExtractiveReader:
        """Load a reader.

        Args:
            name: None for the reader that ragqa carries; a folder with a ``reader.json``; or the name or folder of any
                ``AutoModelForQuestionAnswering``, which needs a fast tokenizer.
            device: where a model of the last kind runs: "cpu" (the default) or "cuda".
            threads: of onnxruntime; the machine's cores if None.

        Raises:
            ModelError: there is no such model, or it can't be used; the message says why.
        """
        folder = DEFAULT_READER if name is None else Path(name)
        if (folder / "reader.json").is_file():
            return cls._from_onnx(folder, threads=threads)
        if name is None:
            raise ModelError(f"the packaged reader is missing from {folder}: install ragqa again")
        from ragqa.reading.hub import load_hub_reader

        backend, tokenizer, settings = load_hub_reader(str(name), device=device)
        return cls(backend, tokenizer, name=str(name), settings=settings)

    @staticmethod
    def default_name() -> str:
        """Return the name of the reader that ragqa carries, without loading it."""
        return str(_read_card(DEFAULT_READER)["name"])

    @classmethod
    def _from_onnx(cls, folder: Path, *, threads: int | None) -> ExtractiveReader:
        """Load a reader from its folder."""
        from ragqa.onnx import OnnxModel, load_tokenizer

        try:
            card = _read_card(folder)
            settings = ReaderSettings(
                card["max_length"],
                card["stride"],
                card["max_answer_tokens"],
                null_bias=float(card.get("null_bias", 0.0)),
            )
            calibration = Calibration.of(card["calibration"]) if card.get("calibration") else None
            name = str(card["name"])
        except (OSError, ValueError, KeyError, TypeError, SettingError) as error:
            raise ModelError(
                f"{folder / 'reader.json'} can't be used ({in_words(error)}): export the reader again"
            ) from error
        backend = _OnnxBackend(OnnxModel(folder / "reader.onnx", threads=threads))
        path = folder / "tokenizer.json"
        tokenizer = load_tokenizer(path)
        own_judge = folder / JUDGE
        judge = partial(
            _judge,
            own_judge if own_judge.is_dir() else DEFAULT_READER / JUDGE,
            threads=threads,
            known=(path, tokenizer),
        )
        return cls(
            backend,
            tokenizer,
            name=name,
            settings=settings,
            calibration=calibration,
            judge=judge,
        )

    @property
    def judge(self) -> Judge:
        """The judge of rivals, loaded when it is first needed: one of its own, or the one that ragqa carries.

        Raises:
            ModelError: it can't be used.
        """
        with self._loading:
            if self._judge is None:
                self._judge = self._load_judge()
        return self._judge

    def read(self, question: str, passages: Sequence[Passage], *, top_n: int = 5) -> list[list[Span]]:
        """Return for each passage its best spans, best first, none overlapping another, with offsets into the article.

        Args:
            question: what is asked.
            passages: of any articles, in any order. What a passage gets does not depend on the others.
            top_n: spans a passage, at most.

        Raises:
            QuestionError: the question is too long for this reader.
        """
        return self.read_many([(question, passage) for passage in passages], top_n=top_n)

    def read_many(
        self,
        pairs: Sequence[tuple[str, Passage]],
        *,
        top_n: int = 5,
        above: float = -math.inf,
        progress: Callable[[int], None] | None = None,
    ) -> list[list[Span]]:
        """Return the best spans of each (question, passage), as `read` does; all windows are read as one pool.

        Only spans that score more than ``above`` are returned. ``progress`` is called with the number of windows just read.
        What was read a short while ago, or stands in ``pairs`` twice, is not read again.
        """
        wanted = [(self._as_asked_of(question, passage.text), passage.text) for question, passage in pairs]
        read = self._memory.recall(wanted)
        unread = [pair for pair in dict.fromkeys(wanted) if pair not in read]
        if unread:
            windows = self._windower.windows(unread)
            logits = iter(self._backend.logits([window for own in windows for window in own], progress=progress))
            scored = {
                pair: [_scored(window, next(logits), self.settings.null_bias) for window in own]
                for pair, own in zip(unread, windows, strict=True)
            }
            self._memory.keep(scored)
            read |= scored
        return [
            self._spans(passage, read[pair], top_n, above) for (_, passage), pair in zip(pairs, wanted, strict=True)
        ]

    def forget(self) -> None:
        """Forget what was read: the next questions take as long as the first one did."""
        self._memory.forget()
        if self._judge is not None:
            self._judge.forget()

    def check(self, question: str) -> None:
        """Raise `QuestionError` where a question is too long for this reader."""
        self._windower.check(question)

    def _as_asked_of(self, question: str, text: str) -> str:
        """Return the question in the text's spelling of its days; as it is, where that would be too long for this reader."""
        spelt = as_spelt_in(question, text)
        return spelt if spelt == question or self._windower.fits(spelt) else question

    def _spans(self, passage: Passage, windows: list[decoder.Window], top_n: int, above: float) -> list[Span]:
        if not windows:
            return []
        longest = self.settings.max_answer_tokens
        found = decoder.decode(passage.text, windows, top_n=top_n, max_answer_tokens=longest, above=above)
        return [
            Span(
                passage_id=passage.id,
                text=passage.text[span.start : span.end],
                start=passage.start + span.start,
                end=passage.start + span.end,
                score=span.score,
            )
            for span in found
        ]


class _OnnxBackend:
    """The packaged kind of model. Each window is a run of its own, so that no window's scores depend on another's."""

    def __init__(self, model: OnnxModel) -> None:
        self._model = model

    def logits(self, windows: Sequence[TokenWindow], *, progress: Callable[[int], None] | None = None) -> list[Logits]:
        """Return start and end logits of every window in the order given."""
        inputs = [
            {"input_ids": window.input_ids[None], "token_type_ids": window.token_type_ids[None]} for window in windows
        ]
        return [(start[0], end[0]) for start, end in self._model.run_many(inputs, progress=progress)]


def _judge(folder: Path, *, threads: int | None = None, known: tuple[Path, Tokenizer] | None = None) -> Judge:
    """Load a judge from its folder; ``known`` is a tokenizer that has been loaded, and its file."""
    from ragqa.onnx import OnnxModel, load_tokenizer

    path = folder / "tokenizer.json"
    is_known = known is not None and path.is_file() and path.read_bytes() == known[0].read_bytes()
    tokenizer = known[1] if known and is_known else load_tokenizer(path)
    return Judge(OnnxModel(folder / "reader.onnx", threads=threads), tokenizer)


def _read_card(folder: Path) -> dict[str, Any]:
    card = json.loads((folder / "reader.json").read_text(encoding="utf-8"))
    if not isinstance(card, dict):
        raise TypeError(f"expected an object, got {type(card).__name__}")
    return card


def _scored(window: TokenWindow, logits: Logits, null_bias: float) -> decoder.Window:
    start, end = logits
    return decoder.Window(
        start_logits=start[window.passage_slice],
        end_logits=end[window.passage_slice],
        offsets=window.offsets,
        null_score=float(start[window.null_index]) + float(end[window.null_index]) - null_bias,
        first_token=window.first_token,
    )
