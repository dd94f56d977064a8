"""Whole runs with the real reader, over articles that fit on a screen."""

import json
import logging

import pytest
from bag_embedder import BagEmbedder
from judged import gold_set

from ragqa import Article, HybridRetriever, Index, LexicalRetriever, Pipeline
from ragqa.answering import Candidate
from ragqa.errors import QuestionError, SettingError
from ragqa.evaluation import run_qa, run_reader, run_retrieval, write_report, write_run
from ragqa.evaluation.machine import fingerprint_of_reader, latencies
from ragqa.evaluation.questions import GoldQuestion
from ragqa.evaluation.squad import score_squad11, score_squad20

FLOOD = "At least 95 people died when a year's rain fell on Valencia in eight hours, officials said."
BRIDGE = "The bridge at Skagen was opened by Anna Lindqvist."
TOLL = GoldQuestion(
    "toll", "How many people died in Valencia?", ("95", "At least 95"), FLOOD, ("flood.txt",), "Flood", (9, 0)
)
WHO = GoldQuestion(
    "who", "Who opened the bridge at Skagen?", ("Anna Lindqvist",), BRIDGE, ("bridge.txt",), "Bridge", (35,)
)
NONE = GoldQuestion("none", "Who won the football World Cup in 1998?", (), BRIDGE, title="Bridge")
GOLD = gold_set(TOLL, WHO, NONE)


@pytest.fixture(scope="module")
def pipeline(tmp_path_factory, reader):
    folder = tmp_path_factory.mktemp("runs") / "index"
    articles = [
        Article(id="flood.txt", text=FLOOD, source="Meridian Post"),
        Article(id="bridge.txt", text=BRIDGE),
        Article(id="snow.txt", text="Snow fell on the pass."),
    ]
    with Index.open(folder, embedder=BagEmbedder(), create=True) as index:
        index.add(articles)
        yield Pipeline(index=index, reader=reader)


def predictions(run):
    return {row["id"]: row["prediction"] for row in run["questions"]}


def test_a_reader_run_answers_from_the_context_or_not_at_all(reader):
    read = []
    run = run_reader(GOLD, reader, progress=read.append, fingerprint="f" * 64)
    assert predictions(run) == {"toll": "95", "who": "Anna Lindqvist", "none": ""}
    official = score_squad20({row.id: row.answers for row in GOLD.questions}, predictions(run))
    assert (run["figures"]["exact_match"]["value"], run["figures"]["f1"]["value"]) == (
        official["exact"],
        official["f1"],
    )
    assert run["gold"] == {"name": "news", "sha256": "0" * 64, "questions": 3, "answerable": 2}
    assert run["fingerprints"]["reader"] == "f" * 64
    assert sum(read) == 3
    assert list(run["latency_ms"]) == ["read"]
    assert run["throughput"]["questions_a_second"] > 0
    assert run["questions"][0]["passages"][0]["text"] == FLOOD


def test_over_a_set_without_unanswerable_questions_the_best_span_is_always_scored(reader):
    other = NONE._replace(id="other", answers=("Rita",))
    run = run_reader(gold_set(WHO, other), reader)
    assert all(predictions(run).values())
    official = score_squad11({"who": WHO.answers, "other": ("Rita",)}, predictions(run))
    assert run["figures"]["f1"]["value"] == official["f1"]
    assert run["figures"]["decided_f1"]["value"] == 50.0


def test_a_reader_run_needs_a_context_for_every_question(reader):
    with pytest.raises(SettingError, match="'toll' has no context"):
        run_reader(gold_set(WHO, TOLL._replace(context=None)), reader)


def test_a_question_that_can_not_be_asked_is_named_before_the_run_begins(reader, pipeline):
    long = WHO._replace(id="long", question="why " * 600)
    for run, part in ((run_reader, reader), (run_qa, pipeline)):
        asked = []
        with pytest.raises(QuestionError, match="the id 'long' can't be asked"):
            run(gold_set(WHO, long), part, progress=asked.append)
        assert asked == []


def test_a_qa_run_is_what_the_pipeline_answers(pipeline):
    asked = []
    run = run_qa(GOLD, pipeline, k=2, progress=asked.append)
    for row, question in zip(run["questions"], GOLD.questions, strict=True):
        response = pipeline.ask(question.question, k=2)
        assert row["prediction"] == (response.answers[0].text if response.answers else "")
        assert (row["abstained"], row["reason"]) == (response.abstained, response.reason)
        assert [shown["id"] for shown in row["passages"]] == [hit.passage.id for hit in response.hits]
    assert predictions(run) == {"toll": "95", "who": "Anna Lindqvist", "none": ""}
    assert {name: run["figures"][name]["value"] for name in ("f1", "recall_at_2", "citation_precision_sentence")} == {
        "f1": 100.0,
        "recall_at_2": 100.0,
        "citation_precision_sentence": 100.0,
    }
    assert (run["settings"]["k"], run["settings"]["retriever"]) == (2, "HybridRetriever")
    assert set(run["latency_ms"]) == {"retrieve", "read", "answer", "total"}
    assert sum(asked) == 3


