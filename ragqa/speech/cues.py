"""The words of a sentence that attribute something to somebody, and which words they cover.

    According to the ministry, 38 percent took part.     all of the sentence but the cue
    The gas exploded, the company said on Monday.        what stands before, and behind a comma
    His brother said that he needed an operation.        what stands behind
    Another 92 were injured, said the head of ...        what stands before
    The minister called it "a pause".                    what stands behind

Offsets are characters of the sentence, half-open. Imports nothing of ragqa but its package and `patterns`.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ragqa.patterns import lazy_re
from ragqa.speech.near import FAR, REACH, before, right_before
from ragqa.speech.nouns import head_of, is_personal_pronoun, is_proper_name, name_before, name_behind, speaker_in
from ragqa.speech.reach import behind_verb, clause_end, inserted, is_relative, joint_before
from ragqa.speech.verbs import has_verb, is_participial

__all__ = ["Cue", "cues_in"]

_MASK = "\ufffc"
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
    r"themselves|itself|since|(?:would|will)\s+only)\s+){0,4}"
)
_WHEN = (
    r"(?:\s+(?:on|in|at|late\s+on|early\s+on|during|after|before|from|through|via|to|by|over)\s+[^,.;:]{1,60}?"
    r"|\s+(?:yesterday|today|earlier|later|last\s+\w+|this\s+\w+|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)){0,2}"
)
_OBJECT = (
    r"(?:\s+(?:(?:an?|the|this|his|her|their|its|us|them|him|me)\b|[A-Z]\w*|reporters|journalists|lawmakers|parliament|"
    r"state\s+(?:television|media|radio))(?:\s+(?!that\b)[\w'\u2019-]+){0,4}?)?"
)
_SAYING = lazy_re(rf"\b{_HELPERS}(?P<verb>{_SAY}|{_THAT})\b")
_STATING = lazy_re(
    rf"\b{_HELPERS}(?P<verb>{_SAY}|{_THAT})\b(?P<between>{_OBJECT}{_WHEN}),?\s+(?=that\b|how\b|why\b|whether\b)"
)
_JUDGING = lazy_re(rf"\b{_HELPERS}(?P<verb>{_JUDGE})\b(?P<object>\s+(?:it|this|him|her|them)\b)?")
_CLAIMED = "lives|life|victims|responsibility|credit|victory|asylum"
_RELATIVE = lazy_re(r"\b(?:who|whom|which)\s+$")
_JUDGEMENT = lazy_re(rf"\s*(?:{_MASK}|\b(?:as|of|for|an?)\b)")
_WITHOUT_THAT = frozenset("said says say told tells insisted insists warned warns admitted admits".split())
# What may stand between the verb and the end of what is said before it.
_END = lazy_re(
    r"(?:\s+(?:late\s+|early\s+)?(?:(?:on\s+)?(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
    r"(?:\s+(?:morning|afternoon|evening|night))?|yesterday|today|earlier|later|last\s+\w+|this\s+\w+|on\s+\d\d?\s+[A-Z]\w+|on\s+[A-Z]\w+\s+\d\d?|"
    r"(?:in|at|on|to|through|via)\s+(?:an?|the|his|her|its|their)\s+[\w ]{1,40}+))*+\s*(?:[.,;:]|$)"
)
_ORDERING, _ORDERED = lazy_re(r"\b(?:told|tells?|asked|asks?)$"), lazy_re(r"\s+(?:\w+\s+){1,2}to\s")
# "Residents told to leave", "a man said to have fled", but "he said to reporters"; "all told, 12 died".
_SAID_BY_NOBODY = lazy_re(
    r"(?:told|asked|agreed)\s+to\b|said\s+to\s+(?:have|be|own|hold|number|cost|total|contain|include)\b"
    r"|(?<=\bAll\s)told\b|(?<=\ball\s)told,"
)
_TELLING = lazy_re(r"(?:told|tells?)")
_ACCORDING = lazy_re(
    r"\b(?:[Aa]ccording\s+to|[Ii]n\s+the\s+(?:words|view|opinion|eyes)\s+of|[Ii]n\s+the\s+judgment\s+of)\s+"
)
_POSSESSION = lazy_re(r"(?:words|view|opinion|account|estimate|reckoning|count|tally|figures)\b")
_POSSESSED = lazy_re(
    r"\b(?:[Ii]n|[Bb]y)\s+(?=(?:[A-Z]|his\b|her\b|their\b|the\b)[^,.;]{0,50}?(?:['\u2019]s?\s+|his\s+|her\s+|their\s+)"
    rf"{_POSSESSION.pattern})"
)
_OF_SPEAKER = lazy_re(r",?\s+(?:who|whose|which)\b[^,]*,?")
# "Kyiv says 300 died, Moscow says ..."; what another says may be "that it lost 5", "20", "at least 20", but not "the next day".
_ANOTHER = lazy_re(r"\b(?:said|says?|puts?)\s+(?:that\s+)?(?P<said>(?:[^,;]|,(?=\d))+),\s+$")
_STATEMENT = lazy_re(
    r"\s+(?:on\s+\w+day\s+)?(?:that|it|he|she|they|there|at\s+least|about|only|nearly|almost|over|(?:more|less|fewer)\s+than|\$?\d[\d.,]*"
    r"|an?|the|one|two|three|four|five|six|seven|eight|nine|ten)\b"
    r"(?!\s+(?:next|following|same|previous|hours?|days?|weeks?|months?|years?|morning|evening|night|time)\b)"
)
_THAT_CLAUSE = lazy_re(r"\s+that\b")
_ADDITION = lazy_re(r",?\s+(?:adding|and\s+added)\b|,")
# What follows is said too, unless the reporter tells it: "the union said on Tuesday, disputing the company's figure of 2,300".
_NEXT_PART = lazy_re(
    r",(?!\s*(?:as|after|when|while|who|which|(?:challeng|contradict|counter|deny|disput|dismiss|question|rebutt?|refut|reject)ing)\b)"
)
_IS_HOW = lazy_re(r"\b(?:how|what)\s+$")
_NOT_SAID = lazy_re(
    r"\b(?:not|n['\u2019]t|to|cannot|never|refused\s+to|[Hh]aving|could|can|would|will|be|been|being|is|are|was|were|the|an?|no|of|"
    r"must|may|might|should|(?:should|could|would|might|must)['\u2019]ve)\s+$"
)
_SUBORDINATE = lazy_re(
    r"^\W*(?:when|after|as|if|while|although|though|because|since|before|once|until|despite|in|on|"
    r"at(?!\s+least)|by|for|during|with|under)\b",
    re.IGNORECASE,
)
# "They lie at 83 metres, 17 kilometres out, said ...": what is said goes on.
_QUANTITY = lazy_re(
    r"(?:(?:about|over|nearly|almost|up\s+to|at\s+least|more\s+than)\s+\d|\d[\d.,]*\s+\w"
    r"|(?:most|all|some|many|half|none|not)\b)"
)
# "The elected mayor": no verb.
_ADJECTIVE = lazy_re(r"\b(?:the|an?|its|his|her|their)\s+\w+ed\b")


class Cue(NamedTuple):
    """Words that attribute: characters of the sentence, those that name the speaker, and the stretches that they cover."""

    start: int
    end: int
    speaker_start: int
    speaker_end: int
    covers: tuple[tuple[int, int], ...]


def cues_in(sentence: str) -> list[Cue]:
    """Return the cues of a sentence whose quotations are blotted out, in order; for one verb the first form that fits."""
    found: dict[int, Cue] = {}
    for form in (_according, _stating, _saying, _judging):
        for cue in form(sentence):
            found.setdefault(cue.end, cue)
    joints = [_joint(sentence, cue) for cue in found.values()]
    in_order = sorted(joints)
    return sorted(_clipped(cue, sentence, own, in_order) for cue, own in zip(found.values(), joints, strict=True))


def _joint(sentence: str, cue: Cue) -> int:
    """Return where the clause of a cue is joined to what another has said; 0 where it goes on with that."""
    is_order = right_before(_ORDERING, sentence, cue.end) and _ORDERED.match(sentence, cue.end)
    if is_order or is_personal_pronoun(sentence[cue.speaker_start : cue.speaker_end]):
        return 0  # "she begged him to stop, but he told her to go"
    if all(start >= cue.end for start, _ in cue.covers) and _contrasts(sentence, cue.start, cue.end):
        return cue.start
    return joint_before(sentence, cue.start) or 0


def _contrasts(sentence: str, start: int, end: int) -> bool:
    """Whether a clause follows another's without a conjunction: "Kyiv says that 300 died, Moscow says 20"."""
    another = None if _TELLING.search(sentence, start, end) else right_before(_ANOTHER, sentence, start)
    said = another["said"] if another else ""
    is_clause = has_verb(said) or re.search(r"\d", said) is not None
    return is_clause and not _opens_subordinate(said) and _STATEMENT.match(sentence, end) is not None


