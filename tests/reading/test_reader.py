"""The reader that ragqa carries, and any other by name or folder."""

import json
import shutil
from itertools import islice

import pytest

from ragqa import ExtractiveReader, ModelError, Passage, QuestionError, SettingError
from ragqa.reading.reader import DEFAULT_READER, ReaderSettings
from ragqa.reading.windows import Windower

TEXT = "Out of 251 hostages, 111 are still held in Gaza. At least 42,847 people died and 100,544 others were wounded."


def passage(text: str = TEXT, start: int = 0) -> Passage:
    return Passage(id=f"a#{start}", article_id="a", text=text, start=start, end=start + len(text))


def test_answers_are_verbatim_with_offsets_into_the_article(reader):
    ((best, *_),) = reader.read("How many hostages are still held in Gaza?", [passage(start=1000)])
    assert best.text == "111"
    assert TEXT[best.start - 1000 : best.end - 1000] == "111"
    assert best.score > 0


def test_a_figure_is_whole(reader):
    ((best, *_),) = reader.read("How many people were wounded?", [passage()])
    assert best.text == "100,544"


def test_a_passage_about_something_else_loses_to_its_null(reader):
    ((best, *_),) = reader.read("Who won the football World Cup in 1998?", [passage()])
    assert best.score < 0


def test_scores_do_not_depend_on_the_company(reader):
    others = [passage("Rain fell in Valencia. " * n, start=n) for n in (1, 30, 90)]
    question = "How many people were wounded?"
    alone = reader.read(question, [passage()])[0]
    for company in ([*others, passage()], [passage(), *others], [passage()] * 7):
        found = reader.read(question, company)
        assert found[[one.id for one in company].index("a#0")] == alone


def test_top_n_limits_the_spans(reader):
    assert [len(reader.read("How many?", [passage()], top_n=n)[0]) for n in (1, 3)] == [1, 3]


def test_an_answer_deep_in_a_long_passage_is_found(reader):
    filler = "The committee met again on the following day and talked about the budget. " * 60
    text = f"{filler}The bridge was opened by Anna Lindqvist. {filler}"
    ((best, *_),) = reader.read("Who opened the bridge?", [passage(text)])
    assert best.text == "Anna Lindqvist"
    assert text[best.start : best.end] == best.text


def test_nothing_to_read_gives_nothing(reader):
    assert reader.read("Who?", []) == []
    assert reader.read("Who?", [passage("")]) == [[]]
    assert reader.read("Who?", [passage("…")]) == [[]]


def test_a_question_of_ten_thousand_words_is_refused(reader):
    with pytest.raises(QuestionError, match="fewer words"):
        reader.read("why " * 10_000, [passage()])


def test_progress_counts_the_windows(reader):
    counts = []
    reader.read_many([("Who?", passage(f"{TEXT} {number}")) for number in range(5)], progress=counts.append)
    assert sum(counts) == 5


def test_what_was_read_is_not_read_again_and_gives_the_same(reader):
    reader.forget()
    counts = []
    pairs = [("Who was wounded?", passage()), ("Who was wounded?", passage(start=40))]
    first = reader.read_many(pairs, progress=counts.append)
    assert sum(counts) == 1
    assert [[span.start + 40 for span in own] for own in first[:1]] == [
        [span.start for span in own] for own in first[1:]
    ]
    assert reader.read_many(pairs, progress=counts.append) == first
    assert sum(counts) == 1
    reader.forget()
    assert reader.read_many(pairs, progress=counts.append) == first
    assert sum(counts) == 2


def test_a_damaged_card_is_named(tmp_path):
    shutil.copytree(DEFAULT_READER, tmp_path / "reader")
    card = tmp_path / "reader" / "reader.json"
    card.write_text("{", encoding="utf-8")
    with pytest.raises(ModelError, match=r"reader\.json can't be used"):
        ExtractiveReader.from_pretrained(tmp_path / "reader")
    card.write_text(
        json.dumps({"name": "x", "max_length": 384, "stride": 128, "max_answer_tokens": 0}), encoding="utf-8"
    )
    with pytest.raises(SettingError, match="max_answer_tokens"):
        ExtractiveReader.from_pretrained(tmp_path / "reader")


def test_a_null_bias_of_the_card_makes_a_reader_say_no_less_readily(tmp_path, reader):
    shutil.copytree(DEFAULT_READER, tmp_path / "reader")
    path = tmp_path / "reader" / "reader.json"
    card = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**card, "null_bias": card["null_bias"] + 2.5}), encoding="utf-8")
    readier = ExtractiveReader.from_pretrained(tmp_path / "reader")
    for question in ("How many people were wounded?", "Who won the cycling race?"):
        (own,), (expected,) = (each.read(question, [passage()]) for each in (readier, reader))
        assert [(span.start, span.end) for span in own] == [(span.start, span.end) for span in expected]
        assert [span.score for span in own] == pytest.approx([span.score + 2.5 for span in expected])
    path.write_text(json.dumps({**card, "null_bias": "much"}), encoding="utf-8")
    with pytest.raises(ModelError, match=r"reader\.json can't be used"):
        ExtractiveReader.from_pretrained(tmp_path / "reader")


