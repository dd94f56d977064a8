"""Train the judge of rivals on stories: ``python tools/train_judge.py models/stories_train.json.gz OUT --start WEIGHTS``.

Each question of a story, the sentence of a report that answers it, and a place in another report of the same story are one pair.
That place is where the other report answers the question, with another value (a rival, if the story says that the reports differ,
or that one replaces another) or the same; or it is where it answers another question, or gives a figure: those are none, and
mostly of the kind that the answer is. The network has two outputs at its first token: of being rivals, and of answering the
question at all, which only helps to learn.

OUT gets ``config.json``, ``model.safetensors``, a tokenizer and scales for int8, as `ragqa train export` takes them. Embeddings are
kept.
Needs torch.
"""

from __future__ import annotations

import argparse
import gzip
import json
import shutil
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import repeat
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import numpy as np

from ragqa.judging import pair_of
from ragqa.onnx import load_tokenizer
from ragqa.quantities import quantities
from ragqa.reading.judge import laid_out
from ragqa.training.scales import Inputs, add_scales
from ragqa.values import read, same

AT_ONCE = 32
"""Pairs a step."""
SORTED = 40
"""Steps within which pairs are sorted by length."""
SINGLE = 0.5
"""Share of the questions that one report answers which are asked."""
LIKE = 0.8
"""Share of the places that answer something else which are of the answer's kind."""
ANSWERS = 0.5
"""How much the second output counts."""
MEASURED = 400
"""Pairs on which scales for int8 are measured."""
WARM = 0.06
"""Share of the steps in which the learning rate rises; then it falls to zero."""

Place = tuple[int, int]


class Asked(NamedTuple):
    """A pair: the answer in one report, and a place in another."""

    question: str
    text: str
    answer: Place
    other_text: str
    other: Place
    is_rival: bool
    answers: bool
    """Whether the place answers the question."""


class Row(NamedTuple):
    """A pair as the network takes it."""

    ids: list[int]
    first: int
    """From which token on the other report begins."""
    wanted: tuple[float, float]


def main() -> None:
    """Draw pairs, train, and save."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("stories", type=Path, help="stories with the relation of each question")
    parser.add_argument("out", type=Path)
    parser.add_argument("--start", type=Path, required=True, help="folder of a reader's weights")
    parser.add_argument("--pairs", type=int, help="how many at most; all if left out")
    parser.add_argument("--learning-rate", type=float, default=1e-4)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    import torch
    from safetensors.torch import save_file
    from transformers import AutoModelForQuestionAnswering

    rows = read_rows(options.stories, options.start, options.seed)[: options.pairs]
    torch.manual_seed(options.seed)
    model = AutoModelForQuestionAnswering.from_pretrained(options.start, dtype=torch.float32, num_labels=2)
    train(model, rows, options.learning_rate, options.seed)
    options.out.mkdir(parents=True, exist_ok=True)
    weights = {name: weight.to(torch.float16).contiguous() for name, weight in model.state_dict().items()}
    save_file(weights, options.out / "model.safetensors", metadata={"format": "pt"})
    for name in ("config.json", "tokenizer.json", "tokenizer_config.json"):
        if (options.start / name).is_file():
            shutil.copy(options.start / name, options.out / name)
    add_scales(options.out, as_inputs(rows[:MEASURED]), head="span")


def as_inputs(rows: Sequence[Row]) -> list[Inputs]:
    """Return pairs as the exported model takes them."""
    types = [[int(number >= row.first) for number in range(len(row.ids))] for row in rows]
    return [
        {"input_ids": np.array([row.ids], dtype=np.int64), "token_type_ids": np.array([own], dtype=np.int64)}
        for row, own in zip(rows, types, strict=True)
    ]


def read_rows(path: Path, start: Path, seed: int) -> list[Row]:
    """Return the pairs of stories in an order of chance; the same seed gives the same ones."""
    tokenizer, draw = load_tokenizer(start / "tokenizer.json"), Random(seed)
    stories = json.loads(gzip.decompress(path.read_bytes()))["data"]
    found = [own for story in stories for own in asked_of(story, draw)]
    draw.shuffle(found)
    rows = []
    for own in found:
        ids, first = laid_out(pair_of(own.question, own.text, own.answer, own.other_text, own.other), tokenizer)
        rows.append(Row(ids, first, (float(own.is_rival), float(own.answers))))
    return rows


def asked_of(story: dict[str, Any], draw: Random) -> Iterator[Asked]:
    """Yield the pairs of a story."""
    texts = [own["context"] for own in story["paragraphs"]]
    marked: dict[str, dict[int, list[Place]]] = defaultdict(dict)
    relations: dict[str, str] = {}
    for number, report in enumerate(story["paragraphs"]):
        for row in (own for own in report["qas"] if own.get("relation")):
            relations[row["question"]] = row["relation"]
            marked[row["question"]][number] = [
                (own["answer_start"], own["answer_start"] + len(own["text"])) for own in row["answers"]
            ]
    for question, relation in relations.items():
        if relation == "single" and draw.random() < SINGLE:
            continue
        for number, places in marked[question].items():
            for other in marked[question].keys() - {number} if places else ():
                yield from pairs(question, relation, texts, (number, draw.choice(places)), other, marked, draw)


def pairs(
    question: str,
    relation: str,
    texts: Sequence[str],
    answer: tuple[int, Place],
    other: int,
    marked: dict[str, dict[int, list[Place]]],
    draw: Random,
) -> Iterator[Asked]:
    """Yield an answer with where another report answers the question, and with one or two places there that don't."""
    number, place = answer
    own = marked[question].get(other, [])
    value = read(texts[number], *place)
    if own:
        is_other = not any(same(read(texts[other], *each), value) for each in own)
        is_rival = relation in ("changed", "differs") and is_other
        yield Asked(question, texts[number], place, texts[other], draw.choice(own), is_rival, answers=True)
    every = {each for of_reports in marked.values() for each in of_reports.get(other, ())}
    free = sorted(each for each in every if not meets(each, own))
    like = [each for each in free if read(texts[other], *each).kind == value.kind]
    if value.kind == "figure":
        figures = [(each.start, each.end) for each in quantities(texts[other])]
        like += [each for each in figures if not meets(each, own) and each not in like]
    for _ in range(1 if own else 2):
        among = like if like and draw.random() < LIKE else free
        if among:
            yield Asked(question, texts[number], place, texts[other], draw.choice(among), is_rival=False, answers=False)


