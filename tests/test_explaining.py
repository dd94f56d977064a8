"""What becomes of the spans of a response, with the real default models."""

from dataclasses import replace

from ragqa import Article, Pipeline
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
