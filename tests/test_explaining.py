"""What becomes of the spans of a response, with the real default models."""

from dataclasses import replace

import pytest

from ragqa import Article, Pipeline, first_look
from ragqa.asking import Asker
from ragqa.explaining import explain

WIRE = Article(
    id="wire",
    text="Cyclone Nerissa killed at least 34 people in Sandara on Monday, said Rohan Bhattal in Port Sandar.",
    published_at="2023-12-05",
)
LATER = Article(
    id="later",
    text="Weeks after Cyclone Nerissa the number of deaths in Sandara has gone up to 129, said Rohan Bhattal in Port Sandar.",
    published_at="2023-12-19",
)
QUESTION = "How many people did Cyclone Nerissa kill in Sandara?"


def test_a_newest_value_below_the_margin_that_is_the_first_answer_is_explained_as_it(tmp_path):
    with Pipeline.open(tmp_path / "index") as pipeline:
        pipeline.add([WIRE, LATER])
        found = pipeline.explain(pipeline.ask(QUESTION), top_n=1)
        scores = {one.hit.passage.article_id: one.verdicts[0].score for one in found.passages}
        assert scores["wire"] > scores["later"]
        strict = replace(pipeline.calibration, margin=(scores["wire"] + scores["later"]) / 2)
        asker = Asker(pipeline.index, pipeline.retriever, pipeline.reader, strict)
        (response,) = asker.ask([QUESTION], top_k=3, k=5, filter=None)
        assert [own.citations[0].article_id for own in response.answers] == ["later", "wire"]
        explanation = explain(response, pipeline.reader, lambda name: None, calibration=strict, top_n=1)
    fates = {one.hit.passage.article_id: (one.verdicts[0].fate, one.verdicts[0].number) for one in explanation.passages}
    assert fates == {"later": ("answer", 1), "wire": ("answer", 2)}


def test_what_is_of_the_time_asked_for_is_weighed_as_it_was_answered(tmp_path, monkeypatch):
    seen = []
    plain = first_look.reading_order
    monkeypatch.setattr(
        first_look, "reading_order", lambda *given: seen.append([own.cosine for own in given[1]]) or plain(*given)
    )
    with Pipeline.open(tmp_path / "index") as pipeline:
        pipeline.add([WIRE, Article(id="later", text=LATER.text, published_at="2024-01-19")])
        response = pipeline.ask("How many people did Cyclone Nerissa kill in Sandara in December 2023?")
        explanation = pipeline.explain(response, top_n=1)
    nearness = [hit.nearness for hit in response.hits]
    assert [hit.time_lead for hit in response.hits if hit.passage.article_id == "wire"] == [0.15]
    assert nearness == [pytest.approx(hit.dense_score + hit.time_lead) for hit in response.hits]
    cosines = [hit.dense_score for hit in response.hits]  # a lead counts in the rank alone
    assert seen == [cosines, cosines]
    scores = {one.verdicts[0].number: one.verdicts[0].score for one in explanation.passages}
    assert scores[1] == pytest.approx(response.answers[0].score)


def test_what_is_cited_was_read_whatever_its_article_is_called_now(tmp_path):
    with Pipeline.open(tmp_path / "index") as pipeline:
        pipeline.add([WIRE, LATER])
        response = pipeline.ask(QUESTION)
        cited = response.answers[0].citations[0].article_id
        hits = [
            hit.model_copy(update={"dense_score": -1.0}) if hit.passage.article_id == cited else hit
            for hit in response.hits
        ]
        far = response.model_copy(update={"hits": tuple(hits)})
        unanswered = far.model_copy(
            update={"answers": (), "conflicts": (), "abstained": True, "reason": "low_confidence"}
        )
        read, unread = (
            {
                one.hit.passage.article_id: one.is_read
                for one in explain(own, pipeline.reader, lambda name: None, calibration=pipeline.calibration).passages
            }
            for own in (far, unanswered)
        )
    assert read[cited]
    assert not unread[cited]


def test_a_span_that_a_correction_withdraws_is_said_to_be_withdrawn(tmp_path):
    notice = (
        "Correction: An earlier version of this article said that Cyclone Nerissa had killed 340 people in Sandara."
    )
    with Pipeline.open(tmp_path / "index") as pipeline:
        pipeline.add(Article(id="wire", text=f"{WIRE.text}\n\n{notice}", published_at="2023-12-05"))
        explanation = pipeline.explain(pipeline.ask(QUESTION), top_n=5)
    fates = {own.span.text: own.fate for one in explanation.passages for own in one.verdicts if own.span.score > 0}
    withdrawn = [words for words, fate in fates.items() if fate == "withdrawn"]
    assert withdrawn
    assert all("340" in words for words in withdrawn)
    assert not any("340" in words for words, fate in fates.items() if fate != "withdrawn")


def test_what_is_told_is_of_what_was_weighed_however_much_is_told(tmp_path):
    with Pipeline.open(tmp_path / "index") as pipeline:
        pipeline.add([WIRE, LATER])
        response = pipeline.ask(QUESTION)
        few, many = (pipeline.explain(response, top_n=count).passages for count in (1, 9))
    assert [len(one.verdicts) for one in few] == [1, 1]
    assert all(1 < len(one.verdicts) <= 5 for one in many)
    assert [one.verdicts[0] for one in few] == [one.verdicts[0] for one in many]
