"""The classes that figures are broken down by: what a reader of the table would expect."""

import pytest

from ragqa.evaluation.kinds import answer_length, answer_type, question_type


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("How many hostages remain?", "how many"),
        ("At least how much did it cost?", "how many"),
        ("How long did the ceasefire hold?", "how long"),
        ("How did the fire start?", "how"),
        ("To whom was the prize given?", "who"),
        ("In which year did the bridge open?", "when"),
        ("On what day did the river rise?", "when"),
        ("Which river rose?", "which"),
        ("What rose on Monday?", "what"),
        ("Did the river rise?", "other"),
        ("Whatever the reason, why did it rise?", "why"),
        ("WHO WON?", "who"),
    ],
)
def test_a_question_is_of_the_kind_of_its_first_question_word(question, kind):
    assert question_type(question) == kind


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ("October 7", "date"),
        ("30 October 2024", "date"),
        ("1939", "date"),
        ("the 19th century", "date"),
        ("2,065", "number"),  # not the year 2065
        ("$3.5 billion", "number"),
        ("forty-three", "number"),
        ("three months", "number"),
        ("Rita Alvarez", "name"),
        ("the Bank of England", "name"),
        ("a faulty update", "phrase"),
        ("because the levees had not been repaired in time", "clause"),
        ("may", "phrase"),
    ],
)
def test_an_answer_is_a_date_a_number_a_name_or_words(answer, kind):
    assert answer_type([answer]) == kind


@pytest.mark.parametrize(
    ("answers", "length"),
    [
        ([], "none"),
        (["the"], "1 word"),
        (["Rita Alvarez"], "2 to 3 words"),
        (["more than 2,300 people"], "4 to 6 words"),
        (["because the levees had not been repaired in time"], "7 words or more"),
        (["because the levees broke on Monday night", "levees"], "1 word"),
    ],
)
def test_the_length_is_that_of_the_shortest_answer(answers, length):
    assert answer_length(answers) == length
