"""Which two values can't rival each other, whatever speaks for it: they say one thing, or two things that can both be so.

English prose, by rules. Imports no model and no storage.
"""

from __future__ import annotations

import regex

from ragqa.citing import cite, period_of
from ragqa.clock import is_same_time
from ragqa.patterns import lazy_regex
from ragqa.records import Answer, Article, Citation, instant
from ragqa.rivals.asked import asks_for_holder
from ragqa.rivals.evidence import Evidence, Stretch, contenders
from ragqa.rivals.measured import Figure
from ragqa.rivals.stems import dice, stems_of
from ragqa.values import Value, is_part_of_day, same
from ragqa.when import Period
from ragqa.when.meanings import DAYS

__all__ = [
    "are_apart",
    "asks_for_list",
    "can_rival",
    "holds",
    "is_hour_beside_day",
    "is_of_another_time",
    "same_figure",
]

ALIKE = 0.4
"""From which likeness of their telling words on two clauses put one thing."""
YEARS = 2
"""How many years the years named beside two figures may lie apart; where only one names any, the other is of its report's."""

# "Which towns", but no "bus", "virus", "business" or "crisis", and no verb.
_PLURAL = (
    r"(?:people|men|women|children|(?!(?:arms|atlas|bias|canvas|chaos|does|gas|has|lens|means|news|pancreas|series|species|sports|was)\b)"
    r"\p{Ll}+(?<![isu])s)"
)
_LISTS = lazy_regex(
    rf"^\s*(?i:what|which|who)\s+(?:are|were)\b|^\s*(?i:name|list)\b|\b[Ww]hich\s+(?:other\s+|two\s+|three\s+)?{_PLURAL}\b"
)
_STATED = lazy_regex(
    r"\b(?:said|says|told|announced|reported|added|wrote|confirmed)(?:\s+\p{L}+){0,3}?\s+(?:(?:late|early)\s+)?(?:on\s+)?(?:(?:late|early)\s+)?$",
    regex.IGNORECASE,
)
_SAYING = frozenset("announc report tell told speak spok".split())
_NOBODY = lazy_regex(r"(?:no[\s-]one|nobody|none|no\s+(?:people|persons|men|women|children))", regex.IGNORECASE)
_WORD = lazy_regex(r"\w+")


def can_rival(answer: Answer, other: Stretch, value: Value, evidence: Evidence, *, is_apart: bool = False) -> bool:
    """Return whether a date, name or clause of another report, which says something else, can rival an answer.

    It can't where it is a longer or shorter way to put the other, as are two clauses with telling words in common, or names no
    more than a part of the day, which may be that of any date; where it has no telling word, but "no one" rivals a count and
    nothing else, or where it names the report's own outlet; and where both reports give both, which they then hold for two facts,
    but for the holders of a post: a report on who follows whom names two. "Monday" of one report says nothing of "Monday" in
    another: where such dates lie apart, words don't count.

    Args:
        answer: the best.
        other: where something else is said: the article's id, and its characters.
        value: what is said there.
        evidence: what was read.
        is_apart: whether both are dates that lie apart.
    """
    article = evidence.articles[other[0]]
    words = article.text[slice(*other[1:])]
    if is_apart and not any(letter.isdigit() for letter in answer.text + words):
        return True
    one, two = (set(_WORD.findall(own.casefold())) for own in (answer.text, words))
    if one <= two or two <= one or is_part_of_day(answer.text) != is_part_of_day(words):
        return False
    if value.kind == "name" and _is_of_outlet(value, article):
        return False
    texts = (evidence.articles[own.article_id].text for own in answer.citations)
    gives_both = holds(article.text, answer.text) and any(holds(text, words) for text in texts)
    if gives_both and not (value.kind == "name" and asks_for_holder(evidence.question)):
        return False
    telling = stems_of(words)
    if _NOBODY.fullmatch(words):
        counted = contenders(answer, evidence.articles)[0].value.figure
        return counted is not None and not counted.unit
    return value.kind != "text" or (bool(telling) and dice(stems_of(answer.text), telling) < ALIKE)


