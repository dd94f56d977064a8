"""BERT weights to ONNX: the same numbers as torch gives, in int8 nearly so, and clear errors for what is no BERT."""

import json

import numpy as np
import onnx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from safetensors.numpy import save_file
from tiny_bert import CONFIG, tiny_weights

from ragqa.bert import Scale, build_model, read_folder
from ragqa.bert.graph import Graph, quantise_rows
from ragqa.errors import ModelError
from ragqa.onnx import OnnxModel
from ragqa.training.scales import measured_scales

TEXT = np.array([[101, 4126, 3724, 11, 102, 4227, 2012, 2560, 4601, 102]])
TYPES = np.array([[0, 0, 0, 0, 0, 1, 1, 1, 1, 1]])


def run(model, ids=TEXT, **inputs):
    return OnnxModel(model, threads=1).run_many([{"input_ids": ids, **inputs}])[0]


@pytest.fixture(scope="module")
def torch_model():
    torch = pytest.importorskip("torch")
    from transformers import BertConfig, BertForQuestionAnswering

    model = BertForQuestionAnswering(BertConfig(**CONFIG)).eval()
    state = {
        name if name.startswith("qa_") else f"bert.{name}": torch.from_numpy(w) for name, w in tiny_weights().items()
    }
    missing = model.load_state_dict(state, strict=False)
    assert not missing.unexpected_keys
    return model


@pytest.mark.parametrize("length", [1, 5, 10])
def test_span_logits_in_fp32_are_those_of_torch(torch_model, length):
    import torch

    ids, types = TEXT[:, :length], TYPES[:, :length]
    with torch.inference_mode():
        expected = torch_model(input_ids=torch.from_numpy(ids), token_type_ids=torch.from_numpy(types))
    start, end = run(build_model(CONFIG, tiny_weights(), head="span", precision="fp32"), ids, token_type_ids=types)
    np.testing.assert_allclose(start, expected.start_logits.numpy(), atol=1e-4)
    np.testing.assert_allclose(end, expected.end_logits.numpy(), atol=1e-4)


def test_vectors_in_fp32_are_the_mean_of_torch_scaled_to_length_1(torch_model):
    import torch

    with torch.inference_mode():
        mean = torch_model.bert(input_ids=torch.from_numpy(TEXT)).last_hidden_state.numpy().mean(axis=1)
    (vector,) = run(build_model(CONFIG, tiny_weights(), head="embedding", precision="fp32"))
    np.testing.assert_allclose(vector, mean / np.linalg.norm(mean), atol=1e-5)


def test_int8_gives_nearly_the_vectors_of_fp32():
    vectors = [
        run(build_model(CONFIG, tiny_weights(), head="embedding", precision=kind))[0][0] for kind in ("fp32", "int8")
    ]
    assert 0.998 < vectors[0] @ vectors[1] < 1


def test_int8_weights_keep_to_7_bits_so_that_no_cpu_overflows():
    model = onnx.load_from_string(build_model(CONFIG, tiny_weights(), head="span", precision="int8"))
    found = {tensor.name: onnx.numpy_helper.to_array(tensor) for tensor in model.graph.initializer}
    linear = [
        value
        for name, value in found.items()
        if "dense.weight" in name or ("self" in name and name.endswith(".weight"))
    ]
    assert [value.dtype for value in linear] == [np.int8] * 12
    assert max(int(np.abs(value.astype(int)).max()) for value in linear) == 64


@pytest.mark.parametrize("is_gelu", [False, True])
def test_the_largest_weights_and_activations_do_not_overflow_on_this_cpu(is_gelu):
    # Row 0 adds up only the largest products of one sign, row 1 of both. All are exact in int8.
    weight = np.ones((2, 256), dtype=np.float32)
    weight[1, ::2] = -1
    graph = Graph({"sum.weight": weight, "sum.bias": np.array([0, 7], dtype=np.float32)}, "int8")
    x = graph.add("Cast", ["ids"], "x", to=onnx.TensorProto.FLOAT)
    out = graph.linear(graph.gelu_operand(x) if is_gelu else graph.operand(x, "sum"), "sum", 2, 256)
    model = graph.to_bytes({"ids": ["rows", 256]}, {out: ["rows", 2]})
    ones = 3 * np.ones((3, 256), dtype=np.int64)
    (sums,) = OnnxModel(model).run_many([{"ids": ones}])[0]
    np.testing.assert_allclose(sums, [[768, 7]] * 3, rtol=1e-6)


