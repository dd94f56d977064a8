"""What every side is given: passages of the same articles, and questions about them.

The articles are the contexts of gold files, or those of ``examples/``. ragqa's splitter cuts them once and every side gets the same
passages. Titles are left out: the peers would have to be told to embed them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ragqa import Article
from ragqa.articles import load_articles
from ragqa.embedding import load_embedder
from ragqa.evaluation import read_gold_set
from ragqa.sentences import sentence_spans
from ragqa.splitting import Splitter

EXAMPLES = Path(__file__).parents[2] / "examples"


class Question(NamedTuple):
    """A question and the answers that count as right."""

    text: str
    answers: tuple[str, ...]


class Corpus(NamedTuple):
    """Passages, and the questions whose articles are wholly among the first of them."""

    passages: list[str]
    questions: list[tuple[int, Question]]
    """Each with how many passages it takes for its article to be there."""

    def grown(self, size: int, vectors: NDArray[np.float32]) -> tuple[list[str], NDArray[np.float32]]:
        """Return ``size`` passages and their vectors: the real ones, whose ``vectors`` are given, and made-up ones after them.

        The text of a made-up passage is the first half of the sentences of one real passage and the second half of another's; its
        vector is that of the first with noise, so that their cosine is about 0.8, as it is between near passages.
        """
        draw = np.random.default_rng(0)
        count = size - len(vectors)
        first, second = draw.integers(0, len(vectors), (2, count))
        real = self.passages[: len(vectors)]
        cut = [sentence_spans(text) for text in real]
        texts = []
        for number, (a, b) in enumerate(zip(first.tolist(), second.tolist(), strict=True)):
            head, tail = cut[a][(len(cut[a]) + 1) // 2 - 1][1], cut[b][len(cut[b]) // 2][0]
            texts.append(f"{real[a][:head]} {real[b][tail:]} ({number})")  # numbered, so that no two are the same
        noise = draw.standard_normal((count, vectors.shape[1]), dtype=np.float32)
        noise *= 0.75 / np.linalg.norm(noise, axis=1, keepdims=True)
        made = vectors[first] + noise
        made /= np.linalg.norm(made, axis=1, keepdims=True)
        return [*real, *texts], np.concatenate([vectors, made])

    def asked_of(self, size: int, count: int, *, skip: int = 0) -> list[Question]:
        """Return ``count`` questions about the first ``size`` passages, spread evenly, other ones for another ``skip``."""
        fit = [question for needs, question in self.questions if needs <= size]
        if len(fit) < skip + count:
            raise SystemExit(f"{len(fit)} questions are about {size} passages, {skip + count} are needed: ask fewer")
        spread = [fit[number * len(fit) // (skip + count)] for number in range(skip + count)]
        # Taken in turns, so that both parts are about all of the passages.
        return sorted(spread, key=lambda own: hash_of(own.text))[skip:]


def read_corpus(files: Sequence[Path], passages: int) -> Corpus:
    """Return a corpus of ``passages`` passages, or of all that there are."""
    splitter = Splitter(load_embedder().count_tokens)
    cut: list[str] = []
    found: list[tuple[int, Question]] = []
    for text, questions in _articles(files):
        cut += [passage.text for passage in splitter.split(Article(text=text))]
        found += [(len(cut), question) for question in questions]
        if len(cut) >= passages:
            break
    return Corpus(list(dict.fromkeys(cut))[:passages], found)


def hash_of(text: str) -> str:
    """Return what orders texts as good as by chance, the same way each time."""
    import hashlib

    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _articles(files: Sequence[Path]) -> Iterator[tuple[str, list[Question]]]:
    """Yield the text of each article, once, and the questions about it."""
    if not files:
        gold = read_gold_set(EXAMPLES / "gold.jsonl").questions
        for article in load_articles(EXAMPLES / "articles").articles:
            own = [row for row in gold if article.id in row.article_ids]
            yield article.text, [Question(row.question, row.answers) for row in own]
        return
    for file in files:
        about: dict[str, list[Question]] = {}
        for row in read_gold_set(file).questions:
            if row.context and row.answers:
                about.setdefault(row.context, []).append(Question(row.question, row.answers))
        yield from about.items()
