"""All questions of a run: figures that equal the official ones, curves and tables."""

import pytest
from judged import CALIBRATION, FIRE, FLOOD, HOW_MANY, NOBODY, WHO, answer, hit, judged

from ragqa.evaluation.judging import Best
from ragqa.evaluation.questions import GoldQuestion
from ragqa.evaluation.squad import score_squad11, score_squad20
from ragqa.evaluation.summary import curves_of, figures_of, tables_of

BOTH = [hit(FLOOD, 1), hit(FIRE, 2)]


def some(*, has_unanswerable=True):
    options = {"has_unanswerable": has_unanswerable, "calibration": CALIBRATION}
    rows = [
        judged(HOW_MANY, [answer(FLOOD, "At least 43 people", 3.0)], BOTH, **options),
        judged(WHO, [answer(FIRE, "Lahaina", 2.0), answer(FIRE, "Rita Alvarez", 1.0)], BOTH, **options),
        judged(WHO._replace(id="late"), [], BOTH, best=Best("Rita Alvarez", -1.0), **options),
    ]
    if has_unanswerable:
        rows += [
            judged(NOBODY, [answer(FLOOD, "43", 1.5)], BOTH, **options),
            judged(NOBODY._replace(id="none-2"), [], [], **options),
        ]
    return rows


def values(rows, **options):
    return {name: figure["value"] for name, figure in figures_of(rows, resamples=20, **options).items()}


def test_figures_are_those_of_the_official_scorer_of_2_0():
    rows = some()
    gold = {row["id"]: row["gold"] for row in rows}
    official = score_squad20(gold, {row["id"]: row["prediction"] for row in rows})
    found = values(rows, is_ranking=False)
    # Right: the second unanswerable question, and 6/7 of the first.
    assert found["exact_match"] == official["exact"] == 20.0
    assert found["f1"] == official["f1"] == pytest.approx(100 * (6 / 7 + 1) / 5)
    assert found["has_ans_f1"] == official["HasAns_f1"]
    assert found["no_ans_f1"] == official["NoAns_f1"] == 50.0
    best = score_squad20(gold, {row["id"]: row["best"] for row in rows}, {row["id"]: row["no_answer"] for row in rows})
    assert (found["best_exact_match"], found["best_f1"]) == (best["best_exact"], best["best_f1"])
    assert list(found)[:2] == ["exact_match", "f1"]


def test_figures_are_those_of_the_official_scorer_of_1_1():
    rows = some(has_unanswerable=False)
    official = score_squad11({row["id"]: row["gold"] for row in rows}, {row["id"]: row["prediction"] for row in rows})
    found = values(rows, is_ranking=False)
    assert (found["exact_match"], found["f1"]) == (official["exact_match"], official["f1"])
    assert found["f1"] == pytest.approx(100 * (6 / 7 + 0 + 1) / 3)
    assert found["decided_f1"] == pytest.approx(100 * (6 / 7) / 3)
    assert not {"best_f1", "abstention_average_precision", "has_ans_f1"} & set(found)


def test_figures_over_all_questions_worked_by_hand():
    found = values(some(), is_ranking=False)
    # By score: right (3.0), wrong (2.0), wrong (1.5), right but withheld (-1.0), nothing found.
    assert found["aurc"] == pytest.approx(100 * (0 + 1 / 2 + 2 / 3 + 2 / 4 + 3 / 5) / 5)
    assert found["coverage_at_80"] == found["coverage_at_90"] == 20.0
    assert found["abstained"] == 40.0
    assert found["abstention_precision"] == found["abstention_recall"] == 50.0
    # Three answers given with 0.82, 0.73 and 0.68, a bin each: one right.
    assert found["ece"] == pytest.approx(100 * ((1 - 0.8175744762) + 0.7310585786 + 0.6791786992) / 3)
    assert found["recall_at_1"] == pytest.approx(100 / 3)
    assert found["recall_at_2"] == 100.0


def test_every_figure_lies_within_its_interval_and_the_seed_decides_it():
    rows = [
        row | {"group": f"{row['group']} {copy}", "id": f"{row['id']} {copy}"} for copy in range(9) for row in some()
    ]
    first = figures_of(rows, is_ranking=False, resamples=200, seed=1)
    for figure in first.values():
        assert figure["low"] <= figure["value"] <= figure["high"]
    assert figures_of(rows, is_ranking=False, resamples=200, seed=1) == first
    assert figures_of(rows, is_ranking=False, resamples=200, seed=2) != first


def test_a_part_of_a_set_may_hold_no_unanswerable_question():
    rows = some()[:3]
    found = values(rows, is_ranking=False)
    assert found["f1"] == pytest.approx(100 * (6 / 7) / 3)
    assert "no_ans_f1" not in found


def test_a_ranking_says_nothing_of_answers():
    found = values(some(), is_ranking=True)
    assert {"aurc", "ece", "best_f1"}.isdisjoint(found)
    assert found["mrr"] == pytest.approx(100 * (1 + 1 / 2 + 1 / 2) / 3)
    curves = curves_of(some(), is_ranking=True)
    assert (curves["risk_coverage"], curves["reliability"]) == ([], [])


def test_curves_are_shares():
    curves = curves_of(some(), is_ranking=False)
    assert curves["risk_coverage"] == [[0.2, 0.0], [0.4, 0.5], [0.6, pytest.approx(2 / 3)], [0.8, 0.5], [1.0, 0.6]]
    assert [point[2] for point in curves["reliability"]] == [1, 1, 1]
    assert curves["retrieval"][:2] == [[1, pytest.approx(1 / 3), pytest.approx(1 / 3)], [2, 1.0, 1.0]]


def test_a_long_risk_curve_keeps_its_ends():
    rows = [
        judged(HOW_MANY._replace(id=str(number)), [answer(FLOOD, "43", float(number))], BOTH)
        for number in range(1, 501)
    ]
    points = curves_of(rows, is_ranking=False)["risk_coverage"]
    assert len(points) == 200
    assert (points[0], points[-1]) == ([1 / 500, 0.0], [1.0, 0.0])


def test_tables_break_figures_down_the_largest_part_first():
    tables = tables_of(some())
    assert list(tables) == ["question_type", "answer_type", "answer_length", "source"]
    assert list(tables["question_type"]) == ["who", "how many"]
    assert tables["question_type"]["who"]["questions"] == 4
    assert tables["question_type"]["who"]["abstained"] == 2
    assert tables["question_type"]["how many"]["f1"] == pytest.approx(100 * 6 / 7)
    assert tables["answer_type"]["none"]["exact_match"] == 50.0
    assert tables["answer_type"]["none"]["mrr"] is None
    assert sum(row["questions"] for row in tables["source"].values()) == 5


def test_retrieval_curve_of_judged_articles_is_drawn_without_answers():
    question = GoldQuestion("q", "Fires?", (), article_ids=("fire.txt",), gains=(1.0,))
    assert curves_of([judged(question, [], BOTH)], is_ranking=True)["retrieval"][:2] == [[1, 0.0, 0.0], [2, 1.0, 1.0]]
