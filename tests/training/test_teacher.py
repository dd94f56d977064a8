"""What a larger model says of each window, and a small one that learns from it."""

import logging
import re

import numpy as np
import pytest
from small_run import rows, small_run, small_settings, write_encoder, write_rows

from ragqa.errors import ModelError, SettingError
from ragqa.onnx import load_tokenizer
from ragqa.reading import ExtractiveReader
from ragqa.reading.windows import TokenWindow
from ragqa.records import Passage
from ragqa.training import ReaderFacts, Taught, read_data, train_reader
from ragqa.training import teacher as teacher_module
from ragqa.training.examples import Example
from ragqa.training.features import training_windows
from ragqa.training.network import _divergence
from ragqa.training.run import DEFAULT_START
from ragqa.training.teacher import Teacher, _moved

REPORT = "At least 43 people died in the flood near Ashford. Doctors treated 210 others."
LONG = REPORT + " It rained." * 40
TOKENIZER = load_tokenizer(DEFAULT_START / "tokenizer.json")


def window(question, text=REPORT):
    example = Example("q", question, text, ())
    (made,) = training_windows([example], TOKENIZER, max_length=256, null_token="[CLS]", seed=0, with_source=True)
    return made


def token_at(made, characters):
    start = made.source.text.index(characters)
    return made.source.first + int(np.flatnonzero(made.source.offsets[:, 0] == start)[0])


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("teacher")


@pytest.fixture(scope="module")
def small(folder):
    """A reader of windows of 64 tokens that knows how to find who died."""
    small_run(folder, folder / "small", settings=small_settings(epochs=8))
    return folder / "small"


@pytest.fixture(scope="module")
def wrong(folder):
    """Data that point at who was hurt where the small reader points at who died."""
    made = rows()
    for row in made:
        hurt = row["context"].split("treated ")[1].split()[0]
        row["answers"] = [{"text": hurt, "answer_start": row["context"].index(f" {hurt} ") + 1}]
    file = str(write_rows(folder / "wrong.jsonl", made))
    return read_data([file], development=None, development_questions=0, strict=True, seed=0)


def learn(folder, wrong, out, **options):
    facts = ReaderFacts(name="learned")
    return train_reader(wrong, out, start=folder / "encoder", facts=facts, **{"settings": small_settings(), **options})


def weights(out):
    return (out / "trainable" / "model.safetensors").read_bytes()


def test_the_teacher_gives_its_probability_to_what_it_reads_as_the_answer():
    asked = [window("How many people died in the flood?"), window("Who won the cycling race?")]
    died, unrelated = Teacher(str(DEFAULT_START), temperature=1.0).soft_targets(asked)
    place = token_at(asked[0], "43")
    assert died.shape == (2, len(asked[0].input_ids))
    assert died[:, place].min() > 0.5
    assert unrelated[:, asked[1].null].min() > 0.5
    assert np.allclose([died.sum(axis=1), unrelated.sum(axis=1)], 1, atol=0.01)


def test_a_higher_temperature_leaves_more_to_what_is_less_likely():
    asked = [window("How many people died in the flood?")]
    (cold,), (warm,) = (Teacher(str(DEFAULT_START), temperature=value).soft_targets(asked) for value in (1.0, 4.0))
    place, other = token_at(asked[0], "43"), token_at(asked[0], "210")
    assert warm[0, place] < cold[0, place]
    assert warm[0, other] > cold[0, other]


