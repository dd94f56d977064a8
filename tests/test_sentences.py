"""Sentences: where they end in news prose, and that none of the text is lost."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ragqa.sentences import sentence_spans, spanning


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text)]


def test_stops_of_titles_months_and_initials_do_not_end_a_sentence():
    text = "Gen. Herzi Halevi met Sen. J. D. Vance on Oct. 7. Mr. Blinken left at 5 p.m. on Monday. It rained."
    assert sentences(text) == [
        "Gen. Herzi Halevi met Sen. J. D. Vance on Oct. 7.",
        "Mr. Blinken left at 5 p.m. on Monday.",
        "It rained.",
    ]


def test_an_acronym_ends_a_sentence_only_before_a_word_that_begins_one():
    assert sentences("The U.S. Secretary of State flew home to the U.S. The talks go on.") == [
        "The U.S. Secretary of State flew home to the U.S.",
        "The talks go on.",
    ]
    assert sentences("She lives in the U.S. “We miss her,” he said.") == [
        "She lives in the U.S.",
        "“We miss her,” he said.",
    ]


@pytest.mark.parametrize(
    "rest",
    [
        *(
            "Passengers heard no alarm.",
            "The time was short.",
            "This time he won.",
            "Mayor Smith spoke.",
            "Marines landed.",
        ),
        *("NASA said so.", "British troops came.", "Central banks acted.", "May Smith spoke."),
    ],
)
def test_an_hour_ends_a_sentence_before_a_word_with_a_capital(rest):
    assert sentences(f"It began at 10:40 p.m. {rest}") == ["It began at 10:40 p.m.", rest]


@pytest.mark.parametrize(
    "text",
    [
        *(
            "It began at 10 p.m. EDT, he said.",
            "It began at 9 a.m. Friday, he said.",
            "It began at 9 a.m. Eastern time, he said.",
        ),
        *(
            "It began at 9 a.m. Moscow time.",
            "It began at 3 p.m. St. Louis time.",
            "It began at 9 a.m. (2 p.m. in London).",
        ),
        *(
            "It began at 9 a.m. Sept. 3, she said.",
            "It began at 9 a.m. May 3, she said.",
            "The 8 p.m. Nets game was off.",
        ),
    ],
)
def test_a_zone_or_a_day_behind_an_hour_belongs_to_its_sentence(text):
    assert sentences(text) == [text]


def test_initials_in_a_row_and_versus_do_not_end_a_sentence():
    text = "The court heard Roe v. Wade. J. A. Pescador wrote to A. A. Gill."
    assert sentences(text) == ["The court heard Roe v. Wade.", "J. A. Pescador wrote to A. A. Gill."]


def test_figures_with_a_point_are_not_cut():
    assert sentences("Prices rose 3.5 percent. Wages rose 2.1 percent.") == [
        "Prices rose 3.5 percent.",
        "Wages rose 2.1 percent.",
    ]


def test_closing_quotes_and_brackets_belong_to_the_sentence():
    text = "“It is time.” He left (at last!) He waved."
    assert sentences(text) == ["“It is time.”", "He left (at last!)", "He waved."]


def test_a_question_inside_a_quotation_goes_on_in_lower_case():
    assert sentences("“When will it end?” he asked. Nobody knew.") == ["“When will it end?” he asked.", "Nobody knew."]


def test_a_headline_without_a_stop_ends_with_its_line():
    assert sentences("Truce talks resume\nThe envoys met in Doha.\n\nThey left.") == [
        "Truce talks resume",
        "The envoys met in Doha.",
        "They left.",
    ]


def test_hard_wrapped_lines_are_one_sentence():
    text = (
        "The ministry said that at least 42,847 people had been killed in the\n"
        "United Nations school and in the streets around it since the beginning\n"
        "of October."
    )
    assert sentences(text) == [text]


def test_chinese_full_stops_need_no_white_space():
    assert sentences("会谈结束。双方离开了！") == ["会谈结束。", "双方离开了！"]


def test_an_abbreviation_at_the_very_end_closes_the_text():
    assert sentences("He works for Acme Inc.") == ["He works for Acme Inc."]


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=300))
def test_only_white_space_lies_between_sentences(text):
    spans = sentence_spans(text)
    edges = [0, *(offset for span in spans for offset in span), len(text)]
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        assert start <= end
        assert not text[start:end].strip()
    for start, end in spans:
        assert text[start:end] == text[start:end].strip() != ""


def test_spanning_takes_every_sentence_that_a_span_touches():
    text = "One fell. Two rose. Three stood."
    spans = sentence_spans(text)
    assert spanning(spans, 4, 8) == (0, 9)
    assert spanning(spans, 14, 25) == (10, 32)
    assert spanning(spans, 9, 10) == (0, 10)


@pytest.mark.parametrize(
    "text",
    [
        "." * 200_000 + "x",
        "." + '"' * 200_000 + "x",
        '."' * 100_000 + "x",
        "\n" + " " * 200_000 + "x",
        "x." + " " * 200_000 + "\nx",
        "x" + ": " * 100_000 + "x\ny",
        "x\n" + '!")' * 70_000 + "x\ny",
    ],
    ids=["stops", "quotes", "quoted stops", "blanks", "blanks behind a stop", "colons", "closers in a line"],
)
def test_time_is_linear_in_hostile_text(text):
    began = time.process_time()
    assert 1 <= len(sentences(text)) <= 3
    assert time.process_time() - began < 5
