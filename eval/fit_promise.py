"""Fit the curve of `ragqa/promise.py`, which says what is worth reading, and measure what it leaves out.

    python eval/fit_promise.py models/stories_choose.json.gz squad11_choose.jsonl.gz --out eval/results/promise.json

Each file is an index of its own: of stories with their reports, or of contexts. All passages that are found for a question are
read. A passage should be read if the best answer is cited from it, or if it holds a marked answer: in a story those of all its
reports. Each file counts as much as any other. For several thresholds is written how many of the passages would be read, how many
questions keep their first answer with its citation, and how many of the passages with a marked answer are read, with curves
fitted on the other half of the articles of each file. 95 % intervals (Wilson).
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import numpy as np
from fit_rivals import at, stories, weights
from sklearn.linear_model import LogisticRegression

from ragqa import Article, Pipeline
from ragqa.answering import Candidate
from ragqa.calibration import Calibration
from ragqa.conflicts import compose_all
from ragqa.evaluation import read_gold_set
from ragqa.evaluation.contexts import article_of
from ragqa.evaluation.page.charts import wilson
from ragqa.first_look import Retrieved, Rounds
from ragqa.promise import Outside, Signs, ordered, signs
from ragqa.reading import ExtractiveReader
from ragqa.records import Passage
from ragqa.rivals import WEAKEST

AT_ONCE = 32
SOFT = 10.0
"""How weakly large weights are held back."""
THRESHOLDS = (
    *((both, both) for both in (-4.25, -4.0, -3.75, -3.5, -3.25)),
    *((likely, possible) for likely in (-3.5, -3.25, -3.0) for possible in (-4.5, -4.25, -4.0)),
)
"""From where on passages are read first, and if these give no sure answer."""

Place = tuple[str, int, int]


class Asked(NamedTuple):
    """A question of a file, and where its articles answer it."""

    group: str
    question: str
    places: list[Place]


class Seen(NamedTuple):
    """What was found for a question, all of it read."""

    group: str
    found: Retrieved
    signs: list[Signs]
    spans: list[list[Candidate]]
    """Of each passage."""
    is_marked: list[bool]
    is_wanted: list[bool]
    first: Place | None
    """Where the first answer is cited from; None where none is given."""


def main() -> None:
    """Ask, fit, measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "files", type=Path, nargs="+", help="stories (.json.gz), or questions with contexts (.jsonl.gz)"
    )
    parser.add_argument("--questions", type=int, default=2000, help="of each file at most")
    parser.add_argument("--out", type=Path, help="JSON file for weights and shares")
    options = parser.parse_args()
    calibration = ExtractiveReader.from_pretrained().calibration
    if calibration is None:
        raise SystemExit("the reader has no calibration: fit one first, with `ragqa train calibrate`")
    found = {path.name: list(read_all(path, options.questions, calibration)) for path in options.files}
    report = {
        "questions": {name: len(own) for name, own in found.items()},
        "weights": weights(fitted(list(found.values())), Signs._fields),
        "thresholds": list(measured(found, calibration)),
    }
    print(json.dumps(report, indent=1))
    if options.out:
        options.out.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")


def read_all(path: Path, count: int, calibration: Calibration) -> Iterator[Seen]:
    """Yield what is found and read for the questions of a file."""
    articles, asked = of_stories(path) if path.suffixes[-2:] == [".json", ".gz"] else of_contexts(path)
    asked = Random(0).sample(asked, min(count, len(asked)))
    with tempfile.TemporaryDirectory() as folder, Pipeline.open(folder) as pipeline:
        pipeline.add(articles)
        for first in range(0, len(asked), AT_ONCE):
            yield from seen(asked[first : first + AT_ONCE], pipeline, calibration)


def of_stories(path: Path) -> tuple[list[Article], list[Asked]]:
    """Return the reports of stories, and the questions that are asked of them."""
    articles, questions = stories([path])
    return articles, [Asked(own.story, own.question, own.places) for own in questions]


def of_contexts(path: Path) -> tuple[list[Article], list[Asked]]:
    """Return the contexts of a gold file, and its questions."""
    articles, asked = {}, []
    for own in read_gold_set(path).questions:
        article = article_of(own)
        if article is not None:
            articles[article.id] = article
            marked = zip(own.starts, own.answers, strict=False)
            places = [(article.id, start, start + len(text)) for start, text in marked if start is not None]
            asked.append(Asked(own.group, own.question, places))
    return list(articles.values()), asked


