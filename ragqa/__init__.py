"""Answers from your own news articles, in the articles' own words, with citations that can be checked.

from ragqa import Pipeline

qa = Pipeline.open("indexes/news")
qa.add("examples/articles")
response = qa.ask("How many hostages remain?")
"""

import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ragqa.api import *  # noqa: F403
    from ragqa.api import __all__ as __all__

__version__ = "0.1.0"


if not TYPE_CHECKING:  # a checker would take any name for one of ours

    def __getattr__(name: str) -> Any:
        """Import the library with the first of its names: the command line, which is in this package, comes a long way without."""
        if "__all__" not in globals() and (name == "__all__" or not name.startswith("__")):
            from importlib import import_module

            api = import_module("ragqa.api")
            globals().update({"__all__": api.__all__} | {own: getattr(api, own) for own in api.__all__})
        if name in globals():  # also where another thread was first
            return globals()[name]
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

    def __dir__() -> list[str]:
        return sorted({*globals(), *sys.modules[__name__].__all__})
