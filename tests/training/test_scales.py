"""Scales for int8: measured on texts, kept beside the weights that they are of, and refused with others."""

import hashlib
import json
import shutil

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file
from tiny_bert import CONFIG, PACKAGED, tiny_weights

from ragqa.bert import SCALES, Scale, build_model, read_folder, read_scales, sha256_of, write_scales
from ragqa.errors import ModelError
from ragqa.onnx import OnnxModel
from ragqa.training.export import export_reader
from ragqa.training.features import TrainingWindow
from ragqa.training.scales import add_scales, inputs_of, measured_scales

SELF = "encoder.layer.0.attention.self"


def text(*ids):
    return {"input_ids": np.array([ids]), "token_type_ids": np.array([[0] * len(ids)])}


SOME = [text(101, 2054, 102, 7, 102), text(101, 999, 102)]
MORE = [text(101, *range(number, number + 20), 102) for number in range(1000, 30000, 1000)]


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "config.json").write_text(json.dumps(CONFIG), encoding="utf-8")
    save_file(tiny_weights(), tmp_path / "model.safetensors")
    return tmp_path


@pytest.fixture
def reader_card(folder):
    shutil.copy(PACKAGED / "tokenizer.json", folder)
    return {"name": "small", "licence": "none", "max_length": 64, "stride": 16, "max_answer_tokens": 30}


def kept(folder):
    return read_scales(folder / SCALES, weights_sha256=sha256_of(folder / "model.safetensors"))


def test_every_place_but_those_behind_gelu_gets_a_scale():
    scales = measured_scales(CONFIG, tiny_weights(), SOME, head="span")
    assert sorted(scales) == sorted(
        f"encoder.layer.{number}.{layers}"
        for number in range(2)
        for layers in ("attention.self", "attention.output.dense", "intermediate.dense")
    )
    for scale in scales.values():
        assert scale.spread.shape == (32,)
        assert np.log(scale.spread).mean() == pytest.approx(0, abs=1e-5)


def test_the_largest_value_that_was_seen_is_127_steps_of_its_channel():
    """What goes into the first layer is what the embeddings give, which is computed here by hand."""
    weights = tiny_weights()
    seen = []
    for own in MORE:
        ids = own["input_ids"][0]
        x = weights["embeddings.word_embeddings.weight"][ids] + weights["embeddings.token_type_embeddings.weight"][0]
        x = x + weights["embeddings.position_embeddings.weight"][: len(ids)]
        x = (x - x.mean(axis=1, keepdims=True)) / x.std(axis=1, keepdims=True)
        seen.append(
            np.abs(x * weights["embeddings.LayerNorm.weight"] + weights["embeddings.LayerNorm.bias"]).max(axis=0)
        )
    most = np.max(seen, axis=0)
    step, spread = measured_scales(CONFIG, weights, MORE, head="span")[SELF]
    steps = most / (step * spread)
    assert steps.max() == pytest.approx(127, rel=1e-3)
    behind = np.concatenate([weights[f"{SELF}.{part}.weight"] for part in ("query", "key", "value")])
    # Activations and weights share the work: after it their largest values are in the same proportion in every channel.
    shared = np.log(most / spread) - np.log(np.abs(behind).max(axis=0) * spread)
    np.testing.assert_allclose(shared, shared.mean(), atol=1e-3)


def test_a_large_channel_has_a_wider_spread_and_a_large_weight_a_narrower_one():
    weights = tiny_weights()
    weights["embeddings.LayerNorm.weight"][5] *= 100
    weights[f"{SELF}.key.weight"][:, 9] *= 100
    spread = measured_scales(CONFIG, weights, MORE, head="span")[SELF].spread
    assert spread.argmax() == 5
    assert spread.argmin() == 9


@pytest.mark.parametrize("nothing", ["a channel", "all values"])
def test_what_is_always_zero_is_no_division_by_zero(nothing):
    weights = tiny_weights()
    if nothing == "a channel":
        weights["embeddings.LayerNorm.weight"][5] = weights["embeddings.LayerNorm.bias"][5] = 0
    else:
        weights[f"{SELF}.value.weight"][:] = 0
    inputs = [{"input_ids": own["input_ids"]} for own in SOME]
    scales = measured_scales(CONFIG, weights, inputs, head="embedding")
    assert all(scale.step > 0 and (scale.spread > 0).all() for scale in scales.values())
    model = build_model(CONFIG, weights, head="embedding", precision="int8", scales=scales)
    assert np.isfinite(OnnxModel(model).run_many(inputs)[0][0]).all()


