"""How the process of the command line ends: at once, but with all that was written, and as everybody else ends it where that fails."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

BEGIN = "import atexit, sys\nimport ragqa.cli\nsys.argv = ['ragqa', {arguments}]\n"


def _end(code, arguments="'--version'", **more):
    return subprocess.run(
        [sys.executable, "-c", BEGIN.format(arguments=arguments) + code],
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": ""},
        **more,
    )


def test_what_is_in_a_buffer_is_written_and_what_was_registered_is_called():
    code = "try: ragqa.cli.process()\nfinally:\n  sys.stdout.write('buffered, ')\n  atexit.register(print, 'and the last words', end='')"
    done = _end(code, stdout=subprocess.PIPE)
    assert done.returncode == 0
    assert done.stdout.endswith("\nbuffered, and the last words")
    assert not done.stderr


def test_modules_are_not_taken_apart():
    kept = "class Kept:\n  def __del__(self): print('taken apart')\nkept = Kept()\n"
    assert "taken apart" not in _end(f"{kept}ragqa.cli.process()", stdout=subprocess.PIPE).stdout
    assert "taken apart" in _end(f"{kept}ragqa.cli.main(['--version'])", stdout=subprocess.PIPE).stdout


def test_the_status_is_that_of_the_command():
    done = _end("ragqa.cli.process()", "'list', '-i', 'no/such/index'", stdout=subprocess.PIPE)
    assert done.returncode == 2
    assert done.stderr.startswith("ragqa: There is no index")


def test_an_error_that_nobody_expected_has_its_trace_and_status():
    done = _end(
        "def main(): raise ValueError('boom')\nragqa.cli.main = main\nragqa.cli.process()", stdout=subprocess.PIPE
    )
    assert done.returncode == 1
    assert done.stderr.endswith("ValueError: boom\n")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_what_cannot_be_written_is_no_success():
    code = "ragqa.cli.main = lambda: sys.stdout.write('lost') and sys.exit(0)\nragqa.cli.process()"
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        done = _end(code, stdout=full)
    assert done.returncode == 120
    assert "No space left" in done.stderr
