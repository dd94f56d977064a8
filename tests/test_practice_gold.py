"""The labels of the practice set stand where they say, and its conflicts have two values or more."""

import json
from pathlib import Path

import pytest

from ragqa.articles import load_articles

PRACTICE = Path(__file__).parents[1] / "eval" / "practice"
QUESTIONS = [json.loads(line) for line in (PRACTICE / "gold.jsonl").read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def texts():
    loaded = load_articles(PRACTICE / "articles")
    assert not loaded.faults
    return {article.id: article.text for article in loaded.articles}


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question["id"])
def test_labels_stand_where_they_say(question, texts):
    conflict = question["conflict"] or {"values": []}
    for place in [*question["spans"], *conflict["values"]]:
        assert texts[place["article_id"]][place["start"] : place["end"]] == place["text"]
    for answer in question["answers"]:
        start = answer["answer_start"]
        assert texts[question["article_ids"][0]][start : start + len(answer["text"])] == answer["text"]
    assert (question["kind"] == "plain") == (not conflict["values"])
    assert len({place["value"] for place in conflict["values"]}) != 1
