from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tiny_bert import PACKAGED

from ragqa.errors import SettingError
from ragqa.onnx import load_tokenizer
from ragqa.training import TrainingSettings
from ragqa.training.batches import padded, plan
from ragqa.training.examples import Example
from ragqa.training.features import training_windows
from ragqa.training.settings import learning_rate_factor

TOKENIZER = load_tokenizer(PACKAGED / "tokenizer.json")
QUESTION = "How many people died?"


def window(context, spans, *, max_length=64, seed=0, question=QUESTION, id="q"):
    example = Example(id, question, context, spans)
    (made,) = training_windows([example], TOKENIZER, max_length=max_length, null_token="[CLS]", seed=seed)
    return made


def words(made, start, end):
    return TOKENIZER.decode(made.input_ids[start : end + 1].tolist())


def test_a_window_points_at_every_place_of_its_answer():
    context = "At least 43 people died. The river had 43 bridges."
    made = window(context, ((9, 11), (39, 41)))
    assert [words(made, start, end) for start, end in zip(made.starts, made.ends, strict=True)] == ["43", "43"]
    assert TOKENIZER.decode(made.input_ids.tolist(), skip_special_tokens=False).startswith(
        "[CLS] how many people died? [SEP] at least 43"
    )
    assert made.token_type_ids[made.starts[0]] == 1


def test_an_unanswerable_window_points_at_the_null_token():
    made = window("The river rose on Monday.", ())
    assert (made.starts, made.ends) == ((0,), (0,))


def test_a_part_of_a_token_points_at_the_whole_token():
    context = "About $1,200m was lost in unbelievability."
    start = context.index("believ")
    made = window(context, ((start, start + 6),))
    assert "believ" in words(made, made.starts[0], made.ends[0])


@given(before=st.integers(0, 80), after=st.integers(0, 80), seed=st.integers(0, 5), room=st.integers(24, 64))
def test_a_crop_holds_the_answer_and_fits(before, after, seed, room):
    context = "rain " * before + "exactly 43 people" + " wind" * after
    start = context.index("43")
    made = window(context, ((start, start + 2),), max_length=room, seed=seed)
    assert len(made.input_ids) <= room
    assert words(made, made.starts[0], made.ends[0]) == "43"


def test_crops_differ_with_the_seed_and_are_the_same_for_the_same():
    context = "rain " * 80 + "exactly 43 people" + " wind" * 80
    start = context.index("43")
    places = [window(context, ((start, start + 2),), seed=seed).starts for seed in (0, 0, 1, 2, 3)]
    assert places[0] == places[1]
    assert len(set(places)) > 2


def test_what_leaves_no_room_makes_no_window():
    assert window("At least 43 people died.", ((9, 11),), question="how " * 70) is None
    long = "word " * 60
    assert window(long, ((0, len(long) - 1),), max_length=32) is None
    assert window(" \n", ()) is None


@given(
    lengths=st.lists(st.integers(1, 200), max_size=300),
    seed=st.integers(0, 3),
    tokens=st.integers(64, 600),
    share=st.integers(1, 3),
)
def test_a_pass_takes_every_window_once_within_the_budgets(lengths, seed, tokens, share):
    part_tokens = tokens // share
    batches = plan(lengths, tokens=tokens, part_tokens=part_tokens, seed=str(seed))
    parts = [part for batch in batches for part in batch]
    assert sorted(number for part in parts for number in part) == list(range(len(lengths)))

    def size(part):
        return len(part) * padded(max(lengths[number] for number in part))

    assert all(size(part) <= part_tokens or len(part) == 1 for part in parts)
    assert all(sum(map(size, batch)) <= tokens or len(batch) == 1 for batch in batches)
    assert plan(lengths, tokens=tokens, part_tokens=part_tokens, seed=str(seed)) == batches


def test_another_seed_gives_another_order_and_lengths_stay_together():
    draw = Random(0)
    lengths = [draw.randint(20, 190) for _ in range(2000)]
    first, second = (plan(lengths, tokens=2560, part_tokens=1280, seed=seed) for seed in "ab")
    assert first != second
    spent = sum(len(part) * padded(max(lengths[number] for number in part)) for batch in first for part in batch)
    assert spent < 1.12 * sum(lengths)


@given(warmup=st.floats(0, 0.9), progress=st.floats(0, 2))
def test_the_learning_rate_stays_between_nothing_and_its_peak(warmup, progress):
    assert 0 <= learning_rate_factor(progress, warmup) <= 1
    assert learning_rate_factor(1.0, warmup) == 0
    assert np.isclose(learning_rate_factor(warmup, warmup), 1)


@pytest.mark.parametrize(
    ("setting", "told"),
    [
        ({"epochs": 0}, "epochs must be above 0, 1,000 at most, got 0"),
        ({"learning_rate": 3.0}, "learning_rate must be above 0 and below 1, got 3.0"),
        ({"dropout": 1.0}, "dropout must be from 0 to below 1, got 1.0"),
        ({"max_length": 8}, "max_length must be 24 or more, got 8"),
        ({"batch_tokens": 100, "part_tokens": 200}, r"batch_tokens must be part_tokens \(200\) or more, got 100"),
        ({"minutes": -1.0}, "minutes must be above 0, got -1.0"),
    ],
)
def test_settings_out_of_their_range_are_refused(setting, told):
    with pytest.raises(SettingError, match=told):
        TrainingSettings(**setting)
