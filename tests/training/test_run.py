"""Whole runs of a tiny encoder on questions about news-like reports."""

import hashlib
import json
import logging
import shutil
import sys
from itertools import count

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file
from small_run import rows, small_run, small_settings, write_encoder, write_rows

from ragqa import Article, Pipeline
from ragqa.bert import SCALES, build_model, read_folder, read_scales, sha256_of
from ragqa.errors import MissingExtra, ModelError, SettingError
from ragqa.reading import ExtractiveReader
from ragqa.training import Additions, ReaderFacts, read_data, train_reader
from ragqa.training import loop as loop_module
from ragqa.training import run as run_module

LONG = small_settings(epochs=8)


class Stop(Exception):
    pass


def stop_after(step):
    def report(what):
        if not isinstance(what, dict) and what.step == step:
            raise Stop

    return report


def weights(out):
    return (out / "trainable" / "model.safetensors").read_bytes()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("training")


@pytest.fixture(scope="module")
def trained(folder):
    """A run that nothing stopped: its folder, its card, and what it reported."""
    reports = []
    card = small_run(folder, folder / "straight", settings=LONG, every=10, report=reports.append)
    return folder / "straight", card, reports


def test_the_trained_reader_answers_through_a_pipeline(trained, tmp_path):
    out, card, _ = trained
    report = next(row for row in rows(40, seed=7))
    with Pipeline.open(tmp_path / "index", reader=out) as pipeline:
        pipeline.add([Article(text=report["context"])])
        response = pipeline.ask(report["question"])
    assert response.answers[0].text == report["answers"][0]["text"]
    assert response.answers[0].citations[0].sentence == report["context"].split(". ")[0] + "."
    assert card["figures"]["development"]["f1"] == 100.0


def test_scales_for_int8_are_measured_and_rounded_by(trained):
    out, card, _ = trained
    source = out / "trainable"
    scales = read_scales(source / SCALES, weights_sha256=sha256_of(source / "model.safetensors"))
    config, weights = read_folder(source)
    model = build_model(config, weights, head="span", precision="int8", scales=scales)
    assert hashlib.sha256(model).hexdigest() == card["sha256"]
    assert card["scales_sha256"] == sha256_of(source / SCALES)


