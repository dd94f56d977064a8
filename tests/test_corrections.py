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


@pytest.mark.parametrize(
    ("notice", "right"),
    [
        ("Correction: The exhibition runs from 5 May to 20 June.", "5 May"),
        ("Correction: Ms Lima was given the award in 2014.", "2014"),
        ("Correction: The shipping line formerly known as Kattegat Lines employs 300 people.", "300"),
        ("Correction: The bridge, originally built in 1902, is 310 metres long.", "1902"),
        ("Correction: The prize, previously held by Rui Paz, is worth 9,000 euros.", "Rui Paz"),
        ("Clarification: Each pupil was said to need 20 books, and got 12.", "20"),
        ("Correction: The toll rose from 12 to 16 within a week.", "12"),
    ],
)
def test_the_right_facts_of_a_notice_are_not_withdrawn(notice, right):
    assert not withdrawn(f"{LEAD}\n\n{notice}", right)


@pytest.mark.parametrize(
    ("notice", "wrong", "right"),
    [
        ("Correction: The toll in this article has been changed from 46 to 16.", "46", "16"),
        ("This article was amended on 5 April to correct the toll from 46 to 16.", "46", "16"),
        ("Correction: In this story the award was said to date from 2014; it is of 2015.", "2014", "2015"),
        ("Correction: This article was formerly headlined: 46 die in the Korvat mine; there are 16.", "46", "16"),
        ("Correction: The sum, previously reported as 60 crowns, is 90 crowns.", "60", "90"),
    ],
)
def test_a_notice_that_tells_of_its_article_withdraws_what_stood_there(notice, wrong, right):
    text = f"{LEAD}\n\n{notice}"
    assert (withdrawn(text, wrong), withdrawn(text, right)) == (True, False)


def test_a_sentence_on_the_version_before_is_a_notice_wherever_it_stands():
    text = f"{LEAD} An earlier version of this story gave the number as 400. Divers went down at dawn."
    start = text.index("400")
    assert part_of(text, start, start + 3) == "correction"
    assert is_withdrawn(text, start, start + 3)
    assert not is_withdrawn(text, text.index("40"), text.index("40") + 2)


@pytest.mark.parametrize(
    ("body", "notice", "wrong", "other"),
    [
        (
            "Nine inmates escaped from Fort Aldo, the warden said. Nine guards were on duty.",
            "Correction: An earlier version of this story misstated the number of inmates who escaped. It was seven, not nine.",
            "Nine inmates",
            "Nine guards",
        ),
        (
            "Some 4,300 ferry workers walked out. The port lost 3,400 crowns.",
            "Correction: An earlier version of this story said 4,300 workers had walked out. It was 3,400.",
            "4,300",
            "3,400",
        ),
        ("Some 4,300 drivers struck on 4 May.", "Correction: It was 3,400, not 4,300.", "4,300", "4 May"),
        (
            "The ferry had 40 people and 12 cars on board.",
            "Correction, 12 May: An earlier version said 40 people were on board. There were 60.",
            "40 people",
            "12 cars",
        ),
        (
            "It was 60 metres deep, and 60 people dug.",
            "Clarification: The hole was originally said here to be 60 metres deep. It is 90 metres deep.",
            "60 metres",
            "60 people",
        ),
    ],
)
def test_a_wrong_figure_that_was_left_in_the_article_is_withdrawn_too(body, notice, wrong, other):
    text = f"{body}\n\n{notice}"
    assert [is_withdrawn(text, text.index(words), text.index(words) + 2) for words in (wrong, other)] == [True, False]


@pytest.mark.parametrize(
    ("notice", "right"),
    [
        ("Correction: An earlier version misspelled the name of the mayor, Jane Smyth.", "Jane Smyth"),
        ("Correction: The driver was fined 90 crowns and was not charged in 2019.", "2019"),
        ("Correction: This article misidentified the captain of the Orlo ferry as Per Lund. He is Pål Lunde.", "Orlo"),
    ],
)
def test_what_a_notice_says_beside_the_error_stands(notice, right):
    assert not withdrawn(f"{LEAD}\n\n{notice}", right)


def test_what_was_taken_for_something_else_is_withdrawn():
    text = (
        f"{LEAD}\n\nCorrection: This article misidentified the captain of the Orlo ferry as Per Lund. He is Pål Lunde."
    )
    assert withdrawn(text, "Per Lund")
    assert not withdrawn(text, "Pål Lunde")
