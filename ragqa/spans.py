"""Logits to best spans: the decoder. Pure numpy; knows nothing of models, articles or files.

A reader gives two logits a token: that the answer starts there, that it ends there. A span's score is its start plus its end logit
minus the null score of its window (both logits at the null token, the model's word for "no answer here"). No softmax is
taken over a window, so scores of different passages compare.

What is decoded are whole words and figures (`ragqa.words`), not sub-word tokens: a word's logit is the best of its tokens', so
a model that points at "544" in "100,544" answers "100,544".

A span of nothing but particles ("At", where the text says "At least 43") is none.

An answer lies within one sentence. Of gold answers in news and encyclopedia questions 2 in 1,000 don't, and most of these by a
mistake; a span across two sentences is nearly always one of two halves that don't belong together.

Long passages are read in overlapping windows. A span counts only in the window where its first token sees most context on its
shorter side (Devlin et al., the max-context rule), so that no span is judged at the torn edge of a window.

Source: Devlin et al. (2019), BERT, arXiv:1810.04805, section 4.3 (null score) and its run_squad.py (max context).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ragqa.sentences import sentence_spans
from ragqa.telling import is_particle
from ragqa.words import word_spans

__all__ = ["MAX_ANSWER_TOKENS", "ScoredSpan", "Window", "decode"]

MAX_ANSWER_TOKENS = 30

_NEVER = np.float32(-np.inf)


class Window(NamedTuple):
    """What a reader says about one window of a passage. Only the passage's own tokens, in order: no question, no padding."""

    start_logits: NDArray[np.float32]
    """``(n,)`` logits that the answer starts at the token."""
    end_logits: NDArray[np.float32]
    """``(n,)`` logits that the answer ends with the token."""
    offsets: NDArray[np.int64]
    """``(n, 2)`` characters of the passage, half-open."""
    null_score: float
    """Start plus end logit of the null token."""
    first_token: int = 0
    """How many tokens of the passage stand before this window."""


class ScoredSpan(NamedTuple):
    """A stretch of a passage: characters, half-open, and best minus null in logits."""

    start: int
    end: int
    score: float


def decode(
    text: str,
    windows: Sequence[Window],
    *,
    top_n: int = 5,
    max_answer_tokens: int = MAX_ANSWER_TOKENS,
    above: float = -math.inf,
) -> list[ScoredSpan]:
    """Return the best spans of a passage, best first, none overlapping another.

    Args:
        text: the passage.
        windows: what the reader said about it, window by window; together they cover its tokens.
        top_n: how many spans at most.
        max_answer_tokens: the longest span, in tokens of the reader. A single word may be longer.
        above: only spans that score more than this. A window whose largest logits don't add up to it is not decoded.
    """
    if all(_bound(window) <= above for window in windows):
        return []
    words = _words(text)
    if not len(words):
        return []
    owner = _owners(windows)
    spans = [
        span
        for number, window in enumerate(windows)
        for span in _decode_window(window, words, owner == number, top_n=top_n, max_answer_tokens=max_answer_tokens)
        if span.score > above
    ]
    spans.sort(key=lambda span: (-span.score, span.start, span.end))
    return _without_overlaps(spans)[:top_n]


def _bound(window: Window) -> float:
    """Return a score that no span of the window exceeds."""
    if not len(window.start_logits):
        return -math.inf
    return float(window.start_logits.max() + window.end_logits.max()) - window.null_score


@lru_cache(maxsize=4096)  # passages are read again for other questions
def _words(text: str) -> NDArray[np.int64]:
    """Return of every word its start, end, number of sentence, and how many particles follow from it on: ``(n, 4)`` int64."""
    words = word_spans(text)
    sentences = [start for start, _ in sentence_spans(text)]
    particles = np.zeros(len(words), dtype=np.int64)
    for number in reversed(range(len(words))):
        if is_particle(text[slice(*words[number])]):
            particles[number] = 1 + (particles[number + 1] if number + 1 < len(words) else 0)
    return np.column_stack([words, np.searchsorted(sentences, words[:, 0], side="right"), particles])


