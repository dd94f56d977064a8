"""Models on onnxruntime: order, threads, tokenizers, and what is said when something is wrong."""

import os
import threading

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny_bert import CONFIG, PACKAGED, tiny_weights

from ragqa.bert import build_model
from ragqa.errors import ModelError, SettingError
from ragqa.onnx import MAX_THREADS, OnnxModel, load_tokenizer, thread_count

BYTES = build_model(CONFIG, tiny_weights(), head="embedding", precision="int8")
ONE, TWO = OnnxModel(BYTES, threads=1), OnnxModel(BYTES, threads=2)


def texts(*lengths):
    """Return texts of these lengths, each of other tokens."""
    return [{"input_ids": np.arange(length)[None] + 1000 * (row + 1)} for row, length in enumerate(lengths)]


@settings(max_examples=25)
@given(st.lists(st.integers(1, 60), max_size=12), st.randoms())
def test_results_keep_the_order_and_are_the_same_bits_alone_or_among_others(lengths, random):
    inputs = texts(*lengths)
    random.shuffle(inputs)
    alone = [ONE.run_many([one])[0][0] for one in inputs]
    together = [vector for (vector,) in TWO.run_many(inputs)]
    assert [vector.tobytes() for vector in together] == [vector.tobytes() for vector in alone]


@pytest.mark.parametrize("model", [ONE, TWO], ids=["one thread", "two threads"])
def test_progress_counts_every_run_in_the_callers_thread(model):
    seen = []
    model.run_many(texts(5, 9, 3), progress=lambda count: seen.append((count, threading.get_ident())))
    assert seen == [(1, threading.get_ident())] * 3


def test_no_inputs_give_no_results():
    assert TWO.run_many([]) == []


def test_a_model_may_be_used_from_several_threads():
    inputs = texts(*range(1, 20))
    expected = [vector.tobytes() for (vector,) in ONE.run_many(inputs)]
    results = {}

    def use(number):
        results[number] = [vector.tobytes() for (vector,) in TWO.run_many(inputs)]

    users = [threading.Thread(target=use, args=(number,)) for number in range(4)]
    for user in users:
        user.start()
    for user in users:
        user.join()
    assert results == dict.fromkeys(range(4), expected)


def test_an_error_of_one_run_reaches_the_caller_with_the_shapes(capfd):
    too_long = texts(3, 3, CONFIG["max_position_embeddings"] + 1)
    with pytest.raises(ModelError, match=r"can't be run on inputs of shapes {'input_ids': \(1, 65\)}"):
        TWO.run_many(too_long)
    assert len(TWO.run_many(texts(3, 3))) == 2  # and the model still works


def test_after_a_failure_nothing_more_is_begun(monkeypatch):
    begun = []
    run = OnnxModel._run

    def counted(self, inputs):
        begun.append(inputs)
        return run(self, inputs)

    monkeypatch.setattr(OnnxModel, "_run", counted)
    with pytest.raises(ModelError):
        TWO.run_many([{"input_ids": np.zeros((1, 60, 1), dtype=np.int64)}, *texts(*[9] * 200)])
    assert len(begun) < 100


def test_an_interrupt_from_the_progress_callback_is_passed_on():
    def stop(count):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        TWO.run_many(texts(*[60] * 50), progress=stop)


def test_a_missing_model_is_named(tmp_path):
    with pytest.raises(ModelError, match=r"expected an ONNX model at .*reader\.onnx, found no file"):
        OnnxModel(tmp_path / "reader.onnx")


@pytest.mark.parametrize("damage", [b"", b"not a model", BYTES[: len(BYTES) // 2]], ids=["empty", "text", "cut short"])
def test_a_damaged_model_is_an_error_without_noise(tmp_path, capfd, damage):
    path = tmp_path / "reader.onnx"
    path.write_bytes(damage)
    with pytest.raises(ModelError, match=r"onnxruntime can't load .*reader\.onnx"):
        OnnxModel(path)
    assert capfd.readouterr() == ("", "")


def test_a_file_and_its_bytes_are_the_same_model(tmp_path):
    path = tmp_path / "model.onnx"
    path.write_bytes(BYTES)
    (first,), (second,) = ONE.run_many(texts(7))[0], OnnxModel(path, threads=1).run_many(texts(7))[0]
    assert first.tobytes() == second.tobytes()


def test_threads_are_those_asked_for_then_those_of_the_environment_then_the_cores(monkeypatch):
    monkeypatch.setenv("RAGQA_THREADS", " 3 ")
    assert thread_count(5) == 5
    assert thread_count() == 3
    assert OnnxModel(BYTES).threads == 3
    monkeypatch.delenv("RAGQA_THREADS")
    assert 1 <= thread_count() <= min(MAX_THREADS, os.cpu_count())


@pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="only Linux says which cores a process may use")
def test_threads_keep_to_the_cores_that_the_process_may_use(monkeypatch):
    monkeypatch.delenv("RAGQA_THREADS", raising=False)
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: {0})
    assert thread_count() == 1
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: set(range(10_000, 10_200)))
    assert thread_count() == MAX_THREADS


@pytest.mark.parametrize("value", ["0", "-1", "two", "1.5", "²"])
def test_a_number_of_threads_that_cannot_be_used_is_refused(monkeypatch, value):
    monkeypatch.setenv("RAGQA_THREADS", value)
    with pytest.raises(SettingError, match=f"RAGQA_THREADS must be a whole number from 1 up, got '{value}'"):
        thread_count()


def test_no_thread_at_all_is_refused():
    with pytest.raises(SettingError, match="threads must be 1 or more, got 0"):
        OnnxModel(BYTES, threads=0)


def test_a_tokenizer_is_loaded_without_the_padding_and_truncation_it_was_saved_with():
    # The packaged tokenizer.json pads and cuts every text to 128 tokens.
    tokenizer = load_tokenizer(PACKAGED / "tokenizer.json")
    assert tokenizer.encode("Rescuers pulled 41 people").tokens == [
        "[CLS]",
        "rescue",
        "##rs",
        "pulled",
        "41",
        "people",
        "[SEP]",
    ]
    assert len(tokenizer.encode("rain " * 300).ids) == 302


def test_a_missing_tokenizer_is_named(tmp_path):
    with pytest.raises(ModelError, match=r"expected a tokenizer at .*tokenizer\.json, found no file"):
        load_tokenizer(tmp_path / "tokenizer.json")


def test_a_file_that_is_no_tokenizer_is_refused(tmp_path):
    (tmp_path / "tokenizer.json").write_text('{"version": "1.0"}', encoding="utf-8")
    with pytest.raises(ModelError, match="can't be read as a tokenizer"):
        load_tokenizer(tmp_path / "tokenizer.json")
