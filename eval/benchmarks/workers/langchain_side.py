"""LangChain: a FAISS vector store and Hugging Face embeddings. It has no extractive reader, so it is asked for passages alone.

Settings beside the models:

- ``tuned``: batches of 8, which pad less than the default of 32 where texts differ in length.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from langchain_community.vectorstores import FAISS
from langchain_huggingface import HuggingFaceEmbeddings
from serving import main


class LangChain:
    """A vector store of LangChain."""

    def __init__(self, embedder: str, reader: str, *, tuned: bool = False) -> None:
        del reader
        self._embeddings = HuggingFaceEmbeddings(model_name=embedder, encode_kwargs={"batch_size": 8} if tuned else {})

    def index(self, passages: Sequence[str], folder: str) -> None:
        """Embed, add to FAISS, save."""
        self._store = FAISS.from_texts(list(passages), self._embeddings)
        self._store.save_local(folder)

    def fill(self, passages: Sequence[str], vectors: Any, folder: str) -> None:
        """Add to FAISS and save what was embedded before."""
        rows = zip(passages, vectors.tolist(), strict=True)
        self._store = FAISS.from_embeddings(list(rows), self._embeddings)
        self._store.save_local(folder)

    def open(self, folder: str) -> None:
        """Load what this process's own benchmark saved: LangChain keeps the texts in a pickle."""
        self._store = FAISS.load_local(folder, self._embeddings, allow_dangerous_deserialization=True)

    def search(self, question: str, k: int) -> list[str]:
        """Return the nearest passages."""
        return [document.page_content for document in self._store.similarity_search(question, k=k)]

    def ask(self, questions: Sequence[str], k: int) -> list[str]:
        """Refuse: there is no reader."""
        raise NotImplementedError("LangChain has no extractive reader")


if __name__ == "__main__":
    main(LangChain)
