"""An index outlives the death of the process that writes it, and that of the machine, at whatever moment they come.

The quick tests cut off one story at each kind of event; the slow ones again and again, and at hundreds of random moments. `soak.py` goes on for
as long as one likes.
"""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import faults
import harness
import pytest
import world
from bag_embedder import BagEmbedder

from ragqa.index import Index, verify

pytestmark = [
    pytest.mark.skipif(os.name == "nt", reason="needs fork and a signal that can't be caught"),
    pytest.mark.skipif(faults.library() is None, reason="needs a Python whose SQLite is a library of its own"),
]

SEED = 20240819


@pytest.fixture(scope="module")
def victims():
    with harness.victims() as found:
        yield found


@pytest.fixture(autouse=True)
def small_snapshots(monkeypatch):
    monkeypatch.setattr("ragqa.vectors.snapshot.MIN_VECTORS", world.SNAPSHOT_FROM)


NAMED = {
    f"{when} {what}"
    for when in ("before", "after")
    for what in (
        "write of the database",
        "write of the log",
        "write of the snapshot",
        "flush of the database",
        "flush of the log",
        "flush of the snapshot",
        "flush of the folder",
        "rename of the snapshot",
        "removal of the snapshot",
    )
}


@pytest.mark.parametrize(
    ("power", "most"),
    [
        pytest.param(True, 1, id="once at each"),
        pytest.param(False, 8, id="process", marks=pytest.mark.slow),
        pytest.param(True, 8, id="machine", marks=pytest.mark.slow),
    ],
)
def test_a_story_cut_off_at_each_kind_of_event_loses_nothing(victims, tmp_path, power, most):
    met = harness.kill_everywhere(victims, tmp_path, steps=7, power=power, most=most)
    assert set(met) >= NAMED
    assert met.total() > 11 * most


def test_random_deaths_lose_nothing(victims, tmp_path):
    counts = harness.soak(victims, tmp_path, kills=15, seed=SEED)
    assert counts["changes"] > 10


@pytest.mark.slow
def test_many_random_deaths_lose_nothing(victims, tmp_path):
    counts = harness.soak(victims, tmp_path, kills=150, seed=SEED + 1)
    assert counts["changes"] > 150
    assert min(counts[way] for way in ("moment", "event", "power", "full", "broken")) > 3


def test_a_store_that_does_not_flush_is_caught(victims, tmp_path):
    """The harness can fail: with ``synchronous=OFF`` a power failure takes what had returned."""

    def careless(number):
        place = tmp_path / str(number)
        place.mkdir()
        story = harness.Story(victims, place)
        story.live(steps=12, kill_at=60 + 5 * number, power=True, seed=number, careless=True)

    with pytest.raises(AssertionError):  # noqa: PT012
        for number in range(40):
            careless(number)


@pytest.mark.parametrize("error", ["ENOSPC", "EIO"])
def test_a_disk_that_fails_is_told_and_nothing_of_the_change_is_kept(victims, tmp_path, error):
    world.use_small_snapshots()
    story = harness.Story(victims, tmp_path)
    for fail_at in range(2, 80, 16):
        killed, _ = story.live(steps=2, fail_at=fail_at, fail_for=2, error=error)
        assert not killed
    assert story.step >= 10
    assert set(story.errors) == {"error StorageError"}


def damage(folder: Path) -> None:
    folder.parent.mkdir(parents=True)
    with Index.open(folder, embedder=BagEmbedder(), create=True, **world.LENGTHS) as index:
        index.add([world.article(number, 1, "Harbour Wire") for number in range(8)])
    with closing(sqlite3.connect(folder / "articles.sqlite")) as connection, connection:
        connection.execute("UPDATE vectors SET vector = zeroblob(64) WHERE row = 5")
        connection.execute("UPDATE articles SET title = 'Lost' WHERE id = 'report-7'")


def assert_nothing_is_lost_by_a_repair(folder: Path) -> None:
    with Index.open(folder, embedder=BagEmbedder()) as index:
        for number in range(7):
            assert index.article(f"report-{number}") == world.article(number, 1, "Harbour Wire")
    if verify(folder).sound:
        assert len(world.held(folder)) == 7
        assert (folder / "damaged-1.sqlite").exists()


def assert_format_1_or_2(folder: Path) -> None:
    with Index.open(folder, embedder=BagEmbedder()) as index:
        assert index.ids() == ["doha.txt", "valencia.md", "skagen.txt"]
        assert index.verify().sound


@pytest.mark.parametrize("most", [1, pytest.param(6, marks=pytest.mark.slow)])
@pytest.mark.parametrize(
    ("task", "prepare", "check"),
    [
        ("mend", damage, assert_nothing_is_lost_by_a_repair),
        ("move", harness.make_format_1, assert_format_1_or_2),
    ],
    ids=["repair", "migration"],
)
def test_a_repair_and_a_change_of_format_are_done_as_a_whole_or_not_at_all(
    victims, tmp_path, task, prepare, check, most
):
    met = harness.kill_everywhere_in(victims, tmp_path, task, prepare, check, most=most)
    assert met.total() >= 8 * most // 2
