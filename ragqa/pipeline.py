"""`Pipeline`: the whole way in one object.

    add      articles -> splitting -> embedding -> store and vectors
    ask      question -> retrieval -> reading -> answering -> `Response`

The parts are given to the constructor, or opened with their defaults by `Pipeline.open`. The reader is loaded with the first
question, so that adding, listing and deleting need none.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from pathlib import Path
from time import perf_counter
from types import TracebackType
from typing import TYPE_CHECKING, NamedTuple, Self

from ragqa.answering import compose
from ragqa.articles import Fault, iter_articles, origin_of
from ragqa.embedding import Embedder, load_embedder
from ragqa.errors import QuestionError, SettingError
from ragqa.index import Index
from ragqa.reading import ExtractiveReader
from ragqa.records import Answer, Article, Filter, Hit, Reason, Response, Span
from ragqa.retrieval import HybridRetriever, Retriever

if TYPE_CHECKING:
    from ragqa.index import Added

__all__ = ["MAX_QUESTION_CHARACTERS", "AddReport", "Pipeline"]

logger = logging.getLogger(__name__)

MAX_QUESTION_CHARACTERS = 1_000

When = str | date | datetime | None


class AddReport(NamedTuple):
    """What `Pipeline.add` did: articles added, replaced, unchanged and removed, passages embedded, and what could not be read."""

    added: int = 0
    replaced: int = 0
    unchanged: int = 0
    removed: int = 0
    passages: int = 0
    faults: tuple[str, ...] = ()


class Pipeline:
    """Asks an index of articles.

    Args:
        index: the articles.
        retriever: finds passages; `HybridRetriever` over ``index`` if None.
        reader: reads them; the reader that ragqa carries if None, loaded when it is first needed.
    """

    def __init__(
        self, *, index: Index, retriever: Retriever | None = None, reader: ExtractiveReader | None = None
    ) -> None:
        self.index = index
        self.retriever = retriever or HybridRetriever(index)
        self._reader = reader
        self._load_reader: Callable[[], ExtractiveReader] = ExtractiveReader.from_pretrained

    @classmethod
    def open(
        cls,
        folder: str | Path,
        *,
        embedder: Embedder | str | None = None,
        reader: ExtractiveReader | str | Path | None = None,
        create: bool = True,
    ) -> Self:
        """Open the index in ``folder`` with the default parts; made if it is missing and ``create`` is true.

        Args:
            folder: of the index.
            embedder: an embedder, or the name or folder of one. None: the one that made the index, or the default for a new one.
            reader: a reader, or the name or folder of one; None for the default.
            create: whether a missing index is made.

        Raises:
            IndexMissing: there is no index and ``create`` is false.
            IndexMismatch: the index was made by another embedder, or by a newer version of ragqa.
            ModelError: the embedder can't be loaded.
        """
        if embedder is None or isinstance(embedder, str):
            embedder = load_embedder(embedder or Index.embedder_name(folder))
        pipeline = cls(
            index=Index.open(folder, embedder=embedder, create=create),
            reader=reader if isinstance(reader, ExtractiveReader) else None,
        )
        if isinstance(reader, str | Path):
            pipeline._load_reader = lambda: ExtractiveReader.from_pretrained(reader)
        return pipeline

    @property
    def reader(self) -> ExtractiveReader:
        """The reader, loaded when it is first asked for."""
        if self._reader is None:
            self._reader = self._load_reader()
        return self._reader

    def add(
        self,
        what: str | Path | Article | Iterable[str | Path | Article],
        *,
        source: str | None = None,
        date: When = None,
        sync: bool = False,
        progress: Callable[[int], None] | None = None,
    ) -> AddReport:
        """Add articles, or replace those whose content changed; unchanged ones cost nothing.

        Args:
            what: a file or folder, an `Article`, or several of them.
            source: for articles that name no source themselves.
            date: for articles that bear no date themselves.
            sync: remove the articles that came from the same folders before and are not there now.
            progress: called with the number of passages just embedded.

        Returns:
            What was done. A file or row that can't be read is named in ``faults``; the others are in.

        Raises:
            ArticleError: a path does not exist.
            StorageError: the index can't be written.
        """
        items = [what] if isinstance(what, str | Path | Article) else list(what)
        given = [item for item in items if isinstance(item, Article)]
        report = AddReport()
        if given:
            report = _sum(report, self.index.add(given, progress=progress), [])
        for path in (item for item in items if not isinstance(item, Article)):
            report = self._add_path(Path(path), report, source=source, date=date, sync=sync, progress=progress)
        return report

    def _add_path(
        self,
        path: Path,
        report: AddReport,
        *,
        source: str | None,
        date: When,
        sync: bool,
        progress: Callable[[int], None] | None,
    ) -> AddReport:
        origin = origin_of(path)
        faults: list[str] = []
        seen: set[str] = set()

        def readable() -> Iterable[Article]:
            for item in iter_articles(path, source=source, date=date):
                if isinstance(item, Fault):
                    faults.append(str(item))
                else:
                    seen.add(item.id)
                    yield item

        done = self.index.add(readable(), origin=origin, progress=progress)
        if not seen and not faults:
            logger.warning("there is no article in %s: nothing was added", path)
        report = _sum(report, done, faults)
        if sync and path.is_dir():
            if faults:
                logger.warning("nothing is removed: %s holds files that can't be read", path)
            else:
                gone = [article_id for article_id in self.index.ids(origin=origin) if article_id not in seen]
                report = report._replace(removed=report.removed + self.index.delete(gone))
        return report

    def delete(self, *article_ids: str) -> int:
        """Remove articles by id, with all that belongs to them, and return how many there were."""
        return self.index.delete(article_ids)

    def search(
        self,
        question: str,
        *,
        k: int = 10,
        since: When = None,
        until: When = None,
        as_of: When = None,
        source: str | Sequence[str] | None = None,
    ) -> list[Hit]:
        """Return at most ``k`` passages for a question, best first. The options are those of `ask`.

        Raises:
            QuestionError: the question is empty or too long.
        """
        asked = _checked_question(question)
        return self.retriever.retrieve([asked], k=k, filter=_filter(since, until, as_of, source))[0]

    def ask(
        self,
        question: str,
        *,
        top_k: int = 3,
        k: int = 10,
        since: When = None,
        until: When = None,
        as_of: When = None,
        source: str | Sequence[str] | None = None,
    ) -> Response:
        """Answer a question from the articles, or abstain and say why.

        Args:
            question: at most `MAX_QUESTION_CHARACTERS` characters.
            top_k: answers at most, best first.
            k: passages that are read.
            since: only articles published then or later; a date is the whole day, in UTC. Undated articles do not pass.
            until: only articles published then or earlier.
            as_of: only what had been published by then.
            source: only articles of this source, or of one of these.

        Raises:
            QuestionError: the question is empty or too long.
            SettingError: an option is outside its range.
        """
        return self.ask_many([question], top_k=top_k, k=k, since=since, until=until, as_of=as_of, source=source)[0]

    async def aask(
        self,
        question: str,
        *,
        top_k: int = 3,
        k: int = 10,
        since: When = None,
        until: When = None,
        as_of: When = None,
        source: str | Sequence[str] | None = None,
    ) -> Response:
        """Answer a question as `ask` does, in a thread, so that an event loop goes on."""
        return await asyncio.to_thread(
            self.ask, question, top_k=top_k, k=k, since=since, until=until, as_of=as_of, source=source
        )

    def ask_many(
        self,
        questions: Iterable[str],
        *,
        top_k: int = 3,
        k: int = 10,
        since: When = None,
        until: When = None,
        as_of: When = None,
        source: str | Sequence[str] | None = None,
    ) -> list[Response]:
        """Answer many questions at once: the same answers as one by one, for less time. The options are those of `ask`.

        ``timings_ms`` of each response is its equal share of what the questions took together.
        """
        if top_k < 1:
            raise SettingError(f"top_k must be 1 or more, got {top_k}")
        asked = [_checked_question(question) for question in questions]
        if not asked:
            return []
        filter = _filter(since, until, as_of, source)
        for question in asked:
            self.reader.check(question)
        began = perf_counter()
        hits = self.retriever.retrieve(asked, k=k, filter=filter)
        retrieved = perf_counter()
        pairs = [(question, hit.passage) for question, own in zip(asked, hits, strict=True) for hit in own]
        spans = iter(self.reader.read_many(pairs))
        read = perf_counter()
        found = [[(hit.passage.article_id, span) for hit in own for span in next(spans)] for own in hits]
        outcomes = [self._compose(own, top_k) for own in found]
        answered = perf_counter()
        share = 1000 / len(asked)
        timings = {
            "retrieve": round((retrieved - began) * share, 3),
            "read": round((read - retrieved) * share, 3),
            "answer": round((answered - read) * share, 3),
            "total": round((answered - began) * share, 3),
        }
        return [
            Response(
                question=question,
                answers=answers,
                abstained=not answers,
                reason=reason if own or reason is None else self._why_no_hits(filter),
                hits=tuple(own),
                timings_ms=dict(timings),
            )
            for question, own, (answers, reason) in zip(asked, hits, outcomes, strict=True)
        ]

    def _compose(self, spans: list[tuple[str, Span]], top_k: int) -> tuple[tuple[Answer, ...], Reason | None]:
        articles = {article_id: self.index.article(article_id) for article_id, span in spans if span.score > 0}
        return compose(spans, articles, top_k=top_k, calibration=self.reader.calibration)

    def _why_no_hits(self, filter: Filter | None) -> Reason:
        if self.index.count().articles == 0:
            return "empty_index"
        if filter is not None and filter.is_dated and self.index.count(filter).articles == 0:
            return "outside_dates"
        return "no_passages"

    def close(self) -> None:
        """Close the index. Using the pipeline afterwards is an error."""
        self.index.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _sum(report: AddReport, done: Added, faults: list[str]) -> AddReport:
    """Return the report with what was done to it; what could not be read or taken in is logged as well."""
    new = (*faults, *done.refused)
    for fault in new:
        logger.warning("%s", fault)
    return AddReport(
        added=report.added + done.added,
        replaced=report.replaced + done.replaced,
        unchanged=report.unchanged + done.unchanged,
        removed=report.removed,
        passages=report.passages + done.passages,
        faults=(*report.faults, *new),
    )


def _checked_question(question: str) -> str:
    asked = question.strip()
    if not asked:
        raise QuestionError("the question is empty: ask something")
    if len(asked) > MAX_QUESTION_CHARACTERS:
        raise QuestionError(
            f"the question has {len(asked):,} characters, {MAX_QUESTION_CHARACTERS:,} at most: ask it in fewer words"
        )
    return asked


def _filter(since: When, until: When, as_of: When, source: str | Sequence[str] | None) -> Filter | None:
    if since is None and until is None and as_of is None and source is None:
        return None
    sources = (source,) if isinstance(source, str) else None if source is None else tuple(source)
    return Filter.of(since=since, until=until, as_of=as_of, sources=sources)
