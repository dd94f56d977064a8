"""Run a notebook from its first cell to its last.

.venv/bin/python tools/run_notebook.py examples/07_pictures.ipynb              fails where a cell does
.venv/bin/python tools/run_notebook.py --write examples/07_pictures.ipynb      and keeps what the cells gave
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import nbformat
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient

_SECONDS = 300


def main() -> None:
    """Run the notebook in its own folder, with a kernel of this Python."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("notebook", type=Path)
    parser.add_argument("--write", action="store_true", help="keep the outputs")
    options = parser.parse_args()
    notebook = nbformat.read(options.notebook, as_version=4)
    folder = {"metadata": {"path": str(options.notebook.parent.resolve())}}
    with tempfile.TemporaryDirectory() as sockets:  # no ports: nobody else can talk to the kernel
        kernel = AsyncKernelManager(kernel_name="python3", transport="ipc", ip=str(Path(sockets) / "kernel"))
        NotebookClient(notebook, km=kernel, timeout=_SECONDS, resources=folder, record_timing=False).execute()
    for cell in notebook.cells:
        cell.get("metadata", {}).pop("execution", None)
    pictures = sum(
        "image/png" in output.get("data", {}) for cell in notebook.cells for output in cell.get("outputs", [])
    )
    print(f"{options.notebook.name}: {len(notebook.cells)} cells, {pictures} pictures")
    if options.write:
        nbformat.write(notebook, options.notebook)


if __name__ == "__main__":
    main()
