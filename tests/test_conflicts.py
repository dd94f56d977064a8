"""Rival answers: which there are, which there are not, and which comes first."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from weighing import CALIBRATION, ask, found, shown

from ragqa.answering import compose
from ragqa.calibration import Support, Weights
from ragqa.conflicts import compose_all, weigh
from ragqa.records import Article
from ragqa.rivals import Evidence


def article(name, text, day=None, source=None):
    return Article(id=name, text=text, published_at=day, source=source)


WIRE = article(
    "wire",
    "Cyclone Nerissa tore across the coast of Sandara on Monday, killing at least 34 people and driving 210,000 from their homes. "
    "Winds of 185 kilometres an hour were measured at Port Sandar. Some 1,150 shelters were open, said Rohan Bhattal.",
    "2023-12-05",
    "Gulf Press",
)
COPY = article("copy", WIRE.text.replace("tore across", "swept over"), "2023-12-06", "Lakeside Tribune")
VILLAGE = article(
    "village",
    "In Palli, south of Port Sandar, nobody had the key when Cyclone Nerissa came. Aid groups found 870 shelters that had really "
    "opened in Sandara. Twelve boats are gone, and seven children slept in a boat.",
    "2023-12-05",
    "Monsoon Daily",
)
VILLAGE_LATER = article(
    "village later",
    "A day after Cyclone Nerissa the number of deaths in Sandara stood at 51, said the mayor of Port Sandar.",
    "2023-12-06",
    "Monsoon Daily",
)
LATER = article(
    "later",
    "Two weeks after Cyclone Nerissa the number of deaths in Sandara has gone up to 129, said Rohan Bhattal in Port Sandar. About "
    "460,000 people lost their homes. Seven more people died in camps.",
    "2023-12-19",
    "Gulf Press",
)
MINE = article(
    "mine",
    "An explosion in the Korvat mine killed 11 people on Sunday, said Severkol. Six of the trapped men were saved.",
    "2023-12-05",
)
KILLED = "How many people did Cyclone Nerissa kill in Sandara?"
SHELTERS = "How many shelters were open in Sandara during Cyclone Nerissa?"


def test_two_sources_of_one_day_differ():
    weighed = ask(SHELTERS, (WIRE, "1,150", 9.0), (VILLAGE, "870", 8.0))
    assert shown(weighed) == [("differs", ["1,150", "870"])]
    assert [answer.text for answer in weighed.answers] == ["1,150", "870"]


def test_a_later_figure_supersedes_and_comes_first():
    weighed = ask(KILLED, (WIRE, "34", 9.0), (LATER, "129", 7.0))
    assert shown(weighed) == [("superseded", ["129", "34"])]
    assert [answer.text for answer in weighed.answers] == ["129", "34"]
    assert weighed.answers[0].confidence == CALIBRATION.confidence(7.0, is_best=False)
    assert [str(answer.as_of) for answer in weighed.answers] == ["2023-12-19", "2023-12-05"]


def test_what_came_after_all_others_supersedes_them_though_those_are_of_one_day_and_the_next():
    weighed = ask(KILLED, (WIRE, "34", 9.0), (VILLAGE_LATER, "51", 8.0), (LATER, "129", 7.0))
    assert shown(weighed) == [("superseded", ["129", "51", "34"])]
    assert [answer.text for answer in weighed.answers] == ["129", "34", "51"]


def test_the_next_day_alone_is_no_later_time():
    assert shown(ask(KILLED, (WIRE, "34", 9.0), (VILLAGE_LATER, "51", 8.0))) == [("differs", ["34", "51"])]


def test_an_answer_without_a_later_or_earlier_rival_has_no_as_of():
    weighed = ask(SHELTERS, (WIRE, "1,150", 9.0), (VILLAGE, "870", 8.0))
    assert [answer.as_of for answer in weighed.answers] == [None, None]


def test_a_newest_figure_within_a_longer_span_comes_first_by_itself():
    weighed = ask(KILLED, (WIRE, "34", 9.0), (LATER, "the number of deaths in Sandara has gone up to 129", 6.0))
    assert weighed.answers[0].text == "129"
    assert weighed.answers[0].score == 6.0


@pytest.mark.parametrize(
    "time", ["at first", "by Monday", "in December 2023", "when the minister spoke", "two days after it struck"]
)
def test_a_question_that_names_a_time_keeps_the_answer_of_that_time_first(time):
    asked = f"How many people had Cyclone Nerissa killed in Sandara {time}?"
    weighed = ask(asked, (WIRE, "34", 9.0), (LATER, "129", 7.0))
    assert [answer.text for answer in weighed.answers] == ["34", "129"]
    assert shown(weighed) == [("superseded", ["129", "34"])]


def test_a_newest_figure_too_doubtful_for_an_answer_by_itself_comes_first_with_its_own_confidence():
    weighed = ask(KILLED, (WIRE, "34", 9.0), (LATER, "129", 3.0))
    assert [(answer.text, answer.score) for answer in weighed.answers] == [("129", 3.0), ("34", 9.0)]
    assert weighed.answers[0].confidence == CALIBRATION.confidence(3.0, is_best=False)


def test_a_rival_that_the_reader_overlooked_is_found_in_a_report_that_was_read():
    weighed = ask(KILLED, (WIRE, "34", 9.0), (LATER, "129", -1.0), (LATER, "460,000", -7.0))
    assert (weighed.conflicts[0].values[0].text, weighed.conflicts[0].values[0].confidence) == ("129", None)
    assert [answer.text for answer in weighed.answers] == ["34"]


def test_every_value_of_a_conflict_verifies():
    articles = {own.id: own for own in (WIRE, COPY, LATER)}
    weighed = ask(KILLED, (WIRE, "34", 9.0), (COPY, "34", 8.0), (LATER, "129", 7.0))
    citations = [citation for value in weighed.conflicts[0].values for citation in value.citations]
    assert {citation.article_id for citation in citations} == {"wire", "copy", "later"}
    for citation in citations:
        assert articles[citation.article_id].text[citation.start : citation.end] == citation.quote


def test_without_dates_values_differ_and_the_surest_comes_first():
    undated = [own.model_copy(update={"published_at": None}) for own in (WIRE, LATER)]
    weighed = ask(KILLED, (undated[0], "34", 9.0), (undated[1], "129", 7.0))
    assert shown(weighed) == [("differs", ["34", "129"])]
    assert [answer.text for answer in weighed.answers] == ["34", "129"]


def test_a_value_that_is_still_reported_later_is_not_superseded():
    still = COPY.model_copy(update={"published_at": LATER.published_at})
    assert shown(ask(KILLED, (WIRE, "34", 9.0), (still, "34", 8.0), (LATER, "129", 7.0)))[0][0] == "differs"


def test_one_thing_said_in_two_ways_is_no_conflict():
    words = article(
        "words",
        "Cyclone Nerissa killed thirty-four people in Sandara, said Rohan Bhattal in Port Sandar.",
        "2023-12-05",
    )
    weighed = ask(KILLED, (WIRE, "34", 9.0), (words, "thirty-four", 8.0))
    assert shown(weighed) == []
    assert weighed.answers[0].sources == 2


def test_another_figure_of_the_same_report_is_no_rival():
    assert shown(ask(KILLED, (WIRE, "34", 9.0), (WIRE, "210,000", 8.0))) == []


def test_figures_that_measure_other_things_are_no_rivals():
    weighed = ask(KILLED, (WIRE, "34", 9.0), (LATER, "129", 7.0), (LATER, "460,000", 8.0))
    assert shown(weighed) == [("superseded", ["129", "34"])]


def test_another_unit_is_no_rival():
    fast = article("fast", "Cyclone Nerissa reached Sandara and Port Sandar within 34 hours of wind.", "2023-12-05")
    assert shown(ask("How fast were the winds of Cyclone Nerissa?", (WIRE, "185", 9.0), (fast, "34", 8.0))) == []


def test_a_part_of_what_was_counted_is_no_rival():
    trapped = article(
        "trapped", "In the Korvat mine 47 men are trapped after the explosion, said Severkol.", "2023-12-05"
    )
    weighed = ask("How many of the men trapped in Korvat were saved?", (MINE, "Six", 9.0), (trapped, "47", 8.0))
    assert shown(weighed) == []


def test_seven_more_do_not_rival_the_sum():
    more = article(
        "more",
        "Seven more people died in Sandara after Cyclone Nerissa, said Rohan Bhattal in Port Sandar.",
        "2023-12-05",
    )
    assert shown(ask(KILLED, (WIRE, "34", 9.0), (more, "Seven", 8.0))) == []


def test_another_disaster_is_no_rival():
    assert shown(ask("How many people were killed?", (WIRE, "34", 9.0), (MINE, "11", 8.0))) == []


def test_a_value_that_stands_in_a_correction_alone_is_neither_answer_nor_rival():
    notice = "\n\nCorrection: An earlier version of this article said that 219 people had died in Sandara. The number is 129."
    corrected = LATER.model_copy(update={"text": LATER.text + notice})
    weighed = ask(KILLED, (WIRE, "34", 9.0), (corrected, "129", 7.0), (corrected, "219", 8.5))
    assert shown(weighed) == [("superseded", ["129", "34"])]
    assert [answer.text for answer in weighed.answers] == ["129", "34"]


def test_two_years_for_one_event_are_rivals():
    first = article(
        "first", "Quantrel will build a plant in Eastmoor. The plant is to start production in 2027.", "2024-02-08"
    )
    put_off = article("put off", "Last week Quantrel put off the start of its plant in Eastmoor to 2029.", "2025-01-16")
    weighed = ask("When will the plant in Eastmoor start?", (first, "2027", 9.0), (put_off, "2029", 7.0))
    assert shown(weighed) == [("superseded", ["2029", "2027"])]


def test_a_question_for_an_end_asks_for_the_present():
    first = article(
        "first", "The shrine of Halim in Sarun stays closed until next Sunday, said Tariq Behzadi.", "2024-12-30"
    )
    later = article(
        "later", "The shrine of Halim in Sarun stays closed until late March, said Tariq Behzadi.", "2025-01-20"
    )
    weighed = ask("Until when is the shrine of Halim closed?", (first, "next Sunday", 9.0), (later, "late March", 7.0))
    assert [answer.text for answer in weighed.answers] == ["late March", "next Sunday"]


def test_a_weekday_of_which_the_date_is_not_known_rivals_another_weekday_alone():
    asked = "When did Cyclone Nerissa reach Sandara?"
    text = "It was on Friday that Cyclone Nerissa reached Sandara and Port Sandar, the weather office said."
    undated, dated = article("other", text, None), article("other", text, "2023-12-19")
    assert shown(ask(asked, (WIRE, "Monday", 9.0), (undated, "Friday", 8.5))) == [("differs", ["Monday", "Friday"])]
    for day in ("Monday", "4 December", "last week", "in December"):
        other = article("other", text.replace("on Friday", day), None)
        assert shown(ask(asked, (WIRE, "Monday", 9.0), (other, day, 8.5))) == []
    assert shown(ask(asked, (WIRE, "Monday", 9.0), (dated, "Friday", 8.5))) == [("superseded", ["Friday", "Monday"])]


def test_names_are_rivals_also_where_the_reader_overlooks_one():
    tull = article(
        "tull", "The firm Medivault is run by its chief executive Gordon Tull, who sold Ashcombe.", "2025-05-12"
    )
    brink = article("brink", "The firm Medivault in Ashcombe is run by Hedda Brink, who knows the town.", "2025-06-03")
    superseded = [("superseded", ["Hedda Brink", "Gordon Tull"])]
    question = "To whom do the directors of Medivault in Ashcombe report?"
    assert shown(ask(question, (tull, "Gordon Tull", 9.0), (brink, "Hedda Brink", 8.0))) == superseded
    overlooked = ask(question, (tull, "Gordon Tull", 9.0), (brink, "Hedda Brink", -6.0))
    assert shown(overlooked) == superseded
    assert [own.text for own in overlooked.answers] == ["Gordon Tull"]
    listed = "Who were in Ashcombe for Medivault?"
    assert shown(ask(listed, (tull, "Gordon Tull", 9.0), (brink, "Hedda Brink", 8.0))) == []


def test_two_causes_are_rivals_but_not_two_ways_to_put_one():
    asked = "What set off the fire at the Orlesk paint factory?"
    works = article(
        "works", "A short circuit set off the fire at the Orlesk paint factory, the owner Lakra said.", "2025-05-12"
    )
    brigade = article(
        "brigade", "Sparks from a grinder set off the fire at the Orlesk factory of Lakra, firemen found.", "2025-05-12"
    )
    union = article(
        "union", "A circuit in a charger set off the fire at Lakra's Orlesk factory, a union says.", "2025-05-12"
    )
    assert shown(ask(asked, (works, "A short circuit", 9.0), (brigade, "Sparks from a grinder", 8.0))) == [
        ("differs", ["A short circuit", "Sparks from a grinder"])
    ]
    assert shown(ask(asked, (works, "A short circuit", 9.0), (union, "A circuit in a charger", 8.0))) == []


def test_the_right_answers_of_a_list_are_no_rivals():
    north = article("north", "Talks in Ashcombe were led by Gordon Tull of Medivault.", "2025-05-12")
    south = article("south", "At the talks in Ashcombe spoke Hedda Brink of Medivault.", "2025-05-12")
    assert (
        shown(
            ask("Which people were at the talks in Ashcombe?", (north, "Gordon Tull", 9.0), (south, "Hedda Brink", 8.9))
        )
        == []
    )


def test_without_answers_there_is_nothing_to_weigh():
    assert weigh(Evidence(KILLED, [], {}, CALIBRATION)) == ([], ())


THIRD = article(
    "third",
    "Doctors in Sandara counted 60 people killed by Cyclone Nerissa, more than Port Sandar admits, said Rohan Bhattal.",
    "2023-12-10",
)


BRINK = article(
    "brink",
    "Hedda Brink leads the Ravensby Harbour Trust, which runs the port of Ravensby. Gordon Tull was at the quay.",
    "2024-03-04",
    "Gulf Press",
)
TULL = article(
    "tull",
    "The Ravensby Harbour Trust, led by Gordon Tull, wants a new quay in Ravensby. Hedda Brink was at the opening.",
    "2024-09-01",
    "Monsoon Daily",
)
CHANGE = article(
    "change",
    "Hedda Brink replaced Gordon Tull on Friday, a spokesman of the Ravensby Harbour Trust said.",
    "2024-06-03",
    "Lakeside Tribune",
)
LEADS = "To whom does the Ravensby Harbour Trust answer?"


def test_a_report_without_an_answer_that_tells_of_a_change_in_a_post_does_not_reorder_the_answers():
    winners = [(BRINK, "Hedda Brink", 9.0), (TULL, "Gordon Tull", 4.0)]
    alone = ask(LEADS, *winners)
    assert [(own.text, own.as_of) for own in alone.answers] == [("Hedda Brink", None), ("Gordon Tull", None)]
    told = ask(LEADS, *winners, (CHANGE, "Friday", -2.0))
    assert told.answers == alone.answers
    assert shown(told) == [("superseded", ["Gordon Tull", "Hedda Brink"])]


def test_a_report_with_an_answer_that_tells_of_a_change_in_a_post_does():
    winners = [(BRINK, "Hedda Brink", 9.0), (TULL, "Gordon Tull", 4.0)]
    told = ask(LEADS, *winners, (CHANGE, "Friday", 1.0))
    assert [own.text for own in told.answers] == ["Gordon Tull", "Hedda Brink"]


@pytest.mark.parametrize("calibration", [CALIBRATION, None])
@given(
    order=st.permutations([(BRINK, "Hedda Brink"), (TULL, "Gordon Tull"), (CHANGE, "Gordon Tull")]),
    scores=st.lists(st.floats(0.5, 12), min_size=1, max_size=2),
    losers=st.lists(
        st.tuples(
            st.sampled_from(
                [(CHANGE, "Friday"), (CHANGE, "Hedda Brink"), (TULL, "Gordon Tull"), (BRINK, "Hedda Brink")]
            ),
            st.floats(-20, 0),
        ),
        max_size=4,
    ),
)
def test_reports_of_names_and_successions_that_lose_to_their_null_change_no_answer(order, scores, losers, calibration):
    winners = [found(own, text, score) for (own, text), score in zip(order, scores, strict=False)]
    assert_unchanged(LEADS, winners, [found(own, text, score) for (own, text), score in losers], calibration)


@pytest.mark.parametrize("calibration", [CALIBRATION, None])
@given(
    losers=st.lists(
        st.tuples(
            st.sampled_from([(VILLAGE, "870"), (VILLAGE, "Port Sandar"), (THIRD, "60"), (THIRD, "Port Sandar")]),
            st.floats(-20, 0),
        ),
        max_size=4,
    )
)
def test_passages_whose_best_span_loses_to_its_null_change_neither_answers_nor_abstention(losers, calibration):
    winners = [found(WIRE, "34", 9.0), found(LATER, "129", 7.0)]
    assert_unchanged(KILLED, winners, [found(own, text, score) for (own, text), score in losers], calibration)


def assert_unchanged(question, winners, losers, calibration):
    """See to it that answers and abstention are those of the winners alone."""
    responses = []
    for candidates in (winners, [*winners, *losers]):
        read = {own.article_id for own in candidates}
        known = {own.id: own for own in (WIRE, LATER, VILLAGE, THIRD, BRINK, TULL, CHANGE) if own.id in read}
        answers, reason = compose(candidates, known, top_k=99, calibration=calibration)
        weighed = weigh(Evidence(question, candidates, known, calibration, answers=answers))
        responses.append((weighed.answers, reason))
    assert responses[0] == responses[1]


@pytest.mark.parametrize("later", ["129", "the number of deaths in Sandara has gone up to 129"])
def test_a_value_is_as_sure_in_a_conflict_as_in_the_answers(later):
    grounded = replace(CALIBRATION, grounds=Weights(lead=Support(0.2, 3.0), words=Support(0.3, 2.0)))
    candidates = [found(WIRE, "34", 9.0), found(COPY, "34", 8.0), found(LATER, later, 7.0)]
    articles = {own.id: own for own in (WIRE, COPY, LATER)}
    answers, _ = compose(candidates, articles, top_k=9, calibration=grounded)
    weighed = weigh(Evidence(KILLED, candidates, articles, grounded, answers=answers))
    assert [value.text for value in weighed.conflicts[0].values] == ["129", "34"]
    sure = {citation.article_id: own.confidence for own in answers for citation in own.citations}
    assert [value.confidence for value in weighed.conflicts[0].values] == [sure["later"], sure["wire"]]
    assert len({own.confidence for own in weighed.answers if own.citations[0].article_id == "later"}) == 1


def test_a_headline_that_begins_like_a_notice_withdraws_no_rival():
    headline = "Correction: Cyclone Nerissa killed 34 people in Sandara, and was wrongly named Clarissa"
    titled = article("titled", f"{headline}\n\nRohan Bhattal spoke of Cyclone Nerissa in Port Sandar.", "2023-12-19")
    titled = titled.model_copy(update={"title": headline})
    earlier = article("earlier", "Cyclone Nerissa killed 60 people in Sandara, said Rohan Bhattal.", "2023-12-05")
    weighed = ask(KILLED, (titled, "34", 9.0), (earlier, "60", 7.0))
    assert shown(weighed) == [("superseded", ["34", "60"])]


def test_a_report_in_which_the_reader_finds_no_answer_may_still_give_a_rival():
    weighed = ask(KILLED, (WIRE, "34", 9.0), (THIRD, "60", -3.0))
    assert shown(weighed) == [("superseded", ["60", "34"])]
    assert [answer.text for answer in weighed.answers] == ["34"]
    assert weighed.conflicts[0].values[0].confidence is None


def test_rival_values_too_doubtful_for_an_answer_are_shown_if_they_are_not_hopeless():
    careful = replace(CALIBRATION, margin=9.0)
    articles = {own.id: own for own in (WIRE, LATER)}
    for score, values in ((5.0, ["129", "34"]), (2.0, [])):
        candidates = [found(WIRE, "34", score), found(LATER, "129", score - 1)]
        assert compose(candidates, articles, top_k=9, calibration=careful) == ((), "low_confidence")
        answers, reason, lower = compose_all(candidates, articles, careful)
        assert reason == "low_confidence"
        conflicts = weigh(Evidence(KILLED, candidates, articles, lower, answers=answers)).conflicts
        assert [value.text for conflict in conflicts for value in conflict.values] == values


def test_two_sides_in_one_report_differ():
    crowd = article(
        "crowd",
        "Police put the crowd in Ashcombe at 5,000 people. The organisers said 20,000 people had marched.",
        "2024-02-08",
    )
    question = "How many people marched in Ashcombe?"
    assert shown(ask(question, (crowd, "5,000", 9.0), (crowd, "20,000", 8.0))) == [("differs", ["5,000", "20,000"])]


@pytest.mark.parametrize(
    "text",
    [
        "The police said 5,000 people marched in Ashcombe. Some 300 people were arrested, they said.",
        "The police said 5,000 people marched in Ashcombe. In the end 300 people blocked the bridge.",
        "The police said 5,000 people marched in Ashcombe, and 300 people were arrested.",
    ],
)
def test_two_facts_in_one_report_do_not(text):
    march = article("march", text, "2024-02-08")
    assert shown(ask("How many people marched in Ashcombe?", (march, "5,000", 9.0), (march, "300", 8.0))) == []


def test_when_something_was_said_is_not_when_it_happened():
    found_on = article("found", "Bird flu was found in Merrow and Hexley last Friday, said Alf Brewster.", "2025-02-18")
    said_on = article(
        "said", "A worker in Merrow has caught bird flu, Alf Brewster of Hexley said on Tuesday.", "2025-03-11"
    )
    question = "When was bird flu found in Merrow?"
    assert shown(ask(question, (found_on, "last Friday", 9.0), (said_on, "Tuesday", 8.5))) == []


def test_two_ways_to_name_one_day_are_no_conflict():
    first = article("first", "The gas in the mine of Korvat exploded on Sunday evening, said Severkol.", "2022-03-14")
    later = article(
        "later", "In last month's explosion in the mine of Korvat gas was to blame, said Severkol.", "2022-04-04"
    )
    question = "When did the gas explode in Korvat?"
    assert shown(ask(question, (first, "Sunday evening", 9.0), (later, "last month", 8.5))) == []


def test_two_dates_that_both_reports_give_are_two_facts():
    text = "The mine of Korvat was opened in 1961 and is to be closed in 2030, said Severkol."
    first, copy = article("first", text, "2022-03-14"), article("copy", text, "2022-03-15")
    question = "In what year is the mine of Korvat to be closed?"
    assert shown(ask(question, (first, "2030", 9.0), (copy, "1961", 8.0))) == []


def test_an_event_of_long_ago_in_the_same_report_is_no_rival():
    quake = article("quake", "The quake in Turkey and Syria killed more than 2,300 people, said Erdogan.", "2023-02-06")
    week_on = article(
        "week", "The quake in Syria overtook that of Erzincan in 1939, which killed around 33,000 people, Erdogan said in Turkey.",
        "2023-02-14",
    )  # fmt: skip
    question = "How many people did the quake kill in Turkey and Syria?"
    assert shown(ask(question, (quake, "2,300", 9.0), (week_on, "33,000", 6.0))) == []


def test_of_answers_about_as_sure_one_of_the_kind_that_is_asked_for_comes_first():
    strike = article("strike", "Teachers went on strike for more pay. According to the ministry 38 percent took part.")
    question = "What share of the teachers went on strike?"
    assert [own.text for own in ask(question, (strike, "more pay", 8.0), (strike, "38 percent", 7.5)).answers] == [
        "38 percent",
        "more pay",
    ]
    assert ask(question, (strike, "more pay", 12.0), (strike, "38 percent", 7.5)).answers[0].text == "more pay"


def test_who_follows_in_a_post_supersedes_who_held_it():
    tull = article("tull", "Medivault is run from Ashcombe by its chief executive, Gordon Tull.", "2025-05-12")
    brink = article(
        "brink",
        "Gordon Tull has left Medivault in Ashcombe. He was replaced by one of the founders, Hedda Brink.",
        "2025-06-03",
    )
    question = "Who is the chief executive of Medivault?"
    assert shown(ask(question, (tull, "Gordon Tull", 9.0), (brink, "founders", -2.0))) == [
        ("superseded", ["Hedda Brink", "Gordon Tull"])
    ]


def test_a_figure_of_another_place_in_the_same_report_is_no_other_side():
    war = article(
        "war",
        "At least 42,847 people have been killed in Gaza, according to its authorities. At least 1,139 people were killed in the "
        "attack on Israel, according to a tally of Al Jazeera.",
    )
    assert shown(ask("How many people have been killed in Gaza?", (war, "42,847", 9.0), (war, "1,139", 8.0))) == []


HEARING = article(
    "hearing", "The tribunal of Lorne in Velden is to hear the case on June 14.", "2023-02-09", "Gulf Press"
)
PUT_OFF = article(
    "put-off",
    "The hearing in Velden, fixed for June 14, was put off. The tribunal of Lorne has moved it to October 3.",
    "2023-07-20",
    "Monsoon Daily",
)
HEARD = "When does the tribunal of Lorne hear the case?"


def test_what_a_report_says_is_new_comes_first_and_is_as_likely_right_as_what_it_replaced():
    told = ask(HEARD, (HEARING, "June 14", 9.0), (PUT_OFF, "June 14", 6.0))
    assert shown(told) == [("superseded", ["October 3", "June 14"])]
    assert [answer.text for answer in told.answers] == ["October 3", "June 14"]
    assert told.answers[0].confidence == told.answers[1].confidence
    assert [own.article_id for own in told.conflicts[0].values[1].citations] == ["hearing"]


def test_a_report_of_a_change_without_an_answer_shows_it_and_changes_no_answer():
    alone = ask(HEARD, (HEARING, "June 14", 9.0))
    told = ask(HEARD, (HEARING, "June 14", 9.0), (PUT_OFF, "June 14", -2.0))
    assert told.answers == alone.answers
    assert shown(told) == [("superseded", ["October 3", "June 14"])]


HOLDER = "Who is the chief executive of Arden Ferries?"
CHIEF = article(
    "chief",
    "Gordon Tull, the chief executive of Arden Ferries, denied that the ferry was unsafe.",
    "2025-03-05",
    "Herald",
)
RESIGNS = article(
    "resigns",
    "Gordon Tull has resigned as chief executive of Arden Ferries. The board named Hedda Brink, the finance director, in his place.",
    "2025-03-06",
    "Wire",
)
WITNESS = article(
    "witness",
    "Hedda Brink, the chief executive of Arden Ferries, said the former chief executive, Gordon Tull, would be a witness.",
    "2025-03-06",
    "Tribune",
)


def test_what_a_report_says_came_after_another_supersedes_it_the_next_day_too():
    told = ask(HOLDER, (CHIEF, "Gordon Tull", 9.0), (RESIGNS, "Hedda Brink", 7.0))
    assert shown(told) == [("superseded", ["Hedda Brink", "Gordon Tull"])]
    untold = ask(HOLDER, (CHIEF, "Gordon Tull", 9.0), (WITNESS, "Hedda Brink", 7.0))
    assert shown(untold) == [("differs", ["Gordon Tull", "Hedda Brink"])]


def test_who_held_a_post_formerly_is_not_said_to_hold_it_still():
    told = ask(
        HOLDER,
        (CHIEF, "Gordon Tull", 9.0),
        (WITNESS, "Gordon Tull", 8.0),
        (RESIGNS, "Hedda Brink", 7.0),
        (WITNESS, "Hedda Brink", 6.0),
    )
    assert shown(told) == [("superseded", ["Hedda Brink", "Gordon Tull"])]
    assert [str(answer.as_of) for answer in told.answers] == ["2025-03-06", "2025-03-05"]
