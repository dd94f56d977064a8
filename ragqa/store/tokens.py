"""The words of texts as SQLite's tokenizer gives them, each as a number.

The tokenizer is asked by way of a table of FTS5 in memory: stretches between white space go in, their words come out of its
vocabulary. No word crosses white space, so each stretch is asked about once, and then known.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable
from hashlib import blake2b
from itertools import chain
from threading import RLock
from weakref import finalize

__all__ = ["TOKENIZER", "Tokens", "number_of"]

TOKENIZER = "porter unicode61 remove_diacritics 2"
_MOST_KNOWN = 500_000


def number_of(word: str) -> int:
    """Return the 64-bit number of a word. Two of a million words share one in one of 37 million indexes.

    >>> number_of("hostag")
    4522142209992073918
    """
    return int.from_bytes(blake2b(word.encode("utf-8"), digest_size=8).digest(), "little")


class Tokens:
    """Gives the numbers of the words of a text, in its order. May be shared by threads."""

    def __init__(self) -> None:
        self._lock = RLock()
        self._known: dict[str, tuple[int, ...]] = {}
        self._connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        finalize(self, self._connection.close)  # from Python 3.13 on, one that is left open is warned of
        self._connection.execute(f"CREATE VIRTUAL TABLE texts USING fts5(text, content = '', tokenize = '{TOKENIZER}')")
        self._connection.execute("CREATE VIRTUAL TABLE words USING fts5vocab(texts, 'instance')")

    def of(self, texts: Iterable[str]) -> list[list[int]]:
        """Return for each of ``texts`` the numbers of its words."""
        split = [text.split() for text in texts]
        with self._lock:
            if len(self._known) > _MOST_KNOWN:
                self._known.clear()
            self._learn({stretch for stretches in split for stretch in stretches if stretch not in self._known})
            known = self._known
            return [list(chain.from_iterable(map(known.__getitem__, stretches))) for stretches in split]

    def _learn(self, stretches: set[str]) -> None:
        if not stretches:
            return
        new = list(stretches)
        self._connection.execute("BEGIN")
        try:
            self._connection.executemany("INSERT INTO texts (rowid, text) VALUES (?, ?)", enumerate(new))
            words: dict[int, list[tuple[int, str]]] = defaultdict(list)
            for place, offset, word in self._connection.execute("SELECT doc, offset, term FROM words"):
                words[place].append((offset, word))
        finally:
            self._connection.execute("ROLLBACK")
        for place, stretch in enumerate(new):
            self._known[stretch] = tuple(number_of(word) for _, word in sorted(words.get(place, ())))
