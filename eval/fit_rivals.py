"""Fit the curves of `ragqa/rivals/likely.py` on stories that the reader was not trained on, and measure them.

    python eval/fit_rivals.py models/stories_choose.json.gz --out eval/results/rivals.json

All reports are indexed, and each question is asked once of all of them; which places are judged is decided by the curves as they
stand, and those that no verdict could show are judged too. Where its first answer stands at a marked place, a place in another
report is a rival if it is marked with another value, and the story says of the question that its reports differ, or that what one
says is replaced in a later one (``relation`` of ``differs`` or ``changed``); all others are none. Questions without a relation are
left out. Weights are printed as they stand in the module, and for several thresholds the share of questions with a conflict for
which a rival is shown, and the share of the others for which anything is; each question is judged by curves that were fitted
without its story, in five parts. What `rivals_within` and `replaced` add is not counted. 95 % intervals: stories resampled.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from score_news import Judged, figures
from sklearn.linear_model import LogisticRegression

from ragqa import Article, Pipeline
from ragqa.asking import Asker
from ragqa.judging import judged
from ragqa.reading import Judge
from ragqa.rivals import Evidence, can_have_none, contenders, fitting_first
from ragqa.rivals.elsewhere import Place, likeliest, places_elsewhere
from ragqa.rivals.likely import CURVES, JUDGED, Curve, Signs
from ragqa.values import same

AT_ONCE = 32
PARTS = 5
SOFT = 3.0
"""How weakly large weights are held back."""
THRESHOLDS = (0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6)
CONFLICTING = ("differs", "changed")
READ = ("lean", "lean_to_best")
SIGNS: dict[Curve, tuple[str, ...]] = {
    "figure": (*READ, "words", "like", "near", "taken", "unread"),
    "date": (*READ, "apart"),
    "name": ("lean_to_best", "lead", "words", "post", "long", "longer"),
    "text": ("lean", "long", "longer"),
    "unlike": (*READ, "words", "long"),
}
"""What is fitted for each curve; the other signs say nothing there."""


class Marked(NamedTuple):
    """A question of a story, and where the reports answer it."""

    story: str
    question: str
    is_conflict: bool
    places: list[tuple[str, int, int]]
    """Of each: the article's id, and its characters."""


class Row(NamedTuple):
    """A place that may rival the first answer to a question, or says the same."""

    number: int
    """Of the question."""
    place: Place
    is_rival: bool


