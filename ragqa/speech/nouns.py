"""How far the words reach that name a speaker: "the prosecutor, Ivanna Mruk", "Taras Bilyk, an electrician". Rules, not a parser.

Given a sentence with its quotations blotted out, and the place of a verb or of "according to". Imports nothing of ragqa but its
package and `patterns`.
"""

from __future__ import annotations

import re

from ragqa.patterns import lazy_re
from ragqa.speech.near import FAR, REACH, right_before
from ragqa.speech.verbs import first_verb, has_verb, is_participial

__all__ = ["head_of", "is_personal_pronoun", "is_proper_name", "name_before", "name_behind", "speaker_in"]

_MASK = "\ufffc"
_PRONOUN = lazy_re(r"(?:he|she|they|it|we|I|you|who|one|both|others|some|many)$", re.IGNORECASE)
_PERSONAL = lazy_re(r"he|she|they|it|we|I|you", re.IGNORECASE)
_PLURALS = (
    "police|officials?|prosecutors?|investigators?|doctors?|residents?|witnesses|experts?|lawyers?|analysts?|medics|authorities|"
    "rescuers|relatives|activists|critics|campaigners|scientists|researchers|economists|diplomats|aides|sources|survivors|"
    "neighbou?rs|farmers|miners|teachers|villagers|locals|forecasters|officers|detectives|organi[sz]ers|unions?|rebels|troops|"
    "state media|local media|reports|friends|colleagues|parents|firefighters|engineers|traders|ministers|judges|"
    "supporters|opponents|data|figures|documents|records|estimates|statistics"
)
_CAPITAL = r"[A-Z\u00c0-\u00de]"
# "deputy mayor Lisa Bo", "police spokesman Erik Dahl"; not "on late Monday", "nearly all Germans", "calls itself the Sons".
_TITLED = (
    r"(?:(?!(?:on|in|at|by|of|for|from|to|with|about|over|under|after|before|during|near|since|until|against|like|"
    r"including|citing|quoting|and|or|but|nor|as|than|that|if|not|no|nothing|all|any|each|every|only|just|even|also|"
    r"then|now|here|there|again|once|late|early|earlier|later|last|next|yesterday|today|tomorrow|almost|more|"
    r"the|an?|his|her|its|their|itself|he|she|it|they|we|you)\b|\w+ly\b)[a-z][\w'\u2019-]*\s+){1,4}"
)
_HEAD = lazy_re(
    rf"(?:(?:the|a|an|its|his|her|their|our|my|this|that|these|those|one|two|three|four|five|six|several|some|many|most|other|another|both|"
    rf"local|senior|former|security|medical|military|government|rescue|aid|health|city|state|official|preliminary|"
    rf"{_PLURALS})\b|{_CAPITAL}|{_TITLED}{_CAPITAL})",
)
# Behind a name these begin something else. "of", "at", "for" and "from" go on with the name.
_ENDS_NAME = lazy_re(
    r"[.;:!?\u2014]|\s[-\u2013]\s|,|\s(?=(?:who|whom|whose|which|that|when|while|after|before|because|where|since|until|as|but|and\s+(?:he|she|it|they|that)|"
    r"adding|speaking|citing|referring|including|during|through|via|by|to|if|although|though|then|so|"
    r"(?:on|in|at|over|late|early|earlier|later)\s+(?:an?\s|the\s+(?:week|same|eve|morning|evening)|early|late|his\s|her\s|its\s|their\s|"
    r"Mon|Tue|Wed|Thu|Fri|Sat|Sun|January|February|March|April|May\b|June|July|August|September|October|November|December|\d|response)"
    r"|yesterday|today|tomorrow|last|this|next|late|early|earlier|later|told)\b)"
)
_APPOSITION = lazy_re(
    r"\s*(?:an?|the|its|his|her|their|one\s+of|head|chief|director|president|\d\d?\b|now|then|formerly)\b|\s*[A-Z\u00c0-\u00de]"
)
_NOT_APPOSITION = lazy_re(
    r"\s*(?:and|but|or|he|she|it|they|we|there|this|that|who|which|whose|adding|one\s+of\s+them)\b", re.IGNORECASE
)
_ABBREVIATION = lazy_re(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|Prof|Gen|Lt|Col|Maj|Capt|Sgt|Sen|Rep|Gov|Rev|St|Jr|Sr|Hon|Pres|Supt|[A-Z])|\b[A-Z]\.[A-Z])$"
)
# A comma but in "1,000", a quotation, a conjunction, a dash, or a stop.
_BOUNDARY = lazy_re(
    rf",(?!\d)|{_MASK}|[;:\u2014]\s*|(?<=\s)[-\u2013]\s+|\.(?=\s)"
    r"|\b(?:that|because|although|though|how|what|while|whereas|when|after|before|if|unless|as|where|since|until|so|than)\s+",
    re.IGNORECASE,
)
# "On Monday police said", "in her diary Ana Lima wrote": what a sentence opens with is no part of the name.
_ADJUNCT = lazy_re(
    r"(?:On|In|At|By|During|After|Before|Since|Last|This|Yesterday|Today|Late|Early)\b\s+(?:the\s+|her\s+|his\s+|its\s+|an?\s+)?(?:\w+\s+)?"
    rf"(?=\S)(?={_HEAD.pattern}|he\b|she\b|they\b|it\b)"
)
_CONNECTIVE = lazy_re(r"(?:But|And|Yet|Still|Meanwhile|Separately)\s+")
_INSERTING = lazy_re(r"\b(?:who|whom|which|whose\s+\w+)\s+")
_PROPER = lazy_re(
    rf"\s+(?:{_TITLED})?{_CAPITAL}[\w.'\u2019-]*(?:\s+{_CAPITAL}[\w.'\u2019-]*)*\s*(?:$|,\s+(?:who|whose|an?|the|and)\b)"
)
_MARK = lazy_re(rf",(?!\d)|{_MASK}")
# "The mayor's estimate"; "a letter that said it", "that said, 12 died"
_NO_NAME = lazy_re(
    r"(?:['\u2019]s|s['\u2019]|\b(?:this|that|these|those|the|an?|its|his|her|their|our|my))$", re.IGNORECASE
)
_GAP = lazy_re(r"\s+$")
_SHARED = lazy_re(r"\s(?:and|but|then)$")
_NOBODY = lazy_re(r"(?:no(?!\.?\s*\d)|nobody|none|neither|nothing|not|few|enough)\b", re.IGNORECASE)
_DETERMINER = lazy_re(r"(?:the|an?|its|his|her|their|this|that|these|those|our|my)", re.IGNORECASE)
# Behind a name, what it is said to be or to do, and when: ", an electrician", ", however", ", who had warned", " on Friday".
_AFTERTHOUGHT = lazy_re(
    r",\s+(?:an?|\d\d?|now|then|once|formerly|or|who|whose|whom|which|however|meanwhile|too|also|though|instead|"
    r"himself|herself|itself|themselves|in|on|at|for|from|by|with|after|before|during|under|like|unlike|along|through)\b"
    r"|(?:\s+(?:late|early))?(?:\s+on)?\s+(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)$"
)
_MOST_WORDS = 14


