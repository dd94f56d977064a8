"""BEIR folders: queries, a corpus, and which of its documents are relevant to which query.

    corpus.jsonl     {"_id", "title", "text"}
    queries.jsonl    {"_id", "text"}
    qrels/test.tsv   query-id, corpus-id, score; else dev.tsv, else train.tsv

Source: Thakur et al. (2021), BEIR: A Heterogeneous Benchmark for Zero-shot Evaluation of Information Retrieval Models,
arXiv:2104.08663.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

from ragqa.errors import SettingError, in_words
from ragqa.evaluation.questions import GoldQuestion, GoldSet
from ragqa.records import Article

__all__ = ["read_beir"]

_SPLITS = ("test", "dev", "train")


def read_beir(folder: Path) -> GoldSet:
    """Return the judged queries of a BEIR folder as questions without answers, and its corpus as articles.

    Raises:
        SettingError: a file is missing or can't be read, or a judgement names what isn't there.
    """
    judgements = next(
        (path for split in _SPLITS if (path := folder / "qrels" / f"{split}.tsv").is_file()), folder / "qrels/test.tsv"
    )
    digest = hashlib.sha256()
    corpus, queries, qrels = (
        list(_lines(path, digest)) for path in (folder / "corpus.jsonl", folder / "queries.jsonl", judgements)
    )
    articles = [_article(line, place) for line, place in corpus]
    texts = dict(_query(line, place) for line, place in queries)
    known = {article.id for article in articles}
    relevant: dict[str, dict[str, float]] = {}
    for line, place in qrels[1:]:  # the first is the header
        query_id, article_id, gain = _judgement(line, place)
        if query_id not in texts or article_id not in known:
            raise SettingError(f"{place}: the query {query_id!r} or the document {article_id!r} is not in {folder}")
        if gain > 0:
            relevant.setdefault(query_id, {})[article_id] = gain
    questions = [
        GoldQuestion(query_id, texts[query_id], (), article_ids=tuple(gains), gains=tuple(gains.values()))
        for query_id, gains in relevant.items()
    ]
    return GoldSet.of(folder.resolve().name, digest.hexdigest(), questions, articles)


def _lines(path: Path, digest: hashlib._Hash) -> Iterator[tuple[str, str]]:
    """Yield the lines of a file that hold something, each with its place for messages."""
    try:
        data = path.read_bytes()
        text = data.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingError(
            f"{path} can't be read ({in_words(error)}): expected a BEIR folder with corpus.jsonl, queries.jsonl and qrels/test.tsv"
        ) from error
    digest.update(data)
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            yield line, f"{path}, line {number}"


def _article(line: str, place: str) -> Article:
    try:
        row = json.loads(line)
        return Article(id=str(row["_id"]), text=row["text"], title=row.get("title") or None)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise SettingError(f'{place}: expected a document with "_id" and "text" ({error!r})') from error


def _query(line: str, place: str) -> tuple[str, str]:
    try:
        row = json.loads(line)
        return str(row["_id"]), str(row["text"])
    except (KeyError, TypeError, ValueError) as error:
        raise SettingError(f'{place}: expected a query with "_id" and "text" ({error!r})') from error


def _judgement(line: str, place: str) -> tuple[str, str, float]:
    try:
        query_id, article_id, gain = line.rstrip("\r").split("\t")
        return query_id, article_id, float(gain)
    except ValueError as error:
        raise SettingError(
            f"{place}: expected query-id, corpus-id and score between tabs, got {line[:80]!r}"
        ) from error
