"""The full text of passages: which share words with a question, by BM25.

    passages -> `tokens` -> `segments` -> tables -> `ranking`

Each commit adds a segment of its passages; once four are about as long they are made into one. So a commit costs what it
changes, and a search reads what its words need. Whatever is read is checked against its checksum first.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ragqa.errors import IndexDamaged
from ragqa.store import ranking, segments
from ragqa.store.database import Database
from ragqa.store.rows import blob_checksum
from ragqa.store.segments import POSTING, Segment
from ragqa.store.settings import SettingsTable
from ragqa.store.tokens import Tokens
from ragqa.telling import telling_words

__all__ = ["FULL_TEXT", "MAX_WORDS", "FullText", "Row", "WordsDamaged"]

FULL_TEXT = "full_text"  # the setting that says which segments there are, and how much they hold
MAX_WORDS = 64
BLOCK = 8_192  # postings that are read and checked together
ALIKE = 4  # segments of about the same length are made into one
MOST_JOINED = 65_536  # passages of a segment that is not made into a longer one any more
MOST_PENDING = 16_384  # passages that are held in memory in a transaction
_BLOCKS = 2**24  # more than any segment has

Row = tuple[int, str, str]  # row of the passage, title ("" for none), text


class WordsDamaged(IndexDamaged):
    """What was read of the index of words is not what was written."""

    def __init__(self) -> None:
        super().__init__(
            "The full text is not what was written: the file was changed or the disk is failing. "
            'Mend it with "ragqa verify --repair".'
        )


class State(NamedTuple):
    """What the index of words holds: its segments, and how many passages and words these have without the removed ones.

    ``is_whole`` is false where a damaged article is left out.
    """

    segments: list[int]
    passages: int
    words: int
    is_whole: bool


class _Open(NamedTuple):
    """A segment without its postings. ``starts``: the place of each word's first posting; the last is the number of all."""

    number: int
    segment: Segment
    starts: NDArray[np.int64]
    removed: NDArray[np.bool_]


