"""A damaged index folder answers rightly or says what is wrong, and a repair gives back what can be read."""

import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="needs fork and /proc")

MANGLING = Path(__file__).parent / "mangling.py"


def damage(root: Path, seeds: range) -> Counter[str]:
    """Damage a folder for each of ``seeds``, and return how many opened, were repaired, or could not be."""
    counts: Counter[str] = Counter()
    with subprocess.Popen(
        [sys.executable, str(MANGLING), str(root)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "OMP_NUM_THREADS": "1"},  # threads do not outlive a fork
    ) as process:
        assert process.stdout.readline() == "ready\n", process.stderr.read()
        for seed in seeds:
            folder, result = root / f"mangled-{seed}", root / "result.json"
            order = {"from": str(root / ("closed", "open")[seed % 2]), "folder": str(folder), "seed": seed}
            process.stdin.write(json.dumps({**order, "result": str(result)}) + "\n")
            process.stdin.flush()
            status = int(process.stdout.readline())
            if status != 0:
                process.stdin.close()
                how = "hung or crashed" if os.WIFSIGNALED(status) else "lied"
                pytest.fail(f"seed {seed}: it {how} (status {status})\n{process.stderr.read()}")
            seen = json.loads(result.read_text())
            counts["answered"] += seen["opened"]
            counts["said what is wrong"] += not seen["opened"]
            counts["repaired"] += seen["repaired"]
            counts["beyond repair"] += not seen["repaired"]
            counts["repaired whole"] += seen["repaired"] and seen["lost"] == 0
            shutil.rmtree(folder)
        process.stdin.close()
    return counts


def test_damaged_folders_answer_rightly_or_say_what_is_wrong(tmp_path):
    counts = damage(tmp_path, range(20))
    assert counts["answered"] >= 1
    assert counts["said what is wrong"] >= 1
    assert counts["repaired"] >= 10


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_a_thousand_damaged_folders_answer_rightly_or_say_what_is_wrong(tmp_path, capsys):
    counts = damage(tmp_path, range(1_000, 2_000))
    with capsys.disabled():
        print(f"\n1,000 damaged folders: {dict(counts)}")
    assert counts["answered"] + counts["said what is wrong"] == 1_000
    assert counts["repaired"] >= 800
