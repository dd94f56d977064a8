"""Spans of made-up reports, weighed against each other; and how much work something is."""

import sys
from functools import cache

from ragqa.answering import Candidate, compose
from ragqa.calibration import Calibration
from ragqa.conflicts import weigh
from ragqa.judging import judged
from ragqa.reading import ExtractiveReader
from ragqa.records import Span
from ragqa.rivals import Evidence

CALIBRATION = Calibration(temperature=2.0, offset=5.0, runner_up=2.0, margin=4.0, fitted_on="a test", error=0.05)


def found(own, text, score):
    """Return the first place of ``text`` in an article as a span with a score."""
    start = own.text.index(text)
    span = Span(passage_id=own.id, text=text, start=start, end=start + len(text), score=score)
    return Candidate(own.id, span)


def ask(question, *spans_of, calibration=CALIBRATION):
    """Weigh ``(article, text, score)`` against each other."""
    articles = {own.id: own for own, _, _ in spans_of}
    candidates = [found(*own) for own in spans_of]
    return weighed(question, candidates, articles, calibration)


def weighed(question, candidates, articles, calibration=CALIBRATION, verdicts=None):
    """Weigh the answers that candidates give; without ``verdicts`` by those of the packaged judge."""
    answers, _ = compose(candidates, articles, top_k=99, calibration=calibration)
    evidence = Evidence(question, candidates, articles, calibration, answers=answers)
    if verdicts is not None:
        return weigh(evidence.judged(verdicts))
    return weigh(judged([evidence], lambda pairs: [verdict(pair) for pair in pairs])[0])


@cache
def verdict(pair):
    """Return what the packaged judge says of a pair."""
    return packaged().judge.judge([pair])[0]


@cache
def packaged():
    """Return the packaged reader."""
    return ExtractiveReader.from_pretrained()


def shown(weighed):
    """Return kind and values of the conflicts."""
    return [(conflict.kind, [value.text for value in conflict.values]) for conflict in weighed.conflicts]


def work(do, *arguments):
    """Return how many functions are called, those in C too, to do something."""
    calls = 0

    def count(frame, event, argument):
        nonlocal calls
        calls += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        do(*arguments)
    finally:
        sys.setprofile(before)
    return calls
