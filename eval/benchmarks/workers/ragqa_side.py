"""ragqa with its defaults."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from serving import main


class Ragqa:
    """Each passage is an article; ragqa cuts it as it cuts any, embeds, stores and flushes it to the disk."""

    def __init__(self, embedder: str, reader: str) -> None:
        del embedder, reader  # it carries the same weights
        from ragqa import Pipeline

        self._pipeline_of = Pipeline
        self._pipeline: Pipeline | None = None

    def index(self, passages: Sequence[str], folder: str) -> None:
        """Make an index, as `serving.Side` says."""
        from ragqa import Article

        shutil.rmtree(Path(folder), ignore_errors=True)
        self.open(folder)
        self._pipeline.add(Article(id=str(number), text=text) for number, text in enumerate(passages))

    def fill(self, passages: Sequence[str], vectors: Any, folder: str) -> None:
        """Make an index of what was embedded before: by an embedder that finds a known text's vector instead of computing it."""
        from ragqa import Article, Index

        shutil.rmtree(Path(folder), ignore_errors=True)
        with Index.open(folder, embedder=_knowing(passages, vectors), create=True) as index:
            articles = (Article(id=str(number), text=text) for number, text in enumerate(passages))
            index.add(articles, batch=1_000)  # few commits: how long this takes is not measured

    def open(self, folder: str) -> None:
        """Open an index."""
        if self._pipeline is not None:
            self._pipeline.close()
        self._pipeline = self._pipeline_of.open(folder)

    def search(self, question: str, k: int) -> list[str]:
        """Search by meaning and by words, the default."""
        return [hit.passage.text for hit in self._pipeline.search(question, k=k)]

    def ask(self, questions: Sequence[str], k: int) -> list[str]:
        """Answer questions, all at once, as if none had been asked before."""
        self._pipeline.reader.forget()
        responses = self._pipeline.ask_many(questions, k=k)
        return [response.answers[0].text if response.answers else "" for response in responses]


def _knowing(passages: Sequence[str], vectors: Any) -> Any:
    """Return the default embedder with the vectors of ``passages`` known to it."""
    import numpy as np

    from ragqa.embedding.default import DefaultEmbedder

    known = dict(zip(passages, vectors, strict=True))

    class Knowing(DefaultEmbedder):
        def encode(self, texts: Sequence[str], *, progress: Any = None) -> Any:
            """Return the vectors, the known ones from memory."""
            unknown = [text for text in texts if text not in known]
            computed = iter(super().encode(unknown, progress=progress))
            return np.array([known[text] if text in known else next(computed) for text in texts], dtype=np.float32)

    return Knowing()


if __name__ == "__main__":
    main(Ragqa)
