"""Everything that reads a file from elsewhere is thrown damaged bytes at, in a process of little memory."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="limits memory by way of /proc")

LOADERS = Path(__file__).parent / "loaders.py"
QUICK = {"articles": 25, "gold": 60, "responses": 60, "settings": 15}
THOROUGH = {"articles": 1_500, "gold": 3_000, "responses": 3_000, "settings": 300}


def fuzz(target: str, examples: int) -> None:
    command = [sys.executable, str(LOADERS), target, str(examples)]
    env = {**os.environ, "OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=env)
    assert done.returncode == 0, done.stderr[-5000:]


@pytest.mark.parametrize("target", QUICK)
def test_damaged_files_are_read_or_said_to_be_damaged(target):
    fuzz(target, QUICK[target])


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("target", THOROUGH)
def test_many_damaged_files_are_read_or_said_to_be_damaged(target):
    fuzz(target, THOROUGH[target])
