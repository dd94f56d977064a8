"""Fit the reader's confidence and margin on questions asked through the whole pipeline, and write them into its card.

    python eval/fit_confidence.py GOLD... --reader ragqa/models/reader --questions 1250 --out eval/results/confidence.json

The contexts of the gold files are indexed as articles. Every question is asked twice: of all passages, and with the
passages that hold one of its answers left out, so that it has none. An answer is right when its official F1 is at least 0.5. The
curve is fitted on up to three answers of the questions of every other article, and its error measured on the rest. An asking is
decided right where a right best answer is given, or none where there is none. The margin is the smallest, not below 0, at which the
share of these in the fitting half is within 2 points of the best: a wrong answer comes with the sentence that shows it, an answer
that is withheld can't be missed.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from rich.progress import track

from ragqa import Article, Calibration, ExtractiveReader, Passage, Pipeline
from ragqa.answering import Candidate, compose
from ragqa.calibration import Support
from ragqa.evaluation.gold import GoldQuestion, read_gold
from ragqa.evaluation.squad import f1_score

RIGHT = 0.5
K = 10
TOP_K = 3
BINS = 15
NOTHING = -99.0
NEARLY = 0.02


def main() -> None:
    """Run the fit."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gold", type=Path, nargs="+", help="JSONL gold files with contexts, .gz or not")
    parser.add_argument("--reader", type=Path, required=True, help="folder with the reader.json to write to")
    parser.add_argument("--questions", type=int, default=2000, help="of each file")
    parser.add_argument("--nearness", type=float, nargs=2, default=(8.0, 0.58), help="weight and typical cosine")
    parser.add_argument("--coverage", type=float, nargs=2, default=(3.0, 0.72), help="weight and typical coverage")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--askings", type=Path, help="keep what was found in this .npz file, or take it from there")
    parser.add_argument("--out", type=Path, required=True, help="JSON file for the figures")
    arguments = parser.parse_args()

    files = [read_gold(path) for path in arguments.gold]
    everything = [question for questions in files for question in questions]
    asked = [question for questions in files for question in sample(questions, arguments.questions, arguments.seed)]
    reader = ExtractiveReader.from_pretrained(arguments.reader)
    unfitted = Calibration(
        temperature=1.0,
        offset=0.0,
        runner_up=0.0,
        margin=0.0,
        fitted_on="",
        error=0.0,
        nearness=Support(*arguments.nearness),
        coverage=Support(*arguments.coverage),
    )
    if arguments.askings and arguments.askings.exists():
        found = Found(**np.load(arguments.askings))
    else:
        found = ask(everything, asked, reader, unfitted)
        if arguments.askings:
            np.savez_compressed(arguments.askings, **found._asdict())
    names = sorted(set(found.titles))
    random.Random(arguments.seed).shuffle(names)
    fitting = np.isin(found.titles, names[::2])

    temperature, offset, runner_up = fit_curve(found.take(fitting & found.is_given))
    margin = fit_margin(found.take(fitting & found.is_best))
    curve = {"temperature": round(temperature, 4), "offset": round(offset, 4), "runner_up": round(runner_up, 4)}
    unchecked = replace(unfitted, **curve, margin=round(margin, 4))
    apart = found.take(~fitting)
    figures = measure(apart, unchecked)
    asked_of = ", ".join(path.name for path in arguments.gold)
    fitted_on = f"{int((fitting & found.is_best).sum())} askings of {asked_of}, half of them without an answer"
    calibration = replace(unchecked, fitted_on=fitted_on, error=figures["calibration_error"])
    report = {
        "reader": reader.name,
        "k": K,
        "seed": arguments.seed,
        "calibration": asdict(calibration),
        "kept_apart": figures,
    }

    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    arguments.out.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    path = arguments.reader / "reader.json"
    card = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**card, "calibration": asdict(calibration)}, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(report, indent=2))


class Found(NamedTuple):
    """Answers to all askings, one an entry; an asking without any has one entry of score `NOTHING`, which is not given."""

    scores: NDArray[np.float64]
    is_right: NDArray[np.bool_]
    is_best: NDArray[np.bool_]
    is_answerable: NDArray[np.bool_]
    titles: NDArray[np.str_]

    @property
    def is_given(self) -> NDArray[np.bool_]:
        """Which entries are answers."""
        return self.scores > NOTHING

    def take(self, which: NDArray[np.bool_]) -> Found:
        """Return the entries that ``which`` marks."""
        return Found(*(values[which] for values in self))


def sample(questions: list[GoldQuestion], count: int, seed: int) -> list[GoldQuestion]:
    """Return ``count`` answerable questions, drawn with ``seed``."""
    answerable = [question for question in questions if question.answers]
    return random.Random(seed).sample(answerable, min(count, len(answerable)))


