"""Questions that name a time: passages of articles of that time come before others, and none is left out for it.

"How many had died in August 2024?" is best answered by what was published in August 2024; but what was published later may answer
it too, and many questions name the time of an event, not that of a report. So the passages of the time are searched for by
themselves as well, and get a lead that a clearly better passage makes up for. A question that names no time is searched for as
ever.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from ragqa.errors import SettingError
from ragqa.records import Filter, Hit, instant
from ragqa.retrieval import Retriever
from ragqa.when import Period, dates_in

__all__ = ["period_of", "retrieve"]

_LEAD = {"dense": 0.15, "hybrid": 0.15, "lexical": 1.0}
"""What a passage of the time is scored higher by, in the unit of each kind of hit. That of the dense is a cosine."""
_REPORTED_LATER = timedelta(days=1)  # what happened on a day is in the paper of the next


def period_of(question: str, *, as_of: date | None = None) -> Period | None:
    """Return the time that a question names, from the first to the last of its dates, or None.

    Args:
        question: in English.
        as_of: the day that "last week" is seen from; without it only dates with a year count.

    >>> period_of("How many people had been killed in August 2024?").iso
    '2024-08'
    """
    found = dates_in(question, as_of)
    if not found:
        return None
    return Period(min(one.period.first for one in found), max(one.period.last for one in found))


def retrieve(
    retriever: Retriever, questions: Sequence[str], *, k: int, filter: Filter | None = None
) -> list[list[Hit]]:
    """Return for each question at most ``k`` hits, best first, those of the time that it names with a lead."""
    found = list(retriever.retrieve(questions, k=k, filter=filter))
    as_of = filter.as_of if filter else None
    seen_from = None if as_of is None else instant(as_of).date()
    for number, question in enumerate(questions):
        period = period_of(question, as_of=seen_from)
        within = period and _within(period, filter)
        if within:
            (of_time,) = retriever.retrieve([question], k=k, filter=within)
            found[number] = _merged(found[number], of_time, k)
    return found


def _within(period: Period, filter: Filter | None) -> Filter | None:
    """Return the filter narrowed to a period, or None where it lets nothing of that time pass."""
    given = filter or Filter()
    try:
        last = period.last + _REPORTED_LATER
    except OverflowError:
        last = period.last
    since = max(instant(period.first), given.earliest or instant(period.first))
    until = min(instant(last, end_of_day=True), given.latest or instant(last, end_of_day=True))
    try:
        return Filter.of(**{**given.model_dump(), "since": since, "until": until, "as_of": None})
    except SettingError:
        return None


def _merged(all_hits: Sequence[Hit], of_time: Sequence[Hit], k: int) -> list[Hit]:
    led = {
        hit.passage.id: hit.model_copy(update={"score": hit.score + _LEAD[hit.kind], "time_lead": _LEAD[hit.kind]})
        for hit in of_time
    }
    others = [hit for hit in all_hits if hit.passage.id not in led]
    best = sorted([*led.values(), *others], key=lambda hit: (-hit.score, hit.passage.id))[:k]
    return [hit.model_copy(update={"rank": rank}) for rank, hit in enumerate(best, start=1)]
