"""Judged questions and runs for tests, made by the real judge from made-up spans and responses."""

from ragqa.answering import cite
from ragqa.calibration import Calibration
from ragqa.evaluation.judging import NOTHING, Best, Judge
from ragqa.evaluation.places import places_of
from ragqa.evaluation.questions import GoldQuestion, GoldSet
from ragqa.evaluation.run_file import VERSION
from ragqa.evaluation.summary import curves_of, figures_of, tables_of
from ragqa.records import Answer, Article, Hit, Passage, Response

CALIBRATION = Calibration(temperature=2.0, offset=0.0, runner_up=0.0, margin=0.0, fitted_on="made up", error=0.0)
FLOOD = Article(
    id="flood.txt", text="The river rose on Monday. At least 43 people died.", title="Flood", source="Meridian Post"
)
FIRE = Article(id="fire.txt", text="A fire burned near Lahaina. Rita Alvarez put it out.", source="Harbour Wire")
ARTICLES = {article.id: article for article in (FLOOD, FIRE)}
HOW_MANY = GoldQuestion(
    "toll", "How many people died?", ("43", "At least 43"), article_ids=("flood.txt",), starts=(35, 26)
)
WHO = GoldQuestion("who", "Who put out the fire?", ("Rita Alvarez",), article_ids=("fire.txt",), starts=(28,))
NOBODY = GoldQuestion("none", "Who won the World Cup in 1998?", ())


def hit(article, rank, *, score=1.0, kind="hybrid"):
    passage = Passage(id=f"{article.id}#0", article_id=article.id, text=article.text, start=0, end=len(article.text))
    return Hit(passage=passage, score=score, rank=rank, kind=kind)


def answer(article, text, score, *, confidence=None):
    start = article.text.index(text)
    citation = cite(article, start, start + len(text))
    return Answer(text=text, confidence=confidence, citations=(citation,), sources=1, score=score)


def response(question, answers=(), hits=(), reason="null_beats_span"):
    return Response(
        question=question.question,
        answers=tuple(answers),
        abstained=not answers,
        reason=None if answers else reason,
        hits=tuple(hits),
        timings_ms={"total": 1.0},
    )


def judged(question, answers=(), hits=(), *, best=None, has_unanswerable=True, calibration=None, k=10):
    if best is None:
        best = Best(answers[0].text, answers[0].score) if answers else NOTHING
    judge = Judge(has_unanswerable=has_unanswerable, calibration=calibration, k=k)
    return judge.response(question, response(question, answers, hits), best, places_of(question, ARTICLES.get))


def run_of(rows, *, kind="qa", name="news", sha256="0" * 64):
    is_ranking = kind == "retrieval"
    return {
        "ragqa_run": VERSION,
        "kind": kind,
        "name": name,
        "gold": {
            "name": name,
            "sha256": sha256,
            "questions": len(rows),
            "answerable": sum(bool(row["gold"]) for row in rows),
        },
        "settings": {"k": 10},
        "versions": {"ragqa": "0.1.0"},
        "fingerprints": {"reader": None, "embedder": None},
        "figures": figures_of(rows, is_ranking=is_ranking, resamples=50),
        "latency_ms": {},
        "throughput": {},
        "peak_memory_mib": None,
        "curves": curves_of(rows, is_ranking=is_ranking),
        "tables": tables_of(rows),
        "questions": rows,
    }


def gold_set(*questions, name="news"):
    return GoldSet.of(name, "0" * 64, questions)
