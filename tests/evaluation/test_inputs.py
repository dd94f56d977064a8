"""What runs look up while they go on, with the real default models."""

from ragqa import Article, Pipeline
from ragqa.evaluation.inputs import articles_of, best_spans
from ragqa.evaluation.judging import NOTHING

TOLL = Article(
    id="toll",
    text="Cyclone Nerissa killed at least 34 people in Sandara, said Rohan Bhattal.",
    published_at="2023-12-05",
)
QUESTION = "How many people did Cyclone Nerissa kill in Sandara?"


def test_a_passage_of_another_date_than_was_asked_for_withholds_no_answer(tmp_path):
    with Pipeline.open(tmp_path / "index") as pipeline:
        pipeline.add([TOLL])
        outside = pipeline.ask(QUESTION, until="2020-01-01")
        inside = pipeline.ask("Who opened the bridge at Skagen?")
        assert (outside.reason, len(outside.hits)) == ("outside_dates", 1)
        best = best_spans(pipeline.reader, [outside, inside], articles_of(pipeline.index))
    assert best[0] == NOTHING
    assert inside.abstained
    assert best[1] != NOTHING
