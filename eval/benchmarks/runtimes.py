"""Time the reader on OpenVINO, in every precision that it has, against ragqa's own int8 graph on onnxruntime: one thread, in turns.

    ragqa train export models/reader-trainable --out /tmp/fp32 --precision fp32 --card eval/reader_card.json
    python -m venv /tmp/openvino && /tmp/openvino/bin/pip install openvino nncf onnxruntime
    /tmp/openvino/bin/python eval/benchmarks/runtimes.py /tmp/fp32/reader.onnx --out runtimes.json

In an environment of its own, which ragqa isn't in. Milliseconds are those of the clock, so the machine should be free. The
activations of OpenVINO's int8 are quantised as they come (a scale for every so many of a row) or with scales fixed beforehand
(static, here fitted on random tokens: good for its speed alone).
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import nncf
import numpy as np
import onnxruntime
import openvino

LENGTHS = (128, 170, 256)
GROUPS = ("32", "64", "384")
OWN = "ragqa, int8 on onnxruntime"
READER = Path(__file__).parents[2] / "ragqa" / "models" / "reader" / "reader.onnx"

Run = Callable[[dict[str, Any]], Any]


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("fp32", type=Path, help="the reader as ONNX in fp32")
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    load = os.getloadavg()
    sides = {OWN: _on_onnxruntime(READER), **_on_openvino(options.fp32)}
    draw = np.random.default_rng(0)
    raw: dict[int, dict[str, list[float]]] = {}
    medians: dict[int, dict[str, dict[str, float]]] = {}
    for length in LENGTHS:
        ids = draw.integers(1000, 20000, (1, length))
        inputs = {"input_ids": ids, "token_type_ids": np.ones_like(ids)}
        took: dict[str, list[float]] = {name: [] for name in sides}
        for number in range(options.rounds + 3):
            for name, run in sides.items():
                began = time.perf_counter()
                run(inputs)
                if number >= 3:
                    took[name].append(round(1000 * (time.perf_counter() - began), 3))
        raw[length] = took
        medians[length] = {
            name: {
                "milliseconds": round(statistics.median(own), 2),
                "of_ragqa": round(statistics.median(one / base for one, base in zip(own, took[OWN], strict=True)), 2),
            }
            for name, own in took.items()
        }
    versions = {name: version(name) for name in ("openvino", "nncf", "onnxruntime", "numpy")}
    result = {"load": {"began": load, "ended": os.getloadavg()}, "versions": versions, "windows": medians, "raw": raw}
    options.out.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(medians, indent=1))


def _on_onnxruntime(file: Path) -> Run:
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.intra_op_num_threads = 1
    options.enable_mem_pattern = False
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    session = onnxruntime.InferenceSession(file, options, providers=["CPUExecutionProvider"])
    return lambda inputs: session.run(None, inputs)


def _on_openvino(file: Path) -> dict[str, Run]:
    core = openvino.Core()

    def compiled(model: Any, **more: str) -> Run:
        settings = {"INFERENCE_NUM_THREADS": 1, "NUM_STREAMS": 1, "ENABLE_CPU_PINNING": False, **more}
        request = core.compile_model(model, "CPU", settings).create_infer_request()
        return lambda inputs: [np.array(value) for value in request.infer(inputs).values()]

    def compressed() -> Any:
        return nncf.compress_weights(core.read_model(file), mode=nncf.CompressWeightsMode.INT8_SYM)

    ids = [np.random.default_rng(length).integers(1000, 20000, (1, length)) for length in LENGTHS]
    rows = nncf.Dataset([{"input_ids": own, "token_type_ids": np.ones_like(own)} for own in ids])
    static = nncf.quantize(core.read_model(file), rows, model_type=nncf.ModelType.TRANSFORMER)
    return {
        "fp32": compiled(core.read_model(file), INFERENCE_PRECISION_HINT="f32"),
        "bf16": compiled(core.read_model(file), INFERENCE_PRECISION_HINT="bf16"),
        **{
            f"int8, a scale for {group} activations": compiled(
                compressed(), DYNAMIC_QUANTIZATION_GROUP_SIZE=group, INFERENCE_PRECISION_HINT="f32"
            )
            for group in GROUPS
        },
        "int8, static": compiled(static, INFERENCE_PRECISION_HINT="f32"),
    }


if __name__ == "__main__":
    main()
