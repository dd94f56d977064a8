"""Telling words, and how many of them a text holds."""

import pytest

from ragqa.telling import coverage, is_particle, telling_words


def test_little_words_tell_only_where_there_are_no_others():
    assert telling_words("Who was killed in the Lahaina fire, and by whom?") == ["killed", "lahaina", "fire"]
    assert telling_words("What is it?") == ["what", "is", "it"]
    assert telling_words("?!") == []


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("Who was killed?", "The blast kills two."),
        ("Which quakes?", "A quake struck."),
        ("Which cities?", "The city burned."),
        ("Who raised it?", "They raise taxes."),
        ("Which class?", "Two classes were shut."),
    ],
)
def test_endings_make_no_difference(asked, said):
    assert coverage(asked, said) == 1.0


@pytest.mark.parametrize(
    ("asked", "said"), [("Which species?", "A spec."), ("Who bled?", "The bus was red."), ("Whose ring?", "An r.")]
)
def test_other_words_are_not_the_same(asked, said):
    assert coverage(asked, said) == 0.0


def test_coverage_is_the_share_of_the_words_that_are_held():
    question = "How much did donors give to rebuild Notre-Dame?"
    assert coverage(question, "They put the cost of rebuilding at $5.52 billion.") == 0.2
    assert coverage(question, "Notre-Dame reopens. Some 340,000 donors gave 846 million euros.") == 0.6
    assert coverage("?!", "Anything.") is None


@pytest.mark.parametrize(
    ("word", "is_none"), [("She", True), ("About", True), ("US", False), ("IS", False), ("none", False)]
)
def test_who_she_is_is_no_answer_by_itself(word, is_none):
    assert is_particle(word) == is_none
