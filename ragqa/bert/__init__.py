"""BERT weights to an ONNX model, without torch: the same weights give the same bytes, whatever else is installed.

Used by `embedding` when it converts the default embedder on first use, and to export the reader that ragqa carries. The only
importer of onnx and safetensors. Imports nothing of ragqa but its errors.
"""

from ragqa.bert.graph import GRAPH_VERSION, Precision, Weights
from ragqa.bert.model import STEPS, Head, build_model, read_folder, read_steps, watched_model

__all__ = [
    "GRAPH_VERSION",
    "STEPS",
    "Head",
    "Precision",
    "Weights",
    "build_model",
    "read_folder",
    "read_steps",
    "watched_model",
]
