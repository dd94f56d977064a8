"""HTML elements as text that can't be broken out of: whatever isn't markup already is escaped. Imports nothing of ragqa."""

from __future__ import annotations

import html
import re

__all__ = ["Markup", "element", "join"]

# What no HTML file may hold, or what would turn the direction of the text around it.
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")
_VOID = frozenset({"br", "circle", "col", "line", "meta", "path", "polyline", "rect"})

Attribute = str | float | bool | None


class Markup(str):
    """Text that is HTML already, and is put into a page as it stands."""

    __slots__ = ()


def element(name: str, *children: str | None, **attributes: Attribute) -> Markup:
    """Return an HTML or SVG element.

    Args:
        name: of the element, such as ``td``.
        children: `Markup` goes in as it stands, other text is escaped, None is left out.
        attributes: an underscore in a name stands for a hyphen, one at its end is dropped (``class_``). False and None leave an
            attribute out, True gives it without a value; numbers are rounded to two decimals.

    >>> element("td", "<b>", class_="count", aria_label='7 "hits"')
    '<td class="count" aria-label="7 &quot;hits&quot;">&lt;b&gt;</td>'
    """
    opening = name + "".join(_attribute(key, value) for key, value in attributes.items())
    if name in _VOID and not children:
        return Markup(f"<{opening}>" if name in ("br", "col", "meta") else f"<{opening}/>")
    return Markup(f"<{opening}>{join(*children)}</{name}>")


def join(*parts: str | None) -> Markup:
    """Return the parts one after the other, those that aren't markup escaped.

    >>> join("a & b", Markup("<br>"), None)
    'a &amp; b<br>'
    """
    return Markup("".join(part if isinstance(part, Markup) else _escaped(part) for part in parts if part is not None))


def _attribute(name: str, value: Attribute) -> str:
    if value is None or value is False:
        return ""
    shown = name.rstrip("_").replace("_", "-")
    if value is True:
        return f" {shown}"
    text = f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
    return f' {shown}="{_escaped(text)}"'


def _escaped(text: str) -> str:
    return html.escape(_UNPRINTABLE.sub("\ufffd", text))
