"""What a run took and what it ran on: latencies, memory, versions, the fingerprint of a reader.

Imports nothing of ragqa but its version.
"""

from __future__ import annotations

import hashlib
import platform
import sys
from collections.abc import Mapping, Sequence
from importlib import metadata
from pathlib import Path

import numpy as np

import ragqa

__all__ = ["fingerprint_of_reader", "latencies", "peak_memory_mib", "versions"]

_LIBRARIES = ("faiss-cpu", "numpy", "onnxruntime", "tokenizers", "torch", "transformers")
# Not reader.json, which also says what was measured with the reader.
_MODEL_FILES = ("*.onnx", "*.safetensors", "*.bin", "config.json", "tokenizer.json", "vocab.txt")


def latencies(timings: Sequence[Mapping[str, float]]) -> dict[str, dict[str, float]]:
    """Return the 50th, 95th and 99th percentile of each stage, in milliseconds, over questions asked one by one.

    >>> latencies([{"read": 1.0}, {"read": 3.0}])["read"]["p50"]
    2.0
    """
    found = {}
    for stage in timings[0] if timings else ():
        values = np.percentile([timing[stage] for timing in timings], [50, 95, 99])
        found[stage] = dict(zip(("p50", "p95", "p99"), (round(float(value), 3) for value in values), strict=True))
    return found


def peak_memory_mib() -> float | None:
    """Return the most memory that this process has held so far, in MiB; None where the system doesn't say (Windows)."""
    try:
        import resource
    except ImportError:
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    # macOS counts bytes, the others KiB.
    return round(peak / (1024 * 1024 if sys.platform == "darwin" else 1024), 1)


def versions() -> dict[str, str]:
    """Return the versions of ragqa, Python and the libraries that figures may depend on, as far as they are installed."""
    found = {"ragqa": ragqa.__version__, "python": platform.python_version()}
    for library in _LIBRARIES:
        try:
            found[library] = metadata.version(library)
        except metadata.PackageNotFoundError:
            continue
    return found


def fingerprint_of_reader(folder: Path) -> str | None:
    """Return the SHA-256 over the model files of a reader's folder, names and contents; None where there is no such folder."""
    files = sorted({path for pattern in _MODEL_FILES for path in folder.glob(pattern) if path.is_file()})
    if not files:
        return None
    digest = hashlib.sha256()
    for path in files:
        digest.update(f"{path.name}\n".encode())
        with path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()
