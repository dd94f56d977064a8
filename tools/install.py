"""Make a virtual environment with ragqa, its extras and the tools to develop it, and a torch without CUDA in it.

On Linux the wheels of torch on PyPI ask for some gigabytes of CUDA packages, which nothing here uses. So torch is installed
first: as pip finds it, where that brings no CUDA (macOS, Windows, a local wheel or mirror of the CPU build), else from PyTorch's
own index of CPU wheels. The rest follows, and takes the torch that is there.

Runs on a bare Python, with the standard library alone. Its syntax is that of Python 3.7, so that a Python too old for ragqa is told
so instead of failing on a line that it can't read.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
CONSTRAINTS = ROOT / "constraints.txt"
OLDEST, NEWEST = (3, 11), (3, 14)
CUDA_PACKAGES = ("cuda", "nvidia", "triton")


def main() -> None:
    """Run the steps in order; each of them is quick where there is nothing to do."""
    parser = argparse.ArgumentParser(description="Install ragqa for development into a virtual environment.")
    parser.add_argument("--venv", type=Path, default=ROOT / ".venv", help="the environment, made if it is missing")
    parser.add_argument("--torch-index", required=True, help="where to get torch if PyPI's brings CUDA packages")
    options = parser.parse_args()
    check_version()
    python = make_environment(options.venv)
    # The first pip with dependency groups (--group) is 25.1.
    pip(python, "install", "--quiet", "--upgrade", "pip>=25.1")
    install_torch(python, options.torch_index)
    say("Installing ragqa with its extras and development tools")
    pip(python, "install", "--constraint", str(CONSTRAINTS), "--editable", ".[all]", "--group", "dev")


def check_version() -> None:
    """Stop where this Python is not one that ragqa runs on."""
    if not OLDEST <= sys.version_info[:2] <= NEWEST:
        wanted = " to ".join(".".join(map(str, version)) for version in (OLDEST, NEWEST))
        stop(
            f"ragqa needs Python {wanted}, and {sys.executable} is {sys.version.split()[0]}. "
            "Name another, for example: make PYTHON=python3.12 demo"
        )


def make_environment(folder: Path) -> Path:
    """Make a virtual environment in ``folder`` if there is none, and return the path of its Python."""
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not python.exists():
        say(f"Making a virtual environment in {folder}")
        try:
            subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)
        except subprocess.CalledProcessError:
            stop(f"{sys.executable} can't make a virtual environment. On Debian and Ubuntu: apt install python3-venv")
    return python


def install_torch(python: Path, cpu_index: str) -> None:
    """Install the torch of the constraints file without CUDA, unless that version is there already."""
    pin = pinned_torch()
    if installed_torch(python) == pin:
        return
    needs = requirements_of_torch(python)
    if needs is not None and not any(need.startswith(CUDA_PACKAGES) for need in needs):
        say(f"Installing torch {pin}")
        # What torch itself needs comes with the next step.
        pip(python, "install", "--no-deps", "--constraint", str(CONSTRAINTS), "torch")
        return
    why = "pip does not find it elsewhere" if needs is None else "the one on PyPI brings gigabytes of CUDA packages"
    say(f"Installing torch {pin}+cpu from {cpu_index}, for {why}")
    wheel = f"torch=={pin}+cpu"
    patience = ["--retries", "2", "--timeout", "30"]
    try:
        pip(python, "install", "--no-deps", "--index-url", cpu_index, *patience, wheel)
    except subprocess.CalledProcessError:
        stop(
            f"{wheel} could not be installed from {cpu_index}. Name a mirror of PyTorch's CPU wheels with "
            f"make TORCH_INDEX=URL, or install a wheel of torch {pin} yourself ({python} -m pip install FILE), and run make again"
        )


def pinned_torch() -> str:
    """Return the version of torch in the constraints file."""
    pin = re.search(r"^torch==([\w.]+)$", CONSTRAINTS.read_text(encoding="utf-8"), re.MULTILINE)
    if pin is None:
        stop(f"{CONSTRAINTS} must hold a line such as torch==2.13.0, and has none")
    return pin.group(1)


def installed_torch(python: Path) -> str | None:
    """Return the version of torch in the environment without its local part ("+cpu"), None if it is missing."""
    ask = "from importlib import metadata; print(metadata.version('torch').split('+')[0])"
    found = subprocess.run([str(python), "-c", ask], capture_output=True, text=True, check=False)
    return found.stdout.strip() if found.returncode == 0 else None


def requirements_of_torch(python: Path) -> list[str] | None:
    """Return what the torch that pip would take requires on this system; None where pip finds no torch.

    Nothing is installed. With fast-deps pip reads the metadata alone, of a wheel that weighs half a gigabyte.
    """
    probe = ["install", "--dry-run", "--no-deps", "--ignore-installed", "--use-feature=fast-deps"]
    command = [str(python), "-m", "pip", *probe, "-qq", "--report", "-", "--constraint", str(CONSTRAINTS), "torch"]
    done = subprocess.run(command, cwd=str(ROOT), stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode != 0:
        return None
    packages = json.loads(done.stdout)["install"]
    needs = [need for package in packages for need in package["metadata"].get("requires_dist", [])]
    # Wheels of every system may name what only one of them needs: "nvidia-nccl-cu13; platform_system == 'Linux'".
    return [need for need in needs if sys.platform == "linux" or "Linux" not in need]


def pip(python: Path, *arguments: str) -> None:
    """Run pip in the environment, from the root of the project.

    Raises:
        subprocess.CalledProcessError: pip failed; it has said why.
    """
    subprocess.run([str(python), "-m", "pip", *arguments], cwd=str(ROOT), check=True)


def say(message: str) -> None:
    """Write a line about what comes next."""
    print(f"==> {message}", flush=True)


def stop(message: str) -> NoReturn:
    """End with a message and exit status 1."""
    sys.exit(f"tools/install.py: {message}")


if __name__ == "__main__":
    try:
        main()
    except subprocess.CalledProcessError as error:
        stop(f"this failed, and said why above: {' '.join(map(str, error.cmd))}")
