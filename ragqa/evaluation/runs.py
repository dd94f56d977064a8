"""Runs against a gold set: the reader alone, retrieval alone, or the whole way. What is measured is what is shipped.

    run_reader      each question with its context given
    run_retrieval   which passages come back
    run_qa          `Pipeline.ask_many`, from the question to the cited answer

Each takes the parts to measure and gives back a `Run`, ready for ``run.json``. Latency is measured afterwards, on questions asked
one by one: a share of a batch would be the time of none.
"""

from __future__ import annotations

import os
import platform
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from time import perf_counter
from typing import TypeVar

from ragqa.errors import SettingError
from ragqa.evaluation.inputs import articles_of, best_spans, check_questions, given, one_an_article, placed, settings_of
from ragqa.evaluation.judging import Judge
from ragqa.evaluation.machine import latencies, peak_memory_mib, versions
from ragqa.evaluation.places import places_of
from ragqa.evaluation.questions import GoldSet
from ragqa.evaluation.run_file import VERSION, JudgedQuestion, Kind, Run
from ragqa.evaluation.summary import curves_of, figures_of, tables_of
from ragqa.pipeline import Pipeline
from ragqa.reading import ExtractiveReader

__all__ = ["run_qa", "run_reader", "run_retrieval"]

Progress = Callable[[int], None]
Settings = dict[str, str | int | float | bool | None]
Item = TypeVar("Item")

QA_DEPTH = 10
RETRIEVAL_DEPTH = 50
_ANSWERS = 10
"""How many answers a response may have: enough to tell an answer ranked low from one that was not found."""
_CHUNK = 32
_SPANS = 5
_TIMED = range(20, 101)
"""How many questions are asked one by one for the latencies, spread evenly over the set: a tenth of them, within these bounds."""


def run_reader(
    gold: GoldSet,
    reader: ExtractiveReader,
    *,
    progress: Progress | None = None,
    fingerprint: str | None = None,
    seed: int = 0,
) -> Run:
    """Ask a reader each question of its own context.

    A span is an answer where it beats its null. Over a set without unanswerable questions the best span is scored in any case.

    Args:
        gold: every question with its context.
        reader: the one to measure.
        progress: called with the number of questions just read.
        fingerprint: of the reader, to be written down.
        seed: of the resamples behind the intervals.

    Raises:
        SettingError: a question has no context.
        QuestionError: a question is too long for the reader.
    """
    pairs = [(question, *given(question)) for question in gold.questions]
    check_questions(gold.questions, reader.check)
    judge = Judge(has_unanswerable=gold.has_unanswerable, calibration=reader.calibration)
    rows: list[JudgedQuestion] = []
    seconds = 0.0
    for chunk in _chunks(pairs):
        began = perf_counter()
        read = reader.read_many([(question.question, passage) for question, _, passage in chunk], top_n=_SPANS)
        seconds += perf_counter() - began
        rows += [judge.reading(*pair, spans) for pair, spans in zip(chunk, read, strict=True)]
        _advance(progress, chunk)
    reader.forget()
    timings = []
    for question, _, passage in _spread(pairs):
        began = perf_counter()
        reader.read(question.question, [passage])
        timings.append({"read": 1000 * (perf_counter() - began)})
    settings: Settings = {
        "reader": reader.name,
        "decision": "a span is an answer where it beats its null",
        "seed": seed,
    }
    return _run(
        "reader",
        gold,
        rows,
        settings=settings,
        fingerprints={"reader": fingerprint, "embedder": None},
        timings=timings,
        throughput={"questions_a_second": len(pairs) / seconds, "passages_a_second": len(pairs) / seconds},
        seed=seed,
    )


def run_retrieval(
    gold: GoldSet, pipeline: Pipeline, *, k: int = RETRIEVAL_DEPTH, progress: Progress | None = None, seed: int = 0
) -> Run:
    """Look which passages come back for each question.

    Where the set judges articles and holds no answers (a BEIR folder), articles are ranked, each by its best passage.

    Args:
        gold: its questions name articles of the pipeline's index, or have answers.
        pipeline: its retriever is measured.
        k: passages, or articles, that are asked for.
        progress: called with the number of questions just searched.
        seed: as in `run_reader`.

    Raises:
        SettingError: no question names an article of the index, or ``k`` can't be used.
    """
    article = articles_of(pipeline.index)
    questions = placed(gold, article)
    judge = Judge(has_unanswerable=gold.has_unanswerable, k=k)
    # Three passages an article are more than nearly every article gives to one question.
    depth = 3 * k if gold.judges_articles else k
    rows: list[JudgedQuestion] = []
    seconds = 0.0
    for chunk in _chunks(questions):
        began = perf_counter()
        found = pipeline.retriever.retrieve([question.question for question in chunk], k=depth)
        seconds += perf_counter() - began
        for question, hits in zip(chunk, found, strict=True):
            ranked = one_an_article(hits)[:k] if gold.judges_articles else hits
            rows.append(judge.ranking(question, ranked, places_of(question, article)))
        _advance(progress, chunk)
    timings = []
    for question in _spread(questions):
        began = perf_counter()
        pipeline.retriever.retrieve([question.question], k=depth)
        timings.append({"retrieve": 1000 * (perf_counter() - began)})
    return _run(
        "retrieval",
        gold,
        rows,
        settings={**settings_of(pipeline), "k": k, "ranked": "articles" if depth > k else "passages", "seed": seed},
        fingerprints={"reader": None, "embedder": str(pipeline.index.info()["fingerprint"])},
        timings=timings,
        throughput={"questions_a_second": len(questions) / seconds},
        seed=seed,
    )


