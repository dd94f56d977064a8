"""Passages: exact offsets whatever the text, whole sentences, bounded length."""

import logging
import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ragqa.errors import SettingError
from ragqa.records import Article
from ragqa.splitting import Splitter
from ragqa.words import word_spans


def count_words(text: str) -> int:
    return len(text.split())


def split(text: str, **lengths: int) -> list[str]:
    return [passage.text for passage in Splitter(count_words, **lengths).split(Article(id="a", text=text))]


def check(article: Article, splitter: Splitter) -> None:
    covered = set()
    for passage in splitter.split(article):
        assert article.text[passage.start : passage.end] == passage.text == passage.text.strip() != ""
        covered.update(range(passage.start, passage.end))
    assert all(offset in covered or character.isspace() for offset, character in enumerate(article.text))


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=400), st.integers(8, 30), st.integers(0, 7))
def test_offsets_recover_the_text_of_every_passage(text, chunk, overlap):
    check(Article(text=text), Splitter(count_words, chunk_tokens=chunk, overlap_tokens=overlap))


@given(
    st.lists(
        st.sampled_from(["Subscribe now. ", "Read more.\n", "\r\n", "The toll rose to 41. ", "é́ 🙂 ", "会谈结束。"]),
        max_size=60,
    ),
)
def test_offsets_hold_for_repeated_boilerplate(parts):
    check(Article(text="".join(parts)), Splitter(count_words, chunk_tokens=8, overlap_tokens=4))


def test_no_two_passages_of_repeated_boilerplate_share_a_start():
    article = Article(text="Subscribe to our newsletter now. " * 50)
    passages = Splitter(count_words, chunk_tokens=10, overlap_tokens=0).split(article)
    assert len({passage.start for passage in passages}) == len(passages) == 25


def test_sentences_that_fit_are_not_cut():
    text = "The envoys met in Doha on Monday. They left on Tuesday without a deal. Talks go on in Cairo."
    assert split(text, chunk_tokens=14, overlap_tokens=0) == [
        "The envoys met in Doha on Monday. They left on Tuesday without a deal.",
        "Talks go on in Cairo.",
    ]


def test_whole_sentences_are_repeated_as_overlap():
    text = "The envoys met in Doha. They left. Talks go on in Cairo next week. Nobody is hopeful."
    assert split(text, chunk_tokens=8, overlap_tokens=2) == [
        "The envoys met in Doha. They left.",
        "They left. Talks go on in Cairo next week.",
        "Nobody is hopeful.",
    ]


def test_a_sentence_that_does_not_fit_is_cut_at_a_comma_or_a_space():
    text = "one two three four five six, seven eight nine ten eleven twelve thirteen fourteen"
    assert split(text, chunk_tokens=8, overlap_tokens=0) == [
        "one two three four five six,",
        "seven eight nine ten eleven twelve thirteen fourteen",
    ]


def test_a_stretch_without_a_space_is_cut_by_length():
    passages = Splitter(count_words, chunk_tokens=8, overlap_tokens=0).split(Article(text="x" * 1000))
    assert max(len(passage.text) for passage in passages) <= 8 * 16
    assert "".join(passage.text for passage in passages) == "x" * 1000


def count_pieces(text: str) -> int:
    """Count as tokenisers do: a token for every four letters or digits, one for every other character."""
    return len(re.findall(r"[A-Za-z0-9]{1,4}|[^A-Za-z0-9\s]", text))


def test_a_list_without_spaces_is_cut_before_a_word():
    text = "Toll:" + ";".join(f"town{number}=100,50{number}" for number in range(4))
    assert [
        passage.text for passage in Splitter(count_pieces, chunk_tokens=15, overlap_tokens=0).split(Article(text=text))
    ] == ["Toll:town0=100,500;town1=", "100,501;town2=100,502;town3=", "100,503"]


@given(
    st.lists(
        st.sampled_from(
            [
                "town",
                "100,544",
                "12 %",
                "-5 °C",
                "U.S.",
                "40\u202f139",
                "2024",
                "被害は",
                "100人",
                "O'Brien",
                "x" * 40,
                "🙂",
            ]
        )
        | st.sampled_from([";", "=", ", ", " ", " %", "\n", "…", ".", "。", "-", "(", "....."]),
        max_size=60,
    ).map("".join),
    st.integers(8, 20),
    st.integers(0, 7),
)
def test_no_passage_edge_lies_inside_a_word_or_figure_that_fits(text, chunk, overlap):
    article = Article(text=text)
    splitter = Splitter(count_pieces, chunk_tokens=chunk, overlap_tokens=overlap)
    check(article, splitter)
    edges = {edge for passage in splitter.split(article) for edge in (passage.start, passage.end)}
    for start, end in word_spans(text).tolist():
        if count_pieces(text[start:end]) <= chunk:
            assert not edges & set(range(start + 1, end))


@pytest.mark.parametrize(
    ("text", "passages"), [("." * 1_000_000, 6250), ("x" * 1_000_000, 391)], ids=["dots", "one word"]
)
def test_a_million_characters_without_a_space_take_seconds(text, passages):
    began = time.process_time()
    assert len(Splitter(lambda piece: piece.count(".")).split(Article(text=text))) == passages
    assert time.process_time() - began < 30


def test_white_space_alone_gives_no_passage():
    assert split(" \n\t ") == []
    assert split("") == []


@pytest.mark.parametrize(("chunk", "overlap"), [(7, 0), (20, 20), (20, -1)])
def test_lengths_out_of_range_are_refused(chunk, overlap):
    with pytest.raises(SettingError, match="must be"):
        Splitter(count_words, chunk_tokens=chunk, overlap_tokens=overlap)


def test_a_splitter_library_that_loses_text_is_noticed(monkeypatch, caplog):
    from langchain_text_splitters import CharacterTextSplitter

    monkeypatch.setattr(CharacterTextSplitter, "split_text", lambda self, text: [text.split()[0]])
    article = Article(text="The envoys met in Doha on Monday. They left on Tuesday without a deal. Talks go on.")
    with caplog.at_level(logging.WARNING):
        check(article, Splitter(count_words, chunk_tokens=8, overlap_tokens=0))
        check(Article(text="x" * 1000), Splitter(count_words, chunk_tokens=8, overlap_tokens=0))
    assert "did not give back the text" in caplog.text
