"""Which passages are worth reading."""

from dataclasses import replace

from ragqa import Article, Pipeline
from ragqa.calibration import Calibration, Support
from ragqa.promise import UNPROMISING, Outside, worth_reading

FITTED = Calibration(
    temperature=2.0,
    offset=5.0,
    runner_up=1.0,
    margin=4.0,
    fitted_on="a test",
    error=0.05,
    nearness=Support(8.0, 0.5),
    coverage=Support(3.0, 0.7),
)
QUESTION = "How many people did the flood in Marden kill?"
NEAR = Outside(0.7, "Flood in Marden", "The flood killed 34 people.")
FAR = Outside(0.05, None, "The museum bought a painting.")


def test_a_passage_that_is_far_and_has_no_word_of_the_question_is_not_read():
    assert worth_reading(QUESTION, [NEAR, FAR], FITTED) == [True, False]


def test_what_is_read_does_not_depend_on_better_passages():
    assert worth_reading(QUESTION, [NEAR, FAR, NEAR, NEAR], FITTED) == [True, False, True, True]


def test_where_none_is_promising_all_are_read():
    assert worth_reading(QUESTION, [FAR, FAR], FITTED) == [True, True]


def test_without_a_calibration_all_are_read():
    assert worth_reading(QUESTION, [NEAR, FAR], None) == [True, True]


def test_a_passage_at_the_threshold_is_read():
    at = replace(FITTED, coverage=Support(), nearness=Support(1.0, 0.0))
    assert worth_reading(QUESTION, [NEAR, Outside(UNPROMISING, None, ""), FAR._replace(cosine=-3.01)], at) == [
        True,
        True,
        False,
    ]


def test_a_pipeline_reads_what_is_promising_and_says_what_it_did_not_read(tmp_path):
    texts = {
        "flood": "The flood in Marden killed 34 people on Monday, the water board said.",
        "painting": "The Larkin Museum bought a painting by Elsa Corrigan for 3.2 million euros.",
        "cheese": "Cheese makers in Brill wrap their wheels in nettles, as their grandmothers did.",
    }
    with Pipeline.open(tmp_path / "index") as pipeline:
        pipeline.add(Article(id=name, text=text) for name, text in texts.items())
        counted = []
        read_many = pipeline.reader.read_many
        pipeline.reader.read_many = lambda pairs, **more: counted.append(len(pairs)) or read_many(pairs, **more)
        response = pipeline.ask(QUESTION)
        assert response.answers[0].text == "34"
        assert len(response.hits) == 3
        assert counted == [1]
        explained = {own.hit.passage.article_id: own for own in pipeline.explain(response).passages}
    assert [explained[name].is_read for name in texts] == [True, False, False]
    assert explained["cheese"].verdicts == ()
