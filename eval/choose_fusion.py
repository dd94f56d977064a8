"""Choose the weight of the words in hybrid search: recall of every weight, of cosine alone and of BM25 alone, on all questions.

    python eval/choose_fusion.py --gold squad11_choose.jsonl.gz --gold qamr_news_choose.jsonl.gz --out eval/results/fusion.json

Contexts that share a title are joined into one article, as in ``ablations.py``; all are one index. Each question is searched once,
and what was found is put in order by each weight, so that thousands of questions take minutes. Differences to BM25 alone are paired
by question; intervals are of a bootstrap over articles. Never run this on a file that is kept for reporting.
"""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from ablations import DEPTH, bar, merged, whole_articles
from numpy.typing import NDArray

from ragqa import load_embedder
from ragqa.evaluation import GoldSet, read_gold_set
from ragqa.evaluation.contexts import corpus_of, open_corpus
from ragqa.evaluation.inputs import articles_of, placed
from ragqa.evaluation.places import is_gold, places_of
from ragqa.index import Match

WEIGHTS = (0.0, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0, 1.5, 2.0, 3.0)
WORDS = "BM25 alone"
AT = (1, 5, 10)
RESAMPLES = 2000
AT_ONCE = 64


class Searched(NamedTuple):
    """A question, and for each match, in no order, whether it holds the answer."""

    id: str
    group: str
    matches: Sequence[Match]
    gold: Sequence[bool]


def main() -> None:
    """Search once, rank by every weight, write the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gold", type=Path, action="append", required=True, help="asked; may be given again")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    sets = [whole_articles(read_gold_set(path)) for path in options.gold]
    found, passages = search(merged(sets))
    files = {
        path.name: {question.id for question in gold.questions} for path, gold in zip(options.gold, sets, strict=True)
    }
    files = {"all": set().union(*files.values()), **files}
    tables = {name: table([own for own in found if own.id in ids], passages) for name, ids in files.items()}
    report = {"passages": passages, "depth": DEPTH, "resamples": RESAMPLES, "files": tables}
    options.out.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    for name, rows in tables.items():
        print(name)
        for weight, row in rows.items():
            print(f"  {weight:>10}  recall@5 {row['recall_at_5']:.2f}  against BM25 alone {row['recall_at_5_ahead']}")


def search(gold: GoldSet) -> tuple[list[Searched], int]:
    """Return what the index of the set's own articles finds for each question, and the number of passages in it."""
    gold, articles = corpus_of(gold)
    with open_corpus(articles, load_embedder(None)) as index:
        article = articles_of(index)
        questions = placed(gold, article)
        found = []
        with bar("search", len(questions)) as advance:
            for first in range(0, len(questions), AT_ONCE):
                part = questions[first : first + AT_ONCE]
                for question, matches in zip(part, index.search([own.question for own in part], k=DEPTH), strict=True):
                    places = places_of(question, article)
                    holds = [is_gold(match.passage, question, places) for match in matches]
                    found.append(Searched(question.id, question.group, matches, holds))
                advance(len(part))
        return found, index.count().passages


def table(found: Sequence[Searched], passages: int) -> dict[str, dict[str, object]]:
    """Return recall at each depth for each weight, and how far it is ahead of BM25 alone, with intervals in points."""
    groups = np.unique([own.group for own in found], return_inverse=True)[1]
    ranks = {
        str(weight): np.array([first_gold(own, weight / math.log(passages)) for own in found]) for weight in WEIGHTS
    }
    ranks[WORDS] = np.array([first_gold(own, None) for own in found])
    weights: dict[str, dict[str, object]] = {}
    for name, own in ranks.items():
        weights[name] = {f"recall_at_{depth}": round(100 * float((own <= depth).mean()), 2) for depth in AT}
        for depth in AT:
            ahead = (own <= depth).astype(float) - (ranks[WORDS] <= depth)
            weights[name][f"recall_at_{depth}_ahead"] = interval(ahead, groups)
    return weights


def first_gold(own: Searched, weight: float | None) -> float:
    """Return the rank of the first match that holds the answer, from 1; infinite where none does. None: BM25 alone."""
    scored = []
    for match, gold in zip(own.matches, own.gold, strict=True):
        if weight is not None:
            scored.append((-match.cosine - weight * (match.bm25 or 0.0), match.passage.id, gold))
        elif match.bm25 is not None:
            scored.append((-match.bm25, match.passage.id, gold))
    return next((rank for rank, (_, _, gold) in enumerate(sorted(scored), start=1) if gold), math.inf)


def interval(values: NDArray[np.float64], groups: NDArray[np.int64]) -> list[float]:
    """Return mean, low and high of the 95 % interval, in points, by resampling whole groups."""
    sums, counts = np.bincount(groups, values), np.bincount(groups)
    drawn = np.random.default_rng(0).integers(0, len(counts), (RESAMPLES, len(counts)))
    means = sums[drawn].sum(1) / counts[drawn].sum(1)
    return [round(100 * float(own), 2) for own in (values.mean(), *np.percentile(means, [2.5, 97.5]))]


if __name__ == "__main__":
    main()
