"""How good a network is right now: its answers to development questions, decoded as in use. Imports the reader."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ragqa.evaluation.questions import GoldQuestion
from ragqa.evaluation.squad import exact_match, f1_score
from ragqa.reading import ExtractiveReader
from ragqa.reading.hub import HubBackend
from ragqa.reading.reader import ReaderSettings
from ragqa.records import Passage

if TYPE_CHECKING:
    from ragqa.training.network import Network

__all__ = ["as_reader", "score_reader"]


def as_reader(network: Network, settings: ReaderSettings) -> ExtractiveReader:
    """Return the network as a reader. It reads with the weights that the network has when it is asked."""
    backend = HubBackend(network.model, pad_id=network.pad_id, names=("token_type_ids",) if network.takes_types else ())
    return ExtractiveReader(backend, network.tokenizer(), name="in training", settings=settings)


def score_reader(reader: ExtractiveReader, questions: Sequence[GoldQuestion]) -> dict[str, float]:
    """Return exact match and F1 of the best spans of the answerable questions, in percent, and how the null does.

    Returns:
        ``questions``; ``exact_match`` and ``f1`` of the answerable ones whatever the null says; ``answered``, the percentage of
        these whose best span beats its null; ``abstained``, the percentage of the others whose best span does not.
    """
    passages = [
        Passage(id=row.id, article_id=row.id, text=row.context or "", start=0, end=len(row.context or ""))
        for row in questions
    ]
    spans = reader.read_many(
        [(row.question, passage) for row, passage in zip(questions, passages, strict=True)], top_n=1
    )
    best = [(own[0].text, own[0].score) if own else ("", float("-inf")) for own in spans]
    right = [(text, score, row.answers) for (text, score), row in zip(best, questions, strict=True) if row.answers]
    others = [score for (_, score), row in zip(best, questions, strict=True) if not row.answers]
    figures = {"questions": float(len(questions))}
    if right:
        figures["exact_match"] = _percent([exact_match(text, answers) for text, _, answers in right])
        figures["f1"] = _percent([f1_score(text, answers) for text, _, answers in right])
        figures["answered"] = _percent([float(score > 0) for _, score, _ in right])
    if others:
        figures["abstained"] = _percent([float(score <= 0) for score in others])
    return figures


def _percent(values: Sequence[float]) -> float:
    return round(100 * sum(values) / len(values), 2)
