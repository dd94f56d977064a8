"""The words that say what a question is about, and how many of them a text holds.

Used to search by words, and to see whether a passage is about what was asked: a sum of money answers "How much did donors give to
rebuild Notre-Dame?" better where Notre-Dame is named. Imports nothing of ragqa.
"""

from __future__ import annotations

import re
from functools import lru_cache

__all__ = ["coverage", "is_particle", "telling_words"]

_WORD = re.compile(r"\w+")
# Without "may" and "us": a month and a country, once in lower case.
_STOP_WORDS = frozenset(
    "a about after all also an and any are as at be been before but by can could did do does for from had has "
    "have he her his how i if in into is it its many me might more most much my no not of on or our over she "
    "should so some such than that the their them then there these they this those to under up was we were "
    "what when where which while who whom whose why will with would you your".split()
)
# No answers by themselves: who "she" is the passage may say, but the answer doesn't. In capitals they are: IS claimed it, and it
# was in OR.
_PARTICLES = frozenset(
    "a about almost an and approximately are around as at be been but by for from had has have he her him his i in is it its "
    "nearly of on or roughly she some than that the their them there these they this those to us was we were which who with".split()
)
_ENDINGS = ("ing", "ion", "ed", "es", "ly", "s")
_LEAST = 3  # letters that are left of a word


def telling_words(text: str) -> list[str]:
    """Return the words of ``text`` in lower case, each once, without those that say little unless there are no others.

    >>> telling_words("How many of the hostages are in Gaza?"), telling_words("Who is he?")
    (['hostages', 'gaza'], ['who', 'is', 'he'])
    """
    words = list(dict.fromkeys(_WORD.findall(text.lower())))
    return [word for word in words if word not in _STOP_WORDS] or words


def is_particle(word: str) -> bool:
    """Return whether a word is no answer by itself, whatever is asked.

    >>> is_particle("At"), is_particle("IS"), is_particle("43")
    (True, False, False)
    """
    return word.lower() in _PARTICLES and not (len(word) > 1 and word.isupper())


def coverage(question: str, text: str) -> float | None:
    """Return the share, 0 to 1, of the question's telling words that ``text`` holds; None where the question has no word.

    Words are compared without the commonest English endings.

    >>> coverage("How many hostages remained in Gaza?", "One hostage remains.")
    0.6666666666666666
    """
    wanted = _stems(question)
    return len(wanted & _stems(text)) / len(wanted) if wanted else None


@lru_cache(maxsize=4096)  # passages are asked about again
def _stems(text: str) -> frozenset[str]:
    return frozenset(map(_stem, telling_words(text)))


def _stem(word: str) -> str:
    """Return a word without its ending: killed, killing, kills -> kill; quake, quakes -> quak; city, cities -> citi."""
    for ending in _ENDINGS:
        if word.endswith(ending) and not word.endswith("ss") and len(word) - len(ending) >= _LEAST:
            word = word.removesuffix(ending)
            break
    if len(word) > _LEAST:
        word = word.removesuffix("e")
    return word.removesuffix("y") + "i" if word.endswith("y") else word
