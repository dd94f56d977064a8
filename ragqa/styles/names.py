"""Names of authors, turned round and shortened as styles want them. Imports nothing of ragqa.

What a byline holds is free text: people, agencies, "Courier staff". A name that holds a word of an organisation, or is a single
word, is left as it is; so is one that has its comma already.
"""

from __future__ import annotations

import re
from typing import NamedTuple

__all__ = ["Author", "author_of"]

_ORGANISATION = re.compile(
    r"\b(?:agenc(?:y|ies)|staff|press|news|wires?|desk|team|service|bureau|editors?|editorial|board|correspondents?|reporters?|"
    r"reuters|afp|ap|bbc|dpa|post|times|daily|media|network|office|ministry|associated|online|and|writers?)\b",
    re.IGNORECASE,
)
_PARTICLES = frozenset("van von de der den del della di da dos du la le ten ter zu bin ibn al el".split())
_SUFFIXES = frozenset("jr jr. sr sr. ii iii iv".split())


class Author(NamedTuple):
    """A person's name in parts; an organisation has all of its name in ``family`` and no ``given``."""

    family: str
    given: str = ""
    suffix: str = ""

    @property
    def inverted(self) -> str:
        """The family name first: "Lys, Bohdan"."""
        return ", ".join(part for part in self if part)

    @property
    def plain(self) -> str:
        """The name as it is spoken."""
        return " ".join(part for part in (self.given, self.family, self.suffix) if part)

    @property
    def initialled(self) -> str:
        """The family name and initials: "Zhou, M.-L."."""
        initials = " ".join(
            "-".join(f"{part[0].upper()}." for part in name.split("-") if part) for name in self.given.split()
        )
        return ", ".join(part for part in (self.family, initials, self.suffix) if part)


def author_of(name: str, *, source: str | None = None) -> Author:
    """Return the parts of a name; that of the ``source`` itself is an organisation.

    >>> author_of("Ludwig van Beethoven"), author_of("Continental Wire")
    (Author(family='van Beethoven', given='Ludwig', suffix=''), Author(family='Continental Wire', given='', suffix=''))
    """
    words = name.split()
    if len(words) < 2 or name == source or _ORGANISATION.search(name):
        return Author(" ".join(words))
    if "," in name:
        family, _, given = name.partition(",")
        return Author(family.strip(), given.strip())
    suffix = words.pop() if words[-1].lower() in _SUFFIXES and len(words) > 2 else ""
    first = next(
        (number for number, word in enumerate(words[1:-1], start=1) if word.lower() in _PARTICLES and word.islower()),
        len(words) - 1,
    )
    return Author(" ".join(words[first:]), " ".join(words[:first]), suffix)
