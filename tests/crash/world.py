"""What the victims write: articles that come, change and go by a rule, so that everybody knows what an index should hold.

A state is a dictionary: number of an article to its edition and source. Change number n takes one state to the next, always the same.
"""

from __future__ import annotations

import random
from pathlib import Path

from bag_embedder import BagEmbedder
from brute_force import assert_consistent, assert_same, nearest

from ragqa.index import Index, verify
from ragqa.records import Article, Filter
from ragqa.vectors import snapshot

LENGTHS = {"chunk_tokens": 16, "overlap_tokens": 4}
ARTICLES = 40  # numbers that there are
SNAPSHOT_FROM = 30  # vectors

State = dict[int, tuple[int, str]]


def article(number: int, edition: int, source: str) -> Article:
    """Return an article of several passages; its editions differ in text and length."""
    gauges = range(4 + edition % 3 + number % 4)
    text = " ".join(f"In report {number} of edition {edition}, gauge {gauge} rose." for gauge in gauges)
    return Article(id=f"report-{number}", title=f"Reports {number}", source=source, text=text)


def plan(state: State, step: int) -> tuple[str, dict[int, tuple[int, str]] | list[int] | str]:
    """Return what change number ``step`` is: a kind, and what it is done to."""
    chance = random.Random(step)
    kind = chance.choices(["add", "rename", "delete", "clear", "rebuild"], [10, 3, 4, 1, 1])[0]
    if step == 0 or len(state) < 6:
        kind = "add"
    some = chance.sample(sorted(state), min(len(state), chance.randint(1, 6)))
    if kind == "rename":
        return kind, {number: (state[number][0], f"Source {step}") for number in some}
    if kind == "delete":
        return kind, some
    if kind == "clear":
        return kind, chance.choice(sorted({source for _, source in state.values()}))
    if kind == "rebuild":
        return kind, []
    numbers = chance.sample(range(ARTICLES), chance.randint(2, 12))
    return kind, {number: (step, "Harbour Wire" if number % 2 else "Meridian Post") for number in numbers}


def after(state: State, step: int) -> State:
    """Return the state after change number ``step``."""
    kind, what = plan(state, step)
    if kind in ("add", "rename"):
        return {**state, **what}
    if kind == "delete":
        return {number: known for number, known in state.items() if number not in what}
    if kind == "clear":
        return {number: known for number, known in state.items() if known[1] != what}
    return state


def perform(index: Index, state: State, step: int) -> None:
    """Make change number ``step``, in one transaction."""
    kind, what = plan(state, step)
    if kind in ("add", "rename"):
        index.add([article(number, *known) for number, known in what.items()])
    elif kind == "delete":
        index.delete([f"report-{number}" for number in what])
    elif kind == "clear":
        index.delete(filter=Filter(sources=(what,)))
    else:
        index.rebuild(BagEmbedder(), **LENGTHS)


def held(folder: Path) -> State:
    """Return the state that an index holds, after having checked all of it."""
    embedder = BagEmbedder()
    found = verify(folder, embedder=embedder)
    assert found.sound, found.findings
    state = {}
    with Index.open(folder, embedder=embedder) as index:
        for row in index.articles():
            stored = index.article(row.id)
            number = int(row.id.removeprefix("report-"))
            edition = int(stored.text.split("edition ")[1].split(",")[0])
            assert stored == article(number, edition, stored.source)
            state[number] = (edition, stored.source)
        for question in ("report 1 of edition 3", "gauge 5 rose"):
            right = nearest(folder, embedder.encode([question])[0], 10)
            assert_same([(passage.id, score) for passage, score in index.dense([question], k=10)[0]], right)
        assert len(index.lexical(["gauge"], k=100_000)[0]) == index.count().passages
    assert_consistent(folder)
    return state


def use_small_snapshots() -> None:
    """Let snapshots be written for few vectors, so that their making is met too."""
    snapshot.MIN_VECTORS = SNAPSHOT_FROM
