"""One question and what came back for it -> a judged question: right or wrong, by which figures, and why.

    reader      spans of the context            `Judge.reading`
    retrieval   hits                            `Judge.ranking`
    qa          a response of the pipeline      `Judge.response`

An answer is right where its F1 is at least `RIGHT`, as in the calibration of confidences. Causes of errors, by the first that fits:

    wrongly_answered     the question has no answer, and one was given
    not_retrieved        no passage that came back is gold
    wrongly_abstained    nothing was given, and the best span was right
    ranked_low           a right answer was given, but not first
    retrieved_not_read   a gold passage was read, and the answer not found in it
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ragqa.answering import cite
from ragqa.calibration import Calibration
from ragqa.evaluation.kinds import answer_length, answer_type, question_type
from ragqa.evaluation.metrics import citation_metrics, ranking_metrics
from ragqa.evaluation.places import Places, is_gold
from ragqa.evaluation.questions import GoldQuestion
from ragqa.evaluation.run_file import Cause, JudgedQuestion, ShownAnswer, ShownPassage
from ragqa.evaluation.squad import exact_match, f1_score, score_squad11
from ragqa.records import Answer, Article, Hit, Passage, Response, Span

__all__ = ["NOTHING", "RIGHT", "Best", "Judge", "no_answer_probability"]

RIGHT = 0.5
SHOWN_PASSAGES = 10


class Best(NamedTuple):
    """The best span of a question, whatever the decision: its text and score; "" and None where there is none."""

    text: str
    score: float | None
    confidence: float | None = None
    """That of the answer, where one was given; else the score alone says how sure it is."""


NOTHING = Best("", None)


def no_answer_probability(best: Best, calibration: Calibration | None) -> float:
    """Return how likely a question has no answer: 1 - the confidence of its best span, and 1 where there is none.

    Without a calibration the score is pressed between 0 and 1 without ever reaching them: that keeps the order, which is all that a
    threshold needs, and is no probability.

    >>> no_answer_probability(Best("43", 3.0), None), no_answer_probability(Best("43", -1.0), None)
    (0.125, 0.75)
    """
    if best.score is None:
        return 1.0
    if calibration is not None:
        return 1.0 - _confidence(best.score, best, calibration)
    return 0.5 * (1 - best.score / (1 + abs(best.score)))


def _confidence(score: float, best: Best, calibration: Calibration) -> float:
    return calibration.confidence(score) if best.confidence is None else best.confidence


class Judge:
    """Judges the questions of one set alike.

    Args:
        has_unanswerable: whether some question of the set has no answer. If none has, the best span is the prediction whatever the
            decision, and SQuAD 1.1's scorer applies; else 2.0's.
        calibration: the reader's.
        k: passages that were asked for, where any were.
    """

    def __init__(self, *, has_unanswerable: bool, calibration: Calibration | None = None, k: int = 0) -> None:
        self._has_unanswerable = has_unanswerable
        self._calibration = calibration
        self._k = k

    def reading(
        self, question: GoldQuestion, article: Article, passage: Passage, spans: Sequence[Span]
    ) -> JudgedQuestion:
        """Judge the spans of a context, best first; one that beats its null is an answer."""
        best = Best(spans[0].text, spans[0].score) if spans else NOTHING
        abstained = best.score is None or best.score <= 0
        judged = self._answered(question, best, [] if abstained else [span.text for span in spans if span.score > 0])
        judged["answers"] = [self._shown_span(article, span, number == 0) for number, span in enumerate(spans)]
        judged["passages"] = [_shown_passage(passage, 1, None, bool(question.answers))]
        judged["reason"] = "null_beats_span" if abstained else None
        judged["cause"] = self._cause(judged, [span.text for span in spans], is_retrieved=True)
        return judged

    def ranking(self, question: GoldQuestion, hits: Sequence[Hit], places: Places) -> JudgedQuestion:
        """Judge the order of the hits alone."""
        judged = _blank(question)
        judged["metrics"] = ranking_metrics(question, hits, places, k=self._k)
        judged["passages"] = _shown_hits(question, hits, places)
        judged["cause"] = "not_retrieved" if judged["metrics"]["mrr"] == 0 else None
        return judged

    def response(self, question: GoldQuestion, response: Response, best: Best, places: Places) -> JudgedQuestion:
        """Judge a response of the pipeline; ``best`` is the best span of its hits, whatever the decision."""
        texts = [answer.text for answer in response.answers]
        judged = self._answered(question, best, texts)
        judged["reason"] = response.reason
        judged["answers"] = [_shown_answer(answer) for answer in response.answers]
        judged["passages"] = _shown_hits(question, response.hits, places)
        judged["metrics"] |= ranking_metrics(question, response.hits, places, k=self._k)
        judged["metrics"] |= citation_metrics(question, response.answers[:1], places)
        retrieved = any(is_gold(hit.passage, question, places) for hit in response.hits)
        judged["cause"] = self._cause(judged, texts, is_retrieved=retrieved)
        return judged

    def _answered(self, question: GoldQuestion, best: Best, texts: Sequence[str]) -> JudgedQuestion:
        """Return the judgement of the first of ``texts``, the answers given, or of having given none."""
        judged = _blank(question)
        given = texts[0] if texts else ""
        judged["prediction"] = given if self._has_unanswerable else best.text
        judged["best"], judged["score"], judged["abstained"] = best.text, best.score, not texts
        if best.score is not None and self._calibration is not None:
            judged["confidence"] = _confidence(best.score, best, self._calibration)
        judged["no_answer"] = no_answer_probability(best, self._calibration)
        exact, f1 = self._points(question, judged["prediction"])
        judged["exact_match"], judged["f1"] = exact, f1
        judged["metrics"] = {"exact_match": exact, "f1": f1, "abstained": float(not texts)}
        if self._has_unanswerable:
            answerable = bool(question.answers)
            judged["metrics"] |= {
                "has_ans_exact_match": exact if answerable else None,
                "has_ans_f1": f1 if answerable else None,
                "no_ans_f1": None if answerable else f1,
                "abstention_precision": None if texts else float(not answerable),
                "abstention_recall": None if answerable else float(not texts),
            }
        else:
            given_exact, given_f1 = self._points(question, given) if texts else (0.0, 0.0)
            judged["metrics"] |= {"decided_exact_match": given_exact, "decided_f1": given_f1}
        if texts and judged["confidence"] is not None:
            judged["metrics"]["brier"] = (judged["confidence"] - float(self.is_right(question, given))) ** 2
        return judged

    def is_right(self, question: GoldQuestion, text: str) -> bool:
        """Return whether an answer is right: never where the question has none."""
        return bool(question.answers) and f1_score(text, question.answers) >= RIGHT

    def _points(self, question: GoldQuestion, prediction: str) -> tuple[float, float]:
        """Return exact match and F1 as the official scorer of the set's kind has them, 0 to 1."""
        if self._has_unanswerable:
            return exact_match(prediction, question.answers), f1_score(prediction, question.answers)
        points = score_squad11({"": question.answers}, {"": prediction})
        return points["exact_match"] / 100, points["f1"] / 100

    def _cause(self, judged: JudgedQuestion, texts: Sequence[str], *, is_retrieved: bool) -> Cause | None:
        gold = judged["gold"]
        if not gold:
            return None if judged["abstained"] else "wrongly_answered"
        right = [f1_score(text, gold) >= RIGHT for text in texts]
        if not judged["abstained"] and right[0]:
            return None
        if not is_retrieved:
            return "not_retrieved"
        if judged["abstained"]:
            return "wrongly_abstained" if f1_score(judged["best"], gold) >= RIGHT else "retrieved_not_read"
        return "ranked_low" if any(right) else "retrieved_not_read"

    def _shown_span(self, article: Article, span: Span, is_best: bool) -> ShownAnswer:
        citation = cite(article, span.start, span.end)
        confidence = self._calibration.confidence(span.score, is_best=is_best) if self._calibration else None
        return _shown_answer(
            Answer(text=span.text, confidence=confidence, citations=(citation,), sources=1, score=span.score)
        )


