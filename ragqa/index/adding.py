"""Articles into an index: what is new, what changed, what is refused; and all of an index built anew.

Splitting and embedding happen before a transaction, so that it is short: it holds up other writers. Each takes in a batch of
articles, every one with all that belongs to it.
"""

from __future__ import annotations

import logging
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ragqa.errors import ArticleError, IndexDamaged
from ragqa.index.identity import check_embedder, encode, settings_of
from ragqa.records import Article, Passage
from ragqa.splitting import Splitter
from ragqa.store import Facts, Known, Store
from ragqa.store.rows import checksum

if TYPE_CHECKING:
    from ragqa.embedding import Embedder

__all__ = ["BATCH_ARTICLES", "Added", "Adding", "Duplicates", "embedded", "rebuild"]

logger = logging.getLogger(__name__)

BATCH_ARTICLES = 64
BATCH_PASSAGES = 1_000

Progress = Callable[[int], None] | None
Duplicates = Literal["replace", "skip", "fail"]


class Added(NamedTuple):
    """What became of articles: how many of each kind, how many passages were embedded, and a message for each that is not in.

    ``replaced`` counts those whose text changed or anything that is known about them; ``skipped`` those that did not replace what
    was there, since they should not.
    """

    added: int = 0
    replaced: int = 0
    unchanged: int = 0
    passages: int = 0
    refused: tuple[str, ...] = ()
    skipped: int = 0


class _Step(NamedTuple):
    """One article to be written over what is known of it; no passages where its stored ones can stay."""

    article: Article
    known: Known | None
    passages: list[Passage]


class Adding:
    """One run of adding.

    Args:
        store: where articles go.
        embedder: the one that made the index.
        splitter: with the lengths of the index.
        prove: raises where the embedder does not give the vectors that it gave then; called only before something is embedded,
            since the model is loaded for it.
        origin: the folder that the articles come from, or None.
        duplicates: what becomes of an article whose id is there with other content; None: it replaces one of the same folder, and
            is refused where that is of another.
        progress: called with the number of passages just embedded.
        planned: called with the number of passages that are embedded next.
    """

    def __init__(
        self,
        store: Store,
        embedder: Embedder,
        splitter: Splitter,
        *,
        prove: Callable[[], object],
        origin: str | None,
        duplicates: Duplicates | None,
        progress: Progress,
        planned: Progress = None,
    ) -> None:
        self._store = store
        self._embedder = embedder
        self._prove = prove
        self._splitter = splitter
        self._origin = origin
        self._duplicates = duplicates
        self._progress = progress
        self._planned = planned
        self._counts: Counter[str] = Counter()
        self._refused: list[str] = []

    def run(self, articles: Iterable[Article], *, batch: int) -> Added:
        """Take in ``articles``, at most ``batch`` in a transaction, and return what was done."""
        given: dict[str, bytes] = {}
        steps: list[_Step] = []
        for article in articles:
            facts = Facts.of(article)
            if (problem := _problem(facts)) is not None:
                self._refused.append(problem)
                continue
            mark = checksum(*facts)
            if article.id not in given:
                given[article.id] = mark
                steps += self._plan(article, facts)
            elif given[article.id] == mark:
                self._counts["unchanged"] += 1
            else:
                self._refused.append(
                    f"Article {article.id!r} came before with other content, which is kept. Give each its own id."
                )
            if len(steps) >= batch or sum(len(step.passages) for step in steps) >= BATCH_PASSAGES:
                self._commit(steps)
                steps = []
        self._commit(steps)
        return Added(
            added=self._counts["added"],
            replaced=self._counts["replaced"],
            unchanged=self._counts["unchanged"],
            passages=self._counts["passages"],
            refused=tuple(self._refused),
            skipped=self._counts["skipped"],
        )

    def _plan(self, article: Article, facts: Facts) -> list[_Step]:
        """Return the step that takes in ``article``, or none where it is unchanged or refused."""
        known = self._store.articles.find(article.id)
        if known is not None and known.is_sound:
            if known.facts == facts and self._origin in (None, known.origin):
                self._counts["unchanged"] += 1
                return []
            if known.facts != facts and not self._may_replace(known):
                return []
            if (known.facts.content_hash, known.facts.title) == (facts.content_hash, facts.title):
                return [_Step(article, known, [])]
        passages = self._splitter.split(article)
        if not passages:
            self._refused.append(
                f"Article {article.id!r} holds no text but white space. Give it some, or leave it out."
            )
            return []
        return [_Step(article, known, passages)]

    def _may_replace(self, known: Known) -> bool:
        """Return whether an article with other content may replace the one that is known; count or name one that may not.

        Raises:
            ArticleError: that is to be an error.
        """
        article_id = known.facts.id
        if self._duplicates == "skip":
            self._counts["skipped"] += 1
            return False
        if self._duplicates == "fail":
            raise ArticleError(
                f"Article {article_id!r} is in the index with other content. Leave it out, give it another id, or let it replace "
                "that one."
            )
        is_of_another = None not in (known.origin, self._origin) and known.origin != self._origin
        if self._duplicates is None and is_of_another:
            self._refused.append(
                f"Article {article_id!r} from {self._origin} is not the one from {known.origin} that has this id, and is left out. "
                "Index it with --duplicates replace to replace that one, or give it another id to have both."
            )
            return False
        return True

    def _commit(self, steps: list[_Step]) -> None:
        """Embed and write ``steps``; those that another process overtook meanwhile are planned again."""
        while steps:
            if self._planned:
                self._planned(sum(len(step.passages) for step in steps))
            if any(step.passages for step in steps):
                self._prove()
            vectors = _embed(self._embedder, steps, self._progress)
            overtaken: list[Article] = []
            done: Counter[str] = Counter()
            with self._store.writing():
                check_embedder(self._store, self._embedder)
                for step, own in zip(steps, vectors, strict=True):
                    if self._store.articles.find(step.article.id) == step.known:
                        self._write(step, own)
                        done[_kind(step)] += 1
                        done["passages"] += len(step.passages)
                    else:
                        overtaken.append(step.article)
            self._counts += done
            steps = [step for article in overtaken for step in self._plan(article, Facts.of(article))]

    def _write(self, step: _Step, vectors: NDArray[np.float16]) -> None:
        article, known = step.article, step.known
        # What is replaced by hand still belongs to the folder that it came from.
        origin = self._origin or (known.origin if known else None)
        if known is not None and not step.passages:
            self._store.articles.update(known, Facts.of(article), origin=origin)
            return
        if known is not None:
            self._store.delete(known)
        self._store.insert(article, _offsets(step.passages), vectors, origin=origin)


