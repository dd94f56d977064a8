"""What a check of an index or of a saved response found: records, ready for JSON.

Made by `ragqa.store.checking`, `ragqa.index.verifying` and `ragqa.rechecking`. Imports the base of all records.
"""

from __future__ import annotations

from typing import Literal

from ragqa.records import Record

__all__ = ["CheckedCitation", "CheckedResponse", "CitationState", "Finding", "FindingKind", "Verification"]

FindingKind = Literal["file", "settings", "article", "passage", "vector", "full_text", "snapshot", "embedder"]
CitationState = Literal["holds", "changed", "gone", "false", "damaged"]


class Finding(Record):
    """One thing that is wrong with an index: where, what, and what a repair does about it; None where it can do nothing."""

    kind: FindingKind
    where: str
    problem: str
    repair: str | None
    article_id: str | None = None


class Verification(Record):
    """What `ragqa verify` found. ``sound``: there is nothing wrong (any more).

    ``repaired`` are the findings that a repair has dealt with. ``unchecked`` names what could not be looked at, and why.
    """

    sound: bool
    articles: int
    passages: int
    findings: tuple[Finding, ...]
    repaired: tuple[Finding, ...] = ()
    unchecked: tuple[str, ...] = ()


class CheckedCitation(Record):
    """A citation of a saved response, held against the index.

    ``state``: ``holds``; ``changed``, the article or what is known about it is another by now; ``gone``, it is not in the index any
    more; ``false``, it is the very article, and what stands there is not cited so; ``damaged``, the article can't be read.
    ``problem`` says more.
    """

    answer: str
    article_id: str
    quote: str
    start: int
    end: int
    state: CitationState
    problem: str | None = None


class CheckedResponse(Record):
    """A saved response, held against the index. ``holds`` where all of its citations do."""

    question: str
    holds: bool
    citations: tuple[CheckedCitation, ...]
