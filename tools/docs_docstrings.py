"""Docstrings as Markdown: doctests become blocks of code, which they would not be in the middle of a text."""

from __future__ import annotations

import re
from typing import Any

import griffe

_DOCTEST = re.compile(r"^>>> .*(?:\n(?!\s*$).+)*", re.MULTILINE)


class Docstrings(griffe.Extension):
    """Changes docstrings before they are taken apart."""

    def on_object(self, *, obj: griffe.Object, **_known: Any) -> None:
        """Put fences around the doctests of an object."""
        if obj.docstring is not None:
            text = _DOCTEST.sub(r"```pycon\n\g<0>\n```", obj.docstring.value)
            obj.docstring.value = text
