"""The example articles say what their README and their gold file say of them."""

import json
import re
from difflib import SequenceMatcher
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from ragqa.articles import Loaded, load_articles
from ragqa.records import Article, instant

EXAMPLES = Path(__file__).parents[1] / "examples"
FOLDER = EXAMPLES / "articles"
WIRE_DESK = FOLDER / "wire-desk.jsonl"


@cache
def loaded() -> Loaded:
    return load_articles(FOLDER)


@cache
def articles() -> dict[str, Article]:
    return {article.id: article for article in loaded().articles}


def rows_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def gold() -> dict[str, dict[str, Any]]:
    return {entry["id"]: entry for entry in rows_of(EXAMPLES / "gold.jsonl")}


def names_of(suffix: str) -> list[str]:
    return [path.name for path in sorted(FOLDER.glob(f"*{suffix}"))]


def test_every_file_is_read_and_none_is_left_over() -> None:
    assert loaded().faults == ()
    assert loaded().skipped == ()
    assert len(articles()) == 39


def test_formats_are_those_that_the_readme_counts() -> None:
    text = (EXAMPLES / "README.md").read_text(encoding="utf-8")
    with_front_matter = [name for name in names_of(".txt") if (FOLDER / name).read_text("utf-8").startswith("---\n")]
    with_sidecar = [name.replace(".meta.json", ".txt") for name in names_of(".meta.json")]
    assert sorted(with_front_matter + with_sidecar) == names_of(".txt")
    counts = [len(with_front_matter), len(with_sidecar), len(names_of(".md")), len(names_of(".html"))]
    assert counts == [6, 6, 8, 6]
    assert len(rows_of(WIRE_DESK)) == 13
    assert "39 articles" in text
    assert all(f"| {count} |" in text for count in (6, 8, 13))


@pytest.mark.parametrize("field", ["title", "source", "url", "published_at", "authors"])
def test_every_article_says_where_it_comes_from(field: str) -> None:
    assert [article.id for article in articles().values() if not getattr(article, field)] == []


def test_articles_are_short_and_told_apart() -> None:
    lengths = [len(article.text.split()) for article in articles().values()]
    assert min(lengths) >= 120
    assert max(lengths) <= 350
    assert len({article.url for article in articles().values()}) == 39


def test_urls_are_of_domains_that_are_reserved_for_examples() -> None:
    hosts = {(article.url or "").split("/")[2] for article in articles().values()}
    assert [host for host in hosts if not host.endswith((".example.com", ".example.org"))] == []


def test_file_names_begin_with_the_day_of_publication() -> None:
    for article in articles().values():
        if "." in article.id:
            assert str(article.published_at)[:10] == article.id[:10]


def test_ids_of_rows_are_hashes_of_their_urls() -> None:
    expected = [sha256(row["url"].encode()).hexdigest()[:16] for row in rows_of(WIRE_DESK)]
    assert [article_id for article_id in articles() if "." not in article_id] == expected


def test_menus_and_footers_of_pages_are_no_part_of_the_article() -> None:
    for name in names_of(".html"):
        page = (FOLDER / name).read_text(encoding="utf-8")
        for outside in ("Privacy policy", "Contact the newsroom", "/about"):
            assert outside in page
            assert outside not in articles()[name].text


def test_gold_answers_stand_verbatim_in_their_articles() -> None:
    entries = list(gold().values())
    assert len(entries) == len(rows_of(EXAMPLES / "gold.jsonl")) == 77
    for entry in entries:
        for answer in entry["answers"]:
            assert all(answer["text"] in articles()[article_id].text for article_id in entry["article_ids"]), entry[
                "id"
            ]


def test_gold_offsets_count_in_the_first_article_named() -> None:
    for entry in gold().values():
        for answer in entry["answers"]:
            first = entry["article_ids"][0]
            # The text of a page depends on the extraction, so that an offset into it would not last.
            assert ("answer_start" in answer) == (not first.endswith(".html")), entry["id"]
            if "answer_start" in answer:
                start = answer["answer_start"]
                assert articles()[first].text[start : start + len(answer["text"])] == answer["text"], entry["id"]


