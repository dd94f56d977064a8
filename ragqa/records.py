"""The records that travel from one step to the next, and out as JSON.

    articles -> splitting -> embedding -> store/vectors -> retrieval -> reading -> answering
    Article     Passage                                    Hit          Span       Answer, Response

All of them are frozen pydantic models: what ``model_dump_json`` writes, ``model_validate_json`` reads back.
Offsets are Python code points into ``Article.text`` exactly as it was given, half-open. This module imports pydantic and of ragqa
only what works on plain values (`errors`, `parts`, `styles`, `when`); every other module may import it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, date, datetime, time
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from ragqa.errors import SettingError
from ragqa.parts import Part
from ragqa.styles import Source, format_source
from ragqa.when.periods import Period

__all__ = [
    "Answer",
    "Article",
    "Attribution",
    "Citation",
    "Conflict",
    "Filter",
    "Hit",
    "Passage",
    "PublishedAt",
    "Reason",
    "Record",
    "ResolvedDate",
    "Response",
    "Rival",
    "Span",
    "Timeline",
    "TimelineEntry",
    "content_hash",
    "instant",
]

Day = date  # inside a record that has a field of that name

Reason = Literal["no_passages", "null_beats_span", "low_confidence", "outside_dates", "empty_index"]


def content_hash(text: str) -> str:
    """Return the SHA-256 of ``text`` in UTF-8, as 64 hexadecimal digits.

    >>> content_hash("")[:8]
    'e3b0c442'
    """
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def instant(value: date | datetime, *, end_of_day: bool = False) -> datetime:
    """Return the moment in UTC that a publication date or a date filter stands for.

    A date without a time is the whole day in UTC: its first moment, or with ``end_of_day`` its last. A time without a zone is
    taken as UTC.

    >>> instant(date(2024, 8, 19)).isoformat()
    '2024-08-19T00:00:00+00:00'
    """
    if not isinstance(value, datetime):
        return datetime.combine(value, time.max if end_of_day else time.min, tzinfo=UTC)
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _iso_date(value: object) -> object:
    """Read an ISO 8601 date or time; a date stays a date, so that no time of day is invented."""
    if value is None:
        return value
    if isinstance(value, str):
        text = value.strip()
        with suppress(ValueError):
            value = date.fromisoformat(text) if len(text) <= 10 else datetime.fromisoformat(text)
    if isinstance(value, date):
        try:
            instant(value)
        except OverflowError as error:
            raise ValueError(f"{value} is outside the calendar in UTC, which has the years 1 to 9999") from error
        return value
    raise ValueError(f"expected an ISO 8601 date or time such as 2024-08-19 or 2024-08-19T14:30:00Z, got {value!r}")


PublishedAt = Annotated[datetime | date | None, BeforeValidator(_iso_date)]


class Record(BaseModel):
    """What all records are: frozen, without unknown fields, ready for JSON."""

    # Validators are built when a record of the kind is first made: a question needs few of them.
    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_inf_nan="null", defer_build=True)


class Article(Record):
    """One news article: its text exactly as given, and what is known about it.

    ``id`` may be left out: then it is a short hash of ``url`` if there is one, else of ``title`` and ``text``. ``content_hash`` is
    always that of ``text``; one that is given and differs is refused. ``published_at`` keeps a date a date; what moment it stands
    for is said by `instant`.
    """

    # The two empty defaults are always filled; they tell type checkers that id and content_hash may be left out.
    id: str = Field(default="", min_length=1)
    text: str
    title: str | None = None
    source: str | None = None
    url: str | None = None
    published_at: PublishedAt = None
    authors: tuple[str, ...] = ()
    language: str | None = None
    content_hash: str = ""

    @model_validator(mode="before")
    @classmethod
    def _fill(cls, data: Any) -> Any:
        if not isinstance(data, Mapping) or not isinstance(data.get("text"), str):
            return data
        text = data["text"]
        try:
            found = content_hash(text)
        except UnicodeEncodeError as error:
            raise ValueError(
                f"text holds half a surrogate pair at character {error.start}, which is no character: decode it again"
            ) from error
        given = data.get("content_hash")
        if given is not None and given != found:
            raise ValueError(f"content_hash {given} is not that of text, {found}: leave it out")
        filled = {**data, "content_hash": found}
        if data.get("id") is None:
            key = data.get("url") or f"{data.get('title') or ''}\n{text}"
            filled["id"] = content_hash(str(key))[:16]
        return filled


class Passage(Record):
    """A stretch of an article: ``article.text[start:end] == text``."""

    id: str
    article_id: str
    text: str
    start: int = Field(ge=0)
    end: int = Field(ge=0)


class Hit(Record):
    """A passage that was found for a question. ``rank`` counts from 1; a larger ``score`` is better within one ``kind``.

    ``time_lead``: by how much its score was raised because it is of the time that the question names.
    """

    passage: Passage
    score: float
    rank: int = Field(ge=1)
    kind: Literal["dense", "lexical", "hybrid"]
    dense_score: float | None = None
    lexical_score: float | None = None
    time_lead: float = 0.0

    @property
    def nearness(self) -> float | None:
        """How near the passage is to the question, by the cosine of their vectors; its lead brings it so much nearer."""
        return None if self.dense_score is None else self.dense_score + self.time_lead


class Span(Record):
    """A stretch of a passage that may answer: ``article.text[start:end] == text``; ``score`` is best minus null, in logits."""

    passage_id: str
    text: str
    start: int = Field(ge=0)
    end: int = Field(ge=0)
    score: float


class ResolvedDate(Record):
    """A relative date of the cited sentence ("Sunday", "last week") and the days that it means.

    ``date`` is the first day and ``last_date`` the last; they are the same where the words mean one day.
    """

    text: str
    start: int
    end: int
    date: date
    last_date: Day

    @property
    def iso(self) -> str:
        """The days as ISO 8601 writes them: a day, a month, a year, or an interval.

        >>> week = (date(2025, 3, 3), date(2025, 3, 9))
        >>> ResolvedDate(text="last week", start=0, end=9, date=week[0], last_date=week[1]).iso
        '2025-03-03/2025-03-09'
        """
        return Period(self.date, self.last_date).iso


class Attribution(Record):
    """The verbatim words that say who stands behind a quote ("said Taras Bilyk, an electrician").

    ``speaker`` are those of them that name somebody ("Taras Bilyk"), as they stand there: it may be a pronoun. ``kind`` is
    ``direct`` for words in direct speech, else ``reported``.
    """

    text: str
    start: int
    end: int
    kind: Literal["direct", "reported"]
    speaker: str
    speaker_start: int
    speaker_end: int


class Citation(Record):
    """Where an answer stands: ``article.text[start:end] == quote``, and the same for the sentence around it.

    ``resolved_dates`` are the relative dates of the sentence, ``attribution`` who stands behind the quote, null where the article
    itself does. ``part`` of the article is headline, body, or a notice of correction; ``withdrawn`` says that a notice
    names the quote as what was wrong. ``link`` leads to the very words on the
    article's page, null where it has no web address.
    """

    article_id: str
    title: str | None
    source: str | None
    url: str | None
    published_at: PublishedAt
    quote: str
    start: int
    end: int
    sentence: str
    sentence_start: int
    sentence_end: int
    content_hash: str
    resolved_dates: tuple[ResolvedDate, ...] = ()
    attribution: Attribution | None = None
    part: Part = "body"
    withdrawn: bool = False
    authors: tuple[str, ...] = ()
    link: str | None = None

    def format(self, style: str) -> str:
        """Return the citation as an entry of a bibliography.

        Args:
            style: ``apa``, ``chicago``, ``mla``, ``bibtex`` or ``markdown``; the last one quotes the words and links to them.

        Raises:
            SettingError: there is no such style.
        """
        published = self.published_at.date() if isinstance(self.published_at, datetime) else self.published_at
        known = Source(
            title=self.title,
            source=self.source,
            url=self.url,
            published=published,
            authors=self.authors,
            quote=self.quote,
            link=self.link,
            key=self.content_hash,
            name=self.article_id,
        )
        return format_source(known, style)


class Answer(Record):
    """A verbatim answer with one citation an article, best first.

    ``confidence`` is the fitted probability, 0 to 1, that the answer is right, or None where the reader has no calibration.
    ``sources`` counts the independent sources behind the citations: copies of one report count once. ``score``, in logits, is
    that of the best span, and where the reader's calibration says so also of how well its passage suits the question. ``as_of`` is
    when the newest report that gives the answer was published, where reports at another time give another one; else null.
    """

    text: str
    confidence: float | None = Field(ge=0, le=1)
    citations: tuple[Citation, ...] = Field(min_length=1)
    sources: int = Field(ge=1)
    score: float
    as_of: PublishedAt = None


class Rival(Record):
    """One of the values that a conflict is about."""

    text: str
    confidence: float | None
    citations: tuple[Citation, ...] = Field(min_length=1)


class Conflict(Record):
    """Rival answers to one question: other figures at the same time (differs), or a later report (superseded)."""

    kind: Literal["differs", "superseded"]
    values: tuple[Rival, ...] = Field(min_length=2)


class Response(Record):
    """What a question gets: answers best first, or none and the reason why.

    ``conflicts`` hold what reports put differently; for the reason ``low_confidence`` too, where the values are doubtful but not
    hopeless. ``hits`` are the passages that were found, of which the likely ones were read; for the reason ``outside_dates`` the
    nearest ones of other dates, of which none was. ``timings_ms`` is by stage.
    """

    question: str
    answers: tuple[Answer, ...]
    abstained: bool
    reason: Reason | None
    conflicts: tuple[Conflict, ...] = ()
    hits: tuple[Hit, ...]
    timings_ms: dict[str, float]

    @model_validator(mode="after")
    def _consistent(self) -> Response:
        if self.abstained != (not self.answers) or self.abstained != (self.reason is not None):
            raise ValueError("a response either has answers, or abstains with a reason")
        return self


class TimelineEntry(Record):
    """What one article answers. ``changed`` is true where it says something else than the articles before it.

    ``direction`` of a change: ``up`` or ``down`` where both answers are figures of one kind, the later one larger or smaller; else
    null.
    """

    published_at: PublishedAt
    text: str
    confidence: float | None = Field(ge=0, le=1)
    changed: bool
    direction: Literal["up", "down"] | None = None
    citation: Citation


class Timeline(Record):
    """How the answer to a question changed over the reports: the best answer of each article, oldest first.

    ``undated`` names the articles that hold an answer but bear no date, and are left out for it.
    """

    question: str
    entries: tuple[TimelineEntry, ...]
    undated: tuple[str, ...]


class Filter(Record):
    """Which articles may be searched. Bounds are inclusive; an undated article passes only where no date is asked for.

    ``since`` and ``until`` are dates or times as `instant` reads them. ``as_of`` is a second upper bound: only what had been
    published by then. ``sources``, ``article_ids`` and ``languages``: None for all, else those that may be searched. A language is
    a tag as of `Article.language`; it takes in those that begin with it ("en" also "en-GB"), whatever the case, and an article that
    names none does not pass.

    Source: RFC 4647, section 3.3.1 (basic filtering of language tags).
    """

    since: PublishedAt = None
    until: PublishedAt = None
    as_of: PublishedAt = None
    sources: tuple[str, ...] | None = None
    article_ids: tuple[str, ...] | None = None
    languages: tuple[str, ...] | None = None

    @classmethod
    def of(cls, **fields: object) -> Filter:
        """Return the filter, with dates given as ISO 8601 text, dates or times.

        Raises:
            SettingError: a date can't be read, or the bounds exclude each other.
        """
        try:
            return cls.model_validate(fields)
        except ValidationError as error:
            problem = error.errors()[0]
            name = str(problem["loc"][0]).replace("_", "-") if problem["loc"] else "the filter"
            raise SettingError(f"{name}: {problem['msg'].removeprefix('Value error, ')}") from error

    @property
    def earliest(self) -> datetime | None:
        """The first moment that passes, in UTC, or None."""
        return None if self.since is None else instant(self.since)

    @property
    def latest(self) -> datetime | None:
        """The last moment that passes, in UTC, or None."""
        bounds = [instant(value, end_of_day=True) for value in (self.until, self.as_of) if value is not None]
        return min(bounds, default=None)

    @property
    def is_dated(self) -> bool:
        """Whether any date is asked for."""
        return self.earliest is not None or self.latest is not None

    @model_validator(mode="after")
    def _ordered(self) -> Filter:
        for name, last in (("until", self.until), ("as-of", self.as_of)):
            if self.earliest is not None and last is not None and self.earliest > instant(last, end_of_day=True):
                raise SettingError(f"since ({self.since}) is later than {name} ({last}): exchange them")
        return self
