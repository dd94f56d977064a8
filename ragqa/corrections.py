"""What a notice of correction withdraws.

    Correction: An earlier version of this article said that 46 cranes had been taken down. There were 16 cranes.

The notice says both what was wrong and what is right. What was wrong stands in the article word for word, so a reader may well
find it: it must be neither an answer nor a rival of one. Notices are found by `parts`; nothing else of ragqa is imported.
"""

from __future__ import annotations

from functools import lru_cache

import regex

from ragqa.parts import notices
from ragqa.sentences import sentence_spans

__all__ = ["is_withdrawn"]

_PUT = (
    r"(?:said|gave|given|stated|named|called|put|described|reported|identified|listed|quoted|published|printed|written|sp(?:elled|elt)"
    r"|attributed|dated|counted)"
)
# A clause that reports what the article used to say.
_USED_TO_SAY = regex.compile(
    r"\b(?:(?:earlier|previous|prior|original|first|initial)\s+(?:versions?|editions?|reports?)"
    r"|incorrectly|wrongly|mistakenly|erroneously"
    rf"|(?:originally|at\s+first|previously|initially)\s+(?:\p{{L}}+\s+)?{_PUT}|{_PUT}\s+(?:originally|at\s+first|previously|initially)"
    r"|mis(?:stated|spelled|spelt|identified|attributed|quoted|reported)|in\s+error|had\s+(?:said|given|stated|named)"
    r"|(?:article|story|report|piece|headline)\s+(?:said|gave|stated|named|called|put))\b",
    regex.IGNORECASE,
)
# What may as well belong to what is right ("the prize, formerly given in Oslo"): it counts where the sentence names the article.
_ONCE = regex.compile(
    r"\b(?:originally|at\s+first|previously|initially|formerly|was\s+(?:said|given))\b",
    regex.IGNORECASE,
)
_NAMES_ARTICLE = regex.compile(
    r"\b(?:(?:earlier|previous|prior|original|first|initial)\s+(?:version|edition|report)s?|article|story|headline|caption"
    r"|this\s+(?:report|piece))\b",
    regex.IGNORECASE,
)
_CLAUSE_END = regex.compile(
    r";|[,.]?\s+(?:when\s+(?:in\s+fact|it|he|she|they|there)|whereas|while\s+in\s+fact|in\s+fact|but)\b|\s[–—]\s|\bcorrected\s+to\b",
    regex.IGNORECASE,
)
_ASIDE_END = regex.compile(r"[,)](?!\d)")
_INSTEAD = regex.compile(
    r"(?:,\s*|\b)(?:and\s+)?(?:not|instead\s+of|rather\s+than|corrected\s+from)\s+(?:(?!\b(?:but|to)\b)[^,;.–—]|[.,](?=\d))*+"
    r"|\b(?:chang|correct|amend|revis)(?:ed?|ing)?\b(?:\s+\p{L}+){0,6}?\s+\Kfrom\s+(?=[\d$€£])[^\s;]+",
    regex.IGNORECASE,
)


def is_withdrawn(text: str, start: int, end: int, *, title: str | None = None) -> bool:
    r"""Return whether the characters ``start`` to ``end`` of an article are what a notice of correction in it says was wrong.

    >>> text = "Sixteen died.\n\nCorrection: An earlier version said that 46 died. There were 16 dead, not 46."
    >>> [is_withdrawn(text, at, at + 2) for at in (text.index("46"), text.index("16"), text.rindex("46"))]
    [True, False, True]
    """
    return any(first < end and start < last for first, last in _withdrawn(text, title))


@lru_cache(maxsize=256)
def _withdrawn(text: str, title: str | None) -> tuple[tuple[int, int], ...]:
    found: list[tuple[int, int]] = []
    for first, last in notices(text, title=title):
        for start, end in sentence_spans(text[first:last]):
            found += _withdrawn_in(text, first + start, first + end)
    return tuple(found)


def _withdrawn_in(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Return what a sentence of a notice withdraws."""
    found = [match.span() for match in _INSTEAD.finditer(text, start, end)]
    said = _USED_TO_SAY.search(text, start, end)
    if said is None and _NAMES_ARTICLE.search(text, start, end):
        said = _ONCE.search(text, start, end)
    if said:
        is_aside = text[start : said.start()].rstrip().endswith((",", "("))
        stop = (_ASIDE_END if is_aside else _CLAUSE_END).search(text, said.end(), end)
        found.append((said.start() if is_aside else start, stop.start() if stop else end))
    return found
