"""txtai: embeddings with their content, and its pipeline for extractive answers.

Settings beside the models:

- ``tuned``: both models exported to int8 ONNX by txtai's own pipeline, which is what its documents recommend for a CPU.
- ``every_passage``: each passage is read by itself. By default txtai joins the passages to one text and reads the 512 tokens that
  fit its model, so that most of ten passages are never read.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from serving import main
from txtai import RAG, Embeddings
from txtai.pipeline import HFOnnx, Questions


class Txtai:
    """Embeddings and a pipeline of txtai."""

    def __init__(
        self, embedder: str, reader: str, *, tuned: bool = False, every_passage: bool = False, exports: str = ""
    ) -> None:
        self._config: dict[str, object] = {"path": embedder, "content": True}
        self._reader_path: object = reader
        if tuned:
            self._config |= {
                "path": _exported(embedder, "pooling", exports),
                "tokenizer": str(Path(embedder) / "tokenizer.json"),
                "maxlength": 256,  # tokens, as the model was made for
            }
            self._reader_path = (_exported(reader, "question-answering", exports), reader)
        self._every_passage = every_passage
        self._questions: Questions | None = None

    def index(self, passages: Sequence[str], folder: str) -> None:
        """Embed, index, save."""
        self._embeddings = Embeddings(self._config)
        self._embeddings.index(passages)
        self._embeddings.save(folder)

    def fill(self, passages: Sequence[str], vectors: Any, folder: str) -> None:
        """Index and save what was embedded before: the model is there, and finds each text's vector instead of computing it."""
        known = dict(zip(passages, vectors, strict=True))
        embeddings = Embeddings(self._config)
        embeddings.model.encode = lambda data, *_: np.array([known[text] for text in data])
        embeddings.index(passages)
        embeddings.save(folder)

    def open(self, folder: str) -> None:
        """Load the embeddings and the texts."""
        self._embeddings = Embeddings()
        self._embeddings.load(folder)

    def search(self, question: str, k: int) -> list[str]:
        """Return the nearest passages."""
        return [row["text"] for row in self._embeddings.search(question, k)]

    def ask(self, questions: Sequence[str], k: int) -> list[str]:
        """Answer questions one by one: one that fails would take a batch with it."""
        if self._questions is None:
            self._questions = Questions(self._reader_path)
        if not self._every_passage:
            pipeline = RAG(self._embeddings, self._questions, context=k, output="flatten")
            return [_tried(lambda own=question: pipeline([own])[0]) for question in questions]
        found = []
        for question, rows in zip(questions, self._embeddings.batchsearch(list(questions), k), strict=True):
            answers = [self._read(question, row["text"]) for row in rows]
            # Its scores are not given out, so that the first passage with an answer wins. All are read.
            found.append(next(filter(None, answers), ""))
        return found

    def _read(self, question: str, text: str) -> str:
        return _tried(lambda: self._questions([question], [text])[0])


def _tried(ask: Callable[[], str | None]) -> str:
    """Return an answer, "" where txtai fails because the reader finds "no answer" the likeliest: it takes that for a word."""
    try:
        return ask() or ""
    except TypeError:
        return ""


def _exported(model: str, task: str, folder: str) -> str:
    """Return the model as int8 ONNX, exported once."""
    path = Path(folder) / f"{Path(model).name}-{task}.onnx"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(".draft")
        HFOnnx()(model, task, str(draft), quantize=True)
        draft.replace(path)
    return str(path)


if __name__ == "__main__":
    main(Txtai)
