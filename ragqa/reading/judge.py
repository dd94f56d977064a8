"""`Judge`: whether what stands at a place in one report rivals what answers a question in another.

    question, an answer in its sentence, what another report says in its sentence and the one before  ->  a logit of being rivals

It reads all three at once, both places marked, and so sees what no score of a single passage tells: whether they are about one
thing. A BERT like the readers, and in a folder like theirs; of its logits those of the first token count. Loads no model itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ragqa.errors import ModelError
from ragqa.reading.memory import ReadingMemory

if TYPE_CHECKING:
    from tokenizers import Tokenizer

    from ragqa.onnx import OnnxModel

__all__ = ["Judge", "Marked", "Pair", "laid_out"]

QUESTION, ONE, OTHER, WORDS = 48, 60, 80, 40
"""Tokens at most: of the question, of the sentence of the answer, of what another report says, and of what is marked in either."""
_REMEMBERED = 1_000
BEGIN, END, OPEN, CLOSE = "[CLS]", "[SEP]", "[unused0]", "[unused1]"


class Marked(NamedTuple):
    """A place in its report: what stands before it, its words, and what stands behind them."""

    before: str
    words: str
    after: str


class Pair(NamedTuple):
    """What is judged."""

    question: str
    answer: Marked
    """With its sentence."""
    other: Marked
    """With its sentence and the one before."""


class Judge:
    """Judges pairs of places. Safe to use from several threads.

    Args:
        model: takes ``input_ids`` and ``token_type_ids``, and gives ``start`` and ``end``: of the first token, the logit of being
            rivals, and that of answering the same question, which isn't used.
        tokenizer: its own.

    Raises:
        ModelError: the tokenizer lacks the tokens that mark a place.
    """

    def __init__(self, model: OnnxModel, tokenizer: Tokenizer) -> None:
        for token in (BEGIN, END, OPEN, CLOSE):
            _id(token, tokenizer)
        self._model = model
        self._tokenizer = tokenizer
        self._memory: ReadingMemory[Pair, float] = ReadingMemory(_REMEMBERED)

    def judge(self, pairs: Sequence[Pair]) -> list[float]:
        """Return for each pair the logit that what the other report says rivals the answer; what was judged lately is known."""
        verdicts = self._memory.recall(pairs)
        unknown = [pair for pair in dict.fromkeys(pairs) if pair not in verdicts]
        if unknown:
            logits = self._model.run_many([self._inputs(pair) for pair in unknown])
            new = {pair: float(own[0][0, 0]) for pair, own in zip(unknown, logits, strict=True)}
            self._memory.keep(new)
            verdicts |= new
        return [verdicts[pair] for pair in pairs]

    def forget(self) -> None:
        """Forget what was judged."""
        self._memory.forget()

    def _inputs(self, pair: Pair) -> dict[str, NDArray[np.int64]]:
        ids, first = laid_out(pair, self._tokenizer)
        types = np.zeros((1, len(ids)), dtype=np.int64)
        types[0, first:] = 1
        return {"input_ids": np.array([ids], dtype=np.int64), "token_type_ids": types}


def laid_out(pair: Pair, tokenizer: Tokenizer) -> tuple[list[int], int]:
    """Return the tokens of a pair, and from which on they are the other report's."""
    begin, end = _id(BEGIN, tokenizer), _id(END, tokenizer)
    question = _tokens(pair.question, tokenizer)[:QUESTION]
    first = [begin, *question, end, *_marked(pair.answer, ONE, tokenizer), end]
    return [*first, *_marked(pair.other, OTHER, tokenizer), end], len(first)


def _marked(place: Marked, most: int, tokenizer: Tokenizer) -> list[int]:
    """Return the tokens of a place between two that mark it, with as many around it, up to ``most``, as stand nearest."""
    before, words, after = (_tokens(text, tokenizer) for text in place)
    words = words[:WORDS]
    room = most - len(words)
    first = min(len(before), max(room // 2, room - len(after)))
    kept = before[len(before) - first :]
    return [*kept, _id(OPEN, tokenizer), *words, _id(CLOSE, tokenizer), *after[: room - first]]


def _tokens(text: str, tokenizer: Tokenizer) -> list[int]:
    return list(tokenizer.encode(text, add_special_tokens=False).ids)


def _id(token: str, tokenizer: Tokenizer) -> int:
    number = tokenizer.token_to_id(token)
    if number is None:
        raise ModelError(f"the judge's tokenizer lacks {token!r}: use the one that it was trained with")
    return int(number)
