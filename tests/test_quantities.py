"""Figures in a text: digits and words, units, hedges."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ragqa.quantities import quantities


@pytest.mark.parametrize(
    ("text", "amount", "unit", "noun"),
    [
        ("two hundred homes burned", 200, "", "home"),
        ("Sixty-eight people died", 68, "", "people"),
        ("two hundred and five arrests", 205, "", "arrest"),
        ("\u017fix men died", 6, "", "men"),  # with a long s
        ("40,139 people were killed", 40139, "", "people"),
        ("the files of 2.8 million patients", 2_800_000, "", "patient"),
        ("half a million people fled", 500_000, "", "people"),
        ("a hundred soldiers", 100, "", "soldier"),
        ("a plant for 2bn dollars", 2_000_000_000, "dollar", ""),
        ("a plant for $2 billion", 2_000_000_000, "dollar", ""),
        ("a fine of £3.5m", 3_500_000, "pound", ""),
        ("rose by 12 %", 12, "%", ""),
        ("rose by twelve per cent", 12, "%", ""),
        ("winds of 185 kilometres an hour", 185, "km/h", ""),
        ("the sea rose by four metres", 4, "m", ""),
        ("ten kilometres away", 10_000, "m", ""),
        ("46.2 degrees at the airport", Fraction(231, 5), "°", ""),
        ("the strike lasted two weeks", 14 * 86_400, "second", ""),
    ],
)
def test_a_figure_is_read_with_its_unit_or_noun(text, amount, unit, noun):
    assert [(own.amount, own.unit, own.noun) for own in quantities(text)] == [(amount, unit, noun)]


@pytest.mark.parametrize(
    ("text", "hedge"),
    [
        ("At least 41 people died", "at least"),
        ("more than 100 were freed", "at least"),
        ("up to 60 farms", "at most"),
        ("nearly 40 farms", "at most"),
        ("approximately 250 others", "about"),
        ("41 people died", ""),
    ],
)
def test_a_hedge_is_kept_beside_the_figure(text, hedge):
    assert [own.hedge for own in quantities(text)] == [hedge]


@pytest.mark.parametrize(
    "text", ["an F-16", "the 11th hour", "at 10:30", "won 2-1", "dozens of captives", "ten10", "１,23"]
)
def test_what_is_no_count_is_not_read(text):
    assert quantities(text) == []


def test_the_last_digit_that_says_something_is_known():
    assert [own.step for own in quantities("1.2 million, 111, 46.2 and 40,000")] == [
        100_000,
        1,
        Fraction(1, 10),
        10_000,
    ]


@given(st.integers(0, 999_999_999))
def test_figures_in_digits_are_read_exactly(number):
    assert [own.amount for own in quantities(f"There were {number:,} of them.")] == [number]
    assert [own.amount for own in quantities(f"There were {number} of them.")] == [number]


@given(st.text(max_size=80))
def test_any_text_is_read_and_offsets_are_those_of_the_figure(text):
    for own in quantities(text):
        assert 0 <= own.start < own.end <= len(text)
