"""Examples made of parts of longer contexts, as an index holds them."""

from ragqa.embedding import load_embedder
from ragqa.splitting import Splitter
from ragqa.training.additions import Additions, additional, cut
from ragqa.training.examples import Example

RAIN = " ".join(f"On day {number} it rained in the valley and the river rose a little more." for number in range(40))
REPORT = f"At least 43 people died in the flood near Ashford. {RAIN} The army flew out 210 others on Monday."
SPLITTER = Splitter(load_embedder(None).count_tokens)


def example(answer, number=0):
    start = REPORT.index(answer)
    return Example(f"q{number}", "How many?", REPORT, ((start, start + len(answer)),))


def made(number, answer="43", seed=0):
    (own,) = cut([example(answer, number)], SPLITTER, seed=seed)
    return own


def test_a_passage_keeps_the_answer_that_lies_in_it_and_loses_the_others():
    seen = {True: 0, False: 0}
    for number in range(30):
        for answer in ("43", "210"):
            own = made(number, answer)
            assert own.context in REPORT
            assert len(own.context) < len(REPORT)
            assert bool(own.spans) == (answer in own.context)
            assert [own.context[start:end] for start, end in own.spans] == [answer] * len(own.spans)
            seen[bool(own.spans)] += 1
    assert min(seen.values()) > 0


def test_the_draw_is_the_example_s_and_the_seed_s():
    assert made(3) == made(3)
    assert len({made(number).context for number in range(20)}) > 2
    assert len({made(3, seed=seed).context for seed in range(20)}) > 2


def test_a_context_of_one_passage_is_left_alone():
    assert list(cut([Example("q", "How many?", "At least 43 people died.", ((9, 11),))], SPLITTER, seed=0)) == []


def test_a_passage_that_repeats_an_answer_elsewhere_is_no_example_of_none():
    text = f"At least 43 people died. {RAIN} The 43 were named."
    twice = Example("q", "How many died?", text, ((9, 11),))
    found = [own for number in range(20) for own in cut([twice._replace(id=str(number))], SPLITTER, seed=0)]
    assert 0 < sum(bool(own.spans) for own in found) < 20
    assert not any("43" in own.context for own in found if not own.spans)


def test_a_share_is_that_of_the_examples_that_can_be_cut():
    short = [Example(f"s{number}", "How many?", "At least 43 people died.", ((9, 11),)) for number in range(10)]
    long = [example("43", number) for number in range(10)]
    made = additional([*short, *long], Additions(cut=0.5), seed=0)
    assert len(made) == 5
    assert {own.id.removesuffix(":cut") for own in made} <= {own.id for own in long}


def test_an_answer_that_a_passage_tears_is_no_example_of_either():
    whole = Example("q", "What does it say?", REPORT, ((0, len(REPORT)),))
    torn = [list(cut([whole._replace(id=str(number))], SPLITTER, seed=0)) for number in range(10)]
    assert torn == [[]] * 10
