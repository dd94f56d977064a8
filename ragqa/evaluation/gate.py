"""The gate: bounds that a run has to keep, for continuous integration.

Imports nothing of ragqa but its errors and the shape of runs.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from ragqa.errors import SettingError
from ragqa.evaluation.run_file import Figure, Kind

__all__ = ["LOWER_IS_BETTER", "MAIN_FIGURES", "below_floor", "parse_bounds"]

MAIN_FIGURES: Mapping[Kind, tuple[str, ...]] = {
    "reader": ("exact_match", "f1"),
    "retrieval": ("recall_at_5", "mrr"),
    "qa": ("exact_match", "f1"),
}
"""The figures that a bound without a name is for."""

LOWER_IS_BETTER = frozenset({"aurc", "brier", "ece"})


def parse_bounds(texts: Iterable[str], *, unnamed: Iterable[str] = ()) -> dict[str, float]:
    """Return bounds by figure from texts such as ``f1=70``; a bare ``0.5`` is for the figures ``unnamed``.

    >>> parse_bounds(["f1=70", "mrr=80.5"]), parse_bounds(["0.5"], unnamed=["exact_match", "f1"])
    ({'f1': 70.0, 'mrr': 80.5}, {'exact_match': 0.5, 'f1': 0.5})

    Raises:
        SettingError: a text is neither.
    """
    bounds: dict[str, float] = {}
    for text in texts:
        name, equals, value = text.rpartition("=")
        names = [name.strip()] if equals else list(unnamed)
        try:
            bound = float(value)
        except ValueError:
            bound = math.nan
        if not names or not all(names) or not math.isfinite(bound):
            raise SettingError(f"expected a figure and a number such as f1=70, got {text!r}")
        bounds |= dict.fromkeys(names, bound)
    return bounds


def below_floor(figures: Mapping[str, Figure], floors: Mapping[str, float]) -> list[str]:
    """Return a line for each figure that is below its floor.

    Raises:
        SettingError: a figure is not in the run, isn't defined there, or is better the lower it is: a gate that can't fail is none.
    """
    failed = []
    for name, floor in floors.items():
        value = figures[name]["value"] if name in figures else None
        if value is None:
            known = ", ".join(key for key, figure in figures.items() if figure["value"] is not None)
            raise SettingError(f"the run has no figure {name!r} to hold against {floor:g}; it has {known}")
        if name in LOWER_IS_BETTER:
            raise SettingError(
                f"{name} is better the lower it is, and can't fail by being under {floor:g}: leave it out"
            )
        if value < floor:
            failed.append(f"{name} is {value:.2f}, below {floor:g}")
    return failed
