"""``ragqa train`` as a user calls it."""

import json

import pytest
from small_run import rows, write_encoder, write_rows

from ragqa.cli import main
from ragqa.reading import ExtractiveReader
from ragqa.records import Passage

LENGTHS = ["--max-length", "64", "--batch-tokens", "512"]


@pytest.fixture
def ragqa(capsys):
    """Run a command in this process; return exit status, standard output and standard error."""

    def run(*arguments):
        with pytest.raises(SystemExit) as ended:
            main([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        return ended.value.code, out, err

    return run


def test_a_reader_is_trained_and_used(ragqa, tmp_path):
    data = write_rows(tmp_path / "reports.jsonl")
    encoder = write_encoder(tmp_path / "encoder")
    options = ["--data", data, "--start", encoder, "--out", tmp_path / "mine", *LENGTHS, "--learning-rate", "0.003"]
    status, out, err = ragqa("train", "reader", *options, "--exchanged", "0.2", "--licence", "CC0", "--json")
    assert (status, err) == (0, "")
    card = json.loads(out)
    assert card == json.loads((tmp_path / "mine" / "reader.json").read_text(encoding="utf-8"))
    assert (card["name"], card["licence"]) == ("mine", "CC0")
    assert (card["training"]["max_length"], card["training"]["unanswerable"] > 0) == (64, True)
    reader = ExtractiveReader.from_pretrained(tmp_path / "mine")
    report = rows(1)[0]["context"]
    passage = Passage(id="p", article_id="a", text=report, start=0, end=len(report))
    assert reader.read("How many people died?", [passage])[0]


def test_a_reader_learns_from_a_teacher(ragqa, tmp_path):
    data = write_rows(tmp_path / "reports.jsonl", rows(20))
    encoder = write_encoder(tmp_path / "encoder")
    common = ["train", "reader", "--data", data, "--start", encoder, *LENGTHS, "--json"]
    assert ragqa(*common, "--out", tmp_path / "teacher")[0] == 0
    taught = [
        *common,
        "--out",
        tmp_path / "mine",
        "--teacher",
        tmp_path / "teacher",
        "--teacher-share",
        "0.4",
        "--cut",
        "1",
    ]
    status, out, _ = ragqa(*taught)
    assert status == 0
    training = json.loads(out)["training"]
    assert (training["teacher"]["name"], training["teacher_share"]) == ("teacher", 0.4)
    status, _, err = ragqa(*common, "--out", tmp_path / "other", "--teacher-share", "0.4")
    assert status == 2
    assert "name one with --teacher" in " ".join(err.split())


def test_without_json_the_figures_and_the_next_step_are_told(ragqa, tmp_path):
    write_encoder(tmp_path / "encoder")
    data = write_rows(tmp_path / "reports.jsonl", rows(20))
    status, out, _ = ragqa(
        "train", "reader", "--data", f"{data}:10", "--start", tmp_path / "encoder", "--out", tmp_path / "mine", *LENGTHS
    )
    assert status == 0
    lines = out.splitlines()
    assert lines[0].startswith("mine: 1 steps, ")
    assert lines[1].startswith("development: questions ")
    assert lines[2] == f"Use it with --reader {tmp_path / 'mine'}"


def test_answers_that_do_not_match_are_told_or_refused(ragqa, tmp_path):
    made = rows(10)
    made[0]["answers"][0]["answer_start"] += 2
    data = write_rows(tmp_path / "reports.jsonl", made)
    write_encoder(tmp_path / "encoder")
    options = ["train", "reader", "--data", data, "--start", tmp_path / "encoder", "--out", tmp_path / "mine", *LENGTHS]
    options += ["--dev-questions", "0"]
    status, _, err = ragqa(*options, "--strict")
    assert status == 2
    assert "answers that don't match their contexts: 1, in 10 questions" in err
    assert not (tmp_path / "mine").exists()
    status, _, err = ragqa(*options)
    assert status == 0
    assert "They are left out" in err


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["train", "reader", "--data", "nothing.jsonl", "--out", "out"], "nothing.jsonl can't be read"),
        (["train", "calibrate", "gold.jsonl", "--reader", "nowhere"], "nowhere"),
        (["train", "export", "nowhere", "--out", "out", "--card", "card.json"], "card.json can't be read as JSON"),
    ],
)
def test_what_is_not_there_is_wrong_use(ragqa, tmp_path, monkeypatch, options, told):
    monkeypatch.chdir(tmp_path)
    status, _, err = ragqa(*options)
    assert status == 2
    assert told in " ".join(err.split())
