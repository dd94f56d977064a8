"""Runs and predictions as files."""

import json

import pytest
from judged import FLOOD, HOW_MANY, NOBODY, answer, hit, judged, run_of

from ragqa.errors import SettingError
from ragqa.evaluation.judging import Best
from ragqa.evaluation.run_file import read_run, write_predictions, write_run
from ragqa.evaluation.squad import score_squad20

HITS = [hit(FLOOD, 1)]


def run():
    return run_of(
        [
            judged(HOW_MANY, [answer(FLOOD, "43", 3.0)], HITS),
            judged(NOBODY, [], HITS, best=Best("Monday", -3.0)),
            judged(NOBODY._replace(id="nothing-found"), [], []),
        ]
    )


def test_what_is_written_is_read_back(tmp_path):
    written = run()
    path = write_run(written, tmp_path / "made" / "here")
    assert path == tmp_path / "made" / "here" / "run.json"
    assert read_run(path) == read_run(path.parent) == written
    assert [file.name for file in path.parent.iterdir()] == ["run.json"]


def test_predictions_are_what_the_official_scorer_reads(tmp_path):
    files = write_predictions(run(), tmp_path / "news.json")
    assert [path.name for path in files] == ["news.json", "news.na.json", "news.best.json"]
    predictions, no_answer, best = (json.loads(path.read_text(encoding="utf-8")) for path in files)
    assert predictions == {"toll": "43", "none": "", "nothing-found": ""}
    assert best == {"toll": "43", "none": "Monday", "nothing-found": ""}
    assert no_answer == {"toll": 0.125, "none": 0.875, "nothing-found": 1.0}
    gold = {row["id"]: row["gold"] for row in run()["questions"]}
    assert score_squad20(gold, predictions)["exact"] == 100.0
    assert score_squad20(gold, best, no_answer)["best_exact"] == 100.0


def test_a_name_without_suffix_gets_one_beside_it(tmp_path):
    assert [path.name for path in write_predictions(run(), tmp_path / "P")] == ["P", "P.na.json", "P.best.json"]


def test_a_ranking_has_no_predictions(tmp_path):
    with pytest.raises(SettingError, match="answers nothing"):
        write_predictions(run_of([judged(HOW_MANY, [], HITS)], kind="retrieval"), tmp_path / "p.json")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda run: run.clear(), "is no run"),
        (lambda run: run.update(ragqa_run=2), "newer ragqa"),
        (lambda run: run.pop("figures"), "'figures' is missing"),
        (lambda run: run.update(questions={}), "'questions' is missing or of another type"),
        (lambda run: run["questions"][0].pop("metrics"), "is not whole: expected id, question"),
        (lambda run: run["figures"].update(f1=3), "is not whole: expected value, low, high, unit in 3"),
    ],
)
def test_a_broken_run_is_named_with_what_is_wrong(tmp_path, change, message):
    broken = run()
    change(broken)
    (tmp_path / "run.json").write_text(json.dumps(broken), encoding="utf-8")
    with pytest.raises(SettingError, match=message) as caught:
        read_run(tmp_path)
    assert "run.json" in str(caught.value)


@pytest.mark.parametrize("content", ["not json", "[]", "\udcff"])
def test_what_is_no_run_is_said_to_be_none(tmp_path, content):
    path = tmp_path / "run.json"
    path.write_bytes(content.encode("utf-8", "surrogateescape"))
    with pytest.raises(SettingError, match=r"ragqa eval \.\.\. --report DIR"):
        read_run(path)


def test_a_place_that_can_not_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    with pytest.raises(SettingError, match=r"file.run\.json can't be written"):
        write_run(run(), tmp_path / "file")
