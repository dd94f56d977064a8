"""Forks a victim for each line of JSON that it is given; each goes through changes and says what has returned, until it dies.

A process of its own, which has imported everything: that takes longer than all of the rest.
"""

from __future__ import annotations

import errno
import json
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parent.parent))

import faults
import world
from bag_embedder import BagEmbedder

from ragqa.errors import RagqaError, StorageError
from ragqa.index import Index, repair
from ragqa.splitting import Splitter


def say(place: str, word: str) -> None:
    """Add a line to the file of what was said, in one go."""
    descriptor = os.open(place, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    os.write(descriptor, f"{word}\n".encode())
    os.close(descriptor)


def change(order: dict) -> None:
    """Make the changes from ``step`` on, ``steps`` of them at most; one that fails must say so in words, and is made again."""
    step = order["step"]
    state = {int(number): tuple(known) for number, known in order["state"].items()}
    last = step + order.get("steps", 10**9)
    while step < last:
        try:
            with Index.open(order["folder"], embedder=BagEmbedder(), create=True, **world.LENGTHS) as index:
                if order.get("careless"):
                    index._store.settings._database._connection.execute("PRAGMA synchronous = OFF")
                while step < last:
                    world.perform(index, state, step)
                    say(order["said"], str(step))
                    state, step = world.after(state, step), step + 1
        except StorageError as error:
            say(order["said"], f"error {type(error).__name__}: {error}")


def mend(order: dict) -> None:
    """Repair an index."""
    try:
        repair(order["folder"], embedder=BagEmbedder())
    except StorageError as error:
        say(order["said"], f"error {type(error).__name__}: {error}")


def move(order: dict) -> None:
    """Open an index of an older format, and close it."""
    try:
        Index.open(order["folder"], embedder=BagEmbedder()).close()
    except RagqaError as error:
        say(order["said"], f"error {type(error).__name__}: {error}")


def live(order: dict) -> None:
    """Be the victim."""
    world.use_small_snapshots()
    disk = faults.Disk(
        Path(order["folder"]),
        kill_at=order.get("kill_at"),
        fail_at=order.get("fail_at"),
        fail_for=order.get("fail_for", 1),
        error=getattr(errno, order.get("error", "ENOSPC")),
        power=order.get("power", False),
        seed=order.get("seed", 0),
    )
    faults.install(disk)
    {"change": change, "mend": mend, "move": move}[order["task"]](order)
    say(order["said"], f"events {json.dumps(disk.names)}")


def main() -> None:
    """Fork a victim for each line, say its number, and when it has died how."""
    Splitter(len).split(world.article(0, 0, "Harbour Wire"))
    for line in sys.stdin:
        order = json.loads(line)
        child = os.fork()
        if child == 0:
            code = 1
            try:
                live(order)
                code = 0
            finally:
                sys.stdout.flush()
                sys.stderr.flush()
                os._exit(code)
        os.write(1, f"{child}\n".encode())
        _, status = os.waitpid(child, 0)
        os.write(1, f"dead {status}\n".encode())


if __name__ == "__main__":
    main()
