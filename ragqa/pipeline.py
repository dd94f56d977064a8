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
from threading import Lock
from types import TracebackType
from typing import TYPE_CHECKING, NamedTuple, Self

from ragqa.articles import Fault, iter_articles, origin_of
from ragqa.asking import MAX_QUESTION_CHARACTERS, Asker, checked_question
from ragqa.embedding import Embedder, load_embedder
from ragqa.errors import SettingError
from ragqa.index import Index
from ragqa.reading import ExtractiveReader
from ragqa.records import Article, Filter, Hit, Response, Timeline
from ragqa.retrieval import HybridRetriever, Retriever
from ragqa.timeline import timeline_of
from ragqa.timely import retrieve

if TYPE_CHECKING:
    from ragqa.index import Added

__all__ = ["MAX_QUESTION_CHARACTERS", "AddReport", "Pipeline"]

logger = logging.getLogger(__name__)

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
        self._loading = Lock()
        self._load_reader: Callable[[], ExtractiveReader] = ExtractiveReader.from_pretrained

    @classmethod
    def open(
        cls,
        folder: str | Path,
        *,
        embedder: Embedder | str | Path | None = None,
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
        if embedder is None or isinstance(embedder, str | Path):
            embedder = load_embedder(str(embedder) if embedder else Index.embedder_name(folder))
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
        with self._loading:
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

        Where the question names a time ("in August 2024"; "last week" with ``as_of``), passages of articles of that time have a
        lead.

        Raises:
            QuestionError: the question is empty or too long.
        """
        asked = checked_question(question)
        return retrieve(self.retriever, [asked], k=k, filter=_filter(since, until, as_of, source))[0].hits

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
            IndexBusy: the articles that were found changed again and again while they were read.
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
        if isinstance(questions, str):
            raise SettingError("ask_many takes several questions, got one text: put it into a list, or use ask")
        asked = [checked_question(question) for question in questions]
        if not asked:  # no reader is loaded for nothing
            return []
        asker = Asker(self.index, self.retriever, self.reader)
        return asker.ask(asked, top_k=top_k, k=k, filter=_filter(since, until, as_of, source))

    def timeline(
        self,
        question: str,
        *,
        k: int = 50,
        since: When = None,
        until: When = None,
        as_of: When = None,
        source: str | Sequence[str] | None = None,
    ) -> Timeline:
        """Return how the answer to a question changed over the reports: the best answer of each dated article, oldest first.

        Args:
            question: as for `ask`.
            k: passages that are read.
            since: as for `ask`, like ``until``, ``as_of`` and ``source``.
            until: only articles published then or earlier.
            as_of: only what had been published by then.
            source: only articles of this source, or of one of these.

        Raises:
            QuestionError: the question is empty or too long.
            SettingError: an option is outside its range.
        """
        filter = _filter(since, until, as_of, source)
        return timeline_of(checked_question(question), self.index, self.retriever, self.reader, k=k, filter=filter)

    def check(self, question: str) -> None:
        """Raise `QuestionError` where a question can't be asked: it is empty, not text, or too long for the reader."""
        self.reader.check(checked_question(question))

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


def _filter(since: When, until: When, as_of: When, source: str | Sequence[str] | None) -> Filter | None:
    if since is None and until is None and as_of is None and source is None:
        return None
    sources = (source,) if isinstance(source, str) else None if source is None else tuple(source)
    return Filter.of(since=since, until=until, as_of=as_of, sources=sources)
