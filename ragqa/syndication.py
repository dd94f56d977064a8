"""How many sources really stand behind an answer: agency copy counts once, whatever names it is printed under.

Two citations are of one source where the outlet is the same, where one article is credited to the other's outlet or both to one
author or agency, where their sentence is the same to the word, or where the text around the quotes nearly is. That text is cut into
shingles, runs of a few words; the share of the smaller set that the larger one holds says how much of it was copied. Few passages
are cited, so the sets are compared whole; hashes of them (MinHash) would save nothing. Imports no model and no storage.

Source: Broder (1997), On the resemblance and containment of documents, doi:10.1109/SEQUEN.1997.666900.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import combinations

from ragqa.patterns import lazy_regex
from ragqa.records import Article, Citation
from ragqa.sentences import sentence_spans

__all__ = ["copied_share", "independent_sources", "is_copy"]

SHINGLE_WORDS = 4
COPIED = 0.5
_SENTENCES_AROUND = 2
SENTENCE_WORDS = 8
"""Two who write on their own hardly write as many words or more of a sentence alike."""
_WORD = lazy_regex(r"[\p{L}\p{M}\p{N}]+")
# "KORVAT (Continental Wire) - An explosion", "LONDON (AFP) —", "(Continental Wire) An explosion"
_DATELINE = lazy_regex(r"^(?:[^\n.]{0,60}\((?P<agency>[^)\n]{2,40})\)\s*[-–—]|\s*\((?P<agency>[^)\n]{2,40})\)\s)")
_BETWEEN_NAMES = lazy_regex(r"\s*(?:[,;/&]|\b(?:and|with)\b)\s*")
# Bylines that say nothing of who wrote it.
_NOBODY = frozenset(
    (
        "",
        *(
            "staff",
            "staff writer",
            "staff writers",
            "staff reporter",
            "agencies",
            "news agencies",
            "wire services",
            "wires",
        ),
        *("editors", "newsroom", "news desk", "correspondent", "our correspondent", "reporter", "editorial", "admin"),
        *("editorial board", "anonymous", "others", "additional reporting"),
    )
)


def independent_sources(citations: Sequence[Citation], articles: Mapping[str, Article]) -> int:
    """Return how many sources that don't copy one another are behind the citations, at least 1 where there is one."""
    groups = list(range(len(citations)))
    for one, other in combinations(range(len(citations)), 2):
        if groups[one] != groups[other] and _is_one_source(citations[one], citations[other], articles):
            joined, left = groups[other], groups[one]
            groups = [left if group == joined else group for group in groups]
    return len(set(groups))


def is_copy(one: Citation, other: Citation, articles: Mapping[str, Article]) -> bool:
    """Return whether the text around two citations is nearly the same, or their sentence is to the word."""
    words = [_WORD.findall(own.sentence.casefold()) for own in (one, other)]
    if words[0] == words[1] and len(words[0]) >= SENTENCE_WORDS:
        return True
    shares = _shingles_around(one, articles), _shingles_around(other, articles)
    return copied_share(*shares) >= COPIED


def copied_share(one: frozenset[tuple[str, ...]], other: frozenset[tuple[str, ...]]) -> float:
    """Return which share of the smaller set of shingles the larger one holds, 0 to 1.

    >>> copied_share(frozenset({("a", "b"), ("b", "c")}), frozenset({("a", "b")}))
    1.0
    """
    least = min(len(one), len(other))
    return len(one & other) / least if least else 0.0


def _is_one_source(one: Citation, other: Citation, articles: Mapping[str, Article]) -> bool:
    if one.article_id == other.article_id or (one.source and one.source == other.source):
        return True
    credited = _credits(articles[one.article_id]), _credits(articles[other.article_id])
    if any(_folded(source) in names for source, names in ((one.source, credited[1]), (other.source, credited[0]))):
        return True
    return bool(credited[0] & credited[1]) or is_copy(one, other, articles)


def _credits(article: Article) -> set[str]:
    """Return who is credited with an article: its authors, and the agency of its dateline."""
    dateline = _DATELINE.match(article.text)
    lines = [*article.authors, *([dateline["agency"]] if dateline else [])]
    return {_folded(name) for line in lines for name in _BETWEEN_NAMES.split(line)} - _NOBODY


def _folded(name: str | None) -> str:
    return " ".join((name or "").casefold().split()).removeprefix("by ").removeprefix("the ")


def _shingles_around(citation: Citation, articles: Mapping[str, Article]) -> frozenset[tuple[str, ...]]:
    return _shingles(articles[citation.article_id].text, citation.sentence_start)


@lru_cache(maxsize=256)
def _shingles(text: str, at: int) -> frozenset[tuple[str, ...]]:
    """Return the shingles of the sentence at a character and of two on each side; of the words there are, where they are few."""
    spans = sentence_spans(text)
    number = max((index for index, (start, _) in enumerate(spans) if start <= at), default=0)
    around = spans[max(0, number - _SENTENCES_AROUND) : number + _SENTENCES_AROUND + 1]
    words = _WORD.findall(text[around[0][0] : around[-1][1]].casefold()) if around else []
    size = min(SHINGLE_WORDS, len(words))
    return frozenset(tuple(words[at : at + size]) for at in range(len(words) - size + 1)) if size else frozenset()
