"""What another report gives in place of the answer: which place of it, how likely, and what can be none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from weighing import CALIBRATION, ask, found, shown, weighed, work

from ragqa.answering import compose
from ragqa.records import Article
from ragqa.rivals import Evidence
from ragqa.rivals.comparable import asks_for_list, holds
from ragqa.rivals.elsewhere import places_elsewhere
from ragqa.rivals.likely import CURVES, JUDGED, Signs, bounded, likelihood


def report(name, text, day="2025-03-04"):
    return Article(id=name, text=text, published_at=day, source=name)


def places(question, *spans_of):
    articles = {article.id: article for article, _, _ in spans_of}
    candidates = [found(*own) for own in spans_of]
    answers, _ = compose(candidates, articles, top_k=99, calibration=CALIBRATION)
    return places_elsewhere(answers, Evidence(question, candidates, articles, CALIBRATION, answers=answers))


KILLED = "How many people did the fire in the Korvat market kill?"
FIRST = report(
    "first", "The fire in the Korvat market killed 34 people on Sunday, said the mayor of Korvat, Ilya Sand."
)


@given(
    losers=st.lists(st.tuples(st.sampled_from(["60", "9", "Korvat", "51"]), st.floats(-12, 0)), max_size=4),
    calibration=st.sampled_from([CALIBRATION, None]),
)
def test_a_span_that_loses_changes_no_order_even_beside_a_winner_of_its_report(losers, calibration):
    later = report(
        "later",
        "In Korvat 51 people were killed by the fire in the market. A fire in Korvat had killed 60 people there before, and 9 goats.",
        "2025-03-09",
    )
    winners = [(FIRST, "34", 9.0), (later, "51", 1.0)]
    alone = ask(KILLED, *winners, calibration=calibration)
    assert ask(KILLED, *winners, *((later, *own) for own in losers), calibration=calibration).answers == alone.answers


def test_a_report_that_agrees_is_no_rival_with_another_of_its_figures():
    other = report(
        "other",
        "The fire in the Korvat market killed 34 people. Among those killed in Korvat were 9 people from Merrow.",
    )
    assert shown(ask(KILLED, (FIRST, "34", 9.0), (other, "34", 3.0))) == []
    assert shown(ask(KILLED, (FIRST, "34", 9.0), (other, "34", 3.0), (other, "9", -2.0))) == []


def test_a_report_that_agrees_is_no_rival_with_another_of_its_names():
    one = report("one", "Gordon Tull opened the bridge of Ravensby on Monday, and cut a ribbon.")
    two = report("two", "Gordon Tull opened the bridge of Ravensby. Hedda Brink sang.", "2025-03-09")
    question = "Who opened the bridge of Ravensby?"
    assert shown(ask(question, (one, "Gordon Tull", 9.0), (two, "Gordon Tull", 3.9), (two, "Hedda Brink", 3.0))) == []


@pytest.mark.parametrize(
    "aside", ["It has 5,000 workers.", "It burned for 3.5 hours.", "Five men are missing in Korvat."]
)
def test_a_figure_within_another_one_is_not_that_figure(aside):
    one = report(
        "one", "The fire in the Korvat market killed 3 people, the mayor of Korvat said. It has 5,000 workers."
    )
    two = report("two", f"The fire in the Korvat market killed 5 people, the union in Korvat said. {aside}")
    assert shown(ask(KILLED, (one, "3", 9.0), (two, "5", 7.0))) == [("differs", ["3", "5"])]


def test_two_figures_that_both_reports_give_are_two_facts():
    one = report("one", "The fire in the Korvat market killed three people and killed 5 people of a choir in Korvat.")
    two = report("two", "In Korvat 5 people of the choir were killed by the fire, and 3 people in the market.")
    assert shown(ask(KILLED, (one, "three", 9.0), (two, "5", 7.0))) == []


def test_a_figure_of_another_unit_is_none_where_the_answer_looks_like_a_date():
    one = report("one", "In May 34 people were killed in the Korvat market by a fire.")
    two = report("two", "The Korvat market lies 900 metres from the fire station of Korvat.")
    assert shown(ask(KILLED, (one, "34", 9.0), (two, "900 metres", 3.0))) == []


def test_a_span_that_leaves_out_the_unit_gives_the_figure_its_score():
    question = "How high did the flood rise in Marden?"
    one = report("one", "The flood rose to 6.4 metres in Marden, the water board of Marden said.")
    two = report("two", "The flood rose to 7.1 metres in Marden, the water board of Marden said.", "2025-03-09")
    weighed = ask(question, (one, "6.4 metres", 9.0), (two, "7.1", 8.0))
    assert weighed.answers[0].text.startswith("7.1")


def test_the_names_of_a_list_are_no_rivals_even_where_one_replaced_the_other():
    one = report("one", "The coaches of Celtica, Bruno Salas and Ivo Prat, praised the club in Porto Vale.")
    two = report(
        "two",
        "Celtica parted with Bruno Salas. He was replaced by Marco Teller, the club said in Porto Vale.",
        "2025-03-09",
    )
    assert shown(ask("Who were the coaches of Celtica?", (one, "Bruno Salas", 9.0), (two, "Marco Teller", 5.0))) == []
    assert shown(ask("Who is the coach of Celtica?", (one, "Bruno Salas", 9.0), (two, "Marco Teller", 5.0))) != []


@pytest.mark.parametrize("is_swapped", [False, True])
def test_a_weekday_rivals_a_whole_date_where_its_day_is_known(is_swapped):
    question = "When did Cyclone Nerissa reach Sandara?"
    one = report("one", "Cyclone Nerissa reached Sandara on 4 December 2023, said Rohan Bhattal.", "2023-12-19")
    two = report("two", "Cyclone Nerissa reached Sandara on Friday, said Rohan Bhattal.", "2023-12-19")
    scores = (8.0, 9.0) if is_swapped else (9.0, 8.0)
    values = {
        value
        for _, values in shown(ask(question, (one, "4 December 2023", scores[0]), (two, "Friday", scores[1])))
        for value in values
    }
    assert values == {"4 December 2023", "Friday"}


def test_a_weekday_that_is_the_day_of_the_date_does_not():
    question = "When did Cyclone Nerissa reach Sandara?"
    one = report("one", "Cyclone Nerissa reached Sandara on 15 December 2023, said Rohan Bhattal.", "2023-12-19")
    two = report("two", "Cyclone Nerissa reached Sandara on Friday, said Rohan Bhattal.", "2023-12-19")
    assert shown(ask(question, (one, "15 December 2023", 9.0), (two, "Friday", 8.0))) == []


def test_a_figure_is_held_against_reports_of_its_own_matter_alone():
    flood = report("flood", "The flood in Padua killed 34 people, said Carla Renzi.", "2024-11-04")
    padua = report("padua", "The flood in Padua killed 61 people, said Carla Renzi.", "2024-11-09")
    likely = {
        place.article_id: place
        for place in places("How many people were killed?", (FIRST, "34", 9.0), (flood, "34", 8.0), (padua, "61", 7.0))
    }
    alone = {
        place.article_id: place
        for place in places("How many people were killed?", (flood, "34", 9.0), (padua, "61", 7.0))
    }
    assert likely["padua"].signs._replace(lean_to_best=0, words=0) == alone["padua"].signs._replace(
        lean_to_best=0, words=0
    )
    assert [
        place.article_id for place in places("How many people were killed?", (FIRST, "34", 9.0), (padua, "61", 7.0))
    ] == []


def test_words_that_tell_nothing_do_not_rival_each_other():
    one = report("one", "Ilya Sand of Korvat said he did it for the Korvat market.")
    two = report("two", "Ilya Sand of Korvat said they did it for the Korvat market.")
    assert shown(ask("What set off the fire in Korvat?", (one, "he", 9.0), (two, "they", 8.0))) == []


def test_the_right_words_stand_by_themselves():
    assert holds("They lost to Brown.", "Brown")
    assert not holds("a brown bear", "Brown")
    assert not holds("5,000 workers", "5")
    assert holds("5, and 6", "5")


@pytest.mark.parametrize(
    ("question", "is_for_list"),
    [
        ("Which towns were flooded?", True),
        ("Who were the winners?", True),
        ("Name the winners.", True),
        ("Who won?", False),
        ("Which company won?", False),
        ("Which two towns were flooded?", True),
        ("Which bus crashed?", False),
        ("Which virus caused the outbreak?", False),
        ("Which business won the contract?", False),
        ("Which crisis came first?", False),
        ("Which is the largest?", False),
        ("Which US state voted?", False),
    ],
)
def test_lists_are_known(question, is_for_list):
    assert asks_for_list(question) == is_for_list


HEEDED = {
    "figure": {("lean",), ("words",), ("like",), ("near",)},
    "date": {("lean",)},
    "name": {("lead",), ("words",), ("post",), ("long",)},
    "text": {("lean",), ("long",)},
    "unlike": {("lean",), ("words",), ("long",)},
}


@pytest.mark.parametrize("curves", [CURVES, JUDGED], ids=["not judged", "judged"])
@pytest.mark.parametrize(("curve", "signs"), [(curve, signs) for curve, own in HEEDED.items() for signs in sorted(own)])
def test_what_speaks_for_a_rival_makes_it_likelier(curve, signs, curves):
    plain = Signs(0.5, 0.0, 0.5, 0.2, 0.0)
    more = plain._replace(**dict.fromkeys(signs, 0.9))
    assert 0 < likelihood(plain, curves[curve]) < likelihood(more, curves[curve]) < 1


@pytest.mark.parametrize("curve", JUDGED)
def test_a_verdict_counts_where_there_is_one(curve):
    no, yes = (Signs(0.5, 0.0, 0.5, 0.2, 0.0, judged=bounded(own)) for own in (-3.0, 3.0))
    assert likelihood(no, JUDGED[curve]) < likelihood(yes, JUDGED[curve])
    assert likelihood(no, CURVES[curve]) == likelihood(yes, CURVES[curve])


@pytest.mark.parametrize(("logit", "sign"), [(0.0, 0.0), (3.0, 0.5), (60.0, 1.0), (-60.0, -1.0)])
def test_a_verdict_is_bounded(logit, sign):
    assert bounded(logit) == sign


def test_what_speaks_against_a_rival_makes_it_less_likely():
    plain = Signs(0.5, 0.0, 0.5, 0.2, 0.0)
    for curves in (CURVES, JUDGED):
        assert likelihood(plain._replace(taken=1.0), curves["figure"]) < likelihood(plain, curves["figure"])


def test_two_names_that_both_reports_give_are_two_facts_but_for_the_holders_of_a_post():
    one = report(
        "one", "Anna Berg was killed in the Marden fire, and so was Jon Dahl, said the mayor of Marden.", "2025-03-04"
    )
    two = report(
        "two", "Jon Dahl was killed in the Marden fire, and so was Anna Berg, said the mayor of Marden.", "2025-03-14"
    )
    spans = (one, "Anna Berg", 9.0), (two, "Jon Dahl", 4.0)
    assert shown(ask("Who was killed in the Marden fire?", *spans)) == []
    one = report("one", "Anna Berg leads the Marden brigade, in which Jon Dahl serves too.", "2025-03-04")
    two = report("two", "Jon Dahl, who followed Anna Berg, leads the Marden brigade.", "2025-03-14")
    assert shown(ask("Who leads the Marden brigade?", (one, "Anna Berg", 9.0), (two, "Jon Dahl", 8.0))) != []


@pytest.mark.parametrize("other", ["in the morning", "at 5 p.m.", "overnight"])
def test_a_part_of_the_day_or_an_hour_does_not_rival_a_date(other):
    one = report("one", "The dam of Marden broke on 4 March, said the mayor of Marden, Ilya Sand.", "2025-03-05")
    two = report("two", f"The dam of Marden broke {other}, said the mayor of Marden, Ilya Sand.", "2025-03-05")
    assert shown(ask("When did the dam of Marden break?", (one, "on 4 March", 9.0), (two, other, 8.5))) == []


def test_what_is_of_another_kind_may_rival_but_comes_not_first():
    question = "How many boys were trapped in the cave of Marden?"
    one = report("one", "Nine boys were trapped in the cave of Marden, said Ilya Sand of Korvat.", "2025-03-04")
    two = report(
        "two", "In the cave of Marden Ilya Sand of Korvat found the whole football team trapped.", "2025-03-14"
    )
    spans = [found(one, "Nine", 9.0), found(two, "the whole football team", 9.0)]
    verdicts = {("two", spans[1].span.start, spans[1].span.end): 6.0}
    own = weighed(question, spans, {"one": one, "two": two}, verdicts=verdicts)
    assert shown(own) == [("superseded", ["the whole football team", "Nine"])]
    assert own.answers[0].text == "Nine"


def test_what_seems_to_count_something_else_is_a_rival_only_if_the_judge_says_so():
    users = report("users", "The Korvat app moves money for 11 million people, said Hedda Brink of Tolvik.")
    accounts = report(
        "accounts", "The Korvat app has 14 million accounts by now, said Hedda Brink of Tolvik.", "2025-03-14"
    )
    spans = [found(users, "11 million", 9.0), found(accounts, "14 million", 5.0)]
    articles, place = {"users": users, "accounts": accounts}, ("accounts", spans[1].span.start, spans[1].span.end)
    question = "How many people use the Korvat app?"
    assert shown(weighed(question, spans, articles, verdicts={})) == []
    assert shown(weighed(question, spans, articles, verdicts={place: -6.0})) == []
    own = weighed(question, spans, articles, verdicts={place: 6.0})
    assert shown(own) == [("superseded", ["14 million", "11 million"])]


def test_whom_something_else_befell_is_no_rival_whatever_the_judge_says():
    hurt = report("hurt", "The Korvat fire injured 31 workers, said Hedda Brink of Tolvik.")
    dead = report("dead", "The Korvat fire killed 22 workers, said Hedda Brink of Tolvik.", "2025-03-14")
    spans = [found(hurt, "31", 9.0), found(dead, "22", 5.0)]
    place = ("dead", spans[1].span.start, spans[1].span.end)
    question = "How many people were injured in the Korvat fire?"
    assert shown(weighed(question, spans, {"hurt": hurt, "dead": dead}, verdicts={place: 9.0})) == []


def test_an_answer_that_seems_to_count_something_else_has_rivals_only_if_the_judge_says_so():
    one = report("one", "The Korvat library has 310 shelves, said Hedda Brink of Tolvik.")
    two = report("two", "The Korvat library has 420 shelves, said Hedda Brink of Tolvik.")
    spans = [found(one, "310", 9.0), found(two, "420", 9.0)]
    place = ("two", spans[1].span.start, spans[1].span.end)
    question = "How many people use the Korvat library?"
    assert shown(weighed(question, spans, {"one": one, "two": two}, verdicts={})) == []
    assert len(shown(weighed(question, spans, {"one": one, "two": two}, verdicts={place: 6.0}))) == 1


def test_what_is_no_figure_rivals_an_answer_that_counts_something_else_only_if_the_judge_says_so():
    one = report("one", "The Korvat library has 310 shelves, said Hedda Brink of Tolvik.")
    two = report("two", "The Korvat library has hundreds of readers, said Hedda Brink of Tolvik.")
    spans = [found(one, "310", 9.0), found(two, "hundreds of readers", 9.0)]
    assert shown(weighed("How many people use the Korvat library?", spans, {"one": one, "two": two}, verdicts={})) == []


def test_a_report_agrees_also_where_its_figure_seems_to_count_something_else():
    one = report("one", "The quake killed 34 people in Tolvik, said Hedda Brink.")
    two = report(
        "two", "The quake wounded 34 in Tolvik, said Hedda Brink. A bus with 29 people was buried by the quake."
    )
    spans = [found(one, "34", 9.0), found(two, "34", 8.0), found(two, "29", -4.0)]
    own = weighed("How many did the quake kill in Tolvik?", spans, {"one": one, "two": two}, verdicts={})
    assert shown(own) == []


def test_a_place_that_suits_one_report_of_the_answer_is_not_doubted_for_another_ones_sake():
    one = report("one", "The toll stood at 34, officials of Tolvik said, after the quake.")
    two = report("two", "The quake left 40 people dead in Tolvik, said Hedda Brink of the rescuers.")
    spans = [found(one, "34", 9.0), found(two, "40", 8.0)]
    question, articles = "How many people did the quake hit in Tolvik?", {"one": one, "two": two}
    assert len(shown(weighed(question, spans, articles, verdicts={}))) == 1


def test_no_one_is_a_number_where_people_are_counted():
    one = report("one", "Nine people were injured in the Korvat cable car, said Hedda Brink of Tolvik.")
    two = report("two", "No one was injured in the Korvat cable car, said Hedda Brink of Tolvik, and no more.")
    question = "How many people were injured in the Korvat cable car?"
    assert shown(ask(question, (one, "Nine", 9.0), (two, "No one", 8.0))) == [("differs", ["Nine", "No one"])]
    assert shown(ask(question, (one, "Nine", 9.0), (two, "no more", 8.0))) == []
    cost = report("cost", "The Korvat cable car cost 3 million dollars, said Hedda Brink of Tolvik.")
    assert (
        shown(ask("What did the Korvat cable car cost?", (cost, "3 million dollars", 9.0), (two, "No one", 8.0))) == []
    )


def test_a_table_twice_as_long_takes_twice_the_work():
    one = report("one", "The Korvat farm had a yield of 1,212 tonnes of barley.")

    def weigh_table(rows):
        table = "Yields in Korvat in tonnes: " + " ".join(
            f"{'barley' if row % 2 else 'maize'} farm {1000 + row}" for row in range(rows)
        )
        question = "How many tonnes of barley did the Korvat farm yield?"
        places(question, (one, "1,212 tonnes", 9.0), (report("two", table), "1005", -3.0))

    weigh_table(20)  # what is done once
    assert work(weigh_table, 800) < 2.5 * work(weigh_table, 400)
