from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ragqa.articles import Fault, iter_articles
from ragqa.records import Article

Write = Callable[[str, str | bytes], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a file below the test's folder, text as UTF-8 and newlines as given, and returns its path."""

    def write_file(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
        return path

    return write_file


@pytest.fixture
def one() -> Callable[[Path], Article]:
    """Reads the one article of a file."""

    def read(path: Path) -> Article:
        (item,) = iter_articles(path)
        assert isinstance(item, Article), str(item)
        return item

    return read


@pytest.fixture
def fault() -> Callable[[Path], Fault]:
    """Reads the one fault of a file that holds nothing else."""

    def read(path: Path) -> Fault:
        (item,) = iter_articles(path)
        assert isinstance(item, Fault), str(item)
        return item

    return read
