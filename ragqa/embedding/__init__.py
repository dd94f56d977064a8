"""Text to unit vectors: the default embedder on onnxruntime, or any sentence-transformers model.

    splitting -> embedding -> store/vectors
    Passage      rows of float32

`embedder` says what an embedder is and loads one, `default` is the one that needs no torch, `cache` keeps its converted model, and
`hub` runs all others.
"""

from ragqa.embedding.default import DefaultEmbedder
from ragqa.embedding.embedder import DEFAULT_EMBEDDER, Embedder, load_embedder
from ragqa.embedding.hub import SentenceTransformerEmbedder

__all__ = ["DEFAULT_EMBEDDER", "DefaultEmbedder", "Embedder", "SentenceTransformerEmbedder", "load_embedder"]
