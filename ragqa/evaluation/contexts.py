"""The articles that a gold set is asked of where no index is given: its own contexts, indexed once.

The index is kept in the user's cache folder under a hash of all that decides what is in it, so that the next run begins at once
and a run after any change begins anew. It may be deleted at any time.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import ragqa.index
import ragqa.sentences
import ragqa.splitting
import ragqa.store
from ragqa.embedding import Embedder, load_embedder
from ragqa.embedding.cache import cache_folder
from ragqa.errors import SettingError, StorageError, in_words
from ragqa.evaluation.questions import GoldQuestion, GoldSet
from ragqa.index import Index
from ragqa.pipeline import Pipeline
from ragqa.reading import ExtractiveReader
from ragqa.records import Article

__all__ = ["article_of", "corpus_of", "open_corpus", "open_pipeline"]

# An id that stands where a headline should, such as wikinews:762751, would only mislead the search.
_NO_HEADLINE = re.compile(r"[\w.-]*:?\d+")


def article_of(question: GoldQuestion) -> Article | None:
    """Return a question's context as an article, with the question's title if it is one; None without a context."""
    if question.context is None:
        return None
    title = (question.title or "").replace("_", " ").strip()
    return Article(text=question.context, title=None if _NO_HEADLINE.fullmatch(title) else title or None)


def corpus_of(gold: GoldSet, also: Sequence[GoldSet] = ()) -> tuple[GoldSet, list[Article]]:
    """Return the set with its questions pointing to articles, and the articles: its own or its contexts, each once.

    Args:
        gold: the set that is asked.
        also: sets whose articles and contexts are searched as well, and whose questions are not asked.

    Raises:
        SettingError: a question that has an answer has neither a context nor an article of the set.
    """
    articles: dict[str, Article] = {}
    questions = []
    for question in gold.questions:
        article = article_of(question)
        if article is not None:
            articles[article.id] = article
            question = question._replace(article_ids=(article.id,))
        elif question.answers and not gold.articles:
            raise SettingError(
                f"the question {question.id!r} of {gold.name} has no context, so that there is nothing to ask it of: "
                "name the index that holds its articles with --index"
            )
        questions.append(question)
    for other in (gold, *also):
        articles |= {article.id: article for article in other.articles}
    for other in also:
        contexts = filter(None, map(article_of, other.questions))
        articles |= {article.id: article for article in contexts}
    if not articles:
        raise SettingError(f"{gold.name} has no contexts, so that there is nothing to ask: name an index with --index")
    return gold.with_questions(questions), list(articles.values())


def open_corpus(
    articles: Sequence[Article],
    embedder: Embedder,
    *,
    chunk_tokens: int | None = None,
    overlap_tokens: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> Index:
    """Open the index of these articles, made now or kept from an earlier run.

    Args:
        articles: each with an id of its own.
        embedder: of their passages.
        chunk_tokens: as `Index.open` takes it.
        overlap_tokens: as `Index.open` takes it.
        progress: called with the number of passages just embedded.

    Raises:
        StorageError: the index can't be written, or another process is making it.
    """
    key = _key(articles, [embedder.fingerprint, str(chunk_tokens), str(overlap_tokens)])
    try:
        folder = cache_folder() / "evaluation" / key
    except OSError as error:
        raise StorageError(
            f"there is no place for an index of the contexts ({in_words(error)}): set RAGQA_CACHE to a folder"
        ) from error
    index = Index.open(
        folder,
        embedder=embedder,
        create=True,
        chunk_tokens=chunk_tokens,
        overlap_tokens=overlap_tokens,
    )
    try:
        # A run that was stopped may have left a part; what is in costs nothing.
        if index.count().articles < len(articles):
            index.add(articles, progress=progress)
    except BaseException:
        index.close()
        raise
    return index


def open_pipeline(
    gold: GoldSet,
    *,
    index: Path | None = None,
    also: Sequence[GoldSet] = (),
    embedder: str | None = None,
    reader: ExtractiveReader | None = None,
    progress: Callable[[int], None] | None = None,
) -> tuple[GoldSet, Pipeline]:
    """Open what a gold set is asked of: an index that is there, or the set's own contexts.

    Args:
        gold: the set, whole: all its contexts are searched, whichever of its questions are asked.
        index: the folder of an index. None: the contexts of ``gold`` and ``also``.
        also: as `corpus_of` takes it; only without ``index``.
        embedder: by name or folder; None for the one that made the index, or the default.
        reader: None for the default, loaded when it is first needed.
        progress: as `open_corpus` takes it.

    Returns:
        The set with its questions pointing to articles, and the pipeline.

    Raises:
        IndexMissing: there is no index in ``index``.
        SettingError: there is nothing to ask; or both ``index`` and ``also`` are given.
    """
    if index is None:
        placed, articles = corpus_of(gold, also)
        corpus = open_corpus(articles, load_embedder(embedder), progress=progress)
        return placed, Pipeline(index=corpus, reader=reader)
    if also:
        raise SettingError("further contexts can't be added to an index that is given: leave one of the two out")
    return gold, Pipeline.open(index, embedder=embedder, reader=reader, create=False)


def _key(articles: Iterable[Article], settings: Sequence[str]) -> str:
    """Return what names an index: its articles, the settings, and the code that cuts, embeds and stores them."""
    digest = hashlib.sha256(repr(settings).encode("utf-8"))
    for article in articles:
        digest.update(f"{article.id}\n{article.title}\n{article.content_hash}\n".encode())
    for module in (ragqa.splitting, ragqa.sentences, ragqa.index, ragqa.store):
        path = Path(str(module.__file__))
        for source in sorted(path.parent.glob("*.py")) if path.name == "__init__.py" else [path]:
            digest.update(source.read_bytes())
    return digest.hexdigest()[:32]
