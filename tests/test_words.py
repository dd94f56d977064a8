"""Words and figures: the units that an answer can't cut."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ragqa.words import word_spans


def words(text: str) -> list[str]:
    return [text[start:end] for start, end in word_spans(text).tolist()]


@pytest.mark.parametrize(
    "unit",
    [
        "100,544",
        "3.5",
        "$3.5bn",
        "US$300,000",
        "£40",
        "40€",
        "12%",
        "12.5 %",
        "-5 °C",
        "10:30",
        "19/08/2024",
        "2-1",
        "10–15",
        "7th",
        "100'544",
        "100\u202f544",
        "F-16",
        "COVID-19",
        "U.S.",
        "J.R.R.",
        "a.m.",
        "O'Brien",
        "don’t",
        "AT&T",
        "@reuters",
        "#MeToo",
        "naïve",
        "nai\u0308ve",
        "हिन्दी",
    ],
)
def test_is_one_unit(unit):
    assert words(f"on {unit} (then)") == ["on", unit, "then"]


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("Hamas-led", ["Hamas", "led"]),
        ("Israel's", ["Israel", "s"]),
        ("Israel’s", ["Israel", "s"]),
        ("1939–1945", ["1939", "1945"]),
        ("1939-1945", ["1939", "1945"]),
        ("7-year-old", ["7", "year", "old"]),
        ("end. Then", ["end", "Then"]),
        ("in 2023, 41", ["in", "2023", "41"]),
        ("AFP/Reuters", ["AFP", "Reuters"]),
        ("会谈", ["会", "谈"]),
        ("死者は100,544人で", ["死", "者", "は", "100,544", "人", "で"]),
        ("コーヒー3.5％増", ["コ", "ー", "ヒ", "ー", "3.5％", "増"]),
        ("気温は-5 °Cだ", ["気", "温", "は", "-5 °C", "だ"]),
        ("U.S.とAT&Tの", ["U.S.", "と", "AT&T", "の"]),
        ("ราคา๑๒,๕๐๐บาท", ["ร", "า", "ค", "า", "๑๒,๕๐๐", "บ", "า", "ท"]),
        ("41\n% of votes", ["41", "of", "votes"]),
        ("x.U.S.A and a.b.cd", ["x", "U", "S", "A", "and", "a", "b", "cd"]),
        ("…—!", []),
        ("", []),
    ],
)
def test_is_several_units(text, units):
    assert words(text) == units


@given(st.text(max_size=200))
def test_units_are_in_order_and_hold_every_letter_and_digit(text):
    spans = word_spans(text).tolist()
    flat = [offset for span in spans for offset in span]
    assert flat == sorted(flat)
    covered = {offset for start, end in spans for offset in range(start, end)}
    assert all(offset in covered for offset, character in enumerate(text) if character.isalpha() or character.isdigit())


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("a." * 100_000 + "b", 100_001),
        ("1," * 100_000, 1),
        ("x" * 200_000, 1),
        ("x-" * 100_000, 100_000),
        ("1-" * 100_000, 1),
        ("-+$#@" * 40_000, 0),
        ("ก" + "\u0e31" * 200_000, 1),
    ],
    ids=["acronym", "figure", "word", "hyphens", "score", "signs", "marks"],
)
def test_time_is_linear_in_hostile_text(text, units):
    began = time.process_time()
    assert len(word_spans(text)) == units
    assert time.process_time() - began < 5
