"""The tool that measures scales for int8, for each kind of model."""

import gzip
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from safetensors.numpy import save_file
from tiny_bert import CONFIG, PACKAGED, tiny_weights

from ragqa.bert import SCALES, read_scales, sha256_of

SCRIPT = Path(__file__).parent.parent / "tools" / "measure_scales.py"
STORY = {
    "title": "korvat",
    "paragraphs": [
        {
            "context": f"The fire killed {count} people.",
            "qas": [
                {
                    "id": count,
                    "question": "How many people did the fire kill?",
                    "relation": "differs",
                    "answers": [{"text": count, "answer_start": 16}],
                }
            ],
        }
        for count in ("34", "41")
    ],
}


@pytest.mark.parametrize("kind", ["reader", "judge", "embedder"])
def test_each_kind_of_model_is_measured_on_what_it_reads(kind, tmp_path):
    (tmp_path / "config.json").write_text(json.dumps(CONFIG), encoding="utf-8")
    save_file(tiny_weights(), tmp_path / "model.safetensors")
    shutil.copy(PACKAGED / "tokenizer.json", tmp_path)
    (tmp_path / "stories.json.gz").write_bytes(gzip.compress(json.dumps({"data": [STORY]}).encode()))
    out = tmp_path / "out"
    out.mkdir()
    command = [sys.executable, SCRIPT, tmp_path, "--kind", kind, "--data", tmp_path / "stories.json.gz", "--out", out]
    subprocess.run([str(own) for own in command], check=True, capture_output=True)
    scales = read_scales(out / SCALES, weights_sha256=sha256_of(tmp_path / "model.safetensors"))
    assert len(scales) == 6
    assert not (tmp_path / SCALES).exists()
