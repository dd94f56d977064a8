"""Kills, for hours if need be: ``python tests/crash/soak.py --kills 5000 --log FILE``."""

from __future__ import annotations

import argparse
import platform
import sqlite3
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parent.parent))
sys.path.insert(0, str(Path(__file__).parent.parent.parent))

import harness


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=5_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--log", type=Path)
    options = parser.parse_args()

    def log(line: str) -> None:
        print(line, flush=True)
        if options.log:
            with options.log.open("a", encoding="utf-8") as file:
                file.write(line + "\n")

    log(
        f"soak: {options.kills} kills, seed {options.seed}, SQLite {sqlite3.sqlite_version}, "
        f"Python {platform.python_version()}, {platform.system()} {platform.machine()}"
    )
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as root, harness.victims() as victims:
        counts = harness.soak(victims, Path(root), kills=options.kills, seed=options.seed, log=log)
    log(f"done in {time.monotonic() - began:.0f} s: {dict(sorted(counts.items()))}; no loss, every index sound")


if __name__ == "__main__":
    main()