def speaker_in(sentence: str, start: int, end: int) -> tuple[int, int]:
    """Return the name in these characters without what is told of it: "Taras Bilyk", not "Taras Bilyk, an electrician"."""
    if told := _AFTERTHOUGHT.search(sentence, start, end):
        end = told.start()
    commas = (comma.start() for comma in _MARK.finditer(sentence, start, end))
    return start, next((comma for comma in commas if is_participial(sentence[comma + 1 : end])), end)


def head_of(name: str) -> str:
    """Return a name without what stands behind a comma or a "who"."""
    return _MARK.split(name)[0].split(" who ")[0]


def is_proper_name(sentence: str, at: int) -> bool:
    """Return whether a proper name follows, perhaps with something told of it: "Ros Penhallick, a heating engineer"."""
    return _PROPER.match(sentence, at) is not None


def is_personal_pronoun(words: str) -> bool:
    """Return whether a name is "she", "they" and the like."""
    return _PERSONAL.fullmatch(words) is not None


def name_behind(sentence: str, at: int, *, opens_sentence: bool = False) -> tuple[int, int] | None:
    """Return the characters of the name that begins at ``at``, with one apposition; None where no name begins there.

    With ``opens_sentence`` ("According to the minister, Fabian Roth, the state pays") an apposition must end with a comma, for
    else it is what the sentence says.
    """
    head = sentence[at : at + REACH]
    start = at + len(head) - len(head.lstrip())
    if not (_HEAD.match(sentence, start) or _PRONOUN.match(head.lstrip().split(" ")[0].rstrip(".,;:"))):
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
    mask = sentence.find(_MASK, start, start + REACH)
    limit = min(start + REACH, len(sentence)) if mask < 0 else mask
    at = start
    while found := _ENDS_NAME.search(sentence, at, limit):
        is_stop = found.group().startswith(".")
        if is_stop and (
            _ABBREVIATION.search(sentence[start : found.start()]) or sentence[found.end() : found.end() + 1].isalnum()
        ):
            at = found.end()
            continue
        is_thousands = found.group() == "," and sentence[found.end() : found.end() + 1].isdigit()
        is_adjective = found.group().isspace() and _DETERMINER.fullmatch(sentence[start : found.start()])
        if is_thousands or is_adjective:  # "the last witness"
            at = found.end()
            continue
        limit = found.start()
        break
    return start + len(sentence[start:limit].rstrip())