def are_apart(answer: Answer, own: Value, other: Stretch, value: Value, evidence: Evidence) -> bool:
    """Return whether two dates lie apart, as two weekdays do; "Monday" and "4 March" may be one day.

    When something was said is not when it happened: such a date is apart from none.
    """
    citations = [answer.citations[0], cite(evidence.articles[other[0]], *other[1:])]
    if any(_is_of_statement(each) for each in citations) and not evidence.asked & _SAYING:
        return False
    if own.clock and value.clock and own.clock.zone == value.clock.zone and not is_same_time(own.clock, value.clock):
        return True
    periods = [period_of(each) for each in citations]
    if periods[0] and periods[1]:
        return periods[0].last < periods[1].first or periods[1].last < periods[0].first
    days = [_weekday(each, period) for each, period in zip((own, value), periods, strict=True)]
    if all(days):
        return days[0] != days[1]
    given, also = ({part for part, _ in each.date} for each in (own, value))
    is_dated = given & also & {"month", "year"} and not (given | also) & {"weekday", "relative"}
    return bool(is_dated)


def _weekday(value: Value, period: Period | None) -> str | None:
    """Return the day of the week that a date names, or that of its day; None where neither is known."""
    if period is not None and period.first == period.last:
        return DAYS[period.first.weekday()].lower()
    return dict(value.date).get("weekday")


def is_hour_beside_day(one: Value, other: Value) -> bool:
    """Return whether one value is a time of day alone, and the other a date without one: both may be so."""
    return bool(one.clock and not one.date and other.date and not other.clock)


def asks_for_list(question: str) -> bool:
    """Return whether a question asks for several things, whose names don't rival each other.

    >>> asks_for_list("Which towns were flooded?"), asks_for_list("Which town was flooded?")
    (True, False)
    """
    return _LISTS.search(question) is not None


def same_figure(one: Figure, other: Figure) -> bool:
    """Return whether two figures of two articles say the same: "about 250" and "247"."""
    return same(*(Value("figure", "", figure=own.value) for own in (one, other)))


def is_of_another_time(figure: Figure, one: Article, counterpart: Figure, other: Article) -> bool:
    """Return whether two figures are of years apart, as one of them says: "the earthquake of 1939, which killed 33,000"."""
    if not figure.years and not counterpart.years:
        return False
    years = [
        own.years or ({instant(article.published_at).year} if article.published_at else set())
        for own, article in ((figure, one), (counterpart, other))
    ]
    return all(years) and min(abs(first - second) for first in years[0] for second in years[1]) > YEARS


def holds(text: str, words: str) -> bool:
    """Return whether a text has these words as they are written, not within longer ones.

    >>> holds("A long fight was lost.", "Long"), holds("It cost 3.5 million.", "3"), holds("It cost 3 or 4.", "3")
    (False, False, True)
    """
    start = text.find(words)
    while start >= 0:
        before, after = text[start - 1 : start], text[start + len(words) : start + len(words) + 2]
        is_within = before.isalnum() or after[:1].isalnum() or (after[:1] in (".", ",") and after[1:].isdigit())
        if not is_within:
            return True
        start = text.find(words, start + 1)
    return False


def _is_of_statement(citation: Citation) -> bool:
    """Return whether a date is that of "police said on Monday"."""
    return _STATED.search(citation.sentence, 0, citation.start - citation.sentence_start) is not None


def _is_of_outlet(value: Value, article: Article) -> bool:
    """Return whether a name is that of the outlet or of an author of the article that gives it: "(Rural Wire)" in a dateline."""
    own = {word.casefold() for name in (article.source or "", *article.authors) for word in name.split()}
    return set(value.names) <= own
