"""The articles read last, so that the passages of one question don't read the same text again and again."""

from __future__ import annotations

from collections import OrderedDict

from ragqa.records import Article

__all__ = ["RecentArticles"]


class RecentArticles:
    """Keeps articles by row and checksum, the least recently used go first. A changed row has another checksum.

    Args:
        characters: of text that are kept at most, the article asked for last aside.
    """

    def __init__(self, characters: int = 8_000_000) -> None:
        self._room = characters
        self._articles: OrderedDict[tuple[int, bytes], Article] = OrderedDict()

    def get(self, key: tuple[int, bytes]) -> Article | None:
        """Return the article if it is still kept."""
        if key in self._articles:
            self._articles.move_to_end(key)
        return self._articles.get(key)

    def keep(self, key: tuple[int, bytes], article: Article) -> None:
        """Keep ``article``, and let go of others where there is no room."""
        self._articles[key] = article
        self._room -= len(article.text)
        while self._room < 0 and len(self._articles) > 1:
            self._room += len(self._articles.popitem(last=False)[1].text)
