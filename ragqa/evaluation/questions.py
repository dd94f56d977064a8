"""The records of a gold set: its questions, and the articles that they are asked about.

Read from files by `gold`. Imports nothing of ragqa but its records.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ragqa.records import Article, content_hash

__all__ = ["GoldQuestion", "GoldSet"]


class GoldQuestion(NamedTuple):
    """A question, and what counts as an answer to it."""

    id: str
    question: str
    answers: tuple[str, ...]
    """As people gave them, with repeats; none where the question can't be answered."""
    context: str | None = None
    """The passage that the question was asked about."""
    article_ids: tuple[str, ...] = ()
    """The articles that hold an answer."""
    title: str | None = None
    starts: tuple[int | None, ...] = ()
    """Where each answer stands, in characters of the context or else of the first article; None or empty where that isn't known."""
    gains: tuple[float, ...] = ()
    """How relevant each of ``article_ids`` is, above 0; only in sets that judge articles and hold no answers."""
    source: str | None = None
    """Where the question comes from: a label to break figures down by."""
    other_starts: tuple[int, ...] = ()
    """Where else in its context the first answer may be meant, if it stands there several times; only training heeds it."""

    @property
    def group(self) -> str:
        """What questions share that are not independent of each other: their article."""
        if self.title or self.article_ids:
            return self.title or self.article_ids[0]
        return content_hash(self.context)[:16] if self.context else self.id


class GoldSet(NamedTuple):
    """The questions of a gold file or folder."""

    name: str
    sha256: str
    """Of the bytes of the file, or of the files of the folder one after the other."""
    questions: tuple[GoldQuestion, ...]
    articles: tuple[Article, ...] = ()
    """Those that come with the set whole, as in a BEIR folder; contexts are not counted as such."""
    has_unanswerable: bool = False
    """Whether some question of the whole file has no answer, be it among ``questions`` or not."""

    @classmethod
    def of(cls, name: str, sha256: str, questions: Sequence[GoldQuestion], articles: Sequence[Article] = ()) -> GoldSet:
        """Return the set of all of these questions."""
        return cls(name, sha256, tuple(questions), tuple(articles), not all(row.answers for row in questions))

    @property
    def judges_articles(self) -> bool:
        """Whether the set says which articles are relevant, and holds no answers."""
        return any(question.gains for question in self.questions)

    def limited(self, limit: int | None) -> GoldSet:
        """Return the set with at most ``limit`` of its questions, evenly spread over it, so that all its articles have a part.

        >>> GoldSet.of("ten", "", [GoldQuestion(str(n), "Who?", ()) for n in range(10)]).limited(3).questions[-1].id
        '6'
        """
        count = len(self.questions)
        if limit is None or limit >= count:
            return self
        return self._replace(questions=tuple(self.questions[number * count // limit] for number in range(limit)))

    def with_questions(self, questions: Sequence[GoldQuestion]) -> GoldSet:
        """Return the set with other questions."""
        return self._replace(questions=tuple(questions))