@pytest.mark.parametrize("space", [0, 1])  # the tokens of some models take in the space before a word
def test_a_teacher_that_takes_words_apart_otherwise_is_understood(space):
    made = window("Where?", "The flood hit Grimsborough on Monday.")
    text, first = made.source.text, made.source.first
    start = text.index("Grimsborough")
    pieces = [text[slice(*own)] for own in made.source.offsets if start <= own[0] < start + len("Grimsborough")]
    assert len(pieces) > 2  # for the network; the teacher of this test reads whole words
    words = [(own.start(), own.end()) for own in re.finditer(r"\w+|\.", text)]
    logits = np.full(1 + len(words), -20, dtype=np.float32)
    logits[1 + words.index((start, start + len("Grimsborough")))] = 20
    offsets = np.array([(max(0, own_start - space), own_end) for own_start, own_end in words])
    read = TokenWindow(np.zeros(0), np.zeros(0), 0, slice(1, 1 + len(words)), offsets, 0)
    soft = _moved(made, made.source, read, (logits, logits), 1.0)
    assert text[slice(*made.source.offsets[soft[1].argmax() - first])] == pieces[-1]
    assert text[slice(*made.source.offsets[soft[0].argmax() - first])] == pieces[0]
    assert soft.sum() == pytest.approx(2)


def test_of_a_text_that_is_too_long_the_teacher_says_nothing(small, tmp_path, caplog):
    teacher = Teacher(str(small / "trainable"), temperature=1.0)
    with caplog.at_level(logging.WARNING):
        short, long = teacher.teach([window("How many died?"), window("How many died?", LONG)], tmp_path)
    assert short.soft is not None
    assert (long.soft, long.source, short.source) == (None, None, None)
    assert "1 of 2 windows are too long for the teacher" in caplog.text
    with pytest.raises(SettingError, match="every window is too long"):
        teacher.teach([window("How many died?", LONG)], tmp_path)


def test_the_teacher_is_asked_once_and_a_part_that_is_there_is_not_asked_again(small, tmp_path, monkeypatch):
    monkeypatch.setattr(teacher_module, "_PART", 2)
    asked = [window(f"How many died on day {number}?") for number in range(5)]
    counts, done = [], []
    teacher = Teacher(str(small / "trainable"), temperature=1.0)
    real = teacher.soft_targets
    monkeypatch.setattr(teacher, "soft_targets", lambda part: counts.append(len(part)) or real(part))
    first = teacher.teach(asked, tmp_path, progress=done.append)
    assert (counts, done) == ([2, 2, 1], [2, 4, 5])
    (kept,) = tmp_path.glob("teacher-*")
    (kept / "00001.npz").unlink()  # as if stopped there
    again = teacher.teach(asked, tmp_path)
    assert counts == [2, 2, 1, 2]
    assert all((one.soft == other.soft).all() for one, other in zip(first, again, strict=True))
    teacher.teach([window("How many died on day 0?", REPORT.upper()), *asked[1:]], tmp_path)
    assert counts == [2, 2, 1, 2, 2, 2, 1]  # the same tokens of another text
    warmer = Teacher(str(small / "trainable"), temperature=2.0)
    assert warmer.fingerprint != teacher.fingerprint
    (kept / "00000.npz").write_bytes(b"torn")
    with pytest.raises(ModelError, match="delete it to ask again"):
        teacher.teach(asked, tmp_path)


def test_logits_that_are_no_numbers_are_refused(small, monkeypatch):
    teacher = Teacher(str(small / "trainable"), temperature=1.0)
    nothing = np.full(40, np.nan, dtype=np.float32)
    monkeypatch.setattr(teacher._backend, "logits", lambda windows: [(nothing, nothing)] * len(windows))
    with pytest.raises(ModelError, match="no numbers"):
        teacher.soft_targets([window("How many died?")])


def test_a_teacher_without_a_trained_head_is_refused(tmp_path):
    with pytest.raises(ModelError, match="has no trained question-answering head"):
        Teacher(str(write_encoder(tmp_path / "encoder")), temperature=1.0)


