"""How sure a figure is: resampling by article, seeded. Pure numpy; imports nothing of ragqa but its errors.

Questions about one article are not independent: they share its subject, its style and its retrieval. So whole articles are
drawn, with replacement, and every question of an article is drawn with it (the cluster bootstrap). Where all questions are about
one article, questions are drawn.

Source: Efron and Tibshirani (1993), An Introduction to the Bootstrap, chapters 13 and 16; Field and Welsh (2007), Bootstrapping
Clustered Data, doi:10.1111/j.1467-9868.2007.00593.x.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ragqa.errors import SettingError

__all__ = ["Interval", "Resamples", "interval", "p_value"]

Floats = NDArray[np.float64]
Statistic = Callable[[NDArray[np.intp]], float]

_LEVEL = 0.95


class Interval(NamedTuple):
    """The middle 95 % of what a figure was over the resamples."""

    low: float
    high: float


class Resamples:
    """Draws of articles, the same for every figure that is asked of them, so that figures can be compared draw by draw.

    Args:
        groups: the article of each question, ``(n,)``.
        count: how many draws, 1 or more.
        seed: of the draws.
    """

    def __init__(self, groups: Sequence[str], *, count: int = 1000, seed: int = 0) -> None:
        if count < 1:
            raise SettingError(f"expected 1 resample or more, got {count}")
        distinct, codes = np.unique(np.array(groups, dtype=np.str_), return_inverse=True)
        if len(distinct) < 2:
            codes = np.arange(len(groups))
        self._codes = codes.astype(np.intp)
        self._size = int(codes.max()) + 1 if len(codes) else 0
        draws = np.random.default_rng(seed).multinomial(self._size, np.full(self._size, 1 / max(self._size, 1)), count)
        self._times = draws.astype(np.uint16 if self._size <= np.iinfo(np.uint16).max else np.int64)
        """``(count, groups)``: how often each article was drawn."""

    def means(self, values: Floats) -> Floats:
        """Return the mean of ``values``, ``(n,)``, over each draw: ``(count,)``. NaN stands for "does not apply" and isn't counted.

        NaN comes back for a draw to which nothing applies.
        """
        applies = np.isfinite(values)
        totals = self._totals(np.where(applies, values, 0.0))
        counts = self._totals(applies.astype(np.float64))
        means = np.full(len(counts), np.nan)
        np.divide(totals, counts, out=means, where=counts > 0)
        return means

    def of(self, statistic: Statistic) -> Floats:
        """Return a statistic over each draw: ``(count,)``.

        Args:
            statistic: takes the places of the questions drawn, ascending, a place as often as it was drawn.
        """
        every = np.arange(len(self._codes))
        return np.array([statistic(np.repeat(every, times[self._codes])) for times in self._times])

    def _totals(self, values: Floats) -> Floats:
        per_group = np.bincount(self._codes, weights=values, minlength=self._size)
        return np.concatenate(
            [block @ per_group for block in np.array_split(self._times, max(1, len(self._times) // 256))]
        )


def interval(samples: Floats) -> Interval | None:
    """Return the 95 % percentile interval of a figure over the resamples; None where no resample defines it."""
    defined = samples[np.isfinite(samples)]
    if len(defined) == 0:
        return None
    low, high = np.quantile(defined, [(1 - _LEVEL) / 2, (1 + _LEVEL) / 2])
    return Interval(float(low), float(high))


def p_value(difference: float, samples: Floats) -> float:
    """Return how often chance alone makes as large a difference between two runs, in either direction.

    Args:
        difference: between the two runs, over all questions.
        samples: the same difference over each resample, with both runs resampled alike. They scatter around ``difference``;
            moved to scatter around 0, they are what is seen where the runs don't differ.

    Returns:
        Above 0 and at most 1: the draws as far from 0, and the difference itself, of all of them.

    Source: Efron and Tibshirani (1993), section 16.4; Berg-Kirkpatrick et al. (2012), An Empirical Investigation of Statistical
    Significance in NLP.
    """
    defined = samples[np.isfinite(samples)]
    # A difference that is the same in every draw must count as reached whatever its last bit.
    extreme = np.abs(defined - difference) >= abs(difference) - 1e-12
    return float((1 + np.count_nonzero(extreme)) / (1 + len(defined)))