def test_what_gelu_gives_is_quantised_from_its_least_value_up():
    graph = Graph({"same.weight": np.eye(4, dtype=np.float32), "same.bias": np.zeros(4, dtype=np.float32)}, "int8")
    gelu = graph.add("Gelu", [graph.add("Cast", ["ids"], "x", to=onnx.TensorProto.FLOAT)], "gelu")
    out = graph.linear(graph.gelu_operand(gelu), "same", 4, 4)
    model = graph.to_bytes({"ids": ["rows", 4]}, {out: ["rows", 4]})
    # The largest of a row gives the step: 8 / 223; a row without a value above zero has the finest, which holds -0.17.
    (found,) = OnnxModel(model).run_many([{"ids": np.array([[8, 1, 0, -1], [-1, -2, -3, -20]])}])[0]
    gelu_of = {8: 8, 1: 0.8413, 0: 0, -1: -0.1587, -2: -0.0455, -3: -0.0040, -20: 0}
    expected = [[gelu_of[x] for x in row] for row in ([8, 1, 0, -1], [-1, -2, -3, -20])]
    np.testing.assert_allclose(found[0], expected[0], atol=4 / 223)
    np.testing.assert_allclose(found[1], expected[1], atol=0.17 / 64)


def product_in_int8(scale, rows):
    """Return what a linear layer of 4 channels that changes nothing makes of rows of whole numbers."""
    weights = {"own.weight": np.eye(4, dtype=np.float32), "own.bias": np.array([0, 0, 10, 0], dtype=np.float32)}
    graph = Graph(weights, "int8", {"own": scale})
    x = graph.add("Cast", ["ids"], "x", to=onnx.TensorProto.FLOAT)
    out = graph.linear(graph.operand(x, "own"), "own", 4, 4)
    model = graph.to_bytes({"ids": ["rows", 4]}, {out: ["rows", 4]})
    return OnnxModel(model).run_many([{"ids": np.array(rows)}])[0][0]


def test_a_scale_that_was_measured_is_that_of_all_rows_and_what_is_larger_is_cut():
    found = product_in_int8(Scale(2.0, np.ones(4, dtype=np.float32)), [[5, -3, 2, 254], [1000, -1000, 0, 1]])
    # Halves are rounded to even: 5 is 2 steps of 2, -3 is -2, 1 none. 127 steps up and 128 down are left of a thousand.
    np.testing.assert_allclose(found, [[4, -4, 12, 254], [254, -256, 10, 0]], rtol=1e-6)


def test_a_channel_is_divided_by_its_spread_and_the_weights_behind_it_multiplied():
    # The first channel has steps of 10, and reaches ten times as far.
    spread = np.array([10, 1, 1, 1], dtype=np.float32)
    found = product_in_int8(Scale(1.0, spread), [[1000, 100, 3, -1], [44, 0, 0, 0]])
    np.testing.assert_allclose(found, [[1000, 100, 13, -1], [40, 0, 10, 0]], rtol=1e-6)


def with_a_large_channel():
    weights = tiny_weights()
    weights["encoder.layer.1.attention.output.LayerNorm.weight"][3] = 40  # one channel far above the others
    return weights


INPUTS = [{"input_ids": TEXT + number, "token_type_ids": TYPES} for number in range(20)]


def test_with_measured_scales_int8_gives_nearly_the_logits_of_fp32():
    weights = with_a_large_channel()
    scales = measured_scales(CONFIG, weights, INPUTS, head="span")
    exact, by_row, fixed = (
        OnnxModel(build_model(CONFIG, weights, head="span", precision=kind, scales=own)).run_many(INPUTS)
        for kind, own in (("fp32", None), ("int8", None), ("int8", scales))
    )
    off = [
        np.mean([np.abs(start - right).mean() for (start, _), (right, _) in zip(found, exact, strict=True)])
        for found in (by_row, fixed)
    ]
    assert 0 < off[1] < off[0]  # a scale a row spends its steps on the channel
    assert off[1] < 0.1 * np.std([start for start, _ in exact])


def test_scales_change_nothing_in_fp32():
    weights = tiny_weights()
    scales = measured_scales(CONFIG, weights, INPUTS, head="span")
    assert build_model(CONFIG, weights, head="span", precision="fp32", scales=scales) == build_model(
        CONFIG, weights, head="span", precision="fp32"
    )


@pytest.mark.parametrize("kind", ["lacking", "unknown", "narrow", "narrow_values"])
def test_scales_that_are_not_of_the_model_are_refused(kind):
    scales = measured_scales(CONFIG, tiny_weights(), INPUTS, head="span")
    narrow = Scale(1.0, np.ones(8, dtype=np.float32))
    if kind == "lacking":
        del scales["encoder.layer.1.attention.self"]
    elif kind == "unknown":
        scales["encoder.layer.2.attention.self"] = scales["encoder.layer.1.attention.self"]
    elif kind == "narrow":
        scales["encoder.layer.0.intermediate.dense"] = narrow
    else:
        scales["encoder.layer.0.attention.output.dense"] = narrow
    with pytest.raises(ModelError, match=r"not of this model|another model's"):
        build_model(CONFIG, tiny_weights(), head="span", precision="int8", scales=scales)


