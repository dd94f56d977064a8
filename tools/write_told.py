"""Write questions with what another report answers: ``python tools/write_told.py models/stories_train.json.gz OUT.json.gz``.

Once there is an answer, ragqa asks other reports of the matter again, the question together with the sentence of that answer
(`ragqa/second_look.py`). This makes such askings of stories: a question, the sentence of one report that answers it, and one
passage of another report, which says the same, something else, or nothing of it. Passages are cut as an index holds them. The
output is a gold file in the form of SQuAD, as `ragqa train reader --data` takes it, and the same seed gives the same questions.
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from ragqa.citing import cite
from ragqa.embedding import load_embedder
from ragqa.records import Article, Passage
from ragqa.second_look import told
from ragqa.splitting import Splitter

SINGLE = 0.5
"""Share of the questions that only one report answers which are asked of the others."""
ELSEWHERE = 0.21
"""Share of the reports with an answer of which a passage without one is asked too."""


class Pair(NamedTuple):
    """A question that one report answers, asked of another one."""

    question: str
    told: str
    relation: str
    asked: Article
    spans: list[tuple[int, int]]
    """Where it is answered; characters of the report that is asked."""


def main() -> None:
    """Read stories, draw, and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("stories", type=Path, help="stories with the relation of each question")
    parser.add_argument("out", type=Path, help="gold file to write, gzipped")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    stories = json.loads(gzip.decompress(options.stories.read_bytes()))["data"]
    rows = drawn([pairs(story) for story in stories], Splitter(load_embedder(None).count_tokens), Random(options.seed))
    data = [
        {"title": title, "paragraphs": [{"context": passage.text, "qas": [{"id": f"{title}-{number}", **asked}]}]}
        for number, (title, passage, asked) in enumerate(rows)
    ]
    gold = json.dumps({"version": "v2.0", "data": data}, ensure_ascii=False)
    options.out.write_bytes(gzip.compress(gold.encode(), mtime=0))


def pairs(story: dict[str, Any]) -> tuple[str, list[list[Pair]]]:
    """Return the title of a story, and of each of its questions and reports the pairs of an answer elsewhere and that report."""
    reports = [Article(id=str(number), text=own["context"]) for number, own in enumerate(story["paragraphs"])]
    answers: dict[str, dict[int, tuple[list[tuple[int, int]], str]]] = defaultdict(dict)
    for number, report in enumerate(story["paragraphs"]):
        for row in (own for own in report["qas"] if own.get("relation")):
            spans = [(own["answer_start"], own["answer_start"] + len(own["text"])) for own in row["answers"]]
            answers[row["question"]][number] = spans, row["relation"]
    found: dict[tuple[str, int], list[Pair]] = defaultdict(list)
    for question, of_reports in answers.items():
        for number, (spans, relation) in of_reports.items():
            for other in of_reports.keys() - {number} if spans else ():
                best = cite(reports[number], *spans[0])
                found[question, other].append(
                    Pair(
                        question, told(question, best, reports[number]), relation, reports[other], of_reports[other][0]
                    )
                )
    return story["title"], list(found.values())


def drawn(
    stories: list[tuple[str, list[list[Pair]]]], splitter: Splitter, draw: Random
) -> list[tuple[str, Passage, dict[str, Any]]]:
    """Return the questions that are written, in an order of chance: title, passage, and question with its answers there."""
    rows = [(title, *row) for title, groups in stories for group in groups for row in asked(group, splitter, draw)]
    draw.shuffle(rows)
    return rows


def asked(group: list[Pair], splitter: Splitter, draw: Random) -> Iterator[tuple[Passage, dict[str, Any]]]:
    """Yield the passages that are asked one question: one with an answer, and now and then, or where none has one, one without."""
    pair = draw.choice(group)
    if pair.relation == "single" and draw.random() > SINGLE:
        return
    passages = cut(splitter, pair.asked.text)
    answering = [own for own in passages if any(own.start <= start and end <= own.end for start, end in pair.spans)]
    others = [own for own in passages if all(end <= own.start or own.end <= start for start, end in pair.spans)]
    chosen = [draw.choice(answering)] if answering else []
    if others and (not answering or draw.random() < ELSEWHERE):
        chosen.append(draw.choice(others))
    for passage in chosen:
        inside = [(start, end) for start, end in pair.spans if passage.start <= start and end <= passage.end]
        answers = [{"text": pair.asked.text[start:end], "answer_start": start - passage.start} for start, end in inside]
        yield (
            passage,
            {"question": pair.told, "answers": answers, "is_impossible": not answers, "relation": pair.relation},
        )


@lru_cache(maxsize=256)
def cut(splitter: Splitter, text: str) -> list[Passage]:
    """Return the passages of a report."""
    return splitter.split(Article(text=text))


if __name__ == "__main__":
    main()
