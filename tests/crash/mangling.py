"""Index folders with damaged files, looked at in a process of their own: what they answer is right, or they say what is wrong.

Run as a program it forks a process, of little memory and little time, for each folder that it is told, and writes down what was seen.
"""

from __future__ import annotations

import json
import os
import random
import resource
import shutil
import signal
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parent.parent))

import world
from bag_embedder import BagEmbedder

from ragqa.errors import RagqaError
from ragqa.index import Index, repair, verify
from ragqa.records import Filter
from ragqa.splitting import Splitter

MEMORY = 512 * 2**20  # beyond what the process has when it begins
SECONDS = 120
PAGE = 4096
FIRST, ALL = 14, 20  # articles in the file itself, and with those in its log


def make(root: Path) -> None:
    """Make two folders to be damaged: ``closed``, and ``open``, whose last commit is in the log alone."""
    world.use_small_snapshots()
    with Index.open(root / "open", embedder=BagEmbedder(), create=True, **world.LENGTHS) as index:
        index.add([article(number) for number in range(FIRST)], origin="/home/anna/articles")
    with Index.open(root / "open", embedder=BagEmbedder()) as index:
        index.add([article(number) for number in range(FIRST, ALL)], origin="/home/anna/articles")
        shutil.copytree(root / "open", root / "copy")
    (root / "open").rename(root / "closed")
    (root / "copy").rename(root / "open")
    (root / "open" / "articles.sqlite-shm").unlink()


def article(number: int):
    made = world.article(number, 1, "Harbour Wire" if number % 2 else "Meridian Post")
    return made.model_copy(update={"published_at": f"2024-08-{number + 1:02}"}).model_validate(
        {**made.model_dump(), "published_at": f"2024-08-{number + 1:02}"}
    )


