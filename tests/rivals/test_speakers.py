"""Whose word a question asks for comes first."""

import pytest
from weighing import ask

from ragqa.citing import cite
from ragqa.records import Article
from ragqa.rivals.speakers import is_said_by, speaker_asked


@pytest.mark.parametrize(
    ("question", "speaker"),
    [
        ("According to the organisers, how many people marched?", "the organisers"),
        ("What is the death toll according to the coastguard?", "the coastguard"),
        ("How many died according to the coastguard on 5 March 2025?", "the coastguard"),
        ("How many people did the interior ministry say were killed?", "the interior ministry"),
        ("What does Ana Lima think caused the fire?", "Ana Lima"),
        ("How many jobs would be lost?", None),
        ("How many people does it say died?", None),
        ("Who said 133 people were killed?", None),
        ("What did they say the toll was?", None),
        ("What did not report to the police?", None),
        ("How many died, according to the U.S. military?", "the U.S. military"),
        ("How many died, according to the Centers for Disease Control?", "the Centers for Disease Control"),
    ],
)
def test_the_speaker_that_a_question_names(question, speaker):
    assert speaker_asked(question) == speaker


@pytest.mark.parametrize(
    ("sentence", "speaker", "is_theirs"),
    [
        ("Some 41 people died, the steel union said.", "the union", True),
        ("Some 41 people died, the ministry said.", "the interior ministry", True),
        ("Some 41 people died, President Recep Tayyip Erdogan said.", "Erdogan", True),
        ("Some 41 people died, Mr Erdogan said.", "President Erdogan", True),
        ("Some 41 people died, officials said.", "Hamas officials", False),
        ("Some 41 people died, Brackley Steel said.", "the Brackley union", False),
        ("Some 41 people died, police said.", "the organisers", False),
        ("Some 41 people died.", "the Harbour Wire", True),
        ("Some 41 people died, police said.", "the Harbour Wire", False),
        ("Some 41 people died.", "the", False),
        ("Some 41 people died.", "", False),
        ("Some 41 people died, the critics of the government said.", "the government", False),
        ("Some 41 people died, the deputy mayor said.", "the mayor", False),
        ("Some 41 people died, South Korea said.", "North Korea", False),
        ("Some 41 people died, Jill Biden said.", "Joe Biden", False),
        ("Some 41 people died, the Bank of England said.", "the Church of England", False),
        ("Some 41 people died, Brackley Steel said.", "Brackley", True),
    ],
)
def test_whose_word_a_citation_gives(sentence, speaker, is_theirs):
    cited = cite(Article(id="a", text=sentence, source="Harbour Wire"), 5, 7)
    assert is_said_by(cited, speaker) is is_theirs


MARCH = Article(
    id="march",
    text="About 4,000 people marched through Tessing, police said. The organisers put the crowd at 7,500. Marshals had counted 6,000 people "
    "in Tessing by noon, she said.",
    published_at="2025-03-04",
)


def _texts(question, *found):
    return [answer.text for answer in ask(question, *((MARCH, text, score) for text, score in found)).answers]


def test_who_is_asked_for_comes_before_another_who_is_likelier():
    found = ("4,000", 9.0), ("7,500", 8.0)
    assert _texts("How many people marched through Tessing?", *found) == ["4,000", "7,500"]
    assert _texts("According to the organisers, how many people marched through Tessing?", *found) == ["7,500", "4,000"]
    assert _texts("According to police, how many people marched through Tessing?", *found) == ["4,000", "7,500"]
    assert _texts("According to the mayor, how many people marched through Tessing?", *found) == ["4,000", "7,500"]


def test_what_is_far_too_unlikely_stays_behind():
    found = ("4,000", 13.0), ("7,500", 6.9)
    assert _texts("According to the organisers, how many people marched through Tessing?", *found) == ["4,000", "7,500"]


def test_an_answer_of_another_kind_stays_behind():
    arrests = Article(
        id="a", text="Some 7,500 people marched, the organisers said. A large crowd had gathered, police said."
    )
    found = (arrests, "7,500", 9.0), (arrests, "A large crowd", 8.0)
    told = ask("According to police, how many people marched?", *found)
    assert told.answers[0].text == "7,500"


def test_who_may_be_the_one_that_is_asked_for_stays_before():
    found = ("6,000", 9.0), ("7,500", 8.0)
    assert _texts("According to the organisers, how many people marched through Tessing?", *found) == ["6,000", "7,500"]


def test_of_what_superseded_each_other_the_newest_of_theirs_comes_first():
    first = Article(
        id="1",
        text="The ferry sank off Port Ellery. The coastguard said 11 people had died on the ferry.",
        published_at="2025-03-03",
    )
    second = Article(
        id="2",
        text="The ferry sank off Port Ellery. The coastguard said 19 people had died on the ferry.",
        published_at="2025-03-06",
    )
    third = Article(
        id="3",
        text="The ferry sank off Port Ellery. The ministry said 24 people had died on the ferry.",
        published_at="2025-03-09",
    )
    found = (first, "11", 9.0), (second, "19", 8.0), (third, "24", 7.0)
    plain = ask("How many people died on the ferry off Port Ellery?", *found)
    named = ask("How many people died on the ferry off Port Ellery according to the coastguard?", *found)
    assert [answer.text for answer in plain.answers] == ["24", "11", "19"]
    assert [answer.text for answer in named.answers] == ["19", "11", "24"]
    assert [value.text for value in named.conflicts[0].values] == ["24", "19", "11"]
