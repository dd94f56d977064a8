"""A stretch of an article to its `Citation`: the quote, its sentence, and what the sentence says of when and by whom.

The one place where citations are made: quote and sentence are slices of the article, dates and attribution are found in it by
`when` and `speech`, the part of the article by `parts`, the link by `styles`. Imports no model and no storage.
"""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache

from ragqa.corrections import is_withdrawn
from ragqa.parts import part_of
from ragqa.records import Article, Attribution, Citation, ResolvedDate
from ragqa.sentences import sentence_spans, spanning
from ragqa.speech import attribute
from ragqa.styles import text_link
from ragqa.values import Value, read
from ragqa.when import Period, dates_of_sentence

__all__ = ["cite", "period_of", "sentence_at", "value_at", "value_of"]


def cite(article: Article, start: int, end: int) -> Citation:
    """Return the citation of the characters ``start`` to ``end`` of ``article``, with the sentence around them.

    Dates and attributions are read in English; an article that is said to be in another language gets none.
    """
    text = article.text
    sentence_start, sentence_end = sentence_at(text, start, end)
    is_english = article.language is None or article.language.lower().startswith("en")
    return Citation(
        article_id=article.id,
        title=article.title,
        source=article.source,
        url=article.url,
        published_at=article.published_at,
        quote=text[start:end],
        start=start,
        end=end,
        sentence=text[sentence_start:sentence_end],
        sentence_start=sentence_start,
        sentence_end=sentence_end,
        content_hash=article.content_hash,
        resolved_dates=_dates(article, sentence_start, sentence_end) if is_english else (),
        attribution=_attribution(text, start, end) if is_english else None,
        part=part_of(text, start, end, title=article.title),
        withdrawn=is_withdrawn(text, start, end, title=article.title),
        authors=article.authors,
        link=text_link(article.url, text, start, end, heading=_heading(article)),
    )


def sentence_at(text: str, start: int, end: int) -> tuple[int, int]:
    """Return where the sentence of the characters ``start`` to ``end`` begins and ends; sentences, where they span several."""
    return spanning(_sentences(text), start, end)


def value_at(article: Article, start: int, end: int) -> Value:
    """Return what the characters ``start`` to ``end`` of an article say; a relative date by the days that it means."""
    value = read(article.text, start, end)
    if value.kind != "date" or article.published_at is None:
        return value
    return value_of(cite(article, start, end), article)


def value_of(citation: Citation, article: Article) -> Value:
    """Return what a citation says; a relative date by the days that it means, where they are known."""
    value, period = read(article.text, citation.start, citation.end), period_of(citation)
    if period is None or (value.kind != "date" and not _is_time(citation)):
        return value
    if "/" not in period.iso:
        known = zip(("year", "month", "day"), period.iso.split("-"), strict=False)
        date_parts = tuple(sorted((part, str(int(number))) for part, number in known))
        return Value("date", value.key, date=date_parts, clock=value.clock)
    if {part for part, _ in value.date} == {"relative"}:
        return value._replace(date=(("days", period.iso),))
    return value


def period_of(citation: Citation) -> Period | None:
    """Return the days that the words of a citation mean, where they are one date that is relative and could be resolved."""
    days = [own for own in citation.resolved_dates if own.start < citation.end and citation.start < own.end]
    return Period(days[0].date, days[0].last_date) if len(days) == 1 else None


def _is_time(citation: Citation) -> bool:
    """Return whether the words of a citation are a date and little else, as "two days ago" and not "12 people by Monday"."""
    longest = max((len(own.text) for own in citation.resolved_dates), default=0)
    return 2 * longest > len(citation.quote)


def _dates(article: Article, start: int, end: int) -> tuple[ResolvedDate, ...]:
    """Return the time words that had to be resolved; a date that names its year says itself what it is."""
    return tuple(
        ResolvedDate(
            text=article.text[found.start : found.end],
            start=found.start,
            end=found.end,
            date=found.period.first,
            last_date=found.period.last,
        )
        for found in dates_of_sentence(article.text, start, end, _day(article.published_at))
        if not found.has_year
    )


def _day(published: date | datetime | None) -> date | None:
    """Return the day of publication where it was published: "Monday" is the outlet's Monday, not that of UTC."""
    return published.date() if isinstance(published, datetime) else published


def _attribution(text: str, start: int, end: int) -> Attribution | None:
    found = attribute(text, start, end)
    if found is None:
        return None
    return Attribution(
        text=text[found.start : found.end],
        start=found.start,
        end=found.end,
        kind=found.kind,
        speaker=text[found.speaker_start : found.speaker_end],
        speaker_start=found.speaker_start,
        speaker_end=found.speaker_end,
    )


def _heading(article: Article) -> str:
    """Return the title where the page has one above the text; some texts begin with theirs."""
    title = article.title or ""
    return "" if article.text.lstrip("\ufeff# \n").startswith(title) else title


@lru_cache(maxsize=64)
def _sentences(text: str) -> list[tuple[int, int]]:
    return sentence_spans(text)
