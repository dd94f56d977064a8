"""Characters that could steer a terminal, made visible. Imports nothing of ragqa."""

from __future__ import annotations

import re

__all__ = ["visible"]

# What could steer a terminal: C0 and C1 controls, and the marks that turn the direction of the text.
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def visible(text: str) -> str:
    """Return ``text`` with control characters, but for line ends and tabs, as visible symbols, and without a byte-order mark."""
    return _CONTROLS.sub(_symbol, text.replace("\r\n", "\n").removeprefix("\ufeff"))


def _symbol(control: re.Match[str]) -> str:
    code = ord(control.group())
    return chr(0x2400 + code) if code < 32 else "\ufffd"
