"""Who follows whom in a post, as in "Gordon Tull gave up his post. He was replaced by one of the founders, Hedda Brink".

A report of a succession need not name the post, so that the reader, asked who holds it, finds nothing there. English only.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import regex

from ragqa.patterns import lazy_regex
from ragqa.sentences import sentence_spans

__all__ = ["POST", "Succession", "is_former", "successions"]

POST = (
    r"(?:chief(?!\s+(?:ally|critic|opponent|rival|suspect|witness))|head|boss|chair\p{Ll}*|president|minister|mayor|governor|director|leader"
    r"|coach|manager|captain|secretary|commissioner|judge|administrator|spokes\p{Ll}+|owner|editor|chancellor|premier|superintendent"
    r"|principal|ceo|ambassador|consul|envoy|ombuds\p{Ll}+|(?-i:archbishop|bishop|rector|sheriff|treasurer))"
)
"""The pattern of a word for somebody who leads or speaks for others."""
_NO_NAME = (
    r"(?!(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|(?:January|February|March|July|September|October|November"
    r"|December)\b)"
)
_PART = _NO_NAME + r"(?:\p{Lu}[\p{L}\p{M}'’-]+|\p{Lu}\.)"
_NAME = lazy_regex(
    rf"(?<![\p{{L}}\p{{M}}-]){_PART}(?:\s+(?:(?:de|da|del|der|di|van|von|bin|ben|al|el|la|le|ten)\s+)*{_PART}){{1,6}}|(?<=\b(?:Mr|Mrs|Ms|Dr)\.?\s){_PART}"
)
# The new name follows, the old one went before ...
_WHEN = r"(?:yesterday|today|then|later|soon|\p{Ll}+ly|(?:last|this|next)\s+\p{Ll}+)"
_BY = lazy_regex(
    rf"\b(?:(?:replaced|succeeded)\s+(?:(?:(?:as|in|at|on)\s+[^.,;]{{1,60}}?|{_WHEN})\s+)?"
    r"|followed\s+(?:as\s+[^.,;]{1,60}?|in\s+(?:the\s+)?(?:job|office|post|role))\s+|(?P<next>followed)\s+)by\b"
)
# Who is followed without a word of a post must be one that leaves it: "Tull, who retires this summer, will be followed by Brink".
_LEAVING = lazy_regex(
    r"\b(?:leav(?:es?|ing)|left|outgoing|oust\w+|quit\w*|resign\w*|retir\w+|sack\w+|step(?:s|ped|ping)?\s+(?:aside|down)|depart\w+)\b"
)
# ... or the other way round.
_FROM = lazy_regex(
    r"\b(?:(?:(?<!\b(?:are|be|been|being|is|was|were)\s(?:\p{Ll}+\s)?)(?:replac|succeed)ed|replac(?:es?|ing)|succeed(?:s|ing)?)"
    r"(?!\s+(?:as|at|because|by|despite|if|in|on|only|through|to|when|where|with)\b)"
    r"|t(?:akes?|aking|ook|aken)\s+over\s+(?:as\s+[^.;]{1,60}?\s+)?from)\b"
)
_DESCRIBED = rf"(?:(?!(?:by|is|of|said|was|were)\b)\p{{Ll}}[\p{{Ll}}'’-]*\s+){{0,6}}(?={_PART})"
# "replaced him with the banker Rui Paz"
_WITH = lazy_regex(
    rf"replac(?:es?|ed|ing)\s+(?:(?P<pronoun>him|her|them)|[^.,;]{{2,80}}?)\s+(?P<with>with)\s+{_DESCRIBED}"
)
_SUCCESSOR = lazy_regex(
    r"\b(?:his|her|their|the|as|['’]s?)\s+(?:new\s+|designated\s+|chosen\s+)?(?:successor|replacement)\b",
    regex.IGNORECASE,
)
# "was named as the successor to Gordon Tull"; "the replacement of the bridge" is of nobody
_OF = lazy_regex(r"\s+(?:to|for|of)\b")
_OF_SOMEBODY = lazy_regex(rf"\s+(?:to|for|of)\s+{_DESCRIBED}")
# "appointed Leila Strand, until now a deputy, in his place", "Hedda Brink took his place"; but "in his place of work"
_IN_PLACE = lazy_regex(
    r"\b(?:(?P<took>t(?:akes|aking|ook|aken))|in)\s+(?:his|her|their)\s+(?:place|stead)\b"
    r"(?!\s+(?:among|at|behind|beside|next|of|on|under|with)\b|\s+in\s+\p{Ll})"
)
_APPOINTS = lazy_regex(
    r"(?P<passive>\b(?:be|been|is|was|were)\s+(?:\p{Ll}+ly\s+)?)?\b(?:appoint(?:s|ed|ing)?|ch(?:ooses?|ose|osen)|elect(?:s|ed)|hir(?:es?|ed)"
    r"|install(?:s|ed)|nam(?:es?|ed|ing)|nominat(?:es?|ed)|pick(?:s|ed)|promot(?:es?|ed)|select(?:s|ed)|sw(?:ears|ore|orn)\s+in)\b"
)
_REMOVES = lazy_regex(
    r"(?<!\b(?:be|been|being|is|was|were)\s)\b(?:dismiss|fir|oust|remov|sack|suspend)(?:es|s|ed)\s+(?:(?!(?:by|for|from|of)\b)\p{Ll}[\p{Ll}'’-]*\s+){0,5}(?=\p{Lu})"
)
_LEAVES = lazy_regex(
    r"\b(?:resign\w*|retir\w+|quits?|step(?:s|ped|ping)?\s+(?:aside|down)|died|dismissed|fired|ousted|removed|sacked|suspended"
    r"|(?:leaves|leaving|left)\s+(?:office|(?:her|his|the|their)\s+(?:board|cabinet|company|firm|government|job|office|party|post)))\b"
)
_NOT_YET = lazy_regex(r"\b(?:due|expected|likely|may|set|tipped|to\s+be|would)\b[^.;]*$")
# "the former chief executive, Ana Lima", "his predecessor, Ana Lima"
_FORMER = lazy_regex(
    rf"(?:(?<!\b(?:un)?like\s+(?:her|his|its|the|their)\s)\bpredecessors?"
    rf"|\b(?:former|previous)\s+(?:(?!(?:an?|and|at|by|for|in|of|the|to)\b)[\p{{L}}\p{{M}}-]+\s+){{0,3}}?{POST}(?:\s+(?:executive|officer|justice))?"
    rf"(?:\s+(?:of|at)\s+\p{{L}}[\p{{L}}\p{{M}}’'-]*+(?:\s+\p{{L}}[\p{{L}}\p{{M}}’'-]*+){{0,4}}+)?"
    rf"|\bex-{POST}),?\s+$",
    regex.IGNORECASE,
)
# "Former minister Rui Paz, the mayor of Arden"
_PRESENT_POST = lazy_regex(
    rf",?\s+(?:now|currently|today)\b|,\s+(?:the|its|their|our)\s+(?:\p{{Ll}}+\s+){{0,3}}?{POST}\b", regex.IGNORECASE
)
_IS = lazy_regex(r"\s*,?\s*|.*\b(?:is|was|be|been|became|becomes|become|as)\b.*", regex.DOTALL)
_UNSURE = lazy_regex(
    r"(?:\b(?:not|never|could|might|(?-i:may)|hop(?:es?|ed|ing)|wants?|wanted|tipped|favou?rites?|vying|running|seek(?:s|ing)?|bid|candidates?|refused|declined)"
    r"\b|n['’]t\b)[^.;]*$",
    regex.IGNORECASE,
)
_PRONOUN = lazy_regex(r"\s+(?:him|her|them)\b")
_AS = lazy_regex(r"\s+(?:as\s+[^.,;]+)?")
_BEFORE_VERB = lazy_regex(r"\s+(?:\p{Ll}+\s+){0,2}")
_REACH = 100
_NEAR = 60
_FAR = 600


class Succession(NamedTuple):
    """Two names in an article, each by its first and last character, half-open."""

    old: tuple[int, int]
    new: tuple[int, int]


@lru_cache(maxsize=256)
def successions(text: str) -> tuple[Succession, ...]:
    """Return who follows whom, as an article says it.

    The old name is looked for in the sentence of the change and the two before it. Who only may follow doesn't count.

    >>> text = "Ana Lima stepped down on Friday. Her successor is the banker Rui Paz."
    >>> [(text[slice(*own.old)], text[slice(*own.new)]) for own in successions(text)]
    [('Ana Lima', 'Rui Paz')]
    """
    sentences = sentence_spans(text)
    names = _Names(text, sentences)
    found = []
    for number, (start, end) in enumerate(sentences):
        first = sentences[max(0, number - 2)][0]
        for pattern, read in (
            (_BY, _replaced_by),
            (_FROM, _replacing),
            (_SUCCESSOR, _of_successor),
            (_IN_PLACE, _in_place),
        ):
            found += [
                read(hinge, names, first, (start, end))
                for hinge in pattern.finditer(text, start, end)
                if not _UNSURE.search(text, max(start, hinge.start() - _NEAR), hinge.start())
            ]
    return tuple(Succession(old, new) for old, new in found if old and new and _differ(text, old, new))


def is_former(text: str, start: int, end: int) -> bool:
    """Return whether the name in these characters is that of somebody who held a post before, and isn't said to hold one now.

    >>> is_former("The former mayor of Arden, Ana Lima, wept.", 27, 35), is_former("The mayor of Arden, Ana Lima, wept.", 20, 28)
    (True, False)
    """
    is_told = _FORMER.search(text, max(0, start - _REACH), start) is not None
    return is_told and _PRESENT_POST.match(text, end, min(len(text), end + _REACH)) is None


_Place = tuple[int, int] | None


def _replaced_by(
    hinge: regex.Match[str], names: _Names, first: int, sentence: tuple[int, int]
) -> tuple[_Place, _Place]:
    if hinge["next"] and not _LEAVING.search(names.text, max(sentence[0], hinge.start() - _REACH), hinge.start()):
        return None, None
    return names.last_before(hinge.start(), first), names.next_after(hinge.end(), sentence[1])


def _replacing(hinge: regex.Match[str], names: _Names, first: int, sentence: tuple[int, int]) -> tuple[_Place, _Place]:
    """Return the old name and the new one of "Rui Paz replaces Ana Lima" or "the board replaced Ana Lima with Rui Paz"."""
    start, end = sentence
    by = names.last_before(hinge.start(), start)
    has_pronoun = _PRONOUN.match(names.text, hinge.end())
    old = names.next_after(hinge.end(), min(end, hinge.end() + _REACH))
    given = _WITH.match(names.text, hinge.start(), min(end, hinge.end() + 2 * _REACH))
    if given and has_pronoun:
        is_subject = by and _BEFORE_VERB.fullmatch(names.text, by[1], hinge.start())
        old = names.last_before(by[0] if by and is_subject else hinge.start(), first)
    elif has_pronoun:
        old = names.last_before(by[0], first) if by else None
    elif given and not (old and _AS.fullmatch(names.text, old[1], given.start("with"))):
        given = None
    return old, names.next_after(given.end(), given.end() + 1) if given else by


def _of_successor(
    hinge: regex.Match[str], names: _Names, first: int, sentence: tuple[int, int]
) -> tuple[_Place, _Place]:
    """Return the old name and the new one of "Her successor is Rui Paz" or "Rui Paz was named as the successor to Ana Lima"."""
    start, end = sentence
    limit = hinge.start()
    if _OF.match(names.text, hinge.end()):
        of = _OF_SOMEBODY.match(names.text, hinge.end(), min(end, hinge.end() + _REACH))
        old = names.next_after(of.end(), of.end() + 1) if of else None
        before = names.last_before(limit, start)
        if before and (limit - before[1] > _REACH or not _IS.fullmatch(names.text, before[1], limit)):
            before = None
        return old, before or (names.next_after(old[1], end) if old else None)
    new = names.next_after(hinge.end(), end)
    if new is None:  # "Rui Paz was named as her successor"
        new = names.last_before(limit, start)
        limit = new[0] if new else limit
    return names.last_before(limit, first), new


def _in_place(hinge: regex.Match[str], names: _Names, first: int, sentence: tuple[int, int]) -> tuple[_Place, _Place]:
    """Return the old name and the new one of "Ana Lima resigned. The board named Rui Paz in her place"."""
    start, at = sentence[0], hinge.start()
    if _NOT_YET.search(names.text, max(start, at - _REACH), at):
        return None, None
    old = _who_leaves(names, max(first, at - _FAR), at)
    if hinge["took"]:
        return old, _subject(names, start, at)
    *_, appoints = [None, *_APPOINTS.finditer(names.text, max(start, at - 2 * _REACH), at)]
    if appoints is None:
        return None, None
    if appoints["passive"]:  # "Rui Paz was named in her place"
        return old, _subject(names, start, appoints.start())
    return old, names.next_after(appoints.end(), min(at, appoints.end() + _NEAR))


def _subject(names: _Names, start: int, limit: int) -> _Place:
    """Return the name before a verb, also with something told of it: "Rui Paz, of Harbour Bank, took"."""
    own = names.next_after(start, limit)
    told = names.text[own[1] : limit].strip() if own else ""
    return own if told[:1] == told[-1:] == "," else names.last_before(limit, start)


def _who_leaves(names: _Names, first: int, limit: int) -> _Place:
    """Return who was last said to leave a post, or to be removed from it."""
    removed = [names.next_after(own.end(), own.end() + 1) for own in _REMOVES.finditer(names.text, first, limit)]
    left = [names.last_before(own.start(), first) for own in _LEAVES.finditer(names.text, first, limit)]
    return max((own for own in (*removed, *left) if own), default=None)


class _Names:
    """The names of an article, found once, sentence by sentence: a table may be one sentence with hundreds of changes."""

    def __init__(self, text: str, sentences: Sequence[tuple[int, int]]) -> None:
        self.text = text
        self._places = [own.span() for start, end in sentences for own in _NAME.finditer(text, start, end)]

    def next_after(self, start: int, limit: int) -> tuple[int, int] | None:
        """Return the first name that begins from ``start`` on and before ``limit``."""
        number = bisect_left(self._places, (start, start))
        place = self._places[number] if number < len(self._places) else None
        return place if place and place[0] < limit else None

    def last_before(self, limit: int, first: int) -> tuple[int, int] | None:
        """Return the last name that begins from ``first`` on and ends by ``limit``: of "Tull's", at its apostrophe, "Tull"."""
        for number in range(bisect_left(self._places, (limit, limit)) - 1, -1, -1):
            start, end = self._places[number]
            if start < first:
                return None
            if end <= limit:
                return start, end
            if cut := _NAME.fullmatch(self.text, start, limit):
                return cut.span()
        return None


def _differ(text: str, old: tuple[int, int], new: tuple[int, int]) -> bool:
    return text[slice(*old)].split()[-1] != text[slice(*new)].split()[-1]
