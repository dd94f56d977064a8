"""Gold files in both forms, gzipped or not, and what is said of a broken one."""

import gzip
import json
from hashlib import sha256

import pytest

from ragqa.errors import SettingError
from ragqa.evaluation.gold import GoldQuestion, GoldSet, read_gold, read_gold_set
from ragqa.records import content_hash

SQUAD = {
    "version": "v2.0",
    "data": [
        {
            "title": "Flood",
            "paragraphs": [
                {
                    "context": "The river rose on Monday. Forty-three people died.",
                    "qas": [
                        {
                            "id": "when",
                            "question": "When did it rise?",
                            "answers": [{"text": "Monday", "answer_start": 18}],
                        },
                        {"id": "why", "question": "Why did it rise?", "answers": [], "is_impossible": True},
                    ],
                }
            ],
        }
    ],
}


def test_squad_json_is_read_with_title_and_context(tmp_path):
    path = tmp_path / "dev.json"
    path.write_text(json.dumps(SQUAD), encoding="utf-8")
    context = "The river rose on Monday. Forty-three people died."
    assert read_gold(path) == [
        GoldQuestion("when", "When did it rise?", ("Monday",), context, (), "Flood", (18,)),
        GoldQuestion("why", "Why did it rise?", (), context, (), "Flood"),
    ]


def test_lines_take_answers_as_text_or_with_their_start(tmp_path):
    path = tmp_path / "gold.jsonl"
    rows = [
        {"id": 1, "question": "How many died?", "answers": ["43", {"text": "forty-three", "answer_start": 26}]},
        {"id": 2, "question": "Who said\u2028so?", "answers": [], "article_ids": ["a.txt", "b.md"]},
    ]
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "\n\n", encoding="utf-8")
    assert read_gold(path) == [
        GoldQuestion("1", "How many died?", ("43", "forty-three"), starts=(None, 26)),
        GoldQuestion("2", "Who said\u2028so?", (), article_ids=("a.txt", "b.md")),
    ]


def test_a_single_line_is_a_gold_file_too(tmp_path):
    path = tmp_path / "gold.jsonl"
    path.write_text('{"id": "a", "question": "Who?", "answers": ["Rita Alvarez"]}', encoding="utf-8")
    assert read_gold(path) == [GoldQuestion("a", "Who?", ("Rita Alvarez",))]


def test_answers_in_two_lists_are_read_as_the_datasets_library_writes_them(tmp_path):
    path = tmp_path / "gold.jsonl"
    row = {"id": "a", "question": "How many died?", "answers": {"text": ["43", "95"], "answer_start": [3, 9]}}
    path.write_text(json.dumps(row), encoding="utf-8")
    (question,) = read_gold(path)
    assert (question.answers, question.starts) == (("43", "95"), (3, 9))


def test_a_set_has_a_name_a_hash_and_knows_its_unanswerable_questions(tmp_path):
    path = tmp_path / "news.dev.jsonl"
    path.write_bytes(b'{"id": "a", "question": "Who?", "answers": ["Rita Alvarez"], "source": "Meridian Post"}\n')
    gold = read_gold_set(path)
    assert (gold.name, gold.sha256, gold.has_unanswerable) == ("news", sha256(path.read_bytes()).hexdigest(), False)
    assert gold.questions[0].source == "Meridian Post"
    with path.open("ab") as file:
        file.write(b'{"id": "b", "question": "Why?", "answers": []}\n')
    assert read_gold_set(path).has_unanswerable
    # The scorer is that of the whole file, whichever questions are asked.
    assert read_gold_set(path).limited(1).has_unanswerable


@pytest.mark.parametrize(("limit", "kept"), [(None, "abcdefg"), (9, "abcdefg"), (3, "ace"), (1, "a"), (7, "abcdefg")])
def test_a_limit_takes_questions_from_all_over_the_set(limit, kept):
    gold = GoldSet.of("letters", "", [GoldQuestion(letter, "Who?", ("she",)) for letter in "abcdefg"])
    assert "".join(question.id for question in gold.limited(limit).questions) == kept


def test_questions_of_one_article_are_one_group():
    named = GoldQuestion("a", "Who?", (), context="Rain fell.", article_ids=("x.txt",), title="Flood")
    assert named.group == "Flood"
    assert named._replace(title=None).group == "x.txt"
    assert named._replace(title=None, article_ids=()).group == content_hash("Rain fell.")[:16]
    assert GoldQuestion("a", "Who?", ()).group == "a"


@pytest.mark.parametrize("name", ["gold.jsonl.gz", "gold"])
def test_gzip_is_known_by_its_bytes(tmp_path, name):
    path = tmp_path / name
    path.write_bytes(gzip.compress(b'{"id": "a", "question": "Who?", "answers": []}\n'))
    assert [row.id for row in read_gold(path)] == ["a"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "holds no question"),
        (
            b'{"id": "a", "question": "Who?", "answers": []}\n{"id": "b"}\n',
            r"line 2: expected .*KeyError\('answers'\)",
        ),
        (b'{"id": "a", "question": "Who?", "answers": [4]}\n', "line 1"),
        (b'{"id": "a", "question": null, "answers": []}\n', "a question or an answer is not text"),
        (b'{"id": "a", "question": "  ", "answers": []}\n', "empty question, its id is 'a'"),
        (b'{"id": "a", "question": "Who?", "answers": [{"text": "x", "answer_start": "3"}]}\n', "not a whole number"),
        (b'{"id": "a", "question": "Who?", "answers": {"text": ["x"], "answer_start": []}}\n', "line 1"),
        (b'{"id": "a", "question": "Who?", "answers": [], "context": 3}\n', "a context, title or source is not text"),
        (b'{"id": "a", "question": "Who\\ud800?", "answers": []}\n', "line 1: .*surrogates not allowed"),
        (
            b'{"data": [{"paragraphs": [{"context": "\\udc00", "qas": [{"id": 1, "question": "?", "answers": []}]}]}]}',
            "surrogates",
        ),
        (b"[1, 2]\n", "line 1"),
        (b"not json\n", "line 1"),
        (b'{"data": [{"paragraphs": [{"context": "Rain."}]}]}', "is not SQuAD JSON after its question 0"),
        (b'{"id": "a", "question": "Who?", "answers": []}\n' * 2, "two questions with the id 'a'"),
        (b"\xff\xfe\x00", "can't be read"),
        (gzip.compress(b"rain " * 99)[:20], "can't be read"),
        (b"\x1f\x8b\x08\x00" + b"rain" * 9, "can't be read"),
    ],
)
def test_a_broken_file_is_named_with_its_place(tmp_path, content, message):
    path = tmp_path / "gold.jsonl"
    path.write_bytes(content)
    with pytest.raises(SettingError, match=message) as caught:
        read_gold(path)
    assert str(path) in str(caught.value)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(SettingError, match=r"the gold file .*none\.json can't be read"):
        read_gold(tmp_path / "none.json")
