"""How far the words reach that name a speaker: "the prosecutor, Ivanna Mruk", "Taras Bilyk, an electrician". Rules, not a parser.

Given a sentence with its quotations blotted out, and the place of a verb or of "according to". Imports nothing of ragqa.
"""

from __future__ import annotations

import re

__all__ = ["has_verb", "name_before", "name_behind"]

_MASK = "\ufffc"
_FINITE = re.compile(
    r"\b(?:is|are|was|were|has|have|had|will|would|can|could|may|might|must|should|shall|does|do|did|be|been|isn't|aren't|"
    r"wasn't|weren't|won't|became|began|brought|came|cost|fell|found|gave|got|grew|held|hit|kept|knew|led|left|lost|made|met|paid|"
    r"put|ran|rose|saw|sent|set|shot|sold|spent|stood|struck|took|told|went|won|wrote|broke|said|says|say|tore|swept|grew|blew|bore|drove|flew|fought|threw|wore|woke|sank|rang|sang|began|chose|dealt|drew|fell|felt|lay|read|spoke|stole|taught|thought|understood|withdrew|fled|died|cut|shut|"
    r"comes?|goes|gives?|takes?|makes?|needs?|wants?|rises?|falls?|remains?|stands?|costs|kills|shows?|"
    r"(?!(?:hundred|united|red|bed|indeed|named|wounded|injured|armed|retired|combined|aged|based|unnamed)\b)\w{2,}ed)\b"
)
_PRONOUN = re.compile(r"(?:he|she|they|it|we|I|you|who|one|both|others|some|many)$", re.IGNORECASE)
_PLURALS = (
    "police|officials?|prosecutors?|investigators?|doctors?|residents?|witnesses|experts?|lawyers?|analysts?|medics|authorities|"
    "rescuers|relatives|activists|critics|campaigners|scientists|researchers|economists|diplomats|aides|sources|survivors|"
    "neighbou?rs|farmers|miners|teachers|villagers|locals|forecasters|officers|detectives|organi[sz]ers|unions?|rebels|troops|"
    "state media|local media|reports|friends|colleagues|parents|firefighters|engineers|traders|ministers|judges|"
    "supporters|opponents"
)
_HEAD = re.compile(
    rf"(?:(?:the|a|an|its|his|her|their|our|my|this|that|these|those|one|two|three|four|five|six|several|some|many|most|other|another|both|"
    rf"local|senior|former|security|medical|military|government|rescue|aid|health|city|state|{_PLURALS})\b|[A-Z\u00c0-\u00de])",
)
# Behind a name these begin something else. "of", "at", "for" and "from" go on with the name.
_ENDS_NAME = re.compile(
    r"[.;:!?\u2014]|\s[-\u2013]\s|,|\s(?=(?:who|whom|whose|which|that|when|while|after|before|because|where|since|until|as|but|and\s+(?:he|she|it|they|that)|"
    r"adding|speaking|citing|referring|including|during|through|via|by|to|if|although|though|then|so|"
    r"(?:on|in|at|over|late|early|earlier|later)\s+(?:an?\s|the\s+(?:week|same|eve|morning|evening)|early|late|his\s|her\s|its\s|their\s|"
    r"Mon|Tue|Wed|Thu|Fri|Sat|Sun|January|February|March|April|May\b|June|July|August|September|October|November|December|\d|response)"
    r"|yesterday|today|tomorrow|last|this|next|late|early|earlier|later|told)\b)"
)
_MASKS = re.compile(_MASK)
_APPOSITION = re.compile(
    r"\s*(?:an?|the|its|his|her|their|one\s+of|head|chief|director|president|\d\d?\b|now|then|formerly)\b|\s*[A-Z\u00c0-\u00de]"
)
_NOT_APPOSITION = re.compile(
    r"\s*(?:and|but|or|he|she|it|they|we|there|this|that|who|which|whose|adding|one\s+of\s+them)\b", re.IGNORECASE
)
_ABBREVIATION = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|Prof|Gen|Lt|Col|Maj|Capt|Sgt|Sen|Rep|Gov|Rev|St|Jr|Sr|Hon|Pres|Supt|[A-Z])|\b[A-Z]\.[A-Z])$"
)
_CLAUSE_START = re.compile(
    r"\b(?:that|because|although|though|how|what|while|whereas|when|after|before|if|unless|as|where|since|until|so|than)\s+$|[;:\u2014]\s*$|\s[-\u2013]\s+$",
    re.IGNORECASE,
)
# "On Monday police said", "in her diary Ana Lima wrote": what a sentence opens with is no part of the name.
_ADJUNCT = re.compile(
    r"(?:On|In|At|By|During|After|Before|Since|Last|This|Yesterday|Today|Late|Early)\b\s+(?:the\s+|her\s+|his\s+|its\s+|an?\s+)?(?:\w+\s+)?"
    rf"(?=\S)(?={_HEAD.pattern}|he\b|she\b|they\b|it\b)"
)
_MOST_WORDS = 14


def has_verb(words: str) -> bool:
    """Return whether a stretch holds what looks like a finite verb."""
    return _FINITE.search(words) is not None