def main() -> None:
    """Ask, fit, measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "stories", type=Path, nargs="+", help="stories in the form of SQuAD, with the relation of each question"
    )
    parser.add_argument("--reader", help="folder of a reader with a calibration; the packaged one if left out")
    parser.add_argument("--out", type=Path, help="JSON file for weights and shares")
    options = parser.parse_args()
    articles, questions = stories(options.stories)
    with tempfile.TemporaryDirectory() as folder, Pipeline.open(folder, reader=options.reader) as pipeline:
        pipeline.add(articles)
        calibration = pipeline.calibration
        if calibration is None:
            raise SystemExit("the reader has no calibration: fit one first, with `ragqa train calibrate`")
        asker = Asker(pipeline.index, pipeline.retriever, pipeline.reader, calibration)
        rows = [
            row
            for first in range(0, len(questions), AT_ONCE)
            for row in rows_of(questions[first : first + AT_ONCE], first, asker, pipeline.reader.judge)
        ]
        reader = pipeline.reader.name
    report = {
        "stories": [path.name for path in options.stories],
        "reader": reader,
        "questions": len(questions),
        "conflicts": sum(own.is_conflict for own in questions),
        "places": len(rows),
        "rivals": sum(row.is_rival for row in rows),
        "judged": sum(row.place.is_judged for row in rows),
        "weights": {name: weights(fitted(rows, name, is_judged=False)) for name in CURVES},
        "weights_judged": {name: weights(fitted(rows, name, is_judged=True)) for name in JUDGED},
        "thresholds": measured(questions, held_out(questions, rows)),
    }
    print(json.dumps(report, indent=1))
    if options.out:
        options.out.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")


def stories(paths: Sequence[Path]) -> tuple[list[Article], list[Marked]]:
    """Return the reports of all stories as articles, and their questions with what is marked in them."""
    articles: list[Article] = []
    questions: list[Marked] = []
    for path in paths:
        for story in json.loads(gzip.decompress(path.read_bytes()))["data"]:
            relations: dict[str, str] = {}
            places: dict[str, list[tuple[str, int, int]]] = defaultdict(list)
            for number, report in enumerate(story["paragraphs"]):
                name = f"{story['title']}-{number}"
                articles.append(article(name, report))
                for row in (own for own in report["qas"] if own.get("relation")):
                    relations[row["question"]] = row["relation"]
                    places[row["question"]] += [
                        (name, own["answer_start"], own["answer_start"] + len(own["text"])) for own in row["answers"]
                    ]
            questions += [
                Marked(story["title"], question, relation in CONFLICTING, places[question])
                for question, relation in relations.items()
            ]
    return articles, questions


def article(name: str, report: dict[str, Any]) -> Article:
    """Return a report as an article; a month stands for its first day."""
    day = report["date"] if len(report["date"]) == len("2024-01-01") else f"{report['date']}-01"
    return Article(id=name, text=report["context"], title=report["headline"], source=report["outlet"], published_at=day)


def rows_of(questions: Sequence[Marked], first: int, asker: Asker, judge: Judge) -> Iterator[Row]:
    """Yield the places that may rival the first answers to some questions, the first of which has the number ``first``."""
    reads = asker.read([own.question for own in questions], k=10, filter=None)
    for number, (own, found) in enumerate(zip(questions, reads, strict=True), first):
        if found is not None:
            (evidence,) = judged([found.evidence.judged({})], judge.judge, hopeless=True)
            yield from places(own, number, evidence)


def places(question: Marked, number: int, evidence: Evidence) -> Iterator[Row]:
    """Yield the places that may rival the first answer to a question, also one that is too doubtful to be given."""
    if not evidence.answers:
        return
    articles = evidence.articles
    ordered = fitting_first(evidence.answers, evidence)
    if can_have_none(contenders(ordered[0], articles), evidence):
        return
    values = [(own, evidence.value_at(*own)) for own in question.places if own[0] in articles]
    answered = [value for own, value in values if any(meets(own, *at(cited)) for cited in ordered[0].citations)]
    for place in places_elsewhere(ordered, evidence):
        met = [value for own, value in values if meets(own, place.article_id, place.start, place.end)]
        is_other = bool(met and answered) and not any(same(one, other) for one in met for other in answered)
        if place.counts:
            yield Row(number, place, question.is_conflict and is_other)


def at(cited: Any) -> tuple[str, int, int]:
    """Return where a citation stands."""
    return cited.article_id, cited.start, cited.end


def meets(place: tuple[str, int, int], name: str, start: int, end: int) -> bool:
    """Return whether a marked place shares characters with another one."""
    return place[0] == name and place[1] < end and start < place[2]


def fitted(rows: Sequence[Row], curve: Curve, *, is_judged: bool) -> LogisticRegression:
    """Return a curve over the signs of its places: of those that were judged with the verdict, or of all without it."""
    own = [row for row in rows if row.place.curve == curve and not row.place.is_same]
    own = [row for row in own if row.place.is_judged or not is_judged]
    if len({row.is_rival for row in own}) < 2:
        raise SystemExit(f"too few stories: there must be rivals, and places that are none, of the curve {curve!r}")
    heeded = [name in SIGNS[curve] or (is_judged and name == "judged") for name in Signs._fields]
    signs = np.array([row.place.signs for row in own]) * heeded
    return LogisticRegression(C=SOFT, max_iter=2000).fit(signs, [row.is_rival for row in own])


def weights(curve: LogisticRegression, signs: Sequence[str] = Signs._fields) -> dict[str, float]:
    """Return the weights of a curve by the names of its ``signs``, as the module has them."""
    named = zip(signs, curve.coef_[0], strict=True)
    return {"constant": round(float(curve.intercept_[0]), 1), **{name: round(float(own), 1) for name, own in named}}


def held_out(questions: Sequence[Marked], rows: Sequence[Row]) -> list[Row]:
    """Return the rows with how likely each is a rival by curves that were fitted on other stories."""
    names = sorted({own.story for own in questions})
    random.Random(0).shuffle(names)
    part = {name: number % PARTS for number, name in enumerate(names)}
    parts = [part[questions[row.number].story] for row in rows]
    found = []
    for held in range(PARTS):
        others = [row for row, own in zip(rows, parts, strict=True) if own != held]
        curves = {
            (curve, is_judged): fitted(others, curve, is_judged=is_judged)
            for curve in CURVES
            for is_judged in (True, False)
        }
        for row in (row for row, own in zip(rows, parts, strict=True) if own == held):
            curve = curves[row.place.curve, row.place.is_judged]
            chance = float(curve.predict_proba([row.place.signs])[0, 1])
            found.append(row._replace(place=row.place._replace(likelihood=chance)))
    return found


def measured(questions: Sequence[Marked], rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Return for each threshold the shares of conflicts shown and of false ones, in percent, with their intervals.

    As in the library, of each report the likeliest place counts, unless it says what the answer says.
    """
    of_question: dict[int, dict[Place, bool]] = defaultdict(dict)
    for row in rows:
        of_question[row.number][row.place] = row.is_rival
    chosen = [
        (number, own.likelihood, known[own])
        for number, known in of_question.items()
        for own in likeliest(list(known))
        if not own.is_same
    ]
    return [
        {
            "threshold": threshold,
            "shown": share(
                questions,
                {number for number, own, is_rival in chosen if own >= threshold and is_rival},
                is_conflict=True,
            ),
            "false": share(questions, {number for number, own, _ in chosen if own >= threshold}, is_conflict=False),
        }
        for threshold in THRESHOLDS
    ]


def share(questions: Sequence[Marked], among: set[int], *, is_conflict: bool) -> dict[str, float]:
    """Return which share of the questions with a conflict, or without, is among some, in percent, with its interval."""
    asked = [(number, own) for number, own in enumerate(questions) if own.is_conflict == is_conflict]
    return figures([Judged("share", own.story, number in among) for number, own in asked])["share"]


if __name__ == "__main__":
    main()
