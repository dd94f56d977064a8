"""The stories to train readers on: their answers stand where they say, and nothing that a reader is scored on is among them."""

import gzip
import json
from pathlib import Path

import pytest
import regex

from ragqa.articles import load_articles

ROOT = Path(__file__).parents[2]
SETS = ("stories_train", "stories_choose")
WORDS = 12
"""No run of so many words of the evaluation's articles stands in a story."""


@pytest.fixture(scope="module")
def stories():
    return {
        name: json.loads(gzip.decompress((ROOT / "models" / f"{name}.json.gz").read_bytes()))["data"] for name in SETS
    }


@pytest.mark.parametrize("name", SETS)
def test_answers_stand_where_they_say(stories, name):
    for story in stories[name]:
        for report in story["paragraphs"]:
            text = report["context"]
            for row in report["qas"]:
                assert row["is_impossible"] == (not row["answers"])
                for answer in row["answers"]:
                    start, end = answer["answer_start"], answer["answer_start"] + len(answer["text"])
                    assert text[start:end] == answer["text"]
                    assert not (text[start - 1 : start].isalnum() and text[start].isalnum())
                    assert not (text[end : end + 1].isalnum() and text[end - 1].isalnum())


@pytest.mark.parametrize("name", SETS)
def test_every_question_is_asked_of_all_three_reports_and_half_have_no_answer(stories, name):
    rows = [row for story in stories[name] for report in story["paragraphs"] for row in report["qas"]]
    assert 0.4 < sum(row["is_impossible"] for row in rows) / len(rows) < 0.6
    assert len({row["id"] for row in rows}) == len(rows)
    for story in stories[name]:
        asked = [[row["question"] for row in report["qas"]] for report in story["paragraphs"]]
        assert len(asked) == 3
        assert asked[0] == asked[1] == asked[2], story["title"]


def test_no_story_is_in_both(stories):
    ours, theirs = ({report["context"] for story in stories[name] for report in story["paragraphs"]} for name in SETS)
    assert not ours & theirs


def test_nothing_that_a_reader_is_scored_on_is_among_them(stories):
    folders = [ROOT / "eval" / "articles", ROOT / "eval" / "practice" / "articles", ROOT / "examples" / "articles"]
    scored = set().union(*(runs(article.text) for folder in folders for article in load_articles(folder).articles))
    golds = [*(ROOT / "eval" / "gold").glob("*.jsonl"), ROOT / "eval" / "practice" / "gold.jsonl"]
    asked = {json.loads(line)["question"] for gold in golds for line in gold.read_text(encoding="utf-8").splitlines()}
    assert scored
    assert asked
    for name in SETS:
        for story in stories[name]:
            for report in story["paragraphs"]:
                assert not runs(report["context"]) & scored, story["title"]
                assert not {row["question"] for row in report["qas"]} & asked, story["title"]


def runs(text):
    words = regex.findall(r"\w+", text.lower())
    return {tuple(words[first : first + WORDS]) for first in range(len(words) - WORDS + 1)}
