"""`VectorCache`: the store's vectors, searched exactly, or where they are very many nearly so (docs/adr/0020).

FAISS proposes, and `ragqa.vectors.scoring` gives what it proposes its score.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ragqa.errors import IndexDamaged, IndexMismatch, StorageError, in_words
from ragqa.store import Store
from ragqa.store.rows import damaged
from ragqa.vectors import library, lists, scoring, snapshot
from ragqa.vectors.scoring import Candidates, Rows

__all__ = ["VectorCache"]

logger = logging.getLogger(__name__)

# A filter that keeps at most this many rows, and at most this share of all, is scored from the store without FAISS: reading a row
# and checking it takes some 20 microseconds, looking at a bit for each row of the index 0.15 a row.
FEW_ROWS = 2_000
FEW_SHARE = 0.005
# Beyond this many vectors they are put into lists: comparing a question with all of them reads 150 MB (docs/adr/0020).
MOST_EXACT = 100_000
_SPARE_IN_LISTS = 64  # rows proposed beyond twice as many as are asked for, to be scored exactly
_SPARE = 16  # more rows than asked for, so that a second search is seldom needed


class VectorCache:
    """Search over the vectors of a store, caught up with it before every search.

    Up to `MOST_EXACT` vectors are compared with a question one and all. Of more, those of the last snapshot are in lists, the
    nearest of which are looked at; those that came since are all compared. Scores are exact in any case.

    Args:
        folder: of the index, where snapshots are.
        store: the truth.
        dim: of the vectors.
    """

    def __init__(self, folder: Path, store: Store, *, dim: int) -> None:
        self._folder = folder
        self._store = store
        self._dim = dim
        self._index: Any = None  # of all vectors, or of those that are not in the lists
        self._lists: lists.Lists | None = None
        self._generation = self._last_row = self._last_seq = 0
        self._is_snapshot_bad = False

    def prepare(self) -> None:
        """Load FAISS, which otherwise the first search does."""
        library.load()

    def search(self, questions: NDArray[np.float32], *, k: int, rows: Rows | None = None) -> list[Candidates]:
        """Return for each question the rows of its best ``k`` passages with their scores, and all that equal the last of them.

        Args:
            questions: ``(n, dim)`` float32, rows of length 1.
            k: 1 or more.
            rows: only these are searched: ascending int64. None for all.

        Returns:
            A list a question, in no order: row and inner product with the stored float16 vector, rounded once to float64.

        Raises:
            IndexDamaged: a stored vector is not what was written.
            IndexMismatch: the store's vectors have another length by now.
        """
        with self._store.reading():
            self._catch_up()
            total = self._number() if rows is None else len(rows)
            if total == 0:
                return [[] for _ in questions]
            if rows is not None and len(rows) <= min(FEW_ROWS, FEW_SHARE * self._number()):
                return self._search_few(questions, min(k, total), rows)
            if self._lists is not None:
                return self._search_lists(questions, min(k, total), rows)
            return self._search_faiss(questions, min(k, total), total, rows)

    def scores(self, question: NDArray[np.float32], rows: Rows) -> dict[int, float]:
        """Return what `search` would say of these rows: the inner product of each with ``question``, ``(dim,)`` float32.

        Raises:
            IndexDamaged: a stored vector is not what was written.
        """
        if not len(rows):
            return {}
        rows, vectors = self._stored(rows)
        return dict(scoring.best(question, rows, vectors, len(rows)))

    def keep(self, *, anew: bool = False) -> None:
        """Write a snapshot if one is due, or with ``anew`` in any case. Not inside a transaction.

        A failure is logged: the store has everything that a snapshot has.
        """
        try:
            if anew or snapshot.is_due(self._store, self._store.articles.counts().passages):
                self._renew(wait=True)
        except (OSError, StorageError) as error:
            logger.warning(
                "No snapshot of the vectors was written, which costs time at the next start: %s", in_words(error)
            )

    def mend(self) -> None:
        """Put a new snapshot in the place of one that a search found damaged, if any. Not inside a transaction."""
        if not self._is_snapshot_bad:
            return
        self._is_snapshot_bad = False
        try:
            self._renew(wait=False)
        except (OSError, StorageError) as error:
            # Whoever searches may have no right to write, and was told that the snapshot is damaged.
            logger.debug("No snapshot of the vectors was written in the place of the damaged one: %s", error)

    def _renew(self, *, wait: bool) -> None:
        """Write a snapshot in the place of what is there; where the vectors are few, only remove what is there."""
        with self._store.reading():
            passages = self._store.articles.counts().passages
            is_large = snapshot.is_large(passages)
            if is_large:
                # While the lock is held: another thread may search, and catching up changes the index.
                index = self._listed(passages) if passages > MOST_EXACT else self._unlisted()
                data = snapshot.to_bytes(index)
                last_row, last_seq = self._store.vectors.last
                fingerprint = self._store.get("fingerprint")
        if not is_large:
            snapshot.clear(self._folder, self._store, wait=wait)
            return
        snapshot.write(
            self._folder,
            self._store,
            data,
            last_row=last_row,
            last_seq=last_seq,
            fingerprint=fingerprint,
            lists=getattr(index, "nlist", 0),
            wait=wait,
        )
        if passages > MOST_EXACT:
            with self._store.reading():  # so that no thread is just searching
                self._index = self._lists = None  # the next search begins with the new snapshot

    def _listed(self, passages: int) -> Any:
        """Return an index of all vectors in lists; those of the last snapshot are kept where their number still suits."""
        named = snapshot.recorded(self._store)
        if named.lists != lists.number_of_lists(passages):
            return lists.build(lambda: self._store.vectors.after(0), vectors=passages, dim=self._dim)
        try:
            index = snapshot.read(self._folder, named, dim=self._dim, mapped=False)
        except IndexDamaged as error:
            logger.warning("The vectors are read from the store: %s.", error)
            return lists.build(lambda: self._store.vectors.after(0), vectors=passages, dim=self._dim)
        removed = self._store.vectors.removed_after(named.last_seq)
        if len(removed):
            index.remove_ids(removed)
        lists.extend(index, self._store.vectors.after(named.last_row))
        return index

    def _unlisted(self) -> Any:
        """Return an index of all vectors without lists."""
        self._catch_up()
        if self._lists is not None:
            self._start_empty()
            self._read_changes()
        return self._index

    def _catch_up(self) -> None:
        """Take in what was committed since the last search, inside one state of the store."""
        generation = self._store.generation
        if self._index is not None and generation == self._generation:
            return
        dim = self._store.get("dim")
        if dim != self._dim:
            raise IndexMismatch(
                f"Index {self._folder} was rebuilt while it was open: its vectors have {dim} numbers now, not {self._dim}. "
                "Open it again, with the embedder that made them."
            )
        try:
            if self._index is None:
                self._load()
            self._read_changes()
            if not self._is_whole():
                logger.warning("The vectors in memory are not those of the store: they are read anew.")
                self._is_snapshot_bad = True
                self._start_empty()
                self._read_changes()
        except BaseException:
            self._index = None  # half caught up is not usable
            raise
        if not self._is_whole():
            self._index = None
            raise IndexDamaged(
                f"Index {self._folder} has passages without vectors. Index the articles again with "
                '"ragqa index PATH... --rebuild".'
            )
        self._generation = generation

    def _start_empty(self) -> None:
        faiss = library.load()
        self._index = faiss.IndexIDMap2(faiss.IndexFlatIP(self._dim))
        self._lists = None
        self._last_row = self._last_seq = 0

    def _load(self) -> None:
        """Begin with the snapshot if it holds, else empty."""
        self._start_empty()
        found = snapshot.recorded(self._store)
        if found == snapshot.NONE:
            return
        try:
            index = snapshot.read(self._folder, found, dim=self._dim)
        except IndexDamaged as error:
            logger.warning("The vectors are read from the store: %s.", error)
            self._is_snapshot_bad = True
        else:
            self._last_row, self._last_seq = found.last_row, found.last_seq
            if found.lists:
                self._lists = lists.Lists(index, last_row=found.last_row)
            else:
                self._index = index

    def _read_changes(self) -> None:
        last_row, last_seq = self._store.vectors.last
        for rows, vectors in self._store.vectors.after(self._last_row):
            if vectors.shape[1] != self._dim:
                raise damaged("The table of vectors")
            self._index.add_with_ids(vectors.astype(np.float32), rows)
        removed = self._store.vectors.removed_after(self._last_seq)
        if len(removed):
            self._index.remove_ids(removed)
            if self._lists is not None:
                self._lists.remove(removed)
        self._last_row, self._last_seq = last_row, last_seq

    def _is_whole(self) -> bool:
        return self._number() == self._store.articles.counts().passages

    def _number(self) -> int:
        return int(self._index.ntotal) + (self._lists.number if self._lists is not None else 0)

    def _stored(self, rows: Rows) -> tuple[Rows, NDArray[np.float32]]:
        """Return ``rows`` with their vectors from the store, (n, dim)."""
        rows, stored = self._store.vectors.of(rows)
        if stored.shape[1] != self._dim:
            raise damaged("The table of vectors")
        return rows, stored.astype(np.float32)

    def _search_few(self, questions: NDArray[np.float32], k: int, rows: Rows) -> list[Candidates]:
        rows, vectors = self._stored(rows)
        scores = questions @ vectors.T
        floors = np.partition(scores, -k, axis=1)[:, -k] - scoring.margin(self._dim)
        found = []
        for question, own, floor in zip(questions, scores, floors, strict=True):
            near = own >= floor
            found.append(scoring.best(question, rows[near], vectors[near], k))
        return found

    def _search_lists(self, questions: NDArray[np.float32], k: int, rows: Rows | None) -> list[Candidates]:
        assert self._lists is not None
        width = 2 * k + _SPARE_IN_LISTS
        proposed = self._lists.candidates(questions, width, rows)
        if newer := min(width, int(self._index.ntotal)):
            _, ids = library.search(self._index, questions, newer, scoring.among(rows))
            proposed = [np.concatenate([near, own[own >= 0]]) for near, own in zip(proposed, ids, strict=True)]
        found = []
        for question, near in zip(questions, proposed, strict=True):
            own, vectors = self._stored(np.unique(near))
            found.append(scoring.best(question, own, vectors, min(k, len(own))))
        return found

    def _search_faiss(self, questions: NDArray[np.float32], k: int, total: int, rows: Rows | None) -> list[Candidates]:
        found: list[Candidates] = [[] for _ in questions]
        parameters = scoring.among(rows)
        pending = np.arange(len(questions))
        width = min(total, k + _SPARE)
        while len(pending):
            scores, ids = library.search(self._index, questions[pending], width, parameters)
            floors = scores[:, k - 1] - scoring.margin(self._dim)
            # Where the last row is clearly below the k-th, nothing that was left out can be among the best.
            is_done = (scores[:, -1] < floors) | (width == total)
            for number in np.flatnonzero(is_done):
                near = ids[number][scores[number] >= floors[number]]
                question = questions[pending[number]]
                found[pending[number]] = scoring.best(question, near, self._index.reconstruct_batch(near), k)
            pending = pending[~is_done]
            width = min(total, 4 * width)
        return found
