"""Many vectors, in lists of those that lie near each other: a question is compared with those of the lists nearest to it.

FAISS's inverted file with 8 bits a number. What it proposes is scored again from the store's vectors by whoever asks, so that the
scores are exact, and only which rows are found is not.

Source: Jégou, Douze and Schmid (2011), Product Quantization for Nearest Neighbor Search, doi:10.1109/TPAMI.2010.57, section 4.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ragqa.vectors import library

__all__ = ["Lists", "build", "extend", "number_of_lists"]

Rows = NDArray[np.int64]
Pages = Callable[[], Iterable[tuple[Rows, NDArray[np.float16]]]]

PROBED = 16  # lists of the nearest that are looked at, one of so many
_TRAINED = 40  # vectors for each list that the lists are chosen by
_ROUNDS = 8


def number_of_lists(vectors: int) -> int:
    """Return how many lists suit so many vectors: about four times the root, a power of two.

    >>> number_of_lists(100_000), number_of_lists(1_000_000)
    (1024, 4096)
    """
    return 1 << round(math.log2(4 * math.sqrt(max(vectors, 1))))


def build(pages: Pages, *, vectors: int, dim: int) -> Any:
    """Return a FAISS index of all ``pages``, rows and vectors, of which there are so many ``vectors``; asked for them twice."""
    faiss = library.load()
    lists = number_of_lists(vectors)
    quantizer = faiss.IndexFlatIP(dim)
    index = faiss.IndexIVFScalarQuantizer(
        quantizer, dim, lists, faiss.ScalarQuantizer.QT_8bit, faiss.METRIC_INNER_PRODUCT, False
    )
    index.own_fields = True
    quantizer.this.disown()
    index.cp.niter = _ROUNDS
    chance = np.random.default_rng(0)
    share = min(1.0, _TRAINED * lists / max(vectors, 1))
    sample = [stored[chance.random(len(stored)) < share] for _, stored in pages()]
    index.train(np.concatenate(sample).astype(np.float32))
    extend(index, pages())
    return index


def extend(index: Any, pages: Iterable[tuple[Rows, NDArray[np.float16]]]) -> None:
    """Add rows and vectors to an index in memory."""
    for rows, stored in pages:
        index.add_with_ids(stored.astype(np.float32), rows)


class Lists:
    """An index as `build` makes it, which may be mapped to memory, to be searched.

    Args:
        index: of FAISS.
        last_row: the last row that it has seen.
    """

    def __init__(self, index: Any, *, last_row: int) -> None:
        self.index = index
        self.last_row = last_row
        self._lives: NDArray[np.bool_] | None = None
        self._removed = 0

    @property
    def number(self) -> int:
        """How many of its rows are not removed."""
        return int(self.index.ntotal) - self._removed

    def remove(self, rows: Rows) -> None:
        """Find ``rows`` no more; later ones than it has are passed over."""
        known = rows[rows <= self.last_row]
        if len(known):
            if self._lives is None:
                self._lives = np.ones(self.last_row + 1, dtype=bool)
            self._removed += int(self._lives[known].sum())
            self._lives[known] = False

    def candidates(self, questions: NDArray[np.float32], width: int, rows: Rows | None) -> list[Rows]:
        """Return for each question ``width`` rows that may be its nearest, or all that there are.

        Args:
            questions: ``(n, dim)`` float32.
            width: 1 or more.
            rows: only these are found: ascending int64. None for all.
        """
        within = None if rows is None else rows[: np.searchsorted(rows, self.last_row, side="right")]
        total = self.number if within is None else len(within)
        width = min(width, total)
        if width == 0:
            return [np.empty(0, dtype=np.int64) for _ in questions]
        # With fewer rows to find, as many are looked at as without a filter.
        share = total / max(int(self.index.ntotal), 1)
        probes = min(self.index.nlist, max(8, math.ceil(self.index.nlist / PROBED / share)))
        found = [np.empty(0, dtype=np.int64)] * len(questions)
        pending = np.arange(len(questions))
        while len(pending):
            _, ids = library.search(self.index, questions[pending], width, self._parameters(probes, within))
            for number, own in zip(pending, ids, strict=True):
                found[number] = own[own >= 0]
            pending = np.array([number for number in pending if len(found[number]) < width], dtype=np.int64)
            if probes == self.index.nlist:
                break
            probes = min(self.index.nlist, 4 * probes)
        return found

    def _parameters(self, probes: int, rows: Rows | None) -> Any:
        faiss = library.load()
        lives = self._lives
        if rows is not None:
            lives = np.zeros(self.last_row + 1, dtype=bool)
            lives[rows] = True
        if lives is None:
            return faiss.SearchParametersIVF(nprobe=probes)
        return faiss.SearchParametersIVF(
            nprobe=probes, sel=faiss.IDSelectorBitmap(np.packbits(lives, bitorder="little"))
        )
