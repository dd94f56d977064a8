"""What kind of question and answer a gold question is, to break figures down by. Rules over words; no model.

Rough by design: they put a question in the class that a reader of the table would expect in most cases, and are the same in
every run. Imports nothing of ragqa but the months and the normalisation of answers.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ragqa.evaluation.squad import normalise_answer
from ragqa.months import MONTH

__all__ = ["answer_length", "answer_type", "question_type"]

_QUESTION_WORD = re.compile(
    r"\b(?:(how (?:many|much))|(how (?:long|old|far|often|large|big|tall|high|fast))|(who|whom|whose)|(when|(?:what|which) "
    r"(?:year|date|day|month|century|decade))|(where)|(why)|(which)|(how)|(what))\b",
    re.IGNORECASE,
)
_QUESTION_TYPES = ("how many", "how long", "who", "when", "where", "why", "which", "how", "what")
_DATE = re.compile(
    rf"\b(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|{MONTH}\.?,? \d|\d{{1,2}}(?:st|nd|rd|th)? (?:of )?{MONTH}\b"
    r"|\d{1,2}(?:st|nd|rd|th) centur|(?:1\d|20)\d\ds?\b(?!,)|yesterday|today|tomorrow)",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    r"\d|\b(?:zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen|"
    r"(?:twen|thir|for|fif|six|seven|eigh|nine)ty|hundreds?|thousands?|millions?|billions?|half|dozens?)\b",
    re.IGNORECASE,
)
_LINKS = frozenset("of the and for in de la van von al bin du da der di".split())
_CLAUSE_WORDS = 6


def question_type(question: str) -> str:
    """Return the question word that comes first, or "other".

    >>> question_type("In what year did it open?"), question_type("At least how many people died?"), question_type("Did it rain?")
    ('when', 'how many', 'other')
    """
    found = _QUESTION_WORD.search(question)
    return _QUESTION_TYPES[(found.lastindex or 0) - 1] if found else "other"


def answer_type(answers: Sequence[str]) -> str:
    """Return what the first answer is: "date", "number", "name", "phrase", "clause", or "none" where there is no answer.

    A clause is what has more than six words and is none of the others.

    >>> [answer_type([text]) for text in ("on Monday", "1,139", "Rita Alvarez", "heavy rain")]
    ['date', 'number', 'name', 'phrase']
    """
    if not answers:
        return "none"
    words = answers[0].split()
    if len(words) <= _CLAUSE_WORDS and _DATE.search(answers[0]):
        return "date"
    if len(words) <= _CLAUSE_WORDS and _NUMBER.search(answers[0]):
        return "number"
    telling = [word for word in words if word.lower() not in _LINKS]
    if telling and all(word.lstrip("\"'“‘(")[:1].isupper() for word in telling):
        return "name"
    return "phrase" if len(words) <= _CLAUSE_WORDS else "clause"


def answer_length(answers: Sequence[str]) -> str:
    """Return how many words the shortest answer has once it is normalised, in classes, or "none" where there is no answer.

    >>> answer_length(["the rain", "a year's rain"]), answer_length(["more than 2,300 people"])
    ('1 word', '4 to 6 words')
    """
    if not answers:
        return "none"
    words = min(len(normalise_answer(answer).split()) for answer in answers)
    if words <= 1:
        return "1 word"
    return "2 to 3 words" if words <= 3 else "4 to 6 words" if words <= 6 else "7 words or more"
