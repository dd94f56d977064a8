"""Haystack 3: sentence-transformers, a FAISS document store and the extractive reader, joined in pipelines as its documents show.

Settings beside the models:

- ``tuned``: what its documents offer to a CPU. No progress bars; the reader runs each passage by itself, so that nothing is padded,
  and looks for three answers a passage instead of twenty.

Haystack's ONNX and OpenVINO backends need optimum, whose releases can't be installed beside transformers 5.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from haystack import Document, Pipeline
from haystack_integrations.components.embedders.sentence_transformers import (
    SentenceTransformersDocumentEmbedder,
    SentenceTransformersTextEmbedder,
)
from haystack_integrations.components.readers.transformers import TransformersExtractiveReader
from haystack_integrations.components.retrievers.faiss import FAISSEmbeddingRetriever
from haystack_integrations.document_stores.faiss import FAISSDocumentStore
from serving import main

WIDTH = 384


class Haystack:
    """Pipelines of Haystack over one store."""

    def __init__(self, embedder: str, reader: str, *, tuned: bool = False) -> None:
        self._embedder = {"model": embedder} | ({"progress_bar": False} if tuned else {})
        self._reader = {"model": reader} | ({"max_batch_size": 1, "answers_per_seq": 3, "top_k": 3} if tuned else {})
        self._to_index = SentenceTransformersDocumentEmbedder(**self._embedder)

    def index(self, passages: Sequence[str], folder: str) -> None:
        """Embed, write to the store, save."""
        self._keep(self._to_index.run([Document(content=text) for text in passages])["documents"], folder)

    def fill(self, passages: Sequence[str], vectors: Any, folder: str) -> None:
        """Write to the store and save what was embedded before."""
        rows = zip(passages, vectors.tolist(), strict=True)
        self._keep([Document(content=text, embedding=vector) for text, vector in rows], folder)

    def _keep(self, documents: list[Document], folder: str) -> None:
        store = FAISSDocumentStore(embedding_dim=WIDTH)
        store.write_documents(documents)
        Path(folder).mkdir(parents=True, exist_ok=True)
        store.save(Path(folder) / "store")
        self._join(store)

    def open(self, folder: str) -> None:
        """Load the store."""
        self._join(FAISSDocumentStore(index_path=str(Path(folder) / "store"), embedding_dim=WIDTH))

    def _join(self, store: FAISSDocumentStore) -> None:
        self._searching = Pipeline()
        self._asking = Pipeline()
        for pipeline in (
            self._searching,
            self._asking,
        ):  # a component belongs to one pipeline; the model is loaded once
            pipeline.add_component("embedder", SentenceTransformersTextEmbedder(**self._embedder))
            pipeline.add_component("retriever", FAISSEmbeddingRetriever(document_store=store))
            pipeline.connect("embedder.embedding", "retriever.query_embedding")
        self._asking.add_component("reader", TransformersExtractiveReader(**self._reader))
        self._asking.connect("retriever.documents", "reader.documents")

    def search(self, question: str, k: int) -> list[str]:
        """Run the pipeline that ends with the retriever."""
        found = self._searching.run({"embedder": {"text": question}, "retriever": {"top_k": k}})
        return [document.content for document in found["retriever"]["documents"]]

    def ask(self, questions: Sequence[str], k: int) -> list[str]:
        """Run the pipeline that ends with the reader, once a question: it takes no batch of questions."""
        return [self._answer(question, k) for question in questions]

    def _answer(self, question: str, k: int) -> str:
        wanted = {"embedder": {"text": question}, "retriever": {"top_k": k}, "reader": {"query": question}}
        return self._asking.run(wanted)["reader"]["answers"][0].data or ""


if __name__ == "__main__":
    main(Haystack)
