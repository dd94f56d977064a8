"""Damages index folders by the thousand: ``python tests/crash/damaging.py --folders 1000 --log FILE``.

Each is looked at, repaired and looked at again by `mangling`, in a process of its own.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

MANGLING = Path(__file__).parent / "mangling.py"
STORE = "articles.sqlite"


class Seen(NamedTuple):
    """What became of one damaged folder.

    ``file`` and ``way``: what was damaged, and how; ``left_out``: articles that the repaired index does not have, None where nothing
    could be repaired; ``fault``: a lie, a crash or a hang, as text, None where there was none.
    """

    seed: int
    file: str = "?"
    way: str = "?"
    answered: bool = False
    left_out: int | None = None
    fault: str | None = None


def damage(root: Path, seeds: Iterable[int]) -> list[Seen]:
    """Damage a folder for each of ``seeds``, and return what became of each."""
    found = []
    # Into a file: a pipe that nobody reads is full after some hundred folders, and then everybody waits.
    with (root / "said").open("w+", encoding="utf-8") as said:
        process = subprocess.Popen(
            [sys.executable, str(MANGLING), str(root)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=said,
            text=True,
            env={**os.environ, "OMP_NUM_THREADS": "1"},  # threads do not outlive a fork
        )
        with process:
            assert process.stdout.readline() == "ready\n", (root / "said").read_text(encoding="utf-8")
            for seed in seeds:
                said.seek(0)
                said.truncate()
                found.append(_damage_one(process, root, seed))
            process.stdin.close()
    return found


def _damage_one(process: subprocess.Popen[str], root: Path, seed: int) -> Seen:
    folder, result = root / f"mangled-{seed}", root / "result.json"
    order = {"from": str(root / ("closed", "open")[seed % 2]), "folder": str(folder), "seed": seed}
    process.stdin.write(json.dumps({**order, "result": str(result)}) + "\n")
    process.stdin.flush()
    status = int(process.stdout.readline())
    shutil.rmtree(folder)
    if status != 0:
        how = "hung or crashed" if os.WIFSIGNALED(status) else "lied"
        return Seen(
            seed, fault=f"seed {seed}: it {how} (status {status})\n{(root / 'said').read_text(encoding='utf-8')}"
        )
    seen = json.loads(result.read_text(encoding="utf-8"))
    return Seen(seed, seen["file"], seen["way"], seen["opened"], seen["lost"] if seen["repaired"] else None)


def told(found: list[Seen]) -> str:
    """Return a table of what became of the folders."""
    columns = ("folders", "answer", "say what is wrong", "repaired whole", "repaired in part", "beyond repair")
    counts = {name: Counter(dict.fromkeys(columns, 0)) for name in ("all", "another file", STORE)}
    for seen in found:
        kinds = [
            "folders",
            "answer" if seen.answered else "say what is wrong",
            "beyond repair" if seen.left_out is None else "repaired in part" if seen.left_out else "repaired whole",
        ]
        for name in ("all", STORE if seen.file == STORE else "another file"):
            counts[name].update(kinds)
    lines = [f"{'damaged:':24}" + "".join(f"{name:>18}" for name in counts)]
    lines += [f"{column:24}" + "".join(f"{own[column]:18}" for own in counts.values()) for column in columns]
    ways = Counter(f"{seen.file}, {seen.way}" for seen in found)
    lines += ["", "how often what was damaged:", *(f"{ways[way]:6}  {way}" for way in sorted(ways))]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folders", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=1_000, help="of the first folder; each further one has the next")
    parser.add_argument("--log", type=Path)
    options = parser.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as root:
        found = damage(Path(root), range(options.seed, options.seed + options.folders))
    faults = [seen.fault for seen in found if seen.fault]
    for fault in faults:
        print(fault)
    lines = [
        f"{options.folders} damaged folders, seeds from {options.seed}, SQLite {sqlite3.sqlite_version}, "
        f"Python {platform.python_version()}, {platform.system()} {platform.machine()}",
        told(found),
        f"{len(faults)} lies, crashes or hangs; {time.monotonic() - began:.0f} s",
    ]
    print("\n".join(lines))
    if options.log:
        options.log.write_text("\n".join(lines) + "\n", encoding="utf-8")
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
