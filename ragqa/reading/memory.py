"""What was read before: what a reader said of a question and a passage, or the judge of a pair, so that asking again reads nothing.

It depends on their texts alone, so it never grows stale, whatever becomes of the index. Imports no model.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from threading import Lock
from typing import Generic, TypeVar

__all__ = ["ReadingMemory"]

Asked = TypeVar("Asked", bound=Hashable)
Said = TypeVar("Said")


class ReadingMemory(Generic[Asked, Said]):
    """What was said of what was asked last. Safe to use from several threads.

    Args:
        size: how much is kept; the windows of 2,000 questions with a usual passage take 10 MiB.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._said: dict[Asked, Said] = {}
        self._lock = Lock()

    def recall(self, asked: Iterable[Asked]) -> dict[Asked, Said]:
        """Return what is known of ``asked``; it is kept longest from now on."""
        with self._lock:
            known = {own: self._said.pop(own) for own in dict.fromkeys(asked) if own in self._said}
            self._said |= known
        return known

    def keep(self, said: Mapping[Asked, Said]) -> None:
        """Keep what was just read, in the place of what was asked for longest ago."""
        with self._lock:
            self._said |= said
            for own in list(self._said)[: max(0, len(self._said) - self._size)]:
                del self._said[own]

    def forget(self) -> None:
        """Forget everything."""
        with self._lock:
            self._said.clear()