def seen(asked: Sequence[Asked], pipeline: Pipeline, calibration: Calibration) -> Iterator[Seen]:
    """Yield what is found for some questions, and what the reader finds in all of it."""
    found = pipeline.retriever.retrieve([own.question for own in asked], k=10)
    pairs = [(own.question, hit.passage) for own, hits in zip(asked, found, strict=True) for hit in hits]
    spans = iter(pipeline.reader.read_many(pairs, above=WEAKEST))
    for own, hits in zip(asked, found, strict=True):
        articles = {name: pipeline.index.article(name) for name in {hit.passage.article_id for hit in hits}}
        of_question = Retrieved(own.question, hits, articles)
        titles = [of_question.title_of(hit) for hit in hits]
        read = [
            [Candidate.of(own.question, hit, title, span) for span in next(spans)]
            for hit, title in zip(hits, titles, strict=True)
        ]
        outside = [Outside.of(hit, title) for hit, title in zip(hits, titles, strict=True)]
        composed = compose_all([span for each in read for span in each], articles, calibration)
        cited = [at(each) for each in composed.answers[0].citations] if composed.answers else []
        marked = [any(holds(hit.passage, place) for place in own.places) for hit in hits]
        wanted = [
            is_marked or any(holds(hit.passage, place) for place in cited)
            for hit, is_marked in zip(hits, marked, strict=True)
        ]
        first = cited[0] if cited and not composed.reason else None
        yield Seen(own.group, of_question, signs(own.question, outside), read, marked, wanted, first)


def holds(passage: Passage, place: Place) -> bool:
    """Return whether a place stands in a passage."""
    return passage.article_id == place[0] and passage.start <= place[1] and place[2] <= passage.end


def first_of(spans: Sequence[Candidate], articles: dict[str, Article], calibration: Calibration) -> Place | None:
    """Return where the first answer is cited from that spans give; None where none is given."""
    composed = compose_all(spans, articles, calibration)
    return at(composed.answers[0].citations[0]) if composed.answers and not composed.reason else None


def fitted(sets: Sequence[Sequence[Seen]]) -> LogisticRegression:
    """Return the curve over the signs of all passages; each set weighs the same."""
    rows = [row for own in sets for each in own for row in each.signs]
    wanted = [is_wanted for own in sets for each in own for is_wanted in each.is_wanted]
    counts = [sum(len(each.signs) for each in own) for own in sets]
    weight = np.repeat([len(rows) / len(sets) / count for count in counts], counts)
    return LogisticRegression(C=SOFT, max_iter=2000).fit(rows, wanted, weight)


def measured(found: dict[str, list[Seen]], calibration: Calibration) -> Iterator[dict[str, Any]]:
    """Yield for each file and threshold what would be read, and what would be kept."""
    parts = [{name: own[half::2] for name, own in by_group(found).items()} for half in (0, 1)]
    curves = [fitted([[each for group in own for each in group] for own in part.values()]) for part in parts]
    for name in found:
        scored = [
            (each, curves[1 - half].decision_function(each.signs))
            for half, part in enumerate(parts)
            for group in part[name]
            for each in group
        ]
        for likely, possible in THRESHOLDS:
            yield {
                "file": name,
                "likely": likely,
                "possible": possible,
                **kept(scored, (likely, possible), calibration),
            }


def by_group(found: dict[str, list[Seen]]) -> dict[str, list[list[Seen]]]:
    """Return what was found for the questions of each story or article, in an order of chance."""
    groups: dict[str, dict[str, list[Seen]]] = {name: {} for name in found}
    for name, own in found.items():
        for each in own:
            groups[name].setdefault(each.group, []).append(each)
    return {name: Random(0).sample(list(own.values()), len(own)) for name, own in groups.items()}


def kept(
    scored: Sequence[tuple[Seen, Any]], thresholds: tuple[float, float], calibration: Calibration
) -> dict[str, Any]:
    """Return what would be read, and the shares of first answers and of marked passages that would be kept."""
    passages = read = marked = marked_read = same = 0
    for own, scores in scored:
        order = ordered(list(scores), likely=thresholds[0], possible=thresholds[1])
        rounds = Rounds(own.found, calibration, order)
        while further := rounds.next():
            rounds.add(further, [span for number in further for span in own.spans[number]])
        numbers = rounds.read
        passages, read = passages + len(own.spans), read + len(numbers)
        marked += sum(own.is_marked)
        marked_read += sum(own.is_marked[number] for number in numbers)
        spans = [span for number in sorted(numbers) for span in own.spans[number]]
        same += first_of(spans, own.found.articles, calibration) == own.first
    return {
        "read": percent(read, passages)[0],
        "same_first_answer": percent(same, len(scored)),
        "marked_read": percent(marked_read, marked),
    }


def percent(some: int, count: int) -> tuple[float, float, float]:
    """Return a share in percent, and its interval."""
    low, high = wilson(some / count, count)
    return round(100 * some / count, 2), round(100 * low, 2), round(100 * high, 2)


if __name__ == "__main__":
    main()
