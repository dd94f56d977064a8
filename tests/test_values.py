"""What answers say, apart from how they put it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ragqa.agreement import group_by_value
from ragqa.values import answer_key, is_more_exact, read, same


def value(text, answer=None):
    answer = answer or text
    start = text.index(answer)
    return read(text, start, start + len(answer))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("two hundred", "200"),
        ("$2 billion", "2bn dollars"),
        ("at least 41", "41"),
        ("about 250", "251"),
        ("more than 100", "111"),
        ("nearly 40,000", "39,650"),
        ("1.2 million", "1,197,400"),
        ("4 metres", "400 centimetres"),
        ("five miles", "8 kilometres"),
        ("12 percent", "12 %"),
        ("11 miners", "eleven"),
        ("Sinwar", "Yahya Sinwar"),
        ("Dr Piers Haldane", "Piers Haldane"),
        ("the retired bishop Philippa Crane", "Philippa Crane"),
        ("Oct. 7", "October 7, 2023"),
        ("Sunday evening", "Sunday"),
        ("the elephant house", "Elephant house"),
        ("3:40 a.m.", "twenty to four in the morning"),
        ("16:05", "4.05 pm"),
        ("4 a.m.", "4:10 a.m."),
        ("shortly after 4 a.m.", "at 4:25"),
        ("half past one", "1:30 p.m. on Sunday"),
        ("noon", "at 12:00"),
        ("midnight", "11:55 p.m."),
        ("9 p.m. on Sunday evening", "9 p.m. on Sunday night"),
        ("within four minutes", "4 minutes"),
        ("about 200", "210"),
        ("more than 1,000", "1,120"),
        ("five miles", "8.4 kilometres"),
        ("three weeks", "20 days"),
        ("about half a million", "480,000"),
    ],
)
def test_two_ways_to_say_one_thing(one, other):
    assert same(value(one), value(other))
    assert same(value(other), value(one))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1,198", "1,139"),
        ("1,200", "1,198"),
        ("at least 34", "129"),
        ("more than 100", "93"),
        ("41", "41 percent"),
        ("19 days", "19 weeks"),
        ("2 million dollars", "2 million euros"),
        ("Martin Cole", "Martin Bole"),
        ("North Korea", "Korea"),
        ("2027", "2029"),
        ("1939-1945", "1914-1918"),
        ("last week", "next week"),
        ("with gas", "at night"),
        ("3:40 a.m.", "ten to five"),
        ("4 a.m.", "4 p.m."),
        ("3:40 a.m. on Sunday", "3:40 a.m. on Monday"),
        ("4 a.m.", "Sunday"),
        ("1700 GMT", "7 p.m. local time"),
        ("6 p.m. on Sunday", "Sunday morning"),
        ("4 a.m. yesterday", "4 a.m. on Sunday"),
        ("every three minutes", "every four minutes"),
        ("five to ten people", "ten to five"),
        ("100,000", "60,000"),
        ("1 million", "600,000"),
        ("$1 billion", "$1.4 billion"),
        ("about 100", "55"),
        ("nearly 1,000", "three"),
        ("up to 10,000", "12"),
        ("close to 100", "one"),
        ("more than 1,000", "1,998"),
        ("one year", "eight months"),
        ("one week", "four days"),
        ("one day", "14 hours"),
        ("two years", "29 months"),
    ],
)
def test_two_things(one, other):
    assert not same(value(one), value(other))
    assert not same(value(other), value(one))


def test_a_unit_that_stands_behind_the_answer_counts():
    forty, percent = value("40 dogs were saved", "40"), value("it rose by 40 percent", "40")
    assert not same(forty, percent)


@pytest.mark.parametrize(
    "text", ["killed [1800] people", "[more than 1900] homes burnt", "A crowd of [2000] people came."]
)
def test_what_is_counted_is_no_year(text):
    start, end = text.index("["), text.index("]") - 1
    assert read(text.replace("[", "").replace("]", ""), start, end).kind == "figure"


@pytest.mark.parametrize(
    "text",
    [
        "the [2019] elections",
        "In [2019] prices rose.",
        "He won in [1999].",
        "[2019] elections were held",
        "May [2019] rains",
        "the 2018-[2019] floods",
    ],
)
def test_a_year_before_a_noun_is_one(text):
    start, end = text.index("["), text.index("]") - 1
    assert read(text.replace("[", "").replace("]", ""), start, end).kind == "date"


def test_another_script_is_compared_by_its_words():
    assert same(value("百人"), value("百人"))
    assert not same(value("百人"), value("二百人"))


def test_the_more_exact_value_is_known():
    assert is_more_exact(value("111"), value("more than 100"))
    assert is_more_exact(value("Yahya Sinwar"), value("Sinwar"))
    assert not is_more_exact(value("41"), value("41"))


@pytest.mark.parametrize("text", ["\U00010d40", "1\U00010d40 May 2020", "1\U00010d40:30 p.m.", "at 3:4\U00010d40 p.m."])
def test_digits_of_a_script_that_python_does_not_know_are_words(text):
    assert value(text).figure is None
    assert value(text).clock is None


@given(st.text(min_size=1, max_size=40))
def test_everything_says_the_same_as_itself(text):
    own = read(text, 0, len(text))
    assert same(own, own) or own.date
    assert own.key == answer_key(text)


def test_a_group_is_known_by_its_most_exact_time():
    said = [
        "Sunday",
        "3 a.m. on Sunday",
        "5 p.m. on Sunday",
        "around 4 a.m. on Monday",
        "3:31 a.m. on Monday",
        "4:29 a.m. on Monday",
    ]
    groups = group_by_value([value(text) for text in said], lambda own: own)
    assert [len(own) for own in groups] == [2, 1, 2, 1]
