"""Questions asked through the whole way -> the calibration in a reader's card.

The contexts of the gold files are indexed as articles. Every question is asked twice: of all passages, and with the passages
that hold one of its answers left out, so that it has none; one that several reports answer has the answers of all. An answer is
right when its official F1 is at least 0.5. The calibration is fitted on up to three answers of the questions of every third
article, and its error measured on the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ragqa.answering import Candidate, Grounded, compose_grounded
from ragqa.calibration import Calibration, Grounds, Support
from ragqa.embedding import load_embedder
from ragqa.errors import SettingError, in_words
from ragqa.evaluation.contexts import corpus_of, open_corpus
from ragqa.evaluation.gold import read_gold_set
from ragqa.evaluation.questions import GoldQuestion, GoldSet
from ragqa.evaluation.squad import f1_score
from ragqa.promise import Outside, reading_order
from ragqa.reading import ExtractiveReader
from ragqa.records import Article, Passage
from ragqa.retrieval import HybridRetriever, Retriever
from ragqa.training.export import read_card, write_card
from ragqa.training.fitting import NOTHING, Found, fit, measure

__all__ = ["calibrate_reader", "fitted_part", "read_askings"]

SUPPORT = (Support(8.0, 0.58), Support(3.0, 0.72))
RIGHT = 0.5
K = 10
TOP_K = 3
_AT_ONCE = 16
_FITTED = 3
"""One article of so many is fitted on: a curve of three numbers needs few askings, its error many."""
_SPARE = 6
"""Passages read beyond `K`, for those that are left out where they hold the answer."""


def calibrate_reader(
    gold: Sequence[Path],
    folder: Path,
    *,
    questions: int,
    seed: int = 0,
    support: tuple[Support, Support] = SUPPORT,
    askings: Path | None = None,
    margin: float | None = None,
    progress: Callable[[int], None] | None = None,
) -> dict[str, Any]:
    """Fit the calibration of the reader in ``folder``, write it into its card, and return it with its figures.

    Args:
        gold: gold files with contexts; their articles are told apart by title.
        folder: with the ``reader.json`` that is written.
        questions: of each file, drawn with ``seed`` from those that have an answer.
        seed: of the draw, and of the parts.
        support: what the nearness of a passage to the question and its share of the telling words add to a score.
        askings: an .npz file in which the answers are kept, or from which they are taken if it is there.
        margin: the least score of an answer that is given; what suits these questions best if None.
        progress: called with the number of questions just asked.

    Raises:
        ModelError: there is no reader in ``folder``.
        SettingError: a gold file can't be used, or there are too few answers to fit on.
    """
    card = read_card(folder)  # first: a folder without one would be looked up as a name on the model hub
    reader = ExtractiveReader.from_pretrained(folder)
    sets = [read_gold_set(path) for path in gold]
    unfitted = Calibration(
        temperature=1.0,
        offset=0.0,
        runner_up=0.0,
        margin=0.0,
        fitted_on="",
        error=0.0,
        nearness=support[0],
        coverage=support[1],
    )
    if askings is not None and askings.exists():
        found = read_askings(askings)
    else:
        found = _ask(sets, reader, unfitted, (questions, seed), progress)
        if askings is not None:
            with askings.open("wb") as file:
                np.savez_compressed(file, **found._asdict())
    fitting = fitted_part(found, seed)
    asked = int((fitting & found.is_best).sum())
    fitted_on = f"{asked} askings of {', '.join(path.name for path in gold)}, half of them without an answer"
    unchecked = fit(found.take(fitting), unfitted, fitted_on)
    if margin is not None:
        unchecked = replace(unchecked, margin=margin)
    kept = found.take(~fitting)
    figures = measure(kept, unchecked)
    calibration = replace(unchecked, error=figures["calibration_error"]).as_dict()
    write_card(folder, {**card, "calibration": calibration})
    of_each = {
        path.name: measure(kept.take(kept.sets == str(number)), unchecked)
        for number, path in enumerate(gold if len(gold) > 1 else ())
    }
    return {
        "reader": reader.name,
        "k": K,
        "seed": seed,
        "calibration": calibration,
        "kept_apart": figures,
        "kept_apart_of_each": of_each,
    }


def read_askings(path: Path) -> Found:
    """Return the answers that `calibrate_reader` kept in an .npz file.

    Raises:
        SettingError: the file can't be read.
    """
    try:
        with np.load(path) as arrays:
            return Found(**arrays)
    except (OSError, ValueError, TypeError) as error:
        raise SettingError(
            f"the askings in {path} can't be read ({in_words(error)}): delete the file to ask anew"
        ) from error


def fitted_part(found: Found, seed: int) -> NDArray[np.bool_]:
    """Return which answers a calibration is fitted on: those of one article in three. The others are kept apart."""
    names = sorted(set(found.groups.tolist()))
    Random(seed).shuffle(names)
    return np.isin(found.groups, names[::_FITTED])


def _ask(
    sets: Sequence[GoldSet],
    reader: ExtractiveReader,
    unfitted: Calibration,
    drawn: tuple[int, int],
    progress: Callable[[int], None] | None,
) -> Found:
    _, articles = corpus_of(sets[0], sets[1:])
    by_id = {article.id: article for article in articles}
    asked = [
        (str(number), question) for number, gold in enumerate(sets) for question in _sample(gold.questions, *drawn)
    ]
    rows: list[tuple[float, bool, bool, bool, str, str, tuple[float | None, ...]]] = []
    with open_corpus(articles, load_embedder(None)) as index:
        retriever = HybridRetriever(index)
        for first in range(0, len(asked), _AT_ONCE):
            part = asked[first : first + _AT_ONCE]
            both_of_each = _answers([own for _, own in part], retriever, reader, by_id, unfitted)
            for (gold, question), both in zip(part, both_of_each, strict=True):
                for is_answerable, answers in zip((True, False), both, strict=True):
                    rows += [
                        (
                            own.answer.score,
                            is_answerable and f1_score(own.answer.text, question.answers) >= RIGHT,
                            number == 0,
                            is_answerable,
                            question.group,
                            gold,
                            own.grounds.scaled(),
                        )
                        for number, own in enumerate(answers)
                    ] or [(NOTHING, False, True, is_answerable, question.group, gold, Grounds().scaled())]
            if progress is not None:
                progress(len(part))
    scores, is_right, is_best, answerable, groups, of_sets, grounds = map(np.array, zip(*rows, strict=True))
    return Found(scores, is_right, is_best, answerable, groups, of_sets, grounds.astype(np.float64))


def _answers(
    questions: Sequence[GoldQuestion],
    retriever: Retriever,
    reader: ExtractiveReader,
    articles: Mapping[str, Article],
    unfitted: Calibration,
) -> Iterator[tuple[Sequence[Grounded], ...]]:
    """Yield for each question its answers: from all passages, and from those that hold none of its answers."""
    found = retriever.retrieve([question.question for question in questions], k=K + _SPARE)
    pairs = [(question.question, hit.passage) for question, hits in zip(questions, found, strict=True) for hit in hits]
    spans = iter(reader.read_many(pairs))
    for question, hits in zip(questions, found, strict=True):
        own = [(hit, next(spans)) for hit in hits]
        without = [(hit, spans_of) for hit, spans_of in own if not _holds(hit.passage, question.answers)]
        outcomes = []
        for kept in (own, without):
            titles = [articles[hit.passage.article_id].title for hit, _ in kept[:K]]
            outside = [Outside.of(hit, title) for (hit, _), title in zip(kept[:K], titles, strict=True)]
            order = reading_order(question.question, outside, unfitted)
            candidates = [
                Candidate.of(question.question, kept[number][0], titles[number], span)
                for number in (*order.first, *order.then)  # what score is sure is not known yet
                for span in kept[number][1]
            ]
            outcomes.append(compose_grounded(candidates, articles, top_k=TOP_K, calibration=unfitted)[0])
        yield tuple(outcomes)


def _sample(questions: Sequence[GoldQuestion], count: int, seed: int) -> list[GoldQuestion]:
    """Return ``count`` answerable questions, drawn with ``seed``.

    One that is asked of several passages of an article, or of several reports of a story, counts once, and has the answers of all.
    """
    asked: dict[tuple[str, str], GoldQuestion] = {}
    for own in questions:
        known = asked.setdefault((own.group, own.question), own)
        if known is not own:
            asked[own.group, own.question] = known._replace(answers=(*known.answers, *own.answers))
    answerable = [own for own in asked.values() if own.answers]
    return Random(seed).sample(answerable, min(count, len(answerable)))


def _holds(passage: Passage, texts: Sequence[str]) -> bool:
    """Return whether a passage holds one of the texts, in whatever case."""
    return any(text.casefold() in passage.text.casefold() for text in texts)
