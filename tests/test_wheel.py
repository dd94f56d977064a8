"""The wheel: small enough, and all that it takes to answer in an empty home without a network."""

import os
import re
import subprocess
import sys
import sysconfig
import venv
from email.parser import Parser
from pathlib import Path
from zipfile import ZipFile

import pytest

import ragqa

ROOT = Path(__file__).parents[1]
MEBIBYTES = 60
NO_NETWORK = "http://127.0.0.1:9"

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True)
    (built,) = out.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def environment(wheel, tmp_path_factory) -> Path:
    """A virtual environment with the wheel installed; the libraries it needs are those of this one, by a path file."""
    folder = tmp_path_factory.mktemp("empty") / "venv"
    venv.create(folder, with_pip=False, symlinks=os.name != "nt")
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    ask = "import sysconfig; print(sysconfig.get_paths()['purelib'])"
    packages = Path(subprocess.run([python, "-c", ask], capture_output=True, text=True, check=True).stdout.strip())
    # Path files inside a folder that is named by one are not read, so that an editable ragqa there is not seen.
    (packages / "libraries.pth").write_text(sysconfig.get_paths()["purelib"], encoding="utf-8")
    install = [sys.executable, "-m", "pip", "--python", str(python), "install", "--no-deps", "--no-index", str(wheel)]
    subprocess.run(install, check=True, capture_output=True)
    return python


def test_the_wheel_is_small_and_whole(wheel):
    assert wheel.stat().st_size < MEBIBYTES * 2**20
    names = ZipFile(wheel).namelist()
    assert {
        "ragqa/models/reader/reader.onnx",
        "ragqa/models/reader/judge/reader.onnx",
        "ragqa/embedding/scales.safetensors",
        "ragqa/py.typed",
        "ragqa/evaluation/page/page.html",
    } <= set(names)
    assert not [name for name in names if not name.startswith(("ragqa/", "ragqa-"))]


def test_the_version_and_the_extras_are_those_of_the_package(wheel):
    (name,) = [name for name in ZipFile(wheel).namelist() if name.endswith(".dist-info/METADATA")]
    told = Parser().parsestr(ZipFile(wheel).read(name).decode("utf-8"))
    assert told["Version"] == ragqa.__version__
    assert f"ragqa-{ragqa.__version__}-" in wheel.name
    assert "all" in told.get_all("Provides-Extra")
    needs = told.get_all("Requires-Dist")
    for library, extra in (("trafilatura", "html"), ("pyarrow", "parquet"), ("trafilatura", "all"), ("pyarrow", "all")):
        assert [need for need in needs if re.match(rf"{library}\b.*extra == '{extra}'", need)]


def test_it_answers_in_an_empty_home_without_a_network(environment, tmp_path):
    cut = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        **dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy"), NO_NETWORK),
    }

    def ragqa_says(*arguments: str) -> str:
        done = subprocess.run(
            [str(environment.with_name("ragqa")), *arguments],
            capture_output=True, text=True, cwd=tmp_path, env=cut, check=False,
        )  # fmt: skip
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout

    where = "import ragqa; print(ragqa.__file__)"
    found = subprocess.run(
        [environment, "-c", where], capture_output=True, text=True, cwd=tmp_path, env=cut, check=True
    )
    assert Path(found.stdout.strip()).is_relative_to(environment.parents[1])
    assert ragqa_says("--version") == f"ragqa {ragqa.__version__}\n"
    (tmp_path / "news").mkdir()
    (tmp_path / "news" / "skagen.txt").write_text(
        "Title: A bridge for Skagen\nDate: 2024-05-08\n\nThe bridge at Skagen was opened by Anna Lindqvist.\n",
        encoding="utf-8",
    )
    (tmp_path / "news" / "light.html").write_text(
        "<html><head><title>Light</title></head><body><article><p>The lighthouse was lit by Rosa Maier on Sunday night, for "
        "the first time in eleven years.</p></article></body></html>",
        encoding="utf-8",
    )
    assert "2 added" in ragqa_says("index", "news", "--index", "mine")
    assert ragqa_says("ask", "Who opened the bridge at Skagen?", "--index", "mine").startswith("Anna Lindqvist")
    assert "A bridge for Skagen\t\t2024-05-08" in ragqa_says("list", "--index", "mine")