def _blank(question: GoldQuestion) -> JudgedQuestion:
    return {
        "id": question.id,
        "question": question.question,
        "gold": list(question.answers),
        "question_type": question_type(question.question),
        "answer_type": answer_type(question.answers),
        "answer_length": answer_length(question.answers),
        "source": question.source or question.title or "none",
        "group": question.group,
        "prediction": "",
        "best": "",
        "score": None,
        "confidence": None,
        "no_answer": 1.0,
        "abstained": False,
        "reason": None,
        "exact_match": None,
        "f1": None,
        "cause": None,
        "metrics": {},
        "answers": [],
        "passages": [],
    }


def _shown_answer(answer: Answer) -> ShownAnswer:
    """Return an answer with the citation of its best span."""
    citation = answer.citations[0]
    return {
        "text": answer.text,
        "confidence": answer.confidence,
        "score": answer.score,
        "article_id": citation.article_id,
        "start": citation.start,
        "end": citation.end,
        "sentence": citation.sentence,
        "sentence_start": citation.sentence_start,
        "sentence_end": citation.sentence_end,
    }


def _shown_hits(question: GoldQuestion, hits: Sequence[Hit], places: Places) -> list[ShownPassage]:
    return [
        _shown_passage(hit.passage, hit.rank, hit.score, is_gold(hit.passage, question, places))
        for hit in hits[:SHOWN_PASSAGES]
    ]


def _shown_passage(passage: Passage, rank: int, score: float | None, gold: bool) -> ShownPassage:
    return {
        "id": passage.id,
        "article_id": passage.article_id,
        "rank": rank,
        "score": score,
        "text": passage.text,
        "start": passage.start,
        "is_gold": gold,
    }
