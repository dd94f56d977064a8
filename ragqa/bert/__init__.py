"""BERT weights to an ONNX model, without torch: the same weights and scales give the same bytes, whatever else is installed.

Used by `embedding` when it converts the default embedder on first use, and to export the reader that ragqa carries. The only
importer of onnx, and of safetensors but for training. Imports nothing of ragqa but its errors.
"""

from ragqa.bert.graph import GRAPH_VERSION, Precision, Weights
from ragqa.bert.model import Head, build_model, plain_names, read_folder, watched_model
from ragqa.bert.scales import SCALES, Scale, Scales, read_scales, sha256_of, write_scales

__all__ = [
    "GRAPH_VERSION",
    "SCALES",
    "Head",
    "Precision",
    "Scale",
    "Scales",
    "Weights",
    "build_model",
    "plain_names",
    "read_folder",
    "read_scales",
    "sha256_of",
    "watched_model",
    "write_scales",
]
