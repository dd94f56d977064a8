"""Spans to answers: joined, cited, withheld."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ragqa.answering import Candidate, cite, compose
from ragqa.calibration import Calibration, Support, Weights
from ragqa.errors import IndexDamaged, SettingError
from ragqa.records import Article, Hit, Passage, Span
from ragqa.values import answer_key

HARBOUR = Article(
    id="harbour.txt",
    title="Toll rises",
    source="Harbour Wire",
    published_at="2023-02-08",
    text="The quake struck on Monday. At least 11,200 people died, officials said. “We need help (and tents),” one said.",
)
LEDGER = Article(
    id="ledger.txt", source="The Northern Ledger", text="Rescue goes on. The 11200 dead were named. Some 41 survived."
)
ARTICLES = {article.id: article for article in (HARBOUR, LEDGER)}
CALIBRATION = Calibration(temperature=2.0, offset=3.0, runner_up=1.0, margin=1.5, fitted_on="a test", error=0.05)


def span(article: Article, text: str, score: float, start: int | None = None, cosine: float | None = None) -> Candidate:
    at = article.text.index(text) if start is None else start
    found = Span(passage_id=f"{article.id}#0", text=text, start=at, end=at + len(text), score=score)
    return Candidate(article.id, found, cosine)


def answers(*spans, top_k=5, calibration=CALIBRATION):
    return compose(spans, ARTICLES, top_k=top_k, calibration=calibration)


def test_equal_answers_of_two_articles_are_one_answer_with_two_citations():
    found, reason = answers(span(LEDGER, "The 11200", 4.0), span(HARBOUR, "11,200", 6.0))
    assert reason is None
    assert [(answer.text, answer.sources, answer.score) for answer in found] == [("11,200", 2, 6.0)]
    assert [citation.article_id for citation in found[0].citations] == ["harbour.txt", "ledger.txt"]
    assert found[0].citations[0].sentence == "At least 11,200 people died, officials said."


def test_every_citation_holds_character_for_character():
    found, _ = answers(span(HARBOUR, "11,200", 6.0), span(LEDGER, "41", 5.0))
    for citation in (citation for answer in found for citation in answer.citations):
        text = ARTICLES[citation.article_id].text
        assert text[citation.start : citation.end] == citation.quote
        assert text[citation.sentence_start : citation.sentence_end] == citation.sentence
        assert citation.content_hash == ARTICLES[citation.article_id].content_hash


def test_overlapping_spans_of_one_article_become_the_better_one():
    found, _ = answers(span(HARBOUR, "11,200 people", 5.0), span(HARBOUR, "11,200", 6.0), span(HARBOUR, "Monday", 4.0))
    assert [answer.text for answer in found] == ["11,200", "Monday"]


def test_answers_are_best_first_and_at_most_top_k():
    spans = [span(HARBOUR, "Monday", 4.0), span(LEDGER, "41", 7.0), span(HARBOUR, "11,200", 6.0)]
    assert [answer.text for answer in answers(*spans)[0]] == ["41", "11,200", "Monday"]
    assert [answer.text for answer in answers(*spans, top_k=1)[0]] == ["41"]


def test_what_is_left_of_the_passage_of_an_answer_is_none():
    assert [own.text for own in answers(span(HARBOUR, "11,200", 14.0), span(HARBOUR, "people", 3.9))[0]] == ["11,200"]
    near, _ = answers(span(HARBOUR, "11,200", 14.0), span(HARBOUR, "people", 4.1))
    assert [own.text for own in near] == ["11,200", "people"]
    # In another passage it is the best, and where that agrees the first is cited for it too.
    elsewhere, _ = answers(span(HARBOUR, "Monday", 14.0), span(HARBOUR, "11,200", 3.0), span(LEDGER, "11200", 3.5))
    assert [(own.text, len(own.citations)) for own in elsewhere] == [("Monday", 1), ("11200", 2)]


def test_what_is_left_of_a_passage_changes_no_confidence():
    alone, _ = answers(span(HARBOUR, "11,200", 14.0), span(LEDGER, "41", 2.0))
    with_rest, _ = answers(span(HARBOUR, "11,200", 14.0), span(LEDGER, "41", 2.0), span(HARBOUR, "people", 1.9))
    assert [own.confidence for own in with_rest] == [own.confidence for own in alone]


def test_a_span_that_loses_to_its_null_is_no_answer():
    assert answers(span(HARBOUR, "Monday", -0.5)) == ((), "null_beats_span")
    assert answers() == ((), "null_beats_span")


def test_a_span_that_beats_its_null_by_less_than_the_margin_is_too_unlikely():
    assert answers(span(HARBOUR, "Monday", 1.0)) == ((), "low_confidence")
    found, reason = answers(span(HARBOUR, "Monday", 1.0), calibration=None)
    assert [answer.text for answer in found] == ["Monday"]
    assert reason is None


@given(st.lists(st.tuples(st.sampled_from(["quake", "tents", "officials"]), st.floats(-20, 0)), max_size=5))
def test_spans_that_lose_to_their_null_change_nothing(losers):
    winners = [span(HARBOUR, "11,200", 6.0), span(LEDGER, "41", 5.0)]
    assert answers(*winners, *(span(HARBOUR, text, score) for text, score in losers)) == answers(*winners)


def test_without_a_calibration_there_is_no_confidence():
    found, _ = answers(span(HARBOUR, "Monday", 3.0), calibration=None)
    assert found[0].confidence is None
    assert answers(span(HARBOUR, "Monday", 3.0))[0][0].confidence == 0.5


def test_a_runner_up_is_less_likely_right_than_a_best_answer_of_its_score():
    found, _ = answers(span(HARBOUR, "Monday", 5.0), span(LEDGER, "41", 4.0))
    assert [answer.confidence for answer in found] == [CALIBRATION.confidence(5.0), CALIBRATION.confidence(3.0)]


def test_an_answer_is_the_surer_the_further_the_next_one_is_behind_and_surest_alone():
    weighing = replace(CALIBRATION, grounds=Weights(lead=Support(0.5, 0.0)))
    confidences = [
        answers(span(HARBOUR, "Monday", 6.0), *rivals, calibration=weighing)[0][0].confidence
        for rivals in ([span(LEDGER, "41", 5.0)], [span(LEDGER, "41", 1.0)], [])
    ]
    assert confidences == sorted(confidences)
    assert len(set(confidences)) == 3


def test_a_confidence_does_not_depend_on_the_margin():
    weighing = replace(CALIBRATION, grounds=Weights(lead=Support(0.5, 0.0)))
    spans = [span(HARBOUR, "Monday", 6.0), span(LEDGER, "41", 5.0)]
    found, stricter = (answers(*spans, calibration=replace(weighing, margin=margin))[0] for margin in (0.0, 5.5))
    assert [answer.text for answer in stricter] == ["Monday"]
    assert stricter[0].confidence == found[0].confidence


def test_a_nearer_passage_lends_its_answer_logits():
    spans = [span(HARBOUR, "Monday", 5.0, cosine=0.25), span(LEDGER, "41", 4.0, cosine=0.75)]
    assert [(answer.text, answer.score) for answer in answers(*spans)[0]] == [("Monday", 5.0), ("41", 4.0)]
    found, _ = answers(*spans, calibration=replace(CALIBRATION, nearness=Support(4.0, 0.5)))
    assert [(answer.text, answer.score) for answer in found] == [("41", 5.0), ("Monday", 4.0)]
    assert found[0].confidence == CALIBRATION.confidence(5.0)


def test_no_nearness_makes_an_answer_of_a_span_that_loses_to_its_null():
    near = replace(CALIBRATION, nearness=Support(10.0, 0.0))
    assert answers(span(HARBOUR, "Monday", -0.5, cosine=1.0), calibration=near) == ((), "null_beats_span")
    found, _ = answers(span(HARBOUR, "Monday", 0.5, cosine=1.0), calibration=near)
    assert [answer.text for answer in found] == ["Monday"]


def test_of_two_sums_the_one_about_what_was_asked_comes_first():
    spans = [span(HARBOUR, "Monday", 5.0)._replace(coverage=0.25), span(LEDGER, "41", 4.0)._replace(coverage=1.0)]
    found, _ = answers(*spans, calibration=replace(CALIBRATION, coverage=Support(4.0, 0.5)))
    assert [(answer.text, answer.score) for answer in found] == [("41", 6.0), ("Monday", 4.0)]


@pytest.mark.parametrize(("cosine", "nearness"), [(0.7, 0.75), (None, None)])
def test_of_a_hit_its_nearness_counts_and_the_words_of_passage_and_title(cosine, nearness):
    passage = Passage(
        id="harbour.txt#0-27", article_id="harbour.txt", text="The quake struck on Monday.", start=0, end=27
    )
    found = span(HARBOUR, "Monday", 2.0).span
    hit = Hit(passage=passage, score=2.5, rank=1, kind="hybrid", dense_score=cosine, lexical_score=4.0, time_lead=0.05)
    asked = "When did the quakes raise tolls in Skagen?"
    assert Candidate.of(asked, hit, HARBOUR.title, found) == ("harbour.txt", found, nearness, 0.5)


@pytest.mark.parametrize(
    "wrong",
    [
        {"temperature": 0.0},
        {"nearness": Support(-1.0, 0.0)},
        {"margin": -0.1},
        {"error": 1.1},
        {"offset": float("nan")},
    ],
)
def test_a_calibration_out_of_range_is_refused(wrong):
    with pytest.raises(SettingError, match="a calibration needs"):
        replace(CALIBRATION, **wrong)


def test_a_quote_takes_in_the_bracket_that_it_opens():
    found, _ = answers(span(HARBOUR, "help (and tents", 6.0))
    assert found[0].text == "help (and tents)"


def test_one_article_is_cited_once_for_an_answer_that_it_repeats():
    article = Article(id="twice.txt", text="41 died. The mayor said 41 died.")
    found, _ = compose(
        [span(article, "41", 3.0), span(article, "41", 5.0, start=24)], {article.id: article}, top_k=3, calibration=None
    )
    assert [(citation.start, citation.sentence) for citation in found[0].citations] == [(24, "The mayor said 41 died.")]


HEADED = Article(
    id="headed.txt",
    title="Toll rises to 23",
    published_at="2023-02-08",
    text="Toll rises to 23\n\nPolice said on Tuesday that 23 people had died in Orlo, where 12 were saved.",
)


@pytest.mark.parametrize(("ahead", "start"), [(3.0, HEADED.text.rindex("23")), (5.0, HEADED.text.index("23"))])
def test_of_headline_and_body_the_body_is_cited_if_it_is_about_as_good(ahead, start):
    spans = [span(HEADED, "23", 8.0), span(HEADED, "23", 8.0 - ahead, start=HEADED.text.rindex("23"))]
    found, _ = compose(spans, {HEADED.id: HEADED}, top_k=5, calibration=CALIBRATION)
    assert [(own.text, own.score, [cited.start for cited in own.citations]) for own in found] == [("23", 8.0, [start])]


def report(name, published, text="The mayor was arrested on Monday, police said."):
    return Article(id=name, published_at=published, text=text)


def test_monday_of_two_weeks_is_two_answers_and_of_one_week_one():
    articles = [report("a", "2024-03-06"), report("b", "2024-03-20"), report("c", "2024-03-05")]
    spans = [span(own, "on Monday", 8.0 - number) for number, own in enumerate(articles)]
    found, _ = compose(spans, {own.id: own for own in articles}, top_k=5, calibration=CALIBRATION)
    assert [[cited.article_id for cited in own.citations] for own in found] == [["a", "c"], ["b"]]


def test_a_weekday_and_the_date_that_it_means_are_one_answer():
    articles = [report("a", "2024-03-06"), report("b", None, "The mayor was arrested on March 4, 2024.")]
    spans = [span(articles[0], "on Monday", 8.0), span(articles[1], "March 4", 7.0)]
    found, _ = compose(spans, {own.id: own for own in articles}, top_k=5, calibration=CALIBRATION)
    assert [len(own.citations) for own in found] == [2]


def test_last_week_of_two_months_is_two_answers():
    told = "It fell last week, she said."
    articles = [report("a", "2024-03-06", told), report("b", "2024-04-20", told), report("c", "2024-03-07", told)]
    spans = [span(own, "last week", 8.0 - number) for number, own in enumerate(articles)]
    found, _ = compose(spans, {own.id: own for own in articles}, top_k=5, calibration=CALIBRATION)
    assert [[cited.article_id for cited in own.citations] for own in found] == [["a", "c"], ["b"]]


def test_a_span_that_its_article_does_not_hold_is_never_cited():
    found = span(HARBOUR, "11,200", 6.0).span
    with pytest.raises(IndexDamaged, match="does not hold '11,200'"):
        compose([Candidate(HARBOUR.id, found)], {HARBOUR.id: LEDGER}, top_k=1, calibration=None)


def test_a_citation_across_two_sentences_shows_both():
    citation = cite(LEDGER, LEDGER.text.index("on."), LEDGER.text.index("dead"))
    assert citation.sentence == "Rescue goes on. The 11200 dead were named."


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The 40,139", "40139"),
        ("Hamas.", "“hamas”"),
        ("an envoy", "envoy"),
        ("１１１", "111"),
        ("Sinwar\nYahya", "sinwar yahya"),
        ("40\u202f139", "40139"),
        ("40\u00a0139 dead", "40,139 dead"),
        ("４０，１３９", "40139"),
        ("12 %", "12%"),
        ("12\u00a0％.", "12%"),
        ("3 ‰", "3‰"),
        ("C++,", "c++"),
    ],
)
def test_says_the_same(one, other):
    assert answer_key(one) == answer_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("3.5", "35"),
        ("1,39", "139"),
        ("41", "41%"),
        ("-5", "5"),
        ("theatre", "atre"),
        ("C++", "C"),
        ("C#", "C"),
        ("A+", "A"),
        ("40 139", "40139"),
    ],
)
def test_says_something_else(one, other):
    assert answer_key(one) != answer_key(other)


def test_confidence_grows_with_the_score_and_stays_within_0_and_1():
    values = [CALIBRATION.confidence(score) for score in (-1e4, 0.0, 3.0, 6.0, 1e4)]
    assert values == sorted(values)
    assert values[0] == 0.0
    assert values[2] == 0.5
    assert values[-1] == 1.0