def test_what_was_withheld_is_known_for_every_question_that_was_not_answered(pipeline):
    run = run_qa(GOLD, pipeline)
    row = run["questions"][2]
    withheld = [
        Candidate.of(NONE.question, hit, pipeline.index.article(hit.passage.article_id).title, span)
        for hit in pipeline.search(NONE.question)
        for span in pipeline.reader.read(NONE.question, [hit.passage], top_n=1)[0]
    ]
    scores = {own.span.text: own.score(pipeline.reader.calibration) for own in withheld}
    assert (row["abstained"], row["reason"]) == (True, "null_beats_span")
    assert not any(own.span.score > 0 for own in withheld)
    best = max(scores, key=scores.__getitem__)
    assert (row["best"], row["score"]) == (best, pytest.approx(scores[best], abs=1e-4))


def test_the_source_of_the_article_is_the_source_of_the_question(pipeline):
    sources = {row["id"]: row["source"] for row in run_retrieval(GOLD, pipeline)["questions"]}
    assert sources == {"toll": "Meridian Post", "who": "Bridge", "none": "Bridge"}


def test_a_retrieval_run_reads_nothing(pipeline):
    run = run_retrieval(GOLD, pipeline, k=3)
    assert run["figures"]["recall_at_3"]["value"] == 100.0
    assert run["figures"]["mrr"]["value"] == 100.0
    assert list(run["latency_ms"]) == ["retrieve"]
    assert [point[0] for point in run["curves"]["retrieval"]] == [1, 2, 3]
    assert run["questions"][2]["metrics"]["recall_at_3"] is None
    lexical = Pipeline(index=pipeline.index, retriever=LexicalRetriever(pipeline.index))
    assert run_retrieval(GOLD, lexical, k=3)["settings"]["retriever"] == "LexicalRetriever"


def test_judged_articles_are_ranked_each_by_its_best_passage(tmp_path):
    embedder = BagEmbedder()
    flood = " ".join(f"The flood reached street number {number} of the old town on Monday." for number in range(40))
    with Index.open(tmp_path / "index", embedder=embedder, create=True, chunk_tokens=16, overlap_tokens=0) as index:
        index.add([Article(id="flood", text=flood), Article(id="fire", text="A fire burned in the old town.")])
        pipeline = Pipeline(index=index, retriever=HybridRetriever(index))
        question = GoldQuestion(
            "q", "Where did the flood reach in the old town?", (), article_ids=("fire",), gains=(1.0,)
        )
        run = run_retrieval(gold_set(question), pipeline, k=20)
    assert run["settings"]["ranked"] == "articles"
    assert [(shown["article_id"], shown["rank"]) for shown in run["questions"][0]["passages"]] == [
        ("flood", 1),
        ("fire", 2),
    ]
    assert run["figures"]["mrr"]["value"] == 50.0


def test_qa_needs_answers(pipeline):
    question = GoldQuestion("q", "Fires?", (), article_ids=("bridge.txt",), gains=(1.0,))
    with pytest.raises(SettingError, match="holds no answers: run retrieval"):
        run_qa(gold_set(question), pipeline)


def test_an_index_of_other_articles_is_refused_and_of_a_part_of_them_remarked(pipeline, caplog):
    elsewhere = WHO._replace(id="elsewhere", article_ids=("gone.txt",))
    with pytest.raises(
        SettingError, match=r"none of the articles that news names, such as 'gone\.txt', is in the index"
    ):
        run_retrieval(gold_set(elsewhere), pipeline)
    with caplog.at_level(logging.WARNING):
        run = run_retrieval(gold_set(WHO, elsewhere), pipeline)
    assert "1 of the 2 articles that news names" in caplog.text
    assert run["figures"]["recall_at_1"]["value"] == 50.0


def test_runs_are_alike_but_for_their_clock(pipeline):
    def settled(run):
        left_out = {"latency_ms", "throughput", "peak_memory_mib"}
        settings = {name: value for name, value in run["settings"].items() if name != "ended"}
        return {name: value for name, value in run.items() if name not in left_out} | {"settings": settings}

    assert settled(run_qa(GOLD, pipeline)) == settled(run_qa(GOLD, pipeline))


def test_every_kind_of_run_can_be_written_and_drawn(tmp_path, reader, pipeline):
    for run in (run_reader(GOLD, reader), run_retrieval(GOLD, pipeline), run_qa(GOLD, pipeline)):
        folder = tmp_path / run["kind"]
        assert json.loads(write_run(run, folder).read_text(encoding="utf-8")) == run
        page = write_report(run, folder).read_text(encoding="utf-8")
        assert all(question.question in page for question in GOLD.questions)


def test_the_fingerprint_of_a_reader_is_that_of_its_model_files(tmp_path):
    assert fingerprint_of_reader(tmp_path) is None
    (tmp_path / "reader.onnx").write_bytes(b"weights")
    first = fingerprint_of_reader(tmp_path)
    (tmp_path / "reader.json").write_text('{"figures": {}}', encoding="utf-8")  # what was measured with it
    assert fingerprint_of_reader(tmp_path) == first
    (tmp_path / "tokenizer.json").write_text("{}", encoding="utf-8")
    assert fingerprint_of_reader(tmp_path) != first


def test_latencies_are_percentiles_over_questions():
    timings = [{"read": float(number), "total": 2.0} for number in range(101)]
    assert latencies(timings) == {
        "read": {"p50": 50.0, "p95": 95.0, "p99": 99.0},
        "total": {"p50": 2.0, "p95": 2.0, "p99": 2.0},
    }
    assert latencies([]) == {}
