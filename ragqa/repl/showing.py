"""Commands that show something: an article, why an answer was given, how it changed, the sources."""

from __future__ import annotations

from ragqa.errors import ArticleError
from ragqa.records import Article
from ragqa.repl.session import Session
from ragqa.repl.shown import Page, Shown
from ragqa.repl.views import explanation_view, sources_view
from ragqa.view import timeline_view

__all__ = ["ids", "open_article", "sources", "timeline", "why"]


def open_article(session: Session, argument: str) -> Page:
    """Open the article of a citation by its number, as in "2" or "[2]", or any article by its id."""
    number = argument.strip("[]")
    if number.isascii() and number.isdigit() and argument not in session.pipeline.index.ids():
        cited = session.citation(int(number))
        return Page(session.pipeline.index.article(cited.article_id), cited)
    return Page(session.pipeline.index.article(argument), None)


def ids(session: Session) -> list[str]:
    """Return what `open_article` takes beside numbers."""
    return session.pipeline.index.ids()


def why(session: Session, _argument: str) -> Shown:
    """Show the passages of the last question, how they scored, and what became of the spans in them."""
    response = session.last()
    read = dict.fromkeys(hit.passage.article_id for hit in response.hits)
    articles = {name: article for name in read if (article := _find(session, name))}
    return explanation_view(session.pipeline.explain(response), response, articles)


def timeline(session: Session, argument: str) -> Shown:
    """Show how the answer changed over the reports, oldest first, to a question or, without one, to the last."""
    return timeline_view(session.timeline(argument or session.last().question))


def sources(session: Session, _argument: str) -> Shown:
    """Show the sources of the index."""
    return sources_view(session.pipeline.index.sources())


def _find(session: Session, article_id: str) -> Article | None:
    try:
        return session.pipeline.index.article(article_id)
    except ArticleError:  # deleted since it was read
        return None
