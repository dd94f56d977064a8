"""Answers from your own news articles, in the articles' own words, with citations that can be checked.

from ragqa import Pipeline

qa = Pipeline.open("indexes/news")
qa.add("examples/articles")
response = qa.ask("How many hostages remain?")
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ragqa.api import *  # noqa: F403
    from ragqa.api import __all__ as __all__

__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    """Import the library with the first of its names: the command line, which is in this package, comes a long way without it."""
    if name.startswith("__") and name != "__all__":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    api = import_module("ragqa.api")
    globals().update({"__all__": api.__all__} | {own: getattr(api, own) for own in api.__all__})
    try:
        return globals()[name]
    except KeyError:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}") from None


def __dir__() -> list[str]:
    return sorted({*globals(), *__getattr__("__all__")})
