"""What a correction notice takes back.

    Correction: An earlier version of this article said that 46 cranes had been taken down. There were 16 cranes.

The notice says both what was wrong and what is right. What was wrong stands in the article word for word, so a reader may well
find it: it must be neither an answer nor a rival of one. Imports nothing of ragqa but its sentences.
"""

from __future__ import annotations

from functools import lru_cache

import regex

from ragqa.sentences import sentence_spans

__all__ = ["is_taken_back"]

# How a line begins that is a notice, and what makes one of a sentence anywhere.
_LABEL = regex.compile(
    r"[ \t*_>(\[]*(?:corrections?|clarifications?|editor['’]s\s+note|erratum|amendment)"
    r"(?:\s+and\s+clarifications?)?(?:\s*[,(][^.:\n]{0,30})?\s*[:.–—]",
    regex.IGNORECASE,
)
_MARK = regex.compile(
    r"\b(?:earlier|previous|original)\s+version\s+of\s+(?:this|the)\b"
    r"|\bthis\s+(?:article|story|report|piece|headline)\s+(?:was|has\s+been)\s+(?:amended|corrected)\b",
    regex.IGNORECASE,
)
# A clause that reports what the article used to say.
_USED_TO_SAY = regex.compile(
    r"\b(?:(?:earlier|previous|original|first)\s+versions?|originally|at\s+first|previously|initially|formerly|incorrectly|wrongly"
    r"|mistakenly|erroneously|misstated|misspelled|misspelt|misidentified|in\s+error|had\s+(?:said|given|stated|named))\b",
    regex.IGNORECASE,
)
_CLAUSE_END = regex.compile(
    r";|[,.]?\s+(?:when\s+(?:in\s+fact|it|he|she|they|there)|whereas|while\s+in\s+fact|in\s+fact|but)\b|\s[–—]\s",
    regex.IGNORECASE,
)
_ASIDE_END = regex.compile(r"[,)](?!\d)")
_INSTEAD = regex.compile(
    r"(?:,\s*|\b)(?:and\s+)?(?:not|instead\s+of|rather\s+than)\s+(?:(?!\bbut\b)[^,;.–—]|[.,](?=\d))*+", regex.IGNORECASE
)


def is_taken_back(text: str, start: int, end: int) -> bool:
    r"""Return whether the characters ``start`` to ``end`` of an article are what a notice of correction in it says was wrong.

    >>> text = "He is 84.\n\nCorrection: An earlier version said that he was 48. He is 84."
    >>> is_taken_back(text, text.index("48"), text.index("48") + 2), is_taken_back(text, 6, 8)
    (True, False)
    """
    return any(first < end and start < last for first, last in _taken_back(text))


@lru_cache(maxsize=256)
def _taken_back(text: str) -> tuple[tuple[int, int], ...]:
    found: list[tuple[int, int]] = []
    for start, end in _notices(text):
        found += [match.span() for match in _INSTEAD.finditer(text, start, end)]
        if said := _USED_TO_SAY.search(text, start, end):
            is_aside = text[start : said.start()].rstrip().endswith((",", "("))
            stop = (_ASIDE_END if is_aside else _CLAUSE_END).search(text, said.end(), end)
            found.append((said.start() if is_aside else start, stop.start() if stop else end))
    return tuple(found)


def _notices(text: str) -> list[tuple[int, int]]:
    """Return the sentences of the notices: of a labelled one all to the end of its line, else the one that has the mark."""
    found: list[tuple[int, int]] = []
    labelled_to = 0
    for start, end in sentence_spans(text):
        begins_line = start == 0 or text.rfind("\n", max(0, start - 80), start) >= start - 1 - _indent(text, start)
        if begins_line and _LABEL.match(text, start, end):
            stop = text.find("\n", start)
            labelled_to = len(text) if stop < 0 else stop
        if start < labelled_to or _MARK.search(text, start, end):
            found.append((start, end))
    return found


def _indent(text: str, start: int) -> int:
    before = text[max(0, start - 80) : start]
    return len(before) - len(before.rstrip(" \t"))
