"""What a correction takes back is no longer said."""

import pytest

from ragqa.corrections import is_taken_back


def taken_back(text, words):
    start = text.rindex(words)
    return is_taken_back(text, start, start + len(words))


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
def test_the_wrong_value_of_a_notice_is_taken_back_and_the_right_one_is_not(notice, wrong, right):
    text = f"The article says much.\n\n{notice}"
    assert taken_back(text, wrong)
    assert not taken_back(text, right)


@pytest.mark.parametrize(
    "text",
    [
        "The company had said at first that 46 cranes were sold.",
        "Correction of the course took 46 days, not 40.",
        "It was not 46 but 16.",
    ],
)
def test_a_report_of_an_error_is_no_notice(text):
    assert not taken_back(text, "46")
