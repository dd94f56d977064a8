"""Which spans say the same, so that they are one answer.

    spans, best first -> groups, best first

Values are compared by `ragqa.values`. A group is known by the most exact value in it: where "Yahya Sinwar" has joined "Sinwar", no
other Sinwar can, and where 111 has joined "more than 100", 104 can't. Imports no model and no storage.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from ragqa.values import Value, is_more_exact, same

__all__ = ["group_by_value"]

T = TypeVar("T")


def group_by_value(items: Iterable[T], value_of: Callable[[T], Value]) -> list[list[T]]:
    """Return the items in groups that say the same: each joins the first group that it agrees with.

    Args:
        items: best first; so are the groups, by the best of each, and the items within them.
        value_of: what an item says.
    """
    groups: list[list[T]] = []
    values: list[Value] = []
    for item in items:
        value = value_of(item)
        for number, known in enumerate(values):
            if same(value, known):
                groups[number].append(item)
                if is_more_exact(value, known):
                    values[number] = value
                break
        else:
            groups.append([item])
            values.append(value)
    return groups
