"""The frame of a picture: how values map to places in it, its grid and its labels. Imports nothing of ragqa."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from ragqa.evaluation.page.markup import Markup, element, join

__all__ = ["Axis", "Frame", "percent", "picture", "share_axis"]

# Of every picture, in its own units: about as many pixels, so that its text is of the size of the page's.
_WIDTH = 460.0


class Axis(NamedTuple):
    """The values along one side of a picture, and those that get a label."""

    low: float
    high: float
    ticks: Sequence[tuple[float, str]]
    """Each a value and its label."""
    name: str
    is_log: bool = False

    def place(self, value: float) -> float:
        """Return where a value lies between the ends, 0 to 1; values beyond them lie on them."""
        low, high = (math.log(self.low), math.log(self.high)) if self.is_log else (self.low, self.high)
        value = math.log(max(value, self.low)) if self.is_log else value
        return min(max((value - low) / ((high - low) or 1.0), 0.0), 1.0)


class Frame(NamedTuple):
    """The rectangle that data are drawn in, in units of the picture, with its two axes."""

    x_axis: Axis
    y_axis: Axis
    left: float = 48.0
    top: float = 28.0
    width: float = 400.0
    height: float = 220.0

    def x(self, value: float) -> float:
        """Return the horizontal place of a value."""
        return self.left + self.width * self.x_axis.place(value)

    def y(self, value: float) -> float:
        """Return the vertical place of a value, larger ones higher up."""
        return self.top + self.height * (1 - self.y_axis.place(value))

    def points(self, values: Sequence[tuple[float, float]]) -> str:
        """Return pairs of values as the ``points`` of a polyline."""
        return " ".join(f"{self.x(x):.1f},{self.y(y):.1f}" for x, y in values)

    def grid(self) -> Markup:
        """Return the lines of the grid with their labels, and the names of the axes."""
        right, bottom = self.left + self.width, self.top + self.height
        rows = [
            join(
                element("line", class_="grid", x1=self.left, x2=right, y1=self.y(value), y2=self.y(value)),
                element("text", label, class_="tick", x=self.left - 8, y=self.y(value) + 4, text_anchor="end"),
            )
            for value, label in self.y_axis.ticks
        ]
        columns = [
            join(
                element("line", class_="grid", x1=self.x(value), x2=self.x(value), y1=bottom, y2=bottom + 4),
                element("text", label, class_="tick", x=self.x(value), y=bottom + 18, text_anchor="middle"),
            )
            for value, label in self.x_axis.ticks
        ]
        names = [
            element("text", self.x_axis.name, class_="axis", x=right, y=bottom + 36, text_anchor="end"),
            element("text", self.y_axis.name, class_="axis", x=self.left, y=self.top - 12),
        ]
        return join(*rows, *columns, *names)


def share_axis(name: str, high: float = 1.0) -> Axis:
    """Return an axis from 0 to a share a little above ``high``, labelled in percent.

    >>> [label for _, label in share_axis("wrong", 0.17).ticks]
    ['0 %', '5 %', '10 %', '15 %', '20 %']
    """
    step = next((step for step in (0.01, 0.02, 0.05, 0.1) if high <= 5 * step), 0.2)
    count = max(math.ceil(high / step - 1e-9), 1)
    ticks = [(step * number, percent(step * number)) for number in range(count + 1)]
    return Axis(0.0, step * count, ticks, name)


def percent(share: float, decimals: int = 0) -> str:
    """Return a share of 1 in percent.

    >>> percent(0.125, 1)
    '12.5 %'
    """
    return f"{100 * share:.{decimals}f} %"


def picture(description: str, height: float, *children: Markup) -> Markup:
    """Return an SVG picture, described for those who don't see it."""
    return element("svg", *children, viewBox=f"0 0 {_WIDTH:.0f} {height:.0f}", role="img", aria_label=description)
