"""What stands near a place of a sentence. Imports nothing of ragqa.

The transcript of a broadcast may be one sentence of a whole hour. So nothing is looked for all over a sentence: neither a name
and its verb, nor the clause before them, are longer than these.
"""

from __future__ import annotations

import re

__all__ = ["FAR", "REACH", "before", "right_before"]

REACH = 200
"""Characters that a name and what belongs to it may take."""
FAR = 1_000
"""Characters of a clause that are looked at."""


def before(sentence: str, at: int) -> str:
    """Return the clause that ends at a place, or as much of it as counts."""
    return sentence[max(0, at - FAR) : at]


def right_before(pattern: re.Pattern[str], sentence: str, at: int) -> re.Match[str] | None:
    """Return where a pattern that ends in ``$`` ends at a place."""
    return pattern.search(sentence, max(0, at - REACH), at)
