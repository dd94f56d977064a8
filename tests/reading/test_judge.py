"""How a pair of places is laid out for the judge, and what the packaged judge says of pairs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer

from ragqa.errors import ModelError
from ragqa.onnx import load_tokenizer
from ragqa.reading import ExtractiveReader, Judge, Marked, Pair
from ragqa.reading.judge import CLOSE, ONE, OPEN, OTHER, QUESTION, WORDS, laid_out
from ragqa.reading.reader import DEFAULT_READER

TOKENIZER = load_tokenizer(DEFAULT_READER / "tokenizer.json")
KILLED = "How many people did the quake on Tolvik kill?"
ANSWER = Marked("The quake killed ", "12", " people on Tolvik, the mayor said.")


def words_of(ids):
    return [TOKENIZER.id_to_token(number) for number in ids]


def test_question_answer_and_the_other_place_stand_one_behind_the_other_both_marked():
    ids, first = laid_out(Pair("Who won?", Marked("It was ", "Ann", "."), Marked("Hm. ", "Bo", " won.")), TOKENIZER)
    expected = ["[CLS]", "who", "won", "?", "[SEP]", "it", "was", OPEN, "ann", CLOSE, ".", "[SEP]"]
    assert words_of(ids[:first]) == expected
    assert words_of(ids[first:]) == ["hm", ".", OPEN, "bo", CLOSE, "won", ".", "[SEP]"]


places = st.builds(
    Marked, *(st.lists(st.sampled_from(["rain", "fell", "on", "us"]), max_size=150).map(" ".join) for _ in range(3))
)


@given(st.builds(Pair, st.just("where " * 60), places, places))
def test_a_long_pair_is_cut_and_what_stands_nearest_to_a_place_stays(pair):
    ids, first = laid_out(pair, TOKENIZER)
    answer, other = words_of(ids[:first]), words_of(ids[first:])
    assert answer[: QUESTION + 2] == ["[CLS]", *["where"] * QUESTION, "[SEP]"]
    for own, place, most in ((answer[QUESTION + 2 :], pair.answer, ONE), (other, pair.other, OTHER)):
        begin, end = own.index(OPEN), own.index(CLOSE)
        before, words, after = (text.split() for text in place)
        kept, following = own[:begin], own[end + 1 : -1]
        assert own[begin + 1 : end] == words[:WORDS]
        assert kept == before[len(before) - len(kept) :]
        assert following == after[: len(following)]
        assert len(own) == min(len(before) + len(words[:WORDS]) + len(after), most) + 3


def test_a_tokenizer_without_marks_is_refused():
    other = Tokenizer.from_str(TOKENIZER.to_str().replace(OPEN, "[other]"))
    with pytest.raises(ModelError, match="unused0"):
        Judge(None, other)


@pytest.fixture(scope="module")
def judge():
    return ExtractiveReader.from_pretrained().judge


@pytest.mark.parametrize(
    ("other", "is_rival"),
    [
        (Marked("Tolvik buries its dead. The quake has taken ", "19", " people, the mayor said."), True),
        (Marked("Tolvik buries its dead. The quake has damaged ", "19", " houses, the mayor said."), False),
        (Marked("The mayor is back. He was away for ", "19", " days when the quake struck."), False),
    ],
)
def test_the_packaged_judge_tells_a_rival_from_another_figure(judge, other, is_rival):
    assert (judge.judge([Pair(KILLED, ANSWER, other)])[0] > 0) == is_rival


def test_a_verdict_does_not_depend_on_what_else_is_judged(judge):
    pairs = [Pair(KILLED, ANSWER, Marked("", text, " were found.")) for text in ("19", "Some boats", "12")]
    assert judge.judge(pairs) == [judge.judge([pair])[0] for pair in pairs]
    assert judge.judge([]) == []
