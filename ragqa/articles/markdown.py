"""Markdown to the text that its reader sees: no marks of emphasis, headings, quotations and code, no images and link targets.

markdown-it-py says what is markup. All else stays as it is, code point for code point: words without markup, lines and paragraphs,
marks of lists, tables, and HTML. This module is the only importer of markdown_it.

Source: CommonMark 0.31.2, https://spec.commonmark.org/0.31.2/.
"""

from __future__ import annotations

import re
from collections.abc import MutableMapping
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

__all__ = ["plain_line", "plain_text"]

# With some paragraphs the parser's time grows with the square of their length: one that is longer is no prose, and stays as it is.
_LONGEST = 10_000
# What all markup within a paragraph begins with: most have none of it, and needn't be parsed.
_MAY_BE_MARKUP = re.compile(r"[*_`\[<&\\]")

_LINES = re.compile(r"([^\r\n]*)(\r\n|\r|\n|\Z)")
_QUOTE = re.compile(r">[ \t]?")
_FIRST_QUOTE = re.compile(r"((?:[ \t]*(?:[-+*]|\d{1,9}[.)])(?=[ \t]))*[ \t]*)>[ \t]?")
_TIMES = re.compile(r"(?<=\d)\*+(?=\d)")  # "2*3*4" is a product, whatever CommonMark makes of it
_ADDRESS = re.compile(r"[/:#]")

_Environment = MutableMapping[str, Any]


def plain_text(source: str) -> str:
    r"""Return what a reader sees of a text in Markdown.

    >>> plain_text("## Flood\n\n> At least **53 people** and [more](https://example.com), in snake_case, 3 * 4.\n")
    'Flood\n\nAt least 53 people and more, in snake_case, 3 * 4.\n'
    """
    # Products are hidden from the parser behind a character that the text does not hold.
    hidden = next(character for character in map(chr, range(0xF0000, 0x110000)) if character not in source)
    text = _TIMES.sub(lambda times: hidden * len(times.group()), source)
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    return mark + _Page(text.removeprefix(mark)).plain().replace(hidden, "*")


def plain_line(source: str) -> str:
    """Return what a reader sees of one line in Markdown, such as a heading without its mark.

    >>> plain_line("*Freja* aground")
    'Freja aground'
    """
    return " ".join(_seen(source, {}).split("\n")).strip()


class _Page:
    """The lines of a text, each on its way to what is seen of it."""

    def __init__(self, text: str) -> None:
        found = _LINES.findall(text)
        self._lines: list[str] = [line for line, _ in found]
        self._ends: list[str] = [end for _, end in found]
        self._quotes = [0] * len(found)  # how many block quotes a line stands in
        self._environment: _Environment = {}
        self._tokens = _parser().parse(text, self._environment)

    def plain(self) -> str:
        """Return the text without its markup."""
        heading: Token | None = None
        for token in self._tokens:
            if token.map is None:
                continue
            if token.type == "blockquote_open":
                for number in range(*token.map):
                    self._quotes[number] += 1
            elif token.type == "fence":
                self._show_fence(token, *token.map)
            elif token.type == "hr":
                self._show(token.map[0], "")
            elif token.type == "heading_open":
                heading = token
            elif token.type == "inline":
                self._show_words(token, *token.map, heading=heading)
                heading = None
        self._drop_definitions()
        rest = (self._unquoted(number) for number in range(len(self._lines)))
        return "".join(f"{line}{end}" for line, end in zip(rest, self._ends, strict=True))

    def _show(self, number: int, line: str) -> None:
        self._lines[number] = line
        self._quotes[number] = 0  # its marks are gone

    def _show_fence(self, token: Token, first: int, last: int) -> None:
        """Take out the lines that open and close a block of code; the last block of a text may have none that closes it."""
        self._show(first, "")
        held = token.content.count("\n") + (token.content != "" and not token.content.endswith("\n"))
        if last - first - 1 > held:
            self._show(last - 1, "")

    def _show_words(self, token: Token, first: int, last: int, *, heading: Token | None) -> None:
        """Show a paragraph or a heading. A line in which nothing is markup stays as it is, blanks at its end too."""
        if heading is None and not _MAY_BE_MARKUP.search(token.content):
            return
        given = token.content.split("\n")
        places = [_place(line, own) for line, own in zip(self._lines[first:last], given, strict=False)]
        if len(given) != last - first or any(place < 0 for place in places):
            return
        before = [_QUOTE.sub("", line[:place]) for line, place in zip(self._lines[first:], places, strict=False)]
        seen = _seen(token.content, self._environment).split("\n")
        is_same = len(seen) == len(given)
        if heading is not None:
            before = [(own.partition("#")[0] if "#" in heading.markup else own).lstrip() for own in before]
            self._set_apart(heading)
        for number, words in enumerate(seen):
            line = self._lines[first + number]
            as_it_is = is_same and heading is None and words.strip() == given[number].strip()
            self._show(first + number, before[number] + (line[places[number] :] if as_it_is else words))
        self._join(first + len(seen) - 1, last - 1)

    def _set_apart(self, heading: Token) -> None:
        """See to it that a heading has an empty line before and behind it; where it is underlined, that is the line behind it."""
        assert heading.map is not None
        first, last = heading.map
        if first and self._lines[first - 1].strip("> \t"):
            self._ends[first - 1] *= 2
        if "#" not in heading.markup:
            self._show(last - 1, "")
        elif last < len(self._lines) and self._lines[last].strip("> \t"):
            self._ends[last - 1] *= 2

    def _join(self, number: int, last: int) -> None:
        """Let a line end as the ``last`` one, which like those between them has nothing left to show."""
        if number < last:
            self._ends[number] = self._ends[last]
            for gone in range(number + 1, last + 1):
                self._show(gone, "")
                self._ends[gone] = ""

    def _drop_definitions(self) -> None:
        """Take out what only says where links lead to: "[1]: https://example.com"; "[Editor]: yes" says something."""
        known = [*self._environment.get("references", {}).values(), *self._environment.get("duplicate_refs", [])]
        for definition in known:
            if _ADDRESS.search(definition["href"]):
                for number in range(*definition["map"]):
                    self._show(number, "")

    def _unquoted(self, number: int) -> str:
        line = self._lines[number]
        for _ in range(self._quotes[number]):
            line = found[1] + line[found.end() :] if (found := _FIRST_QUOTE.match(line)) else line
        return line


def _place(line: str, content: str) -> int:
    """Return where in a line its content begins, behind the marks of what it stands in; -1 where it is not there."""
    words = content.strip()
    place = line.rfind(words) if words else len(line)
    behind = line[place + len(words) :].strip()
    return place if not behind.strip("# \t") else -1


def _seen(content: str, environment: _Environment) -> str:
    """Return what is seen of a paragraph."""
    if len(content) > _LONGEST:
        return content
    tokens: list[Token] = []
    _parser().inline.parse(content, _parser(), environment, tokens)
    seen = ""
    is_behind_image = False
    for token in tokens:
        breaks = token.type in ("softbreak", "hardbreak")
        words: str = "\n" if breaks else "" if token.type == "image" else token.content
        if is_behind_image and words and (not seen or seen[-1].isspace()):
            words = words.removeprefix(" ")  # one of the two beside it is enough
        is_behind_image = token.type == "image" or (is_behind_image and not words)
        seen += words
    return seen


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    # What is in a paragraph is parsed by `_seen`. HTML stays as it is: in news "<" is more often no tag.
    return MarkdownIt("commonmark", {"html": False}).disable(["inline", "text_join"])