def _clipped(cue: Cue, sentence: str, joint: int, joints: Sequence[int]) -> Cue:
    """Return a cue that covers its own clause: "the captain saw nothing, she says; the pilot saw two"."""
    low = max(sentence.rfind(";", 0, cue.start) + 1, joint)
    behind = bisect_left(joints, cue.end)
    high = min(clause_end(sentence, cue.start, cue.end), *joints[behind : behind + 1], len(sentence))
    covers = ((max(start, low), min(end, high)) for start, end in cue.covers)
    return cue._replace(covers=tuple((start, end) for start, end in covers if start < end))


def _according(sentence: str) -> Iterator[Cue]:
    for match in _ACCORDING.finditer(sentence):
        opens = not sentence[: match.start()].strip(" \t-\u2013\u2014" + _MASK) or match.group()[0].isupper()
        name = name_behind(sentence, match.end(), opens_sentence=opens)
        if name:
            yield Cue(
                match.start(),
                name[1],
                *speaker_in(sentence, *name),
                _around(sentence, match.start(), name[1]),
            )
    for match in _POSSESSED.finditer(sentence):
        if end := _POSSESSION.search(sentence, match.end()):
            name_end = len(re.sub(r"['\u2019]s?\s*$", "", sentence[match.end() : end.start()]).rstrip())
            yield Cue(
                match.start(), end.end(), match.end(), match.end() + name_end,
                _around(sentence, match.start(), end.end()),
            )  # fmt: skip