def harm(folder: Path, seed: int) -> tuple[str, str]:
    """Damage a file of an index; return which, and how."""
    chance = random.Random(seed)
    files = sorted(path for path in folder.iterdir() if path.is_file())
    weights = [6 if path.name == "articles.sqlite" else 1 for path in files]
    (path,) = chance.choices(files, weights)
    data = bytearray(path.read_bytes())
    ways = ["a bit", "some bits", "a sector", "a page", "a cut", "an end", "a deletion"]
    (way,) = chance.choices(ways, [8, 4, 2, 2, 2, 1, 1])
    if way in ("a bit", "some bits"):
        for _ in range(1 if way == "a bit" else chance.randint(2, 30)):
            data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    elif way == "a sector":
        start = chance.randrange(len(data)) // 512 * 512
        data[start : start + 512] = bytes(chance.choice((0, 255)) for _ in range(1)) * len(data[start : start + 512])
    elif way == "a page":  # one is written where another belongs
        first, second = (chance.randrange(max(1, len(data) // PAGE)) * PAGE for _ in range(2))
        data[first : first + PAGE] = data[second : second + PAGE]
    elif way == "a cut":
        del data[chance.randrange(len(data)) :]
    elif way == "an end":
        data += chance.randbytes(chance.randint(1, 9_000))
    path.unlink() if way == "a deletion" else path.write_bytes(bytes(data))
    return path.name, way


def probes(index: Index) -> dict[str, Callable[[], Any]]:
    """Return what is asked of an index; what an answer holds is made plain."""

    def found(hits):
        return [(passage.id, passage.text, round(score, 6)) for passage, score in hits]

    dated, of_source = Filter(since="2024-08-05", until="2024-08-11"), Filter(sources=("Harbour Wire",))
    asked = ["gauge 5 rose", "report 3"]
    return {
        "list": lambda: [row.model_dump_json() for row in index.articles()],
        "ids": lambda: index.ids(origin="/home/anna/articles"),
        "count": lambda: index.count(),
        "count of a source": lambda: index.count(of_source),
        "dense": lambda: [found(hits) for hits in index.dense(asked, k=1_000)],
        "dense, dated": lambda: [found(hits) for hits in index.dense(asked, k=9, filter=dated)],
        "dense, of a source": lambda: [found(hits) for hits in index.dense(asked, k=9, filter=of_source)],
        "lexical": lambda: [found(hits) for hits in index.lexical(asked, k=1_000)],
        "lexical, dated": lambda: [found(hits) for hits in index.lexical(asked, k=9, filter=dated)],
    }


def answers(folder: Path) -> dict[str, Any]:
    """Return what a folder answers: by probe, a `RagqaError` where it says that it can't."""
    embedder = BagEmbedder()
    try:
        index = Index.open(folder, embedder=embedder)
    except RagqaError as error:
        return {"open": error}
    given: dict[str, Any] = {}
    with index:
        for name, probe in probes(index).items():
            given[name] = _said(probe)
        for number in range(ALL):
            given[f"article {number}"] = _said(lambda: index.article(f"report-{number}"))  # noqa: B023
    return given


def _said(probe: Callable[[], Any]) -> Any:
    try:
        return probe()
    except RagqaError as error:
        return error


def readable(given: dict[str, Any]) -> set[str]:
    """Return the articles that could be read."""
    return {
        name for name, answer in given.items() if name.startswith("article ") and not isinstance(answer, RagqaError)
    }


def examine(folder: Path, truths: list[dict[str, Any]], *, is_store_intact: bool) -> dict[str, Any]:
    """Look at a damaged folder, repair it, and look again; return what was seen.

    Args:
        folder: that was damaged.
        truths: what it may answer: one of these, or errors.
        is_store_intact: whether the SQLite file and its log are as they were; then a repair loses nothing.
    """
    world.use_small_snapshots()
    before = answers(folder)
    errors = {name: error for name, error in before.items() if isinstance(error, RagqaError)}
    right = [
        truth for truth in truths if all(name in errors or truth[name] == answer for name, answer in before.items())
    ]
    assert right, {name: answer for name, answer in before.items() if name not in errors and answer != truths[-1][name]}
    assert all(str(error) for error in errors.values())
    mended = _said(lambda: repair(folder, embedder=BagEmbedder()))
    after = answers(folder)
    if isinstance(mended, RagqaError) or not mended.sound:
        assert not is_store_intact, mended
        assert readable(after) >= readable(before)
        return {"opened": not errors, "repaired": False, "why": str(mended)[:300]}
    assert verify(folder, embedder=BagEmbedder()).sound
    assert not any(isinstance(after[name], RagqaError) for name in after if not name.startswith("article ")), after
    assert readable(after) >= readable(before)
    for name in readable(after):
        assert after[name] == truths[-1][name]
    if is_store_intact:
        assert after == truths[-1]
    # An article more can be added and found.
    with Index.open(folder, embedder=BagEmbedder()) as index:
        index.add([article(ALL)])
        assert index.dense([article(ALL).text], k=1)[0]
    return {"opened": not errors, "repaired": True, "lost": ALL - len(readable(after))}


def live(order: dict[str, Any], truths: dict[str, list[dict[str, Any]]]) -> None:
    """Damage a copy of a folder, and examine it, with little memory and little time."""
    signal.alarm(SECONDS)
    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + MEMORY, used + MEMORY))
    folder = Path(order["folder"])
    shutil.copytree(order["from"], folder)
    name, way = harm(folder, order["seed"])
    is_store_intact = not name.startswith("articles.sqlite")
    seen = examine(folder, truths[Path(order["from"]).name], is_store_intact=is_store_intact)
    Path(order["result"]).write_text(json.dumps({"file": name.split("-")[0], "way": way, **seen}))


def main() -> None:
    """Fork a process for each order, and say how it ended."""
    root = Path(sys.argv[1])
    make(root)
    whole = answers(shutil.copytree(root / "closed", root / "truth"))
    (root / "short").mkdir()
    shutil.copyfile(root / "open" / "articles.sqlite", root / "short" / "articles.sqlite")
    truths = {"closed": [whole], "open": [answers(root / "short"), whole]}
    Splitter(len).split(article(0))
    print("ready", flush=True)
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            code = 1
            try:
                live(json.loads(line), truths)
                code = 0
            except BaseException:  # noqa: BLE001
                traceback.print_exc()
            finally:
                sys.stderr.flush()
                os._exit(code)
        _, status = os.waitpid(child, 0)
        print(status, flush=True)


if __name__ == "__main__":
    main()
