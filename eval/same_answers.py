"""Ask questions with and without leaving unpromising passages unread, and say how many answers are the same.

    python eval/same_answers.py squad11_dev.json --questions 1000 --out eval/results/same_answers.json

Asked is the index of all contexts of the gold files, by the packaged reader and its calibration. Written are, of the questions: the
share with the same first answer with the same citation, or none both times, with its 95 % interval (Wilson); the share with all
answers, their citations, sources and conflicts the same; and the share of the passages found that were read.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from random import Random
from typing import Any

from rich.progress import track

from ragqa import Pipeline, Response, first_look
from ragqa.embedding import load_embedder
from ragqa.evaluation import read_gold_set
from ragqa.evaluation.contexts import corpus_of, open_corpus
from ragqa.evaluation.page.charts import wilson
from ragqa.promise import Order

AT_ONCE = 32


def main() -> None:
    """Ask twice, compare, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gold", type=Path, nargs="+", help="gold files with contexts")
    parser.add_argument("--questions", type=int, default=1000)
    parser.add_argument("--out", type=Path, help="JSON file for the figures")
    options = parser.parse_args()
    sets = [read_gold_set(path) for path in options.gold]
    _, articles = corpus_of(sets[0], sets[1:])
    every = [question.question for gold in sets for question in gold.questions]
    asked = Random(0).sample(every, min(options.questions, len(every)))
    with open_corpus(articles, load_embedder(None)) as index:
        pipeline = Pipeline(index=index)
        read: list[int] = []
        read_many = pipeline.reader.read_many

        def counting(pairs: Any, **more: Any) -> Any:
            read.append(len(pairs))
            return read_many(pairs, **more)

        pipeline.reader.read_many = counting  # type: ignore[method-assign]
        few = _ask(pipeline, asked)
        few_read = sum(read)
        read.clear()
        first_look.reading_order = lambda *found: Order(list(range(len(found[1]))), [], [])  # type: ignore[attr-defined]
        every_one = _ask(pipeline, asked)
    same = sum(_first(one) == _first(other) for one, other in zip(few, every_one, strict=True))
    alike = sum(_all(one) == _all(other) for one, other in zip(few, every_one, strict=True))
    report = {
        "gold": [path.name for path in options.gold],
        "questions": len(asked),
        "reader": pipeline.reader.name,
        "passages_read": round(few_read / sum(read), 4),
        "same_first_answer": round(same / len(asked), 4),
        "interval": [round(own, 4) for own in wilson(same / len(asked), len(asked))],
        "everything_the_same": round(alike / len(asked), 4),
    }
    print(json.dumps(report, indent=1))
    if options.out:
        options.out.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")


def _ask(pipeline: Pipeline, questions: list[str]) -> list[Response]:
    parts = [questions[at : at + AT_ONCE] for at in range(0, len(questions), AT_ONCE)]
    return [response for part in track(parts, description="asking") for response in pipeline.ask_many(part)]


def _first(response: Response) -> Any:
    answers = response.answers[:1]
    return [(own.text, own.citations[0].article_id, own.citations[0].start) for own in answers]


def _all(response: Response) -> Any:
    answers = [(own.text, own.sources, [(c.article_id, c.start) for c in own.citations]) for own in response.answers]
    return answers, [[value.text for value in own.values] for own in response.conflicts], response.reason


if __name__ == "__main__":
    main()
