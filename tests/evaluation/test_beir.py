"""BEIR folders: what is judged, what is searched, and what is said of a broken one."""

import json

import pytest

from ragqa.errors import SettingError
from ragqa.evaluation.gold import read_gold_set

CORPUS = [
    {"_id": "d1", "title": "Flood", "text": "The river rose on Monday."},
    {"_id": "d2", "title": "", "text": "The bridge was opened."},
    {"_id": "d3", "text": "Snow fell."},
]
QUERIES = [{"_id": 1, "text": "When did the river rise?"}, {"_id": "q2", "text": "Who?"}]


def folder(tmp_path, *, split="test", qrels="query-id\tcorpus-id\tscore\n1\td1\t2\n1\td3\t1\n1\td2\t0\n"):
    root = tmp_path / "rivers"
    (root / "qrels").mkdir(parents=True, exist_ok=True)
    for name, rows in (("corpus", CORPUS), ("queries", QUERIES)):
        (root / f"{name}.jsonl").write_text("\n".join(map(json.dumps, rows)) + "\n", encoding="utf-8")
    (root / "qrels" / f"{split}.tsv").write_text(qrels, encoding="utf-8")
    return root


def test_judged_queries_become_questions_with_graded_articles(tmp_path):
    gold = read_gold_set(folder(tmp_path))
    (question,) = gold.questions  # the other query has no judgement
    assert (question.id, question.question, question.answers) == ("1", "When did the river rise?", ())
    assert (question.article_ids, question.gains) == (("d1", "d3"), (2.0, 1.0))
    assert [(article.id, article.title) for article in gold.articles] == [("d1", "Flood"), ("d2", None), ("d3", None)]
    assert (gold.name, gold.judges_articles) == ("rivers", True)


def test_the_test_split_comes_before_the_others(tmp_path):
    root = folder(tmp_path, split="train", qrels="q\tc\ts\nq2\td2\t1\n")
    before = read_gold_set(root)
    assert before.questions[0].id == "q2"
    after = read_gold_set(folder(tmp_path))
    assert after.questions[0].id == "1"
    assert before.sha256 != after.sha256


@pytest.mark.parametrize(
    ("qrels", "message"),
    [
        ("h\n1\tnowhere\t1\n", "line 2: the query '1' or the document 'nowhere' is not in"),
        ("h\n1 d1 1\n", "line 2: expected query-id, corpus-id and score"),
        ("h\n1\td1\tmuch\n", "line 2: expected query-id, corpus-id and score"),
        ("h\n1\td1\t0\n", "holds no question"),
    ],
)
def test_broken_judgements_are_named_with_their_place(tmp_path, qrels, message):
    with pytest.raises(SettingError, match=message):
        read_gold_set(folder(tmp_path, qrels=qrels))


@pytest.mark.parametrize(
    ("name", "line", "message"),
    [
        ("corpus", '{"_id": "d9"}', r"corpus.jsonl, line 1: expected a document"),
        ("corpus", "oops", r"corpus.jsonl, line 1: expected a document"),
        ("queries", '{"text": "Who?"}', r"queries.jsonl, line 1: expected a query"),
    ],
)
def test_broken_lines_are_named_with_their_place(tmp_path, name, line, message):
    root = folder(tmp_path)
    (root / f"{name}.jsonl").write_text(line, encoding="utf-8")
    with pytest.raises(SettingError, match=message):
        read_gold_set(root)


def test_another_folder_is_said_to_be_none(tmp_path):
    with pytest.raises(SettingError, match=r"corpus\.jsonl can't be read .* expected a BEIR folder"):
        read_gold_set(tmp_path)
