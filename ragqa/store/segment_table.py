"""The tables that hold segments of the index of words, read so that nothing is taken that its checksum does not vouch for.

    segments -> tables -> `Held`, what a segment has to say about a question

Knows nothing of which segments there should be: that is `ragqa.store.lexical`'s.
"""

from __future__ import annotations

import sqlite3
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ragqa.errors import IndexDamaged
from ragqa.store.database import Database
from ragqa.store.ranking import Held, Postings
from ragqa.store.rows import blob_checksum, is_blob
from ragqa.store.segments import POSTING, Segment

__all__ = ["Opened", "SegmentTable", "WordsDamaged"]

BLOCK = 8_192  # postings that are read and checked together
_BLOCKS = 2**24  # more than any segment has
_MOST_KEPT = 16_000_000  # postings that are held in memory once they were read: 6 bytes each


class WordsDamaged(IndexDamaged):
    """What was read of the index of words is not what was written."""

    def __init__(self) -> None:
        super().__init__(
            "The full text is not what was written: the file was changed or the disk is failing. "
            'Mend it with "ragqa verify --repair".'
        )


class Opened(NamedTuple):
    """A segment without its postings. ``starts``: the place of each word's first posting; the last is the number of all."""

    number: int
    segment: Segment
    starts: NDArray[np.int64]
    removed: NDArray[np.bool_]


