"""What a correction withdraws is no longer said."""

import pytest

from ragqa.corrections import is_withdrawn
from ragqa.parts import part_of

LEAD = "The ferry sank off Orlo with 40 people on board, the coastguard said."


def withdrawn(text, words):
    start = text.rindex(words)
    return is_withdrawn(text, start, start + len(words))


@pytest.mark.parametrize(
    ("notice", "wrong", "right"),
    [
        ("Correction: An earlier version of this article said that 46 cranes were sold. There were 16.", "46", "16"),
        (
            "Correction, 5 April: The surgeon was originally called Roksolana Palij; she is Roksana Palij.",
            "Roksolana",
            "Roksana",
        ),
        ("This article was amended on 5 April: an earlier version said 21 had died; the figure is 12.", "21", "12"),
        ("Clarification, 3 May. The toll, originally given as 21, is 12.", "21", "12"),
        ("(This story has been corrected to say that 1,200 people, not 12,000, came.)", "12,000", "1,200"),
        ("Editor's note: a previous version misstated the fee as 60 crowns. It is 90 crowns.", "60", "90"),
    ],
)
def test_the_wrong_value_of_a_notice_is_withdrawn_and_the_right_one_is_not(notice, wrong, right):
    text = f"The article says much.\n\n{notice}"
    assert withdrawn(text, wrong)
    assert not withdrawn(text, right)


@pytest.mark.parametrize(
    "text",
    [
        "The company had said at first that 46 cranes were sold.",
        "Correction of the course took 46 days, not 40.",
        "It was not 46 but 16.",
    ],
)
def test_a_report_of_an_error_is_no_notice(text):
    assert not withdrawn(text, "46")


@pytest.mark.parametrize(
    ("notice", "wrong", "right"),
    [
        ("Correction: An earlier version said that 400 people were on board. There were 40.", "400", "40."),
        ("Correction: This article originally said that there were 400; there were 40.", "400", "40."),
        (
            "Correction, 5 April: In an earlier version the hole was said to be 400 metres deep. It is 40 metres deep.",
            "400",
            "40 m",
        ),
        ("Clarification: The ferry carried 40 people, not 400.", "400", "40 p"),
        ("Editor's note: This story has been corrected to say that 40 people were on board, not 400.", "400", "40 p"),
        ("This article was amended to give the number as 40 rather than 400 people.", "400", "40 r"),
        ("Correction: The article misstated the number as 400, when in fact it was 40.", "400", "40."),
    ],
)
def test_a_notice_withdraws_what_was_wrong_and_not_what_is_right(notice, wrong, right):
    text = f"{LEAD}\n\n{notice}"
    places = [text.index(words, len(LEAD)) for words in (wrong, right)]
    assert [is_withdrawn(text, at, at + 2) for at in places] == [True, False]
    assert not is_withdrawn(text, text.index("40"), text.index("40") + 2)


def test_a_sentence_on_the_version_before_is_a_notice_wherever_it_stands():
    text = f"{LEAD} An earlier version of this story gave the number as 400. Divers went down at dawn."
    start = text.index("400")
    assert part_of(text, start, start + 3) == "correction"
    assert is_withdrawn(text, start, start + 3)
    assert not is_withdrawn(text, text.index("40"), text.index("40") + 2)
