"""FAISS over the store's vectors: a cache of the truth, rebuilt whenever it can't be trusted.

    cache      `VectorCache`: keeps up with the store and searches exactly
    snapshot   the cache in a file, checked by its hash before FAISS sees a byte of it
    library    FAISS itself, loaded when it is first needed

The only importer of faiss. Knows rows and vectors, nothing of articles.
"""

from ragqa.vectors.cache import VectorCache

__all__ = ["VectorCache"]
