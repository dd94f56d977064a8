"""Question and passage to token windows that fit the model.

A passage that doesn't fit is read in windows that overlap by ``stride`` tokens. The tokenizer itself lays out question, passage and
special tokens, since every model family does so in its own way. Imports numpy; the tokenizer is handed in.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ragqa.errors import QuestionError, SettingError

if TYPE_CHECKING:
    from tokenizers import Encoding, Tokenizer

__all__ = ["TokenWindow", "Windower"]


class TokenWindow(NamedTuple):
    """One window as the model takes it, and where its tokens lie in the passage."""

    input_ids: NDArray[np.int64]
    """``(length,)``, special tokens and question included, no padding."""
    token_type_ids: NDArray[np.int64]
    """``(length,)``."""
    null_index: int
    """Where the token stands whose logits say that there is no answer."""
    passage_slice: slice
    """Which tokens are the passage's."""
    offsets: NDArray[np.int64]
    """``(passage tokens, 2)`` characters of the passage, half-open."""
    first_token: int
    """How many tokens of the passage stand before this window."""


class Windower:
    """Lays questions and passages out as windows. A question is tokenised once, a passage too.

    Args:
        tokenizer: a fast tokenizer with the model's own template for pairs, truncation and padding off.
        max_length: tokens a window has at most, everything counted, from 24 up.
        stride: tokens by which the windows of a long passage overlap, below half of ``max_length``.
        null_token: the token whose logits say that there is no answer.

    Raises:
        SettingError: a length is out of its range.
    """

    def __init__(self, tokenizer: Tokenizer, *, max_length: int, stride: int, null_token: str) -> None:
        if max_length < 24:
            raise SettingError(f"max_length must be 24 or more tokens, got {max_length}")
        if not 0 <= stride < max_length // 2:
            raise SettingError(f"stride must be from 0 to below half of max_length ({max_length}), got {stride}")
        self._tokenizer = tokenizer
        self._null_id = tokenizer.token_to_id(null_token)
        self._stride = stride
        self._room = max_length - tokenizer.num_special_tokens_to_add(is_pair=True)
        # What is left of a window for its passage is always more than the stride.
        self.max_question_tokens = min(max_length // 3, self._room - stride - 1)

    def check(self, question: str) -> None:
        """Raise `QuestionError` where the question would leave too little room for a passage."""
        self._question(question)

    def fits(self, question: str) -> bool:
        """Return whether the question leaves enough room for a passage."""
        return self._has_room(self._encoded(question))

    def windows(self, pairs: Sequence[tuple[str, str]]) -> list[list[TokenWindow]]:
        """Return the windows of each (question, passage text); none for a passage without a token.

        Raises:
            QuestionError: a question is too long for the reader.
        """
        questions = {question: self._question(question) for question, _ in pairs}
        passages = self._tokenizer.encode_batch([text for _, text in pairs], add_special_tokens=False)
        return [
            list(self._windows_of(questions[question], passage))
            for (question, _), passage in zip(pairs, passages, strict=True)
        ]

    def _question(self, question: str) -> Encoding:
        encoding = self._encoded(question)
        if not self._has_room(encoding):
            raise QuestionError(
                f"the question has {len(encoding):,} tokens, {self.max_question_tokens} at most for this reader: "
                "ask it in fewer words"
            )
        return encoding

    def _has_room(self, question: Encoding) -> bool:
        return len(question) <= self.max_question_tokens

    def _encoded(self, question: str) -> Encoding:
        return self._tokenizer.encode(question, add_special_tokens=False)

    def _windows_of(self, question: Encoding, passage: Encoding) -> Iterator[TokenWindow]:
        if not len(passage):
            return
        passage.truncate(self._room - len(question), stride=self._stride)
        first_token = 0
        for piece in (passage, *passage.overflowing):
            laid_out = self._tokenizer.post_process(question, piece)
            ids = np.array(laid_out.ids, dtype=np.int64)
            begin = laid_out.sequence_ids.index(1)
            null = np.flatnonzero(ids == self._null_id)
            yield TokenWindow(
                input_ids=ids,
                token_type_ids=np.array(laid_out.type_ids, dtype=np.int64),
                null_index=int(null[0]) if len(null) else 0,
                passage_slice=slice(begin, begin + len(piece)),
                offsets=np.array(piece.offsets, dtype=np.int64),
                first_token=first_token,
            )
            first_token += len(piece) - self._stride