def _around(sentence: str, start: int, end: int) -> tuple[tuple[int, int], ...]:
    """Everything but the cue, and but a relative clause that belongs to the speaker."""
    relative = _OF_SPEAKER.match(sentence, end, end + FAR)
    return ((0, start), (relative.end() if relative else end, len(sentence)))


def _stating(sentence: str) -> Iterator[Cue]:
    """X said that ..., X told reporters on Monday that ..."""
    for match in _STATING.finditer(sentence):
        if right_before(_NOT_SAID, sentence, match.start()):
            continue
        name = name_before(sentence, match.start())
        if name:
            end = match.end("verb")
            yield Cue(name[0], end, *speaker_in(sentence, *name), behind_verb(sentence, match.end("between")))


def _saying(sentence: str) -> Iterator[Cue]:
    for match in _SAYING.finditer(sentence):
        if right_before(_NOT_SAID, sentence, match.start()) or _SAID_BY_NOBODY.match(sentence, match.start("verb")):
            continue
        cue = _inverted(sentence, match) or _straight(sentence, match)
        if cue:
            yield cue


def _inverted(sentence: str, match: re.Match[str]) -> Cue | None:
    """..., said X. What stands behind X is told of X, but for what X adds."""
    head = before(sentence, match.start()).rstrip()
    if (
        head[-1:] not in (",", _MASK)
        or _TELLING.match(match["verb"])
        or _THAT_CLAUSE.match(sentence, match.end())
        or _has_subject(sentence, *match.span())
    ):
        return None
    name = name_behind(sentence, match.end())
    if name is None or has_verb(
        _ADJECTIVE.sub("the", sentence[slice(*name)])
    ):  # "Blinken, on his tour, said he was back"
        return None
    covers = [(0, match.start())]
    tail = _ADDITION.match(sentence, name[1])
    if tail and (len(tail.group()) > 1 or not (has_verb(head) or _MASK in head)):
        covers.append((name[1], len(sentence)))
    return Cue(match.start(), name[1], *speaker_in(sentence, *name), tuple(covers))


