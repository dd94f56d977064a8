"""How fast this machine multiplies matrices in int8 and in float32, and which share of that the reader reaches.

    python eval/benchmarks/limits.py --out eval/benchmarks/results/limits.json    # by the time of a thread, on a busy machine too

The limit is that of onnxruntime's own kernel on the reader's largest layer, on as many threads as ragqa uses: what remains once
everything but multiplying is free. A window of ``n`` tokens costs ``21.2e6 n`` operations in the linear layers (int8) and
``9,216 n * n`` in attention (float32): 6 layers, 384 wide, 1,536 inside.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import perf_counter, thread_time
from typing import Any

import numpy as np

from ragqa.evaluation.machine import versions
from ragqa.onnx import OnnxModel, thread_count
from ragqa.reading.reader import DEFAULT_READER

LAYERS, WIDTH, INSIDE = 6, 384, 1536
LINEAR = 2 * LAYERS * (4 * WIDTH * WIDTH + 2 * WIDTH * INSIDE)
ATTENTION = 2 * LAYERS * 2 * WIDTH
ROWS = 384
TIMES = 20


def measure(lengths: Sequence[int], *, rounds: int) -> dict[str, Any]:
    """Return the rates in operations a second, and for each length the reader's windows a second and their share of the limit."""
    kernels = {"int8": _kernel("int8"), "fp32": _kernel("fp32")}
    reader = OnnxModel(DEFAULT_READER / "reader.onnx")
    draw = np.random.default_rng(0)
    windows = {length: [_window(draw, length) for _ in range(16)] for length in lengths}
    rates: dict[str, list[float]] = {name: [] for name in kernels}
    speeds: dict[int, list[float]] = {length: [] for length in lengths}
    for _ in range(rounds + 1):
        for name, run in kernels.items():
            rates[name].append(2 * ROWS * WIDTH * INSIDE * TIMES * thread_count() / _seconds(run))
        for length, own in windows.items():
            speeds[length].append(len(own) / _seconds(lambda own=own: reader.run_many(own)))
    # The first round warms up. The machine's limit is the best that was seen, the reader's speed what is usual.
    limit = {name: max(own[1:]) for name, own in rates.items()}
    return {
        "operations_per_second": limit,
        "reader": {str(length): _share(length, statistics.median(own[1:]), limit) for length, own in speeds.items()},
        "raw": {"rates": rates, "windows_per_second": {str(length): own for length, own in speeds.items()}},
    }


def measure_thread(lengths: Sequence[int], *, rounds: int) -> dict[str, Any]:
    """Return the same of one thread, by its own time and not by the clock: other work sways that less. Two cores give twice it."""
    kernels = {"int8": _session("int8"), "fp32": _session("fp32")}
    reader = OnnxModel(DEFAULT_READER / "reader.onnx", threads=1)
    draw = np.random.default_rng(0)
    windows = {length: [_window(draw, length)] for length in lengths}
    rates: dict[str, list[float]] = {name: [] for name in kernels}
    speeds: dict[int, list[float]] = {length: [] for length in lengths}
    for _ in range(rounds + 1):
        for name, (session, rows) in kernels.items():
            took = _thread_seconds(lambda session=session, rows=rows: session.run(None, {"x": rows}))
            rates[name].append(2 * ROWS * WIDTH * INSIDE / took)
        for length, own in windows.items():
            speeds[length].append(1 / _thread_seconds(lambda own=own: reader.run_many(own)))
    limit = {name: max(own[1:]) for name, own in rates.items()}
    return {
        "operations_per_second": limit,
        "reader": {str(length): _share(length, statistics.median(own[1:]), limit) for length, own in speeds.items()},
        "raw": {"rates": rates, "windows_per_second": {str(length): own for length, own in speeds.items()}},
    }


def main() -> None:
    """Measure one thread and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    load = os.getloadavg()
    found = measure_thread((128, 256, 384), rounds=options.rounds)
    found = {"load": {"began": load, "ended": os.getloadavg()}, "versions": versions(), **found}
    options.out.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    print(json.dumps({name: found[name] for name in ("operations_per_second", "reader")}, indent=1))


def _share(length: int, speed: float, limit: dict[str, float]) -> dict[str, float]:
    attention = ATTENTION * length * length / limit["fp32"]
    best = {name: 1 / (LINEAR * length / limit[name] + attention) for name in limit}
    return {
        "windows_per_second": speed,
        "tokens_per_second": speed * length,
        **{f"limit_{name}": value for name, value in best.items()},
        **{f"share_of_{name}": speed / value for name, value in best.items()},
    }


def _kernel(precision: str) -> Callable[[], None]:
    """Return what runs one multiplication `TIMES` times on each thread."""
    session, rows = _session(precision)

    def one_thread(_: int) -> None:
        for _ in range(TIMES):
            session.run(None, {"x": rows})

    def run() -> None:
        with ThreadPoolExecutor(thread_count()) as pool:
            list(pool.map(one_thread, range(thread_count())))

    return run


def _session(precision: str) -> tuple[Any, np.ndarray]:
    """Return what multiplies by the weights of the largest layer, and what it multiplies."""
    import onnxruntime
    from onnx import TensorProto, helper, numpy_helper

    is_int8 = precision == "int8"
    # 7 bits, as the reader's own weights.
    weight = np.random.default_rng(0).integers(-64, 65, (WIDTH, INSIDE)).astype(np.int8 if is_int8 else np.float32)
    rows = np.ones((ROWS, WIDTH), dtype=np.uint8 if is_int8 else np.float32)
    takes, gives = (TensorProto.UINT8, TensorProto.INT32) if is_int8 else (TensorProto.FLOAT, TensorProto.FLOAT)
    graph = helper.make_graph(
        [helper.make_node("MatMulInteger" if is_int8 else "MatMul", ["x", "weight"], ["y"])],
        "kernel",
        [helper.make_tensor_value_info("x", takes, rows.shape)],
        [helper.make_tensor_value_info("y", gives, (ROWS, INSIDE))],
        [numpy_helper.from_array(weight, "weight")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)], ir_version=10)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    return session, rows


def _window(draw: np.random.Generator, length: int) -> dict[str, np.ndarray]:
    ids = draw.integers(1000, 20000, (1, length), dtype=np.int64)
    return {"input_ids": ids, "token_type_ids": np.ones_like(ids)}


def _seconds(run: Callable[[], object]) -> float:
    began = perf_counter()
    run()
    return perf_counter() - began


def _thread_seconds(run: Callable[[], object]) -> float:
    began = thread_time()
    run()
    return thread_time() - began


if __name__ == "__main__":
    main()