def test_the_loss_falls_and_the_score_is_reported_on_the_way(trained):
    out, _, reports = trained
    steps = [what for what in reports if not isinstance(what, dict)]
    scores = [what["f1"] for what in reports if isinstance(what, dict)]
    assert [step.step for step in steps] == list(range(1, steps[-1].steps + 1))
    assert steps[-1].loss < 0.5 * steps[0].loss
    assert scores[-1] == 100.0
    curve = [json.loads(line) for line in (out / "run" / "curve.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [row["f1"] for row in curve] == scores
    assert curve[-1]["step"] == steps[-1].step


def test_a_stopped_run_goes_on_to_the_same_bits(trained, folder):
    straight, card, _ = trained
    out = folder / "stopped"
    for step in (13, 24):  # after the checkpoints at 10 and 20: the steps since then are taken again
        with pytest.raises(Stop):
            small_run(folder, out, settings=LONG, every=10, report=stop_after(step))
    log = out / "run" / "steps.jsonl"
    log.write_text(log.read_text(encoding="utf-8") + '{"step": 25, "st', encoding="utf-8")  # as a kill leaves it
    resumed = []
    assert small_run(folder, out, settings=LONG, every=10, report=resumed.append) == {**card, "name": "small"}
    assert resumed[0].step == 21
    assert weights(out) == weights(straight)
    assert (out / "reader.onnx").read_bytes() == (straight / "reader.onnx").read_bytes()


def test_the_number_of_threads_changes_no_bit(folder, monkeypatch):
    for threads in ("1", "3"):
        monkeypatch.setenv("RAGQA_THREADS", threads)
        small_run(folder, folder / f"threads-{threads}")
    assert weights(folder / "threads-1") == weights(folder / "threads-3")


def test_another_seed_gives_another_reader(folder):
    for seed in (1, 2):
        small_run(folder, folder / f"seed-{seed}", settings=small_settings(seed=seed))
    assert weights(folder / "seed-1") != weights(folder / "seed-2")


def test_dropout_is_drawn_with_the_seed(folder):
    dropped = small_settings(dropout=0.1)
    small_run(folder, folder / "dropout", settings=dropped, every=3)
    with pytest.raises(Stop):
        small_run(folder, folder / "dropout-stopped", settings=dropped, every=3, report=stop_after(4))
    small_run(folder, folder / "dropout-stopped", settings=dropped, every=3)
    assert weights(folder / "dropout") == weights(folder / "dropout-stopped")


def test_a_run_bounded_by_time_ends_early_and_its_log_repeats_it(folder, monkeypatch):
    def clock(seconds_a_step):
        monkeypatch.setattr(loop_module, "monotonic", count(0, seconds_a_step).__next__)

    settings = small_settings(epochs=1000, minutes=1.0)
    clock(2.0)
    card = small_run(folder, folder / "timed", settings=settings, every=30)
    assert card["training"]["steps"] == 30
    log = folder / "timed" / "run" / "steps.jsonl"
    factors = [json.loads(line)["factor"] for line in log.read_text(encoding="utf-8").splitlines()[1:]]
    assert (
        factors == sorted(factors[: factors.index(max(factors))]) + sorted(factors[factors.index(max(factors)) :])[::-1]
    )

    again = folder / "timed-again" / "run"
    again.mkdir(parents=True)
    shutil.copyfile(log, again / "steps.jsonl")
    clock(1.0)  # a machine that is twice as fast would have taken other steps
    with pytest.raises(Stop):
        small_run(folder, folder / "timed-again", settings=settings, every=30, report=stop_after(31))
    first = load_file(folder / "timed" / "run" / "checkpoint.safetensors")
    second = load_file(again / "checkpoint.safetensors")
    assert all((first[name] == second[name]).all() for name in first)


def test_the_checkpoint_of_another_run_is_refused(trained, folder):
    out = folder / "other"
    shutil.copytree(trained[0], out)
    with pytest.raises(ModelError, match="of another run: its data, start, teacher or settings differ"):
        small_run(folder, out, settings=small_settings(epochs=8, learning_rate=1e-3))


def test_embeddings_are_kept_unless_they_are_trained(folder):
    name = "bert.embeddings.word_embeddings.weight"
    before = load_file(folder / "encoder" / "model.safetensors")["embeddings.word_embeddings.weight"].astype("float16")
    small_run(folder, folder / "kept")
    assert (load_file(folder / "kept" / "trainable" / "model.safetensors")[name] == before).all()
    small_run(folder, folder / "moved", settings=small_settings(train_embeddings=True))
    assert (load_file(folder / "moved" / "trainable" / "model.safetensors")[name] != before).any()


def test_questions_with_something_exchanged_are_added(folder):
    card = small_run(
        folder, folder / "with-null", settings=small_settings(epochs=6), additions=Additions(exchanged=0.5)
    )
    assert card["training"]["unanswerable"] > 10
    data = read_data([str(folder / "reports.jsonl")], development=None, development_questions=8, strict=True, seed=0)
    assert card["training"]["unanswerable"] <= 0.5 * len(data.examples) + 1


def test_passages_that_the_search_returns_are_added(folder, monkeypatch, tmp_path):
    monkeypatch.setenv("RAGQA_CACHE", str(tmp_path))
    card = small_run(folder, folder / "with-passages", additions=Additions(retrieved=0.5))
    assert card["training"]["unanswerable"] == round(0.5 * card["data"][0]["questions"])


def test_without_torch_the_extra_is_named(folder, monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(MissingExtra, match=r"ragqa\[train\]"):
        small_run(folder, folder / "no-torch")


def test_a_trained_reader_can_be_trained_on(trained, folder):
    card = small_run(folder, folder / "further", settings=small_settings(epochs=2), report=None)
    data = read_data([str(folder / "reports.jsonl")], development=None, development_questions=8, strict=True, seed=0)
    further = train_reader(
        data, folder / "on", start=trained[0], settings=small_settings(epochs=2), facts=ReaderFacts(name="on")
    )
    assert further["figures"]["development"]["f1"] >= card["figures"]["development"]["f1"]


def test_a_model_of_another_family_is_trained_and_stays_a_model_of_transformers(folder, caplog):
    from transformers import DistilBertConfig, DistilBertModel

    encoder = write_encoder(folder / "distil-tokenizer")
    (encoder / "model.safetensors").unlink()
    config = DistilBertConfig(dim=32, hidden_dim=64, n_heads=4, n_layers=1, max_position_embeddings=64)
    DistilBertModel(config).save_pretrained(encoder)
    data = read_data(
        [str(write_rows(folder / "few.jsonl", rows(12)))],
        development=None,
        development_questions=2,
        strict=True,
        seed=0,
    )
    out = folder / "distil"
    with caplog.at_level(logging.WARNING):
        train_reader(data, out, start=encoder, settings=small_settings(), facts=ReaderFacts(name="distil"))
    assert "is not a BERT and stays a model of transformers" in caplog.text
    assert not (out / "reader.json").exists()
    assert ExtractiveReader.from_pretrained(out / "trainable").settings.max_length == 64


def test_the_export_is_held_against_torch(trained, folder, monkeypatch):
    assert trained[1]["off_torch"]["fp32"] < 0.001 < trained[1]["off_torch"]["int8"] < 0.1
    build = run_module.build_model

    def wrong(config, weights, **kinds):
        name = "encoder.layer.0.output.dense.bias"
        shift = np.linspace(0, 1, 32, dtype=np.float32)
        return build(config, {**weights, f"bert.{name}": weights[f"bert.{name}"] + shift}, **kinds)

    monkeypatch.setattr(run_module, "build_model", wrong)
    with pytest.raises(ModelError, match=r"the exported model is off by 0\.\d+ in its logits"):
        small_run(folder, folder / "wrong")


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"settings": small_settings(max_length=128)}, "max_length must be 64 or less"),
        ({"settings": small_settings(numbers="fp16")}, "fp16 is for GPUs"),
        ({"device": "no-such-device"}, "the device 'no-such-device' can't be used"),
    ],
)
def test_what_does_not_fit_the_start_is_said(folder, options, told):
    with pytest.raises(SettingError, match=told):
        small_run(folder, folder / "refused", **options)


