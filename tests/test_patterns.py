"""Patterns that wait: they do what compiled ones do, and each of the package's can be compiled."""

import copy
import gc
import importlib
import pickle
import pkgutil
import re
from pathlib import Path

import pytest
import regex

import ragqa
from ragqa.patterns import _Lazy, lazy_re, lazy_regex


def test_nothing_is_compiled_before_it_is_used(monkeypatch):
    compiled = []
    monkeypatch.setattr(regex, "compile", lambda *given: compiled.append(given) or regex.Regex(*given))
    waiting = lazy_regex(r"\p{Lu}+", regex.IGNORECASE)
    assert waiting.pattern == r"\p{Lu}+"
    assert not compiled
    assert waiting.search("12ab").span() == (2, 4)
    assert waiting.sub("-", "1a2b") == "1-2-"
    assert compiled == [(r"\p{Lu}+", regex.IGNORECASE)]


def test_a_fault_is_an_error_of_the_first_use():
    waiting = lazy_regex("(")
    with pytest.raises(regex.error):
        waiting.search("a")


def test_a_copy_is_compiled():
    for made in (copy.copy(lazy_re("a+")), pickle.loads(pickle.dumps(lazy_re("a+")))):
        assert made == re.compile("a+")


def test_what_a_pattern_lacks_is_said_as_python_says_it():
    with pytest.raises(AttributeError, match="seek"):
        lazy_re("a").seek  # noqa: B018


def test_every_pattern_of_the_rules_can_be_compiled():
    for module in pkgutil.walk_packages(ragqa.__path__, "ragqa."):
        source = Path(module.module_finder.path, *module.name.split(".")[-1:]).with_suffix(".py")
        if source.is_file() and "ragqa.patterns import" in source.read_text(encoding="utf-8"):
            importlib.import_module(module.name)
    gc.collect()  # what other tests made
    waiting = [found for found in gc.get_objects() if type(found) is _Lazy]
    assert len(waiting) > 200
    for pattern in waiting:
        assert pattern.groups >= 0