class SegmentTable:
    """The tables ``word_segments``, ``word_blocks`` and ``word_removed``. A segment that is written is never changed."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._open: dict[int, Opened] = {}
        self._kept: OrderedDict[tuple[int, int], Postings] = OrderedDict()  # by segment and word
        self._number_kept = 0

    def begin(self) -> None:
        """Begin a transaction: which passages are removed may change."""
        self._open.clear()

    def forget(self) -> None:
        """Let go of everything that was read, such as what a transaction that failed had written."""
        self._open.clear()
        self._kept.clear()
        self._number_kept = 0

    def catch_up(self, numbers: Iterable[int]) -> None:
        """Let go of what another commit may have changed: there are these segments now."""
        left = set(numbers)
        self._open = {
            number: own._replace(removed=self._removed(number, len(own.removed)))
            for number, own in self._open.items()
            if number in left
        }
        for key in [key for key in self._kept if key[0] not in left]:
            self._number_kept -= _weight(self._kept.pop(key))

    def open(self, number: int) -> Opened:
        """Return a segment without its postings.

        Raises:
            WordsDamaged: it is not what was written.
        """
        if number not in self._open:
            *parts, mark = self._fetch(
                "SELECT passages, lengths, words, counts, checksum FROM word_segments WHERE segment = ?", number
            )
            if not all(isinstance(part, bytes) for part in parts) or not is_blob(number, _framed(parts), mark):
                raise WordsDamaged
            rows, lengths, words, counts = map(np.frombuffer, parts, ("<i8", "<u4", "<u8", "<u4"))
            segment = Segment(rows, lengths, words, counts, np.empty(0, dtype=POSTING))
            starts = np.concatenate([[0], np.cumsum(counts, dtype=np.int64)])
            self._open[number] = Opened(number, segment, starts, self._removed(number, len(rows)))
        return self._open[number]

    def read(self, number: int) -> Segment:
        """Return a segment with its postings.

        Raises:
            WordsDamaged: it is not what was written.
        """
        own = self.open(number)
        return own.segment._replace(postings=self._span(own, 0, int(own.starts[-1]), {}))

    def held(self, number: int, words: Sequence[int]) -> Held:
        """Return what a segment has to say about words, by their numbers.

        Raises:
            WordsDamaged: what was read is not what was written.
        """
        own = self.open(number)
        wanted = np.array(words, dtype=np.uint64)
        places = np.searchsorted(own.segment.words, wanted)
        blocks: dict[int, bytes] = {}
        found = []
        for word, place in zip(words, places.tolist(), strict=True):
            key = (number, word)
            if key in self._kept:
                self._kept.move_to_end(key)
                found.append(self._kept[key])
                continue
            if place < len(own.segment.words) and int(own.segment.words[place]) == word:
                start, end = own.starts[place : place + 2].tolist()
                postings = self._span(own, start, end, blocks)
            else:
                postings = np.empty(0, dtype=POSTING)
            if len(postings) and int(postings["place"].max()) >= len(own.removed):
                raise WordsDamaged
            found.append(self._keep(key, Postings.of(postings)))
        return Held(own.segment.rows, own.segment.lengths, own.removed, found)

    def write(self, segment: Segment) -> int:
        """Write a new segment, and return its number."""
        number = self._database.next_row("word_segments")
        parts = [part.tobytes() for part in segment[:4]]
        with self._database.reading() as connection:
            connection.execute(
                "INSERT INTO word_segments (segment, passages, lengths, words, counts, checksum) VALUES (?, ?, ?, ?, ?, ?)",
                [number, *parts, blob_checksum(number, _framed(parts))],
            )
            connection.executemany(
                "INSERT INTO word_blocks (block, postings, checksum) VALUES (?, ?, ?)",
                ((block, data, blob_checksum(block, data)) for block, data in _blocks(number, segment.postings)),
            )
        self._write_removed(number, np.zeros(len(segment.rows), dtype=bool))
        return number

    def remove(self, number: int, places: NDArray[np.int64]) -> None:
        """Remove passages of a segment, by their places in it."""
        own = self.open(number)
        removed = own.removed.copy()
        removed[places] = True
        self._write_removed(number, removed)
        self._open[number] = own._replace(removed=removed)

    def drop(self, number: int) -> None:
        """Remove a segment."""
        self._open.pop(number, None)
        first, end = number * _BLOCKS, (number + 1) * _BLOCKS
        with self._database.reading() as connection:
            connection.execute("DELETE FROM word_blocks WHERE block >= ? AND block < ?", [first, end])
            connection.execute("DELETE FROM word_removed WHERE segment = ?", [number])
            connection.execute("DELETE FROM word_segments WHERE segment = ?", [number])

    def clear(self) -> None:
        """Remove all segments."""
        self.forget()
        with self._database.reading() as connection:
            for table in ("word_blocks", "word_removed", "word_segments"):
                connection.execute(f"DELETE FROM {table}")

    def _keep(self, key: tuple[int, int], postings: Postings) -> Postings:
        """Keep postings in memory, those that were used last."""
        self._kept[key] = postings
        self._number_kept += _weight(postings)
        while self._number_kept > _MOST_KEPT:
            _, old = self._kept.popitem(last=False)
            self._number_kept -= _weight(old)
        return postings

    def _removed(self, number: int, passages: int) -> NDArray[np.bool_]:
        data, mark = self._fetch("SELECT removed, checksum FROM word_removed WHERE segment = ?", number)
        if not is_blob(number, data, mark):
            raise WordsDamaged
        if not data:
            return np.zeros(passages, dtype=bool)
        if len(data) != -(-passages // 8):  # a row of another table, whose checksum holds
            raise WordsDamaged
        return np.unpackbits(np.frombuffer(data, dtype=np.uint8), count=passages).astype(bool)

    def _write_removed(self, number: int, removed: NDArray[np.bool_]) -> None:
        data = np.packbits(removed).tobytes() if removed.any() else b""
        with self._database.reading() as connection:
            connection.execute(
                "REPLACE INTO word_removed (segment, removed, checksum) VALUES (?, ?, ?)",
                [number, data, blob_checksum(number, data)],
            )

    def _span(self, own: Opened, start: int, end: int, blocks: dict[int, bytes]) -> NDArray[np.void]:
        """Return postings ``start`` to ``end`` of a segment; what is in ``blocks`` is not read again."""
        if start == end:
            return np.empty(0, dtype=POSTING)
        first, last = start // BLOCK, (end - 1) // BLOCK
        for place in range(first, last + 1):
            if place not in blocks:
                blocks[place] = self._block(own.number * _BLOCKS + place)
        size = POSTING.itemsize
        data = b"".join([blocks[place] for place in range(first, last + 1)])
        data = data[(start - first * BLOCK) * size : (end - first * BLOCK) * size]
        if len(data) != (end - start) * size:
            raise WordsDamaged
        return np.frombuffer(data, dtype=POSTING)

    def _block(self, block: int) -> bytes:
        data, mark = self._fetch("SELECT postings, checksum FROM word_blocks WHERE block = ?", block)
        if not is_blob(block, data, mark):
            raise WordsDamaged
        return bytes(data)

    def _fetch(self, query: str, row: int) -> Any:
        """Return the row that a query finds.

        Raises:
            WordsDamaged: there is none, or SQLite can't read it.
        """
        with self._database.reading() as connection:
            try:
                found = connection.execute(query, [row]).fetchone()
            except sqlite3.DatabaseError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_CORRUPT:
                    raise
                raise WordsDamaged from error
        if found is None:
            raise WordsDamaged
        return found


def _weight(postings: Postings) -> int:
    """Return how much room postings take, in postings: those of a word that is not there take some too."""
    return len(postings.places) + 100


def _framed(parts: Sequence[bytes]) -> bytes:
    """Return ``parts`` as one, their lengths before them, so that no byte can pass from one to the next."""
    return b"".join([*(len(part).to_bytes(8, "little") for part in parts), *parts])


def _blocks(number: int, postings: NDArray[np.void]) -> Iterable[tuple[int, bytes]]:
    starts = accumulate([BLOCK] * (max(len(postings) - 1, 0) // BLOCK), initial=0)
    for place, start in enumerate(starts):
        yield number * _BLOCKS + place, postings[start : start + BLOCK].tobytes()