def ask(
    everything: list[GoldQuestion], asked: list[GoldQuestion], reader: ExtractiveReader, unfitted: Calibration
) -> Found:
    """Ask every question twice, of an index of all contexts."""
    contexts = {question.context: question.title or "" for question in everything if question.context}
    articles = [
        # A title such as wikinews:762751 is an id, not a headline.
        Article(text=text, title=title.replace("_", " ") if title and ":" not in title else None)
        for text, title in contexts.items()
    ]
    by_id = {article.id: article for article in articles}
    rows: list[tuple[float, bool, bool, bool, str]] = []
    with tempfile.TemporaryDirectory() as folder, Pipeline.open(folder) as pipeline:
        pipeline.add(articles)
        for question in track(asked, description="asking"):
            hits = pipeline.retriever.retrieve([question.question], k=2 * K)[0]
            spans = reader.read(question.question, [hit.passage for hit in hits])
            for is_answerable in (True, False):
                withheld = () if is_answerable else question.answers
                kept = [(hit, own) for hit, own in zip(hits, spans, strict=True) if not holds(hit.passage, withheld)]
                candidates = [
                    Candidate.of(question.question, hit, by_id[hit.passage.article_id].title, span)
                    for hit, own in kept[:K]
                    for span in own
                ]
                answers, _ = compose(candidates, by_id, top_k=TOP_K, calibration=unfitted)
                texts = [(answer.score, answer.text) for answer in answers] or [(NOTHING, "")]
                rows += [
                    (
                        score,
                        is_answerable and f1_score(text, question.answers) >= RIGHT,
                        number == 0,
                        is_answerable,
                        question.title or "",
                    )
                    for number, (score, text) in enumerate(texts)
                ]
    return Found(*(np.array(column) for column in zip(*rows, strict=True)))


def holds(passage: Passage, texts: Sequence[str]) -> bool:
    """Return whether a passage holds one of the texts, in whatever case."""
    return any(text.casefold() in passage.text.casefold() for text in texts)


def fit_curve(found: Found) -> tuple[float, float, float]:
    """Return temperature, offset and handicap of runners-up of the most likely logistic curve, by Newton's method."""
    design = np.stack([found.scores, ~found.is_best, np.ones(len(found.scores))], axis=1).astype(np.float64)
    weights = np.zeros(3)
    for _ in range(50):
        predicted = 1 / (1 + np.exp(-design @ weights))
        gradient = design.T @ (found.is_right - predicted)
        hessian = (design * (predicted * (1 - predicted))[:, None]).T @ design
        weights += np.linalg.solve(hessian, gradient)
    slope, handicap, level = weights
    return float(1 / slope), float(-level / slope), float(-handicap / slope)


def fit_margin(best: Found) -> float:
    """Return the smallest margin, 0 or more, at which nearly as many askings are decided right as can be."""
    candidates = np.linspace(0, np.quantile(best.scores, 0.95), 400)
    decided = np.array(
        [np.where(best.scores >= margin, best.is_right, ~best.is_answerable).mean() for margin in candidates]
    )
    return float(candidates[np.flatnonzero(decided >= decided.max() - NEARLY)[0]])


def measure(found: Found, calibration: Calibration) -> dict[str, float]:
    """Return the figures of the askings that were kept apart."""
    best = found.take(found.is_best)
    is_given = best.scores >= max(calibration.margin, 1e-9)
    shown = found.take(found.scores >= max(calibration.margin, 1e-9))
    confidence = np.array(
        [
            calibration.confidence(score, is_best=bool(first))
            for score, first in zip(shown.scores, shown.is_best, strict=True)
        ]
    )
    figures = {
        "askings": len(best.scores),
        "askings_answered": int(is_given.sum()),
        "best_answers_right": best.is_right[is_given].mean(),
        "answerable_answered_right": (best.is_right & is_given)[best.is_answerable].mean(),
        "unanswerable_abstained": (~is_given)[~best.is_answerable].mean(),
        "answers_shown": len(shown.scores),
        "calibration_error": calibration_error(confidence, shown.is_right),
        "calibration_error_of_best": calibration_error(confidence[shown.is_best], shown.is_right[shown.is_best]),
    }
    return {name: round(float(value), 4) for name, value in figures.items()}


def calibration_error(confidence: NDArray[np.float64], is_right: NDArray[np.bool_]) -> float:
    """Return the expected calibration error over `BINS` bins of equal mass. Source: Naeini et al. (2015), AAAI 29."""
    parts = np.array_split(np.argsort(confidence), BINS)
    return float(
        sum(len(part) * abs(confidence[part].mean() - is_right[part].mean()) for part in parts) / len(confidence)
    )


if __name__ == "__main__":
    main()
