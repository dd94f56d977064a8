"""What was read before: what a reader said of a question and a passage, so that asking again reads nothing.

It depends on the question and the passage's text alone, so it never grows stale, whatever becomes of the index. Imports no model.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from threading import Lock

from ragqa.spans import Window

__all__ = ["Pair", "ReadingMemory"]

Pair = tuple[str, str]
"""A question and the text of a passage."""


class ReadingMemory:
    """The windows of the pairs that were read last. Safe to use from several threads.

    Args:
        size: pairs that are kept; 2,000 of usual passages take 10 MiB.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._windows: dict[Pair, list[Window]] = {}
        self._lock = Lock()

    def recall(self, pairs: Iterable[Pair]) -> dict[Pair, list[Window]]:
        """Return those of ``pairs`` that are known; they are kept longest from now on."""
        with self._lock:
            known = {pair: self._windows.pop(pair) for pair in dict.fromkeys(pairs) if pair in self._windows}
            self._windows |= known
        return known

    def keep(self, windows: Mapping[Pair, list[Window]]) -> None:
        """Keep what was just read, in the place of what was asked for longest ago."""
        with self._lock:
            self._windows |= windows
            for pair in list(self._windows)[: max(0, len(self._windows) - self._size)]:
                del self._windows[pair]

    def forget(self) -> None:
        """Forget everything."""
        with self._lock:
            self._windows.clear()
