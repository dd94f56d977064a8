"""A day, a month, a year, or any stretch of days, and how to get from one to the next.

Weeks run from Monday to Sunday (ISO 8601). Early, mid and late in a month are the days 1 to 10, 11 to 20, and 21 to the end.
Whatever would leave the calendar raises `OverflowError` or `ValueError`, as `datetime.date` does.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta
from typing import NamedTuple, Self

__all__ = ["Period", "Tense", "nearest"]

Tense = int
"""-1 looks back, 1 looks ahead, 0 is undecided."""


class Period(NamedTuple):
    """Days, both ends inclusive."""

    first: date
    last: date

    @classmethod
    def day(cls, day: date) -> Self:
        """Return one day."""
        return cls(day, day)

    @classmethod
    def month(cls, year: int, month: int) -> Self:
        """Return a month; ``month`` may be outside 1 to 12 and then counts on from ``year``."""
        year, index = divmod(12 * year + month - 1, 12)
        return cls(date(year, index + 1, 1), date(year, index + 1, monthrange(year, index + 1)[1]))

    @classmethod
    def year(cls, year: int) -> Self:
        """Return a year."""
        return cls(date(year, 1, 1), date(year, 12, 31))

    @classmethod
    def week(cls, day: date, step: int = 0) -> Self:
        """Return the week of a day, or that ``step`` weeks later."""
        monday = day + timedelta(days=7 * step - day.weekday())
        return cls(monday, monday + timedelta(days=6))

    def days(self, first: int, last: int) -> Period:
        """Return some days of this period, counted from 1; negative numbers count from its end, as in slices.

        >>> str(Period.month(2024, 2).days(21, -1).last)
        '2024-02-29'
        """
        length = (self.last - self.first).days + 1
        ends = [min(number if number > 0 else length + 1 + number, length) for number in (first, last)]
        return Period(*(self.first + timedelta(days=number - 1) for number in ends))

    @property
    def iso(self) -> str:
        """The period as ISO 8601 writes it: a day, a month, a year, or an interval.

        >>> Period.month(2024, 2).iso, Period.week(date(2024, 2, 8)).iso
        ('2024-02', '2024-02-05/2024-02-11')
        """
        if self.first == self.last:
            return str(self.first)
        if self == Period.year(self.first.year):
            return f"{self.first.year:04}"
        if self == Period.month(self.first.year, self.first.month):
            return f"{self.first.year:04}-{self.first.month:02}"
        return f"{self.first}/{self.last}"


def nearest(of_year: Callable[[int], Period], published: date, tense: Tense) -> Period | None:
    """Return the one of a yearly date that is meant: the last one, the coming one, or where the tense is undecided the nearest.

    A year in which it doesn't exist (29 February) is passed over. Dates in the past win a tie.
    """
    found = []
    for year in range(published.year - 8, published.year + 9):  # 1900 has no 29 February: 1896 and 1904 have
        try:
            found.append(of_year(year))
        except (ValueError, OverflowError):
            continue
    if tense < 0:
        found = [period for period in found if period.first <= published]
    elif tense > 0:
        found = [period for period in found if period.last >= published]
    return min(found, key=lambda period: (_distance(period, published), period.first), default=None)


def _distance(period: Period, day: date) -> int:
    return max((period.first - day).days, (day - period.last).days, 0)
