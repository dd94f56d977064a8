"""A question in a passage's own spelling of a day."""

import pytest

from ragqa.records import Passage
from ragqa.spelling import as_spelt_in


@pytest.mark.parametrize(
    ("question", "text", "expected"),
    [
        ("Who died on October 7?", "The Oct. 7 attack killed many.", "Who died on Oct. 7?"),
        ("Who died on Oct. 7?", "The attack of 7 October killed many.", "Who died on 7 October?"),
        (
            "Who met on 3 Sept and 4 Sept?",
            "On September 4 and September 3 they met.",
            "Who met on September 3 and September 4?",
        ),
        ("Who died on October 7?", "The October 7 attack.", "Who died on October 7?"),
        ("Who died on October 7?", "The Oct. 8 attack.", "Who died on October 7?"),
        ("Who died in October 2023?", "In Oct. 2023 many died.", "Who died in October 2023?"),
        ("May 7 people enter?", "Some 7 may enter.", "May 7 people enter?"),
        ("Who died?", "The Oct. 7 attack.", "Who died?"),
    ],
)
def test_days_are_spelt_as_in_the_text(question, text, expected):
    assert as_spelt_in(question, text) == expected


def test_the_reader_finds_a_day_in_another_spelling(reader):
    text = "The Oct. 7 incursion on southern Israel killed 1,198 people and took 251 people hostage, according to officials."
    passage = Passage(id="a#0", article_id="a", text=text, start=0, end=len(text))
    ((best, *_),) = reader.read("How many people were killed in the October 7 attack?", [passage])
    assert best.text == "1,198"
