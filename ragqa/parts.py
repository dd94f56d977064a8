"""Which part of an article a stretch stands in: headline, body, or a notice of correction.

What a notice withdraws is `corrections`. Imports nothing of ragqa but `sentences` and `patterns`.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal, NamedTuple

from ragqa.patterns import lazy_re
from ragqa.sentences import sentence_spans

__all__ = ["Part", "notices", "part_of"]

Part = Literal["headline", "body", "correction"]

_PARAGRAPH = lazy_re(r"[^\r\n]+")
# What a notice begins with, behind Markdown and brackets. "Correction" needs its colon, date or line of its own, so that a
# paragraph on "Corrections officers" or "Correction fluid" is none.
_WHEN = r"(?:[\s,\u2013\u2014(-]+(?:[A-Z][a-z]{2,8}\.?\s+)?\d[^:\n]{0,40}|[\s,\u2013\u2014(-]+[A-Z][a-z]{2,8}\.?\s+\d[^:\n]{0,40})?"
_LABEL = lazy_re(
    r"[\s#>*_\[(\u2022-]*"
    r"(?:corrections?(?:\s+and\s+clarifications?)?|clarifications?|corrected|editor[\u2019']?s[\u2019']?\s+note|erratum|retraction|amendment)"
    rf"{_WHEN}[\s*_\])]*(?:[:.\u2013\u2014]|$)",
    re.IGNORECASE,
)
_SENTENCE = lazy_re(
    r"[\s*_\[(\u2022-]*(?:"
    r"(?:an?\s+)?(?:earlier|previous|original|first)\s+versions?\s+of\s+(?:this|the)\s+(?:article|story|report|piece|headline|text)\b"
    r"|in\s+an\s+(?:earlier|previous)\s+version\b"
    r"|(?:this|the)\s+(?:article|story|report|piece|headline)\s+"
    r"(?:was|has\s+been)\s+(?:since\s+)?(?:amended|corrected|updated\s+to\s+correct)\b"
    r"|(?:this|the)\s+(?:article|story|report|piece|headline)\s+(?:originally|previously|initially|wrongly|incorrectly|at\s+first)\s+"
    r"|corrects\s+\w+"
    r"|we\s+(?:are\s+happy\s+to\s+)?(?:regret\s+the\s+error|corrected?\b)"
    r")",
    re.IGNORECASE,
)
# An editor's note may also say how an article came about; only one that speaks of an error is a notice.
_NOTE = lazy_re(r"editor[\u2019']?s[\u2019']?\s+note", re.IGNORECASE)
_ERROR = lazy_re(
    r"correct|amend|erro(?:r|neous)|mis(?:stat|spel|identif|attribut|quot|report)|wrong"
    r"|(?:earlier|previous)\s+version|originally|previously|clarif",
    re.IGNORECASE,
)
# A sentence that tells of the version before, wherever it stands; the notice is what follows in its paragraph too.
_VERSION = lazy_re(
    r"\b(?:earlier|previous|original)\s+version\s+of\s+(?:this|the)\s+(?:article|story|report|piece|headline|text)\b"
    r"|\bthis\s+(?:article|story|report|piece|headline)\s+(?:was|has\s+been)\s+(?:amended|corrected)\b",
    re.IGNORECASE,
)
_HEADING = lazy_re(r"\s{0,3}#{1,6}[ \t]+\S")
_STOP = lazy_re(r"[.!?\u2026:;,][\"'\u201d\u2019\u00bb)\]]*\s*$")
_LONGEST_HEADLINE = 200


class _Stretch(NamedTuple):
    start: int
    end: int
    part: Part


def part_of(text: str, start: int, end: int, *, title: str | None = None) -> Part:
    r"""Return the part of an article that the characters ``start`` to ``end`` of its ``text`` stand in.

    The headline is the first line where it says what ``title`` says, is a Markdown heading, or is a short line without a stop over
    a blank line. A notice is a paragraph that is labelled so or says so ("This article originally said ..."), with the paragraphs
    that a label of its own line stands over. All else is body. A stretch over two parts belongs to the one of them that is not
    body, the first if there are two.

    >>> text = "Storm floods valley\n\nEleven died.\n\nCorrection: An earlier version said that twelve died."
    >>> [part_of(text, text.index(word), text.index(word) + 5) for word in ("Storm", "Eleven", "twelve")]
    ['headline', 'body', 'correction']
    """
    for stretch in _stretches(text, title):
        if start < stretch.end and stretch.start < end:
            return stretch.part
    return "body"


def notices(text: str, *, title: str | None = None) -> list[tuple[int, int]]:
    """Return the characters of the notices of correction in an article, half-open, in order."""
    return [(own.start, own.end) for own in _stretches(text, title) if own.part == "correction"]


@lru_cache(maxsize=64)  # an article is cited several times in one answer
def _stretches(text: str, title: str | None) -> tuple[_Stretch, ...]:
    paragraphs = list(_PARAGRAPH.finditer(text))
    found: list[_Stretch] = []
    filled = [line for line in paragraphs if line.group().strip("\ufeff \t")]
    if filled and _is_headline(text, filled[0], title, has_more=len(filled) > 1):
        found.append(_Stretch(filled[0].start(), filled[0].end(), "headline"))
        filled = filled[1:]
    below_label = False
    for number, line in enumerate(filled):
        words = line.group()
        label = _LABEL.match(words)
        if label and _NOTE.search(label.group()):
            following = filled[number + 1].group() if number + 1 < len(filled) else ""
            label = label if _ERROR.search(words[label.end() :] or following) else None
        # Under a label that stands alone the rest belongs to the notice, but at the top of an article only the next paragraph.
        if label or below_label or _SENTENCE.match(words):
            found.append(_Stretch(line.start(), line.end(), "correction"))
        elif version := _VERSION.search(words):
            before = max(start for start, _ in sentence_spans(words) if start <= version.start())
            found.append(_Stretch(line.start() + before, line.end(), "correction"))
        stands_alone = label is not None and not words[label.end() :].strip(" \t*_:")
        is_last_third = 3 * number >= 2 * len(filled) - 2
        below_label = stands_alone or (below_label and is_last_third)
    return tuple(found)


def _is_headline(text: str, line: re.Match[str], title: str | None, *, has_more: bool) -> bool:
    words = line.group().strip("\ufeff \t")
    if title and _bare(words) == _bare(title):
        return True
    if not has_more or len(words) > _LONGEST_HEADLINE or _LABEL.match(words):
        return False
    stands_apart = re.match(r"\r?\n[^\S\n]*\r?\n", text[line.end() :]) is not None
    return _HEADING.match(line.group()) is not None or (stands_apart and not _STOP.search(words))


def _bare(words: str) -> str:
    return " ".join(re.findall(r"\w+", words.casefold()))
