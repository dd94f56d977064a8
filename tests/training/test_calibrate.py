import json
import shutil

import numpy as np
import pytest
from small_run import PLACES, rows, write_rows

from ragqa.calibration import Calibration, Grounds, Weights
from ragqa.errors import SettingError
from ragqa.reading import ExtractiveReader
from ragqa.reading.reader import DEFAULT_READER
from ragqa.training.calibrate import calibrate_reader
from ragqa.training.fitting import NOTHING, Found, calibration_error, confidences, fit, measure

UNFITTED = Calibration(temperature=1.0, offset=0.0, runner_up=0.0, margin=0.0, fitted_on="", error=0.0)


def found(count=4000, seed=0, *, temperature=2.0, offset=3.0, runner_up=1.5):
    """Return answers whose chance to be right is that of a known curve, half of them to questions without an answer."""
    draw = np.random.default_rng(seed)
    scores = draw.uniform(-4, 12, count)
    is_best = np.arange(count) % 2 == 0
    chance = 1 / (1 + np.exp(-(scores - offset - runner_up * ~is_best) / temperature))
    is_right = draw.uniform(size=count) < chance
    is_answerable = is_right | (draw.uniform(size=count) < 0.5)
    grounds = np.full((count, len(Weights._fields)), np.nan)
    return Found(scores, is_right, is_best, is_answerable, np.arange(count).astype(str), np.full(count, "0"), grounds)


def with_lead(some, seed=5, *, worth=1.5):
    """Return the answers, each with a lead drawn anew that makes it the likelier to be right."""
    draw = np.random.default_rng(seed)
    lead = draw.uniform(-2, 2, len(some.scores))
    chance = 1 / (1 + np.exp(-(some.scores - 3.0 - 1.5 * ~some.is_best + worth * lead) / 2.0))
    grounds = some.grounds.copy()
    grounds[:, Weights._fields.index("lead")] = lead
    return some._replace(is_right=draw.uniform(size=len(lead)) < chance, grounds=grounds)


def test_the_curve_that_the_answers_were_drawn_from_is_found():
    fitted = fit(found(40_000), UNFITTED, "an example")
    assert fitted.temperature == pytest.approx(2.0, abs=0.1)
    assert fitted.offset == pytest.approx(3.0, abs=0.15)
    assert fitted.runner_up == pytest.approx(1.5, abs=0.15)


def test_what_grounds_are_worth_is_found_and_what_says_nothing_is_worth_nothing():
    fitted = fit(with_lead(found(40_000)), UNFITTED, "an example")
    assert fitted.grounds.lead.weight == pytest.approx(1.5, abs=0.15)
    assert fitted.grounds.sources == (0.0, 0.0)
    sure, unsure = (fitted.confidence(3.0, grounds=Grounds(lead=lead)) for lead in (2.0, -2.0))
    assert sure > fitted.confidence(3.0) > unsure


def test_grounds_tell_right_answers_from_wrong_ones_of_the_same_score():
    blind, seeing = fit(found(8000), UNFITTED, ""), fit(with_lead(found(8000)), UNFITTED, "")
    apart = with_lead(found(8000, seed=1), seed=6)
    figures = {name: measure(apart, own)["brier_score"] for name, own in (("blind", blind), ("seeing", seeing))}
    assert figures["seeing"] < figures["blind"] - 0.01


def test_what_is_fitted_and_measured_is_the_confidence_that_is_given():
    some = with_lead(found(400))
    fitted = fit(some, UNFITTED, "an example")
    given = [
        fitted.confidence(score, is_best=is_best, grounds=Grounds(lead=lead))
        for score, is_best, lead in zip(some.scores, some.is_best, some.grounds[:, 0], strict=True)
    ]
    assert confidences(fitted, some) == pytest.approx(given, abs=1e-9)


def test_its_error_on_others_is_small_and_that_of_a_wrong_curve_is_not():
    fitted = fit(found(seed=0), UNFITTED, "an example")
    apart = found(seed=1)
    assert measure(apart, fitted)["calibration_error"] < 0.05
    wrong = Calibration(temperature=2.0, offset=9.0, runner_up=0.0, margin=0.0, fitted_on="", error=0.0)
    assert measure(apart, wrong)["calibration_error"] > 0.3


