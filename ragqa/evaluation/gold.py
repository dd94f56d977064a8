"""Gold files: questions with the answers that people gave.

Two forms, each also gzipped: SQuAD 1.1 or 2.0 JSON, and JSON Lines of ``{"id", "question", "answers", "article_ids", "context",
"title"}`` of which the first three are needed, an answer being a string or ``{"text", "answer_start"}``. No answers: the question
can't be answered.

Source: Rajpurkar et al. (2016), SQuAD, arXiv:1606.05250, and (2018), Know What You Don't Know, arXiv:1806.03822.
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from ragqa.errors import SettingError

__all__ = ["GoldQuestion", "read_gold"]


class GoldQuestion(NamedTuple):
    """A question, and what counts as an answer to it."""

    id: str
    question: str
    answers: tuple[str, ...]
    """As people gave them, with repeats; none where the question can't be answered."""
    context: str | None = None
    """The passage that the question was asked about."""
    article_ids: tuple[str, ...] = ()
    """The articles that hold an answer."""
    title: str | None = None


def read_gold(path: Path) -> list[GoldQuestion]:
    """Return the questions of a gold file, in its order.

    Raises:
        SettingError: the file can't be read, or isn't a gold file; the message names the line or the question.
    """
    try:
        data = path.read_bytes()
        text = (gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data).decode("utf-8-sig")
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise SettingError(f"the gold file {path} can't be read: {error}") from error
    try:
        whole = json.loads(text)
    except ValueError:
        whole = None
    is_squad = isinstance(whole, dict) and "data" in whole
    questions = list(_of_squad(whole, path) if is_squad else _of_lines(text, path))
    if not questions:
        raise SettingError(f"the gold file {path} holds no question")
    seen: set[str] = set()
    for question in questions:
        if question.id in seen:
            raise SettingError(f"the gold file {path} has two questions with the id {question.id!r}: give each its own")
        seen.add(question.id)
    return questions


def _of_squad(whole: dict[str, Any], path: Path) -> Iterator[GoldQuestion]:
    number = 0
    try:
        for article in whole["data"]:
            for paragraph in article["paragraphs"]:
                for row in paragraph["qas"]:
                    number += 1
                    yield _question({"title": article.get("title"), "context": paragraph["context"], **row})
    except (KeyError, TypeError, AttributeError) as error:
        raise SettingError(
            f"{path} is not SQuAD JSON after its question {number} ({error!r}): see the SQuAD format"
        ) from error


def _of_lines(text: str, path: Path) -> Iterator[GoldQuestion]:
    # Not splitlines: U+2028 and its like may stand inside a JSON string.
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            try:
                yield _question(json.loads(line))
            except (KeyError, TypeError, AttributeError, ValueError) as error:
                raise SettingError(
                    f'{path}, line {number}: expected an object with "id", "question" and "answers" ({error!r}), got {line[:80]!r}'
                ) from error


def _question(row: dict[str, Any]) -> GoldQuestion:
    answers = tuple(answer if isinstance(answer, str) else answer["text"] for answer in row["answers"])
    if not all(isinstance(text, str) for text in (row["question"], *answers)):
        raise TypeError("a question or an answer is not text")
    return GoldQuestion(
        id=str(row["id"]),
        question=row["question"],
        answers=answers,
        context=row.get("context"),
        article_ids=tuple(row.get("article_ids") or ()),
        title=row.get("title"),
    )
