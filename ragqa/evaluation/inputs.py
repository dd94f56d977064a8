"""What runs need of their gold set, index and reader: checked before a run begins, and looked up while it goes on."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from functools import lru_cache

from ragqa.answering import Candidate
from ragqa.errors import ArticleError, QuestionError, SettingError
from ragqa.evaluation.contexts import article_of
from ragqa.evaluation.judging import NOTHING, Best
from ragqa.evaluation.questions import GoldQuestion, GoldSet
from ragqa.index import Index
from ragqa.pipeline import Pipeline
from ragqa.reading import ExtractiveReader
from ragqa.records import Article, Hit, Passage, Response

__all__ = ["articles_of", "best_spans", "check_questions", "given", "one_an_article", "placed", "settings_of"]

logger = logging.getLogger(__name__)


def best_spans(
    reader: ExtractiveReader, responses: Sequence[Response], article: Callable[[str], Article | None]
) -> list[Best]:
    """Return the best span of each question, also of those that were not answered: one that beats its null before any that doesn't.

    A response that abstains doesn't say what was withheld: its passages are read once more. A passage's spans don't depend on
    what is read with it, so that they are the same. Passages of other dates than were asked for were not read: nothing is withheld.
    """
    pairs = [(response.question, hit.passage) for response in responses for hit in _withheld(response)]
    spans = iter(reader.read_many(pairs, top_n=1))
    found = []
    for response in responses:
        if response.answers:
            found.append(Best(response.answers[0].text, response.answers[0].score, response.answers[0].confidence))
            continue
        withheld = [
            Candidate.of(response.question, hit, known.title, span)
            for hit in _withheld(response)
            for span in next(spans)
            if (known := article(hit.passage.article_id))
        ]
        best = max(withheld, key=lambda own: (own.span.score > 0, own.score(reader.calibration)), default=None)
        found.append(NOTHING if best is None else Best(best.span.text, best.score(reader.calibration)))
    return found


def _withheld(response: Response) -> tuple[Hit, ...]:
    """Return the passages in which an answer was looked for and not given."""
    return response.hits if response.abstained and response.reason != "outside_dates" else ()


def given(question: GoldQuestion) -> tuple[Article, Passage]:
    """Return a question's context as an article and as its one passage."""
    article = article_of(question)
    if article is None:
        raise SettingError(f"the question {question.id!r} has no context: a reader run needs one for every question")
    end = len(article.text)
    return article, Passage(id=f"{article.id}#0-{end}", article_id=article.id, text=article.text, start=0, end=end)


def placed(gold: GoldSet, article: Callable[[str], Article | None]) -> list[GoldQuestion]:
    """Return the questions, each with the source of its article where the gold set names none."""
    named = list(dict.fromkeys(article_id for question in gold.questions for article_id in question.article_ids))
    missing = [article_id for article_id in named if article(article_id) is None]
    if named and len(missing) == len(named):
        raise SettingError(
            f"none of the articles that {gold.name} names, such as {named[0]!r}, is in the index: "
            "index the articles that it was made for, or leave --index out to ask its own contexts"
        )
    if missing:
        logger.warning(
            "%d of the %d articles that %s names, such as %r, are not in the index: what they hold can't be found",
            len(missing),
            len(named),
            gold.name,
            missing[0],
        )
    found = []
    for question in gold.questions:
        first = article(question.article_ids[0]) if question.article_ids and not question.source else None
        found.append(question._replace(source=first.source) if first and first.source else question)
    return found


def articles_of(index: Index) -> Callable[[str], Article | None]:
    """Return a function that gives an article of the index by its id, None where it isn't there."""

    @lru_cache(maxsize=4096)
    def article(article_id: str) -> Article | None:
        try:
            return index.article(article_id)
        except ArticleError:
            return None

    return article


def check_questions(questions: Sequence[GoldQuestion], check: Callable[[str], None]) -> None:
    """See to it that no question stops a run that has been going for an hour."""
    for question in questions:
        try:
            check(question.question)
        except QuestionError as error:
            raise QuestionError(f"the question with the id {question.id!r} can't be asked: {error}") from error


def one_an_article(hits: Sequence[Hit]) -> list[Hit]:
    """Return the best hit of each article, ranked anew."""
    best: dict[str, Hit] = {}
    for hit in hits:
        best.setdefault(hit.passage.article_id, hit)
    return [hit.model_copy(update={"rank": rank}) for rank, hit in enumerate(best.values(), start=1)]


def settings_of(pipeline: Pipeline) -> dict[str, str | int | float | bool | None]:
    """Return what a pipeline searches and how, to be written down."""
    known = pipeline.index.info()
    names = ("articles", "passages", "embedder", "chunk_tokens", "overlap_tokens")
    return {"retriever": type(pipeline.retriever).__name__, **{name: known[name] for name in names}}
