"""A `Filter` as a condition on ``articles`` in SQL, so that it is applied inside a search and never after it."""

from __future__ import annotations

import json

from ragqa.records import Filter
from ragqa.store.rows import published_microseconds

__all__ = ["condition", "is_open"]


def is_open(filter: Filter | None) -> bool:
    """Return whether every article passes."""
    return filter is None or filter == Filter()


def condition(filter: Filter | None) -> tuple[str, list[str | int]]:
    """Return an SQL condition on ``articles`` and its parameters.

    Bounds are inclusive. An article without a date has NULL there, which no comparison lets pass. Sources are compared whole,
    without regard to case. Lists go in as one JSON parameter, because the number of parameters is limited.
    """
    terms: list[str] = []
    values: list[str | int] = []
    if filter is not None and filter.earliest is not None:
        terms.append("articles.published_first >= ?")
        values.append(published_microseconds(filter.earliest))
    if filter is not None and filter.latest is not None:
        terms.append("articles.published_first <= ?")
        values.append(published_microseconds(filter.latest))
    if filter is not None and filter.sources is not None:
        terms.append("articles.source_key IN (SELECT value FROM json_each(?))")
        values.append(json.dumps([source.casefold() for source in filter.sources]))
    if filter is not None and filter.article_ids is not None:
        terms.append("articles.id IN (SELECT value FROM json_each(?))")
        values.append(json.dumps(filter.article_ids))
    if filter is not None and filter.languages is not None:
        # Pages also write en_GB. What begins with the tag passes where the tag ends there.
        terms.append(
            """EXISTS (SELECT 1 FROM json_each(?)
               WHERE substr(lower(replace(articles.language, '_', '-')) || '-', 1, length(value) + 1) = value || '-')"""
        )
        values.append(json.dumps([language.replace("_", "-").lower() for language in filter.languages]))
    return " AND ".join(terms) or "1", values
