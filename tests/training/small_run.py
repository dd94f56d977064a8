"""A tiny encoder and news-like questions, for tests that train for a moment."""

import json
import shutil
from random import Random

import numpy as np
from safetensors.numpy import save_file
from tiny_bert import CONFIG, PACKAGED, tiny_weights

from ragqa.training import ReaderFacts, TrainingSettings, read_data, train_reader

FIRST = "River Ash Dun Stone Oak Mill Wolf Fern Elm".split()
PLACES = [f"{first}{last}" for first in FIRST for last in "town ford ham bury dale wick port field".split()]
CAUSES = ["the flood", "the fire", "the storm", "the landslide", "the earthquake"]


def rows(count=60, seed=0):
    """Return questions on reports of two sentences; the answer is the figure after "At least"."""
    draw = Random(seed)
    made = []
    for number in range(count):
        place, cause, dead, hurt = draw.choice(PLACES), draw.choice(CAUSES), draw.randint(2, 99), draw.randint(100, 999)
        context = f"At least {dead} people died in {cause} near {place}. Doctors treated {hurt} others."
        answers = [{"text": str(dead), "answer_start": context.index(str(dead))}]
        question = f"How many people died in {cause} near {place}?"
        made.append({"id": f"q{number}", "title": place, "context": context, "question": question, "answers": answers})
    return made


def write_rows(path, made=None):
    path.write_text("\n".join(json.dumps(row) for row in (made or rows())), encoding="utf-8")
    return path


def write_encoder(folder, seed=0):
    """Write a BERT of two narrow layers without a question-answering head, with the tokenizer of the default embedder."""
    folder.mkdir()
    for name in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copyfile(PACKAGED / name, folder / name)
    config = {**CONFIG, "architectures": ["BertModel"], "pad_token_id": 0}
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    weights = {name: weight for name, weight in tiny_weights(seed).items() if not name.startswith("qa_outputs")}
    save_file(
        {name: np.ascontiguousarray(weight) for name, weight in weights.items()},
        folder / "model.safetensors",
        metadata={"format": "pt"},
    )
    return folder


def small_settings(**changes):
    return TrainingSettings(
        **{
            "max_length": 64,
            "batch_tokens": 512,
            "part_tokens": 256,
            "learning_rate": 3e-3,
            "numbers": "fp32",
            **changes,
        }
    )


def small_run(folder, out, *, settings=None, every=100, report=None, **options):
    """Train on `rows` and return the card; encoder and data are made in ``folder`` if they are not there."""
    encoder = folder / "encoder"
    if not encoder.exists():
        write_encoder(encoder)
    data = write_rows(folder / "reports.jsonl")
    read = read_data([str(data)], development=None, development_questions=8, strict=True, seed=0)
    return train_reader(
        read,
        out,
        start=encoder,
        settings=settings or small_settings(),
        facts=ReaderFacts(name="small"),
        every=every,
        report=report,
        **options,
    )
