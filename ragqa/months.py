"""The months, and patterns for their names in full or cut short, of `re` and of `regex`. Imports nothing of ragqa."""

from __future__ import annotations

__all__ = ["MONTH", "MONTHS", "MONTH_AS_NAME"]

MONTHS = "January February March April May June July August September October November December".split()

_FIRST_HALF = r"jan(?:uary)?|feb(?:ruary)?|apr(?:il)?|june?"
_SECOND_HALF = r"july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?"
MONTH = rf"(?:{_FIRST_HALF}|{_SECOND_HALF}|mar(?:ch)?|may)"
"""A month, to be compiled so that case doesn't count."""
MONTH_AS_NAME = rf"(?:{_FIRST_HALF}|{_SECOND_HALF}|(?-i:Mar(?:ch)?|May))"
"""The same, but for "a march" and "it may", where nothing else in the pattern tells."""
