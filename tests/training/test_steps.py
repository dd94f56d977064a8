"""Scales for int8: measured on texts, kept beside the weights, and replaced with them."""

import json

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file
from tiny_bert import CONFIG, tiny_weights

from ragqa.bert import STEPS, build_model, read_folder
from ragqa.errors import ModelError
from ragqa.training.features import TrainingWindow
from ragqa.training.steps import add_steps, inputs_of, measured_steps


def text(*ids):
    return {"input_ids": np.array([ids]), "token_type_ids": np.array([[0] * len(ids)])}


SOME = [text(101, 2054, 102, 7, 102), text(101, 999, 102)]
MORE = [text(101, *range(number, number + 20), 102) for number in range(1000, 30000, 1000)]


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "config.json").write_text(json.dumps(CONFIG), encoding="utf-8")
    save_file(tiny_weights(), tmp_path / "model.safetensors")
    return tmp_path


def test_every_place_but_those_behind_gelu_gets_a_step_and_a_spread():
    steps = measured_steps(CONFIG, tiny_weights(), SOME, head="span")
    places = [
        f"encoder.layer.{number}.{layers}"
        for number in range(2)
        for layers in ("attention.self", "attention.output.dense", "intermediate.dense")
    ]
    assert sorted(steps) == sorted(f"{place}.{what}" for place in places for what in ("step", "spread"))
    for place in places:
        assert steps[f"{place}.step"].shape == (1,)
        assert steps[f"{place}.spread"].shape == (32,)
        assert np.log(steps[f"{place}.spread"]).mean() == pytest.approx(0, abs=1e-5)


def test_more_texts_never_make_a_channel_reach_less_far():
    few, many = (measured_steps(CONFIG, tiny_weights(), own, head="span") for own in (SOME, SOME + MORE))
    reach = [
        own["encoder.layer.0.attention.self.step"] * own["encoder.layer.0.attention.self.spread"] for own in (few, many)
    ]
    # A spread is the root of what a channel holds over a weight, so the product is no less once a factor for all is taken out.
    assert many["encoder.layer.0.attention.self.step"] > few["encoder.layer.0.attention.self.step"]
    assert reach[1].max() > reach[0].max()


def test_a_large_channel_has_a_wider_spread_and_a_large_weight_a_narrower_one():
    weights = tiny_weights()
    weights["embeddings.LayerNorm.weight"][5] *= 100
    weights["encoder.layer.0.attention.self.key.weight"][:, 9] *= 100
    spread = measured_steps(CONFIG, weights, MORE, head="span")["encoder.layer.0.attention.self.spread"]
    assert spread.argmax() == 5
    assert spread.argmin() == 9


def test_a_vector_model_is_measured_too_and_a_channel_of_zeros_is_no_division_by_zero():
    weights = tiny_weights()
    weights["embeddings.LayerNorm.weight"][5] = weights["embeddings.LayerNorm.bias"][5] = 0
    inputs = [{"input_ids": own["input_ids"]} for own in SOME]
    steps = measured_steps(CONFIG, weights, inputs, head="embedding")
    assert all(np.isfinite(own).all() and (own > 0).all() for own in steps.values())
    build_model(CONFIG, weights | steps, head="embedding", precision="int8")


def test_without_a_text_nothing_is_measured():
    with pytest.raises(ModelError, match="give one or more"):
        measured_steps(CONFIG, tiny_weights(), [], head="span")


def test_steps_are_kept_beside_the_weights_and_are_read_with_them(folder):
    add_steps(folder, SOME, head="span")
    first = load_file(folder / STEPS)
    config, weights = read_folder(folder)
    assert {name: weights[name].tolist() for name in first} == {name: own.tolist() for name, own in first.items()}
    assert set(weights) == set(first) | set(tiny_weights())
    with_steps = build_model(config, weights, head="span", precision="int8")
    assert with_steps != build_model(config, tiny_weights(), head="span", precision="int8")


def test_steps_that_are_measured_anew_owe_nothing_to_those_before(folder, tmp_path):
    add_steps(folder, SOME, head="span")
    expected = load_file(folder / STEPS)
    (folder / STEPS).write_bytes(b"half a file")
    with pytest.raises(ModelError, match="got SafetensorError"):
        read_folder(folder)
    add_steps(folder, SOME, head="span")
    found = load_file(folder / STEPS)
    assert {name: own.tolist() for name, own in found.items()} == {name: own.tolist() for name, own in expected.items()}


def test_windows_to_measure_on_are_spread_over_all():
    rows = [
        TrainingWindow(np.array([101, number, 102]), np.array([0, 0, 1]), (0,), (0,), null=0) for number in range(10)
    ]
    chosen = [int(own["input_ids"][0, 1]) for own in inputs_of(rows, 4)]
    assert chosen == [0, 2, 5, 7]
    assert len(inputs_of(rows, 100)) == 10
    assert inputs_of(rows, 1)[0]["token_type_ids"].shape == (1, 3)
