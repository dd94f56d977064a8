"""Articles out of an index: by id, by what a filter says, or by both."""

from __future__ import annotations

from collections.abc import Iterable

from ragqa.errors import ArticleError, SettingError
from ragqa.records import Filter
from ragqa.store import Known, Store
from ragqa.store.filters import is_open

__all__ = ["checked_id", "delete"]


def delete(store: Store, article_ids: Iterable[str] | None, *, filter: Filter | None, dry_run: bool) -> int:
    """Remove articles with all that belongs to them, in one transaction; the arguments and errors are those of `Index.delete`."""
    wanted = None if article_ids is None else [checked_id(article_id) for article_id in article_ids]
    if wanted is None and (filter is None or is_open(filter)):
        raise SettingError("say which articles are to be deleted: give ids, sources or dates")
    if dry_run:
        with store.reading():
            return len(_chosen(store, wanted, filter))
    with store.writing():
        chosen = _chosen(store, wanted, filter)
        for known in chosen:
            store.delete(known)
    return len(chosen)


def _chosen(store: Store, wanted: list[str] | None, filter: Filter | None) -> list[Known]:
    ids = wanted
    if filter is not None and not is_open(filter):
        passing = store.articles.passing(filter)
        ids = passing if wanted is None else sorted(set(wanted).intersection(passing))
    found = (store.articles.find(article_id) for article_id in dict.fromkeys(ids or ()))
    return [known for known in found if known is not None]


def checked_id(article_id: str) -> str:
    """Return an id that can be looked for.

    Raises:
        ArticleError: it is not text that can be stored.
    """
    try:
        article_id.encode("utf-8")
    except UnicodeEncodeError as error:
        raise ArticleError(
            f"{article_id!r} can't be the id of an article: it holds half a surrogate pair. `ragqa list` shows the ids."
        ) from error
    return article_id
