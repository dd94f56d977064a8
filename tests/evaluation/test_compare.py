"""Two runs against each other: what got better and worse, what is chance, and the gate."""

import logging

import pytest
from judged import FIRE, FLOOD, HOW_MANY, NOBODY, WHO, answer, hit, judged, run_of

from ragqa.errors import SettingError
from ragqa.evaluation.compare import compare_runs, drops
from ragqa.evaluation.gate import below_floor, parse_bounds

BOTH = [hit(FLOOD, 1), hit(FIRE, 2)]
RIGHT = [answer(FLOOD, "43", 3.0)]
NEARLY = [answer(FLOOD, "At least 43 people", 3.0)]
WRONG = [answer(FLOOD, "Monday", 3.0)]


def run_with(*answers, name="news", **options):
    rows = [judged(HOW_MANY._replace(id=str(number)), own, BOTH) for number, own in enumerate(answers)]
    rows = [row | {"group": f"article {number}"} for number, row in enumerate(rows)]
    return run_of([*rows, judged(NOBODY, [], BOTH)], name=name, **options)


def test_questions_are_told_apart_by_what_became_of_them():
    comparison = compare_runs(run_with(WRONG, RIGHT, NEARLY, RIGHT), run_with(RIGHT, WRONG, RIGHT, RIGHT, name="new"))
    assert (comparison["a"], comparison["b"], comparison["questions"], comparison["measure"]) == (
        "news",
        "new",
        5,
        "f1",
    )
    # The largest change first.
    assert [(change["id"], change["b"]) for change in comparison["better"]] == [("0", 1.0), ("2", 1.0)]
    (worse,) = comparison["worse"]
    assert (worse["id"], worse["a"], worse["b"]) == ("1", 1.0, 0.0)
    assert (worse["prediction_a"], worse["prediction_b"]) == ("43", "Monday")
    assert (worse["cause_a"], worse["cause_b"]) == (None, "retrieved_not_read")


def test_differences_are_those_of_the_figures():
    a, b = run_with(WRONG, RIGHT, NEARLY, RIGHT), run_with(RIGHT, WRONG, RIGHT, RIGHT)
    found = compare_runs(a, b)["figures"]
    assert found["f1"]["difference"] == pytest.approx(100 * (1 - 6 / 7) / 5)
    for name, difference in found.items():
        assert difference["a"] == pytest.approx(a["figures"][name]["value"])
        assert difference["b"] == pytest.approx(b["figures"][name]["value"])
    # Every figure that both runs have a value for is compared, those that are no means too.
    defined = [name for name in a["figures"] if a["figures"][name]["value"] is not None]
    assert {"aurc", "best_f1"} < set(found) == set(defined)


def test_a_difference_in_every_question_is_no_chance_and_none_is_all_chance():
    better = compare_runs(run_with(*[WRONG] * 20), run_with(*[RIGHT] * 20))["figures"]["f1"]
    assert better["p"] < 0.01
    assert 0 < better["low"] <= better["difference"] <= better["high"]
    one = compare_runs(run_with(*[WRONG] * 20), run_with(RIGHT, *[WRONG] * 19))["figures"]["f1"]
    assert one["p"] > 0.2
    same = compare_runs(run_with(RIGHT, WRONG), run_with(RIGHT, WRONG))["figures"]["f1"]
    assert (same["difference"], same["low"], same["high"], same["p"]) == (0.0, 0.0, 0.0, 1.0)


def test_only_questions_of_both_runs_are_compared(caplog):
    a, b = run_with(RIGHT, RIGHT, RIGHT), run_with(WRONG, sha256="1" * 64)
    with caplog.at_level(logging.WARNING):
        comparison = compare_runs(a, b)
    assert (comparison["questions"], comparison["only_a"], comparison["only_b"]) == (2, 2, 0)
    assert comparison["figures"]["f1"]["a"] == 100.0
    assert "different gold files" in caplog.text


def test_answers_that_changed_between_the_runs_are_said(caplog):
    a, b = run_with(RIGHT), run_with(RIGHT)
    b["questions"][0]["gold"] = ["44"]
    with caplog.at_level(logging.WARNING):
        compare_runs(a, b)
    assert "1 questions, such as '0', have other answers" in caplog.text


def test_rankings_are_compared_by_their_first_gold_passage():
    first, second = [hit(FLOOD, 1), hit(FIRE, 2)], [hit(FIRE, 1), hit(FLOOD, 2)]
    runs = [run_of([judged(HOW_MANY, [], hits), judged(WHO, [], hits)], kind="retrieval") for hits in (first, second)]
    comparison = compare_runs(*runs)
    assert comparison["measure"] == "mrr"
    assert [(change["id"], change["a"], change["b"]) for change in comparison["worse"]] == [("toll", 1.0, 0.5)]
    assert [change["id"] for change in comparison["better"]] == ["who"]


def test_runs_that_can_not_be_compared_say_so():
    with pytest.raises(SettingError, match="a qa run and a retrieval run"):
        compare_runs(run_with(RIGHT), run_of([judged(WHO, [], BOTH)], kind="retrieval"))
    with pytest.raises(SettingError, match="no question in common"):
        compare_runs(run_with(RIGHT), run_of([judged(WHO, [], BOTH)]))


def test_a_drop_beyond_the_bound_fails():
    comparison = compare_runs(run_with(*[RIGHT] * 4), run_with(WRONG, *[RIGHT] * 3))  # from 100 to 80
    assert drops(comparison, {"f1": 20}) == []
    assert drops(comparison, {"f1": 19.9, "exact_match": 25}) == [
        "f1 got worse by 20.00, more than 19.9 (from 100.00 to 80.00)"
    ]
    # Of figures that are better the lower they are, a rise is a drop.
    assert "aurc got worse" in drops(comparison, {"aurc": 1})[0]
    assert drops(compare_runs(run_with(WRONG), run_with(RIGHT)), {"f1": 0, "aurc": 0}) == []
    with pytest.raises(SettingError, match="no figure 'f2' in common"):
        drops(comparison, {"f2": 1})


def test_a_figure_below_its_floor_fails():
    figures = run_with(RIGHT, WRONG, WRONG)["figures"]
    assert below_floor(figures, {"f1": 50, "recall_at_1": 100}) == []
    assert below_floor(figures, {"f1": 50.1}) == ["f1 is 50.00, below 50.1"]


def test_a_gate_that_can_not_fail_is_refused():
    figures = run_with(RIGHT)["figures"]
    with pytest.raises(SettingError, match="no figure 'F1' to hold against 70; it has exact_match, f1"):
        below_floor(figures, {"F1": 70})
    with pytest.raises(SettingError, match="aurc is better the lower it is"):
        below_floor(figures, {"aurc": 5})
    figures["f1"]["value"] = None
    with pytest.raises(SettingError, match="no figure 'f1'"):
        below_floor(figures, {"f1": 70})


@pytest.mark.parametrize("text", ["f1", "f1=", "f1=high", "=70", "70", "f1=nan", "f1=inf"])
def test_a_bound_is_a_figure_and_a_number(text):
    with pytest.raises(SettingError, match="expected a figure and a number such as f1=70"):
        parse_bounds([text])
