"""Score what citations say of when and by whom against the news gold set, from the gold places alone.

    python eval/score_citations.py                           the development half
    python eval/score_citations.py --half test --out FILE    the test half, written as JSON too

Every gold place is cited as it stands, so that neither retrieval nor the reader plays a part. A relative date is right where the
citation of the place holds the same words with the same days. An attribution is right where the gold set and the citation both have
none, or where the citation's words hold the whole gold speaker and share at least half of their words (F1) with the gold
ones; ``exact`` counts those with the very characters. A corrected value is right where the citation says that it is withdrawn, an
answer where not. Intervals: 1,000 resamples of whole articles, as in `ragqa.evaluation.bootstrap`.
"""

from __future__ import annotations

import argparse
import json
import platform
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from ragqa.articles import load_articles
from ragqa.citing import cite
from ragqa.evaluation.bootstrap import Resamples, interval
from ragqa.records import Article, Citation

HERE = Path(__file__).parent
LEAST_SHARED = 0.5

Row = dict[str, Any]


class Judged(NamedTuple):
    """One thing that was looked at: for which figure, in which article, whether it is right, and what to read if not."""

    figure: str
    article: str
    right: bool
    words: str


def judged(rows: list[Row], articles: dict[str, Article]) -> Iterator[Judged]:
    """Yield a judgement for every label of every question."""
    for row in rows:
        for label in row.get("resolved_dates", ()):
            yield _date(row, label, articles[label["article_id"]])
        if row["kind"] == "attribution":
            for place in row["spans"]:
                yield from _attribution(row, place, articles[place["article_id"]])
        if row["kind"] == "correction":
            for place in row["spans"]:
                citation = _cited(place, articles)
                yield Judged(
                    "answers_kept", citation.article_id, not citation.withdrawn, f"{row['id']}: {place['text']!r}"
                )
            for place in row["corrected"]:
                citation = _cited(place, articles)
                yield Judged(
                    "errors_withdrawn", citation.article_id, citation.withdrawn, f"{row['id']}: {place['text']!r}"
                )


def _cited(place: Row, articles: dict[str, Article]) -> Citation:
    return cite(articles[place["article_id"]], place["start"], place["end"])


def _date(row: Row, label: Row, article: Article) -> Judged:
    citation = cite(article, label["start"], label["end"])
    found = {(one.start, one.end): one.iso for one in citation.resolved_dates}
    got = found.get((label["start"], label["end"]))
    others = "" if got else f"; found {[(one.text, one.iso) for one in citation.resolved_dates]}"
    words = f"{row['id']}: {label['text']!r} is {label['date']}, got {got}{others}"
    return Judged("dates", article.id, got == label["date"], words)


def _attribution(row: Row, place: Row, article: Article) -> Iterator[Judged]:
    labels = [
        label
        for label in row["attribution"] or ()
        if label["article_id"] == place["article_id"]
        and label["start"] <= place["end"]
        and place["start"] <= label["end"]
    ]
    found = cite(article, place["start"], place["end"]).attribution
    if not labels:
        words = f"{row['id']}: {place['text']!r} is asserted, got {found and found.text!r}"
        yield Judged("attributions", article.id, found is None, words)
        yield Judged("attributions_none", article.id, found is None, words)
        return
    label = labels[0]
    words = f"{row['id']}: {place['text']!r} by {label['text']!r}, got {found and found.text!r}"
    holds = found is not None and found.start <= label["speaker_start"] and label["speaker_end"] <= found.end
    right = holds and found is not None and _shared(found.text, label["text"]) >= LEAST_SHARED
    yield Judged("attributions", article.id, right, words)
    yield Judged("attributions_some", article.id, right, words)
    exact = found is not None and (found.start, found.end) == (label["attribution_start"], label["attribution_end"])
    yield Judged("attributions_exact", article.id, exact, words)


def _shared(one: str, other: str) -> float:
    first, second = one.lower().split(), other.lower().split()
    common = sum(min(first.count(word), second.count(word)) for word in set(first))
    return 2 * common / (len(first) + len(second))


def main() -> None:
    """Score a half; print its figures and what was wrong."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--half", choices=("dev", "test"), default="dev")
    parser.add_argument("--root", type=Path, default=HERE, help="the folder with articles/ and gold/")
    parser.add_argument("--out", type=Path, help="a JSON file for the figures")
    given = parser.parse_args()
    loaded = load_articles(given.root / "articles" / given.half)
    articles = {f"{given.half}/{article.id}": article for article in loaded.articles}
    lines = (given.root / "gold" / f"news_{given.half}.jsonl").read_text(encoding="utf-8").splitlines()
    by_figure: dict[str, list[Judged]] = defaultdict(list)
    for one in judged([json.loads(line) for line in lines], articles):
        by_figure[one.figure].append(one)
    report: dict[str, object] = {}
    for figure, ones in by_figure.items():
        values = np.array([100.0 * one.right for one in ones])
        low, high = interval(Resamples([one.article for one in ones]).means(values))
        report[figure] = {
            "percent": round(float(values.mean()), 1),
            "interval": [round(low, 1), round(high, 1)],
            "n": len(ones),
        }
        print(f"{figure:<22}{values.mean():6.1f} %   {low:.1f} to {high:.1f}   of {len(ones)}")
        if figure not in ("attributions_some", "attributions_none"):
            for one in ones:
                if not one.right:
                    print(f"    {one.words}")
    if given.out:
        made = {"half": given.half, "python": platform.python_version(), "figures": report}
        given.out.write_text(json.dumps(made, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
