"""The reader that ragqa carries, and what makes and scores one."""

import hashlib
import json
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from safetensors.numpy import save_file
from tiny_bert import CONFIG, PACKAGED, tiny_weights

from ragqa import ExtractiveReader, Passage
from ragqa.bert import SCALES, build_model, read_folder, read_scales
from ragqa.errors import ModelError
from ragqa.reading import Marked, Pair
from ragqa.reading.reader import DEFAULT_READER, JUDGE
from ragqa.training.run import DEFAULT_START

EVAL = Path(__file__).parent.parent / "eval"
CARD = json.loads((DEFAULT_READER / "reader.json").read_text(encoding="utf-8"))
JUDGED = DEFAULT_READER / JUDGE
REPORT = "The river rose on Monday after two days of rain. At least 43 people died, Governor Rita Alvarez said."


def run(*command):
    return subprocess.run([sys.executable, *map(str, command)], capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("folder", [DEFAULT_READER, JUDGED])
def test_the_packaged_readers_are_small_and_those_that_their_cards_describe(folder):
    model = (folder / "reader.onnx").read_bytes()
    card = json.loads((folder / "reader.json").read_text(encoding="utf-8"))
    assert len(model) == card["bytes"] < 25 * 2**20
    assert hashlib.sha256(model).hexdigest() == card["sha256"]
    assert (card["precision"], card["licence"]) == ("int8", "Apache-2.0")


@pytest.mark.parametrize(
    ("source", "folder"), [(DEFAULT_START, DEFAULT_READER), (DEFAULT_START.parent / "judge-trainable", JUDGED)]
)
def test_the_weights_to_train_on_from_are_those_of_the_packaged_readers(source, folder):
    config, weights = read_folder(source)
    card = json.loads((folder / "reader.json").read_text(encoding="utf-8"))
    scales = read_scales(source / SCALES, weights_sha256=card["weights_sha256"])
    model = build_model(config, weights, head="span", precision="int8", scales=scales)
    assert hashlib.sha256(model).hexdigest() == card["sha256"]


@pytest.mark.parametrize(
    ("question", "answer"),
    [("When did the river rise?", "Monday"), ("How many people died?", "43"), ("Who is the governor?", "Rita Alvarez")],
)
def test_the_packaged_reader_answers_from_a_report(reader, question, answer):
    passage = Passage(id="p", article_id="a", text=REPORT, start=0, end=len(REPORT))
    best = reader.read(question, [passage])[0][0]
    assert answer in best.text
    assert best.score > 0


def test_scores_are_the_same_bits_alone_and_among_other_passages(reader):
    passages = [
        Passage(id=str(number), article_id="a", text=REPORT[number * 9 :], start=number * 9, end=len(REPORT))
        for number in range(8)
    ]
    together = reader.read("How many people died?", passages)
    assert [reader.read("How many people died?", [passage])[0] for passage in passages] == together


def test_reading_loads_no_torch():
    code = f"""
        import sys
        from ragqa import ExtractiveReader, Passage
        text = {REPORT!r}
        ExtractiveReader.from_pretrained().read("Who?", [Passage(id="p", article_id="a", text=text, start=0, end=len(text))])
        print([name for name in ("torch", "transformers", "sentence_transformers", "onnx") if name in sys.modules])
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("[]\n", "")


def test_a_reader_can_be_exported_and_scored(tmp_path):
    source = tmp_path / "source"
    source.mkdir()
    (source / "config.json").write_text(json.dumps(CONFIG), encoding="utf-8")
    save_file(tiny_weights(), source / "model.safetensors")
    (source / "tokenizer.json").write_bytes((PACKAGED / "tokenizer.json").read_bytes())
    facts = {
        "name": "tiny",
        "licence": "none",
        "base": "none",
        "data": [],
        "max_length": 64,
        "stride": 16,
        "max_answer_tokens": 30,
    }
    (tmp_path / "card.json").write_text(json.dumps(facts), encoding="utf-8")
    for out in ("one", "two"):
        run("-m", "ragqa", "train", "export", source, "--out", tmp_path / out, "--card", tmp_path / "card.json")
    card = json.loads((tmp_path / "one" / "reader.json").read_text(encoding="utf-8"))
    assert {name: card[name] for name in facts} == facts
    assert card["calibration"] is None
    for name in ("reader.onnx", "tokenizer.json", "reader.json"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()

    gold = tmp_path / "flood.jsonl"
    row = {"id": "a", "question": "How many died?", "answers": ["43"], "context": REPORT}
    gold.write_text(json.dumps(row) + "\n" + json.dumps({**row, "id": "b", "answers": []}), encoding="utf-8")
    out = tmp_path / "figures.json"
    run(EVAL / "score_reader.py", "--gold", gold, "--reader", tmp_path / "one", "--out", out, "--into-card")
    figures = json.loads(out.read_text(encoding="utf-8"))["figures"]
    assert (figures["total"], figures["HasAns_total"], figures["NoAns_total"]) == (2, 1, 1)
    assert figures["best_f1"] >= 50.0  # as good as to answer nothing
    card = json.loads((tmp_path / "one" / "reader.json").read_text(encoding="utf-8"))
    assert card["figures"] == {"flood": {"questions": 2, **figures}}


def test_the_judge_is_loaded_when_it_is_needed_and_a_reader_without_one_has_the_packaged_one(tmp_path):
    pair = Pair("Who won?", Marked("", "Ann", " won."), Marked("", "Bo", " won, not Ann."))
    packaged = ExtractiveReader.from_pretrained()
    assert packaged.judge is packaged.judge
    for name in ("reader.onnx", "tokenizer.json", "reader.json"):
        (tmp_path / name).symlink_to(DEFAULT_READER / name)
    assert ExtractiveReader.from_pretrained(tmp_path).judge.judge([pair]) == packaged.judge.judge([pair])


def test_a_judge_that_can_not_be_used_says_so(tmp_path):
    for name in ("reader.onnx", "tokenizer.json", "reader.json"):
        (tmp_path / name).symlink_to(DEFAULT_READER / name)
    (tmp_path / JUDGE).mkdir()
    (tmp_path / JUDGE / "reader.onnx").write_bytes(b"no model")
    with pytest.raises(ModelError, match="tokenizer"):
        _ = ExtractiveReader.from_pretrained(tmp_path).judge
