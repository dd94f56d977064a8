"""From a span's score to the probability that the answer is right, and the margin below which none is given.

Saved with the reader as JSON (``calibration`` in its reader.json) and fitted on questions asked through the whole pipeline, a part
of them unanswerable. A reader without one has no confidence to give: a squashed logit is not a probability.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, replace
from typing import Any, NamedTuple, Self

from ragqa.errors import SettingError

__all__ = ["Calibration", "Grounds", "Support", "Weights"]

_LEAD = 8.0  # logits; from there on, further ahead says nothing more
_WORDS = 10
_SOURCES = 4


class Support(NamedTuple):
    """What a property of a passage is worth: ``weight`` logits for each point above ``typical``, that of most right answers."""

    weight: float = 0.0
    typical: float = 0.0

    def of(self, value: float | None) -> float:
        """Return the logits, none where the value isn't known."""
        return 0.0 if value is None else self.weight * (value - self.typical)


_NONE = Support()


class Grounds(NamedTuple):
    """What speaks for an answer beside its score; None where that isn't known, which speaks neither for it nor against it."""

    lead: float | None = None
    """By how many logits the best answer is ahead of the next one, infinity where there is none; of another one, by how many it is
    behind the best, below 0. Every span that beats its null counts here, also one that is below the margin."""
    sources: int | None = None
    """Independent sources that give it."""
    words: int | None = None
    cosine: float | None = None
    """How near the passage of its best span is to the question."""
    coverage: float | None = None
    """The share of the question's telling words that this passage and the title of its article hold."""

    def scaled(self) -> tuple[float | None, ...]:
        """Return the values as they are weighed: a lead within bounds, sources by their binary logarithm, few words of many.

        >>> Grounds(lead=-20.0, sources=2, words=3).scaled()
        (-8.0, 1.0, 3.0, None, None)
        """
        return (
            None if self.lead is None else max(-_LEAD, min(_LEAD, self.lead)),
            None if self.sources is None else math.log2(min(self.sources, _SOURCES)),
            None if self.words is None else float(min(self.words, _WORDS)),
            self.cosine,
            self.coverage,
        )


class Weights(NamedTuple):
    """What each kind of `Grounds` is worth, after `Grounds.scaled`."""

    lead: Support = _NONE
    sources: Support = _NONE
    words: Support = _NONE
    cosine: Support = _NONE
    coverage: Support = _NONE


_UNKNOWN = Grounds()
_WORTHLESS = Weights()


