"""Words and figures that an answer must not cut, as offsets into a text that stays as it is.

A sub-word model may point into "100,544" at "544", into "U.S." at "U" or into "wounded" at "wound". `spans` therefore decodes
whole units of this module. What is one unit is a choice for news prose: a figure with its separators, sign, currency and per
cent mark (``$3.5``, ``12%``, ``10:30``, ``2-1``), a name with a number (``F-16``), an acronym with stops (``U.S.``), a word with an
apostrophe inside (``O'Brien``). Two units: the halves of a hyphenated word (``Hamas-led``), a word and its possessive
(``Israel's``), two years (``1939-1945``). Scripts without spaces between words are a unit a character. Imports nothing of ragqa.
"""

from __future__ import annotations

import numpy as np
import regex
from numpy.typing import NDArray

__all__ = ["word_spans"]

_UNIT = regex.compile(
    r"""
      [\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]\p{M}*
    | (?:\p{L}\.){2,}(?![\p{L}\p{N}])                                  # U.S., a.m., J.R.R.
    | (?:(?<![\p{L}\p{M}\p{N}_)\]])[-\u2212+](?=[\p{Sc}\d]))?          # the sign of a figure
      (?:[\#@](?=[\p{L}\p{N}_]))?                                      # @name, #tag
      (?:\p{Sc}(?=\d))?
      [\p{L}\p{M}\p{N}_]+
      (?:
          (?:
              \p{Sc}(?=\d)                                             # US$3
            | (?<=\d)[.,:/](?=\d)                                      # 3.5  100,544  10:30  19/08/2024
            | (?<=\d)['\u2019\u00a0\u202f](?=\d{3}(?!\d))              # 100'544 and spaced thousands
            | (?<!(?<!\d)\d{4})[-\u2010\u2011\u2013](?=\d)             # F-16  2-1  10\u201315
            | (?<=(?<!\d)\d{4})[-\u2010\u2011\u2013](?=\d)(?!\d{4}(?!\d))   # not between two years
            | (?<=\p{L})['\u2019](?=\p{L})(?!s(?![\p{L}\p{N}]))        # O'Brien, don't; not Israel's
            | (?<=\p{L})&(?=\p{L})                                     # AT&T
          )
          [\p{L}\p{M}\p{N}_]+
      )*
      (?:(?<=\d)\s?[%\u2030]|(?<=\d)\s?\u00b0[CF]?)?                   # 12%  -5 °C
      (?:(?<=\d)\p{Sc})?                                               # 40€
    """,
    regex.VERBOSE,
)


def word_spans(text: str) -> NDArray[np.int64]:
    """Return the words and figures of ``text`` in order: ``(n, 2)`` int64, characters, half-open, none overlapping.

    >>> text = "Gaza's dead: 42,847; 100,544 hurt in U.S.-led raids."
    >>> [text[start:end] for start, end in word_spans(text).tolist()]
    ['Gaza', 's', 'dead', '42,847', '100,544', 'hurt', 'in', 'U.S.', 'led', 'raids']
    """
    return np.array([match.span() for match in _UNIT.finditer(text)], dtype=np.int64).reshape(-1, 2)