def test_the_divergence_is_that_of_softened_logits_and_its_gradient_is_of_usual_size():
    import torch

    soft = torch.tensor([[[0.7, 0.2, 0.1, 0.0], [0.0, 0.0, 1.0, 0.0]]])
    allowed = torch.tensor([[[True, True, True, False]]])
    temperature = 2.0
    logits = torch.tensor([[[1.0, -2.0, 0.5, 9.0], [0.0, 1.0, 3.0, 9.0]]], requires_grad=True)
    found = _divergence(logits, soft, allowed, temperature)
    softened = torch.softmax(logits.detach()[:, :, :3] / temperature, dim=2)
    expected = [
        temperature**2 * sum(p * np.log(p / q) for p, q in zip(ps, qs, strict=True) if p > 0)
        for ps, qs in zip(soft[0, :, :3].tolist(), softened[0].tolist(), strict=True)
    ]
    np.testing.assert_allclose(found.detach()[0], expected, rtol=1e-5)
    found.sum().backward()
    np.testing.assert_allclose(logits.grad[:, :, :3], temperature * (softened - soft[:, :, :3]), atol=1e-6)
    assert (logits.grad[:, :, 3] == 0).all()
    own = torch.log(soft[:, :1, :3]) * temperature  # a network that says what the teacher says
    assert float(_divergence(own, soft[:, :1, :3], allowed[:, :, :3], temperature).max()) == pytest.approx(0, abs=1e-5)


def test_a_reader_learns_from_its_teacher_what_the_data_do_not_say(folder, small, wrong):
    def answer(out, **options):
        card = learn(folder, wrong, out, **options)
        report = rows(40, seed=7)[0]
        passage = Passage(id="p", article_id="a", text=report["context"], start=0, end=len(report["context"]))
        (spans,) = ExtractiveReader.from_pretrained(out).read(report["question"], [passage], top_n=1)
        return card, spans[0].text, report

    asked = []
    settings = small_settings(epochs=8, teacher_share=1.0)
    card, text, report = answer(folder / "taught", teacher=small, settings=settings, report=asked.append)
    assert text == report["answers"][0]["text"]
    assert (card["base"], card["training"]["teacher"]["name"]) == ("encoder", "small")
    assert next(own for own in asked if isinstance(own, Taught)) == (len(rows()), len(rows()))
    card, text, report = answer(folder / "untaught", settings=small_settings(epochs=8))
    assert card["training"]["teacher"] is None
    assert f"treated {text} others" in report["context"]


def test_a_teacher_that_has_no_share_changes_nothing(folder, small, wrong):
    learn(folder, wrong, folder / "alone")
    learn(folder, wrong, folder / "shareless", teacher=small, settings=small_settings(teacher_share=0.0))
    assert weights(folder / "alone") == weights(folder / "shareless")


def test_share_and_temperature_decide_what_is_learned(folder, small, wrong):
    made = [small_settings(), small_settings(teacher_share=0.3), small_settings(temperature=1.0)]
    for number, settings in enumerate(made):
        learn(folder, wrong, folder / f"kind-{number}", teacher=small, settings=settings)
    assert len({weights(folder / f"kind-{number}") for number in range(3)}) == 3


def test_a_stopped_run_with_a_teacher_goes_on_to_the_same_bits(folder, small, wrong):
    class Stop(Exception):
        pass

    def stop(what):
        if getattr(what, "step", 0) == 5:
            raise Stop

    settings = small_settings(epochs=4)
    learn(folder, wrong, folder / "straight", teacher=small, settings=settings, every=3)
    with pytest.raises(Stop):
        learn(folder, wrong, folder / "stopped", teacher=small, settings=settings, every=3, report=stop)
    learn(folder, wrong, folder / "stopped", teacher=small, settings=settings, every=3)
    assert weights(folder / "stopped") == weights(folder / "straight")
    before = {path: path.read_bytes() for path in (folder / "stopped" / "run").rglob("*") if path.is_file()}
    with pytest.raises(ModelError, match="teacher or settings differ"):
        learn(folder, wrong, folder / "stopped", teacher=folder / "straight", settings=settings, every=3)
    assert {path: path.read_bytes() for path in before} == before