@dataclass(frozen=True, kw_only=True)
class Calibration:
    """A logistic curve: ``P(right) = 1 / (1 + exp(-(score + grounds - offset) / temperature))``.

    ``score`` is that of an answer: of its best span, and `support` of its passage. ``grounds`` weigh what else is known of the
    answer; they change how likely it is said to be right, not its rank. An answer that another one beats is less often
    right than a best one of the same score, so its score is first lowered by ``runner_up``, in logits. ``margin`` is the least
    score that is given as an answer, never below 0. ``precisions`` says for rising margins which share of the best answers given is
    expected to be right; it may be empty. ``fitted_on`` says on what data, ``error`` what the expected calibration error was on
    questions kept apart.

    Raises:
        SettingError: a value is out of its range.

    Source: Platt (1999), Probabilistic Outputs for Support Vector Machines; Guo et al. (2017), arXiv:1706.04599.
    """

    temperature: float
    offset: float
    runner_up: float
    margin: float
    fitted_on: str
    error: float
    nearness: Support = _NONE
    coverage: Support = _NONE
    precisions: tuple[tuple[float, float], ...] = ()
    grounds: Weights = _WORTHLESS

    def __post_init__(self) -> None:
        supports = [Support(*self.nearness), Support(*self.coverage)]  # from a list, as JSON has it
        object.__setattr__(self, "nearness", supports[0])
        object.__setattr__(self, "coverage", supports[1])
        object.__setattr__(self, "grounds", Weights(*(Support(*pair) for pair in self.grounds)))
        values = [
            self.offset,
            self.runner_up,
            *(number for support in (*supports, *self.grounds) for number in support),
        ]
        is_in_range = self.temperature > 0 and self.margin >= 0 and 0 <= self.error <= 1
        is_in_range &= all(support.weight >= 0 for support in supports)
        if not (all(map(math.isfinite, values)) and is_in_range):
            raise SettingError(
                f"a calibration needs temperature > 0, margin and weights >= 0, 0 <= error <= 1 and finite offsets, got {self}"
            )
        if any(not (margin >= 0 and 0 <= share <= 1) for margin, share in self.precisions):
            raise SettingError(f"precisions are pairs of a margin >= 0 and a share from 0 to 1, got {self.precisions}")

    @classmethod
    def of(cls, values: dict[str, Any]) -> Self:
        """Return the calibration that a card holds, as `as_dict` wrote it.

        Raises:
            SettingError: a value is out of its range.
            TypeError: a value is missing, or one too many.
        """
        pairs = tuple((float(margin), float(share)) for margin, share in values.get("precisions", ()))
        return cls(**{**values, "precisions": pairs, "grounds": Weights(**values.get("grounds", {}))})

    def as_dict(self) -> dict[str, Any]:
        """Return the values by name, as a card holds them."""
        return {**asdict(self), "grounds": self.grounds._asdict()}

    @property
    def highest_precision(self) -> float:
        """The highest share of right answers that a margin was fitted for; 0 where none was."""
        return max((share for _, share in self.precisions), default=0.0)

    def for_precision(self, target: float) -> Self:
        """Return the calibration with the smallest margin at which ``target`` of the best answers given are expected to be right.

        Without fitted precisions it is the margin at which each single answer, with grounds as they are on average, is as likely to
        be right as that: more is withheld.

        Raises:
            SettingError: the target is not between 0 and 1, or higher than any margin reaches.

        >>> Calibration(
        ...     temperature=1.0, offset=0.0, runner_up=0.0, margin=0.0, fitted_on="an example", error=0.0,
        ...     precisions=((0.0, 0.6), (2.5, 0.9)),
        ... ).for_precision(0.8).margin
        2.5
        """
        if not 0 < target < 1:
            raise SettingError(f"a target precision lies between 0 and 1, got {target}")
        if not self.precisions:
            return replace(self, margin=max(0.0, self.offset + self.temperature * math.log(target / (1 - target))))
        margins = [margin for margin, share in self.precisions if share >= target]
        if not margins:
            raise SettingError(
                f"no margin of this reader makes {target:.0%} of its answers right; {self.highest_precision:.0%} is the most. "
                "Ask for less, or calibrate it again with `ragqa train calibrate`"
            )
        return replace(self, margin=min(margins))

    def support(self, cosine: float | None, coverage: float | None) -> float:
        """Return what a passage adds to the scores of its spans, in logits: its nearness to the question, and its words.

        Args:
            cosine: of passage and question.
            coverage: the share of the question's telling words that the passage holds (`ragqa.telling`).

        >>> fitted = Calibration(
        ...     temperature=2.0, offset=3.0, runner_up=1.0, margin=0.0, fitted_on="", error=0.0,
        ...     nearness=Support(8.0, 0.5), coverage=Support(4.0, 0.75),
        ... )
        >>> fitted.support(0.75, 0.5), fitted.support(0.75, None)
        (1.0, 2.0)
        """
        return self.nearness.of(cosine) + self.coverage.of(coverage)

    def confidence(self, score: float, *, is_best: bool = True, grounds: Grounds = _UNKNOWN) -> float:
        """Return the fitted probability, 0 to 1, that an answer with this score is right.

        >>> fitted = Calibration(temperature=2.0, offset=3.0, runner_up=1.0, margin=0.0, fitted_on="an example", error=0.0)
        >>> fitted.confidence(3.0), fitted.confidence(4.0, is_best=False)
        (0.5, 0.5)
        """
        lowered = score - self.offset - (0.0 if is_best else self.runner_up)
        lowered += sum(support.of(value) for support, value in zip(self.grounds, grounds.scaled(), strict=True))
        return 0.5 * (1 + math.tanh(lowered / (2 * self.temperature)))