def test_a_start_that_is_not_there_is_said(folder, monkeypatch, tmp_path):
    data = read_data(
        [str(write_rows(folder / "few.jsonl", rows(12)))],
        development=None,
        development_questions=0,
        strict=True,
        seed=0,
    )
    with pytest.raises(ModelError, match="can't be loaded"):
        train_reader(data, tmp_path / "out", start=tmp_path, settings=small_settings(), facts=ReaderFacts(name="none"))
    monkeypatch.setattr(run_module, "DEFAULT_START", tmp_path / "nothing")
    with pytest.raises(ModelError, match="name an encoder with --start"):
        train_reader(data, tmp_path / "out", settings=small_settings(), facts=ReaderFacts(name="none"))


def test_a_damaged_checkpoint_is_said(trained, folder):
    out = folder / "damaged"
    shutil.copytree(trained[0], out)
    (out / "run" / "checkpoint.safetensors").write_bytes(b"torn")
    with pytest.raises(ModelError, match="delete it to begin anew"):
        small_run(folder, out, settings=LONG)


def test_weights_of_lower_precision_are_trained_in_full(folder, tmp_path):
    half = tmp_path / "half"
    shutil.copytree(folder / "encoder", half)
    loaded = load_file(half / "model.safetensors")
    save_file(
        {name: weight.astype("float16") for name, weight in loaded.items()},
        half / "model.safetensors",
        metadata={"format": "pt"},
    )
    data = read_data([str(folder / "reports.jsonl")], development=None, development_questions=0, strict=True, seed=0)
    train_reader(data, tmp_path / "out", start=half, settings=small_settings(), facts=ReaderFacts(name="half"))
    kept = load_file(tmp_path / "out" / "run" / "checkpoint.safetensors")
    assert kept["model qa_outputs.weight"].dtype == "float32"