def test_a_margin_for_a_target_lets_that_share_of_right_answers_pass():
    fitted = fit(found(seed=0), UNFITTED, "an example")
    figures = measure(found(seed=1), fitted)
    assert figures["right_at_target_0.8"] == pytest.approx(0.8, abs=0.05)
    assert figures["right_at_target_0.9"] == pytest.approx(0.9, abs=0.05)
    assert figures["answered_at_target_0.9"] < figures["answered_at_target_0.8"]
    margins = [fitted.for_precision(target).margin for target in (0.6, 0.7, 0.8, 0.9)]
    assert margins == sorted(margins)
    with pytest.raises(SettingError, match="is the most"):
        fitted.for_precision(0.9999)


def test_an_asking_without_an_answer_is_no_answer():
    some = found(400)
    none = Found(*(np.concatenate([values, values[:40]]) for values in some))
    none.scores[400:] = NOTHING
    none.is_right[400:] = False
    assert (fit(none, UNFITTED, "").temperature, fit(none, UNFITTED, "").offset) == (
        fit(some, UNFITTED, "").temperature,
        fit(some, UNFITTED, "").offset,
    )
    assert measure(none, fit(some, UNFITTED, ""))["askings"] == measure(some, fit(some, UNFITTED, ""))["askings"] + 20


def test_too_few_answers_are_refused():
    with pytest.raises(SettingError, match="at least 20 right and 20 wrong answers"):
        fit(found(30), UNFITTED, "")


def test_the_error_is_the_gap_between_confidence_and_share():
    assert calibration_error(np.full(30, 0.75), np.arange(30) % 2 == 0) == pytest.approx(0.25, abs=0.03)
    assert calibration_error(np.zeros(0), np.zeros(0, dtype=bool)) == 0.0


def test_a_calibration_survives_its_card():
    fitted = fit(found(), UNFITTED, "an example")
    assert Calibration.of(json.loads(json.dumps(fitted.as_dict()))) == fitted
    assert fitted.precisions


@pytest.mark.slow
def test_a_reader_is_calibrated_on_questions_asked_of_an_index(tmp_path, monkeypatch):
    monkeypatch.setenv("RAGQA_CACHE", str(tmp_path / "cache"))
    reader = tmp_path / "reader"
    shutil.copytree(DEFAULT_READER, reader)
    by_place = {row["title"]: row for row in rows(1000)}
    gold = write_rows(tmp_path / "reports.jsonl", [*by_place.values()])
    askings = tmp_path / "askings.npz"
    with pytest.raises(SettingError, match="ask more questions"):
        calibrate_reader([gold], reader, questions=5)
    report = calibrate_reader([gold], reader, questions=100, askings=askings)
    assert report["kept_apart"]["askings"] == 2 * (len(PLACES) * 2 // 3)  # two of three articles, each asked twice
    assert ExtractiveReader.from_pretrained(reader).calibration.as_dict() == report["calibration"]
    assert calibrate_reader([gold], reader, questions=100, askings=askings) == report
    given = calibrate_reader([gold], reader, questions=100, askings=askings, margin=1.25)
    assert given["calibration"] == {**report["calibration"], "margin": 1.25, "error": given["calibration"]["error"]}
    assert ExtractiveReader.from_pretrained(reader).calibration.margin == 1.25


def test_a_question_that_several_reports_answer_has_the_answers_of_all(tmp_path, monkeypatch):
    monkeypatch.setenv("RAGQA_CACHE", str(tmp_path / "cache"))
    reader = tmp_path / "reader"
    shutil.copytree(DEFAULT_READER, reader)
    first = {row["title"]: row for row in rows(1000)}
    files = [
        write_rows(tmp_path / "reports.jsonl", [*first.values(), *map(told_later, first.values())]),
        write_rows(tmp_path / "others.jsonl", [*first.values()]),
    ]
    report = calibrate_reader(files, reader, questions=100)
    of_each = report["kept_apart_of_each"]
    # Once in each file, with its answers and without; two of three articles are kept apart.
    assert report["kept_apart"]["askings"] == 2 * 2 * (len(first) * 2 // 3)
    assert {name: own["askings"] for name, own in of_each.items()} == dict.fromkeys(
        ("reports.jsonl", "others.jsonl"), report["kept_apart"]["askings"] // 2
    )


def told_later(row):
    """Return the question of a report, asked of a later one that gives another figure."""
    dead = row["answers"][0]["text"]
    context = row["context"].replace(f"At least {dead} ", f"At least {int(dead) + 100} ")
    return {
        **row,
        "id": f"{row['id']}-later",
        "context": context,
        "answers": [{"text": str(int(dead) + 100), "answer_start": 9}],
    }