def meets(place: Place, others: Sequence[Place]) -> bool:
    """Return whether a place shares characters with one of others."""
    return any(place[0] < end and start < place[1] for start, end in others)


def train(model: Any, rows: Sequence[Row], learning_rate: float, seed: int) -> None:
    """Train on each pair once; two halves of a step are computed side by side."""
    import torch

    model.train()
    for module in model.modules():
        if isinstance(module, torch.nn.Dropout):
            module.p = 0.0
    model.bert.embeddings.requires_grad_(False)
    trained = [weight for weight in model.parameters() if weight.requires_grad]
    steps = in_steps(rows, seed)
    optimiser = torch.optim.AdamW(trained, lr=learning_rate, weight_decay=0.01)
    torch.set_num_threads(1)
    began, mean = time.monotonic(), 0.0
    with ThreadPoolExecutor(2) as pool:
        for number, step in enumerate(steps):
            halves = [step[: len(step) * 52 // 100], step[len(step) * 52 // 100 :]]  # the first are shorter
            results = list(
                pool.map(part, repeat(model), repeat(trained), [own for own in halves if own], repeat(len(step)))
            )
            for weight, *gradients in zip(trained, *(own for _, own in results), strict=True):
                weight.grad = sum(gradients[1:], gradients[0])
            torch.nn.utils.clip_grad_norm_(trained, 1.0)
            for group in optimiser.param_groups:
                group["lr"] = learning_rate * min((number + 1) / (WARM * len(steps)), 1.0) * (1 - number / len(steps))
            optimiser.step()
            mean = 0.98 * mean + 0.02 * sum(loss for loss, _ in results)
            if number % 100 == 99:
                rate = (number + 1) * AT_ONCE / (time.monotonic() - began)
                print(
                    f"{number + 1} of {len(steps)}, loss {mean / (1 - 0.98 ** (number + 1)):.3f}, {rate:.0f} pairs/s",
                    flush=True,
                )


def in_steps(rows: Sequence[Row], seed: int) -> list[list[Row]]:
    """Return the pairs in steps of about equal lengths, the steps in an order of chance."""
    draw, steps = Random(seed), []
    for first in range(0, len(rows), AT_ONCE * SORTED):
        own = sorted(rows[first : first + AT_ONCE * SORTED], key=lambda row: len(row.ids))
        cut = [own[at : at + AT_ONCE] for at in range(0, len(own), AT_ONCE)]
        draw.shuffle(cut)
        steps += cut
    return steps


def part(model: Any, trained: list[Any], rows: Sequence[Row], total: int) -> tuple[float, tuple[Any, ...]]:
    """Return the share of some pairs in the mean loss of a step, and its gradients."""
    import torch

    length = max(len(row.ids) for row in rows)
    ids = torch.zeros(len(rows), length, dtype=torch.long)
    types, mask = torch.zeros_like(ids), torch.zeros_like(ids)
    for number, row in enumerate(rows):
        size = len(row.ids)
        ids[number, :size], mask[number, :size], types[number, row.first : size] = torch.tensor(row.ids), 1, 1
    with torch.autocast("cpu", torch.bfloat16):
        first = model.bert(input_ids=ids, token_type_ids=types, attention_mask=mask)[0][:, 0]
    logits = torch.nn.functional.linear(first.float(), model.qa_outputs.weight, model.qa_outputs.bias)
    wanted = torch.tensor([row.wanted for row in rows])
    losses = torch.nn.functional.binary_cross_entropy_with_logits(logits, wanted, reduction="none")
    loss = (losses * torch.tensor([1.0, ANSWERS])).sum() / total
    return loss.item(), torch.autograd.grad(loss, trained)


if __name__ == "__main__":
    main()
