"""Do the citations point to where the answer stands? Precision and recall at article, sentence and character level.

No language model judges anything: a citation names characters of an article, and so does the gold file. For one question, and at
each level:

    precision   mean over the citations of how right each is
    recall      mean over the gold articles of how well the best citation of each covers it

    level       how right a citation is                          how well it covers its article
    article     1 if its article is gold                         1
    sentence    1 if its sentence touches a gold place           1 if its sentence touches a gold place
    character   share of the quote that is gold                  share of the gold place that is quoted

At character level the gold place that suits best is taken, as F1 takes the best of several answers. Imports nothing of
ragqa but the type of places.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from ragqa.evaluation.places import Place, Places

__all__ = ["LEVELS", "Cited", "Level", "citation_scores"]

Level = Literal["article", "sentence", "character"]
LEVELS: tuple[Level, ...] = ("article", "sentence", "character")


class Cited(NamedTuple):
    """Where a citation points: an article, the characters quoted, and those of the sentence around them."""

    article_id: str
    quote: Place
    sentence: Place


def citation_scores(citations: Sequence[Cited], places: Places, level: Level) -> tuple[float | None, float | None]:
    """Return precision and recall of one answer's citations, each 0 to 1.

    Args:
        citations: none where no answer was given.
        places: gold articles and where the answers stand in them; none where the question has no answer.
        level: see the module.

    Returns:
        Precision is None without citations, recall None without gold articles. A gold article in which no place is known counts at
        article level alone.
    """
    known = places if level == "article" else {key: own for key, own in places.items() if own}
    judged = [cited for cited in citations if cited.article_id in known or cited.article_id not in places]
    precision = [_precision(cited, known, level) for cited in judged]
    recall = [
        max((_recall(cited, own, level) for cited in citations if cited.article_id == article_id), default=0.0)
        for article_id, own in known.items()
    ]
    return _mean(precision), _mean(recall)


def _precision(cited: Cited, places: Places, level: Level) -> float:
    own = places.get(cited.article_id)
    if own is None:
        return 0.0
    if level == "character":
        return max(_overlap(cited.quote, place) / max(_length(cited.quote), 1) for place in own)
    return 1.0 if level == "article" else _touches(cited.sentence, own)


def _recall(cited: Cited, own: Sequence[Place], level: Level) -> float:
    if level == "character":
        return max(_overlap(cited.quote, place) / max(_length(place), 1) for place in own)
    return 1.0 if level == "article" else _touches(cited.sentence, own)


def _touches(stretch: Place, places: Sequence[Place]) -> float:
    return float(any(_overlap(stretch, place) > 0 for place in places))


def _overlap(one: Place, other: Place) -> int:
    return max(0, min(one[1], other[1]) - max(one[0], other[0]))


def _length(place: Place) -> int:
    return place[1] - place[0]


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None