@pytest.mark.parametrize("is_measured", [False, True])
def test_int8_logits_of_a_text_do_not_depend_on_its_neighbours_in_a_batch(is_measured):
    weights = tiny_weights()
    scales = measured_scales(CONFIG, weights, INPUTS, head="span") if is_measured else None
    model = build_model(CONFIG, weights, head="span", precision="int8", scales=scales)
    alone, _ = run(model, token_type_ids=TYPES)
    other = TEXT[:, ::-1] + 900
    together, _ = run(model, np.concatenate([other, TEXT]), token_type_ids=np.concatenate([TYPES, TYPES]))
    np.testing.assert_allclose(together[1], alone[0], atol=1e-5)


def test_an_all_zero_row_of_activations_stays_a_number():
    weights = tiny_weights()
    weights["embeddings.LayerNorm.weight"][:] = 0
    weights["embeddings.LayerNorm.bias"][:] = 0
    (vector,) = run(build_model(CONFIG, weights, head="embedding", precision="int8"))
    assert np.isfinite(vector).all()


@pytest.mark.parametrize("precision", ["fp32", "int8"])
def test_the_same_weights_give_the_same_bytes_in_any_order_and_with_the_prefix_of_a_head(precision):
    weights = tiny_weights()
    prefixed = {name if name.startswith("qa_") else f"bert.{name}": weights[name] for name in reversed(weights)}
    first = build_model(CONFIG, weights, head="span", precision=precision)
    assert build_model(CONFIG, prefixed, head="span", precision=precision) == first
    assert build_model(CONFIG, tiny_weights(seed=1), head="span", precision=precision) != first


def test_weights_saved_in_half_precision_are_read_as_float32(tmp_path):
    (tmp_path / "config.json").write_text(json.dumps(CONFIG), encoding="utf-8")
    save_file(
        {name: weight.astype(np.float16) for name, weight in tiny_weights().items()}, tmp_path / "model.safetensors"
    )
    config, weights = read_folder(tmp_path)
    assert config == CONFIG
    assert {weight.dtype for weight in weights.values()} == {np.dtype(np.float32)}
    np.testing.assert_allclose(weights["qa_outputs.bias"], tiny_weights()["qa_outputs.bias"], rtol=1e-3)


def test_a_folder_without_a_model_says_what_is_missing(tmp_path):
    with pytest.raises(ModelError, match=r"config\.json and model\.safetensors .*No such file"):
        read_folder(tmp_path)


def test_a_weights_file_cut_short_is_no_model(tmp_path):
    (tmp_path / "config.json").write_text("{}", encoding="utf-8")
    save_file({"a": np.zeros(100, dtype=np.float32)}, tmp_path / "model.safetensors")
    whole = (tmp_path / "model.safetensors").read_bytes()
    (tmp_path / "model.safetensors").write_bytes(whole[:-9])
    with pytest.raises(ModelError, match="save the model there again"):
        read_folder(tmp_path)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"model_type": "roberta"}, "expected a BERT with model_type 'bert', got 'roberta'"),
        ({"hidden_act": "relu"}, "hidden_act 'gelu', got 'relu'"),
        ({"position_embedding_type": "relative_key"}, "'absolute', got 'relative_key'"),
        ({"num_hidden_layers": None}, "lacks a figure"),
        ({"hidden_size": 48}, r"of shape \(30522, 48\), got \(30522, 32\)"),
        ({"num_hidden_layers": 3}, "no weight 'encoder.layer.2.attention.self.query.weight'"),
    ],
)
def test_a_model_of_another_kind_is_refused_with_the_reason(change, message):
    with pytest.raises(ModelError, match=message):
        build_model({**CONFIG, **change}, tiny_weights(), head="span", precision="int8")


def test_an_embedder_has_no_span_head():
    weights = {name: weight for name, weight in tiny_weights().items() if "qa_outputs" not in name}
    build_model(CONFIG, weights, head="embedding", precision="fp32")
    with pytest.raises(ModelError, match=r"no weight 'qa_outputs\.weight'"):
        build_model(CONFIG, weights, head="span", precision="fp32")


@given(
    arrays(np.float32, st.tuples(st.integers(1, 4), st.integers(1, 6)), elements=st.floats(-1e3, 1e3, width=32)),
    st.sampled_from([64, 127]),
)
def test_quantised_rows_are_off_by_half_a_step_at_most(weight, limit):
    # Below float32's normal range a scale loses its own digits; no weight is there.
    weight = np.where(np.abs(weight) < 1e-30, 0, weight).astype(np.float32)
    quantised, scale = quantise_rows(weight, limit)
    assert quantised.dtype == np.int8
    assert np.abs(quantised.astype(int)).max() <= limit
    assert (np.abs(quantised * scale[:, None] - weight) <= scale[:, None] * 0.5001).all()
