"""Patterns that are compiled when they are first used.

Compiling is work of the interpreter, above all in `regex`: all patterns of the rules took a sixth of the time of a process that
answers one question, which needs some of them. Imports nothing of ragqa.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cached_property
from typing import Any, cast

import regex

__all__ = ["lazy_re", "lazy_regex"]


def lazy_re(source: str, flags: int = 0) -> re.Pattern[str]:
    """Return what stands for ``re.compile(source, flags)``: it has its methods, and ``pattern``, for which nothing is compiled.

    It is no instance of `re.Pattern`, and a fault in the source is an error of the first use; a test compiles every one.

    >>> lazy_re("b+").search("abba").group()
    'bb'
    """
    return cast("re.Pattern[str]", _Lazy(re.compile, source, flags))


def lazy_regex(source: str, flags: int = 0) -> regex.Pattern[str]:
    """Return what stands for ``regex.compile(source, flags)``, as `lazy_re` does."""
    return cast("regex.Pattern[str]", _Lazy(regex.compile, source, flags))


class _Lazy:
    def __init__(self, compile_: Callable[..., Any], source: str, flags: int) -> None:
        self.pattern = source
        self._given = (compile_, flags)

    @cached_property
    def _compiled(self) -> Any:
        compile_, flags = self._given
        return compile_(self.pattern, flags)

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[str, int]]:
        """Copy and pickle as the compiled pattern."""
        compile_, flags = self._given
        return compile_, (self.pattern, flags)

    def __getattr__(self, name: str) -> Any:
        """Take a method from the compiled pattern, once: it is found without this from then on."""
        found = getattr(self._compiled, name)
        setattr(self, name, found)
        return found