class FullText:
    """The index of words in the tables ``word_segments``, ``word_blocks`` and ``word_removed``.

    Changes are made inside a transaction, between `begin` and `finish`.
    """

    def __init__(self, database: Database, settings: SettingsTable) -> None:
        self._database = database
        self._settings = settings
        self._tokens: Tokens | None = None
        self._pending: dict[int, list[int]] = {}
        self._open: dict[int, _Open] = {}
        self._generation: int | None = None

    def begin(self) -> None:
        """Begin a transaction, or forget one that failed."""
        self._pending.clear()
        self._open.clear()
        self._generation = None

    def check_whole(self, *, also: bool = True) -> None:
        """Raise `WordsDamaged` where it is not there or an article is left out, or unless it is ``also`` so."""
        if not (also and self._state().is_whole):
            raise WordsDamaged

    def insert(self, rows: Iterable[Row]) -> None:
        """Add the full text of passages."""
        given = list(rows)
        words = self._words([text for _, title, text in given for text in (title, text)])
        for place, (row, _, _) in enumerate(given):
            self._pending[row] = words[2 * place] + words[2 * place + 1]
        if len(self._pending) >= MOST_PENDING:
            self.finish()

    def remove(self, rows: Iterable[int]) -> None:
        """Remove the full text of passages.

        Raises:
            WordsDamaged: some are not there.
        """
        gone = np.array(sorted(row for row in rows if self._pending.pop(row, None) is None), dtype=np.int64)
        if not len(gone):
            return
        state = self._state()
        found, words = 0, 0
        for number in state.segments:
            own = self._opened(number)
            places = np.flatnonzero(ranking.is_among(own.segment.rows, gone) & ~own.removed)
            if len(places):
                found, words = found + len(places), words + int(own.segment.lengths[places].sum())
                removed = own.removed.copy()
                removed[places] = True
                self._write_removed(number, removed)
                self._open[number] = own._replace(removed=removed)
        if found != len(gone):
            raise WordsDamaged
        self._put(state._replace(passages=state.passages - found, words=state.words - words))

    def clear(self, *, is_whole: bool = True) -> None:
        """Remove the full text of all passages, whatever it holds."""
        self.begin()
        with self._database.reading() as connection:
            for table in ("word_blocks", "word_removed", "word_segments"):
                connection.execute(f"DELETE FROM {table}")
        self._put(State([], 0, 0, is_whole))

    def leave_out(self) -> None:
        """Note that an article is left out."""
        self._put(self._state()._replace(is_whole=False))

    def finish(self) -> None:
        """Write what was added since `begin`, and make segments of about the same length into one.

        Raises:
            WordsDamaged: a segment is not what was written.
        """
        if self._pending:
            state = self._state()
            rows = sorted(self._pending)
            made = segments.make(rows, [self._pending[row] for row in rows])
            number = self._write(made)
            self._pending.clear()
            self._put(
                State(
                    [*state.segments, number],
                    state.passages + len(rows),
                    state.words + int(made.lengths.sum()),
                    state.is_whole,
                )
            )
        while alike := self._alike():
            self._join(alike)

    def search(self, question: str, *, k: int, among: NDArray[np.int64] | None) -> list[tuple[int, float]]:
        """Return rows of passages with their BM25, a larger one is better: the best ``k`` and all that equal the last of them.

        A question is just text: no sign in it is an operator. Words that say little are left out unless there are no others; at
        most `MAX_WORDS` words are looked for.

        Args:
            question: any text.
            k: 1 or more.
            among: only these rows are found: ascending int64. None for all.

        Raises:
            WordsDamaged: what was read is not what was written, or a damaged article is left out.
        """
        (numbers,) = self._words([" ".join(telling_words(question)[:MAX_WORDS])])
        with self._database.reading():
            self._catch_up()
            self.check_whole()
            state = self._state()
            held = []
            for number in state.segments if numbers else ():
                own = self._opened(number)
                found = self._postings(own, numbers)
                held.append(ranking.Held(own.segment.rows, own.segment.lengths, found))
        return ranking.best(held, passages=state.passages, words=state.words, k=k, among=among)

    def is_sound(self) -> bool:
        """Return whether all of it is what was written, and whether it has just the passages that are stored."""
        self.begin()
        try:
            with self._database.reading() as connection:
                state = self._state()
                rows = [np.empty(0, dtype=np.int64)]
                words = 0
                for number in state.segments:
                    own = self._opened(number)
                    self._read(number)
                    rows.append(own.segment.rows[~own.removed])
                    words += int(own.segment.lengths[~own.removed].sum())
                stored = connection.execute("SELECT row FROM passages ORDER BY row").fetchall()
        except IndexDamaged:
            return False
        found = np.sort(np.concatenate(rows)).tolist()
        return state.is_whole and (len(found), words) == state[1:3] and found == [row for (row,) in stored]

    def _words(self, texts: Sequence[str]) -> list[list[int]]:
        if self._tokens is None:
            self._tokens = Tokens()
        return self._tokens.of(texts)

    def _state(self) -> State:
        found = self._settings.get(FULL_TEXT)
        try:
            state = State(*found)
        except TypeError:
            raise WordsDamaged from None
        is_right = isinstance(state.segments, list) and all(
            isinstance(one, int) for one in (*state.segments, *state[1:])
        )
        if not is_right:
            raise WordsDamaged
        return state

    def _put(self, state: State) -> None:
        self._settings.put({FULL_TEXT: state})

    def _catch_up(self) -> None:
        """Let go of what another commit may have changed."""
        generation = self._settings.get("generation")
        if generation != self._generation:
            self._open = {number: own for number, own in self._open.items() if number in self._state().segments}
            for number, own in self._open.items():
                self._open[number] = own._replace(removed=self._removed(number, len(own.removed)))
            self._generation = generation

    def _opened(self, number: int) -> _Open:
        if number not in self._open:
            found = self._fetch(
                "SELECT passages, lengths, words, counts, checksum FROM word_segments WHERE segment = ?", number
            )
            if not all(isinstance(part, bytes) for part in found):
                raise WordsDamaged
            if blob_checksum(number, b"".join(_framed(found[:4]))) != found[4]:
                raise WordsDamaged
            rows, lengths, words, counts = map(np.frombuffer, found[:4], ("<i8", "<u4", "<u8", "<u4"))
            segment = Segment(rows, lengths, words, counts, np.empty(0, dtype=POSTING))
            starts = np.concatenate([[0], np.cumsum(counts, dtype=np.int64)])
            self._open[number] = _Open(number, segment, starts, self._removed(number, len(rows)))
        return self._open[number]

    def _removed(self, number: int, passages: int) -> NDArray[np.bool_]:
        found = self._fetch("SELECT removed, checksum FROM word_removed WHERE segment = ?", number)
        if blob_checksum(number, found[0]) != found[1]:
            raise WordsDamaged
        if not found[0]:
            return np.zeros(passages, dtype=bool)
        return np.unpackbits(np.frombuffer(found[0], dtype=np.uint8), count=passages).astype(bool)

    def _write_removed(self, number: int, removed: NDArray[np.bool_]) -> None:
        data = np.packbits(removed).tobytes() if removed.any() else b""
        with self._database.reading() as connection:
            connection.execute(
                "REPLACE INTO word_removed (segment, removed, checksum) VALUES (?, ?, ?)",
                [number, data, blob_checksum(number, data)],
            )

    def _write(self, segment: Segment) -> int:
        number = self._database.next_row("word_segments")
        parts = [part.tobytes() for part in segment[:4]]
        with self._database.reading() as connection:
            connection.execute(
                "INSERT INTO word_segments (segment, passages, lengths, words, counts, checksum) VALUES (?, ?, ?, ?, ?, ?)",
                [number, *parts, blob_checksum(number, b"".join(_framed(parts)))],
            )
            connection.executemany(
                "INSERT INTO word_blocks (block, postings, checksum) VALUES (?, ?, ?)",
                ((block, data, blob_checksum(block, data)) for block, data in _blocks(number, segment.postings)),
            )
        self._write_removed(number, np.zeros(len(segment.rows), dtype=bool))
        return number

    def _read(self, number: int) -> Segment:
        """Return a segment with its postings."""
        own = self._opened(number)
        return own.segment._replace(postings=self._span(own, 0, int(own.starts[-1]), {}))

    def _postings(self, own: _Open, numbers: Sequence[int]) -> list[tuple[NDArray[np.uint32], NDArray[np.uint16]]]:
        """Return for each word where it stands and how often, removed passages left out."""
        wanted = np.array(numbers, dtype=np.uint64)
        places = np.searchsorted(own.segment.words, wanted)
        blocks: dict[int, bytes] = {}
        found = []
        for number, place in zip(wanted, places.tolist(), strict=True):
            if place < len(own.segment.words) and own.segment.words[place] == number:
                start, end = own.starts[place : place + 2].tolist()
                postings = self._span(own, start, end, blocks)
            else:
                postings = np.empty(0, dtype=POSTING)
            if len(postings) and int(postings["place"].max()) >= len(own.removed):
                raise WordsDamaged
            if own.removed.any():
                postings = postings[~own.removed[postings["place"]]]
            found.append((postings["place"], postings["times"]))
        return found

    def _span(self, own: _Open, start: int, end: int, blocks: dict[int, bytes]) -> NDArray[np.void]:
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
        found = self._fetch("SELECT postings, checksum FROM word_blocks WHERE block = ?", block)
        if blob_checksum(block, found[0]) != found[1]:
            raise WordsDamaged
        return bytes(found[0])

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

    def _alike(self) -> list[int]:
        """Return segments that are to be made into one: some of about the same length, or one most of which was removed."""
        by_length: dict[int, list[int]] = {}
        for number in self._state().segments:
            own = self._opened(number)
            if 2 * int(own.removed.sum()) > len(own.removed):
                return [number]
            if len(own.removed) <= MOST_JOINED:
                by_length.setdefault((len(own.removed).bit_length() + 1) // 2, []).append(number)
        return next((alike for alike in by_length.values() if len(alike) >= ALIKE), [])

    def _join(self, alike: list[int]) -> None:
        state = self._state()
        joined = segments.join(
            [self._read(number) for number in alike], [self._opened(number).removed for number in alike]
        )
        left = [number for number in state.segments if number not in alike]
        with self._database.reading() as connection:
            for number in alike:
                del self._open[number]
                connection.execute(
                    "DELETE FROM word_blocks WHERE block >= ? AND block < ?", [number * _BLOCKS, (number + 1) * _BLOCKS]
                )
                connection.execute("DELETE FROM word_removed WHERE segment = ?", [number])
                connection.execute("DELETE FROM word_segments WHERE segment = ?", [number])
        if len(joined.rows):
            left.append(self._write(joined))
        self._put(state._replace(segments=left))


def _framed(parts: Sequence[bytes]) -> list[bytes]:
    """Return ``parts`` with their lengths before them, so that no byte can pass from one to the next."""
    return [b"".join(len(part).to_bytes(8, "little") for part in parts), *parts]


def _blocks(number: int, postings: NDArray[np.void]) -> Iterable[tuple[int, bytes]]:
    starts = accumulate([BLOCK] * (max(len(postings) - 1, 0) // BLOCK), initial=0)
    for place, start in enumerate(starts):
        yield number * _BLOCKS + place, postings[start : start + BLOCK].tobytes()
