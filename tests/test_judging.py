"""What is judged beside the best answer, and what a verdict does."""

from hypothesis import given
from hypothesis import strategies as st
from weighing import CALIBRATION, found, shown

from ragqa.answering import compose
from ragqa.conflicts import weigh
from ragqa.judging import judged, pair_of, pairs_to_judge
from ragqa.reading import Marked, Pair
from ragqa.records import Article
from ragqa.rivals import Evidence
from ragqa.rivals.elsewhere import SHOWN, Place, may_be_shown
from ragqa.rivals.likely import CURVES, JUDGED, Signs, bounded, likelihood

QUAKE = Article(
    id="quake",
    text="A quake shook the island of Tolvik on Monday. It killed 12 people in Tolvik, the mayor Hedda Brink said.",
    published_at="2025-03-04",
)
LATER = Article(
    id="later",
    text="It rained. Tolvik buries its dead. The quake has taken 19 people, Hedda Brink said in Tolvik.",
    published_at="2025-03-09",
)
QUESTION = "How many people did the quake kill?"
PLACE = ("later", LATER.text.index("19"), LATER.text.index("19") + len("19"))


def evidence(*spans, question=QUESTION):
    candidates = [found(*own) for own in spans]
    articles = {own.id: own for own in (QUAKE, LATER)}
    answers, _ = compose(candidates, articles, top_k=9, calibration=CALIBRATION)
    return Evidence(question, candidates, articles, CALIBRATION, answers=answers)


def test_a_place_that_may_be_a_rival_is_judged_beside_the_sentence_of_the_answer():
    asked = pairs_to_judge(evidence((QUAKE, "12", 9.0), (LATER, "19", -3.0)))
    answer = Marked("It killed ", "12", " people in Tolvik, the mayor Hedda Brink said.")
    other = Marked("Tolvik buries its dead. The quake has taken ", "19", " people, Hedda Brink said in Tolvik.")
    assert asked == {PLACE: Pair(QUESTION, answer, other)}


def test_nothing_is_judged_without_an_answer_or_where_nothing_can_rival_it():
    assert pairs_to_judge(evidence((QUAKE, "12", -1.0), (LATER, "19", -3.0))) == {}
    names = evidence((QUAKE, "Hedda Brink", 9.0), (LATER, "Tolvik", 5.0), question="Which people spoke of the quake?")
    assert pairs_to_judge(names) == {}


def test_a_verdict_shows_a_rival_or_hides_one_and_changes_no_answer():
    own = evidence((QUAKE, "12", 9.0), (LATER, "19", -3.0))
    yes, no = weigh(own.judged({PLACE: 9.0})), weigh(own.judged({PLACE: -9.0}))
    assert shown(yes) == [("superseded", ["19", "12"])]
    assert shown(no) == []
    assert yes.answers == no.answers == weigh(own).answers


def test_a_verdict_on_what_is_an_answer_too_decides_what_comes_first():
    own = evidence((QUAKE, "12", 9.0), (LATER, "19", 7.0))
    yes, no = weigh(own.judged({PLACE: 9.0})), weigh(own.judged({PLACE: -9.0}))
    assert (shown(yes), [answer.text for answer in yes.answers]) == ([("superseded", ["19", "12"])], ["19", "12"])
    assert (shown(no), [answer.text for answer in no.answers]) == ([], ["12", "19"])


def test_answers_are_ordered_by_what_is_judged_without_hints():
    own = evidence((QUAKE, "12", 9.0), (LATER, "19", 7.0))
    hinted = weigh(own.judged({PLACE: 9.0}, without_hints=set()))
    assert hinted.answers == weigh(own).answers


def test_every_piece_of_evidence_gets_its_own_verdicts():
    found = [evidence((QUAKE, "12", 9.0), (LATER, "19", score)) for score in (-3.0, 5.0)]
    nothing = evidence((QUAKE, "12", -1.0), (LATER, "19", -3.0))
    asked = []

    def judge(pairs):
        asked.extend(pairs)
        return [1.0, 2.0]

    verdicts = [own.verdicts for own in judged([found[0], nothing, found[1]], judge)]
    assert verdicts == [{PLACE: 1.0}, {}, {PLACE: 2.0}]
    assert len(asked) == 2


def test_six_places_are_judged_at_most_and_first_the_likeliest_of_each_report():
    figures = " ".join(f"The quake has taken {number} people in Tolvik, Hedda Brink said." for number in range(19, 28))
    table = LATER.model_copy(update={"text": figures})
    third = LATER.model_copy(update={"id": "third"})
    candidates = [found(QUAKE, "12", 9.0), found(table, "19", 3.0), found(third, "19", -7.0)]
    articles = {own.id: own for own in (QUAKE, table, third)}
    answers, _ = compose(candidates, articles, top_k=9, calibration=CALIBRATION)
    asked = pairs_to_judge(Evidence(QUESTION, candidates, articles, CALIBRATION, answers=answers))
    assert len(asked) == 6
    assert {name for name, _, _ in asked} == {"later", "third"}


@given(
    curve=st.sampled_from(sorted(CURVES)),
    signs=st.builds(Signs, *[st.floats(-1, 1)] * (len(Signs._fields) - 1), judged=st.just(0.0)),
    is_doubted=st.booleans(),
    verdict=st.one_of(st.none(), st.floats(-20, 20)),
)
def test_what_is_not_judged_because_no_verdict_could_show_it_is_not_shown(curve, signs, is_doubted, verdict):
    place = Place("one", 0, 1, None, curve, False, signs, is_doubted, False, likelihood(signs, CURVES[curve]))
    if may_be_shown(place):
        return
    if verdict is not None:
        told = signs._replace(judged=bounded(verdict))
        place = place._replace(is_judged=True, likelihood=likelihood(told, JUDGED[curve]))
    assert not place.counts or place.likelihood < SHOWN


def test_a_place_that_no_verdict_could_show_is_not_judged():
    later = LATER.model_copy(update={"text": "Tolvik mourns a great many, Hedda Brink said after the quake."})
    candidates = [found(QUAKE, "12", 9.0), found(later, "a great many", -5.0)]
    articles = {own.id: own for own in (QUAKE, later)}
    answers, _ = compose(candidates, articles, top_k=9, calibration=CALIBRATION)
    own = Evidence(QUESTION, candidates, articles, CALIBRATION, answers=answers)
    assert (len(pairs_to_judge(own)), len(pairs_to_judge(own, hopeless=True))) == (0, 1)


def test_of_a_sentence_without_end_what_is_near_is_judged():
    text = "died " * 30_000
    pair = pair_of("How many?", QUAKE.text, (0, 1), text, (75_000, 75_004))
    assert max(map(len, pair.other)) <= 1_000


def test_the_first_sentence_of_a_report_has_none_before_it():
    text = "In all 19 died.  It rained."
    assert pair_of("How many?", QUAKE.text, (0, 1), text, (7, 9)).other == Marked("In all ", "19", " died.")
