"""What citations say of when and by whom on the development half of the news gold set."""

import json
from pathlib import Path

import pytest

from ragqa.articles import load_articles

EVAL = Path(__file__).parents[1] / "eval"


@pytest.fixture(scope="module")
def judged():
    import importlib
    import sys

    sys.path.insert(0, str(EVAL))
    try:
        script = importlib.import_module("score_citations")
    finally:
        sys.path.remove(str(EVAL))
    articles = {f"dev/{article.id}": article for article in load_articles(EVAL / "articles" / "dev").articles}
    lines = (EVAL / "gold" / "news_dev.jsonl").read_text(encoding="utf-8").splitlines()
    return list(script.judged([json.loads(line) for line in lines], articles))


@pytest.mark.parametrize(
    ("figure", "floor", "least"),
    [("dates", 0.95, 50), ("attributions", 0.95, 46), ("answers_kept", 0.95, 27), ("errors_withdrawn", 0.95, 16)],
)
def test_the_development_half_stays_right(judged, figure, floor, least):
    ones = [one for one in judged if one.figure == figure]
    assert len(ones) >= least
    wrong = [one.words for one in ones if not one.right]
    assert len(wrong) <= (1 - floor) * len(ones), wrong
