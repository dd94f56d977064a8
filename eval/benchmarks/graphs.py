"""Time graphs of the same reader against each other, in turns, on one thread each.

    python eval/benchmarks/graphs.py before.onnx=all after.onnx=basic --out graphs.json

Each file is named with onnxruntime's level of optimisation. Times are those of the thread, in milliseconds a window: what else the
machine does sways them less than the clock.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import time
from pathlib import Path
from typing import Any

import numpy as np

from ragqa.evaluation.machine import versions

LENGTHS = (128, 170, 256, 384)


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("graphs", nargs="+", help="FILE=LEVEL, the level all or basic; ratios are to the first")
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    sessions = {given: _session(*given.rsplit("=", 1)) for given in options.graphs}
    draw, first = np.random.default_rng(0), options.graphs[0]
    load, raw, medians = os.getloadavg(), {}, {}
    for length in LENGTHS:
        ids = draw.integers(1000, 20000, (1, length))
        inputs = {"input_ids": ids, "token_type_ids": np.ones_like(ids)}
        took: dict[str, list[float]] = {name: [] for name in sessions}
        for number in range(options.rounds + 1):
            for name, session in sessions.items():
                began = time.thread_time()
                session.run(None, inputs)
                if number:
                    took[name].append(1000 * (time.thread_time() - began))
        raw[length] = {Path(name).name: [round(one, 3) for one in own] for name, own in took.items()}
        for name, own in took.items():
            ratio = statistics.median(ours / theirs for ours, theirs in zip(own, took[first], strict=True))
            medians.setdefault(length, {})[Path(name).name] = {
                "milliseconds": round(statistics.median(own), 2),
                "of_the_first": round(ratio, 3),
            }
    result = {"load": {"began": load, "ended": os.getloadavg()}, "versions": versions(), "windows": medians, "raw": raw}
    options.out.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(medians, indent=1))


def _session(file: str, level: str) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.intra_op_num_threads = 1
    options.enable_mem_pattern = False
    options.graph_optimization_level = getattr(onnxruntime.GraphOptimizationLevel, f"ORT_ENABLE_{level.upper()}")
    return onnxruntime.InferenceSession(file, options, providers=["CPUExecutionProvider"])


if __name__ == "__main__":
    main()
