"""Text and Markdown files, their front matter, and the sidecars beside articles.

The text of an article is the file as decoded, of Markdown what a reader sees of it (`markdown`); where the file begins with front
matter, or with lines such as ``Title: ...`` and ``Date: ...`` and then an empty one, it is what follows, for a citation is into the
article's words.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from ragqa.articles.decoding import decode, read_bytes
from ragqa.articles.fields import MAX_CHARACTERS, Found, Unreadable, known_fields
from ragqa.articles.markdown import plain_line, plain_text
from ragqa.dates import parse_published
from ragqa.errors import ArticleError

__all__ = ["is_sidecar", "read_markdown", "read_sidecar", "read_text"]

_SIDECAR = ".meta.json"
_LONGEST_FRONT_MATTER = 1 << 16

_OPENING = re.compile(r"\ufeff?---[ \t]*(?:\r\n|\n|\r)")
_CLOSING = re.compile(r"^(?:---|\.\.\.)[ \t]*(?:\r\n|\n|\r|\Z)", re.MULTILINE)
_HEAD = re.compile(
    r"\ufeff?((?:[A-Za-z][\w -]{0,30}:[ \t]+\S[^\r\n]*(?:\r\n|\n|\r)){1,12})[ \t]*(?:\r\n|\n|\r)(?=\s*\S)"
)
_FLAT = re.compile(r"(?:[A-Za-z_]\w*: [^\[\]{}?&*!|>%@`#\x00-\x1f\x7f-\xa0\u2028\u2029\ufeff]*\n)+")
_KEY = re.compile(r"^([A-Za-z_][\w -]*):(?:\s|$)", re.MULTILINE)
_HEADING = re.compile(r" {0,3}#[ \t]+")
_BLANKS = " \t"
_FENCE = re.compile(r" {0,3}(```|~~~)")


def read_text(path: Path) -> Iterator[Found]:
    """Read a text file: one article.

    Raises:
        Unreadable: it is no text, or its front matter is broken.
        OSError: the file can't be read.
    """
    fields, body = _read(path)
    yield Found({**fields, "text": body})


def read_markdown(path: Path) -> Iterator[Found]:
    """Read a Markdown file as `read_text` does, without its markup; the title falls back to the first heading of the first level.

    Raises:
        Unreadable: it is no text, or its front matter is broken.
        OSError: the file can't be read.
    """
    fields, body = _read(path)
    if len(body) > MAX_CHARACTERS:  # is refused anyway
        yield Found({**fields, "text": body})
        return
    heading = plain_line(_first_heading(body) or "")
    yield Found({**fields, "text": plain_text(body)}, fallback={"title": heading} if heading else {})


def read_sidecar(path: Path) -> dict[str, object]:
    """Return what the sidecar of the file at ``path`` says, nothing if there is none.

    That of ``ferry.txt`` is ``ferry.txt.meta.json``, or else ``ferry.meta.json``.

    Raises:
        Unreadable: the sidecar is not a JSON object in UTF-8.
        OSError: it can't be read.
    """
    stem = Path(re.sub(r"\.gz$", "", path.name, flags=re.IGNORECASE)).stem
    for sidecar in (path.with_name(path.name + _SIDECAR), path.with_name(stem + _SIDECAR)):
        if sidecar.is_file():
            try:
                given = json.loads(read_bytes(sidecar).decode("utf-8-sig"))
            except (ValueError, RecursionError) as error:
                raise Unreadable(
                    f"its sidecar {sidecar.name} is not JSON in UTF-8 ({error}): repair or remove it"
                ) from error
            if not isinstance(given, dict):
                raise Unreadable(
                    f'its sidecar {sidecar.name} must hold an object such as {{"source": "..."}}: repair or remove it'
                )
            found = known_fields(given)
            return {name: value for name, value in found.items() if name not in ("id", "text")}
    return {}


def is_sidecar(path: Path) -> bool:
    """Say whether the file at ``path`` tells about an article and is none itself."""
    return path.name.lower().endswith(_SIDECAR)


def _read(path: Path) -> tuple[dict[str, object], str]:
    text = decode(read_bytes(path))
    opening = _OPENING.match(text)
    closing = _CLOSING.search(text, opening.end(), opening.end() + _LONGEST_FRONT_MATTER) if opening else None
    if opening is None or closing is None:
        return _header(text)
    fields = _front_matter(text[opening.end() : closing.start()])
    return (fields, text[closing.end() :]) if fields else ({}, text)


def _header(text: str) -> tuple[dict[str, object], str]:
    """Return the fields of the lines ``Name: value`` that an article may begin with, and the text behind the empty line after them.

    Only where they can't be the article's own words: two of the names are those of fields, or the only one is, and what a lone
    line calls a date is one.
    """
    head = _HEAD.match(text)
    if head is None:
        return {}, text
    lines = [line.partition(":") for line in head[1].splitlines()]
    fields = known_fields({name: value.strip() for name, _, value in lines})
    if "text" in fields or len(fields) < min(len(lines), 2):
        return {}, text
    if fields.keys() == {"published_at"}:
        try:
            parse_published(fields["published_at"])
        except ArticleError:
            return {}, text
    return fields, text[head.end() :]


def _front_matter(block: str) -> dict[str, object]:
    """Return the fields in a block of YAML; none where the block is something else, such as text between two rules."""
    import yaml

    try:
        given = _load_yaml(block)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        if known_fields(dict.fromkeys(_KEY.findall(block), "?")):
            mark = getattr(error, "problem_mark", None)
            why = getattr(error, "problem", None) or "it is nested too deep"
            raise Unreadable(
                f'the front matter is not YAML ({why}): put values with a colon in quotes, as in title: "Gaza: talks resume"',
                line=None if mark is None else mark.line + 2,
            ) from error
        return {}
    if not isinstance(given, dict):
        return {}
    return known_fields({key: None if value in ("~", "null") else value for key, value in given.items()})


def _load_yaml(block: str) -> object:
    """Return what a block of YAML says, every value as it was written: no date, number or "no" becomes something else."""
    import yaml

    # libyaml is ten times as fast, but overflows the stack where a block is nested deep: it gets only those that can't be.
    if _FLAT.fullmatch(block):
        with suppress(yaml.YAMLError, ValueError):  # the message is the other one's
            return yaml.load(block, Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader))
    return yaml.load(block, Loader=yaml.BaseLoader)


def _first_heading(body: str) -> str | None:
    fence = ""
    for line in body.splitlines():
        if mark := _FENCE.match(line):
            fence = "" if fence == mark[1] else fence or mark[1]
        elif not fence and (opening := _HEADING.match(line := line.removeprefix("\ufeff"))):
            heading = line[opening.end() :].rstrip(_BLANKS)
            without_closing = heading.rstrip("#")
            if not without_closing or without_closing[-1] in _BLANKS:
                heading = without_closing.rstrip(_BLANKS)
            if heading.strip():
                return heading
    return None
