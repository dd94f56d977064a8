"""Gold tables as people make them: with commas, semicolons or tabs, with texts or ids of articles."""

import gzip

import pytest

from ragqa.errors import SettingError
from ragqa.evaluation.gold import GoldQuestion, read_gold

TEXT = "The river rose on Monday. At least 43 people died."


def written(tmp_path, content, name="gold.csv"):
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    return path


def test_an_article_that_holds_the_answer_is_a_text(tmp_path):
    path = written(tmp_path, f'question,answer,article\nHow many people died?,43,"{TEXT}"\n')
    assert read_gold(path) == [GoldQuestion("gold:2", "How many people died?", ("43",), TEXT)]


def test_a_long_article_is_a_text_also_without_an_answer(tmp_path):
    long = "word " * 13
    (question,) = read_gold(written(tmp_path, f"question,answer,article\nWho won?,,{long}\n"))
    assert (question.answers, question.context, question.article_ids) == ((), long, ())


@pytest.mark.parametrize("name", ["2023-02-06-quake.txt", "the flood.txt"])
def test_anything_else_is_the_id_of_an_article(tmp_path, name):
    (question,) = read_gold(written(tmp_path, f"question,answer,article\nWhen?,2023,{name}\n"))
    assert (question.context, question.article_ids) == (None, (name,))


def test_columns_that_leave_no_doubt(tmp_path):
    path = written(
        tmp_path,
        "ID;Question;Answer;Context;Article_ID;Title;Source\nq1;Who?;Rita;Rita won.;a 1 Rita.txt;Vote;Meridian Post\n",
    )
    assert read_gold(path) == [
        GoldQuestion("q1", "Who?", ("Rita",), "Rita won.", ("a 1 Rita.txt",), "Vote", source="Meridian Post")
    ]


def test_rows_with_the_same_question_and_article_are_several_answers(tmp_path):
    path = written(
        tmp_path,
        "question\tanswer\tarticle\nHow many?\t43\ta.txt\nWho?\t\ta.txt\nHow many?\tat least 43\ta.txt\nHow many?\t95\tb.txt\n",
        name="gold.tsv",
    )
    assert [(row.id, row.answers, row.article_ids) for row in read_gold(path)] == [
        ("gold:2", ("43", "at least 43"), ("a.txt",)),
        ("gold:3", (), ("a.txt",)),
        ("gold:5", ("95",), ("b.txt",)),
    ]


def test_cells_may_hold_line_ends_delimiters_and_whole_articles(tmp_path):
    article = TEXT + "\nIt rained, and rained." * 20_000
    assert len(article) > 131_072  # the most that csv takes unless told otherwise
    path = tmp_path / "gold.csv.gz"
    path.write_bytes(gzip.compress(f'question,answer,article\r\nHow many?,43,"{article}"\r\n'.encode()))
    assert read_gold(path)[0].context == article


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("question,article\nWho?,a.txt\n", "line 1: .*answer is missing"),
        ("", "line 1: .*answer and question is missing"),
        ("question,answer,article\nWho?,Rita\n", "line 2: expected 3 cells"),
        ("question,answer,article\nWho?,Rita,a.txt,more\n", "line 2: expected 3 cells"),
        ("question,answer,article\n ,Rita,a.txt\n", "line 2: expected 3 cells and a question"),
        ('question,answer\nWho?,"Rita\n', "is not a table that can be read"),
        ("question,answer\n", "holds no question"),
    ],
)
def test_a_broken_table_is_named_with_its_place(tmp_path, content, message):
    with pytest.raises(SettingError, match=message):
        read_gold(written(tmp_path, content))
