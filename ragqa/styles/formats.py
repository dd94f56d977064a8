"""A news article as an entry of a bibliography: APA, Chicago, MLA, BibTeX, or a line of Markdown with its quotation.

Plain text has no italics, so titles that a style sets in italics stand plain. What an article lacks is left out as the styles say:
without an author the title comes first, without a date APA says "n.d."; for a title that is not there stands the name by which the
article is found. Imports nothing of ragqa but its errors and the months.

Source: Publication Manual of the American Psychological Association, 7th ed., 10.1 and 10.16; The Chicago Manual of Style, 17th
ed., 14.191 and 14.206 (bibliography); MLA Handbook, 9th ed., 5.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from typing import NamedTuple
from urllib.parse import quote as percent_encoded

from ragqa.errors import SettingError
from ragqa.months import MONTHS
from ragqa.styles.names import Author, author_of

__all__ = ["STYLES", "Source", "format_source"]

_MLA_MONTHS = "Jan. Feb. Mar. Apr. May June July Aug. Sept. Oct. Nov. Dec.".split()
_BIBTEX = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#", "_": r"\_", "%": r"\%",
    "^": r"\textasciicircum{}", "~": r"\textasciitilde{}",
}  # fmt: skip
_MARKDOWN = re.compile(r"([\\`*_\[\]<>&#|~!$])")


class Source(NamedTuple):
    """What is known of an article, and the words that are quoted from it."""

    title: str | None
    source: str | None
    url: str | None
    published: date | None
    authors: tuple[str, ...]
    quote: str
    link: str | None
    """To the quoted words themselves."""
    key: str
    """Tells articles of one author and year apart; hexadecimal digits."""
    name: str
    """What the article is found by, its file or id; stands for a title that it lacks."""

    @property
    def people(self) -> list[Author]:
        """The authors' names in parts."""
        return [author_of(name, source=self.source) for name in self.authors]


def format_source(source: Source, style: str) -> str:
    """Return the entry for an article in a style of `STYLES`.

    Raises:
        SettingError: there is no such style.
    """
    if style not in _WRITERS:
        raise SettingError(f"style must be one of {', '.join(STYLES)}, got {style!r}")
    return _WRITERS[style](source)


def _apa(source: Source) -> str:
    names = [person.initialled for person in source.people]
    if len(names) > 20:
        names = [*names[:19], f"... {names[-1]}"]
        author = ", ".join(names)
    else:
        author = f"{', '.join(names[:-1])}, & {names[-1]}" if len(names) > 1 else "".join(names)
    day = source.published
    when = f"({day.year}, {MONTHS[day.month - 1]} {day.day})." if day else "(n.d.)."
    title = _title(source) if source.title else f"{_title(source)} [News article]"
    # Without an author the title takes its place before the date.
    parts = [_stopped(author), when, _stopped(title)] if author else [_stopped(title), when]
    return _joined(*parts, _stopped(source.source or ""), source.url or "")


def _chicago(source: Source) -> str:
    names = _inverted_first(source.people, most=10, kept=7)
    day = source.published
    when = f"{MONTHS[day.month - 1]} {day.day}, {day.year}" if day else ""
    place = ", ".join(part for part in (source.source or "", when) if part)
    url = f"{source.url}." if source.url else ""
    return _joined(_stopped(names), _quoted(_title(source)), _stopped(place), url)


def _mla(source: Source) -> str:
    people = source.people
    names = f"{people[0].inverted}, et al." if len(people) > 2 else _inverted_first(people, most=2, kept=1)
    day = source.published
    when = f"{day.day} {_MLA_MONTHS[day.month - 1]} {day.year}" if day else ""
    url = re.sub(r"^https?://", "", source.url or "")
    container = ", ".join(part for part in (source.source or "", when, url) if part)
    return _joined(_stopped(names), _quoted(_title(source)), _stopped(container))


def _bibtex(source: Source) -> str:
    day = source.published
    people = source.people
    # In braces a name is one piece, and a title keeps its capitals.
    names = [_escaped(person.inverted) if person.given else f"{{{_escaped(person.family)}}}" for person in people]
    fields = {
        "author": " and ".join(names),
        "title": f"{{{_escaped(_title(source))}}}",
        "howpublished": _escaped(source.source or ""),
        "year": str(day.year) if day else "",
        "url": re.sub(r"[\\{}\s]", lambda found: percent_encoded(found.group()), source.url or ""),
    }
    lines = [f"  {name} = {{{value}}}" for name, value in fields.items() if value]
    if day:
        lines += [f"  month = {MONTHS[day.month - 1][:3].lower()}", f"  day = {{{day.day}}}"]
    who = people[0].family if people else source.source or "news"
    key = f"{_ascii(who)}{day.year if day else ''}-{source.key[:6]}"
    return "@misc{" + ",\n".join([key, *lines]) + "\n}"


def _markdown(source: Source) -> str:
    target = re.sub(r"[\s<>()\\]", lambda found: percent_encoded(found.group()), source.link or source.url or "")
    title = _marked(_title(source))
    outlet = f"*{_marked(source.source)}*" if source.source else ""
    about = ", ".join(
        part
        for part in (
            ", ".join(_marked(person.plain) for person in source.people),
            f"[{title}]({target})" if target else title,
            outlet,
            str(source.published or ""),
        )
        if part
    )
    return f"\u201c{_marked(' '.join(source.quote.split()))}\u201d ({about})"


_WRITERS: dict[str, Callable[[Source], str]] = {
    "apa": _apa,
    "chicago": _chicago,
    "mla": _mla,
    "bibtex": _bibtex,
    "markdown": _markdown,
}
STYLES = tuple(_WRITERS)
"""The names of the styles."""


def _title(source: Source) -> str:
    return " ".join((source.title or source.name).split())


def _inverted_first(people: list[Author], *, most: int, kept: int) -> str:
    """Return names, the first turned round: "Lys, Bohdan, and Ingrid Foss"; of too many the first ``kept``."""
    names = [person.inverted if number == 0 else person.plain for number, person in enumerate(people)]
    if len(names) > most:
        return f"{', '.join(names[:kept])}, et al."
    return f"{', '.join(names[:-1])}, and {names[-1]}" if len(names) > 1 else "".join(names)


def _quoted(title: str) -> str:
    """Return a title in quotation marks with its stop inside; quotations in it get single marks."""
    inner = re.sub(r"[\u201c\"](?=\w)", "\u2018", title)
    inner = re.sub(r"[\u201d\"]", "\u2019", inner)
    return f"\u201c{_stopped(inner)}\u201d"


def _stopped(words: str) -> str:
    return words if not words or words.endswith((".", "?", "!")) else f"{words}."


def _joined(*parts: str) -> str:
    return " ".join(part for part in parts if part)


def _escaped(words: str) -> str:
    return "".join(_BIBTEX.get(character, character) for character in " ".join(words.split()))


def _marked(words: str) -> str:
    return _MARKDOWN.sub(r"\\\1", words)


def _ascii(words: str) -> str:
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]", "", plain.lower()) or "news"
