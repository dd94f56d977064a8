"""Citations: what the sentence around an answer says of when and by whom, and where it stands."""

from datetime import date

import pytest

from ragqa import Article
from ragqa.citing import cite

TEXT = (
    "Ferry sinks off Orlo\n\n"
    "The ferry sank late on Sunday. Of its 40 passengers 12 are missing, the coastguard said last week.\n\n"
    "Correction, 20 February: An earlier version said that 400 people were on board. There were 40 on board."
)
FERRY = Article(
    id="ferry", text=TEXT, title="Ferry sinks off Orlo", url="https://example.org/ferry", published_at=date(2025, 2, 18)
)


def cited(words, article=FERRY):
    start = article.text.index(words)
    return cite(article, start, start + len(words))


def test_relative_dates_of_the_sentence_are_resolved_and_the_quote_stays_verbatim():
    citation = cited("Sunday")
    assert citation.quote == "Sunday"
    (found,) = citation.resolved_dates
    assert (found.text, found.iso, TEXT[found.start : found.end]) == ("Sunday", "2025-02-16", "Sunday")
    assert found.date == found.last_date == date(2025, 2, 16)


def test_a_week_has_a_first_and_a_last_day():
    (found,) = cited("12").resolved_dates
    assert (found.date, found.last_date) == (date(2025, 2, 10), date(2025, 2, 16))


def test_who_stands_behind_the_quote_is_cited_word_for_word():
    found = cited("12").attribution
    assert found is not None
    assert (found.text, found.kind, found.speaker) == ("the coastguard said", "reported", "the coastguard")
    assert TEXT[found.start : found.end] == found.text
    assert TEXT[found.speaker_start : found.speaker_end] == found.speaker
    assert cited("Sunday").attribution is None


@pytest.mark.parametrize(
    ("words", "part", "withdrawn"),
    [
        ("Ferry sinks", "headline", False),
        ("12", "body", False),
        ("400", "correction", True),
        ("40 on board", "correction", False),
    ],
)
def test_a_citation_says_where_it_stands(words, part, withdrawn):
    citation = cited(words)
    assert (citation.part, citation.withdrawn) == (part, withdrawn)


def test_a_citation_links_to_the_very_words():
    assert cited("late on Sunday").link == "https://example.org/ferry#:~:text=late%20on%20Sunday"
    # The title stands once, as the text begins with it.
    assert cited("sinks").link == "https://example.org/ferry#:~:text=sinks"
    assert cited("12", Article(text=TEXT)).link is None


def test_undated_articles_and_other_languages_get_no_dates_and_no_attribution():
    assert cited("Sunday", Article(text=TEXT)).resolved_dates == ()
    german = FERRY.model_copy(update={"language": "de"})
    assert cited("12", german).resolved_dates == ()
    assert cited("12", german).attribution is None
    british = FERRY.model_copy(update={"language": "en-GB"})
    assert cited("12", british) == cited("12")
