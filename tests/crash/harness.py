"""Kills victims and looks at what they leave: everything that had returned, and what was in flight wholly or not at all."""

from __future__ import annotations

import gzip
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import world

HERE = Path(__file__).parent
MADE_BY_FORMAT_1 = HERE.parent / "data" / "format-1.sqlite.gz"


class Victims:
    """Processes that are killed, by way of the `nursery`."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def run(self, order: dict[str, Any], *, kill_after: float | None = None) -> bool:
        """Let a victim do what it is ordered, kill it after some seconds if it is still alive; return whether it was killed."""
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        child = int(self._process.stdout.readline())
        if kill_after is not None:
            time.sleep(kill_after)
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        word, status = self._process.stdout.readline().split()
        assert word == "dead"
        was_killed = os.WIFSIGNALED(int(status))
        assert was_killed or os.WEXITSTATUS(int(status)) == 0, f"the victim failed: {order}"
        return was_killed


@contextmanager
def victims() -> Iterator[Victims]:
    with subprocess.Popen(
        [sys.executable, str(HERE / "nursery.py")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield Victims(process)
        process.stdin.close()


class Story:
    """One index through many deaths. ``state`` is what it must hold after ``step`` changes."""

    def __init__(self, victims: Victims, root: Path) -> None:
        self.victims = victims
        self.folder = root / "index"
        self.said = root / "said.txt"
        self.state: world.State = {}
        self.step = 0
        self.in_flight = 0
        self.errors: Counter[str] = Counter()

    def live(self, *, kill_after: float | None = None, **order: Any) -> tuple[bool, list[str]]:
        """Let a victim go on with the story, and check what it leaves; return whether it was killed, and its events if not."""
        self.said.write_text("")
        killed = self.victims.run(
            {
                "task": "change",
                "folder": str(self.folder),
                "said": str(self.said),
                "step": self.step,
                "state": {str(number): known for number, known in self.state.items()},
                **order,
            },
            kill_after=kill_after,
        )
        events: list[str] = []
        for line in self.said.read_text().splitlines():
            if line.isdecimal():
                assert int(line) == self.step
                self.state = world.after(self.state, self.step)
                self.step += 1
            elif line.startswith("events "):
                events = json.loads(line.removeprefix("events "))
            else:
                self.errors[line.split(":")[0]] += 1
        self.check()
        return killed, events

    def check(self) -> None:
        """Check that the index holds the state, or what comes of it by the change in flight."""
        if not (self.folder / "articles.sqlite").exists() or self._is_unmade():
            assert self.step == 0
            return
        found = world.held(self.folder)
        if found != self.state:
            self.state = world.after(self.state, self.step)
            self.step += 1
            self.in_flight += 1
        assert found == self.state, f"after step {self.step}"

    def _is_unmade(self) -> bool:
        """Return whether the making of the index was cut off: then it is said to be missing, and can be made."""
        from ragqa.errors import IndexMissing
        from ragqa.index import Index

        try:
            Index.open(self.folder).close()
        except IndexMissing:
            return True
        return False


def chosen(events: list[str], most: int) -> list[int]:
    """Return the numbers of the events to die at: of each name ``most`` at most, spread over all of its occurrences."""
    places: dict[str, list[int]] = {}
    for number, name in enumerate(events):
        places.setdefault(name, []).append(number)
    spread = ([own[at * len(own) // most] for at in range(most)] if len(own) > most else own for own in places.values())
    return sorted(number for own in spread for number in own)


def kill_everywhere(victims: Victims, root: Path, *, steps: int, power: bool, most: int) -> Counter[str]:
    """Let the same story be cut off at ``most`` events of each name in turn; return how often each was met."""
    world.use_small_snapshots()
    first = Story(victims, root / "whole")
    first.folder.parent.mkdir(parents=True)
    killed, events = first.live(steps=steps)
    assert not killed
    met: Counter[str] = Counter()
    for number in chosen(events, most):
        place = root / f"cut-{number}"
        place.mkdir()
        story = Story(victims, place)
        killed, _ = story.live(steps=steps, kill_at=number, power=power, seed=number)
        assert killed
        # What is left can be gone on with.
        story.live(steps=1)
        met[events[number]] += 1
        shutil.rmtree(place)
    return met


def kill_everywhere_in(victims: Victims, root: Path, task: str, prepare, check, *, most: int) -> Counter[str]:
    """Let one task be cut off likewise: ``prepare`` makes the folder, ``check`` looks at what is left."""
    world.use_small_snapshots()

    def run(name: str, **order: Any) -> tuple[bool, str]:
        place = root / name
        prepare(place / "index")
        said = place / "said.txt"
        said.write_text("")
        killed = victims.run({"task": task, "folder": str(place / "index"), "said": str(said), **order})
        heard = said.read_text()
        check(place / "index")
        shutil.rmtree(place)
        return killed, heard

    _, heard = run("whole")
    events = json.loads(heard.split("events ")[1])
    met: Counter[str] = Counter()
    for number in chosen(events, most):
        killed, _ = run(f"cut-{number}", kill_at=number, power=number % 2 == 1, seed=number)
        assert killed
        met[events[number]] += 1
    return met


def soak(victims: Victims, root: Path, *, kills: int, seed: int, log=lambda line: None) -> Counter[str]:
    """Cut off one story after another ``kills`` times, at random moments and events, with power failures and failing disks."""
    world.use_small_snapshots()
    chance = random.Random(seed)
    counts: Counter[str] = Counter()
    began = time.monotonic()
    story = None
    while counts["kills"] < kills:
        if story is None or story.step > 400:
            if story is not None:
                shutil.rmtree(story.folder.parent)
            place = root / f"story-{counts['stories']}"
            place.mkdir(parents=True)
            story = Story(victims, place)
            counts["stories"] += 1
        before, flown = story.step, story.in_flight
        way = chance.choices(["moment", "event", "power", "full", "broken"], [3, 4, 4, 1, 1])[0]
        order: dict[str, Any] = {"seed": chance.randrange(2**31)}
        kill_after = None
        if way == "moment":
            kill_after = chance.uniform(0, 0.3)
        elif way in ("event", "power"):
            order |= {"kill_at": int(chance.expovariate(1 / 300)), "power": way == "power"}
        else:
            kill_after = 0.25
            error = "ENOSPC" if way == "full" else "EIO"
            order |= {"fail_at": int(chance.expovariate(1 / 60)), "fail_for": chance.choice((1, 3, 20)), "error": error}
        killed, _ = story.live(kill_after=kill_after, **order)
        assert killed
        counts[way] += 1
        counts["kills"] += 1
        counts["changes"] += story.step - before
        counts["in flight and kept"] += story.in_flight - flown
        if counts["kills"] % 100 == 0:
            log(f"{counts['kills']} kills, {counts['changes']} changes, {time.monotonic() - began:.0f} s, no loss")
    return counts


def make_format_1(folder: Path) -> None:
    """Put an index of format 1 into ``folder``."""
    folder.mkdir(parents=True)
    (folder / "articles.sqlite").write_bytes(gzip.decompress(MADE_BY_FORMAT_1.read_bytes()))
