"""Words and figures that an answer must not cut, as offsets into a text that stays as it is.

A sub-word model may point into "100,544" at "544", into "U.S." at "U" or into "wounded" at "wound". `spans` therefore decodes
whole units of this module. What is one unit is a choice for news prose: a figure with its separators, sign, currency and per
cent mark (``$3.5``, ``12%``, ``10:30``, ``2-1``), a name with a number (``F-16``), an acronym with stops (``U.S.``), a word with an
apostrophe inside (``O'Brien``). Two units: the halves of a hyphenated word (``Hamas-led``), a word and its possessive
(``Israel's``), two years (``1939-1945``). Scripts without spaces between words are a unit a character, but for
their figures. Imports nothing of ragqa.
"""

from __future__ import annotations

import numpy as np
import regex
from numpy.typing import NDArray

__all__ = ["word_spans"]

# The scripts without spaces between words, with the signs that Unicode counts to no one script (such as the long-vowel mark of
# Kana) and without their digits, which make figures as all others do.
_SPACELESS = (
    r"[[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
    r"\u3006\u3031-\u3035\u303c\u30fc\uff70\uff9e\uff9f]--\p{Nd}]"
)
# ASCII is named first because a set difference alone takes twice as long.
_LETTER = rf"[A-Za-z[\p{{L}}--{_SPACELESS}]]"
_IN_WORD = rf"[A-Za-z0-9_[[\p{{L}}\p{{M}}\p{{N}}]--{_SPACELESS}]]"

# Possessive quantifiers and the lookbehind of acronyms keep the time linear, whatever the text.
_UNIT = regex.compile(
    rf"""
      (?<!(?<!{_IN_WORD}){_LETTER}\.)(?:{_LETTER}\.){{2,}}+(?!{_LETTER}|\p{{N}})   # U.S., a.m., J.R.R.
    | (?:(?<!{_IN_WORD})(?<![)\]])[-\u2212+](?=[\p{{Sc}}\d]))?          # the sign of a figure
      (?:[\#@](?={_IN_WORD}))?                                         # @name, #tag
      (?:\p{{Sc}}(?=\d))?
      {_IN_WORD}++
      (?:
          (?:
              \p{{Sc}}(?=\d)                                           # US$3
            | (?<=\d)[.,:/](?=\d)                                      # 3.5  100,544  10:30  19/08/2024
            | (?<=\d)['\u2019\u00a0\u202f](?=\d{{3}}(?!\d))            # 100'544 and spaced thousands
            | (?<!(?<!\d)\d{{4}})[-\u2010\u2011\u2013](?=\d)           # F-16  2-1  10\u201315
            | (?<=(?<!\d)\d{{4}})[-\u2010\u2011\u2013](?=\d)(?!\d{{4}}(?!\d))   # not between two years
            | (?<={_LETTER})['\u2019](?={_LETTER})(?!s(?!{_LETTER}|\p{{N}}))   # O'Brien, don't; not Israel's
            | (?<={_LETTER})&(?={_LETTER})                             # AT&T
          )
          {_IN_WORD}++
      )*+
      (?:(?<=\d)[^\S\r\n]?[%\uff05\u2030]|(?<=\d)[^\S\r\n]?\u00b0[CF]?)?   # 12%  -5 °C, on one line
      (?:(?<=\d)\p{{Sc}})?                                             # 40€
    | {_SPACELESS}\p{{M}}*+
    """,
    regex.VERBOSE | regex.VERSION1,
)


def word_spans(text: str) -> NDArray[np.int64]:
    """Return the words and figures of ``text`` in order: ``(n, 2)`` int64, characters, half-open, none overlapping.

    >>> text = "Gaza's dead: 42,847; 100,544 hurt in U.S.-led raids."
    >>> [text[start:end] for start, end in word_spans(text).tolist()]
    ['Gaza', 's', 'dead', '42,847', '100,544', 'hurt', 'in', 'U.S.', 'led', 'raids']
    """
    return np.array([match.span() for match in _UNIT.finditer(text)], dtype=np.int64).reshape(-1, 2)
