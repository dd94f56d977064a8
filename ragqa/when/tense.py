"""Whether a sentence looks back or ahead from one of its time words. Rules for English news prose; a guess, not a parse.

"Talks broke down on Monday" looks back, "the court will rule on Monday" ahead. Nearest to the time word decides, to its left first,
for English mostly puts the time behind its verb; at the beginning of a clause ("On Monday the cranes were taken down") to its
right first. Imports nothing of ragqa but `periods`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ragqa.when.periods import Tense

__all__ = ["tense_at"]

_WORD = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)?|[,;:\u2014\u2013]")
_AHEAD = frozenset(
    "will won't won\u2019t shall would must should may might'll upcoming coming due scheduled slated await awaits awaiting "
    "expect expects expecting hope hopes hoping plan plans planning intend intends want wants aim aims forecast".split()
)
# With "to" and a verb, what these govern is yet to come: "agreed to meet on Friday", "promised to publish".
_INTENT = frozenset(
    "agreed agrees promised promises decided decides planned wanted hoped hopes ordered orders asked asks invited "
    "invites threatened threatens vowed vows intended intends prepared prepares preparing pledged pledges offered offers ready "
    "told urged urges expected expects due set scheduled likely going about called calls plans wants aims voted hoping".split()
)
_SCHEDULED = frozenset(
    "postponed adjourned delayed rescheduled scheduled planned set due expected called calls "
    "announced booked moved summoned put slated".split()
)
_NOUNS = frozenset("plan plans hope hopes aim aims forecast will".split())
_DETERMINERS = frozenset("a an the his her its their our this that new peace rescue final".split())
_NEGATIONS = frozenset("not nobody none no never nothing neither hardly".split())
_PRONOUNS = frozenset("i he she they we it you this that these those".split())
_PRESENT = frozenset("is are am isn't aren't isn\u2019t aren\u2019t does do don't doesn't".split())
_PERFECT = frozenset("has have had hasn't haven't hadn't".split())
_WAS = frozenset("was were wasn't weren't wasn\u2019t weren\u2019t did didn't didn\u2019t".split())
_LASTING = frozenset("was were stayed remained lasted continued went kept had ran waited".split())
_IRREGULAR = frozenset(
    "ate became began bit blew bore bought broke brought built burnt came caught chose cost cut dealt did died drank drew drove "
    "fell felt fled flew forbade forgot fought found froze gave got grew held hid hit hung hurt kept knew laid led left lent let "
    "lit lost made meant met overthrew paid pulled put quit ran rang read rode rose said sank sang sat saw sent set sold "
    "shook shot shut slept slid spent split spoke spread stole stood struck stuck swam swept "
    "swore taught thought threw told took tore "
    "understood underwent woke won wore wrote withdrew overcame arose awoke beat bent bound "
    "bred burst cast dug drowned fed flung "
    "ground heard leapt learnt mistook rebuilt shed shrank slew sought sped spun sprang stung strode strove swung wept "
    "lay shone clung crept forgave knelt overtook undertook oversaw withheld upheld foresaw outran "
    "overran overthrew misled undid redrew resold retook befell foretold abode strung wrung swollen sunk drunk rung sung begun "
    "become born gone been done seen taken given shown known written driven broken chosen "
    "fallen spoken stolen thrown torn worn".split()
)
# Adjectives and nouns that end as past tenses do.
_NOT_PAST = frozenset(
    "hundred red bed need speed seed indeed united armed alleged unprecedented wounded injured naked sacred".split()
)
_BETWEEN = frozenset(
    "be been being not also now since already first then only never again still just later all both".split()
)
_LABEL = re.compile(r"\s*(?::|\([^()]{2,40}\)\s*[-\u2013\u2014])")
_OPENS_CLAUSE = frozenset(", ; : \u2014 \u2013 that and but because while when where as if so than or".split())


def tense_at(before: str, after: str, *, preposition: str = "") -> Tense:
    """Return the tense of a time word between two stretches of its sentence.

    Args:
        before: of the sentence, up to the preposition of the time word.
        after: of the sentence, behind the time word.
        preposition: of the time word, in lower case, if it has one.

    >>> tense_at("Talks broke down", " after fourteen hours."), tense_at("The court will rule", "."), tense_at("Vets come", ".")
    (-1, 1, 0)
    """
    left, right = ([word.lower() for word in _WORD.findall(words) if word != "May"] for words in (before, after))
    if _LABEL.match(after):
        return 0  # the date of a dateline or of a notice stands in no clause
    if preposition == "since":
        return -1
    if preposition in ("until", "till"):
        return _until(left)
    if preposition in ("for", "to") and _SCHEDULED & set(left[-6:]):
        return 1
    opens_clause = not left or left[-1] in _OPENS_CLAUSE
    if opens_clause:
        return _first_decided(_rightwards(right), _leftwards(left))
    return _first_decided(_leftwards(left), _rightwards(right))


def _first_decided(*tenses: Tense | None) -> Tense:
    return next((tense for tense in tenses if tense is not None), 0)


def _until(left: Sequence[str]) -> Tense:
    """The end of a stretch is to come, unless the stretch is told as past: "the roads were closed until Sunday"."""
    if _leftwards(left) == -1 and _LASTING & set(left[-6:]):
        return -1
    return 1


def _leftwards(words: Sequence[str]) -> Tense | None:
    for at in range(len(words) - 1, -1, -1):
        tense = _of_word(words, at)
        if tense is not None:
            return tense
        if words[at] in _PRONOUNS and at > 1 and words[at - 1] in ("and", "but", "while") and words[at - 2] == ",":
            return None  # another subject, another tense: "I taught for years, and I drive a taxi at the weekend"
    return None


def _rightwards(words: Sequence[str]) -> Tense | None:
    start = 1 if words[:1] == [","] else 0
    for at in range(start, len(words)):
        if at > start + 2 and words[at] in (",", ";", ":"):
            break
        tense = _of_word(words, at)
        if tense is not None:
            return tense
    return None


def _of_word(words: Sequence[str], at: int) -> Tense | None:
    """Return the tense that one word of a clause gives it; None where it says nothing."""
    word = words[at]
    if word in _NOUNS and at > 0 and words[at - 1] in _DETERMINERS:
        return None
    if word in _AHEAD or word.endswith(("'ll", "\u2019ll")):
        return 1
    if word == "to" and at + 1 < len(words) and words[at + 1] not in ("the", "a", "an"):
        is_to = at > 0 and words[at - 1] in ("is", "are", "was", "were", "be")
        return 1 if is_to or _INTENT & set(words[max(0, at - 5) : at]) else None
    if word == "could":  # "the court could rule on Friday", but "on Monday nobody could find the key"
        return -1 if _NEGATIONS & set(words[max(0, at - 3) : at + 2]) else 0
    if word in ("couldn't", "couldn\u2019t"):
        return -1
    if word in _PRESENT:
        return 0
    if word in _PERFECT or word in _WAS:
        return 1 if words[at + 1 : at + 2] in (["to"], ["due"], ["expected"]) and word in _WAS else -1
    if _is_past(word):
        return _of_participle(words, at)
    return None


def _of_participle(words: Sequence[str], at: int) -> Tense:
    """Return the tense of a past form with what stands before it: "will be paid", "is paid", "was paid", "paid"."""
    before = at - 1
    while before >= max(0, at - 4) and (words[before] in _BETWEEN or words[before].endswith("ly")):
        before -= 1
    helper = words[before] if before >= 0 else ""
    has_be = "be" in words[before + 1 : at]
    if helper in _AHEAD or (helper in ("to", "can", "could", "cannot") and has_be):
        return 1
    return 0 if helper in _PRESENT else -1


def _is_past(word: str) -> bool:
    return word in _IRREGULAR or (len(word) > 3 and word.endswith("ed") and word not in _NOT_PAST)
