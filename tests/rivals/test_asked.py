"""Which kind of answer a question asks for."""

import pytest

from ragqa.rivals.asked import (
    asks_for_another,
    asks_for_holder,
    asks_for_rest,
    is_whole,
    seems_to_ask_for_others,
    units_asked,
)
from ragqa.rivals.measured import figures
from ragqa.wanted import kind_asked, may_be_of, may_hold


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("How many people died?", "figure"),
        ("What share of the teachers joined?", "figure"),
        ("How deep is the mine?", "figure"),
        ("What was the death toll?", "figure"),
        ("When did the storm strike?", "date"),
        ("Until when is the shrine closed?", "date"),
        ("In what year was the mine opened?", "date"),
        ("Who leads the bank?", "name"),
        ("To whom do the sheep belong?", "name"),
        ("What did the minister say when he came?", None),
        ("Why did the lights go out?", None),
    ],
)
def test_the_first_words_say_it(question, kind):
    assert kind_asked(question) == kind


@pytest.mark.parametrize(
    ("question", "text", "is_another"),
    [
        ("How many people are still missing?", "The fire has killed at least 93 people", True),
        ("How many people did the fire kill?", "The fire has killed at least 93 people", False),
        ("How many miners died?", "The blast killed 11 men", False),
    ],
)
def test_a_figure_of_others_than_are_asked_for_is_known(question, text, is_another):
    assert asks_for_another(question, figures(text)[0]) == is_another


@pytest.mark.parametrize(
    ("question", "seem_others"),
    [
        ("How many pupils are there in Lorne?", True),
        ("How many schools stayed shut?", False),
        ("How much did it cost?", False),
    ],
)
def test_things_are_no_persons(question, seem_others):
    assert seems_to_ask_for_others(question, figures("640 schools stayed shut")[0]) == seem_others


@pytest.mark.parametrize(
    ("text", "is_date"),
    [
        ("next May", True),
        ("late March", True),
        ("in Sept", True),
        ("two weeks after the storm", True),
        ("last weekend", True),
        ("Friday night", True),
        ("market pressure", False),
        ("the decision of the court", False),
        ("separate talks", False),
        ("maybe never", False),
        ("the strike may end", False),
        ("a march through Ashcombe", False),
        ("Julian Mayer", False),
    ],
)
def test_words_that_only_begin_like_a_month_are_no_date(text, is_date):
    assert may_be_of("date", text) == is_date


@pytest.mark.parametrize(
    ("text", "is_amount"),
    [
        ("dozens", True),
        ("hundreds of people", True),
        ("several hundred", True),
        ("a third", True),
        ("none", True),
        ("half of the crew", True),
        ("20-30 people", True),
        ("more pay", False),
        ("the third man", False),
        ("a single mother", False),
    ],
)
def test_words_of_amount_answer_how_many_as_figures_do(text, is_amount):
    assert may_be_of("figure", text) == is_amount
    assert may_hold("figure", text) == is_amount


@pytest.mark.parametrize(
    ("question", "units"),
    [
        ("How much is the stolen gold worth?", {"euro", "dollar"}),
        ("What ransom do the pirates want?", {"euro", "dollar"}),
        ("What share of the teachers joined?", {"%"}),
        ("How long is the contract?", {"month", "second", "m"}),
        ("How old was the driver?", {"", "month"}),
        ("How many people drowned?", {""}),
        ("How fast were the winds?", {"km/h"}),
        ("How far is the border?", {"m"}),
        ("How deep was the quake?", {"m"}),
        ("How heavy is the bell?", {"kg"}),
        ("How long is his sentence?", {"month", "second"}),
    ],
)
def test_a_question_says_in_which_units_its_answer_may_be(question, units):
    assert units <= units_asked(question)


@pytest.mark.parametrize(
    "question",
    [
        "How large is the stadium?",
        "How many euros are left?",
        "Who paid for it?",
        "How fast did the economy grow?",
        "How far did shares fall?",
        "How heavy were the losses?",
        "How deep are the cuts?",
        "How wide is the gap?",
    ],
)
def test_a_question_may_leave_the_unit_open(question):
    assert units_asked(question) is None


@pytest.mark.parametrize(
    ("question", "is_for_holder"),
    [
        ("Who is the chief executive of Medlar?", True),
        ("Who is in charge of the inquiry?", True),
        ("Who heads Brightline?", True),
        ("Who is Tolvik's mayor?", True),
        ("Who is the honorary consul of Bellmark in Tolvik?", True),
        ("Who is the ombudsman for patients?", True),
        ("Who is Elizabeth Bishop?", False),
        ("Who is the keynote speaker?", False),
        ("Who is acting president?", True),
        ("Who is the king's private secretary?", True),
        ("Who is now in charge of the bank?", True),
        ("Who is suing the president?", False),
        ("Who is running against the governor?", False),
        ("Who is accused of killing the mayor?", False),
        ("Who is the president's wife?", False),
        ("Who is a friend of the minister?", False),
        ("Who is the chief suspect?", False),
        ("Who killed the mayor?", False),
        ("Who is suspected?", False),
        ("Who said that the manager had left?", False),
    ],
)
def test_the_holder_of_a_post_is_asked_for(question, is_for_holder):
    assert asks_for_holder(question) == is_for_holder


@pytest.mark.parametrize(
    ("question", "is_for_rest"),
    [
        ("How many hostages remain?", True),
        ("How many hostages are left?", True),
        ("How many hostages are still captive?", True),
        ("How many hostages have not been freed?", True),
        ("How many houses are yet to be rebuilt?", True),
        ("How many hostages were taken?", False),
        ("Who is still missing?", False),
    ],
)
def test_what_is_left_is_asked_for(question, is_for_rest):
    assert asks_for_rest(question) == is_for_rest


@pytest.mark.parametrize(
    ("text", "is_of_part"),
    [
        ("Out of 251 hostages, 111 are still held.", True),
        ("Of the 251 hostages, 111 are still held.", True),
        ("Only 40 out of about 251 came back.", True),
        ("They took 251 hostages.", False),
        ("A toll of 251 was feared.", False),
    ],
)
def test_a_whole_is_known_by_what_stands_before_it(text, is_of_part):
    assert is_whole(text, text.index("251")) == is_of_part
