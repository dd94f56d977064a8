"""The words of a sentence that attribute something to somebody, and which words they cover.

    According to the ministry, 38 percent took part.     all of the sentence but the cue
    The gas exploded, the company said on Monday.        what stands before, and behind a comma
    His brother said that he needed an operation.        what stands behind
    Another 92 were injured, said the head of ...        what stands before
    The minister called it "a pause".                    what stands behind

Offsets are characters of the sentence, half-open. Imports nothing of ragqa but its package.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from ragqa.speech.nouns import has_verb, name_before, name_behind

__all__ = ["Cue", "cues_in"]

# Verbs that report whatever follows; those that report a clause with "that"; those that judge what follows.
_SAY = (
    r"said|says|say|added|adds|told|tells|tell|announced|replied|answered|explained|insisted|insists|recalled|recalls?|puts?\s+it|"
    r"remarked|joked|stressed|wrote|writes|declared|repeated|concluded|shouted|whispered|tweeted|noted|notes|argued|"
    r"argues|warned|warns|admitted|admits|conceded|commented|continued|began|asked|asks|reads?|went\s+on|stated|"
    r"states|testified|complained|observed|maintained|maintains|reported|reports?|cried|yelled|predicted|predicts|"
    r"quipped|promised|vowed|agreed|demanded|demands|suggested|responded"
)
_THAT = (
    r"confirmed|confirms|acknowledged|acknowledges|believes?|believed|thinks?|thought|claims?|claimed|estimates?|"
    r"estimated|found|finds?|showed|shows?|fears?|feared|hopes?|hoped|expects?|expected|knew|learned|revealed|"
    r"reveals|alleges?|alleged|suspects?|suspected|denied|denies|deny|concludes?|assumes?|reckons?|reckoned|"
    r"calculates?|calculated|indicates?|indicated|suggests?|allege|predict|warn|argue|insist|admit|announces?|announce|"
    r"states?|note"
)
_JUDGE = (
    r"calls?|called|describes?|described|dubbed|labell?ed|blames?|blamed|accuses?|accused|estimates?|estimated|"
    r"reckons?|reckoned|claims?|claimed|denies|denied|deny|puts?|likens?|likened|compares?|compared|suspects?|suspected|reports|"
    r"reported|confirmed|speaks?\s+of|spoke\s+of|talks?\s+of|talked\s+of|referred\s+to|refers?\s+to"
)
_HELPERS = (
    r"(?:(?:has|have|had|also|later|then|repeatedly|earlier|previously|once|still|now|again|simply|only|himself|herself|"
    r"themselves|itself|since|(?:would|will)\s+only)\s+)*"
)
_WHEN = (
    r"(?:\s+(?:on|in|at|late\s+on|early\s+on|during|after|before|from|through|via|to|by|over)\s+[^,.;:]{1,60}?"
    r"|\s+(?:yesterday|today|earlier|later|last\s+\w+|this\s+\w+|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)){0,2}"
)
_OBJECT = (
    r"(?:\s+(?:(?:an?|the|this|his|her|their|its|us|them|him|me)\b|[A-Z]\w*|reporters|journalists|lawmakers|parliament|"
    r"state\s+(?:television|media|radio))(?:\s+(?!that\b)[\w'\u2019-]+){0,4}?)?"
)
_SAYING = re.compile(rf"\b{_HELPERS}(?P<verb>{_SAY}|{_THAT})\b")
_STATING = re.compile(
    rf"\b{_HELPERS}(?P<verb>{_SAY}|{_THAT})\b(?P<between>{_OBJECT}{_WHEN}),?\s+(?=that\b|how\b|why\b|whether\b)"
)
_JUDGING = re.compile(rf"\b{_HELPERS}(?P<verb>{_JUDGE})\b(?P<object>\s+(?:it|this|him|her|them)\b)?")
_WITHOUT_THAT = frozenset("said says say told tells insisted insists warned warns admitted admits".split())
# What may stand between the verb and the end of what is said before it.
_END = re.compile(
    r"(?:\s+(?:late\s+|early\s+)?(?:(?:on\s+)?(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
    r"(?:\s+(?:morning|afternoon|evening|night))?|yesterday|today|earlier|later|last\s+\w+|this\s+\w+|on\s+\d\d?\s+[A-Z]\w+|on\s+[A-Z]\w+\s+\d\d?|"
    r"(?:in|at|on|to|through|via)\s+(?:an?|the|his|her|its|their)\s+[\w ]{1,40}))*\s*(?:[.,;:]|$)"
)
_TELLING = re.compile(r"(?:told|tells?)")
_ACCORDING = re.compile(
    r"\b(?:[Aa]ccording\s+to|[Ii]n\s+the\s+(?:words|view|opinion|eyes)\s+of|[Ii]n\s+the\s+judgment\s+of)\s+"
)
_POSSESSED = re.compile(
    r"\b(?:[Ii]n|[Bb]y)\s+(?=(?:[A-Z]|his\b|her\b|their\b|the\b)[^,.;]{0,50}?(?:['\u2019]s?\s+|his\s+|her\s+|their\s+)"
    r"(?:words|view|opinion|account|estimate|reckoning|count|tally|figures)\b)"
)
_NOT_SAID = re.compile(
    r"\b(?:not|n['\u2019]t|to|cannot|never|refused\s+to|could|can|would|will|be|been|being|is|are|was|were|the|an?|no|of)\s+$"
)
_SUBORDINATE = re.compile(
    r"^\W*(?:when|after|as|if|while|although|though|because|since|before|once|until|despite|in|on|"
    r"at(?!\s+least)|by|for|during|with|under)\b",
    re.IGNORECASE,
)
# "The elected mayor": no verb.
_ADJECTIVE = re.compile(r"\b(?:the|an?|its|his|her|their)\s+\w+ed\b")
_MASK = "\ufffc"


class Cue(NamedTuple):
    """Words that attribute: characters of the sentence, those that name the speaker, and the stretches that they cover."""

    start: int
    end: int
    speaker_start: int
    speaker_end: int
    covers: tuple[tuple[int, int], ...]


def _speaker(sentence: str, name: tuple[int, int]) -> tuple[int, int]:
    """Return the name without what it is said to be: "Taras Bilyk", not "Taras Bilyk, an electrician"."""
    indefinite = re.compile(r",\s+(?:an?|\d\d?)\b").search(sentence, *name)
    return name[0], indefinite.start() if indefinite else name[1]


def cues_in(sentence: str) -> list[Cue]:
    """Return the cues of a sentence whose quotations are blotted out, in order; for one verb the first form that fits."""
    found: list[Cue] = []
    for form in (_according, _stating, _saying, _judging):
        for cue in form(sentence):
            if not any(cue.end == other.end for other in found):
                found.append(_clipped(cue, sentence))
    return sorted(found)


def _clipped(cue: Cue, sentence: str) -> Cue:
    """Return a cue that covers nothing behind a semicolon: "the captain saw nothing, she says; the pilot saw two"."""
    low = sentence.rfind(";", 0, cue.start) + 1
    high = sentence.find(";", cue.end)
    high = len(sentence) if high < 0 else high
    return cue._replace(covers=tuple((max(start, low), min(end, high)) for start, end in cue.covers))


def _according(sentence: str) -> Iterator[Cue]:
    for match in _ACCORDING.finditer(sentence):
        opens = not sentence[: match.start()].strip(" \t-\u2013\u2014" + _MASK) or match.group()[0].isupper()
        name = name_behind(sentence, match.end(), opens_sentence=opens)
        if name:
            yield Cue(
                match.start(),
                name[1],
                *_speaker(sentence, name),
                _around(sentence, match.start(), name[1]),
            )
    for match in _POSSESSED.finditer(sentence):
        end = re.compile(r"(?:words|view|opinion|account|estimate|reckoning|count|tally|figures)\b").search(
            sentence, match.end()
        )
        if end:
            name_end = len(re.sub(r"['\u2019]s?\s*$", "", sentence[match.end() : end.start()]).rstrip())
            yield Cue(
                match.start(), end.end(), match.end(), match.end() + name_end,
                _around(sentence, match.start(), end.end()),
            )  # fmt: skip


def _around(sentence: str, start: int, end: int) -> tuple[tuple[int, int], ...]:
    """Everything but the cue, and but a relative clause that belongs to the speaker."""
    relative = re.match(r",?\s+(?:who|whose|which)\b[^,]*,?", sentence[end:])
    return ((0, start), (end + (relative.end() if relative else 0), len(sentence)))


def _stating(sentence: str) -> Iterator[Cue]:
    """X said that ..., X told reporters on Monday that ..."""
    for match in _STATING.finditer(sentence):
        if _NOT_SAID.search(sentence[: match.start()]):
            continue
        name = name_before(sentence, match.start())
        if name:
            end = match.end("verb")
            yield Cue(name[0], end, *_speaker(sentence, name), ((match.end("between"), len(sentence)),))


def _saying(sentence: str) -> Iterator[Cue]:
    for match in _SAYING.finditer(sentence):
        if _NOT_SAID.search(sentence[: match.start()]):
            continue
        cue = _inverted(sentence, match) or _straight(sentence, match)
        if cue:
            yield cue


def _inverted(sentence: str, match: re.Match[str]) -> Cue | None:
    """..., said X. What stands behind X is told of X, but for what X adds."""
    before = sentence[: match.start()].rstrip()
    if (
        before[-1:] not in (",", _MASK)
        or _TELLING.match(match["verb"])
        or re.match(r"\s+that\b", sentence[match.end() :])
    ):
        return None
    name = name_behind(sentence, match.end())
    if name is None or has_verb(
        _ADJECTIVE.sub("the", sentence[slice(*name)])
    ):  # "Blinken, on his tour, said he was back"
        return None
    covers = [(0, match.start())]
    tail = re.match(r",?\s+(?:adding|and\s+added)\b|,", sentence[name[1] :])
    if tail and (len(tail.group()) > 1 or not (has_verb(before) or _MASK in before)):
        covers.append((name[1], len(sentence)))
    return Cue(match.start(), name[1], *_speaker(sentence, name), tuple(covers))


def _straight(sentence: str, match: re.Match[str]) -> Cue | None:
    """..., X said; X said ...; what X told the paper."""
    name = name_before(sentence, match.start())
    if name is None:
        return None
    start, end = name[0], match.end()
    head, tail = sentence[: name[0]], sentence[end:]
    ends_here = _END.match(tail) is not None
    is_behind = head.rstrip()[-1:] in (",", _MASK)
    is_clause = has_verb(head) or _MASK in head or len(head.split()) > 5
    claims_before = is_behind and (ends_here or (is_clause and not _opens_subordinate(head)))
    covers: list[tuple[int, int]] = []
    if claims_before:
        covers.append((0, start))
        comma = re.compile(r",(?!\s*(?:as|after|when|while|who|which)\b)").search(sentence, end)
        if comma:
            covers.append((comma.end(), len(sentence)))
    elif not re.fullmatch(_SAY, match["verb"]):
        return None  # "police found a drum" says nothing of what police said
    elif match["verb"] in _WITHOUT_THAT:
        # Of the others a quotation or "that" must follow: "the company added 300 jobs".
        covers.append((end, len(sentence)))
    return Cue(start, end, *_speaker(sentence, name), tuple(covers))


def _opens_subordinate(head: str) -> bool:
    return _SUBORDINATE.match(head) is not None and head.count(",") <= 1 and _MASK not in head


def _judging(sentence: str) -> Iterator[Cue]:
    """X called it "a pause"; X blames wild geese; X puts the number at 26."""
    for match in _JUDGING.finditer(sentence):
        if _NOT_SAID.search(sentence[: match.start()]):
            continue
        tail = sentence[match.end() :]
        name = name_before(sentence, match.start())
        if name is None or has_verb(sentence[slice(*name)].split(" who ")[0]) or not _judges(match, tail):
            continue
        end = match.end("object") if match["object"] else match.end("verb")
        # "A drum" is how Mr Adeyemi described it.
        is_behind = re.search(r"\b(?:how|what)\s+$", sentence[: name[0]]) is not None
        yield Cue(name[0], end, *_speaker(sentence, name), ((0, name[0]),) if is_behind else ((end, len(sentence)),))


def _judges(match: re.Match[str], tail: str) -> bool:
    """Whether the verb judges, and not acts: "called it a pause", but "called a strike"; "puts the dead at 26"."""
    verb = match["verb"]
    if verb.startswith("call"):
        return bool(match["object"] or _MASK in tail or re.match(r"\s+(?:the|his|her|their)\s+[\w' -]+?\s+an?\s", tail))
    if verb.startswith("compare"):  # "compared the hall to a drum", but "compared the figures of ten years"
        return re.match(r"[^,.;]{0,60}?\s+to\s", tail) is not None
    if verb.startswith("put"):
        return re.match(r"[^,.;]{0,60}?\s+(?:at|down\s+to)\s", tail) is not None
    if verb.startswith("claim"):  # a storm claims lives
        return re.match(r"\s+(?:the\s+)?(?:\w+\s+){0,3}?(?:lives|life|victims)\b", tail) is None
    return re.match(r"\s+(?:off|for|on|up)\b", tail) is None
