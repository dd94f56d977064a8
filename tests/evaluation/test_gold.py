"""Gold files in both forms, gzipped or not, and what is said of a broken one."""

import gzip
import json

import pytest

from ragqa.errors import SettingError
from ragqa.evaluation.gold import GoldQuestion, read_gold

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
        GoldQuestion("when", "When did it rise?", ("Monday",), context, (), "Flood"),
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
        GoldQuestion("1", "How many died?", ("43", "forty-three")),
        GoldQuestion("2", "Who said\u2028so?", (), article_ids=("a.txt", "b.md")),
    ]


def test_a_single_line_is_a_gold_file_too(tmp_path):
    path = tmp_path / "gold.jsonl"
    path.write_text('{"id": "a", "question": "Who?", "answers": ["Rita Alvarez"]}', encoding="utf-8")
    assert read_gold(path) == [GoldQuestion("a", "Who?", ("Rita Alvarez",))]


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
