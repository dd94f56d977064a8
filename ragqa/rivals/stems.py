"""The words of a text as they are compared: without endings, and words that say one thing as one ("killed", "deaths", "toll").

Rough on purpose, and for English only: two sentences are held against each other by what is left. Imports nothing of ragqa but
`patterns`.
"""

from __future__ import annotations

from functools import lru_cache

import regex

from ragqa.patterns import lazy_regex

__all__ = ["BEFALLING", "dice", "in_order", "names_in", "stems_of"]

BEFALLING = frozenset("kill wound displace arrest captive free ill attend miss rescue dismiss employ".split())
"""What befalls people, as stems: who is counted under one of them is not counted under another."""

_NAME = lazy_regex(r"(?<![.!?:“\"']\s)(?<!^)(?<!\n)\b\p{Lu}[\p{L}\p{M}]{2,}+")

_WORD = lazy_regex(r"\p{L}[\p{L}\p{M}]*+(?:[-'’]\p{L}[\p{L}\p{M}]*+)*+|\d+(?:[.,]\d+)*+")
_EMPTY = frozenset(
    """a about according after again against all almost also although among an and another any are around as at be because
    been before being between both but by can could did do does down during each even every few first for from had has
    have he her here hers him his how i if in into is it its just last least less like made many may me might more
    most mr mrs ms much must my near nearly new next no nor not now of off on once one only or other others our out
    over own per put rather said same say says set she should since so some still such than that the their them then
    there these they this those through to told too total two under until up upon us very was we were what when where
    which while who whom whose why will with would yet you your number figure count amount monday tuesday wednesday
    thursday friday saturday sunday yesterday today tomorrow week month year day""".split()
)
# Words of news that say one thing, under the first of each line.
_SAME = {
    stem: line.split()[0]
    for line in """
        kill killed kills killing die died dies dying death deaths dead deadly deadliest toll victim victims fatality fatalities
        kill fatal lives body bodies lost-lives corpses casualty perished
        wound wounded wounding injure injured injuring injuries injury hurt
        displace displaced displacing homeless flee fled fleeing evacuate evacuated home homes
        arrest arrested detain detained arrests detention custody jailed
        captive captives hostage hostages abducted kidnapped captivity seized
        free freed release released releases releasing freeing
        cost costs price priced worth bill sum spend spent spending
        pay paid payment payout compensation wage wages salary salaries
        close closed closing shut shuts closure
        strike strikes striking walkout stopped
        wind winds gust gusts
        ill sick sickened sickens infected infection infections case cases patient patients
        plant factory
        worker workers employee employees staff job jobs posts
        employ employs employed employing
        attend attended crowd turnout protest protested protesters demonstrated demonstrators marched marchers rallied
        attend watched spectators audience worshippers visitors
        begin began start started opening
        state government public
        rise rises raise increase grew grow growth climbed
        fall fell falls drop dropped decline declined decrease decreased
        participate part took join joined
        temperature degrees thermometer
        attack attacks incursion assault raid offensive
        mine pit colliery
        explosion blast exploded explode
        storm cyclone hurricane typhoon
        quake earthquake tremor
        deep depth down below beneath
        long length stretch
        tall height high
        wide width broad
        large area size cover covers covered measures
        fast speed
        heavy weight weigh weighs weighed
        old age aged
        miss missing unaccounted
        rescue rescued rescues rescuing save saved saves saving
        buy bought purchase purchased acquire acquired
        deal agreement accord treaty
        fine fined penalty
        damage damages loss losses
        inside indoors indoor
        dismiss dismissed sack sacked fired layoffs redundancies shed
        house houses building buildings dwellings
        destroy destroyed flattened wrecked razed
        aboard onboard passengers
        stolen steal stole theft looted
        chief head boss
        replace replaced succeed succeeded successor
    """.strip().splitlines()
    for stem in line.split()
}  # fmt: skip


def stems_of(text: str) -> frozenset[str]:
    """Return the stems of the words of ``text`` that carry its matter, without figures.

    >>> sorted(stems_of("How many people were killed in the attacks?"))
    ['attack', 'kill', 'peopl']
    """
    return frozenset(in_order(text))


def dice(one: frozenset[str], other: frozenset[str]) -> float:
    """Return how alike two sets of stems are, 0 to 1.

    >>> dice(frozenset(["kill", "peopl"]), frozenset(["kill"]))
    0.6666666666666666
    """
    return 2 * len(one & other) / (len(one) + len(other)) if one and other else 0.0


def in_order(text: str, *, but: frozenset[str] = frozenset()) -> list[str]:
    """Return the stems that `stems_of` returns in the order of the words, a stem as often as it stands there.

    Args:
        text: any.
        but: words that are left out, as they are written.
    """
    words = _WORD.findall(text)
    found = (_stem(word) for word in words if (word.title() if word.isupper() else word) not in but)
    return [stem for stem in found if stem not in _EMPTY and not stem[0].isdigit()]


def names_in(text: str) -> frozenset[str]:
    """Return the words of three letters or more that have a capital within a sentence."""
    return frozenset(_NAME.findall(text))


@lru_cache(maxsize=8192)
def _stem(word: str) -> str:
    folded = regex.sub(r"['’]s?$", "", word.casefold())
    if folded in _SAME:
        return _SAME[folded]
    if folded in _EMPTY:
        return folded
    for ending, least in (("ing", 6), ("ies", 5), ("ed", 5), ("es", 5), ("s", 4)):
        if folded.endswith(ending) and len(folded) >= least and not folded.endswith("ss"):
            stem = folded[: -len(ending)] + ("y" if ending == "ies" else "")
            return _SAME.get(stem, stem.removesuffix("e"))
    return folded.removesuffix("e") if len(folded) > 4 else folded