def test_a_calibration_is_read_from_the_card(tmp_path):
    shutil.copytree(DEFAULT_READER, tmp_path / "reader")
    path = tmp_path / "reader" / "reader.json"
    card = json.loads(path.read_text(encoding="utf-8"))
    card["calibration"] = {
        "temperature": 2.0,
        "offset": 1.0,
        "runner_up": 0.5,
        "margin": 0.5,
        "fitted_on": "a test",
        "error": 0.1,
    }
    path.write_text(json.dumps(card), encoding="utf-8")
    assert ExtractiveReader.from_pretrained(tmp_path / "reader").calibration.margin == 0.5
    card["calibration"]["temperature"] = 0
    path.write_text(json.dumps(card), encoding="utf-8")
    with pytest.raises(ModelError, match="temperature > 0"):
        ExtractiveReader.from_pretrained(tmp_path / "reader")


def test_a_name_that_leads_nowhere_is_named(tmp_path):
    with pytest.raises(ModelError, match="can't be loaded"):
        ExtractiveReader.from_pretrained(tmp_path / "nothing")


@pytest.fixture(scope="module")
def hub_folder(tmp_path_factory):
    """A small question-answering model with random weights, saved as transformers saves one."""
    import torch
    from transformers import BertConfig, BertForQuestionAnswering, BertTokenizerFast

    folder = tmp_path_factory.mktemp("hub")
    torch.manual_seed(0)
    config = BertConfig(
        hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64, max_position_embeddings=96
    )
    BertForQuestionAnswering(config).save_pretrained(folder)
    BertTokenizerFast(tokenizer_file=str(DEFAULT_READER / "tokenizer.json")).save_pretrained(folder)
    return folder


def test_any_question_answering_model_reads_from_its_folder(hub_folder):
    reader = ExtractiveReader.from_pretrained(str(hub_folder))
    assert reader.settings.max_length == 96
    assert reader.calibration is None
    ((best, *_),) = reader.read("How many?", [passage(start=7)])
    assert TEXT[best.start - 7 : best.end - 7] == best.text


def test_the_scores_of_a_torch_model_do_not_depend_on_batch_size_or_order(hub_folder, monkeypatch):
    reader = ExtractiveReader.from_pretrained(str(hub_folder))
    passages = [passage(TEXT * n, start=n) for n in (3, 1, 5, 2)]
    together = reader.read("How many people were wounded?", passages)
    monkeypatch.setattr("ragqa.reading.hub._TOKENS_A_BATCH", 1)
    for one, spans in zip(reversed(passages), reversed(together), strict=True):
        (alone,) = reader.read("How many people were wounded?", [one])
        assert [span.text for span in alone] == [span.text for span in spans]
        assert [span.score for span in alone] == pytest.approx([span.score for span in spans], abs=1e-4)


def test_a_model_without_a_trained_head_is_refused(hub_folder, tmp_path):
    from safetensors.torch import load_file, save_file

    shutil.copytree(hub_folder, tmp_path / "headless")
    weights = tmp_path / "headless" / "model.safetensors"
    tensors = {name: tensor for name, tensor in load_file(weights).items() if not name.startswith("qa_outputs")}
    save_file(tensors, weights, metadata={"format": "pt"})
    with pytest.raises(ModelError, match="no trained question-answering head"):
        ExtractiveReader.from_pretrained(str(tmp_path / "headless"))


def test_a_device_that_is_not_there_is_named(hub_folder):
    with pytest.raises(ModelError, match="can't be used"):
        ExtractiveReader.from_pretrained(str(hub_folder), device="cuda:7")


def test_settings_of_a_window_that_is_too_small_are_refused(reader):
    with pytest.raises(SettingError, match="24 or more"):
        Windower(reader._windower._tokenizer, max_length=8, stride=0, null_token="[CLS]")
    assert list(islice(ReaderSettings(), 2)) == [384, 128]


def test_a_question_that_is_just_short_enough_stays_so_where_a_text_spells_its_day_longer(reader):
    most = reader._windower.max_question_tokens
    question = "why " * (most - 3) + "October 7?"  # "october", "7" and "?"
    reader.check(question)
    with pytest.raises(QuestionError, match="tokens"):
        reader.check(question.replace("October", "Oct."))
    ((best, *_),) = reader.read(question, [passage("The Oct. 7 incursion killed 1,198 people.")])
    assert best.text
