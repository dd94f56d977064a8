"""Gold files: questions with the answers that people gave.

    SQuAD 1.1 or 2.0 JSON
    JSON Lines     {"id", "question", "answers", "article_ids", "context", "title", "source"}, of which the first three are needed
    CSV and TSV    question, answer, article                                             `ragqa.evaluation.gold_csv`
    BEIR folders   corpus.jsonl, queries.jsonl, qrels/                                   `ragqa.evaluation.beir`

Files may be gzipped. An answer is a string or ``{"text", "answer_start"}``; no answers: the question can't be answered.

Source: Rajpurkar et al. (2016), SQuAD, arXiv:1606.05250, and (2018), Know What You Don't Know, arXiv:1806.03822.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ragqa.errors import SettingError, in_words
from ragqa.evaluation.beir import read_beir
from ragqa.evaluation.gold_csv import read_rows
from ragqa.evaluation.questions import GoldQuestion, GoldSet

__all__ = ["GoldQuestion", "GoldSet", "read_gold", "read_gold_set"]


def read_gold(path: Path) -> list[GoldQuestion]:
    """Return the questions of a gold file or folder, in its order.

    Raises:
        SettingError: the file can't be read, or isn't a gold file; the message names the line or the question.
    """
    return list(read_gold_set(path).questions)


def read_gold_set(path: Path) -> GoldSet:
    """Return a gold file or folder with its name, its hash and the articles that it may hold.

    Raises:
        SettingError: as `read_gold`.
    """
    gold = read_beir(path) if path.is_dir() else _of_file(path)
    if not gold.questions:
        raise SettingError(f"the gold file {path} holds no question")
    seen: set[str] = set()
    for question in gold.questions:
        if question.id in seen:
            raise SettingError(f"the gold file {path} has two questions with the id {question.id!r}: give each its own")
        if not question.question.strip():
            raise SettingError(f"the gold file {path} has an empty question, its id is {question.id!r}: leave it out")
        seen.add(question.id)
    return gold


def _of_file(path: Path) -> GoldSet:
    try:
        data = path.read_bytes()
        text = (gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data).decode("utf-8-sig")
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise SettingError(f"the gold file {path} can't be read: {in_words(error)}") from error
    suffixes = {suffix.lower() for suffix in path.suffixes[-2:]}
    questions = read_rows(text, path) if suffixes & {".csv", ".tsv"} else _of_json(text, path)
    return GoldSet.of(path.name.split(".")[0] or path.name, hashlib.sha256(data).hexdigest(), questions)


def _of_json(text: str, path: Path) -> list[GoldQuestion]:
    try:
        whole = json.loads(text)
    except ValueError:
        whole = None
    is_squad = isinstance(whole, dict) and "data" in whole
    return list(_of_squad(whole, path) if is_squad else _of_lines(text, path))


def _of_squad(whole: dict[str, Any], path: Path) -> Iterator[GoldQuestion]:
    number = 0
    try:
        for article in whole["data"]:
            for paragraph in article["paragraphs"]:
                for row in paragraph["qas"]:
                    number += 1
                    yield _question({"title": article.get("title"), "context": paragraph["context"], **row})
    except (KeyError, TypeError, AttributeError, ValueError) as error:
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
    given = row["answers"]
    if isinstance(given, dict):  # {"text": [...], "answer_start": [...]}, as SQuAD stands in the datasets library
        given = [
            {"text": text, "answer_start": start}
            for text, start in zip(given["text"], given["answer_start"], strict=True)
        ]
    answers = tuple(answer if isinstance(answer, str) else answer["text"] for answer in given)
    starts = tuple(None if isinstance(answer, str) else answer.get("answer_start") for answer in given)
    if not all(isinstance(text, str) for text in (row["question"], *answers)):
        raise TypeError("a question or an answer is not text")
    known = [row.get(name) for name in ("context", "title", "source")]
    if not all(text is None or isinstance(text, str) for text in known):
        raise TypeError("a context, title or source is not text")
    # JSON can hold half a surrogate pair, which is no character: say so here, and not in the middle of a run.
    "".join([row["question"], *answers, *filter(None, known)]).encode("utf-8")
    if not all(start is None or isinstance(start, int) for start in starts):
        raise TypeError("an answer_start is not a whole number")
    return GoldQuestion(
        id=str(row["id"]),
        question=row["question"],
        answers=answers,
        context=known[0],
        article_ids=tuple(map(str, row.get("article_ids") or ())),
        title=known[1],
        starts=starts if any(start is not None for start in starts) else (),
        source=known[2],
        other_starts=tuple(map(int, row.get("other_starts") or ())),
    )