def name_before(sentence: str, at: int) -> tuple[int, int] | None:
    """Return the characters of the name that ends before the verb at ``at``, with its apposition; None where there is none."""
    end = at - len(gap.group()) if (gap := right_before(_GAP, sentence, at)) else at
    if sentence[end - 1 : end] == ",":
        return _before_comma(sentence, end - 1)
    if shared := right_before(_SHARED, sentence, end):
        return _shared(sentence, shared.start())
    return _trimmed(sentence, _boundary(sentence, end), end)


def _before_comma(sentence: str, end: int) -> tuple[int, int] | None:
    """Return a name and what stands between it and a comma at ``end``: "the prosecutor, Ivanna Mruk, said"."""
    inner = max((mark.start() for mark in _MARK.finditer(sentence, max(0, end - REACH), end)), default=-1)
    if inner < 0 or sentence[inner] == _MASK:
        return None
    between = sentence[inner + 1 : end]
    outer = _trimmed(sentence, _boundary(sentence, inner), inner)
    is_told = re.match(r"\s*(?:who|whose|whom|which)\b", between) or is_participial(between)
    return (outer[0], end) if outer and (is_told or not has_verb(between.split(" who ")[0])) else None


def _shared(sentence: str, end: int) -> tuple[int, int] | None:
    """Return the subject that a verb has in common with one before it: "The architect measured the stair and found ..."."""
    low = max(0, end - FAR)
    start = max(sentence.rfind(mark, low, end) + 1 for mark in (";", ":", _MASK))
    if start < low:
        return None
    dateline = re.match(r"\s*[A-Z][A-Z .]+(?:\([^()]*\))?\s*[-\u2013\u2014]\s", sentence[start:end])
    start += dateline.end() if dateline else 0
    words = sentence[start:end]
    verb = first_verb(words) or re.search(r"\b(?:calls?|denies|blames?|accuses?|reads)\b", words)
    return _trimmed(sentence, start, start + len(words[: verb.start()].rstrip(" ,"))) if verb else None


def _boundary(sentence: str, end: int) -> int:
    """Return where the words that end at ``end`` begin: behind a comma, a quotation, or the beginning of a clause."""
    start = max(0, end - REACH)
    for mark in _BOUNDARY.finditer(sentence, start, end):
        if not (mark.group() == "." and right_before(_ABBREVIATION, sentence, mark.start())):
            start = mark.end()
    return start


def _trimmed(sentence: str, start: int, end: int) -> tuple[int, int] | None:
    """Return the name in these characters, without a clause that an "and" or "but" joins to it."""
    words = sentence[start:end]
    verb = first_verb(words)
    for joint in reversed(list(re.finditer(r"\b(?:and|but|or)\s+", words))):
        if (verb and verb.end() <= joint.start()) or not words[: joint.start()].strip():
            start += joint.end()
            break
    words = sentence[start:end]
    for inserting in reversed(list(_INSERTING.finditer(words))):  # "the man who police say ..."
        if _is_name(words[inserting.end() :].strip()) and not has_verb(words[inserting.end() :]):
            start += inserting.end()
            break
    words = sentence[start:end]
    end -= len(words) - len(words.rstrip(" -\u2013"))
    start += len(words) - len(words.lstrip())
    for opening in (_CONNECTIVE, _ADJUNCT):
        if found := opening.match(sentence[start:end]):
            start += found.end()
    return (start, end) if _is_name(sentence[start:end]) else None


def _is_name(words: str) -> bool:
    """Return whether words can name a speaker, from their beginning and number."""
    if not words or len(words.split()) > _MOST_WORDS or _NO_NAME.search(words) or _NOBODY.match(words):
        return False
    if re.search(r"\b(?:said|says?)\b", head_of(words)):
        return False  # "she said he", before "had told"
    return any(form.match(words) for form in (_HEAD, _PRONOUN)) or _HEAD.match(words[0].lower() + words[1:]) is not None
