"""The full text of passages: which share words with a question, by BM25.

    passages -> `tokens` -> `segments` -> `segment_table` -> `ranking`

Each commit adds a segment of its passages; once four are about as long they are made into one. So a commit costs what it
changes, and a search reads what its words need. Whatever is read is checked against its checksum first.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ragqa.errors import IndexDamaged
from ragqa.store import ranking, segments
from ragqa.store.database import Database
from ragqa.store.segment_table import Opened, SegmentTable, WordsDamaged
from ragqa.store.settings import SettingsTable
from ragqa.store.tokens import Tokens
from ragqa.telling import telling_words

__all__ = ["FULL_TEXT", "MAX_WORDS", "FullText", "Row", "WordsDamaged"]

FULL_TEXT = "full_text"  # the setting that says which segments there are, and how much they hold
MAX_WORDS = 64
ALIKE = 4  # segments of about the same length are made into one
MOST_JOINED = 65_536  # passages of a segment that is not made into a longer one any more
MOST_PENDING = 16_384  # passages that are held in memory in a transaction

Row = tuple[int, str, str]  # row of the passage, title ("" for none), text


class State(NamedTuple):
    """What the index of words holds: its segments, and how many passages and words these have without the removed ones.

    ``is_whole`` is false where a damaged article is left out.
    """

    segments: list[int]
    passages: int
    words: int
    is_whole: bool


class FullText:
    """The index of words. Changes are made inside a transaction, between `begin` and `finish`."""

    def __init__(self, database: Database, settings: SettingsTable) -> None:
        self._database = database
        self._settings = settings
        self._tokens: Tokens | None = None
        self._pending: dict[int, list[int]] = {}
        self._table = SegmentTable(database)
        self._generation: int | None = None

    def begin(self) -> None:
        """Begin a transaction."""
        self._pending.clear()
        self._table.begin()
        self._generation = None

    def forget(self) -> None:
        """Forget a transaction that failed."""
        self.begin()
        self._table.forget()

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
            own = self._table.open(number)
            places = np.flatnonzero(ranking.is_among(own.segment.rows, gone) & ~own.removed)
            if len(places):
                found, words = found + len(places), words + int(own.segment.lengths[places].sum())
                self._table.remove(number, places)
        if found != len(gone):
            raise WordsDamaged
        self._put(state._replace(passages=state.passages - found, words=state.words - words))

    def clear(self, *, is_whole: bool = True) -> None:
        """Remove the full text of all passages, whatever it holds."""
        self.begin()
        self._table.clear()
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
            number = self._table.write(made)
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
            held = [self._table.held(number, numbers) for number in state.segments] if numbers else []
        return ranking.best(held, passages=state.passages, words=state.words, k=k, among=among)

    def is_sound(self) -> bool:
        """Return whether all of it is what was written, and whether it has just the passages that are stored."""
        self.begin()
        try:
            with self._database.reading() as connection:
                state = self._state()
                held = [self._table.open(number) for number in state.segments]
                for number in state.segments:
                    self._table.read(number)
                stored = connection.execute("SELECT row FROM passages ORDER BY row").fetchall()
        except IndexDamaged:
            return False
        rows = np.concatenate([np.empty(0, dtype=np.int64), *(own.segment.rows[~own.removed] for own in held)])
        return state.is_whole and _live(held) == state[1:3] and np.sort(rows).tolist() == [row for (row,) in stored]

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
            state = self._state()
            self._table.catch_up(state.segments)
            held = [self._table.open(number) for number in state.segments]
            # A page of before the last removal has checksums that hold.
            if _live(held) != state[1:3]:
                raise WordsDamaged
            self._generation = generation

    def _alike(self) -> list[int]:
        """Return segments that are to be made into one: some of about the same length, or one most of which was removed."""
        by_length: dict[int, list[int]] = {}
        for number in self._state().segments:
            own = self._table.open(number)
            if 2 * int(own.removed.sum()) > len(own.removed):
                return [number]
            if len(own.removed) <= MOST_JOINED:
                by_length.setdefault((len(own.removed).bit_length() + 1) // 2, []).append(number)
        return next((alike for alike in by_length.values() if len(alike) >= ALIKE), [])

    def _join(self, alike: list[int]) -> None:
        state = self._state()
        joined = segments.join(
            [self._table.read(number) for number in alike], [self._table.open(number).removed for number in alike]
        )
        left = [number for number in state.segments if number not in alike]
        for number in alike:
            self._table.drop(number)
        if len(joined.rows):
            left.append(self._table.write(joined))
        self._put(state._replace(segments=left))


def _live(held: Sequence[Opened]) -> tuple[int, int]:
    """Return how many passages that are not removed segments have, and how many words these."""
    passages = sum(int(np.count_nonzero(~own.removed)) for own in held)
    return passages, sum(int(own.segment.lengths[~own.removed].sum()) for own in held)