def test_gold_answers_are_whole_words_and_figures() -> None:
    for entry in gold().values():
        for answer in entry["answers"]:
            if "answer_start" in answer:
                text, start = articles()[entry["article_ids"][0]].text, answer["answer_start"]
                end = start + len(answer["text"])
                assert not re.search(r"(?:\w|\d[.,])\Z", text[:start]), entry["id"]
                assert not re.match(r"\w|[.,]\d", text[end:]), entry["id"]


def test_gold_questions_without_an_answer_name_no_article() -> None:
    without = [entry for entry in gold().values() if not entry["answers"]]
    assert len(without) == 8
    assert all(entry["article_ids"] == [] for entry in without)
    assert all(entry["article_ids"] for entry in gold().values() if entry["answers"])


def test_questions_are_those_of_the_gold_file_and_four_have_no_answer() -> None:
    known = {entry["question"]: entry for entry in gold().values()}
    questions = (EXAMPLES / "questions.txt").read_text(encoding="utf-8").splitlines()
    assert len(set(questions)) == len(questions) == 20
    assert sum(not known[question]["answers"] for question in questions) == 4


@pytest.mark.parametrize(
    ("ids", "figures"),
    [
        (
            ["turkey-toll-first-day", "turkey-toll-wednesday", "turkey-toll-republic"],
            ["more than 2,300", "more than 11,000", "35,418"],
        ),
        (["lahaina-toll-thursday", "lahaina-toll-weekend", "lahaina-toll-lowered"], ["53", "at least 93", "97"]),
        (["gaza-toll-february", "gaza-toll-october"], ["30,035", "At least 42,847"]),
        (["valencia-toll-wednesday", "valencia-toll-friday"], ["at least 95", "205"]),
        (["fed-september-range", "fed-december-range"], ["4.75 to 5 percent", "4.25 to 4.5 percent"]),
        (["myanmar-junta-monday", "myanmar-thursday"], ["2,065", "3,085"]),
    ],
)
def test_changing_figures_are_reported_on_later_and_later_days(ids: list[str], figures: list[str]) -> None:
    entries = [gold()[name] for name in ids]
    assert [entry["answers"][0]["text"] for entry in entries] == figures
    days = [articles()[entry["article_ids"][0]].published_at for entry in entries]
    moments = [instant(day) for day in days if day is not None]
    assert moments == sorted(set(moments))
    assert len(moments) == len(ids)


@pytest.mark.parametrize(
    ("one", "other", "figures"),
    [
        ("moscow-investigators", "moscow-simonyan", ["At least 133", "143"]),
        ("myanmar-junta-monday", "myanmar-independent", ["2,065", "2,418"]),
        ("warming-copernicus", "warming-wmo", ["1.60 °C", "1.55 °C"]),
    ],
)
def test_outlets_disagree_on_the_same_day(one: str, other: str, figures: list[str]) -> None:
    entries = [gold()[one], gold()[other]]
    assert [entry["answers"][0]["text"] for entry in entries] == figures
    first, second = (articles()[entry["article_ids"][0]] for entry in entries)
    assert first.published_at == second.published_at
    assert first.source != second.source


def test_one_article_is_a_wire_copy_of_another() -> None:
    first, copy = (articles()[article_id] for article_id in gold()["notre-dame-donations"]["article_ids"])
    assert (first.source, copy.source) == ("Harbour Wire", "Lowland Gazette")
    assert first.text != copy.text
    likeness = SequenceMatcher(None, first.text.split(), copy.text.split(), autojunk=False).ratio()
    assert likeness > 0.95


def test_one_article_carries_a_correction() -> None:
    assert "Correction, 8 January: An earlier version" in articles()["2024-01-08-boeing-door-plug.html"].text
