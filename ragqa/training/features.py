"""Examples to windows of tokens with the places where the answer starts and ends.

A context that is longer than a window is cropped around its answer, at a place drawn at random, so that the reader learns nothing
from where in a window an answer stands. Imports numpy; the tokenizer is handed in.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ragqa.training.examples import Example

if TYPE_CHECKING:
    from tokenizers import Encoding, Tokenizer

__all__ = ["SoftTargets", "Source", "TrainingWindow", "training_windows"]

_AT_ONCE = 1024


SoftTargets = NDArray[np.float16]
"""``(2, length)``: of each token of a window how likely the answer starts with it, and ends with it; at the null token how likely
there is none. Each row sums to 1."""


class Source(NamedTuple):
    """What a window is made of, for a teacher that reads it with another tokenizer."""

    question: str
    text: str
    """The part of the context that is in the window."""
    first: int
    """The first token of the window that is the text's."""
    offsets: NDArray[np.int32]
    """``(tokens of the text, 2)`` characters of it, half-open."""


class TrainingWindow(NamedTuple):
    """One window as the model takes it, and what it should point at."""

    input_ids: NDArray[np.int64]
    """``(length,)``, special tokens and question included, no padding."""
    token_type_ids: NDArray[np.int64]
    """``(length,)``."""
    starts: tuple[int, ...]
    """Every token where the answer may start; the null token alone where there is no answer."""
    ends: tuple[int, ...]
    """Every token with which the answer may end."""
    null: int
    """Where the null token stands."""
    source: Source | None = None
    soft: SoftTargets | None = None
    """What a teacher says, if there is one."""


def training_windows(
    examples: Sequence[Example],
    tokenizer: Tokenizer,
    *,
    max_length: int,
    null_token: str,
    seed: int,
    with_source: bool = False,
) -> Iterator[TrainingWindow | None]:
    """Yield the window of each example in the order given; None where question or answer leaves no room for it.

    Args:
        examples: with their spans in characters.
        tokenizer: a fast one, truncation and padding off.
        max_length: tokens a window has at most, everything counted.
        null_token: the token whose logits say that there is no answer.
        seed: of the places where contexts are cropped. An example's crop depends on its own id and the seed alone.
        with_source: for a teacher.
    """
    null_id = tokenizer.token_to_id(null_token)
    room = max_length - tokenizer.num_special_tokens_to_add(is_pair=True)
    for first in range(0, len(examples), _AT_ONCE):
        part = examples[first : first + _AT_ONCE]
        questions = tokenizer.encode_batch([example.question for example in part], add_special_tokens=False)
        contexts = tokenizer.encode_batch([example.context for example in part], add_special_tokens=False)
        for example, question, context in zip(part, questions, contexts, strict=True):
            cut = _crop(example, context, room - len(question), Random(f"{seed} {example.id}"))
            window = None if cut is None else _window(example, cut, tokenizer, null_id)
            yield window if window is None or with_source else window._replace(source=None)


def _crop(example: Example, context: Encoding, room: int, draw: Random) -> tuple[int, int] | None:
    """Return the characters of the context that are kept, half-open; None where no window can hold the answer."""
    offsets = context.offsets
    if not offsets or room < 1:
        return None
    low, high = 0, max(0, len(offsets) - room)
    if example.spans:
        start, end = draw.choice(example.spans)
        first, last = _tokens(np.array(offsets), start, end)
        low, high = max(low, last + 1 - room), min(high, first)
        if low > high:
            return None
    begin = draw.randint(low, high)
    return offsets[begin][0], offsets[min(begin + room, len(offsets)) - 1][1]


def _window(example: Example, cut: tuple[int, int], tokenizer: Tokenizer, null_id: int | None) -> TrainingWindow | None:
    text = example.context[cut[0] : cut[1]]
    encoding = tokenizer.encode(example.question, text)
    ids = np.array(encoding.ids, dtype=np.int64)
    in_context = np.array([part == 1 for part in encoding.sequence_ids])
    if not in_context.any():
        return None
    begin = int(in_context.argmax())
    offsets = np.array(encoding.offsets, dtype=np.int64)[in_context]
    null = int(np.flatnonzero(ids == null_id)[0]) if null_id is not None and (ids == null_id).any() else 0
    starts, ends = {null}, {null}
    if example.spans:
        inside = [(start - cut[0], end - cut[0]) for start, end in example.spans if cut[0] <= start and end <= cut[1]]
        places = [_tokens(offsets, start, end) for start, end in inside]
        starts, ends = {begin + first for first, _ in places}, {begin + last for _, last in places}
        if not starts:
            return None
    types = np.array(encoding.type_ids, dtype=np.int64)
    source = Source(example.question, text, begin, offsets.astype(np.int32))
    return TrainingWindow(ids, types, tuple(sorted(starts)), tuple(sorted(ends)), null, source)


def _tokens(offsets: NDArray[np.int64], start: int, end: int) -> tuple[int, int]:
    """Return the first and the last token that hold a character of the span; ``offsets`` are ``(n, 2)``, in order."""
    first = int(np.searchsorted(offsets[:, 1], start, side="right"))
    last = int(np.searchsorted(offsets[:, 0], end, side="left")) - 1
    first = min(first, len(offsets) - 1)
    return first, max(first, last)
