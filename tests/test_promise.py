"""Which passages are worth reading."""

from dataclasses import replace

import pytest

from ragqa import Article, Pipeline
from ragqa.calibration import Calibration
from ragqa.promise import LIKELY, POSSIBLE, WEIGHTS, Outside, is_sure, promises, reading_order, signs

FITTED = Calibration(temperature=2.0, offset=5.0, runner_up=1.0, margin=4.0, fitted_on="a test", error=0.05)
QUESTION = "How many people did the flood in Marden kill?"
NEAR = Outside(0.7, "Flood in Marden", "The flood killed 34 people.")
FAR = Outside(0.05, None, "The museum bought a painting.")


def test_a_passage_that_is_far_and_has_no_word_of_the_question_is_read_last():
    assert reading_order(QUESTION, [NEAR, FAR], FITTED) == ([0], [], [1])


def test_what_is_behind_counts_and_not_how_far_away_all_are():
    far = [own._replace(cosine=own.cosine - 0.6) for own in (NEAR, FAR)]
    assert promises(QUESTION, far) == pytest.approx(promises(QUESTION, [NEAR, FAR]))
    assert reading_order(QUESTION, [FAR, FAR], FITTED) == ([0, 1], [], [])


def test_what_may_hold_an_answer_is_read_then():
    possible = Outside(0.46, None, "Marden mourns; a fund was set up for 12 families.")
    found = [NEAR, possible, FAR]
    assert POSSIBLE <= promises(QUESTION, found)[1] < LIKELY
    assert reading_order(QUESTION, found, FITTED) == ([0], [1], [2])


def test_an_answer_is_sure_from_a_score_on_and_never_below_the_margin():
    assert is_sure(7.0, FITTED)
    assert not is_sure(6.9, FITTED)
    assert not is_sure(9.0, replace(FITTED, margin=9.1))
    assert not is_sure(20.0, None)


def test_a_passage_far_down_a_long_list_can_be_read():
    assert len(reading_order(QUESTION, [NEAR] * 100, FITTED).first) == 100


def test_without_a_calibration_all_are_read():
    assert reading_order(QUESTION, [NEAR, FAR], None) == ([0, 1], [], [])


@pytest.mark.parametrize(
    ("question", "text", "fits"),
    [
        ("How many people came to Marden?", "People came to Marden.", 0.0),
        ("How many people came to Marden?", "Forty people came to Marden.", 1.0),
        ("When did people come to Marden?", "People came to Marden.", 0.0),
        ("When did people come to Marden?", "People came to Marden in spring.", 1.0),
        ("When did people come to Marden?", "People came to Marden this afternoon.", 1.0),
        ("When did people come to Marden?", "People came to Marden at ten to five.", 1.0),
        ("How many people came to Marden?", "Nobody came to Marden.", 1.0),
        ("How many people came to Marden?", "马登来了很多人。", 1.0),
        ("Why did people come to Marden?", "People came to Marden.", 1.0),
        ("Who came to Marden?", "people came.", 1.0),
    ],
)
def test_a_passage_without_a_figure_or_a_date_promises_less_where_one_is_asked_for(question, text, fits):
    assert [own.fits for own in signs(question, [Outside(0.5, None, text)])] == [fits]
    assert WEIGHTS.fits > 0


def test_where_nearness_is_not_known_words_and_rank_decide():
    words = [own._replace(cosine=None) for own in (NEAR, FAR, NEAR)]
    assert [own.behind for own in signs(QUESTION, words)] == [0.0, 0.0, 0.0]
    first, second, third = promises(QUESTION, words)
    assert first > third > second


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
