"""Figures in a text: digits and words, units, hedges."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from weighing import work

from ragqa.quantities import quantities
from ragqa.units import MONEY


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
        ("wages rose .5 percent", Fraction(1, 2), "%", ""),
        ("minus 12 degrees at dawn", -12, "°", ""),
        ("12 degrees below zero", -12, "°", ""),
        ("temperatures of 49.9C", Fraction(499, 10), "°", ""),
        ("two and a half million people fled", 2_500_000, "", "people"),
        ("a million and a half people fled", 1_500_000, "", "people"),
        ("jailed for two and a half years", 30, "month", ""),
        ("it takes three and three-quarter hours", 3.75 * 3600, "second", ""),
        ("2½ million people fled", 2_500_000, "", "people"),
        ("a deal worth $1.2B", 1_200_000_000, "dollar", ""),
        ("5 lakh people marched", 500_000, "", "people"),
        ("a fund of Rs 1,20,000 crore", 120_000 * 10**7, "rupee", ""),
        ("120 000 people fled", 120_000, "", "people"),
        ("120\u202f000 people fled", 120_000, "", "people"),
        ("1'200 francs", 1_200, "franc", ""),
        ("12 inches of snow", Fraction("0.3048"), "m", ""),
        ("a fine of 5,000 US dollars", 5_000, "dollar", ""),
        ("a fine of A$5m", 5_000_000, "australian dollar", ""),
        ("5 million Australian dollars", 5_000_000, "australian dollar", ""),
        ("500 Turkish lira", 500, "lira", ""),
        ("500 pounds of explosives", 500 * Fraction("0.45359237"), "kg", ""),
        ("a 2,000-pound bomb", 2_000 * Fraction("0.45359237"), "kg", ""),
        ("a ball weighing 41 pounds", 41 * Fraction("0.45359237"), "kg", ""),
        ("500 pounds of public money", 500, "pound", ""),
        ("a 500-pound fine", 500, "pound", ""),
        ("a fine of 5,000 won", 5_000, "won", ""),
        ("15 won medals", 15, "", "won"),
        ("two second-half goals", 2, "", "second-half"),
        ("25 basis points", Fraction(1, 4), "percentage point", ""),
        ("they number 71,000 now", 71_000, "", "now"),
        ("that one of its ships had fired", 1, "", "ship"),
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
        ("not more than 12 came", "at most"),
        ("not less than 12 came", "at least"),
        ("12 or more people came", "at least"),
        ("500-plus people came", "at least"),
        ("60-odd people came", "about"),
        ("41 people died", ""),
    ],
)
def test_a_hedge_is_kept_beside_the_figure(text, hedge):
    assert [own.hedge for own in quantities(text)] == [hedge]


@pytest.mark.parametrize(
    "text",
    [
        "an F-16",
        "the 11th hour",
        "at 10:30",
        "at 10.30 a.m.",
        "at 9 p.m.",
        "at seven o'clock",
        "won 2-1",
        "lost 1–4",
        "passed by 220-213",
        "on 2024-10-16",
        "call 555-1234",
        "a fund of £10m-15m",
        "10km-15km away",
        "from 1914–1918",
        "dozens of captives",
        "several hundred people",
        "a few dozen people",
        "a couple of thousand people",
        "a quarter of a million people",
        "a multi-million-pound deal",
        "No one died",
        "every one of them",
        "one another",
        "two-thirds of voters",
        "one fifth of the wage",
        "Flight 370",
        "World War Two",
        "net zero",
        "between one hundred and two hundred people",
        "one hundred " * 2_000,
        "ten10",
        "１,23",
    ],
)
def test_what_is_no_count_is_not_read(text):
    assert quantities(text) == []


@pytest.mark.parametrize(
    ("text", "low", "high", "unit", "noun"),
    [
        ("20-30 people died", 20, 30, "", "people"),
        ("20–30 people died", 20, 30, "", "people"),
        ("between 20 and 30 people died", 20, 30, "", "people"),
        ("between two and three million people fled", 2_000_000, 3_000_000, "", "people"),
        ("rose by 10-15 percent", 10, 15, "%", ""),
        ("kept at 5.25%-5.50%", Fraction(21, 4), Fraction(11, 2), "%", ""),
        ("a deal worth $1-2 billion", 10**9, 2 * 10**9, "dollar", ""),
        ("a deal worth $1-$2 billion", 10**9, 2 * 10**9, "dollar", ""),
        ("between $1 and $2 billion", 10**9, 2 * 10**9, "dollar", ""),
    ],
)
def test_the_ends_of_a_range_are_two_figures_with_what_stands_beside_one_of_them(text, low, high, unit, noun):
    found = [(own.amount, own.unit, own.noun, own.hedge) for own in quantities(text)]
    assert found == [(low, unit, noun, "at least"), (high, unit, noun, "at most")]


@pytest.mark.parametrize(
    ("text", "amounts", "units"),
    [
        ("rose from 4 to 4.5 percent", [4, Fraction(9, 2)], ["%", "%"]),
        ("two to three million people", [2_000_000, 3_000_000], ["", ""]),
        ("fell from 3 to 2 million euros", [3_000_000, 2_000_000], ["euro", "euro"]),
        ("five or six weeks", [5 * 604_800, 6 * 604_800], ["second", "second"]),
        ("from 900,000 to 1.2 million people", [900_000, 1_200_000], ["", ""]),
        ("rose in 2021 to 20 percent", [2021, 20], ["", "%"]),
        ("rose on May 3 to 20 percent", [3, 20], ["", "%"]),
        ("gave 5 hospitals 12 percent", [5, 12], ["", "%"]),
        ("gave $5 to 12 people", [5, 12], ["dollar", ""]),
        ("on October 7 300 people", [7, 300], ["", ""]),
        ("$1.2 million, minus $90,000", [1_200_000, 90_000], ["dollar", "dollar"]),
    ],
)
def test_two_numbers_share_only_what_is_meant_for_both(text, amounts, units):
    found = quantities(text)
    assert [own.amount for own in found] == amounts
    assert [own.unit for own in found] == units
    assert {own.hedge for own in found} == {""}


def test_the_sign_of_a_figure_and_of_its_money_are_part_of_it():
    text = "It paid A$5m, or Rs 300, at minus 12 degrees."
    assert [text[own.start : own.end] for own in quantities(text)] == ["A$5m", "Rs 300", "minus 12 degrees"]


def test_the_units_of_money_are_known_as_money():
    assert {own.unit for own in quantities("$5, A$5, €5, 5 kroner, 5 rupees, 5 rubles and 5 roubles")} <= MONEY


@pytest.mark.parametrize("made", ["$1-", "5 pounds of ", "20-30 people ", "minus 12 ", "two and a half million "])
def test_a_text_twice_as_long_takes_twice_the_work(made):
    quantities(made)  # what is done once
    assert work(quantities, made * 400) < 2.5 * work(quantities, made * 200)


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