def test_without_a_text_nothing_is_measured_and_nothing_lost(folder):
    add_scales(folder, SOME, head="span")
    before = (folder / SCALES).read_bytes()
    with pytest.raises(ModelError, match="give one or more"):
        add_scales(folder, [], head="span")
    assert (folder / SCALES).read_bytes() == before


def test_scales_are_kept_beside_the_weights_and_exported_with_them(folder, reader_card):
    source = export_reader(folder, folder / "by row", reader_card)
    assert source["scales_sha256"] is None
    add_scales(folder, SOME, head="span")
    expected = measured_scales(CONFIG, tiny_weights(), SOME, head="span")
    found = kept(folder)
    assert {name: (own.step, own.spread.tolist()) for name, own in found.items()} == {
        name: (own.step, own.spread.tolist()) for name, own in expected.items()
    }
    card = export_reader(folder, folder / "fixed", reader_card)
    assert card["scales_sha256"] == hashlib.sha256((folder / SCALES).read_bytes()).hexdigest()
    config, weights = read_folder(folder)
    model = build_model(config, weights, head="span", precision="int8", scales=expected)
    assert (folder / "fixed" / "reader.onnx").read_bytes() == model != (folder / "by row" / "reader.onnx").read_bytes()


def test_a_damaged_file_is_told_and_measured_anew(folder, reader_card):
    (folder / SCALES).write_bytes(b"half a file")
    with pytest.raises(ModelError, match=r"got SafetensorError.*measure again"):
        export_reader(folder, folder / "out", reader_card)
    add_scales(folder, SOME, head="span")
    assert kept(folder)


def test_scales_of_other_weights_are_refused(folder, reader_card):
    add_scales(folder, SOME, head="span")
    save_file(tiny_weights(seed=1), folder / "model.safetensors")
    with pytest.raises(ModelError, match="was measured on weights with SHA-256"):
        export_reader(folder, folder / "out", reader_card)


@pytest.mark.parametrize(
    "change",
    [
        {f"{SELF}.step": None},
        {f"{SELF}.spread": None},
        {f"{SELF}.other": np.ones(1, dtype=np.float32)},
        {f"{SELF}.step": np.zeros(1, dtype=np.float32)},
        {f"{SELF}.step": np.ones(2, dtype=np.float32)},
        {f"{SELF}.spread": np.full(32, np.nan, dtype=np.float32)},
    ],
)
def test_a_half_complete_or_senseless_file_is_refused(folder, change):
    add_scales(folder, SOME, head="span")
    tensors = load_file(folder / SCALES) | change
    sha256 = sha256_of(folder / "model.safetensors")
    save_file(
        {name: own for name, own in tensors.items() if own is not None},
        folder / SCALES,
        metadata={"weights_sha256": sha256},
    )
    with pytest.raises(ModelError, match=r"a step and a spread for every place|no usable scale"):
        kept(folder)


def test_the_same_scales_give_the_same_bytes_and_no_draft_is_left(tmp_path):
    scales = {"b": Scale(0.5, np.ones(3, dtype=np.float32)), "a": Scale(2.0, np.arange(1, 4, dtype=np.float32))}
    for name, own in (("one", scales), ("two", dict(sorted(scales.items())))):
        write_scales(tmp_path / name, own, weights_sha256="0")
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one", "two"]


def test_windows_to_measure_on_are_spread_over_all():
    rows = [
        TrainingWindow(np.array([101, number, 102]), np.array([0, 0, 1]), (0,), (0,), null=0) for number in range(10)
    ]
    chosen = [int(own["input_ids"][0, 1]) for own in inputs_of(rows, 4)]
    assert chosen == [0, 2, 5, 7]
    assert len(inputs_of(rows, 100)) == 10
    assert inputs_of(rows, 1)[0]["token_type_ids"].shape == (1, 3)
