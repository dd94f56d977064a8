"""The table of settings: what made the index, how much it holds, and what its derived parts should look like.

Each value is JSON and carries a checksum, as the rows of the other tables do.
"""

from __future__ import annotations

import json
from typing import Any

from ragqa.store.database import Database
from ragqa.store.rows import Counts, checksum, damaged

__all__ = ["SettingsTable", "rows_of_settings"]

_TOTALS = "totals"


class SettingsTable:
    """Values by name."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, key: str) -> Any:
        """Return a setting, or None where it was never put.

        Raises:
            IndexDamaged: it is not what was put.
        """
        with self._database.reading() as connection:
            found = connection.execute("SELECT value, checksum FROM settings WHERE key = ?", [key]).fetchone()
        if found is None:
            return None
        value, mark = found
        if checksum(key, value) != mark:
            raise damaged(f"The setting {key!r}")
        return json.loads(value)

    def put(self, settings: dict[str, Any]) -> None:
        """Set what JSON can hold."""
        with self._database.reading() as connection:
            connection.executemany(
                """INSERT INTO settings (key, value, checksum) VALUES (?, ?, ?)
                   ON CONFLICT (key) DO UPDATE SET value = excluded.value, checksum = excluded.checksum""",
                rows_of_settings(settings),
            )

    @property
    def totals(self) -> Counts:
        """How many articles and passages there should be.

        Raises:
            IndexDamaged: it is not known.
        """
        found = self.get(_TOTALS)
        if not (isinstance(found, list) and len(found) == 2 and all(isinstance(count, int) for count in found)):
            raise damaged("The number of articles and passages")
        return Counts(*found)

    @totals.setter
    def totals(self, counts: Counts) -> None:
        self.put({_TOTALS: list(counts)})

    def count(self, *, articles: int = 0, passages: int = 0) -> None:
        """Note that so many were added, or with negative numbers removed."""
        before = self.totals
        self.totals = Counts(before.articles + articles, before.passages + passages)


def rows_of_settings(settings: dict[str, Any]) -> list[tuple[str, str, bytes]]:
    """Return the rows that hold ``settings``: key, value and checksum."""
    values = [(key, json.dumps(value)) for key, value in settings.items()]
    return [(key, value, checksum(key, value)) for key, value in values]
