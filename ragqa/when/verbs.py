"""The tense that one word gives its clause, by word lists and endings: "met" looks back, "will" ahead, "is" neither. Not a parser.

Imports nothing of ragqa but `periods`, `planned` and `patterns`.
"""

from __future__ import annotations

from collections.abc import Sequence

from ragqa.patterns import lazy_re
from ragqa.when.periods import Tense
from ragqa.when.planned import is_of_another, is_planned, is_schedule_verb

__all__ = ["tense_of", "words_of"]

_WORD = lazy_re(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)?|\d[\w.,:]*|[,;:\u2014\u2013]")
_END_OF_SPEECH = lazy_re(r"[,.!?][\"\u201d\u2019]")
_AHEAD = frozenset(
    "will won't won\u2019t shall would must should may might upcoming coming due scheduled slated await awaits awaiting "
    "expect expects expecting hope hopes hoping plan plans planning intend intends want wants aim aims forecast forecasts "
    "predict predicts promise promises".split()
)
# With "to" and a verb, what these govern is yet to come: "agreed to meet on Friday", "promised to publish".
_INTENT = frozenset(
    "agreed agrees promised promises decided decides planned wanted hoped hopes ordered orders asked asks invited "
    "invites threatened threatens vowed vows intended intends prepared prepares preparing pledged pledges offered offers ready "
    "told urged urges expected expects due set scheduled likely going about called calls plans wants aims voted hoping "
    "means supposed meant".split()
)
_NOUNS = frozenset("plan plans hope hopes aim aims forecast forecasts promise promises will".split())
_DETERMINERS = frozenset("a an the his her its their our this that new peace rescue final".split())
_NEGATIONS = frozenset("not nobody none no never nothing neither hardly".split())
_CAN = frozenset("can cannot can't can\u2019t could couldn't couldn\u2019t".split())
_SENSED = frozenset("see hear feel smell believe confirm reveal remember".split())
_PRESENT = frozenset("is are isn't aren't isn\u2019t aren\u2019t does do don't doesn't".split())
_PERFECT = frozenset("has have had hasn't haven't hadn't".split())
_WAS = frozenset("was were wasn't weren't wasn\u2019t weren\u2019t did didn't didn\u2019t".split())
_IRREGULAR = frozenset(
    "ate became began bit blew bore bought broke brought built burnt came caught chose cost cut dealt did died drank drew drove "
    "fell felt fled flew forbade forgot fought found froze gave got grew held hid hit hung hurt kept knew laid led left lent let "
    "lit lost made meant met overthrew paid pulled put quit ran rang read rode rose said sank sang sat saw sent set sold "
    "shook shot shut slept slid spent split spoke spread stole stood struck stuck swam swept "
    "swore taught thought threw told took tore "
    "understood underwent went woke won wore wrote withdrew overcame arose awoke beat bent bound "
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
# "Is expected on Friday", "is likely in June".
_PLANNING = frozenset(
    "expected planned scheduled promised arranged called booked billed timed fixed postponed adjourned likely".split()
)


def words_of(text: str, *, opens_sentence: bool = False) -> list[str]:
    """Return the words, figures and marks of a stretch. A name is no verb, and so keeps its capital, and "May" is left out.

    >>> words_of("Mrs May met Mohammed"), words_of("Will it rain?", opens_sentence=True)
    (['Mrs', 'met', 'Mohammed'], ['will', 'it', 'rain'])
    """
    words = ["i" if word == "I" else word for word in _WORD.findall(_END_OF_SPEECH.sub(";", text)) if word != "May"]
    return [words[0].lower(), *words[1:]] if words and opens_sentence else words


def tense_of(words: Sequence[str], at: int) -> Tense | None:
    """Return the tense that one word of a clause gives it; None where it says nothing."""
    word, behind = words[at], words[at + 1 : at + 2]
    if word in _NOUNS and at > 0 and words[at - 1] in _DETERMINERS:
        return None
    if word in _AHEAD or word.endswith(("'ll", "\u2019ll")):
        return 1
    if word == "to":
        return _of_infinitive(words, at)
    if word in _CAN:
        return _of_ability(words, at)
    if word in _PRESENT:
        is_planned = any(_is_planning(words, other) for other in range(at + 1, min(at + 3, len(words))))
        return 1 if is_planned else 0
    if word in _PERFECT or word in _WAS:
        return 1 if behind in (["to"], ["due"], ["expected"]) and word in _WAS else -1
    if _is_past(word):
        return _of_participle(words, at)
    return 1 if is_schedule_verb(words, at) else None


def _of_infinitive(words: Sequence[str], at: int) -> Tense | None:
    """Return what a "to" says: "is to meet", "agreed to meet"; but "voted 31 to 24", "offered aid to the owners"."""
    behind = words[at + 1] if at + 1 < len(words) else ""
    if not behind or behind[0].isdigit() or behind in ("the", "a", "an"):
        return None
    is_to = at > 0 and words[at - 1] in ("is", "are", "was", "were", "be")
    return 1 if is_to or _INTENT & set(words[max(0, at - 5) : at]) else None


def _of_ability(words: Sequence[str], at: int) -> Tense:
    """Return what "can" and "could" say: "the court could rule on Friday"; but "nobody could find it", "police can confirm it"."""
    if words[at].startswith("could") and (words[at] != "could" or _NEGATIONS & set(words[max(0, at - 3) : at + 2])):
        return -1
    return 0 if _SENSED & set(words[at + 1 : at + 2]) else 1


def _of_participle(words: Sequence[str], at: int) -> Tense:
    """Return the tense of a past form with what stands before it: "will be paid", "is paid", "was paid", "paid"."""
    before = at - 1
    while before >= max(0, at - 4) and (words[before] in _BETWEEN or words[before].endswith("ly")):
        before -= 1
    helper = words[before] if before >= 0 else ""
    has_be = "be" in words[before + 1 : at]
    if helper in _AHEAD or (helper == "to" and has_be) or (helper in _CAN and has_be):
        return 1
    if helper in _PRESENT:
        return 1 if _is_planning(words, at) and not is_of_another(words[at + 1 :]) else 0
    return -1


def _is_planning(words: Sequence[str], at: int) -> bool:
    """Whether behind "is" or "are" a word tells of what is to come: "expected", "set for May", "voting"; "elections are held"."""
    if words[at] == "held":
        return any(is_planned([word]) for word in words[:at])
    return words[at] in _PLANNING or words[at : at + 2] == ["set", "for"] or is_schedule_verb(words, at)


def _is_past(word: str) -> bool:
    return word in _IRREGULAR or (len(word) > 3 and word.endswith("ed") and word.islower() and word not in _NOT_PAST)
