"""Citations held against gold places, without a model: worked by hand, and as laws."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ragqa.evaluation.citations import LEVELS, Cited, citation_scores

# "At least 43 people died." in flood.txt at 26 to 50; the answer "43" at 35 to 37, and "At least 43" at 26 to 37.
GOLD = {"flood.txt": [(26, 37), (35, 37)]}
RIGHT = Cited("flood.txt", (35, 37), (26, 50))


def test_the_very_words_are_right_at_every_level():
    for level in LEVELS:
        assert citation_scores([RIGHT], GOLD, level) == (1.0, 1.0)


def test_too_long_a_quote_costs_precision_too_short_a_one_recall():
    long = RIGHT._replace(quote=(35, 50))
    # 2 of 15 characters are "43"; of "At least 43" as well, so that the best place is the first as much as the second.
    assert citation_scores([long], GOLD, "character") == (pytest.approx(2 / 15), 1.0)
    short = RIGHT._replace(quote=(26, 28))
    assert citation_scores([short], GOLD, "character") == (1.0, pytest.approx(2 / 11))
    assert citation_scores([short], GOLD, "sentence") == (1.0, 1.0)


def test_another_sentence_of_the_gold_article_is_right_for_the_article_alone():
    beside = Cited("flood.txt", (4, 9), (0, 25))
    assert citation_scores([beside], GOLD, "article") == (1.0, 1.0)
    assert citation_scores([beside], GOLD, "sentence") == (0.0, 0.0)
    assert citation_scores([beside], GOLD, "character") == (0.0, 0.0)


def test_a_second_citation_elsewhere_halves_precision_and_keeps_recall():
    elsewhere = Cited("fire.txt", (35, 37), (26, 50))
    for level in LEVELS:
        assert citation_scores([elsewhere, RIGHT], GOLD, level) == (0.5, 1.0)


def test_an_article_that_is_not_cited_halves_recall():
    gold = {**GOLD, "wire-copy.txt": [(3, 5)]}
    for level in LEVELS:
        assert citation_scores([RIGHT], gold, level) == (1.0, 0.5)


def test_no_answer_has_no_precision_and_finds_nothing():
    assert citation_scores([], GOLD, "sentence") == (None, 0.0)
    # And an answer to a question that has none is wrong.
    assert citation_scores([RIGHT], {}, "sentence") == (0.0, None)
    assert citation_scores([], {}, "sentence") == (None, None)


def test_an_article_without_known_places_counts_as_an_article_alone():
    unknown = {"page.html": []}
    cited = Cited("page.html", (0, 2), (0, 9))
    assert citation_scores([cited], unknown, "article") == (1.0, 1.0)
    assert citation_scores([cited], unknown, "sentence") == (None, None)
    assert citation_scores([cited, RIGHT], {**GOLD, **unknown}, "sentence") == (1.0, 1.0)


places = st.tuples(st.integers(0, 40), st.integers(1, 10)).map(lambda pair: (pair[0], pair[0] + pair[1]))
golds = st.dictionaries(st.sampled_from("abc"), st.lists(places, min_size=1, max_size=3), min_size=1)
citeds = st.lists(st.builds(Cited, st.sampled_from("abcd"), places, places), min_size=1, max_size=4)


@given(citeds, golds)
def test_scores_are_shares_and_no_level_is_above_the_article(citations, gold):
    article = citation_scores(citations, gold, "article")
    for level in LEVELS:
        for score, bound in zip(citation_scores(citations, gold, level), article, strict=True):
            assert 0 <= score <= bound <= 1


@given(golds)
def test_citing_every_gold_place_is_all_right(gold):
    citations = [Cited(article_id, place, place) for article_id, own in gold.items() for place in own]
    for level in LEVELS:
        assert citation_scores(citations, gold, level) == (1.0, 1.0)
