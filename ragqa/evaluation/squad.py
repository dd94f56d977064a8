"""The official metrics of SQuAD 1.1 and 2.0: exact match, F1, and the best that any no-answer threshold would give.

Figures agree with the official scorers to the last bit, their treatment of missing predictions included. Figures of a whole set
are percentages; those of one question lie between 0 and 1. Imports nothing of ragqa.

Source: evaluate-v1.1.py and evaluate-v2.0.py at https://rajpurkar.github.io/SQuAD-explorer/.
"""

from __future__ import annotations

import logging
import re
import string
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

__all__ = ["exact_match", "f1_score", "normalise_answer", "score_squad11", "score_squad20"]

logger = logging.getLogger(__name__)

_ARTICLES = re.compile(r"\b(a|an|the)\b")
_WITHOUT_PUNCTUATION = str.maketrans("", "", string.punctuation)


def normalise_answer(text: str) -> str:
    """Return a text in lower case without ASCII punctuation, articles and doubled white space.

    >>> normalise_answer("The  U.S. Navy")
    'us navy'
    """
    return " ".join(_ARTICLES.sub(" ", text.lower().translate(_WITHOUT_PUNCTUATION)).split())


def exact_match(prediction: str, answers: Sequence[str]) -> float:
    """Return 1.0 if the prediction is one of the answers once both are normalised, else 0.0.

    As SQuAD 2.0 says: answers that normalise to nothing don't count, and where none is left the right prediction is "".

    >>> exact_match("the Navy", ["Navy", "U.S. Navy"])
    1.0
    >>> exact_match("", [])
    1.0
    """
    predicted = normalise_answer(prediction)
    return max(float(predicted == normalise_answer(answer)) for answer in _countable(answers))


def f1_score(prediction: str, answers: Sequence[str]) -> float:
    """Return the harmonic mean of precision and recall over words, 0 to 1, for the answer that gives the most.

    Words are counted as a bag. As SQuAD 2.0 says: answers that normalise to nothing don't count, and where none is left, only ""
    is right, and wholly so.

    >>> f1_score("about 43 people", ["43 people", "at least 43"])
    0.8
    """
    predicted = normalise_answer(prediction).split()
    truths = [normalise_answer(answer).split() for answer in _countable(answers)]
    return max(_f1(predicted, truth) if predicted and truth else float(predicted == truth) for truth in truths)


def score_squad11(gold: Mapping[str, Sequence[str]], predictions: Mapping[str, str]) -> dict[str, float]:
    """Score predictions as evaluate-v1.1.py does.

    Args:
        gold: the answers of each question, one or more, by the question's id.
        predictions: by the same ids. A question without one counts as wrong.

    Returns:
        ``exact_match`` and ``f1``, in percent.
    """
    _warn_of_missing(gold, predictions)
    exact, f1 = 0.0, 0.0
    for key, answers in gold.items():
        if key in predictions:
            predicted = normalise_answer(predictions[key])
            truths = [normalise_answer(answer) for answer in answers]
            exact += max(float(predicted == truth) for truth in truths)
            # Unlike 2.0: words in common or nothing, also where both sides have no word left.
            f1 += max(_f1(predicted.split(), truth.split()) for truth in truths)
    return {"exact_match": 100.0 * exact / len(gold), "f1": 100.0 * f1 / len(gold)}


def score_squad20(
    gold: Mapping[str, Sequence[str]],
    predictions: Mapping[str, str],
    no_answer: Mapping[str, float] | None = None,
    *,
    threshold: float = 1.0,
) -> dict[str, float]:
    """Score predictions as evaluate-v2.0.py does.

    Args:
        gold: the answers of each question by its id; none where it can't be answered.
        predictions: by the same ids; "" for no answer. A question without a prediction is left out of every count.
        no_answer: for each question how likely it has no answer, in any unit that ``threshold`` shares.
        threshold: a question whose ``no_answer`` is above it is taken as answered by "".

    Returns:
        The official scorer's figures under its own names, percentages but for the counts (``total``) and thresholds
        (``_thresh``); those that begin with ``best_`` only with ``no_answer``. The best figures come from the predictions whatever
        the threshold: pass each question's best span as its prediction, not "".
    """
    _warn_of_missing(gold, predictions)
    answerable = {key: bool(answers) for key, answers in gold.items()}
    kept = [key for key in gold if key in predictions]
    exact = {key: exact_match(predictions[key], gold[key]) for key in kept}
    f1 = {key: f1_score(predictions[key], gold[key]) for key in kept}
    decided = [
        {
            key: float(not answerable[key]) if no_answer is not None and no_answer[key] > threshold else score
            for key, score in scores.items()
        }
        for scores in (exact, f1)
    ]
    figures = _figures("", decided, kept)
    for name, kind in (("HasAns", True), ("NoAns", False)):
        keys = [key for key in gold if answerable[key] is kind]
        if keys:
            figures |= _figures(f"{name}_", decided, [key for key in keys if key in predictions])
    if no_answer is not None:
        for name, scores in (("exact", exact), ("f1", f1)):
            best, at = _best_threshold(scores, predictions, no_answer, answerable)
            figures |= {f"best_{name}": best, f"best_{name}_thresh": at}
    return figures


def _countable(answers: Sequence[str]) -> list[str]:
    return [answer for answer in answers if normalise_answer(answer)] or [""]


def _f1(predicted: Sequence[str], truth: Sequence[str]) -> float:
    common = sum((Counter(predicted) & Counter(truth)).values())
    if common == 0:
        return 0.0
    precision, recall = common / len(predicted), common / len(truth)
    return (2 * precision * recall) / (precision + recall)


def _figures(prefix: str, scores: Iterable[Mapping[str, float]], keys: Sequence[str]) -> dict[str, float]:
    if not keys:
        return {}
    exact, f1 = (100.0 * sum(own[key] for key in keys) / len(keys) for own in scores)
    return {f"{prefix}exact": exact, f"{prefix}f1": f1, f"{prefix}total": len(keys)}


def _best_threshold(
    scores: Mapping[str, float],
    predictions: Mapping[str, str],
    no_answer: Mapping[str, float],
    answerable: Mapping[str, bool],
) -> tuple[float, float]:
    """Return the highest mean score that a threshold on ``no_answer`` gives, in percent, and that threshold.

    Starts with every question taken as unanswerable, then lets in one after the other, the surest to have an answer first.
    """
    current = best = float(sum(not has for has in answerable.values()))
    at = 0.0
    for key in sorted(no_answer, key=no_answer.__getitem__):
        if key not in scores:
            continue
        if answerable[key]:
            current += scores[key]
        elif predictions[key]:
            current -= 1
        if current > best:
            best, at = current, no_answer[key]
    return 100.0 * best / len(scores), at


def _warn_of_missing(gold: Mapping[str, Sequence[str]], predictions: Mapping[str, str]) -> None:
    missing = [key for key in gold if key not in predictions]
    if missing:
        logger.warning("%d of %d questions have no prediction, such as %r", len(missing), len(gold), missing[0])
