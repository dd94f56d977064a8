"""Windows: they cover the passage, overlap as asked, and find the null token."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ragqa.errors import QuestionError, SettingError
from ragqa.onnx import load_tokenizer
from ragqa.reading.reader import DEFAULT_READER
from ragqa.reading.windows import Windower


def windower(max_length: int = 32, stride: int = 8) -> Windower:
    return Windower(
        load_tokenizer(DEFAULT_READER / "tokenizer.json"), max_length=max_length, stride=stride, null_token="[CLS]"
    )


def tokens_of(text: str) -> list[tuple[int, int]]:
    return load_tokenizer(DEFAULT_READER / "tokenizer.json").encode(text, add_special_tokens=False).offsets


@settings(max_examples=40)
@given(st.lists(st.sampled_from(["the", "wounded", "100,544", "Gaza's", "🙂", "会"]), min_size=1, max_size=90))
def test_windows_cover_every_token_of_the_passage_and_overlap_by_the_stride(words):
    text = " ".join(words)
    (windows,) = windower().windows([("How many?", text)])
    every = tokens_of(text)
    for window in windows:
        assert len(window.input_ids) <= 32
        size = len(window.offsets)
        assert window.offsets.tolist() == [list(pair) for pair in every[window.first_token : window.first_token + size]]
        assert len(window.input_ids[window.passage_slice]) == size
    assert windows[0].first_token == 0
    assert windows[-1].first_token + len(windows[-1].offsets) == len(every)
    for one, other in zip(windows, windows[1:], strict=False):
        assert one.first_token + len(one.offsets) - other.first_token == 8


def test_the_null_token_is_the_first():
    ((window,),) = windower().windows([("Who?", "Blinken said so.")])
    assert window.null_index == 0
    assert window.input_ids[0] == 101
    assert np.flatnonzero(window.token_type_ids)[0] == window.passage_slice.start


def test_a_passage_without_a_token_has_no_window():
    assert windower().windows([("Who?", ""), ("Who?", " \n")]) == [[], []]


def test_a_question_that_leaves_no_room_is_refused():
    with pytest.raises(QuestionError, match="40 tokens, 10 at most"):
        windower().windows([("why " * 40, "Because.")])


def test_the_layout_is_that_of_the_tokenizer_itself():
    tokenizer = load_tokenizer(DEFAULT_READER / "tokenizer.json")
    tokenizer.enable_truncation(32, stride=8, strategy="only_second")
    text = "At least 42,847 people died and 100,544 others were wounded. " * 5
    whole = tokenizer.encode("How many died?", text)
    (windows,) = windower().windows([("How many died?", text)])
    expected = [whole, *whole.overflowing]
    assert [window.input_ids.tolist() for window in windows] == [encoding.ids for encoding in expected]
    assert [window.token_type_ids.tolist() for window in windows] == [encoding.type_ids for encoding in expected]


@pytest.mark.parametrize(("max_length", "stride"), [(23, 0), (64, 32), (64, -1)])
def test_lengths_out_of_range_are_refused(max_length, stride):
    with pytest.raises(SettingError, match="must be"):
        windower(max_length, stride)
