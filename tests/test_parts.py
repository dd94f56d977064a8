"""Headline, body and notices of correction told apart."""

import pytest

from ragqa.parts import part_of

LEAD = "The ferry sank off Orlo with 40 people on board, the coastguard said."


def part(text, words, title=None):
    start = text.index(words)
    return part_of(text, start, start + len(words), title=title)


@pytest.mark.parametrize(
    "notice",
    [
        "Correction: An earlier version said that 400 people were on board.",
        "Correction, 5 April: This article originally said that there were 400.",
        "Correction (June 3, 2024): The article gave the number on board as 400.",
        "CORRECTION \u2014 The ferry carried 40 people, not 400.",
        "**Correction:** The ferry carried 40 people, not 400.",
        "[Clarification: The number 400 was that of lifejackets.]",
        "Editor's note: This story has been corrected to say 40 people, not 400.",
        "Editor\u2019s note: A previous version misstated the number as 400.",
        "This article was amended on 3 June 2024. It had said 400 people.",
        "An earlier version of this story gave the number as 400.",
        "(Corrects number on board in paragraph 1 from 400)",
        "Corrections and clarifications: the number was 40, not 400.",
    ],
)
def test_a_notice_of_correction_is_none_of_the_body(notice):
    text = f"{LEAD}\n\n{notice}\n"
    assert part(text, "400" if "400" in notice else "number on board") == "correction"
    assert part(text, "40 people on board") == "body"


def test_a_notice_over_the_article_is_found_too():
    text = f"Editor's note: An earlier version said that 400 people were on board.\n\n{LEAD}"
    assert [part(text, "400"), part(text, "Orlo")] == ["correction", "body"]


def test_what_stands_under_a_label_belongs_to_the_notice():
    text = f"{LEAD}\n\nDivers went down at dawn.\n\nCorrections\n\nThe ferry had 40 people on board, not 400.\nIts captain is Ana Lima."
    assert [part(text, words) for words in ("dawn", "400", "Ana Lima")] == ["body", "correction", "correction"]


@pytest.mark.parametrize(
    "paragraph",
    [
        "Corrections officers searched 400 cells on Friday.",
        "The ministry said that a correction of its figure, 400, would follow.",
        "Editor's note: Our reporter spent 400 hours with the crew.",
        "Correction fluid hid 400 names on the list.",
        "An earlier version of the ferry carried 400 people.",
    ],
)
def test_what_only_sounds_like_a_notice_is_body(paragraph):
    assert part(f"{LEAD}\n\n{paragraph}", "400") == "body"


def test_the_headline_is_a_first_line_that_says_the_title():
    text = f"Ferry sinks off Orlo!\n{LEAD}"
    assert part(text, "Ferry", title="Ferry sinks off Orlo") == "headline"
    assert part(text, "Ferry") == "body"
    assert part(text, "coastguard", title="Ferry sinks off Orlo") == "body"


@pytest.mark.parametrize(
    "first", ["# Ferry sinks off Orlo\n", "Ferry sinks off Orlo\n\n", "Ferry sinks off Orlo\r\n\r\n"]
)
def test_a_heading_or_a_short_line_over_a_blank_one_is_the_headline(first):
    assert part(first + LEAD, "Ferry") == "headline"


@pytest.mark.parametrize("text", [LEAD, f"{LEAD}\n\nDivers went down at dawn.", "Ferry sinks off Orlo"])
def test_an_article_without_a_headline_begins_with_its_body(text):
    assert part(text, "Orlo") == "body"
