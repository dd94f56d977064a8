"""The pairs that the judge learns from: rivals, and places that are none, each where the story has it."""

import importlib.util
import random
from pathlib import Path

SCRIPT = Path(__file__).parent.parent / "tools" / "train_judge.py"
spec = importlib.util.spec_from_file_location("train_judge", SCRIPT)
train_judge = importlib.util.module_from_spec(spec)
spec.loader.exec_module(train_judge)

REPORTS = [
    "The fire in the Korvat market killed 34 people and hurt 50. It broke out on Monday.",
    "At least 41 bodies were found in the hall. The fire broke out on Monday, with 6 fire engines there.",
    "The market of Korvat is shut since Monday. Nobody says for how long. Some 300 stalls are gone.",
]
QUESTIONS = [
    ("How many people did the fire kill?", "differs", ["34", "41", None]),
    ("When did the fire break out?", "same", ["Monday", "Monday", None]),
    ("How many stalls are gone?", "single", [None, None, "300"]),
]


def story():
    paragraphs = [{"context": text, "qas": []} for text in REPORTS]
    for question, relation, answers in QUESTIONS:
        for own, answer in zip(paragraphs, answers, strict=True):
            marked = [{"text": answer, "answer_start": own["context"].index(answer)}] if answer else []
            own["qas"].append({"question": question, "relation": relation, "answers": marked})
    return {"title": "korvat", "paragraphs": paragraphs}


def asked():
    return [own for seed in range(40) for own in train_judge.asked_of(story(), random.Random(seed))]


def test_what_two_reports_put_differently_is_a_rival_and_nothing_else_is():
    rivals = {(own.text[slice(*own.answer)], own.other_text[slice(*own.other)]) for own in asked() if own.is_rival}
    assert rivals == {("34", "41"), ("41", "34")}
    assert {own.question for own in asked() if own.is_rival} == {QUESTIONS[0][0]}


def test_what_answers_the_question_alike_is_told_from_what_does_not_answer_it():
    agreeing = {own.other_text[slice(*own.other)] for own in asked() if own.answers and not own.is_rival}
    assert agreeing == {"Monday"}
    others = {
        own.other_text[slice(*own.other)] for own in asked() if not own.answers and own.question == QUESTIONS[0][0]
    }
    assert {"50", "6", "Monday"} <= others
    assert not {"34", "41"} & others


def test_every_pair_is_of_two_reports_and_the_same_seed_gives_the_same():
    assert all(own.text != own.other_text for own in asked())
    assert asked() == asked()


def test_steps_hold_every_pair_once():
    rows = [train_judge.Row([0] * (10 + number % 7), 5, (0.0, 1.0)) for number in range(100)]
    steps = train_judge.in_steps(rows, 3)
    assert sorted(id(row) for step in steps for row in step) == sorted(map(id, rows))
    assert max(map(len, steps)) == train_judge.AT_ONCE
