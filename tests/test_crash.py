"""An index outlives the death of the process that writes it, at whatever moment that comes.

A child process goes through an endless list of changes and says each that has returned; it is killed at random moments, the next
child goes on where the last one stood. After every kill the index must hold all changes that had returned, and the one in flight
wholly or not at all. The children are forked by a process that has imported everything, which takes longer than the rest.
"""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from bag_embedder import BagEmbedder
from brute_force import assert_consistent, assert_same, nearest

from ragqa.index import Index
from ragqa.records import Article
from ragqa.splitting import Splitter

KILLS = 20
KILLS_AT_BIRTH = 8
STEP = 12  # articles that one change adds
LENGTHS = {"chunk_tokens": 16, "overlap_tokens": 4}


def version(number: int, edition: int) -> Article:
    """Return an article of several passages; the editions of one differ in text and length."""
    sentences = [
        f"In report {number} of edition {edition}, gauge {gauge} rose." for gauge in range(6 + edition + number % 5)
    ]
    return Article(id=f"report-{number}", title=f"Reports {number}", text=" ".join(sentences))


def change(state: dict[int, int], step: int) -> dict[int, int]:
    """Return the editions by article after change number ``step``: articles are added and replaced, or deleted."""
    first = step // 2 * STEP
    if step % 2 == 0:
        # The first articles come back in a new edition each time, so that kills meet replacements as well as additions.
        return {**state, **dict.fromkeys(range(first, first + STEP), 1), **dict.fromkeys(range(4), step)}
    return {number: edition for number, edition in state.items() if not first <= number < first + STEP // 2}


def write(folder: Path, step: int) -> None:
    """Make one change after another and say the number of each; what a child does."""
    with Index.open(folder, embedder=BagEmbedder(), create=True, **LENGTHS) as index:
        say("open")
        while True:
            first = step // 2 * STEP
            if step % 2 == 0:
                added = [version(number, 1) for number in range(max(first, 4), first + STEP)]
                index.add([*added, *(version(number, step) for number in range(4))])
            else:
                index.delete(f"report-{number}" for number in range(first, first + STEP // 2))
            say(step)
            step += 1


def say(word: object) -> None:
    """Write a line in one go, so that none is cut by a kill or mixed with that of another process."""
    os.write(sys.stdout.fileno(), f"{word}\n".encode())


def nursery() -> None:
    """Fork a child for each line, a folder and a number; the child says its own number, this process when it is dead."""
    Splitter(len).split(version(0, 0))
    for line in sys.stdin:
        folder, step = line.rstrip("\n").split("\t")
        child = os.fork()
        if child == 0:
            say(os.getpid())
            write(Path(folder), int(step))
        os.waitpid(child, 0)
        say("dead")


class Victims:
    """Children that are killed, by way of the `nursery`."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def kill(self, folder: Path, step: int, *, after: float, wait_for_open: bool) -> list[int]:
        """Let a child work on ``folder`` for ``after`` seconds and kill it; return the changes that it said."""
        self._process.stdin.write(f"{folder}\t{step}\n")
        self._process.stdin.flush()
        child = int(self._hear())
        said = [self._hear()] if wait_for_open else []
        assert said in ([], ["open"]), f"child {child} died by itself"
        time.sleep(after)
        os.kill(child, signal.SIGKILL)
        while "dead" not in said:
            said.append(self._hear())
        return [int(word) for word in said if word.isdecimal()]

    def _hear(self) -> str:
        return self._process.stdout.readline().strip()


@pytest.fixture(scope="module")
def victims() -> Iterator[Victims]:
    with subprocess.Popen(
        [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield Victims(process)
        process.stdin.close()


def held(folder: Path) -> dict[int, int]:
    """Return the editions that an index holds, after having checked that it holds them whole."""
    embedder = BagEmbedder()
    splitter = Splitter(embedder.count_tokens, **LENGTHS)
    editions = {}
    with Index.open(folder, embedder=embedder) as index:
        everything = {passage.id for passage, _ in index.dense(["gauge"], k=100_000)[0]}
        for row in index.articles():
            article = index.article(row.id)
            edition = int(article.text.split("edition ")[1].split(",")[0])
            number = int(row.id.removeprefix("report-"))
            assert article == version(number, edition)
            passages = {passage.id for passage in splitter.split(article)}
            assert passages <= everything
            everything -= passages
            editions[number] = edition
        assert everything == set()
        for question in ("report 1 of edition 3", "gauge 5 rose"):
            right = nearest(folder, embedder.encode([question])[0], 10)
            assert_same([(passage.id, score) for passage, score in index.dense([question], k=10)[0]], right)
        words = index.lexical(["gauge"], k=100_000)[0]
        assert len(words) == index.count().passages
    assert_consistent(folder)
    return editions


@pytest.mark.skipif(os.name == "nt", reason="needs fork and a signal that can't be caught")
def test_a_killed_writer_leaves_whole_changes_only(tmp_path, victims):
    folder = tmp_path / "index"
    chance = random.Random(20240819)
    state: dict[int, int] = {}
    step = 0
    for _ in range(KILLS):
        returned = victims.kill(folder, step, after=chance.uniform(0, 0.15), wait_for_open=True)
        assert returned == list(range(step, step + len(returned)))
        for done in returned:
            state = change(state, done)
        step += len(returned)
        found = held(folder)
        if found != state:
            state = change(state, step)
            step += 1
        assert found == state
    assert step > KILLS // 4  # the children did get to work


@pytest.mark.skipif(os.name == "nt", reason="needs fork and a signal that can't be caught")
def test_an_index_whose_making_was_killed_can_be_made(tmp_path, victims):
    chance = random.Random(20241030)
    for number in range(KILLS_AT_BIRTH):
        folder = tmp_path / str(number)
        victims.kill(folder, 0, after=chance.uniform(0, 0.03), wait_for_open=False)
        Index.open(folder, embedder=BagEmbedder(), create=True, **LENGTHS).close()
        assert held(folder) in ({}, change({}, 0), change(change({}, 0), 1))


if __name__ == "__main__":
    nursery()
