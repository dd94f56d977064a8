"""Where sentences begin and end, as offsets into a text that stays as it is.

Used by `splitting`, which never cuts a sentence that fits, and by `answering`, which cites the sentence around a span. Imports
nothing of ragqa.

A full stop is the trap of news prose: "U.S. Secretary of State", "Oct. 7", "Gen. Herzi Halevi", "3.5", "J. D. Vance". A stop ends
a sentence unless the word before it is known to be an abbreviation; after the doubtful ones (initials, "U.S.", "Inc.") it does
only where the next word is one that mostly begins a sentence, the frequent-starter rule of the Punkt tokenizer.

Source: Kiss and Strunk (2006), Unsupervised Multilingual Sentence Boundary Detection, doi:10.1162/coli.2006.32.4.485.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import pairwise

__all__ = ["sentence_spans", "spanning"]

# Never the end of a sentence when a capital letter or a figure follows.
_ABBREVIATIONS = frozenset(
    "adm approx atty brig capt cmdr col cpl dr ed est fig fr gen gov hon lt maj messrs mr mrs ms mt no nos ph pres prof rep "
    "reps rev sec sen sens sgt spc st supt v vs viz e.g i.e cf al".split()
)
_MONTHS = frozenset("jan feb mar apr jun jul aug sep sept oct nov dec".split())
# The end of a sentence only before a word that mostly begins one.
_DOUBTFUL = frozenset("inc corp co ltd bros jr sr dept univ etc ave blvd rd".split())
_STARTERS = frozenset(
    "a after all also although an and another as asked at before both but by despite during earlier even few for he her his "
    "however i if in instead it its last many meanwhile more most no nobody none not nothing on one only other our police she "
    "since so some that the their then there these they this those though under until we what when where which while who "
    "why with yet you".split()
)

# What may follow "10 p.m." in its sentence, beside small letters: a bracket, a figure, a zone, a day, "Paris time".
_OF_HOUR = re.compile(
    r"[(\[]|\d|(?:[ECMP][SD]?T|GMT|UTC|BST|IST|JST|MSK|HKT|SGT|[CE]ES?T|AE[SD]T|WAT|EAT)\b"
    r"|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b"
    r"|(?:January|February|March|April|May|June|July|August|September|October|November|December)\s+\d"
    r"|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\.\s"
    r"|(?:Eastern|Central|Mountain|Pacific)(?=[.,;)]|\s+on\b)|(?:[\w.]+\s+){1,3}[Tt]ime\b"
)
_HOUR_AS_ADJECTIVE = re.compile(r"\b(?:the|an?)\s+[\d:.]+\s*[ap]$", re.IGNORECASE)

# A run of stops is tried once, from its first: tried from each, a long one would take quadratic time.
_STOP = re.compile(
    r"(?<![.!?…])[.!?…]++[\"'”’»)\]]*+(?=\s|$)"  # Latin: a stop, closing quotes or brackets, then white space
    r"|[。！？｡]+[」』”’）]*"  # Chinese and Japanese: no white space needed
    r"|\n"
)
_BLANK_LINE = re.compile(r"\n[^\S\n]*\n")
_LAST_WORD = re.compile(r"[^\s\"'“‘(\[]+$")
_FIRST_WORD = re.compile(r"[^\W\d_]+")
_TERMINATED = re.compile(r"[.!?…:;。！？][\"'”’»)\]]*\s*$")
_OPENERS = "\"'“‘«([—–-*•"
_WRAPPED_LINE = range(50, 121)


def sentence_spans(text: str) -> list[tuple[int, int]]:
    r"""Return the sentences of ``text`` in order, as half-open character offsets without the white space around them.

    Between two sentences lies only white space, so nothing of the text is lost.

    >>> text = 'Gen. Halevi met the U.S. envoy on Oct. 7. "It is time," he said.'
    >>> [text[start:end] for start, end in sentence_spans(text)]
    ['Gen. Halevi met the U.S. envoy on Oct. 7.', '"It is time," he said.']
    """
    starts = [0, *_boundaries(text), len(text)]
    spans = []
    for start, end in pairwise(starts):
        piece = text[start:end]
        if stripped := piece.strip():
            first = start + len(piece) - len(piece.lstrip())
            spans.append((first, first + len(stripped)))
    return spans


def spanning(spans: list[tuple[int, int]], start: int, end: int) -> tuple[int, int]:
    """Return the offsets of the sentences of ``spans`` that hold the characters ``start`` to ``end``.

    >>> spanning([(0, 10), (11, 20), (21, 30)], 12, 25)
    (11, 30)
    """
    first = max(bisect_right(spans, start, key=lambda span: span[0]) - 1, 0)
    last = max(bisect_right(spans, end - 1, key=lambda span: span[0]) - 1, first)
    return min(spans[first][0], start), max(spans[last][1], end)


def _boundaries(text: str) -> Iterator[int]:
    """Yield the offset behind every stop that ends a sentence."""
    wrapped = _wrapped_newlines(text)
    for match in _STOP.finditer(text):
        mark = match.group()[0]
        if mark == "\n":
            if match.start() not in wrapped:
                yield match.end()
        elif mark in "。！？｡" or _ends_sentence(text, match.start(), match.end(), mark):
            yield match.end()


def _ends_sentence(text: str, start: int, end: int, mark: str) -> bool:
    following = text[end : end + 60].lstrip()
    if not following:
        return True
    if following[0].islower():
        return False
    if mark != ".":
        return True
    last = _LAST_WORD.search(text, max(0, start - 40), start)
    word = last.group() if last else ""
    if word.lower() in _ABBREVIATIONS:
        return False
    if word.lower() in _MONTHS:
        return not following[0].isdigit()
    if word.lower() in ("a.m", "p.m"):
        return _ends_with_hour(text[max(0, start - 40) : start - 2], following)
    is_initial = len(word) == 1 and word.isupper()
    is_acronym = "." in word and all(len(part) <= 2 for part in word.split("."))
    if is_initial or is_acronym or word.lower() in _DOUBTFUL:
        if following[0] in _OPENERS:
            return True
        first = _FIRST_WORD.match(following)
        # "J. A. Smith": the A is another initial.
        return first is not None and first.group().lower() in _STARTERS and following[first.end() :][:1] != "."
    return True


def _ends_with_hour(before: str, following: str) -> bool:
    """Return whether a sentence ends behind an hour: ``before`` up to the "a" or "p" of it, and what follows with a capital."""
    first = _FIRST_WORD.match(following)
    if first is not None and first.group().lower() in _STARTERS:
        return True
    return _OF_HOUR.match(following) is None and _HOUR_AS_ADJECTIVE.search(before) is None


def _wrapped_newlines(text: str) -> set[int]:
    """Return the offsets of newlines that only wrap a line, as in hard-wrapped Markdown and e-mail, and end no sentence."""
    wrapped: set[int] = set()
    start = 0
    for end in [*(match.start() for match in _BLANK_LINE.finditer(text)), len(text)]:
        lines = text[start:end].split("\n")
        full = [len(line.rstrip()) in _WRAPPED_LINE for line in lines[:-1] if line.strip()]
        hard_wrapped = len(full) > 0 and all(full) and len(lines[-1].rstrip()) < _WRAPPED_LINE.stop
        offset = start
        for line, following in pairwise(lines):
            offset += len(line)
            head = following.lstrip()[:1]
            continues = head.islower() or (hard_wrapped and head not in _OPENERS)
            if continues and line.strip() and not _TERMINATED.search(line):
                wrapped.add(offset)
            offset += 1
        start = end
    return wrapped
