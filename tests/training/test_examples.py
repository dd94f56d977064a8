import pytest
from small_run import rows, write_rows

from ragqa.errors import SettingError
from ragqa.evaluation.questions import GoldQuestion
from ragqa.training import read_data
from ragqa.training.examples import to_examples

FLOOD = "At least 43 people died. The river had 43 bridges."


def question(answers, starts=(), **more):
    return GoldQuestion("q", "How many people died?", answers, context=FLOOD, starts=starts, **more)


def spans(*questions):
    return [example.spans for example in to_examples(questions).examples]


def test_an_answer_stands_where_its_file_says():
    assert spans(question(("43",), (9,))) == [((9, 11),)]


def test_an_answer_without_a_place_may_stand_wherever_its_words_do():
    assert spans(question(("43",))) == [((9, 11), (39, 41))]
    assert spans(question(("river",))) == [((29, 34),)]


def test_other_places_of_the_first_answer_count_as_well():
    assert spans(question(("43",), (9,), other_starts=(39,))) == [((9, 11), (39, 41))]


def test_several_answers_are_several_places_and_equal_ones_are_one():
    assert spans(question(("At least 43", "43", "43"), (0, 9, 9))) == [((0, 11), (9, 11))]


def test_no_answers_make_an_unanswerable_example():
    assert spans(question(())) == [()]


def test_answers_that_do_not_match_are_counted_told_and_left_out():
    found = to_examples([question(("43",), (10,)), question(("44 people",)), question(("43", "44"), (9, 9))])
    assert [example.spans for example in found.examples] == [((9, 11),)]
    assert found.mismatches == 3
    assert found.shown == [
        "question 'q': the answer '43' is not at character 10, where '3 ' stands",
        "question 'q': the answer '44 people' is nowhere in its context",
        "question 'q': the answer '44' is not at character 9, where '43' stands",
    ]


def test_part_of_a_word_is_no_place():
    assert to_examples([question(("rive",))]).mismatches == 1


def test_strict_refuses_what_does_not_match_and_names_the_first(tmp_path, caplog):
    made = rows(10)
    made[3]["answers"][0]["answer_start"] += 1
    path = write_rows(tmp_path / "reports.jsonl", made)
    with pytest.raises(
        SettingError, match=r"don't match their contexts: 1, in 10 questions\. The first: question 'q3'"
    ):
        read_data([str(path)], development=None, development_questions=0, strict=True, seed=0)
    data = read_data([str(path)], development=None, development_questions=0, strict=False, seed=0)
    assert (data.mismatches, len(data.examples)) == (1, 9)
    assert "They are left out" in caplog.text


def test_whole_articles_are_kept_back_and_never_trained_on(tmp_path):
    path = write_rows(tmp_path / "reports.jsonl", rows(100))
    data = read_data([str(path)], development=None, development_questions=5, strict=True, seed=0)
    kept = {row.title for row in data.development}
    trained = {example.context for example in data.examples}
    assert len(data.development) >= 5
    assert len(data.development) + len(data.examples) == 100
    assert all(row["context"] not in trained for row in rows(100) if row["title"] in kept)


def test_questions_of_a_development_file_are_not_trained_on(tmp_path):
    path = write_rows(tmp_path / "reports.jsonl", rows(20))
    dev = write_rows(tmp_path / "dev.jsonl", rows(20)[:4])
    data = read_data([str(path)], development=dev, development_questions=100, strict=True, seed=0)
    assert (len(data.development), len(data.examples)) == (4, 16)


def test_a_part_of_a_file_is_drawn_with_the_seed(tmp_path):
    path = write_rows(tmp_path / "reports.jsonl", rows(50))

    def ids(seed):
        data = read_data([f"{path}:10"], development=None, development_questions=0, strict=True, seed=seed)
        return [example.id for example in data.examples]

    assert len(ids(0)) == 10
    assert ids(0) == ids(0) != ids(1)


def test_nothing_to_train_on_is_said(tmp_path):
    path = write_rows(tmp_path / "empty.jsonl", [{**row, "answers": []} for row in rows(3)])
    with pytest.raises(SettingError, match="no answerable question with a context"):
        read_data([str(path)], development=None, development_questions=0, strict=True, seed=0)