def run_qa(
    gold: GoldSet,
    pipeline: Pipeline,
    *,
    k: int = QA_DEPTH,
    progress: Progress | None = None,
    fingerprint: str | None = None,
    seed: int = 0,
) -> Run:
    """Ask a pipeline each question.

    Args:
        gold: its questions should name articles of the pipeline's index; without any, there are no figures of citations.
        pipeline: the one to measure.
        k: passages that are read.
        progress: called with the number of questions just answered.
        fingerprint: of the reader, to be written down.
        seed: as in `run_reader`.

    Raises:
        SettingError: no question names an article of the index, the set judges articles and has no answers, or ``k`` can't be used.
        QuestionError: a question is too long.
    """
    if gold.judges_articles:
        raise SettingError(f"{gold.name} says which articles are relevant, and holds no answers: run retrieval on it")
    article = articles_of(pipeline.index)
    questions = placed(gold, article)
    check_questions(questions, pipeline.check)
    judge = Judge(has_unanswerable=gold.has_unanswerable, calibration=pipeline.calibration, k=k)
    rows: list[JudgedQuestion] = []
    seconds, passages = 0.0, 0
    for chunk in _chunks(questions):
        began = perf_counter()
        responses = pipeline.ask_many([question.question for question in chunk], top_k=_ANSWERS, k=k)
        seconds += perf_counter() - began
        passages += sum(len(response.hits) for response in responses)
        best = best_spans(pipeline.reader, responses, article)
        for question, response, own in zip(chunk, responses, best, strict=True):
            rows.append(judge.response(question, response, own, places_of(question, article)))
        _advance(progress, chunk)
    pipeline.reader.forget()
    timings = [pipeline.ask(question.question, k=k).timings_ms for question in _spread(questions)]
    return _run(
        "qa",
        gold,
        rows,
        settings={**settings_of(pipeline), "reader": pipeline.reader.name, "k": k, "seed": seed},
        fingerprints={"reader": fingerprint, "embedder": str(pipeline.index.info()["fingerprint"])},
        timings=timings,
        throughput={"questions_a_second": len(questions) / seconds, "passages_a_second": passages / seconds},
        seed=seed,
    )


def _run(
    kind: Kind,
    gold: GoldSet,
    rows: list[JudgedQuestion],
    *,
    settings: Settings,
    fingerprints: dict[str, str | None],
    timings: Sequence[dict[str, float]],
    throughput: dict[str, float],
    seed: int,
) -> Run:
    is_ranking = kind == "retrieval"
    memory = peak_memory_mib()
    return {
        "ragqa_run": VERSION,
        "kind": kind,
        "name": gold.name,
        "gold": {
            "name": gold.name,
            "sha256": gold.sha256,
            "questions": len(rows),
            "answerable": sum(bool(row["gold"]) for row in rows),
        },
        "settings": {
            **settings,
            "machine": f"{platform.machine()}, {os.cpu_count()} cores, {platform.system()}",
            "ended": datetime.now(UTC).isoformat(timespec="seconds"),
        },
        "versions": versions(),
        "fingerprints": fingerprints,
        "figures": figures_of(rows, is_ranking=is_ranking, seed=seed),
        "latency_ms": latencies(timings),
        "throughput": {name: round(value, 2) for name, value in throughput.items()},
        "peak_memory_mib": memory,
        "curves": curves_of(rows, is_ranking=is_ranking),
        "tables": tables_of(rows),
        "questions": rows,
    }


def _chunks(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    return (items[first : first + _CHUNK] for first in range(0, len(items), _CHUNK))


def _spread(items: Sequence[Item]) -> list[Item]:
    count = min(len(items), max(_TIMED[0], min(len(items) // 10, _TIMED[-1])))
    return [items[number * len(items) // count] for number in range(count)]


def _advance(progress: Progress | None, chunk: Sequence[object]) -> None:
    if progress is not None:
        progress(len(chunk))
