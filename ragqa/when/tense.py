"""Whether a sentence looks back or ahead from one of its time words. Rules for English news prose; a guess, not a parse.

"Talks broke down on Monday" looks back, "the court will rule on Monday" ahead. Nearest to the time word decides, to its left first,
for English mostly puts the time behind its verb; at the beginning of a clause ("On Monday the cranes were taken down") to its
right first. The present looks ahead only with what is plainly planned. Imports nothing of ragqa but its package and
`patterns`.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from ragqa.patterns import lazy_re
from ragqa.when.periods import Tense
from ragqa.when.planned import is_infinitive, is_of_another, is_planned, is_schedule_verb, is_unplanned, may_be_noun
from ragqa.when.verbs import tense_of, words_of

__all__ = ["tense_at"]

_SCHEDULED = frozenset(
    "postponed adjourned delayed rescheduled scheduled planned set due expected called calls "
    "announced booked moved summoned put slated promise promises predict predicts slips slipped".split()
)
_MOVED = frozenset(
    "postpone postpones postponed postponing reschedule reschedules rescheduled adjourned forward".split()  # "brought forward"
)
_MAYBE_MOVED = frozenset(
    "move moves moved moving shift shifts shifted shifting back off".split()
)  # "put back", "put off"
_PRONOUNS = frozenset("i he she they we it you this that these those".split())
_LASTING = frozenset("was were stayed remained lasted continued went kept had ran waited".split())
# Between "is" and its time word: "is now at noon on Sunday".
_SMALL = frozenset("at about am pm a m p noon midday o'clock o\u2019clock early late now again".split())
_NOT_NEXT = frozenset("to door day morning week month year".split())  # "next to the road", "the next day"
# "Police are studying footage from Sunday", "prices are up from January".
_NOT_FROM = frozenset("footage video images pictures photos results scenes counting up down higher lower".split())
_FAR = 15
_GOING_BACK = (["go", "back"], ["goes", "back"], ["date", "back"], ["dates", "back"])
_LABEL = lazy_re(r"\s*(?::|\([^()]{2,40}\)\s*[-\u2013\u2014])")
_GENITIVE = lazy_re(r"['\u2019]s?\b")
_OPENS_CLAUSE = frozenset(", ; : \u2014 \u2013 that and but because while when where as if so than or".split())
_ENDS_CLAUSE = frozenset("; : \u2014 \u2013".split())


def tense_at(before: str, after: str, *, preposition: str = "") -> Tense:
    """Return the tense of a time word between two stretches of its sentence.

    Args:
        before: of the sentence, up to the preposition of the time word.
        after: of the sentence, behind the time word.
        preposition: of the time word, in lower case, if it has one.

    >>> tense_at("Talks broke down", " after fourteen hours."), tense_at("The court will rule", "."), tense_at("A man dies", ".")
    (-1, 1, 0)
    """
    genitive = _GENITIVE.match(after)
    left, right = words_of(before, opens_sentence=True), words_of(after[genitive.end() if genitive else 0 :])
    if _LABEL.match(after):
        return _leftwards(left) or 0  # what follows the date of a dateline or of a notice is not told of it
    if preposition == "since" or (preposition == "to" and left[-2:] in _GOING_BACK):
        return -1
    if preposition in ("until", "till"):
        return _until(left)
    if _is_moved(left, right, preposition):
        return 1
    is_modifier = genitive or (not preposition and left[-1:] in (["the"], ["a"], ["an"]))
    events = right[:3] if is_modifier else []  # "Sunday's vote", "the Nov. 5 vote"
    if _is_before_event(left, preposition, events) or (preposition in ("for", "to") and _SCHEDULED & set(left[-8:])):
        return 1
    if is_unplanned(events):
        return -1
    tense = _of_clause(left, right, preposition, is_subject=not preposition and not genitive)
    if tense is None and is_infinitive(left):
        return 1  # "Pope to visit Iraq on Friday"
    return tense or (1 if _looks_planned(left, preposition, events) else 0)


def _of_clause(left: Sequence[str], right: Sequence[str], preposition: str, *, is_subject: bool) -> Tense | None:
    """Return the tense of the verb nearest to a time word; None where there is none."""
    before = _leftwards(left)
    opens_sentence = before is None and "," not in left[:-1] and preposition not in ("by", "before", "from")
    behind = _rightwards(right, beyond_commas=opens_sentence)
    if not _opens_clause(left):
        return _first_decided(before, behind)
    if is_subject and right[:1] == ["is"]:
        return 1  # "Sunday is election day"
    return _first_decided(behind, before)


def _first_decided(*tenses: Tense | None) -> Tense | None:
    return next((tense for tense in tenses if tense is not None), None)


def _opens_clause(left: Sequence[str]) -> bool:
    return not left or (left[-1] in _OPENS_CLAUSE and left[-2:] not in (["did", "so"], ["do", "so"], ["does", "so"]))


def _is_before_event(left: Sequence[str], preposition: str, events: Sequence[str]) -> bool:
    """Whether a time is that of what others come before: "ahead of Sunday's", "ahead of the vote on", "before Sunday's vote"."""
    if left[-1:] == ["ahead"] and preposition == "of":
        return True
    if preposition == "before" and any(is_planned([event]) for event in events):
        return True
    return "ahead" in left[-7:-2] and is_planned([word for word in left if word != "of"])


def _is_moved(left: Sequence[str], right: Sequence[str], preposition: str) -> bool:
    """Whether a time is one of two between which something planned is moved: "postponed the vote from Monday to Friday"."""
    between = preposition == "from" and right[:1] == ["to"]
    if not between and not (preposition == "to" and "from" in left[-5:]):
        return False
    nearby = set(left[-_FAR:])
    return bool(_MOVED & nearby) or (bool(_MAYBE_MOVED & nearby) and any(is_planned([word]) for word in nearby))


def _looks_planned(left: Sequence[str], preposition: str, events: Sequence[str]) -> bool:
    """Whether what stands beside a time word in the present looks ahead: "by Friday", "from Friday", "up next", "the election"."""
    if preposition in ("by", "before"):
        return True
    if events:
        return any(is_planned([*left[-2:], preposition, event]) for event in events)
    if preposition == "from":
        opens_clause = _opens_clause(left) and left[-1:] != [","]
        return opens_clause or (bool({"is", "are"} & set(left)) and left[-1] not in _NOT_FROM)
    is_next = any(one == "next" and other not in _NOT_NEXT for one, other in pairwise([*left, ""]))
    return is_next or left[-2:] == ["and", "including"] or (left[:1] == ["from"] and len(left) < 6) or is_planned(left)


def _until(left: Sequence[str]) -> Tense:
    """The end of a stretch is to come, unless the stretch is told as past: "the roads were closed until Sunday"."""
    if _leftwards(left) == -1 and _LASTING & set(left[-6:]):
        return -1
    return 1


def _leftwards(words: Sequence[str]) -> Tense | None:
    if _ends_with_is(words):
        return 1
    for at in range(len(words) - 1, -1, -1):
        tense = tense_of(words, at)
        if tense == 1 and is_schedule_verb(words, at):
            tense = _of_schedule_verb(words, at)
        if tense is not None:
            return tense
        if words[at] in _PRONOUNS and at > 1 and words[at - 1] in ("and", "but", "while") and words[at - 2] == ",":
            return None  # another subject, another tense: "I taught for years, and I drive a taxi at the weekend"
    return None


def _ends_with_is(words: Sequence[str]) -> bool:
    """Whether the time is what is said of a thing: "the funeral is on Friday", "the vote is at noon on Sunday"."""
    end = len(words)
    while end and (words[end - 1] in _SMALL or words[end - 1][0].isdigit()):
        end -= 1
    return words[end - 1 : end] in (["is"], ["are"], ["falls"], ["passes"]) and "than" not in words


def _of_schedule_verb(words: Sequence[str], at: int) -> Tense | None:
    """Return the tense of a verb of schedules before its time word; None where the time is another's, or the verb a noun."""
    if is_of_another(words[at + 1 :]) or _ENDS_CLAUSE & set(words[at:]):
        return None
    if not may_be_noun(words[at]):
        return 1
    begin = max((number + 1 for number, word in enumerate(words[:at]) if word in _OPENS_CLAUSE), default=0)
    others = (number for number in range(at - 1, begin - 1, -1) if words[number] not in ("do", "does"))
    return _first_decided(*(tense_of(words, other) for other in others), 1)


def _rightwards(words: Sequence[str], *, beyond_commas: bool) -> Tense | None:
    start = 1 if words[:1] == [","] else 0
    for at in range(start, len(words)):
        is_behind_comma = "," in words[start + 3 : at + 1]
        is_aside = is_behind_comma and (not beyond_commas or words[at] in ("that", "which", "who", "whose"))
        if is_aside or words[at] in _ENDS_CLAUSE:
            break
        tense = tense_of(words, at)
        if tense is not None:
            return tense
    return None
