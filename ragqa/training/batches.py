"""Windows to batches: of about equal length, within a budget of tokens, in an order that the seed decides.

A step takes one batch, made of several parts that are computed apart and whose gradients are added: a part fits the cache of a
processor core, a batch is as large as learning wants. Pure Python.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

__all__ = ["MULTIPLE", "padded", "plan"]

MULTIPLE = 16
"""Lengths are padded to a multiple of this, so that few shapes occur."""

_POOL = 64  # parts that are sorted together: enough for equal lengths, few enough for a mixed order


def padded(length: int) -> int:
    """Return ``length`` rounded up to a multiple of `MULTIPLE`.

    >>> padded(16), padded(17)
    (16, 32)
    """
    return -(-length // MULTIPLE) * MULTIPLE


def plan(lengths: Sequence[int], *, tokens: int, part_tokens: int, seed: str) -> list[list[list[int]]]:
    """Return the batches of one pass over the windows: for each batch its parts, for each part the numbers of its windows.

    Args:
        lengths: of the windows, in tokens.
        tokens: of a batch at most, padding counted.
        part_tokens: of a part at most; a longer window is a part of its own.
        seed: decides the order.

    >>> plan([10, 30, 12, 31], tokens=64, part_tokens=32, seed="0")
    [[[3], [0, 2]], [[1]]]
    """
    draw = Random(seed)
    order = list(range(len(lengths)))
    draw.shuffle(order)
    average = max(1, sum(map(padded, lengths)) // max(1, len(lengths)))
    pool = max(1, _POOL * part_tokens // average)
    parts: list[list[int]] = []
    for first in range(0, len(order), pool):
        own: list[list[int]] = []
        for number in sorted(order[first : first + pool], key=lambda number: (lengths[number], number)):
            if own and (len(own[-1]) + 1) * padded(lengths[number]) <= part_tokens:
                own[-1].append(number)
            else:
                own.append([number])
        draw.shuffle(own)
        parts += own
    batches: list[list[list[int]]] = []
    room = 0
    for part in parts:
        size = len(part) * padded(lengths[part[-1]])
        if not batches or size > room:
            batches.append([])
            room = tokens
        batches[-1].append(part)
        room -= size
    return batches
