"""`Index`: articles that can be searched, in a folder."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar, get_args

from ragqa.errors import ArticleError, IndexMissing, SettingError
from ragqa.findings import Verification
from ragqa.index import adding, deleting, identity, searching
from ragqa.index.adding import BATCH_ARTICLES, Added, Duplicates
from ragqa.index.searching import Best, Found, Match
from ragqa.index.verifying import verify_store
from ragqa.records import Article, Filter
from ragqa.splitting import Splitter
from ragqa.store import FORMAT, ArticleRow, Counts, SourceRow, Store
from ragqa.store.lexical import WordsDamaged
from ragqa.vectors import VectorCache

if TYPE_CHECKING:
    from ragqa.embedding import Embedder

__all__ = ["Index"]

_T = TypeVar("_T")


class Index:
    """Articles with their passages, vectors and full text, in a folder. Open one with `Index.open`.

    May be shared by threads. Other processes may read the same folder, and see each commit with their next question; one may
    write at a time.
    """

    def __init__(self, folder: Path, store: Store, embedder: Embedder | None) -> None:
        self.folder = folder
        self._store = store
        self._embedder = embedder
        self._vectors = VectorCache(folder, store, dim=store.get("dim"))
        self._is_embedder_proven = False

    @classmethod
    def open(
        cls,
        folder: str | Path,
        *,
        embedder: Embedder | None = None,
        create: bool = False,
        chunk_tokens: int | None = None,
        overlap_tokens: int | None = None,
        busy_seconds: float = 5.0,
    ) -> Self:
        """Open the index in ``folder``.

        Args:
            folder: of the index.
            embedder: the one that made it. None will do for all but adding, rebuilding and `dense`.
            create: make the index if it is missing, for ``embedder``.
            chunk_tokens: the most tokens of a passage. None: those of the index, or for a new one what suits the embedder.
            overlap_tokens: the most tokens that a passage repeats of the one before. None as above.
            busy_seconds: how long a write waits for another process that is writing.

        Raises:
            IndexMissing: there is no index and ``create`` is false.
            IndexMismatch: it was made by another embedder, with other lengths, or by a newer version of ragqa.
            IndexDamaged: the folder holds something else under the name of an index.
            StorageError: the folder can't be used.
            SettingError: a new index lacks an embedder, or its lengths are longer than the embedder reads.
        """
        folder = Path(folder)
        if create and embedder is None:
            raise SettingError("an index can't be made without an embedder: pass one, or leave create out")
        store = Store.open(folder, create=create, busy_seconds=busy_seconds)
        try:
            if store.is_blank and embedder is not None:
                chunk, overlap = identity.settle_lengths(embedder, chunk_tokens, overlap_tokens)
                store.make(identity.settings_of(embedder, chunk_tokens=chunk, overlap_tokens=overlap))
            identity.check_settings(store)
            if embedder is not None:
                identity.check_embedder(store, embedder)
            identity.check_lengths(store, chunk_tokens, overlap_tokens)
            return cls(folder, store, embedder)
        except BaseException:
            store.close()
            raise

    @staticmethod
    def embedder_name(folder: str | Path) -> str | None:
        """Return the name of the embedder that made the index in ``folder``, without loading it; None if there is no index."""
        try:
            store = Store.open(Path(folder))
        except IndexMissing:
            return None
        try:
            return str(store.get("embedder"))
        finally:
            store.close()

    def add(
        self,
        articles: Iterable[Article],
        *,
        origin: str | None = None,
        duplicates: Duplicates | None = None,
        progress: Callable[[int], None] | None = None,
        planned: Callable[[int], None] | None = None,
        batch: int = BATCH_ARTICLES,
    ) -> Added:
        """Add articles; those whose id is there already replace it if anything about them changed, and cost nothing if not.

        Where only what is known about an article changed, and not its title or text, its vectors are kept.

        Args:
            articles: may be an iterator; what is read before an exception in it may or may not be in.
            origin: the folder that they come from. An article that is there from another folder, all the same, is from this one
                henceforth.
            duplicates: what becomes of an article whose id is there with other content: it replaces that one, it is skipped, or it
                is an error. None: it replaces one of the same folder, or of none; where that is of another folder it is refused.
            progress: called with the number of passages just embedded.
            planned: called with the number of passages of the next batch, before they are embedded.
            batch: articles in a transaction at most.

        Returns:
            What was done; an article that can't be taken in is named in ``refused``, and the others are in.

        Raises:
            ArticleError: an id is there with other content, and ``duplicates`` is "fail". Batches before that are in.
            IndexBusy: another process is writing.
            IndexMismatch: the embedder is not, or no longer, the one that made the index.
            StorageError: the index can't be written. Batches before that are in.
        """
        if batch < 1:
            raise SettingError(f"batch must be 1 or more, got {batch}")
        if duplicates is not None and duplicates not in get_args(Duplicates):
            raise SettingError(f"duplicates must be one of {', '.join(get_args(Duplicates))}, got {duplicates!r}")
        embedder = self._given_embedder("add articles")
        self._store.check_writable()
        splitter = Splitter(
            embedder.count_tokens,
            chunk_tokens=self._store.get("chunk_tokens"),
            overlap_tokens=self._store.get("overlap_tokens"),
        )
        run = adding.Adding(
            self._store,
            embedder,
            splitter,
            prove=lambda: self._proven_embedder("add articles"),
            origin=origin,
            duplicates=duplicates,
            progress=progress,
            planned=planned,
        )
        done = run.run(articles, batch=batch)
        self._vectors.keep()
        return done

    def rebuild(
        self,
        embedder: Embedder,
        *,
        chunk_tokens: int | None = None,
        overlap_tokens: int | None = None,
        progress: Callable[[int], None] | None = None,
    ) -> Added:
        """Split and embed the stored articles anew, with any embedder, as a whole or not at all.

        Meanwhile other processes search the old index, and can't write; other threads that use this index wait.

        Args:
            embedder: used from now on.
            chunk_tokens: as in `open` for a new index.
            overlap_tokens: as in `open` for a new index.
            progress: called with the number of passages just embedded.

        Returns:
            What was done; ``refused`` names the articles that were damaged, which are removed.
        """
        self._store.check_writable()
        chunk, overlap = identity.settle_lengths(embedder, chunk_tokens, overlap_tokens)
        done = adding.rebuild(self._store, embedder, chunk_tokens=chunk, overlap_tokens=overlap, progress=progress)
        with self._store.reading():  # so that no thread searches with one of them new and the other old
            self._embedder = embedder
            self._is_embedder_proven = True
            self._vectors = VectorCache(self.folder, self._store, dim=embedder.dim)
        self._vectors.keep(anew=True)
        return done

    def delete(
        self, article_ids: Iterable[str] | None = None, *, filter: Filter | None = None, dry_run: bool = False
    ) -> int:
        """Remove articles with all that belongs to them, all in one transaction, and return how many there were.

        Args:
            article_ids: which; None for all that pass ``filter``.
            filter: only articles that pass are removed.
            dry_run: remove nothing, and return how many it would be.

        Raises:
            ArticleError: an id is not text that can be stored.
            SettingError: neither ids nor a filter that keeps anything were given.
            IndexBusy: another process is writing.
        """
        count = deleting.delete(self._store, article_ids, filter=filter, dry_run=dry_run)
        if not dry_run:
            self._vectors.keep()
        return count

    def article(self, article_id: str) -> Article:
        """Return an article as it was given.

        Raises:
            ArticleError: there is none with this id.
            IndexDamaged: it is not what was written.
        """
        with self._store.reading():
            known = self._store.articles.find(deleting.checked_id(article_id))
            if known is None:
                self._store.articles.check_all()  # or it may be there, and SQLite's index damaged
                raise ArticleError(
                    f"There is no article {article_id!r} in index {self.folder}; `ragqa list` shows the ids."
                )
            return self._store.articles.get(known.row)

    def articles(self) -> Iterator[ArticleRow]:
        """Yield a line for each article, in the order they were added.

        Raises:
            IndexDamaged: what is known of an article is not what was written.
        """
        return self._store.articles.summaries()

    def ids(self, *, origin: str | None = None) -> list[str]:
        """Return the ids of all articles, or of those that came from ``origin``, in the order they were added."""
        return self._store.articles.ids(origin=origin)

    def sources(self) -> list[SourceRow]:
        """Return the sources of the articles in alphabetical order; articles that name none come last.

        Raises:
            IndexDamaged: what is known of an article is not what was written.
        """
        return self._store.articles.sources()

    def has_source(self, source: str) -> bool:
        """Return whether an article is of a source, as a `Filter` compares it: whole, whatever the case."""
        return self._store.articles.has_source(source)

    def count(self, filter: Filter | None = None) -> Counts:
        """Return how many articles pass, and how many passages they have.

        Raises:
            IndexDamaged: there is a filter, and what is known of an article is not what was written.
        """
        return self._store.articles.counts(filter)

    def prepare(self) -> None:
        """Load what a search by meaning needs, which otherwise the first search does: the embedder's model and FAISS.

        Raises:
            IndexMismatch: the embedder no longer gives the vectors that made the index.
        """
        self._proven_embedder("search by meaning")
        self._vectors.prepare()

    def dense(self, questions: Sequence[str], *, k: int, filter: Filter | None = None) -> list[Found]:
        """Return for each question the ``k`` passages whose vectors are nearest to its own.

        Args:
            questions: any number.
            k: 1 or more.
            filter: which articles may be searched.

        Returns:
            A list a question: passages with the inner product of the vectors (their cosine), best first, equal ones in the
            order of their ids. Fewer than ``k`` where fewer pass.

        Raises:
            IndexMismatch: the embedder is not, or no longer, the one that made the index.
            IndexDamaged: a row is not what was written.
        """
        _check_k(k)
        if not questions:
            return []
        embedder = self._proven_embedder("search by meaning")
        vectors = identity.encode(embedder, list(questions))
        with self._store.reading():
            identity.check_embedder(self._store, embedder)
            found = searching.by_meaning(self._store, self._vectors, vectors, k=k, filter=filter)
        self._vectors.mend()
        return found

    def lexical(self, questions: Sequence[str], *, k: int, filter: Filter | None = None) -> list[Found]:
        """Return for each question the ``k`` passages that share the most telling words with it, by BM25.

        A question is just text: no sign in it is an operator. The arguments and the order are those of `dense`; a larger score
        is better, and a question without a word finds nothing.

        Raises:
            IndexDamaged: a row is not what was written.
        """
        _check_k(k)

        def find() -> list[Found]:
            with self._store.reading():
                return searching.by_words(self._store, questions, k=k, filter=filter)

        return self._with_sound_words(find)

    def search(
        self, questions: Sequence[str], *, k: int, filter: Filter | None = None, best: Best | None = None
    ) -> list[list[Match]]:
        """Return for each question what `dense` and `lexical` find, from one state of the index; arguments and errors are theirs.

        Args:
            questions: any number.
            k: 1 or more, of each kind.
            filter: which articles may be searched.
            best: which matches of them are wanted; None for all.

        Returns:
            A list a question: each passage once, in no order, with its cosine, and with BM25 if it is among the best by its words.
        """
        _check_k(k)
        if not questions:
            return []
        embedder = self._proven_embedder("search by meaning")
        vectors = identity.encode(embedder, list(questions))

        def find() -> list[list[Match]]:
            with self._store.reading():
                identity.check_embedder(self._store, embedder)
                return searching.by_both(self._store, self._vectors, questions, vectors, k=k, filter=filter, best=best)

        found = self._with_sound_words(find)
        self._vectors.mend()
        return found

    def info(self) -> dict[str, Any]:
        """Return what the index holds and what made it, ready for JSON; ``bytes`` on the disk."""
        with self._store.reading():
            counts = self.count()
            return {
                "articles": counts.articles,
                "passages": counts.passages,
                "embedder": self._store.get("embedder"),
                "dim": self._store.get("dim"),
                "fingerprint": self._store.get("fingerprint"),
                "chunk_tokens": self._store.get("chunk_tokens"),
                "overlap_tokens": self._store.get("overlap_tokens"),
                "bytes": self._store.size,
                "format": FORMAT,
            }

    def verify(self) -> Verification:
        """Look at everything in the index, as it is at one moment, and return what is wrong; `ragqa.index.repair` mends it.

        Without an embedder its vectors of the canaries are not looked at, and ``unchecked`` says so.
        """
        return verify_store(self._store, self._embedder)

    def close(self) -> None:
        """Close the index; a second time does nothing. Using it afterwards is an error."""
        self._store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _with_sound_words(self, find: Callable[[], _T]) -> _T:
        """Return what ``find`` finds, once more after the full text was mended where it was not what was written."""
        try:
            return find()
        except WordsDamaged:
            self._store.mend_full_text()
            return find()

    def _given_embedder(self, what: str) -> Embedder:
        if self._embedder is None:
            raise SettingError(f"index {self.folder} was opened without an embedder: open it with one to {what}")
        return self._embedder

    def _proven_embedder(self, what: str) -> Embedder:
        """Return the embedder after it has shown once that it still gives the vectors that made the index."""
        embedder = self._given_embedder(what)
        if not self._is_embedder_proven:
            identity.check_canaries(self._store, embedder)
            self._is_embedder_proven = True
        return embedder


def _check_k(k: int) -> None:
    if k < 1:
        raise SettingError(f"k must be 1 or more, got {k}")
