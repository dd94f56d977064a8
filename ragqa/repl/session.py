"""What was asked, what was answered, and how the next question is asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from ragqa.errors import QuestionError, SettingError
from ragqa.pipeline import Pipeline
from ragqa.records import Citation, Filter, Response, Timeline
from ragqa.sources import unknown_sources
from ragqa.view import citations_shown

__all__ = ["Exchange", "Limits", "Session"]

_TIMELINE = 50  # passages that a timeline reads at least: it is about many articles


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How a question is asked: answers at most, passages that are read, and which articles may be searched.

    Dates are ISO 8601, ``source`` names of sources; None, and no name, for no limit.
    """

    top_k: int = 3
    k: int = 10
    since: str | None = None
    until: str | None = None
    as_of: str | None = None
    source: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Say what differs from no limits at all, and k."""
        said = [f"k {self.k}", f"top-k {self.top_k}"]
        said += [
            f"{name.replace('_', '-')} {day}" for name in ("since", "until", "as_of") if (day := getattr(self, name))
        ]
        said += [f"source {'; '.join(self.source)}"] if self.source else []
        return ", ".join(said)


class Exchange(NamedTuple):
    """A question as it was asked, and what came back."""

    limits: Limits
    response: Response


class Session:
    """A conversation with an index.

    Args:
        pipeline: answers.
        limits: of the first question; `use` sets those of the next ones.

    Raises:
        SettingError: a limit can't be used, or no article is of a source.
    """

    def __init__(self, pipeline: Pipeline, limits: Limits | None = None) -> None:
        self.pipeline = pipeline
        self.exchanges: list[Exchange] = []
        self._limits = Limits()
        if limits is not None:
            self.use(limits)

    @property
    def limits(self) -> Limits:
        """How the next question is asked."""
        return self._limits

    def ask(self, question: str) -> Response:
        """Answer a question within the limits, and remember it."""
        limits = self._limits
        response = self.pipeline.ask(
            question,
            top_k=limits.top_k,
            k=limits.k,
            since=limits.since,
            until=limits.until,
            as_of=limits.as_of,
            source=limits.source or None,
        )
        self.exchanges.append(Exchange(limits, response))
        return response

    def timeline(self, question: str) -> Timeline:
        """Return how the answer to a question changed, within the limits of dates and sources; nothing is remembered of it."""
        limits = self._limits
        return self.pipeline.timeline(
            question,
            k=max(limits.k, _TIMELINE),
            since=limits.since,
            until=limits.until,
            as_of=limits.as_of,
            source=limits.source or None,
        )

    def use(self, limits: Limits) -> None:
        """Ask the next questions within ``limits``.

        Raises:
            SettingError: one can't be used, or no article is of a source; then all stay as they were.
        """
        checked = _checked(limits)
        for unknown in unknown_sources(self.pipeline.index, checked.source):
            raise SettingError(unknown)
        self._limits = checked

    def last(self) -> Response:
        """Return the last response.

        Raises:
            QuestionError: nothing has been asked yet.
        """
        if not self.exchanges:
            raise QuestionError("nothing has been asked yet: type a question first")
        return self.exchanges[-1].response

    def citation(self, number: int) -> Citation:
        """Return a citation of the last response by the number that it is drawn with, from 1.

        Raises:
            QuestionError: nothing has been asked yet, or there is no citation of this number.
        """
        cited = citations_shown(self.last())
        if not 1 <= number <= len(cited):
            there = "the last question got no answer" if not cited else f"the last answers have [1] to [{len(cited)}]"
            raise QuestionError(f"there is no citation [{number}]: {there}")
        return cited[number - 1]


def _checked(limits: Limits) -> Limits:
    """Return ``limits`` that can be used together."""
    for name, value in (("top-k", limits.top_k), ("k", limits.k)):
        if value < 1:
            raise SettingError(f"{name} must be 1 or more, got {value}")
    Filter.of(since=limits.since, until=limits.until, as_of=limits.as_of)
    return limits
