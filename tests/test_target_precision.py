"""Abstaining as often as a target precision takes."""

from dataclasses import replace

import pytest

from ragqa import Article, ExtractiveReader, Pipeline, SettingError

REPORT = Article(text="Envoys returned to Doha on Monday. Of the 251 people taken hostage, 111 are still held in Gaza.")
QUESTION = "How many hostages are still held in Gaza?"
PRECISIONS = ((0.0, 0.5), (0.5, 0.6), (40.0, 0.95))


@pytest.fixture
def own_reader():
    """A reader whose calibration has three margins."""
    loaded = ExtractiveReader.from_pretrained()
    loaded.calibration = replace(loaded.calibration, precisions=PRECISIONS)
    return loaded


def ask(folder, reader, target):
    with Pipeline.open(folder / "index", reader=reader, target_precision=target) as pipeline:
        pipeline.add(REPORT)
        return pipeline.ask(QUESTION)


def test_a_higher_target_abstains_from_what_a_lower_one_answers(own_reader, tmp_path):
    lower, higher = (ask(tmp_path, own_reader, target) for target in (0.6, 0.9))
    assert lower.answers[0].text == "111"
    assert (higher.abstained, higher.reason) == (True, "low_confidence")


def test_a_timeline_shows_no_answer_that_is_withheld(own_reader, tmp_path):
    report = Article(text=REPORT.text, published_at="2024-08-19")
    for target, shown in ((0.6, ["111"]), (0.9, [])):
        with Pipeline.open(tmp_path / "index", reader=own_reader, target_precision=target) as pipeline:
            pipeline.add(report)
            assert [entry.text for entry in pipeline.timeline(QUESTION).entries] == shown


def test_the_confidence_does_not_depend_on_the_target(own_reader, tmp_path):
    low, lower = (ask(tmp_path, own_reader, target).answers[0] for target in (0.4, 0.6))
    assert low.confidence == lower.confidence
    assert low.score == lower.score


@pytest.mark.parametrize(
    ("target", "told"),
    [(0.99, "95% is the most"), (1.5, "between 0 and 1, got 1.5"), (0.0, "between 0 and 1, got 0.0")],
)
def test_a_target_out_of_reach_is_said(own_reader, tmp_path, target, told):
    with pytest.raises(SettingError, match=told):
        ask(tmp_path, own_reader, target)


def test_without_fitted_precisions_each_answer_is_as_likely_as_the_target(own_reader, tmp_path):
    own_reader.calibration = replace(own_reader.calibration, precisions=())
    found = ask(tmp_path, own_reader, 0.05).answers[0]
    sure = own_reader.calibration.confidence(found.score)  # with grounds as they are on average
    assert ask(tmp_path, own_reader, sure - 0.01).answers[0].text == "111"
    assert ask(tmp_path, own_reader, sure + 0.01).abstained
    margin = own_reader.calibration.for_precision(0.8).margin
    assert own_reader.calibration.confidence(margin) == pytest.approx(0.8)


def test_a_reader_without_a_calibration_has_no_target(own_reader, tmp_path):
    own_reader.calibration = None
    with pytest.raises(SettingError, match="ragqa train calibrate"):
        ask(tmp_path, own_reader, 0.8)
