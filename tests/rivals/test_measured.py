"""What a figure measures, as the words beside it say."""

import pytest
from weighing import work

from ragqa.rivals.counterparts import likeness, likeness_of_words, pairs, seem_other_things
from ragqa.rivals.measured import figure_at, figures


def of(text):
    """Return the first figure of a text."""
    return figures(text)[0]


@pytest.mark.parametrize(
    ("text", "befell"),
    [
        ("At least 34 people were killed.", "kill"),
        ("The cyclone left 34 villagers dead.", "kill"),
        ("The number of victims has risen to 34.", "kill"),
        ("Police arrested 34 people at a march.", "arrest"),
        ("The police took 34 demonstrators into custody.", "arrest"),
        ("Some 34 hostages were released.", "free"),
        ("Seven people died of their injuries, which brings the toll to 34.", "kill"),
        ("The ministry counted 34 people.", ""),
        ("Five people died, 34 were made ill, and the court took 20 minutes.", "ill"),
        ("Nobody was killed; 34 people needed a bandage.", ""),
        ("It has claimed 34 lives and sickened 29.", "kill"),
        ("The pies sickened 34 and killed four.", "ill"),
        ("The fall cost 34 mountaineers' lives, officials said.", "kill"),
        ("The landing saved 34 lives.", "rescue"),
        ("The crew lost no time saving 34 lives.", "rescue"),
        ("The plan took effect and 34 lives were saved.", "rescue"),
        ("Of those killed, 34 were worshippers at the mosque.", "kill"),
        ("Among the dead, 34 had attended the wedding.", "kill"),
        ("Among the wounded, 34 victims were in hospital.", "wound"),
        ("The rebels killed, on Tuesday, 34 hostages.", "kill"),
        ("The flu killed, since May, 34 patients.", "kill"),
        ("The storm injured, officials say, 34 people in their homes.", "wound"),
        ("Three people were killed, and 34 were wounded.", "wound"),
        ("Doctors treated 34 without injuries.", ""),
        ("A sickening attack left 34 people in hospital.", ""),
    ],
)
def test_what_befell_those_that_are_counted_is_told_nearest_to_the_figure(text, befell):
    found = {text[own.start : own.end]: own.befell for own in figures(text)}
    assert found["34"] == befell


@pytest.mark.parametrize(
    ("text", "counted"),
    [
        ("17 infected farms were closed.", "farms"),
        ("129 confirmed deaths", "person"),
        ("163 men are below", "person"),
        ("14 million clients", "person"),
        ("9,000 households are in the dark", "homes"),
        ("26 as of Monday", ""),
        ("120 metres", ""),
    ],
)
def test_what_is_counted_is_the_plural_noun_behind(text, counted):
    assert of(text).counted == counted


def test_figures_that_seem_to_count_two_things_are_alike_by_their_words_alone():
    one, other = of("34 people were lost"), of("34 boats were lost")
    assert seem_other_things(one, other)
    assert likeness(one, other) == 0 < likeness_of_words(one, other)


@pytest.mark.parametrize(
    ("text", "is_rate"),
    [
        ("Farmers get 4 euros for each hen.", True),
        ("The compensation is 2.5 euros a bird.", True),
        ("It pumps 40,000 tonnes a day.", True),
        ("Some 1,200 tonnes leaked.", False),
        ("Some 600 cars a day use it.", True),
        ("It paid 3 million euros for a painting.", False),
        ("It paid 3 million euros a week after the fire.", False),
        ("Three tonnes fell on a road.", False),
    ],
)
def test_so_much_a_day_or_each_is_a_rate(text, is_rate):
    assert of(text).is_rate == is_rate


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("On 7 October 1,200 people were killed.", ["1,200"]),
        ("In October 300 people were killed.", ["300"]),
        ("In March 300,000 people fled.", ["300,000"]),
        ("In late March 12 men came.", ["12"]),
        ("At dawn on 3 May 22 people were hurt.", ["22"]),
        ("By then 12 may have drowned.", ["12"]),
        ("Some 2000 people came.", ["2000"]),
        ("In 2000 homes the lights went out.", ["2000"]),
        ("On October 7 people were killed.", []),
        ("The October 7 attacks began it.", []),
        ("On 12 May 2020 he left.", []),
        ("In 2019 people fled.", []),
        ("The 2024 budget was passed.", []),
    ],
)
def test_a_day_and_a_year_are_no_figures_but_what_is_counted_beside_them_is(text, told):
    assert [text[own.start : own.end] for own in figures(text)] == told


def test_only_the_year_of_an_event_that_is_told_of_counts():
    assert of("It passed the quake of 1939, which killed 33,000.").years == {1939}
    assert of("The plant, put off to 2029, will cost 12 billion dollars.").years == frozenset()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("34 people were killed", "46 people were wounded"),
        ("34 people were killed", "34 boats were lost"),
        ("185 kilometres an hour", "185 kilometres"),
        ("six of the miners", "47 miners"),
        ("1,200 tonnes leaked", "40,000 tonnes a day are pumped"),
        ("33 people died", "130,000 people died"),
    ],
)
def test_figures_that_measure_two_things_are_not_alike(one, other):
    assert likeness(of(one), of(other)) == 0


def test_another_29_count_all_where_something_else_befell_those_before():
    text = "The fire killed 17 people and cost 3 million dollars. Another 29 were wounded."
    assert [own.role for own in figures(text)] == ["", "", ""]
    assert [own.role for own in figures("The fire killed 17 people. Another four died at night.")] == ["", "more"]
    text = "The fire wounded 29 people and killed 17. Another three were wounded at night."
    assert [own.role for own in figures(text)] == ["", "", "more"]


def test_two_rates_are_more_alike_than_a_rate_and_a_sum():
    hen, bird, plain = (
        of(text) for text in ("4 euros for each hen", "2.5 euros a bird", "2.5 euros were paid to the farmer")
    )
    assert likeness(hen, bird) > likeness(hen, plain) > 0


def test_each_figure_goes_with_the_likest_of_the_other_report():
    first = "The storm killed at least 34 people and drove 210,000 from their homes."
    second = "The number of deaths has gone up to 129. About 460,000 people lost their homes."
    found = {
        first[own.start : own.end]: second[other.start : other.end]
        for own, (other, _) in pairs(figures(first), figures(second)).items()
    }
    assert found == {"34": "129", "210,000": "460,000"}


def test_a_stretch_with_two_figures_has_none():
    text = "It killed 34 people and hurt 90."
    assert figure_at(text, 0, len(text)) is None
    assert figure_at(text, 10, 12) == figures(text)[0]


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("Four of its soldiers had been killed.", ""),
        ("Three of their 12 boats sank.", "part"),
        ("Of those aboard, 39 of them are missing.", "part"),
        ("There were three of them.", ""),
        ("There were about 40 of them.", ""),
        ("There were 17 of the 129 victims still unidentified.", "part"),
        ("Not all 12 of them came.", "part"),
    ],
)
def test_a_part_is_told_from_a_whole(text, role):
    assert of(text).role == role


def test_a_long_list_of_parts_takes_twice_the_work_where_it_is_twice_as_long():
    def read(count):
        figures(" ".join(f"There were {number} of them at place {number}," for number in range(count)))

    read(10)  # what is done once
    assert work(read, 400) < 2.5 * work(read, 200)
