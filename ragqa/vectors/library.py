"""FAISS itself, loaded when it is first needed."""

from __future__ import annotations

from typing import Any

__all__ = ["load"]


def load() -> Any:
    """Return the module ``faiss``, untyped: its stubs know neither its keyword arguments nor that it takes arrays."""
    import faiss

    return faiss
