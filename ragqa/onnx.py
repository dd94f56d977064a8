"""Sessions, threads and tokenizers for the models that run on onnxruntime.

Used by `embedding` and `reading`; the only importer of onnxruntime and tokenizers. Imports nothing of ragqa but its errors.

A text is a run of its own: no padding, no batch. So what a model says about a text can't depend on its neighbours, also where
onnxruntime takes the scale of int8 activations over the whole input, and no time is spent on padding. Several cores are used by
running several texts at once, each on one thread; on two cores that is as fast as padded batches on two threads, or faster.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ragqa.errors import ModelError, SettingError

if TYPE_CHECKING:
    from tokenizers import Tokenizer

__all__ = ["MAX_THREADS", "OnnxModel", "load_tokenizer", "thread_count"]

MAX_THREADS = 16
"""More texts at once than this wait for memory, not for cores."""

_ERRORS_ONLY = 3  # onnxruntime's severity: 0 verbose, 1 info, 2 warning, 3 error, 4 fatal


class OnnxModel:
    """A model on onnxruntime, run text by text. Safe to use from several threads, and after a fork.

    Args:
        source: an ONNX file, or its bytes.
        threads: how many texts are run at once; None as `thread_count` says.

    Raises:
        ModelError: the file is missing, or is no model that onnxruntime can run.
        SettingError: the number of threads can't be used.
    """

    def __init__(self, source: Path | bytes, *, threads: int | None = None) -> None:
        import onnxruntime

        self.threads = thread_count(threads)
        onnxruntime.disable_telemetry_events()
        options = onnxruntime.SessionOptions()
        options.log_severity_level = _ERRORS_ONLY
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        # A memory plan is kept for every shape seen; texts have hundreds of lengths.
        options.enable_mem_pattern = False
        # The graphs are written as they are to run. Beyond this level onnxruntime fuses Add with LayerNormalization and with Gelu,
        # and is slower for it.
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
        name = "the model" if isinstance(source, bytes) else str(source)
        if isinstance(source, Path) and not source.is_file():
            raise ModelError(f"expected an ONNX model at {source}, found no file: export or convert the model again")
        try:
            self._session = onnxruntime.InferenceSession(
                source if isinstance(source, bytes) else str(source), options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # onnxruntime has no common error class below Exception
            raise ModelError(f"onnxruntime can't load {name} ({error}): export or convert it again") from error
        self._name = name

    def run_many(
        self,
        inputs: Sequence[Mapping[str, NDArray[np.int64]]],
        *,
        progress: Callable[[int], None] | None = None,
    ) -> list[tuple[NDArray[np.float32], ...]]:
        """Run the model once for each of ``inputs``.

        Args:
            inputs: for each run the model's inputs by name, ``(1, length)`` int64, special tokens included, no padding.
            progress: called in the caller's thread with the number of runs just done.

        Returns:
            For each run, in the order given, the model's outputs in the order of the graph.

        Raises:
            ModelError: a run failed; most often an input is missing or of another shape.
        """
        # The longest first, so that no long one is left alone at the end.
        order = sorted(range(len(inputs)), key=lambda number: -_size(inputs[number]))
        results: dict[int, tuple[NDArray[np.float32], ...]] = {}
        left = iter(order)  # shared: the next of a list's iterator is taken whole

        def work(done: Callable[[int], None] | None = None) -> None:
            try:
                for number in left:
                    results[number] = self._run(inputs[number])
                    if done is not None:
                        done(1)
            finally:
                for _ in left:  # after a failure, here or in another thread, nothing more is begun
                    pass

        helpers = min(self.threads, len(inputs)) - 1
        if helpers < 1:
            work(progress)
            return [results[number] for number in range(len(inputs))]
        told = 0

        def tell(_: int = 0) -> None:
            nonlocal told
            while progress is not None and told < len(results):
                told += 1
                progress(1)

        # The caller's thread works too. A pool a call: threads that outlive the call would be lost in a forked process.
        with ThreadPoolExecutor(helpers, thread_name_prefix="ragqa-onnx") as pool:
            futures = [pool.submit(work) for _ in range(helpers)]
            work(tell)
        for future in futures:
            future.result()
        tell()
        return [results[number] for number in range(len(inputs))]

    def _run(self, inputs: Mapping[str, NDArray[np.int64]]) -> tuple[NDArray[np.float32], ...]:
        try:
            return tuple(self._session.run(None, dict(inputs)))
        except Exception as error:  # as above
            shapes = {name: np.shape(value) for name, value in inputs.items()}
            raise ModelError(f"{self._name} can't be run on inputs of shapes {shapes}: {error}") from error


def thread_count(threads: int | None = None) -> int:
    """Return how many threads to use: ``threads``, else the variable ``RAGQA_THREADS``, else the cores of this machine.

    Cores are physical ones that this process may use, `MAX_THREADS` at most.

    Raises:
        SettingError: the number given is not a whole number from 1 up.
    """
    if threads is not None:
        if threads < 1:
            raise SettingError(f"threads must be 1 or more, got {threads}")
        return threads
    given = os.environ.get("RAGQA_THREADS", "").strip()
    if not given:
        return min(_physical_cores(), MAX_THREADS)
    if not (given.isascii() and given.isdigit() and int(given) > 0):
        raise SettingError(f"RAGQA_THREADS must be a whole number from 1 up, got {given!r}: set it so, or unset it")
    return int(given)


def load_tokenizer(path: Path) -> Tokenizer:
    """Load a fast tokenizer from its ``tokenizer.json``, with truncation and padding off.

    Raises:
        ModelError: the file is missing, or not a tokenizer.
    """
    from tokenizers import Tokenizer

    if not path.is_file():
        raise ModelError(f"expected a tokenizer at {path}, found no file: the model needs its tokenizer.json beside it")
    try:
        tokenizer = Tokenizer.from_file(str(path))
    except Exception as error:  # tokenizers raises bare Exception
        raise ModelError(f"{path} can't be read as a tokenizer ({error}): copy it from the model again") from error
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def _size(inputs: Mapping[str, NDArray[np.int64]]) -> int:
    return max((np.size(value) for value in inputs.values()), default=0)


def _physical_cores() -> int:
    """Count the cores that this process may use; two hardware threads of one core count once where Linux tells."""
    if not hasattr(os, "sched_getaffinity"):
        return os.cpu_count() or 1
    allowed = os.sched_getaffinity(0)
    cores = set()
    for cpu in allowed:
        siblings = Path(f"/sys/devices/system/cpu/cpu{cpu}/topology/thread_siblings_list")
        try:
            cores.add(siblings.read_text(encoding="ascii").strip())
        except OSError:
            return len(allowed)
    return len(cores)
