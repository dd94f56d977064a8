"""Sources that copy one another count once."""

import pytest

from ragqa.answering import cite
from ragqa.records import Article
from ragqa.syndication import independent_sources

REPORT = (
    "A heatwave in Valdara has killed 68 people in nine days, the health office said on Tuesday. The thermometer at the airport "
    "showed 46.2 degrees on Sunday. Factories must send their workers home at noon."
)
COPY = REPORT.replace("has killed", "killed").replace("showed", "read")
OWN = "Doctors of the city hospital counted 68 dead by Tuesday night. The morgue is full, one of them said, and the ice ran out."


def sources(*articles):
    known = {article.id: article for article in articles}
    return independent_sources([cite(own, own.text.index("68"), own.text.index("68") + 2) for own in articles], known)


def article(name, text, source, *authors):
    return Article(id=name, text=text, source=source, authors=authors)


def test_a_copy_with_a_few_other_words_counts_once():
    assert sources(article("a", REPORT, "Sierra News"), article("b", COPY, "The Lantern")) == 1


def test_a_report_of_its_own_counts():
    assert sources(article("a", REPORT, "Sierra News"), article("b", OWN, "Southern Mirror")) == 2


def test_two_articles_of_one_outlet_count_once():
    assert sources(article("a", REPORT, "Sierra News"), article("b", OWN, "Sierra News")) == 1


def test_an_article_that_credits_the_other_outlet_counts_once():
    assert sources(article("a", REPORT, "Sierra News"), article("b", OWN, "The Lantern", "Sierra News and staff")) == 1


def test_an_agency_in_the_dateline_is_credited():
    wired = article("b", f"VALDARA (Sierra News) - {OWN}", "The Lantern")
    assert sources(article("a", REPORT, "Sierra News"), wired) == 1


def test_an_agency_in_brackets_before_the_text_is_credited():
    wired = article("b", f"(Sierra News) {OWN}", "The Lantern")
    assert sources(article("a", REPORT, "Sierra News"), wired) == 1


@pytest.mark.parametrize(
    ("sentence", "count"),
    [("The Red Cross, however, put the number of dead at 68.", 1), ("Some 68 people have died.", 2)],
)
def test_a_long_sentence_that_two_share_to_the_word_is_of_one_source(sentence, count):
    one = article(
        "a", f"Rain fell on the capital. The schools are shut. {sentence} Nobody else was hurt on Monday.", "A"
    )
    other = article(
        "b", f"The minister left for home at noon. His car broke down on the way. {sentence} Trains run again.", "B"
    )
    assert sources(one, other) == count


def test_staff_is_nobody_in_particular():
    assert sources(article("a", REPORT, "Sierra News", "Staff"), article("b", OWN, "The Lantern", "staff")) == 2


def test_articles_without_a_source_count_each_unless_they_are_copies():
    assert sources(article("a", REPORT, None), article("b", OWN, None)) == 2
    assert sources(article("a", REPORT, None), article("b", COPY, None)) == 1


def test_copies_are_joined_through_a_third():
    shortened = COPY.partition(" Factories")[0]
    one, other, third = article("a", REPORT, "A"), article("b", shortened, "B"), article("c", COPY, "C")
    assert sources(one, other, third) == 1