def rebuild(store: Store, embedder: Embedder, *, chunk_tokens: int, overlap_tokens: int, progress: Progress) -> Added:
    """Split and embed every stored article anew, in one transaction; other processes see the old index until it is done.

    An article that is damaged is removed and named in ``refused``. Other writers, and all threads of this process that use the
    store, are held up for as long as this takes.
    """
    splitter = Splitter(embedder.count_tokens, chunk_tokens=chunk_tokens, overlap_tokens=overlap_tokens)
    settings = settings_of(embedder, chunk_tokens=chunk_tokens, overlap_tokens=overlap_tokens)
    counts: Counter[str] = Counter()
    refused: list[str] = []

    def write(pending: dict[int, _Step]) -> None:
        vectors = _embed(embedder, list(pending.values()), progress)
        for (row, step), own in zip(pending.items(), vectors, strict=True):
            store.insert_passages(row, _offsets(step.passages), own)
            counts["passages"] += len(step.passages)
        counts["replaced"] += len(pending)

    with store.writing():
        store.clear_passages()
        pending: dict[int, _Step] = {}
        for row in store.articles.rows():
            try:
                article = store.articles.get(row)
            except IndexDamaged as error:
                logger.warning("%s", error)
                refused.append(str(error))
                store.drop(row)
                continue
            pending[row] = _Step(article, None, splitter.split(article))
            if sum(len(step.passages) for step in pending.values()) >= BATCH_PASSAGES:
                write(pending)
                pending = {}
        write(pending)
        store.put({**settings, "snapshot": None})
    return Added(replaced=counts["replaced"], passages=counts["passages"], refused=tuple(refused))


def embedded(
    embedder: Embedder, splitter: Splitter, articles: list[Article], progress: Progress
) -> list[tuple[list[tuple[int, int]], NDArray[np.float16]]]:
    """Return for each article the offsets of its passages and their vectors, ``(n, dim)`` float16."""
    steps = [_Step(article, None, splitter.split(article)) for article in articles]
    vectors = _embed(embedder, steps, progress)
    return [(_offsets(step.passages), own) for step, own in zip(steps, vectors, strict=True)]


def _embed(embedder: Embedder, steps: list[_Step], progress: Progress) -> list[NDArray[np.float16]]:
    """Return the vectors of each step's passages. All are encoded at once, so that they can be sorted by length."""
    texts = [_embedded_text(embedder, step.article.title, passage) for step in steps for passage in step.passages]
    if not texts:
        return [np.empty((0, embedder.dim), dtype=np.float16) for _ in steps]
    vectors = encode(embedder, texts, progress=progress).astype(np.float16)
    ends = np.cumsum([len(step.passages) for step in steps])
    return np.split(vectors, ends[:-1])


def _embedded_text(embedder: Embedder, title: str | None, passage: Passage) -> str:
    """Return the title, a line feed and the passage; of a title that would push out the passage only the words that fit."""
    if not title:
        return passage.text
    whole = f"{title}\n{passage.text}"
    if embedder.count_tokens(whole) <= embedder.max_tokens:
        return whole
    room = embedder.max_tokens - embedder.count_tokens(passage.text)
    ends = [word.end() for word in re.finditer(r"\S+", title)]
    words = bisect_right(ends, room, key=lambda end: embedder.count_tokens(title[:end]))
    return f"{title[: ends[words - 1]]}\n{passage.text}" if words else passage.text


def _kind(step: _Step) -> str:
    """Return what becomes of an article; one that only gets to know its folder is unchanged."""
    if step.known is None:
        return "added"
    return "unchanged" if step.known.is_sound and step.known.facts == Facts.of(step.article) else "replaced"


def _offsets(passages: list[Passage]) -> list[tuple[int, int]]:
    return [(passage.start, passage.end) for passage in passages]


def _problem(facts: Facts) -> str | None:
    """Return why an article can't be stored, or None."""
    if "\0" in facts.id:
        return f"Article {facts.id!r} has a NUL character in its id. Give it another id."
    try:
        "".join(map(str, facts)).encode("utf-8")
    except UnicodeEncodeError as error:
        return f"Article {facts.id!r} has half a surrogate pair in what is known about it ({error}). Decode it again."
    return None