def _owners(windows: Sequence[Window]) -> NDArray[np.int64]:
    """Return for each token of the passage the window that sees most context on its shorter side: ``(tokens,)`` int64."""
    total = max(window.first_token + len(window.offsets) for window in windows)
    best = np.full(total, -1.0)
    owner = np.zeros(total, dtype=np.int64)
    for number, window in enumerate(windows):
        size = len(window.offsets)
        position = np.arange(size)
        context = np.minimum(position, size - 1 - position) + 0.01 * size
        here = slice(window.first_token, window.first_token + size)
        wins = context > best[here]
        owner[here][wins] = number
        best[here][wins] = context[wins]
    return owner


def _decode_window(
    window: Window, words: NDArray[np.int64], owned: NDArray[np.bool_], *, top_n: int, max_answer_tokens: int
) -> list[ScoredSpan]:
    starts, ends = window.offsets[:, 0], window.offsets[:, 1]
    if not len(starts):
        return []
    # Only words that lie in the window whole.
    first = int(np.searchsorted(words[:, 0], starts[0], side="left"))
    last = int(np.searchsorted(words[:, 1], ends[-1], side="right"))
    words = words[first:last]
    if not len(words):
        return []
    # The first and last token of each word. A token between words, such as a quotation mark, lends its start logit to the word
    # after it and its end logit to the word before it.
    first_token = np.minimum(np.searchsorted(ends, words[:, 0], side="right"), len(starts) - 1)
    last_token = np.maximum(np.searchsorted(starts, words[:, 1], side="left") - 1, first_token)
    opening = np.minimum(np.r_[0, last_token[:-1] + 1], first_token)
    closing = np.maximum(np.r_[first_token[1:] - 1, len(ends) - 1], last_token)
    start_logits = _best_in(window.start_logits, opening, last_token)
    end_logits = _best_in(window.end_logits, first_token, closing)
    start_logits[~owned[window.first_token + first_token]] = _NEVER

    # scores[i, j]: from word i to word i + j. A band, not a square: no span has more words than it may have tokens.
    width = min(max_answer_tokens, len(words))
    padded_ends = np.r_[end_logits, np.full(width - 1, _NEVER, dtype=np.float32)]
    scores = start_logits[:, None] + np.lib.stride_tricks.sliding_window_view(padded_ends, width)
    padded_last = np.r_[last_token, np.full(width - 1, len(starts) + max_answer_tokens)]
    lengths = np.lib.stride_tricks.sliding_window_view(padded_last, width) - first_token[:, None] + 1
    padded_sentences = np.r_[words[:, 2], np.full(width - 1, -1)]
    sentences = np.lib.stride_tricks.sliding_window_view(padded_sentences, width)
    is_torn = (lengths > max_answer_tokens) | (sentences != words[:, 2, None])
    scores[:, 1:][is_torn[:, 1:]] = _NEVER
    scores[np.arange(width) < words[:, 3, None]] = _NEVER
    return [
        ScoredSpan(int(words[i, 0]), int(words[i + j, 1]), score - window.null_score)
        for i, j, score in _best_of_band(scores, top_n)
    ]


def _best_in(logits: NDArray[np.float32], first: NDArray[np.int64], last: NDArray[np.int64]) -> NDArray[np.float32]:
    """Return the largest logit of each stretch ``first`` to ``last``, both inclusive; stretches may overlap."""
    bounds = np.stack([first, last + 1], axis=1).ravel()
    best: NDArray[np.float32] = np.maximum.reduceat(np.r_[logits, _NEVER], bounds)[::2]
    return best


def _best_of_band(scores: NDArray[np.float32], top_n: int) -> list[tuple[int, int, float]]:
    """Return up to ``top_n`` cells of the band, best first, whose spans don't overlap. Writes on ``scores``."""
    width = scores.shape[1]
    offset = np.arange(width)
    best = []
    for _ in range(top_n):
        i, j = divmod(int(scores.argmax()), width)
        score = float(scores[i, j])
        if score == _NEVER:
            break
        best.append((i, j, score))
        scores[i : i + j + 1] = _NEVER  # every span that starts inside
        before = slice(max(0, i - width + 1), i)
        reach = np.arange(before.start, i)[:, None] + offset
        scores[before][reach >= i] = _NEVER  # every span that starts before and reaches in
    return best


def _without_overlaps(spans: list[ScoredSpan]) -> list[ScoredSpan]:
    """Keep each span that overlaps none before it."""
    kept: list[ScoredSpan] = []
    for span in spans:
        if all(span.end <= other.start or other.end <= span.start for other in kept):
            kept.append(span)
    return kept
