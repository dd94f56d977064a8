"""`Pipeline`: the whole way in one object.

    add      articles -> splitting -> embedding -> store and vectors
    ask      question -> retrieval -> reading -> answering -> `Response`

The parts are given to the constructor, or opened with their defaults by `Pipeline.open`. The reader is loaded with the first
question, so that adding, listing and deleting need none.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from functools import partial
from importlib import import_module
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import TYPE_CHECKING, Self

from ragqa.calibration import Calibration
from ragqa.embedding import Embedder, load_embedder
from ragqa.errors import ArticleError, SettingError
from ragqa.findings import CheckedResponse, Verification
from ragqa.index import Index
from ragqa.onnx import thread_count
from ragqa.questions import MAX_QUESTION_CHARACTERS, checked_question
from ragqa.reading import ExtractiveReader
from ragqa.records import Article, Filter, Hit, Response, Timeline
from ragqa.retrieval import DenseRetriever, HybridRetriever, Retriever
from ragqa.sources import unknown_sources
from ragqa.timely import retrieve

if TYPE_CHECKING:
    from ragqa.asking import Asker
    from ragqa.explaining import Explanation
    from ragqa.filling import AddReport
    from ragqa.index import Duplicates

__all__ = ["MAX_QUESTION_CHARACTERS", "Pipeline"]

logger = logging.getLogger(__name__)

_AT_ONCE = 16  # questions whose passages and logits are held at once

When = str | date | datetime | None
Names = str | Sequence[str] | None


class Pipeline:
    """Asks an index of articles.

    Args:
        index: the articles.
        retriever: finds passages; `HybridRetriever` over ``index`` if None.
        reader: reads them; the reader that ragqa carries if None, loaded when it is first needed.
        target_precision: abstain as often as it takes for this share of the best answers given to be right, between 0 and 1, by
            what the reader was calibrated on. None: as often as its calibration found best.

    Raises:
        SettingError: the target precision is out of its range.
    """

    def __init__(
        self,
        *,
        index: Index,
        retriever: Retriever | None = None,
        reader: ExtractiveReader | None = None,
        target_precision: float | None = None,
    ) -> None:
        self._target_precision = _checked_target(target_precision)
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
        target_precision: float | None = None,
    ) -> Self:
        """Open the index in ``folder`` with the default parts; made if it is missing and ``create`` is true.

        Args:
            folder: of the index.
            embedder: an embedder, or the name or folder of one. None: the one that made the index, or the default for a new one.
            reader: a reader, or the name or folder of one; None for the default.
            create: whether a missing index is made.
            target_precision: as the constructor takes it; whether the reader reaches it is seen with the first question.

        Raises:
            IndexMissing: there is no index and ``create`` is false.
            IndexMismatch: the index was made by another embedder, or by a newer version of ragqa.
            ModelError: the embedder can't be loaded.
            SettingError: the target precision is out of its range.
        """
        _checked_target(target_precision)  # before anything is made
        if embedder is None or isinstance(embedder, str | Path):
            embedder = load_embedder(str(embedder) if embedder else Index.embedder_name(folder))
        pipeline = cls(
            index=Index.open(folder, embedder=embedder, create=create),
            reader=reader if isinstance(reader, ExtractiveReader) else None,
            target_precision=target_precision,
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

    def _asker(self) -> Asker:
        """Return what asks, with the models loaded.

        Loading hardly needs the interpreter: meanwhile another thread imports what makes answers of spans. The reader, which may
        come from a hub, is loaded by this one, which Ctrl-C reaches.
        """
        if self._reader is None:
            with ThreadPoolExecutor(2, thread_name_prefix="ragqa-load") as pool:
                pool.submit(import_module, "ragqa.asking")
                if isinstance(self.retriever, HybridRetriever | DenseRetriever):
                    pool.submit(self.index.prepare)  # where it fails, the search says why
                _ = self.reader
        from ragqa.asking import Asker

        return Asker(self.index, self.retriever, self.reader, self.calibration)

    @property
    def calibration(self) -> Calibration | None:
        """The reader's calibration, with the margin of the target precision where one was set.

        Raises:
            SettingError: the reader can't reach the target, or has no calibration to tell by.
        """
        found = self.reader.calibration
        if self._target_precision is None:
            return found
        if found is None:
            raise SettingError(
                f"the reader {self.reader.name} has no calibration, so that no target precision can be set: fit one with "
                "`ragqa train calibrate`"
            )
        return found.for_precision(self._target_precision)

    def add(
        self,
        what: str | Path | Article | Iterable[str | Path | Article],
        *,
        source: str | None = None,
        date: When = None,
        sync: bool = False,
        duplicates: Duplicates | None = None,
        progress: Callable[[int], None] | None = None,
        expect: Callable[[int], None] | None = None,
    ) -> AddReport:
        """Add articles, or replace those whose content changed; unchanged ones cost nothing.

        Args:
            what: a file or folder, an `Article`, or several of them.
            source: for articles that name no source themselves.
            date: for articles that bear no date themselves.
            sync: remove the articles that came from the same folders before and are not there now.
            duplicates: what becomes of an article whose id is there with other content: it replaces that one, it is skipped, or it
                is an error. None: it replaces one of the same folder; where that is of another folder it is a fault.
            progress: called with the number of passages just embedded.
            expect: called with how many passages all of it will have: an estimate, better the more has been read.

        Returns:
            What was done. A file or row that can't be read is named in ``faults``; the others are in.

        Raises:
            ArticleError: a path does not exist, or is an index; or an id is there with other content and ``duplicates`` is "fail".
            StorageError: the index can't be written.
        """
        from ragqa.filling import fill

        items = [what] if isinstance(what, str | Path | Article) else list(what)
        return fill(
            self.index,
            items,
            source=source,
            date=date,
            sync=sync,
            duplicates=duplicates,
            progress=progress,
            expect=expect,
        )

    def delete(
        self,
        *article_ids: str,
        source: Names = None,
        since: When = None,
        until: When = None,
        dry_run: bool = False,
    ) -> int:
        """Remove articles by id, by source or by date, with all that belongs to them, and return how many there were.

        Args:
            article_ids: which; none for all of the source and dates.
            source: only articles of this source, or of one of these.
            since: only articles published then or later. Undated articles do not pass.
            until: only articles published then or earlier.
            dry_run: remove nothing, and return how many it would be.

        Raises:
            SettingError: nothing says which articles.
            IndexBusy: another process is writing.
        """
        return self.index.delete(
            article_ids or None, filter=self._filter(since, until, None, source, None), dry_run=dry_run
        )

    def search(
        self,
        question: str,
        *,
        k: int = 10,
        since: When = None,
        until: When = None,
        as_of: When = None,
        source: Names = None,
        language: Names = None,
    ) -> list[Hit]:
        """Return at most ``k`` passages for a question, best first. The options are those of `ask`.

        Where the question names a time ("in August 2024"; "last week" with ``as_of``), passages of articles of that time have a
        lead.

        Raises:
            QuestionError: the question is empty or too long.
        """
        asked = checked_question(question)
        filter = self._filter(since, until, as_of, source, language)
        return retrieve(self.retriever, [asked], k=k, filter=filter)[0]

    def ask(
        self,
        question: str,
        *,
        top_k: int = 3,
        k: int = 10,
        since: When = None,
        until: When = None,
        as_of: When = None,
        source: Names = None,
        language: Names = None,
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
            language: only articles in this language, or in one of these: "en" takes in "en-GB". Others do not pass.

        Raises:
            QuestionError: the question is empty or too long.
            SettingError: an option is outside its range.
            IndexBusy: the articles that were found changed again and again while they were read.
        """
        return self.ask_many(
            [question], top_k=top_k, k=k, since=since, until=until, as_of=as_of, source=source, language=language
        )[0]

    async def aask(
        self,
        question: str,
        *,
        top_k: int = 3,
        k: int = 10,
        since: When = None,
        until: When = None,
        as_of: When = None,
        source: Names = None,
        language: Names = None,
    ) -> Response:
        """Answer a question as `ask` does, in a thread, so that an event loop goes on."""
        import asyncio  # with it come ssl and sockets, which a question from the command line needs not wait for

        return await asyncio.to_thread(
            self.ask,
            question,
            top_k=top_k,
            k=k,
            since=since,
            until=until,
            as_of=as_of,
            source=source,
            language=language,
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
        source: Names = None,
        language: Names = None,
    ) -> list[Response]:
        """Answer many questions at once: the same answers as one by one, for less time. The options are those of `ask`.

        ``timings_ms`` of each response is its equal share of what the questions took that were asked together: 16 at most.
        """
        if isinstance(questions, str):
            raise SettingError("ask_many takes several questions, got one text: put it into a list, or use ask")
        asked = [checked_question(question) for question in questions]
        if not asked:  # no reader is loaded for nothing
            return []
        ask = partial(
            self._asker().ask,
            top_k=top_k,
            k=k,
            filter=self._filter(since, until, as_of, source, language),
        )
        if len(asked) <= _AT_ONCE:
            return ask(asked)
        for question in asked:  # all of them before the first part is read
            self.reader.check(question)
        parts = [asked[first : first + _AT_ONCE] for first in range(0, len(asked), _AT_ONCE)]
        # Two parts at a time: while the models read for one, without the interpreter's lock, the other is found or composed.
        with ThreadPoolExecutor(min(2, thread_count()), thread_name_prefix="ragqa-ask") as pool:
            return [response for part in pool.map(ask, parts) for response in part]

    def explain(self, response: Response, *, top_n: int = 2) -> Explanation:
        """Return what became of the best ``top_n`` of the spans that were weighed in each passage that was read for ``response``.

        The passages are read again. ``response`` is one that this pipeline gave.
        """
        from ragqa.explaining import explain

        def article(article_id: str) -> Article | None:
            try:
                return self.index.article(article_id)
            except ArticleError:  # deleted meanwhile
                return None

        return explain(response, self.reader, article, calibration=self.calibration, top_n=top_n)

    def verify(self) -> Verification:
        """Look at everything in the index, and return what is wrong with it; `ragqa.index.repair` mends it."""
        return self.index.verify()

    def recheck(self, response: Response) -> CheckedResponse:
        """Hold the citations of a response that was saved earlier against the articles as they are now."""
        from ragqa.rechecking import recheck

        return recheck(self.index, response)

    def timeline(
        self,
        question: str,
        *,
        k: int = 50,
        since: When = None,
        until: When = None,
        as_of: When = None,
        source: Names = None,
        language: Names = None,
    ) -> Timeline:
        """Return how the answer to a question changed over the reports: the best answer of each dated article, oldest first.

        Args:
            question: as for `ask`.
            k: passages that are read.
            since: as for `ask`, like ``until``, ``as_of`` and ``source``.
            until: only articles published then or earlier.
            as_of: only what had been published by then.
            source: only articles of this source, or of one of these.
            language: only articles in this language, or in one of these: "en" takes in "en-GB". Others do not pass.

        Raises:
            QuestionError: the question is empty or too long.
            SettingError: an option is outside its range, or the reader can't reach the target precision.
        """
        from ragqa.timeline import timeline_of

        filter = self._filter(since, until, as_of, source, language)
        return timeline_of(
            checked_question(question),
            self.index,
            self.retriever,
            self.reader,
            calibration=self.calibration,
            k=k,
            filter=filter,
        )

    def check(self, question: str) -> None:
        """Raise `QuestionError` where a question can't be asked: it is empty, not text, or too long for the reader."""
        self.reader.check(checked_question(question))

    def _filter(self, since: When, until: When, as_of: When, source: Names, language: Names) -> Filter | None:
        if since is None and until is None and as_of is None and source is None and language is None:
            return None
        sources, languages = _several(source), _several(language)
        for unknown in unknown_sources(self.index, sources or ()):
            logger.warning("%s", unknown)
        return Filter.of(since=since, until=until, as_of=as_of, sources=sources, languages=languages)

    def close(self) -> None:
        """Close the index. Using the pipeline afterwards is an error."""
        self.index.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _several(names: Names) -> tuple[str, ...] | None:
    return (names,) if isinstance(names, str) else None if names is None else tuple(names)


def _checked_target(target: float | None) -> float | None:
    if target is not None and not 0 < target < 1:
        raise SettingError(f"a target precision lies between 0 and 1, got {target}")
    return target
