"""Whose word a question asks for: "According to the organisers, how many people marched?", and whether a citation has it.

English prose, by rules.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import regex

from ragqa.patterns import lazy_regex
from ragqa.records import Answer, Citation, Rival
from ragqa.rivals.stems import in_order

__all__ = ["gives_word_of", "is_said_by", "said_by_first", "speaker_asked"]

# What follows a speaker and isn't part of the name: "according to the coastguard on 5 March".
_AFTERWARDS = r"(?:\s+(?:after|as|at|before|by|during|early|in|last|late|on|since|this|when|while)\b|[?,;:!]|\.?\s*$)"
_NAMED = lazy_regex(
    rf"\baccording\s+to\s+(?P<who>[^?,;]+?){_AFTERWARDS}"
    r"|\b(?:did|do|does|has|have|had)\s+(?P<who>(?:(?!(?:ever|he|i|it|never|not|she|that|there|they|this|we|you)\b)[\p{L}\p{M}'’.-]+\s+){1,6}?)"
    r"(?:say|said|claim(?:ed)?|report(?:ed)?|estimate[ds]?|announced?|believed?|think|thought)\b",
    regex.IGNORECASE,
)
_CAPITAL = lazy_regex(r"\b(?!(?:The|An?)\b)\p{Lu}")
_OF = lazy_regex(r"\s+(?:of|for)\s+(?:the\s+)?")
_ANOTHER = frozenset(["deputy", "former", "vice", "ex"])
_TITLES = frozenset(
    "captain chancellor chief colonel commander dr general governor judge justice king lady lord lieutenant major mayor minister "
    "mr mrs ms pope president prime prof professor queen senator sergeant sheikh sir".split()
)
_PRONOUN = lazy_regex(r"(?:he|i|it|one|she|they|we|who)", regex.IGNORECASE)


def speaker_asked(question: str) -> str | None:
    """Return the speaker whose word a question asks for; None where it names none.

    >>> speaker_asked("How many died, according to the coastguard on 5 March?"), speaker_asked("How many does Hamas say died?")
    ('the coastguard', 'Hamas')
    >>> speaker_asked("How many people died?") is None
    True
    """
    named = _NAMED.search(question)
    return named["who"].strip() if named else None


def said_by_first(
    answers: Sequence[Answer], speaker: str, least: float, is_fitting: Callable[[Answer], bool]
) -> list[Answer]:
    """Return the answers with the first that the speaker gives before all, where the best is somebody else's word.

    Where the best is nobody's, and so may be theirs, the other must be as likely.

    Args:
        answers: best first, one at least.
        speaker: as the question names them.
        least: what its score must be.
        is_fitting: whether an answer is of the kind that is asked for.
    """
    best = answers[0]
    if gives_word_of(best, speaker) or any(_may_be_said_by(cited, speaker) for cited in best.citations):
        return list(answers)
    if any(cited.attribution is None for cited in best.citations):
        least = best.score
    theirs = (own for own in answers if own.score >= least and is_fitting(own) and gives_word_of(own, speaker))
    first = next(theirs, best)
    return [first, *(own for own in answers if own is not first)]


def gives_word_of(own: Answer | Rival, speaker: str) -> bool:
    """Return whether one of the citations of an answer or of a value in a conflict gives this speaker's word."""
    return any(is_said_by(cited, speaker) for cited in own.citations)


def is_said_by(cited: Citation, speaker: str) -> bool:
    """Return whether a citation gives this speaker's word: "the steel union" that of "the union", a paper its own."""
    asked = _own_stems(speaker)
    if not asked:
        return False
    if cited.attribution is None:
        return cited.source is not None and asked == _own_stems(cited.source)
    said = _own_stems(cited.attribution.speaker)
    if not said or _ANOTHER & set(said) - set(asked):
        return False
    if said[-1] != asked[-1]:  # "Brackley Steel" is "Brackley"
        return said[: len(asked)] == asked and _is_name(cited.attribution.speaker) and _is_name(speaker)
    if set(asked) <= set(said):
        return True
    if not set(said) < set(asked):
        return False
    if _CAPITAL.search(cited.attribution.speaker):  # "Mr Tull" is "Gordon Tull"
        return len(said) == 1
    return _CAPITAL.search(speaker) is None  # "the ministry" is "the interior ministry", but not "the Syrian ministry"


def _own_stems(name: str) -> list[str]:
    """Return the stems of a name without titles, and without what it is of: of "the critics of the government" those of critics."""
    stems = in_order(_OF.split(name)[0])
    return [stem for stem in stems if stem not in _TITLES] or stems


def _may_be_said_by(cited: Citation, speaker: str) -> bool:
    """Return whether a citation's speaker may be the one that is asked for by another name: "she", or somebody of the union."""
    if cited.attribution is None:
        return False
    name = cited.attribution.speaker
    return _PRONOUN.fullmatch(name) is not None or (_ends_with_name(name) and not _ends_with_name(speaker))


def _ends_with_name(words: str) -> bool:
    return any(word[0].isupper() for word in words.split()[-1:])


def _is_name(words: str) -> bool:
    return all(word[0].isupper() for word in words.split())
