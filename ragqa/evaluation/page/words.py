"""What the page calls the figures, stages and causes of a run, and what it says of each.

Imports nothing of ragqa but what counts as right.
"""

from __future__ import annotations

import re

from ragqa.evaluation.judging import RIGHT

__all__ = ["HEADLINES", "REASONS", "TABLES", "causes", "figure_meaning", "figure_name", "figure_text", "plain"]

HEADLINES = {
    "reader": ("f1", "exact_match", "best_f1", "coverage_at_90", "ece", "aurc"),
    "retrieval": ("recall_at_5", "answer_recall_at_5", "mrr", "ndcg_at_10", "recall_at_1", "recall_at_10"),
    "qa": ("f1", "exact_match", "recall_at_5", "coverage_at_90", "ece", "aurc"),
}
"""The figures shown large, by the kind of run, the first first; those that a run lacks are passed over."""

_CAUSES = {
    "right": (
        "No error",
        f"Answered rightly, with an F1 of {100 * RIGHT:.0f}\u00a0% or more, or rightly not answered.",
    ),
    "ranked_low": ("Read, ranked low", "A right answer was given, but another one came first."),
    "retrieved_not_read": ("Retrieved, not read", "A gold passage was read, and the answer not found in it."),
    "not_retrieved": ("Not retrieved", "No passage that came back is gold."),
    "wrongly_abstained": ("Wrongly abstained", "No answer was given, though the best span was right."),
    "wrongly_answered": ("Wrongly answered", "The question has no answer, and one was given."),
}

REASONS = {
    "no_passages": "no passage shares anything with the question",
    "null_beats_span": "the passages that were read hold no answer",
    "low_confidence": "what was found is too unlikely to be right",
    "outside_dates": "no article is of the dates that were asked for",
    "empty_index": "the index holds no articles",
}
"""Why no answer was given."""

TABLES = {
    "question_type": "By type of question",
    "answer_type": "By type of answer",
    "answer_length": "By length of the answer",
    "source": "By source",
}

_OWN_CAUSES = {
    "reader": {"retrieved_not_read": ("Read, not found", "The context holds the answer, and it was not found there.")},
    "retrieval": {"right": ("Retrieved", "A gold passage came back.")},
}

_WHOLE_SET = "at the no-answer threshold that suits this gold set best"
_MEANINGS = {
    "exact_match": ("Exact match", "The answer is a gold answer, but for case, punctuation and articles."),
    "f1": ("F1", "Words that the answer shares with the closest gold answer."),
    "decided_exact_match": ("Exact match, as decided", "With 0 for each question that was abstained from."),
    "decided_f1": ("F1, as decided", "With 0 for each question that was abstained from."),
    "has_ans_exact_match": ("Exact match, answerable", "Over the questions that have an answer."),
    "has_ans_f1": ("F1, answerable", "Over the questions that have an answer."),
    "no_ans_f1": ("F1, unanswerable", "Share of the questions without an answer that got none."),
    "best_exact_match": ("Best exact match", f"Exact match {_WHOLE_SET}."),
    "best_f1": ("Best F1", f"F1 {_WHOLE_SET}."),
    "mrr": ("MRR", "Mean of 1 / rank of the first gold passage."),
    "abstained": ("Abstained", "Share of the questions that got no answer."),
    "abstention_precision": ("Abstention precision", "Share of the abstentions where there is no answer."),
    "abstention_recall": ("Abstention recall", "Share of the questions without an answer that were abstained from."),
    "abstention_average_precision": (
        "Abstention, average precision",
        "Precision over every recall, the least sure first.",
    ),
    "aurc": ("AURC", "Area under the risk-coverage curve. Lower is better."),
    "ece": ("ECE", "Mean distance of confidence from the share that is right. Lower is better."),
    "brier": ("Brier score", "Mean squared distance of confidence from right (1) or wrong (0). Lower is better."),
}
_PATTERNS = (
    (r"recall_at_(\d+)", "Recall@{0}", "Share of the gold that is among the first {0} passages."),
    (r"answer_recall_at_(\d+)", "Answer recall@{0}", "An answer stands in one of the first {0} passages."),
    (r"ndcg_at_(\d+)", "nDCG@{0}", "How high the gold stands among the first {0}; 100 % when all of it comes first."),
    (
        r"coverage_at_(\d+)",
        "Coverage at {0} % precision",
        "Share of the questions that can be answered, the surest first, with {0} % of the answers right.",
    ),
    (r"citation_precision_(\w+)", "Citation precision, {0}", "Share of what is cited that is gold, by {0}."),
    (r"citation_recall_(\w+)", "Citation recall, {0}", "Share of what is gold that is cited, by {0}."),
)


def causes(kind: str) -> dict[str, tuple[str, str]]:
    """Return name and meaning of each cause of an error in a run of a kind, and of ``right`` for none, in the order of the bar.

    >>> causes("retrieval")["right"][0]
    'Retrieved'
    """
    return {**_CAUSES, **_OWN_CAUSES.get(kind, {})}


def figure_name(key: str) -> str:
    """Return what a figure is called on the page.

    >>> figure_name("recall_at_5"), figure_name("coverage_at_90"), figure_name("new_figure")
    ('Recall@5', 'Coverage at 90 % precision', 'New figure')
    """
    return _described(key)[0]


def figure_meaning(key: str) -> str:
    """Return what a figure says, in a sentence, or "" for one that the page doesn't know."""
    return _described(key)[1]


def figure_text(value: float | None, unit: str, decimals: int = 2) -> str:
    """Return a figure with its unit; one without a unit to three decimals.

    >>> figure_text(87.018, "%"), figure_text(0.04218, ""), figure_text(None, "%")
    ('87.02 %', '0.042', 'not defined')
    """
    if value is None:
        return "not defined"
    if not unit:
        return f"{value:,.3f}"
    return f"{value:,.{decimals}f} {unit}"


def plain(key: str) -> str:
    """Return a key of a run as words.

    >>> plain("passages_a_second")
    'Passages a second'
    """
    text = key.replace("_", " ")
    return text[:1].upper() + text[1:]


def _described(key: str) -> tuple[str, str]:
    if key in _MEANINGS:
        return _MEANINGS[key]
    for pattern, name, meaning in _PATTERNS:
        if found := re.fullmatch(pattern, key):
            return name.format(*found.groups()), meaning.format(*found.groups())
    return plain(key), ""
