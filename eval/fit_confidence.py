"""Fit the reader's confidence and margin on questions asked through the whole pipeline, and write them into its card.

    python eval/fit_confidence.py GOLD.jsonl.gz... --reader ragqa/models/reader --questions 2000 --out eval/results/confidence.json

The contexts of the gold files are indexed as articles. Every question is asked twice: of all passages, and with the
passages that hold one of its answers left out, so that it has none. An answer is right when its official F1 is at least 0.5. The
curve is fitted on the questions of every other article and its error measured on the rest; the margin is the one at which most of
the fitting half is decided right (a right answer given, or none where there is none), and not below 0.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.progress import track

from ragqa import Article, ExtractiveReader, Hit, Pipeline, Span
from ragqa.evaluation.gold import GoldQuestion, read_gold
from ragqa.evaluation.squad import f1_score

RIGHT = 0.5
K = 10
BINS = 15


def main() -> None:
    """Run the fit."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gold", type=Path, nargs="+", help="JSONL gold files with contexts, .gz or not")
    parser.add_argument("--reader", type=Path, required=True, help="folder with the reader.json to write to")
    parser.add_argument("--questions", type=int, default=2000, help="of each file")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, required=True, help="JSON file for the figures")
    arguments = parser.parse_args()

    files = [read_gold(path) for path in arguments.gold]
    everything = [question for questions in files for question in questions]
    asked = [question for questions in files for question in sample(questions, arguments.questions, arguments.seed)]
    reader = ExtractiveReader.from_pretrained(arguments.reader)
    scores, right, answerable, titles = ask(everything, asked, reader)
    names = sorted(set(titles))
    random.Random(arguments.seed).shuffle(names)
    fitting = np.isin(titles, names[::2])

    beating = scores > 0
    temperature, offset = fit_logistic(scores[fitting & beating], right[fitting & beating])
    margin = fit_margin(scores[fitting], right[fitting], answerable[fitting])
    given = ~fitting & (scores >= margin) & beating
    confidence = 1 / (1 + np.exp(-(scores - offset) / temperature))
    error = calibration_error(confidence[given], right[given])
    calibration = {
        "temperature": round(temperature, 4),
        "offset": round(offset, 4),
        "margin": round(margin, 4),
        "fitted_on": ", ".join(path.name for path in arguments.gold)
        + f" ({fitting.sum()} questions, half unanswerable)",
        "error": round(error, 4),
    }
    figures = {
        "calibration": calibration,
        "reader": reader.name,
        "k": K,
        "seed": arguments.seed,
        "kept_apart": {
            "questions": int((~fitting).sum()),
            "answers_given": int(given.sum()),
            "precision_of_given": round(float(right[given].mean()), 4),
            "answerable_answered_right": round(
                float(right[~fitting & answerable & (scores >= margin)].sum() / (~fitting & answerable).sum()), 4
            ),
            "unanswerable_abstained": round(float((scores[~fitting & ~answerable] < margin).mean()), 4),
            "expected_calibration_error_15_equal_mass_bins": round(error, 4),
        },
    }
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    arguments.out.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    card_path = arguments.reader / "reader.json"
    card = json.loads(card_path.read_text(encoding="utf-8"))
    card_path.write_text(json.dumps({**card, "calibration": calibration}, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(figures, indent=2))


def sample(questions: list[GoldQuestion], count: int, seed: int) -> list[GoldQuestion]:
    """Return ``count`` answerable questions, drawn with ``seed``."""
    answerable = [question for question in questions if question.answers]
    return random.Random(seed).sample(answerable, min(count, len(answerable)))


def ask(
    everything: list[GoldQuestion], asked: list[GoldQuestion], reader: ExtractiveReader
) -> tuple[NDArray[np.float64], NDArray[np.bool_], NDArray[np.bool_], NDArray[np.str_]]:
    """Ask every question twice; return best score, rightness, answerability and the title of its article for each asking."""
    contexts = {question.context: question.title or "" for question in everything if question.context}
    articles = [
        # A title such as wikinews:762751 is an id, not a headline.
        Article(text=text, title=title.replace("_", " ") if title and ":" not in title else None)
        for text, title in contexts.items()
    ]
    scores, right, answerable, titles = [], [], [], []
    with tempfile.TemporaryDirectory() as folder, Pipeline.open(folder) as pipeline:
        pipeline.add(articles)
        for question in track(asked, description="asking"):
            hits = pipeline.retriever.retrieve([question.question], k=2 * K)[0]
            spans = reader.read(question.question, [hit.passage for hit in hits])
            for with_answer in (True, False):
                score, text = best(hits, spans, () if with_answer else question.answers)
                scores.append(score)
                right.append(with_answer and f1_score(text, question.answers) >= RIGHT)
                answerable.append(with_answer)
                titles.append(question.title or "")
    return np.array(scores), np.array(right), np.array(answerable), np.array(titles)


def best(hits: list[Hit], spans: list[list[Span]], without: Sequence[str]) -> tuple[float, str]:
    """Return score and text of the best span of the first `K` passages that hold none of the texts ``without``."""
    kept = [
        own[0]
        for hit, own in zip(hits, spans, strict=True)
        if own and not any(text.casefold() in hit.passage.text.casefold() for text in without)
    ]
    top = max(kept[:K], key=lambda span: span.score, default=None)
    return (top.score, top.text) if top else (-99.0, "")


def fit_logistic(scores: NDArray[np.float64], right: NDArray[np.float64]) -> tuple[float, float]:
    """Return temperature and offset of the most likely logistic curve, by Newton's method (no regularisation)."""
    design = np.stack([scores, np.ones_like(scores)], axis=1)
    weights = np.zeros(2)
    for _ in range(50):
        predicted = 1 / (1 + np.exp(-design @ weights))
        gradient = design.T @ (right - predicted)
        hessian = (design * (predicted * (1 - predicted))[:, None]).T @ design
        weights += np.linalg.solve(hessian, gradient)
    return float(1 / weights[0]), float(-weights[1] / weights[0])


def fit_margin(scores: NDArray[np.float64], right: NDArray[np.float64], answerable: NDArray[np.float64]) -> float:
    """Return the margin, 0 or more, at which most askings are decided right."""
    candidates = np.linspace(0, np.quantile(scores, 0.95), 400)
    decided = [np.where(scores >= margin, right, ~answerable).mean() for margin in candidates]
    return float(candidates[int(np.argmax(decided))])


def calibration_error(confidence: NDArray[np.float64], right: NDArray[np.float64]) -> float:
    """Return the expected calibration error over `BINS` bins of equal mass. Source: Naeini et al. (2015), AAAI 29."""
    parts = np.array_split(np.argsort(confidence), BINS)
    return float(sum(len(part) * abs(confidence[part].mean() - right[part].mean()) for part in parts) / len(confidence))


if __name__ == "__main__":
    main()
