"""What looks like a finite verb, by word lists and endings: not a parser.

Imports nothing of ragqa but `patterns`.
"""

from __future__ import annotations

import re

from ragqa.patterns import lazy_re

__all__ = [
    "first_verb",
    "has_verb",
    "is_participial",
    "opens_with_verb",
    "second_verb",
    "tells_event",
    "tells_intention",
]

_HELPING = (
    r"is|are|was|were|has|have|had|will|would|can|could|may|might|must|should|shall|does|do|did|be|been|isn't|aren't|"
    r"wasn't|weren't|won't"
)
_PRESENT = r"says|say|comes?|goes|gives?|takes?|makes?|needs?|wants?|rises?|falls?|remains?|stands?|costs|kills|shows?"
_PAST = (
    r"became|began|brought|came|cost|fell|found|gave|got|grew|held|hit|kept|knew|led|left|lost|made|met|paid|"
    r"put|ran|rose|saw|sent|set|shot|sold|spent|stood|struck|took|told|went|won|wrote|broke|said|tore|swept|"
    r"blew|bore|drove|flew|fought|threw|wore|woke|sank|rang|sang|chose|dealt|drew|felt|lay|read|spoke|stole|"
    r"taught|thought|understood|withdrew|fled|died|cut|shut|"
    r"(?!(?:hundred|united|red|bed|indeed|named|wounded|injured|armed|retired|combined|aged|based|unnamed)\b)\w{2,}ed"
)
_FINITE = lazy_re(rf"\b(?:{_HELPING}|{_PRESENT}|{_PAST})\b")
_OPENING = lazy_re(rf"\s*{_FINITE.pattern}")
# "which left 28 dead", "which was built in 1960"; but not "which was twice the sum", "which made him angry", "who he said".
_EVENT = lazy_re(rf"(?:(?:was|were)\s+(?:\w+ly\s+)?\w+(?:ed|en|wn|ilt)|(?!made\b|said\b)(?:{_PAST}))\b")
_INTENTION = lazy_re(r"(?:would|will|won't)\b(?!\s+have\b)|(?:plans?|planned|wants?|wanted)\s+to\b")
_PARTICIPLE = lazy_re(
    r"\s*(?:[a-z]+ly\s+|now\s+|once\s+)?(?:[a-z]+ing|[a-z]+ed|built|held|known|led|made|run|written)\b"
)


def first_verb(words: str) -> re.Match[str] | None:
    """Return the first of some words that looks like a finite verb."""
    return _FINITE.search(words)


def has_verb(words: str) -> bool:
    """Return whether a stretch holds what looks like a finite verb."""
    return first_verb(words) is not None


def opens_with_verb(words: str, at: int) -> bool:
    """Return whether what begins at a place, but for white space, looks like a finite verb."""
    return _OPENING.match(words, at) is not None


def second_verb(words: str) -> int | None:
    """Return where a finite verb stands that doesn't belong to the first one, as "would have raised" does.

    >>> second_verb("would have raised a million was passed")
    28
    """
    last = None
    for verb in _FINITE.finditer(words):
        if last is not None and words[last : verb.start()].strip():
            return verb.start()
        last = verb.end()
    return None


def is_participial(words: str) -> bool:
    """Return whether a stretch is a participle and what belongs to it.

    >>> is_participial("led by Ivo Tamm"), is_participial("speaking in Korvat"), is_participial("tested pumps were shut")
    (True, True, False)
    """
    participle = _PARTICIPLE.match(words)
    return participle is not None and not has_verb(words[participle.end() :])


def tells_event(clause: str) -> bool:
    """Return whether the first verb of a clause is a simple past that tells what happened.

    >>> tells_event("left 28 dead"), tells_event("had left 28 dead"), tells_event("was twice the sum")
    (True, False, False)
    """
    verb = first_verb(clause)
    return verb is not None and _EVENT.match(clause, verb.start()) is not None


def tells_intention(clause: str) -> bool:
    """Return whether the first verb of a clause tells what is to come.

    >>> tells_intention("they would table a motion"), tells_intention("a dam had burst that would hold")
    (True, False)
    """
    verb = first_verb(clause)
    return verb is not None and _INTENTION.match(clause, verb.start()) is not None
