"""A link to the very words: a URL with a text directive, ``#:~:text=[prefix-,]start[,end][,-suffix]``.

A browser scrolls to the first place that fits, compared without case and with white space made single, whole words only. Where
the words stand elsewhere too, words before and behind are added until they stand there alone. Imports nothing of ragqa.

Source: URL Fragment Text Directives (WICG), https://wicg.github.io/scroll-to-text-fragment/, sections 3.2 and 3.6.
"""

from __future__ import annotations

import re
from urllib.parse import quote as percent_encoded

__all__ = ["text_link"]

_LONGEST_EXACT = 300
_END_WORDS = 5
_MOST_CONTEXT = 12
_DIRECTIVE = ":~:"


def text_link(url: str | None, text: str, start: int, end: int, *, heading: str = "") -> str | None:
    """Return the link to the characters ``start`` to ``end`` of an article's ``text``, or None where there is no web address.

    Args:
        url: of the article.
        text: of the article.
        start: of the words.
        end: of the words.
        heading: what stands above the text on its page; the words may stand there first.

    >>> text_link("https://example.org/a", "Eleven died, five were hurt.", 0, 11)
    'https://example.org/a#:~:text=Eleven%20died'
    """
    if url is None or not re.match(r"https?://", url, re.IGNORECASE) or not text[start:end].strip():
        return None
    page = f"{heading}\n{text}" if heading else text
    shift = len(page) - len(text)
    directive = _directive(page, start + shift, end + shift)
    address, _, fragment = url.partition("#")
    # An element id stays; a directive that is there already is replaced.
    return f"{address}#{fragment.split(_DIRECTIVE)[0]}{_DIRECTIVE}text={directive}"


def _directive(page: str, start: int, end: int) -> str:
    words = page[start:end].split()
    quoted = " ".join(words)
    # Words of two blocks of a page are only found as a beginning and an end.
    if "\n" in page[start:end].strip() or len(quoted) > _LONGEST_EXACT:
        half = min(_END_WORDS, max(1, len(words) // 2))
        core = [" ".join(words[:half]), " ".join(words[-half:])] if len(words) > 1 else [quoted]
    else:
        core = [quoted]
    prefix, suffix = _context(page, start, end)
    parts = [f"{_encoded(prefix)}-"] if prefix else []
    parts += [_encoded(part) for part in core]
    parts += [f"-{_encoded(suffix)}"] if suffix else []
    return ",".join(parts)


def _context(page: str, start: int, end: int) -> tuple[str, str]:
    """Return as few words before and behind as single the place out, none where it stands alone; all there are if none do."""
    before = page[:start].rsplit("\n", 1)[-1].split()[-_MOST_CONTEXT:]
    behind = page[end:].split("\n", 1)[0].split()[:_MOST_CONTEXT]
    if _places(page, "", page[start:end], "") < 2:
        return "", ""
    for size in range(1, 2 * _MOST_CONTEXT + 1):
        prefix = before[len(before) - min(len(before), (size + 1) // 2) :]
        suffix = behind[: min(len(behind), size // 2)]
        if _places(page, " ".join(prefix), page[start:end], " ".join(suffix)) < 2:
            return " ".join(prefix), " ".join(suffix)
    return " ".join(before), " ".join(behind)


def _places(page: str, prefix: str, words: str, suffix: str) -> int:
    """Count the places that fit, as a browser compares: without case, any white space like any other, whole words."""
    inner = r"\s+".join(re.escape(word) for word in words.split())
    before = r"\s+".join(re.escape(word) for word in prefix.split()) + r"\s*" if prefix else ""
    behind = r"\s*" + r"\s+".join(re.escape(word) for word in suffix.split()) if suffix else ""
    return sum(1 for _ in re.finditer(rf"(?=(?<!\w){before}{inner}{behind}(?!\w))", page, re.IGNORECASE))


def _encoded(words: str) -> str:
    """Percent-encode what is not a URL code point, and the three signs that a directive uses itself."""
    return percent_encoded(words, safe="").replace("-", "%2D")
