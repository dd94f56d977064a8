"""What every side is given: passages of the same articles, and questions about them.

The articles are the contexts of gold files, or those of ``examples/``. ragqa's splitter cuts them once and every side gets the same
passages. Titles are left out: the peers would have to be told to embed them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from ragqa import Article
from ragqa.articles import load_articles
from ragqa.embedding import load_embedder
from ragqa.evaluation import read_gold_set
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
