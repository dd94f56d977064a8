"""Which words attribute a given stretch of an article, or None where the article asserts it itself.

A stretch in direct speech is its speaker's, if one is named in the sentences of the quotation, in the one that leads to it, or
by the quotation before it; words in quotation marks that nobody is said to speak are a title or a term. Any other stretch is
attributed by the nearest cue of its own sentence that covers it.
"""

from __future__ import annotations

import re
from heapq import nsmallest
from typing import Literal, NamedTuple

from ragqa.sentences import sentence_spans
from ragqa.speech.cues import Cue, cues_in
from ragqa.speech.quotes import Quote, masked, quotes_in

__all__ = ["Attributed", "attribute"]

_MOST_CUES = 50  # that are held against each other; only a transcript without stops has more
_MOST_QUOTES = 40  # through which a speaker is looked for


class Attributed(NamedTuple):
    """The words that attribute, and those of them that name the speaker: characters of the article, half-open."""

    start: int
    end: int
    speaker_start: int
    speaker_end: int
    kind: Literal["direct", "reported"]


class _Paragraph(NamedTuple):
    start: int
    end: int
    sentences: list[tuple[int, int]]
    quotes: list[Quote]


def attribute(text: str, start: int, end: int) -> Attributed | None:
    """Return what attributes the characters ``start`` to ``end`` of ``text``, or None.

    >>> text = 'The gas exploded at noon, the company said. "It was loud," said Mr Bilyk, a guard.'
    >>> [text[a.start : a.end] for a in (attribute(text, 4, 7), attribute(text, 45, 55)) if a]
    ['the company said', 'said Mr Bilyk, a guard']
    """
    paragraph = _paragraph(text, start)
    quote = next((q for q in paragraph.quotes if q.start <= start and end <= q.end), None)
    if quote is not None:
        return _of_quote(text, paragraph, quote)
    first, last = next((s for s in paragraph.sentences if s[0] <= start < s[1]), (start, end))
    sentence = masked(text, first, last, paragraph.quotes)
    at, until = start - first, end - first
    covering = (cue for cue in cues_in(sentence) if any(low <= at and until <= high for low, high in cue.covers))
    near = nsmallest(_MOST_CUES, covering, key=lambda cue: _distance(cue, at, until))
    outermost = (cue for cue in near if not any(_covers(other, cue) and not _covers(cue, other) for other in near))
    best = next(outermost, None)
    return best and _placed(best, first, "reported")


def _paragraph(text: str, at: int) -> _Paragraph:
    """Return the paragraph around a character: sentences between which no line ends."""
    spans = sentence_spans(text)
    own = next((number for number, (_, end) in enumerate(spans) if at < end), len(spans) - 1)
    first = last = own
    while first > 0 and "\n" not in text[spans[first - 1][1] : spans[first][0]]:
        first -= 1
    while last + 1 < len(spans) and "\n" not in text[spans[last][1] : spans[last + 1][0]]:
        last += 1
    sentences = spans[first : last + 1] or [(0, len(text))]
    start, end = sentences[0][0], sentences[-1][1]
    return _Paragraph(start, end, sentences, quotes_in(text, start, end))


def _of_quote(text: str, paragraph: _Paragraph, quote: Quote, steps: int = _MOST_QUOTES) -> Attributed | None:
    if found := _beside(text, paragraph, quote):
        return found
    if steps == 0:
        return None
    if found := _carried_on(text, paragraph, quote, steps - 1):
        return found
    return _across_paragraphs(text, paragraph, quote, steps - 1)


def _beside(text: str, paragraph: _Paragraph, quote: Quote) -> Attributed | None:
    """The cue in the sentences of the quotation: the one behind it first, if it is said of what stands before."""
    touching = [span for span in paragraph.sentences if span[0] < quote.end and quote.start < span[1]]
    if not touching:
        return None
    first, last = touching[0][0], touching[-1][1]
    sentence = masked(text, first, last, paragraph.quotes)
    low, high = quote.start - first, quote.end - first
    cues = [cue for cue in cues_in(sentence) if _takes(cue, sentence, low, high)]
    best = min(cues, key=lambda cue: (cue.end <= low, _distance(cue, low, high)), default=None)
    return best and _placed(best, first, "direct")


def _takes(cue: Cue, sentence: str, low: int, high: int) -> bool:
    """A cue behind a quotation must cover it; one before it leads to it, with no end of a sentence between."""
    if any(start <= low and high <= end for start, end in cue.covers):
        return True
    return 0 <= low - cue.end < 80 and not re.search(r"[.!?]\s|;", sentence[cue.end : low])


def _carried_on(text: str, paragraph: _Paragraph, quote: Quote, steps: int) -> Attributed | None:
    """The speaker of the quotation before, where this one is a sentence of its own right behind: "A," said X. "B."."""
    opening = next((span for span in paragraph.sentences if span[0] == quote.start), None)
    before = [other for other in paragraph.quotes if other.end <= quote.start]
    if opening is None or quote.end < opening[1] - 1:
        return None
    led = text[paragraph.start : quote.start].rstrip()
    if led.endswith(":"):
        return _lead(text, paragraph, len(led))
    if not before:
        return None
    number = paragraph.sentences.index(opening)
    previous = paragraph.sentences[number - 1] if number else None
    if previous is None or before[-1].end <= previous[0]:
        return None
    return _of_quote(text, paragraph, before[-1], steps)


def _lead(text: str, paragraph: _Paragraph, end: int) -> Attributed | None:
    """The cue of the sentence that ends in a colon before a quotation."""
    span = next((s for s in paragraph.sentences if s[0] < end <= s[1]), None)
    if span is None:
        return None
    cues = cues_in(masked(text, *span, paragraph.quotes))
    return _placed(cues[-1], span[0], "direct") if cues else None


def _across_paragraphs(text: str, paragraph: _Paragraph, quote: Quote, steps: int) -> Attributed | None:
    """Speech that runs on over paragraphs is not closed in one and opens again in the next; a colon leads to one as well."""
    if quote.start != paragraph.start:
        return None
    head = text[: paragraph.start].rstrip()
    if not head:
        return None if quote.is_closed else _in_next(text, paragraph)
    before = _paragraph(text, len(head) - 1)
    if head.endswith(":"):
        return _lead(text, before, len(head))
    open_one = next((other for other in before.quotes if not other.is_closed), None)
    if open_one is not None:
        return _of_quote(text, before, open_one, steps)
    return None if quote.is_closed else _in_next(text, paragraph)


def _in_next(text: str, paragraph: _Paragraph) -> Attributed | None:
    rest = text[paragraph.end :]
    start = paragraph.end + len(rest) - len(rest.lstrip())
    if start >= len(text):
        return None
    after = _paragraph(text, start)
    return _beside(text, after, after.quotes[0]) if after.quotes and after.quotes[0].start == after.start else None


def _covers(cue: Cue, other: Cue) -> bool:
    """Whether one cue stands in what another covers: "a consultant says that she had warned of it" is what the consultant says."""
    return any(low <= other.start and other.end <= high for low, high in cue.covers)


def _distance(cue: Cue, low: int, high: int) -> int:
    return max(cue.start - high, low - cue.end, 0)


def _placed(cue: Cue, offset: int, kind: Literal["direct", "reported"]) -> Attributed:
    return Attributed(cue.start + offset, cue.end + offset, cue.speaker_start + offset, cue.speaker_end + offset, kind)
