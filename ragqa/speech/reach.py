"""How far the words reach that are somebody's: to the end of a clause, and not into what the article adds of its own.

Given a sentence with its quotations blotted out; places and stretches are characters of it, half-open. Imports nothing of ragqa
but its package and `patterns`.
"""

from __future__ import annotations

import re

from ragqa.patterns import lazy_re
from ragqa.speech.near import FAR, before, right_before
from ragqa.speech.verbs import has_verb, opens_with_verb, second_verb, tells_event, tells_intention

__all__ = ["behind_verb", "clause_end", "inserted", "is_relative", "joint_before"]

_COMMA = lazy_re(r",(?!\d)")
# "..., but the union said", "..., though on Monday Moss insisted", "..., but, according to the union,"
_JOINT = lazy_re(r",?\s*\b(?:and|but|yet|though|although|while|whereas)\b,?\s+(?:(?:on|in|at)\s+(?:the\s+)?\w+,?\s+)?$")
# A comma ends what is said in "While the ministry said 12 died, the union ..." and in "Tamm, who said he was ill, ...".
_OPENING = lazy_re(r"\W*(?:while|although|though|whereas|when|because|once|if)\s+", re.IGNORECASE)
_IN_RELATIVE = lazy_re(r"\b(?:who|whom|which)\s+$")
_PRONOUN = lazy_re(r"(?:who|which)\b")
_RELATIVE = lazy_re(r"\b(?:that|which|who|whom|[Ww]hat)\s+$")
_BACKGROUND = lazy_re(
    r",\s+(?:which|who|whose|where)\b"
    r"(?P<clause>(?:[^,;]|,(?=\d)|,(?=\s+(?:(?:[\w-]+\s+){1,2}of\s+(?:them|whom|which)|including|among)\b))*)"
)


def joint_before(sentence: str, start: int) -> int | None:
    """Return where a conjunction stands that leads to the words at ``start``, as "but" does in "..., but the union said"."""
    joint = right_before(_JOINT, sentence, start)
    return joint and joint.start()


def clause_end(sentence: str, start: int, end: int) -> int:
    """Return where that ends which somebody says in the words from ``start`` to ``end``: at a comma, in a clause below another."""
    is_in_relative = right_before(_IN_RELATIVE, sentence, start) or is_relative(sentence, start)
    is_below = _OPENING.fullmatch(sentence, 0, start) or (is_in_relative and not has_verb(before(sentence, start)))
    semicolon = sentence.find(";", end)
    stop = len(sentence) if semicolon < 0 else semicolon
    comma = _COMMA.search(sentence, end, min(stop, end + FAR)) if is_below else None
    return comma.start() if comma else stop


def is_relative(sentence: str, at: int) -> bool:
    """Return whether a relative clause begins at a place: what "who said it" says of somebody is in it alone."""
    return _PRONOUN.match(sentence, at) is not None


def behind_verb(sentence: str, end: int) -> tuple[tuple[int, int], ...]:
    """Return what is said behind a verb that ends at ``end``, without a relative clause that is the article's background.

    "They would table a motion over the disaster, which left 28 dead": what is said is to come, and the clause tells in the
    simple past what is known. Any other such clause may be the speaker's.
    """
    for relative in _BACKGROUND.finditer(sentence, end, end + FAR):
        if tells_event(relative["clause"]) and tells_intention(sentence[end : relative.start()]):
            return (end, relative.start()), (relative.end(), len(sentence))
    return ((end, len(sentence)),)


def inserted(sentence: str, start: int, end: int) -> tuple[int, int] | None:
    """Return what is said by a subject and verb, from ``start`` to ``end``, inside a relative clause; None where they aren't.

    "A measure that the mayor said would raise 9 million was passed": up to a comma, or to the verb of the sentence.
    """
    relative = right_before(_RELATIVE, sentence, start)
    if not relative or not opens_with_verb(sentence, end):
        return None
    comma = _COMMA.search(sentence, end, end + FAR)
    until = comma.start() if comma else len(sentence)
    own = None if has_verb(before(sentence, relative.start())) else second_verb(sentence[end : min(until, end + FAR)])
    return end, until if own is None else end + own
