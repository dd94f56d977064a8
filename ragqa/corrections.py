"""What a notice of correction withdraws.

    Correction: An earlier version of this article said that 46 cranes had been taken down. There were 16 cranes.

The notice says both what was wrong and what is right. What was wrong stands in the article word for word, so a reader may well
find it: it must be neither an answer nor a rival of one. Some articles keep the wrong figure where it stood, and say below that it
is wrong: it is withdrawn there too. Notices are found by `parts`; beside that only `sentences` and `quantities` are imported.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import regex

from ragqa.months import MONTH
from ragqa.parts import notices
from ragqa.patterns import lazy_regex
from ragqa.quantities import Quantity, quantities
from ragqa.sentences import sentence_spans

__all__ = ["is_withdrawn"]

_PUT = (
    r"(?:said|gave|given|stated|named|called|put|described|reported|identified|listed|quoted|published|printed|written|sp(?:elled|elt)"
    r"|attributed|dated|counted)"
)
# A clause that reports what the article used to say.
_USED_TO_SAY = lazy_regex(
    r"\b(?:(?:earlier|previous|prior|original|first|initial)\s+(?:versions?|editions?|reports?)"
    r"|incorrectly|wrongly|mistakenly|erroneously"
    rf"|(?:originally|at\s+first|previously|initially)\s+(?:\p{{L}}+\s+)?{_PUT}|{_PUT}\s+(?:originally|at\s+first|previously|initially)"
    r"|in\s+error|had\s+(?:said|given|stated|named)"
    r"|(?:article|story|report|piece|headline)\s+(?:said|gave|stated|named|called|put))\b",
    regex.IGNORECASE,
)
# What may as well belong to what is right ("the prize, formerly given in Oslo"): it counts where the sentence names the article.
_ONCE = lazy_regex(
    r"\b(?:originally|at\s+first|previously|initially|formerly|was\s+(?:said|given))\b",
    regex.IGNORECASE,
)
_NAMES_ARTICLE = lazy_regex(
    r"\b(?:(?:earlier|previous|prior|original|first|initial)\s+(?:version|edition|report)s?|article|story|headline|caption"
    r"|this\s+(?:report|piece))\b",
    regex.IGNORECASE,
)
# What follows is right ("misspelled the name of the mayor, Jane Smyth") up to what it was taken for.
_MISTOOK = lazy_regex(r"\bmis(?:stat|spell|spelt|identif|attribut|quot|report)\p{L}*", regex.IGNORECASE)
_AS = lazy_regex(r"\b(?:as|to)\b", regex.IGNORECASE)
_CLAUSE_END = lazy_regex(
    r";|[,.]?\s+(?:when\s+(?:in\s+fact|it|he|she|they|there)|whereas|while\s+in\s+fact|in\s+fact|but)\b|\s[–—]\s|\bcorrected\s+to\b",
    regex.IGNORECASE,
)
_IS_DAY = lazy_regex(rf"\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?{MONTH}\b", regex.IGNORECASE)
_AFTER_MONTH = lazy_regex(rf"\b{MONTH}\.?\s+$", regex.IGNORECASE)
_ASIDE_END = lazy_regex(r"[,)](?!\d)")
_INSTEAD = lazy_regex(
    r"(?:(?:,\s*(?:and\s+)?|\band\s+)not|\bnot(?=[^.;]{1,80}?\bbut\b)|\b(?:instead\s+of|rather\s+than|corrected\s+from))\s+(?:(?!\b(?:but|to)\b)[^,;.–—]|[.,](?=\d))*+"
    r"|\b(?:chang|correct|amend|revis)(?:ed?|ing)?\b(?:\s+\p{L}+){0,6}?\s+\Kfrom\s+(?=[\d$€£])[^\s;]+",
    regex.IGNORECASE,
)


def is_withdrawn(text: str, start: int, end: int, *, title: str | None = None) -> bool:
    r"""Return whether the characters ``start`` to ``end`` of an article are what a notice of correction in it says was wrong.

    >>> text = "Sixteen died.\n\nCorrection: An earlier version said that 46 died. There were 16 dead, not 46."
    >>> [is_withdrawn(text, at, at + 2) for at in (text.index("46"), text.index("16"), text.rindex("46"))]
    [True, False, True]
    """
    return any(first < end and start < last for first, last in _withdrawn(text, title))


@lru_cache(maxsize=256)
def _withdrawn(text: str, title: str | None) -> tuple[tuple[int, int], ...]:
    found: list[tuple[int, int]] = []
    told = notices(text, title=title)
    for first, last in told:
        for start, end in sentence_spans(text[first:last]):
            found += _withdrawn_in(text, first + start, first + end)
    return (*found, *_repeated(text, told, found)) if found else ()


def _repeated(text: str, told: Sequence[tuple[int, int]], wrong: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return where figures that a notice withdraws stand outside of the notices ``told``.

    A figure that may well count something else must count what the notice speaks of.
    """
    said = [own for first, last in told for own in _figures(text, first, last)]
    wrong_ones = [own for own in said if any(first <= own.start < last for first, last in wrong)]
    right = {(own.amount, own.unit) for own in said if own not in wrong_ones}
    withdrawn = {(own.amount, own.unit) for own in wrong_ones} - right
    if not withdrawn:
        return []
    words = " ".join(text[first:last] for first, last in told).casefold()
    return [
        (own.start, own.end)
        for own in _figures(text, 0, len(text))
        if (own.amount, own.unit) in withdrawn and (_is_telling(own) or (own.noun and own.noun in words))
    ]


def _figures(text: str, start: int, end: int) -> list[Quantity]:
    """Return the figures between two characters of a text, but for days of a month and years."""
    found = (own._replace(start=own.start + start, end=own.end + start) for own in quantities(text[start:end]))
    return [
        own
        for own in found
        if not (_IS_DAY.match(text, own.start) or _AFTER_MONTH.search(text, max(0, own.start - 12), own.start))
    ]


def _is_telling(figure: Quantity) -> bool:
    """Return whether a figure is so large or exact, or has such a unit, that it hardly stands twice in an article by chance."""
    return bool(figure.unit) or (
        figure.amount >= 100 and figure.amount > 5 * figure.step and not 1900 <= figure.amount <= 2100
    )


def _withdrawn_in(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Return what a sentence of a notice withdraws."""
    found = [match.span() for match in _INSTEAD.finditer(text, start, end)]
    if mistook := _MISTOOK.search(text, start, end):
        stop = _CLAUSE_END.search(text, mistook.end(), end)
        last = stop.start() if stop else end
        taken = _AS.search(text, mistook.end(), last)
        return [*found, (taken.end(), last)] if taken else found
    said = _USED_TO_SAY.search(text, start, end)
    if said is None and _NAMES_ARTICLE.search(text, start, end):
        said = _ONCE.search(text, start, end)
    if said:
        is_aside = text[start : said.start()].rstrip().endswith((",", "("))
        stop = (_ASIDE_END if is_aside else _CLAUSE_END).search(text, said.end(), end)
        found.append((said.start() if is_aside else start, stop.start() if stop else end))
    return found