def name_behind(sentence: str, at: int, *, opens_sentence: bool = False) -> tuple[int, int] | None:
    """Return the characters of the name that begins at ``at``, with one apposition; None where no name begins there.

    With ``opens_sentence`` ("According to the minister, Fabian Roth, the state pays") an apposition must end with a comma, for
    else it is what the sentence says.
    """
    start = at + len(sentence[at:]) - len(sentence[at:].lstrip())
    head = sentence[start:]
    if not (_HEAD.match(head) or _PRONOUN.match(head.split(" ")[0].rstrip(".,;:"))):
        return None
    end = _chunk_end(sentence, start)
    if end == start or len(sentence[start:end].split()) > _MOST_WORDS:
        return None
    if _PRONOUN.match(sentence[start:end]) or sentence[end : end + 1] != ",":
        return start, end
    behind = _chunk_end(sentence, end + 1)
    apposition = sentence[end + 1 : behind]
    is_closed = sentence[behind : behind + 1] == ","
    if (
        _APPOSITION.match(apposition)
        and not _NOT_APPOSITION.match(apposition)
        and not has_verb(apposition)
        and len(apposition.split()) <= _MOST_WORDS
        and (is_closed or not opens_sentence)
    ):
        return start, behind
    return start, end


def _chunk_end(sentence: str, start: int) -> int:
    """Return where the words that began at ``start`` end: at a comma or stop, a quotation, or the beginning of something else."""
    mask = _MASKS.search(sentence, start)
    limit = mask.start() if mask else len(sentence)
    at = start
    while found := _ENDS_NAME.search(sentence, at, limit):
        is_stop = found.group().startswith(".")
        if is_stop and (
            _ABBREVIATION.search(sentence[start : found.start()]) or sentence[found.end() : found.end() + 1].isalnum()
        ):
            at = found.end()
            continue
        if found.group() == "," and sentence[found.end() : found.end() + 1].isdigit():
            at = found.end()
            continue
        limit = found.start()
        break
    return start + len(sentence[start:limit].rstrip())


def name_before(sentence: str, at: int) -> tuple[int, int] | None:
    """Return the characters of the name that ends before the verb at ``at``, with its apposition; None where there is none."""
    end = len(sentence[:at].rstrip())
    if sentence[end - 1 : end] == ",":  # "the prosecutor, Ivanna Mruk, said"
        inner = _boundary(sentence, end - 1)
        if inner > 0 and sentence[:inner].rstrip()[-1:] == ",":
            outer_end = len(sentence[:inner].rstrip()) - 1
            outer = _trimmed(sentence, _boundary(sentence, outer_end), outer_end)
            between = sentence[inner : end - 1]
            if outer and (re.match(r"\s*(?:who|whose|which)\b", between) or not has_verb(between.split(" who ")[0])):
                return outer[0], end - 1
        return None
    if shared := re.search(r"\s(?:and|but|then)$", sentence[:end]):
        return _shared(sentence, shared.start())
    return _trimmed(sentence, _boundary(sentence, end), end)


def _shared(sentence: str, end: int) -> tuple[int, int] | None:
    """Return the subject that a verb has in common with one before it: "The architect measured the stair and found ..."."""
    start = max(sentence.rfind(mark, 0, end) + 1 for mark in (";", ":", _MASK))
    dateline = re.match(r"\s*[A-Z][A-Z .]+(?:\([^()]*\))?\s*[-\u2013\u2014]\s", sentence[start:end])
    start += dateline.end() if dateline else 0
    verb = _FINITE.search(sentence, start, end) or re.compile(r"\b(?:calls?|denies|blames?|accuses?|reads)\b").search(
        sentence, start, end
    )
    return _trimmed(sentence, start, len(sentence[: verb.start()].rstrip(" ,"))) if verb else None


def _boundary(sentence: str, end: int) -> int:
    """Return where the words that end at ``end`` begin: behind a comma, a quotation, or the beginning of a clause."""
    for start in range(end, 0, -1):
        before = sentence[start - 1]
        if before in f",{_MASK}" and not (before == "," and sentence[start : start + 1].isdigit()):
            return start
        if (before.isspace() or before in ";:\u2014") and _CLAUSE_START.search(sentence[:start]):
            return start
        if before == "." and sentence[start : start + 1].isspace() and not _ABBREVIATION.search(sentence[: start - 1]):
            return start
        if before == ")" and re.match(r"\s[-\u2013\u2014]\s", sentence[start:]):
            return start + 3
    return 0


def _trimmed(sentence: str, start: int, end: int) -> tuple[int, int] | None:
    """Return the name in these characters, without a clause that an "and" or "but" joins to it."""
    words = sentence[start:end]
    for joint in reversed(list(re.finditer(r"\b(?:and|but|or)\s+", words))):
        if has_verb(words[: joint.start()]) or not words[: joint.start()].strip():
            start += joint.end()
            break
    words = sentence[start:end]
    end -= len(words) - len(words.rstrip(" -\u2013"))
    start += len(words) - len(words.lstrip())
    if adjunct := _ADJUNCT.match(sentence[start:end]):
        start += adjunct.end()
    name = sentence[start:end]
    if not name or len(name.split()) > _MOST_WORDS or name.endswith(("'s", "\u2019s")):
        return None
    if not (_HEAD.match(name) or _HEAD.match(name[0].lower() + name[1:]) or _PRONOUN.match(name)):
        return None
    if re.fullmatch(
        r"(?:the|an?|its|his|her|their|this|that|these|those|our|my)", name, re.IGNORECASE
    ) and name.lower() not in ("this", "that", "these", "those"):
        return None
    return start, end
