"""The decoder against a slow reference, and its rules one by one."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ragqa.spans import ScoredSpan, Window, decode
from ragqa.words import word_spans


def window(
    text: str, tokens: list[str], start: list[float], end: list[float], null: float = 0.0, first: int = 0
) -> Window:
    """Lay tokens out over the text in order."""
    offsets, at = [], 0
    for token in tokens:
        at = text.index(token, at)
        offsets.append((at, at + len(token)))
        at += len(token)
    return Window(np.array(start, np.float32), np.array(end, np.float32), np.array(offsets), null, first)


def test_the_best_span_is_scored_against_its_null():
    text = "Of 251 hostages, 111 remain"
    tokens = ["Of", "251", "hostages", ",", "111", "remain"]
    found = decode(text, [window(text, tokens, [0, 5, 0, 0, 6, 0], [0, 4, 0, 0, 7, 1], null=3.0)], top_n=2)
    assert found == [ScoredSpan(17, 20, 10.0), ScoredSpan(3, 6, 6.0)]


def test_only_spans_above_a_score_are_given_where_one_is_named():
    text = "Of 251 hostages, 111 remain"
    tokens = ["Of", "251", "hostages", ",", "111", "remain"]
    windows = [window(text, tokens, [0, 5, 0, 0, 6, 0], [0, 4, 0, 0, 7, 1], null=3.0)]
    every = decode(text, windows, top_n=9)
    assert min(span.score for span in every) < 0
    for above in (-9.0, 0.0, 6.0, 9.9, 10.0, 99.0):
        assert decode(text, windows, top_n=9, above=above) == [span for span in every if span.score > above]


def test_a_figure_is_never_cut():
    text = "and 100,544 others wounded"
    tokens = ["and", "100", ",", "54", "4", "others", "wounded"]
    found = decode(text, [window(text, tokens, [0, 1, 0, 9, 0, 0, 0], [0, 0, 0, 0, 9, 0, 0])], top_n=1)
    assert [text[span.start : span.end] for span in found] == ["100,544"]
    assert found[0].score == 18.0


def test_punctuation_lends_its_logits_to_the_word_it_leans_on():
    text = 'said "cautious optimism" on'
    tokens = ["said", '"', "cautious", "optimism", '"', "on"]
    found = decode(text, [window(text, tokens, [0, 8, 1, 0, 0, 0], [0, 0, 0, 1, 8, 0])], top_n=1)
    assert [text[span.start : span.end] for span in found] == ["cautious optimism"]


def test_a_token_that_holds_two_words_serves_both():
    text = "the Hamas-led raid"
    found = decode(text, [window(text, ["the", "Hamas-led", "raid"], [0, 5, 0], [0, 5, 0])], top_n=1)
    assert text[found[0].start : found[0].end] in {"Hamas", "led", "Hamas-led"}
    assert found[0].score == 10.0


def test_no_span_is_longer_than_the_cap_but_a_single_word_may_be():
    text = "a b c d"
    tokens = ["a", "b", "c", "d"]
    logits = window(text, tokens, [9, 0, 0, 0], [0, 0, 0, 9])
    best = decode(text, [logits], max_answer_tokens=2, top_n=1)[0]
    assert best.score == 9.0
    assert best.end - best.start <= 3
    word = "abcd"
    pieces = window(word, ["a", "b", "c", "d"], [9, 0, 0, 0], [0, 0, 0, 9])
    assert decode(word, [pieces], max_answer_tokens=2) == [ScoredSpan(0, 4, 18.0)]


def test_a_word_counts_in_the_window_where_it_sees_most_context():
    text = "w0 w1 w2 w3 w4 w5 w6 w7"
    tokens = text.split()
    left = window(text, tokens[:6], [0] * 5 + [50], [0] * 6)
    right = window(text, tokens[2:], [0, 0, 0, 7, 0, 0], [0, 0, 0, 7, 0, 0], first=2)
    best = decode(text, [left, right], top_n=1)[0]
    assert (text[best.start : best.end], best.score) == ("w5", 14.0)


def test_a_text_without_a_word_has_no_span():
    assert decode("— …", [window("— …", ["—", "…"], [1, 1], [1, 1])]) == []
    assert decode("", []) == []


def test_spans_of_one_passage_do_not_overlap():
    text = "one two three four"
    tokens = text.split()
    found = decode(text, [window(text, tokens, [3, 2, 1, 0], [0, 1, 2, 3])], top_n=4)
    stretches = sorted((span.start, span.end) for span in found)
    assert all(first[1] <= second[0] for first, second in zip(stretches, stretches[1:], strict=False))
    assert found[0] == ScoredSpan(0, len(text), 6.0)


def test_a_span_stays_within_a_sentence():
    text = "The bridge fell.\n\nHe was a welder."
    tokens = ["The", "bridge", "fell", ".", "He", "was", "a", "welder", "."]
    found = decode(text, [window(text, tokens, [0, 9, 0, 0, 5, 0, 0, 0, 0], [0, 0, 4, 0, 0, 0, 0, 9, 0])], top_n=2)
    assert [(text[span.start : span.end], span.score) for span in found] == [
        ("He was a welder", 14.0),
        ("bridge fell", 13.0),
    ]


def test_a_particle_is_no_span_and_leaves_the_place_to_one_that_holds_it():
    text = "At least 43 of IS died"
    tokens = ["At", "least", "43", "of", "IS", "died"]
    found = decode(text, [window(text, tokens, [9, 0, 3, 0, 5, 0], [9, 0, 4, 7, 1, 0])], top_n=9)
    spans = [(text[span.start : span.end], span.score) for span in found]
    assert spans[0] == ("At least 43 of", 16.0)
    assert ("IS", 6.0) in spans
    assert not {"At", "of"} & {own for own, _ in spans}


def reference(text: str, logits: Window, cap: int) -> float:
    """The best score over every pair of words, one by one."""
    words = word_spans(text).tolist()
    starts, ends = logits.offsets[:, 0], logits.offsets[:, 1]
    best = -np.inf
    for i, (word_start, _) in enumerate(words):
        for _, word_end in words[i:]:
            first = next(t for t in range(len(ends)) if ends[t] > word_start)
            last = next(t for t in reversed(range(len(starts))) if starts[t] < word_end)
            own_last = next(t for t in reversed(range(len(starts))) if starts[t] < words[i][1])
            end_first = next(t for t in range(len(ends)) if ends[t] > max(w[0] for w in words if w[1] == word_end))
            if last - first + 1 > cap and last > own_last:
                continue
            if set(text[word_start:word_end].split()) == {"a"}:  # the only particle of these letters
                continue
            score = logits.start_logits[first : own_last + 1].max() + logits.end_logits[end_first : last + 1].max()
            best = max(best, float(score))
    return best - logits.null_score


@settings(max_examples=150)
@given(st.data())
def test_the_best_score_is_that_of_an_exhaustive_search(data):
    words = data.draw(st.lists(st.text("abc", min_size=1, max_size=4), min_size=1, max_size=12))
    text = " ".join(words)
    offsets, at = [], 0
    for word in words:
        cuts = sorted({0, len(word), *data.draw(st.lists(st.integers(0, len(word)), max_size=2))})
        offsets += [(at + a, at + b) for a, b in zip(cuts, cuts[1:], strict=False)]
        at += len(word) + 1
    values = st.integers(-8, 8)
    draw = lambda: np.array(data.draw(st.lists(values, min_size=len(offsets), max_size=len(offsets))), np.float32)  # noqa: E731
    logits = Window(draw(), draw(), np.array(offsets), float(data.draw(values)))
    cap = data.draw(st.integers(1, 14))
    found = decode(text, [logits], max_answer_tokens=cap, top_n=3)
    best = max((span.score for span in found), default=-np.inf)
    assert best == pytest.approx(reference(text, logits, cap))
    assert [span.score for span in found] == sorted((span.score for span in found), reverse=True)