def _has_subject(sentence: str, at: int, end: int) -> bool:
    """Whether a verb behind a comma has its subject before it: "The head, Elin Strand, said the dam, built in May, was safe"."""
    subject = name_before(sentence, at)
    if subject is None or has_verb(head_of(sentence[subject[0] : at])) or is_proper_name(sentence, end):
        return False
    if _QUANTITY.match(before(sentence, at).rstrip(", ").rpartition(", ")[2]):
        return False
    head = before(sentence, subject[0]).rstrip(", ")
    return head.endswith(_MASK) or not _is_clause(head) or joint_before(sentence, subject[0]) is not None


def _straight(sentence: str, match: re.Match[str]) -> Cue | None:
    """..., X said; X said ...; what X told the paper."""
    name = name_before(sentence, match.start())
    if name is None:
        return None
    start, end = name[0], match.end()
    head = before(sentence, start)
    ends_here = _END.match(sentence, end) is not None
    is_behind = head.rstrip()[-1:] in (",", _MASK) and not is_relative(sentence, start)
    is_clause = _is_clause(head) or (len(head.split()) > 5 and not _opens_subordinate(head))
    claims_before = is_behind and (ends_here or (is_clause and not _contrasts(sentence, start, end)))
    covers: list[tuple[int, int]] = []
    if claims_before:
        covers.append((0, start))
        if comma := _NEXT_PART.search(sentence, end, end + FAR):
            covers.append((comma.end(), len(sentence)))
    elif clause := inserted(sentence, start, end):
        covers.append(clause)
    elif not re.fullmatch(_SAY, match["verb"]):
        return None  # "police found a drum" says nothing of what police said
    elif match["verb"] in _WITHOUT_THAT:
        # Of the others a quotation or "that" must follow: "the company added 300 jobs".
        covers.extend(behind_verb(sentence, end))
    return Cue(start, end, *speaker_in(sentence, *name), tuple(covers))


def _is_clause(head: str) -> bool:
    """Whether words before a subject may be what is said: "Asked about the delay," and "When it fell," are not."""
    return (has_verb(head) or _MASK in head) and not _opens_subordinate(head)


def _opens_subordinate(head: str) -> bool:
    if is_participial(head[:1].lower() + head[1:]) and _MASK not in head:
        return True
    return _SUBORDINATE.match(head) is not None and head.count(",") <= 1 and _MASK not in head


def _judging(sentence: str) -> Iterator[Cue]:
    """X called it "a pause"; X blames wild geese; X puts the number at 26."""
    for match in _JUDGING.finditer(sentence):
        if right_before(_NOT_SAID, sentence, match.start()):
            continue
        name = name_before(sentence, match.start())
        if name is None or has_verb(head_of(sentence[slice(*name)])) or not _judges(match):
            continue
        if right_before(_RELATIVE, sentence, name[0]) and not _JUDGEMENT.match(sentence, match.end()):
            continue  # "the pipe which the mayor had blamed within hours"
        end = match.end("object") if match["object"] else match.end("verb")
        # "A drum" is how Mr Adeyemi described it.
        is_behind = right_before(_IS_HOW, sentence, name[0]) is not None
        yield Cue(name[0], end, *speaker_in(sentence, *name), ((0, name[0]),) if is_behind else ((end, len(sentence)),))


def _judges(match: re.Match[str]) -> bool:
    """Whether the verb judges, and not acts: "called it a pause", but "called a strike"; "puts the dead at 26"."""
    verb, tail = match["verb"], match.string[match.end() : match.end() + REACH]
    if verb.startswith("call"):
        return bool(match["object"] or _MASK in tail or re.match(r"\s+(?:the|his|her|their)\s+[\w' -]+?\s+an?\s", tail))
    if verb.startswith("compare"):  # "compared the hall to a drum", but "compared the figures of ten years"
        return re.match(r"[^,.;]{0,60}?\s+to\s", tail) is not None
    if verb.startswith("put"):
        return re.match(r"[^,.;]{0,60}?\s+(?:at|down\s+to)\s", tail) is not None
    if verb.startswith("claim"):  # a storm claims lives, and a group responsibility
        return re.match(rf"\s+(?:the\s+)?(?:\w+\s+){{0,3}}?(?:{_CLAIMED})\b", tail) is None
    return re.match(r"\s+(?:off|for|on|up)\b", tail) is None
