"""What is plainly planned: the verbs and nouns of schedules, with which a present tense looks ahead.

"The summit opens on Friday", "talks resume on Monday", "Sunday's election is close". With any other verb the present is that of
headlines, of states and of what goes on, and says nothing of its day: "man dies in blast on Sunday", "three people are missing
after a landslide on Sunday". Words are those of `tense`: in lower case but for names, with figures and commas among them. Imports
nothing of ragqa.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

__all__ = ["is_infinitive", "is_of_another", "is_planned", "is_schedule_verb", "is_unplanned", "may_be_noun"]

# Verbs of schedules behind one and behind several; the second of each pair are nouns as well: "safety rules", "a no vote".
_OF_ONE = frozenset(
    "opens reopens begins starts restarts resumes ends closes expires concludes meets convenes gathers comes arrives "
    "departs returns flies travels hosts holds hears elects decides retires competes performs sings marries".split()
)
_OF_ONE_OR_NOUNS = frozenset(
    "votes rules visits moves plays faces debates marks tours races airs premieres sails docks".split()
)
_OF_MANY = frozenset("begin resume restart reopen meet convene gather arrive depart".split())
_OF_MANY_OR_NOUNS = frozenset(
    "open close start end come sing marry vote return fly travel visit move play face rule host hold hear debate tour "
    "race compete perform decide elect sail".split()
)
_GOING_ON = frozenset(
    "opening reopening beginning starting restarting resuming ending closing meeting gathering coming arriving departing "
    "leaving returning flying travelling traveling driving visiting hosting voting deciding retiring moving playing "
    "debating touring racing competing performing sailing".split()
)
_IN_HEADLINES = frozenset(
    "be take speak appear sign announce attend leave give lead join unveil publish release present address chair".split()
)
_TAKE = frozenset("place effect part over office off up oath stand".split())  # "takes place", "takes the oath"
_GO = frozenset("on to back into home live ahead forward".split())  # "goes on sale", "goes to court"; but "goes off"
_HEAD = frozenset("to for home".split())
_PHRASAL = {
    "take": _TAKE, "takes": _TAKE, "taking": _TAKE, "go": _GO, "goes": _GO, "going": _GO, "head": _HEAD, "heads": _HEAD,
    "heading": _HEAD, "sets": frozenset(["out", "off", "sail"]), "runs": frozenset(["out"]), "kicks": frozenset(["off"]),
    "lifts": frozenset(["off"]),
}  # fmt: skip
_PLANNED = frozenset(
    "election elections vote ballot poll polls referendum runoff run-off primary summit final semifinal semi-final match fixture "
    "debate hearing deadline funeral inauguration launch premiere".split()
)
_UNPLANNED = frozenset(
    "attack attacks raid raids blast blasts bombing bombings bomb explosion explosions shooting shootings stabbing stabbings "
    "killing killings murder murders massacre death deaths crash crashes collision derailment accident disaster fire fires "
    "wildfire wildfires flood floods flooding landslide avalanche mudslide quake quakes earthquake earthquakes tsunami storm "
    "storms hurricane cyclone tornado collapse outage leak spill riot riots violence clash clashes unrest coup ambush siege "
    "hijacking kidnapping robbery theft defeat loss".split()
)
# Between a verb and a time word these say that the time is another's: "talks resume after the storm on Sunday".
_OF_ANOTHER = frozenset("after since following because despite that who whom whose which when where".split())
_LOOKING_BACK = frozenset("after since following despite of in from at".split())
# Behind these a word is no verb of one, or of several.
_BEFORE_NOUNS = frozenset(
    "a an the these those his her its their our my your some any no all both each many more most several few fewer new "
    "first second third two three four five six seven eight nine ten of in on at for from by with to and or under".split()
)
_BEFORE_INFINITIVES = frozenset(
    "to not never did didn't didn\u2019t don't don\u2019t him her them us me let lets make makes made help helped has have had "
    "will would can cannot could may might must shall should".split()
)
_SEVERAL = frozenset("we they you i who people men women children police team".split())
_NO_PLURALS = frozenset("is was has does this us its his as always perhaps".split())


def is_schedule_verb(words: Sequence[str], at: int) -> bool:
    """Return whether a word is a verb of schedules in the present: "opens", "talks resume", "are voting", "takes place".

    >>> is_schedule_verb("the fair opens".split(), 2), is_schedule_verb("the new rules".split(), 2)
    (True, False)
    """
    word, last = words[at], words[at - 1] if at else ""
    if word in _PHRASAL and not _PHRASAL[word] & set(words[at + 1 : at + 3]):
        return False
    if word in _GOING_ON or (word in _PHRASAL and word.endswith("ing")):
        return bool({"is", "are"} & set(words[max(0, at - 3) : at]))
    if word in _OF_ONE or word in _OF_ONE_OR_NOUNS or (word in _PHRASAL and word.endswith("s")):
        is_noun = last in _BEFORE_NOUNS or (last[:1].isdigit() and may_be_noun(word))
        return not is_noun and words[at : at + 2] not in (["rules", "out"], ["opens", "fire"])
    if word not in _OF_MANY | _OF_MANY_OR_NOUNS and word not in _PHRASAL:
        return False
    is_infinitive = bool(_BEFORE_INFINITIVES & set(words[max(0, at - 2) : at]))
    return not is_infinitive and (word in _OF_MANY or _is_of_many(words, at))


def _is_of_many(words: Sequence[str], at: int) -> bool:
    """Whether a word that may be a noun is a verb: "talks open", "does the court rule", "Arsenal host Porto", "go to the polls"."""
    last, behind = words[at - 1] if at else "", words[at + 1 : at + 2]
    is_plural = last.endswith("s") and not last.endswith(("ss", "'s", "\u2019s")) and last not in _NO_PLURALS
    if is_plural or last in _SEVERAL or (last == "," and words[at] not in ("open", "close")):
        return True
    is_asked = bool({"do", "does"} & set(words[max(0, at - 5) : at]))
    is_between_names = any(word[0].isupper() for word in behind)
    return (last not in _BEFORE_NOUNS and (is_asked or is_between_names)) or words[at + 1 : at + 4] == [
        "to",
        "the",
        "polls",
    ]


def may_be_noun(word: str) -> bool:
    """Return whether a verb of schedules is so often a noun that beside another verb it is one: "cut safety rules"."""
    return word in _OF_ONE_OR_NOUNS or word in _OF_MANY_OR_NOUNS


def is_of_another(words: Sequence[str]) -> bool:
    """Return whether words behind a verb say that the time behind them is that of another thing.

    >>> is_of_another("after the storm".split()), is_of_another("in the death of a man".split()), is_of_another(["again"])
    (True, True, False)
    """
    return bool(_OF_ANOTHER & set(words)) or is_unplanned(words)


def is_infinitive(words: Sequence[str]) -> bool:
    """Return whether words without a verb of their own tell in a headline what is to come: "Pope to visit Iraq"."""
    verbs = _OF_MANY | _OF_MANY_OR_NOUNS | _IN_HEADLINES
    return any(one == "to" and other in verbs for one, other in pairwise(words))


def is_planned(words: Sequence[str]) -> bool:
    """Return whether words end with what is planned, and don't look back on it: "before the election", "since the election".

    >>> is_planned("before the election".split()), is_planned("since the election".split())
    (True, False)
    """
    return bool(words) and words[-1] in _PLANNED and not _LOOKING_BACK & set(words[-5:-1])


def is_unplanned(words: Sequence[str]) -> bool:
    """Return whether what nobody plans is among words: "attack", "deadly coach crash"."""
    return bool(_UNPLANNED & set(words))
