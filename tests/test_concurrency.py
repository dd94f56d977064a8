"""One process writes and eight read the same index: every read is of one committed state, and none is older than the last commit.

The writer says the number of each change before it begins and after it has returned; a reader looks at these before and after it
reads, and what it finds must be a state between them.
"""

import json
import platform
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
from bag_embedder import BagEmbedder

from ragqa.index import Index, verify
from ragqa.records import Article, Filter

READERS = 8
GROUP = 5
State = tuple[int, int | None]  # editions of the group that is always there, and of the one that comes and goes


def state_after(change: int) -> State:
    """Return the editions after a change: even ones replace the first group, odd ones bring or take away the second."""
    steady = change if change % 2 == 0 else change - 1
    last = change if change % 2 else change - 1
    return steady, last if last > 0 and last % 4 == 1 else None


def group(name: str, edition: int) -> list[Article]:
    return [
        Article(
            id=f"{name}-{number}",
            source=name,
            published_at="2024-08-19",
            text=f"The gauge at {name} {number} rose in edition {edition}. " * (1 + edition % 3),
        )
        for number in range(GROUP)
    ]


def make_change(index: Index, change: int) -> None:
    if change % 2 == 0:
        index.add(group("Brevik", change))
    elif change % 4 == 1:
        index.add(group("Carrow", change))
    else:
        index.delete(filter=Filter(sources=("Carrow",)))


def say(folder: Path, name: str, number: int) -> None:
    temporary = folder / f"{name}.new"
    temporary.write_text(str(number))
    temporary.replace(folder / name)


def heard(folder: Path, name: str) -> int:
    return int((folder / name).read_text())


def seen(texts: dict[str, str]) -> State:
    """Return the state that articles are of, by their texts; each group must be there whole, in one edition, or not at all."""
    editions: dict[str, set[int]] = {"Brevik": set(), "Carrow": set()}
    for name, edition in editions.items():
        own = [text for article_id, text in texts.items() if article_id.startswith(name)]
        edition |= {int(text.split("edition ")[1].split(".")[0]) for text in own}
        assert len(own) in (0, GROUP), f"{len(own)} of {name}"
        assert len(edition) == bool(own), f"{name} is of editions {edition}"
    (steady,) = editions["Brevik"]
    return steady, next(iter(editions["Carrow"]), None)


def read(folder: Path) -> None:
    """Read until told to stop, three times at least, however late this process began; say how often."""
    reads = 0
    with Index.open(folder / "index", embedder=BagEmbedder()) as index:
        while not (reads and (folder / "stop").exists()):
            for way in (
                lambda: {passage.article_id: passage.text for passage, _ in index.dense(["gauge rose"], k=1_000)[0]},
                lambda: {passage.article_id: passage.text for passage, _ in index.lexical(["gauge"], k=1_000)[0]},
                lambda: {
                    passage.article_id: passage.text
                    for passage, _ in index.dense(["gauge"], k=1_000, filter=Filter(since="2024-08-01"))[0]
                },
            ):
                earliest = heard(folder, "committed")
                state = seen(way())
                latest = heard(folder, "started")
                possible = {state_after(change) for change in range(earliest, latest + 1)}
                assert state in possible, f"{state} is none of {possible}"
                reads += 1
    print(json.dumps({"reads": reads}))


def write(folder: Path, seconds: float) -> None:
    """Write for so long, and at least a dozen times; say how often."""
    change = heard(folder, "committed")
    end = time.monotonic() + seconds
    with Index.open(folder / "index", embedder=BagEmbedder()) as index:
        while time.monotonic() < end or change < 12:
            change += 1
            say(folder, "started", change)
            make_change(index, change)
            say(folder, "committed", change)
    print(json.dumps({"changes": change}))


def start(*arguments: object) -> subprocess.Popen:
    command = [sys.executable, __file__, *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def finished(process: subprocess.Popen, seconds: float = 0) -> dict[str, int]:
    out, err = process.communicate(timeout=120 + seconds)
    assert process.returncode == 0, err[-3000:]
    return json.loads(out)


def stress(folder: Path, seconds: float) -> tuple[int, list[int]]:
    """Let one process write and eight read for so long; return how many changes there were, and how many reads of each reader.

    Each process has checked what it saw. In the end the index is sound and holds what the last change made of it.
    """
    with Index.open(folder / "index", embedder=BagEmbedder(), create=True) as index:
        make_change(index, 0)
    say(folder, "started", 0)
    say(folder, "committed", 0)
    readers = [start("read", folder) for _ in range(READERS)]
    writer = start("write", folder, seconds)
    changes = finished(writer, seconds)["changes"]
    (folder / "stop").touch()
    reads = [finished(reader)["reads"] for reader in readers]
    assert verify(folder / "index", embedder=BagEmbedder()).sound
    with Index.open(folder / "index") as index:
        state = seen({article_id: index.article(article_id).text for article_id in index.ids()})
    assert state == state_after(changes)
    return changes, reads


@pytest.mark.skipif(sys.platform == "win32", reason="replaces files that others have open")
@pytest.mark.parametrize("seconds", [2, pytest.param(60, marks=pytest.mark.slow)])
def test_one_writer_and_eight_readers_agree_at_every_moment(tmp_path, seconds):
    changes, reads = stress(tmp_path, seconds)
    assert changes >= 12
    assert len(reads) == READERS
    assert min(reads) > 0


def test_a_writer_waits_for_another_that_is_soon_done(tmp_path):
    with Index.open(tmp_path / "index", embedder=BagEmbedder(), create=True) as index:
        make_change(index, 0)
    say(tmp_path, "started", 0)
    say(tmp_path, "committed", 0)
    writer = start("write", tmp_path, 2)
    with Index.open(tmp_path / "index", embedder=BagEmbedder(), busy_seconds=60) as index:
        while writer.poll() is None:
            index.add([Article(id="mine", text=f"The other writer is at change {heard(tmp_path, 'committed')}.")])
    finished(writer)
    assert verify(tmp_path / "index").sound


def report(seconds: float) -> None:
    """Print what a run of so many seconds was like: ``python tests/test_concurrency.py stress 60``."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        changes, reads = stress(Path(folder), seconds)
    print(
        f"One writer and {READERS} readers, each a process, for {seconds:.0f} s of writing ({time.monotonic() - began:.0f} s in all); "
        f"SQLite {sqlite3.sqlite_version}, Python {platform.python_version()}, {platform.system()} {platform.machine()}\n"
        f"{changes} changes, each of {GROUP} articles; {sum(reads)} reads, by reader {', '.join(map(str, reads))}\n"
        "no error; every read was of one committed state, none older than the last commit before it; the index is sound "
        "and holds what the last change made of it"
    )


if __name__ == "__main__":
    if sys.argv[1] == "stress":
        report(float(sys.argv[2]))
    else:
        {"read": read, "write": lambda folder: write(folder, float(sys.argv[3]))}[sys.argv[1]](Path(sys.argv[2]))
