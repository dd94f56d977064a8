"""Two real news articles from outside the project, where they are there, with the real default models."""

import pytest

from ragqa import Article, Pipeline, load_articles


@pytest.fixture(scope="module")
def seeds(shared_articles, tmp_path_factory):
    with Pipeline.open(tmp_path_factory.mktemp("seeds") / "index") as pipeline:
        assert pipeline.add(shared_articles).faults == ()
        yield pipeline


@pytest.fixture(scope="module")
def texts(shared_articles):
    return {article.id: article.text for article in load_articles(shared_articles).articles}


@pytest.mark.parametrize(
    ("question", "answer", "sentence"),
    [
        (
            "How many hostages are still held in Gaza?",
            "111",
            "Out of 251 hostages, 111 are still held in Gaza, including 39 the military says are dead.",
        ),
        (
            "How many people have been wounded since October 2023?",
            "100,544",
            "At least 42,847 people have been killed in Israeli attacks on Gaza and 100,544 others wounded since October 2023, "
            "according to Palestinian health authorities.",
        ),
    ],
)
def test_the_best_answer_and_its_sentence(seeds, question, answer, sentence):
    best = seeds.ask(question).answers[0]
    assert (best.text, best.citations[0].sentence) == (answer, sentence)


@pytest.mark.parametrize("words", ["remain", "are left", "are still captive", "have not been freed"])
def test_a_question_in_other_words_has_the_same_answer(seeds, words):
    assert seeds.ask(f"How many hostages {words}?").answers[0].text == "111"


@pytest.mark.parametrize(
    "question", ["Who won the football World Cup in 1998?", "What is the boiling point of lithium?"]
)
def test_what_is_not_in_them_is_not_answered(seeds, question):
    response = seeds.ask(question)
    assert response.abstained
    assert response.hits


def test_every_citation_verifies_against_the_file(seeds, texts, shared_articles):
    questions = [
        "Who met Netanyahu?",
        "Where did negotiators meet?",
        "How many died?",
        "When did talks break down?",
        "Who said so?",
        "How many hostages are still held in Gaza?",
        "How many people have been wounded since October 2023?",
    ]
    citations = [c for response in seeds.ask_many(questions, top_k=10) for a in response.answers for c in a.citations]
    assert len(citations) >= 5
    for citation in citations:
        text = texts[citation.article_id]
        assert text == (shared_articles / citation.article_id).read_bytes().decode("utf-8")
        assert text[citation.start : citation.end] == citation.quote
        assert text[citation.sentence_start : citation.sentence_end] == citation.sentence
        assert citation.sentence_start <= citation.start < citation.end <= citation.sentence_end


@pytest.mark.parametrize(
    ("question", "values"),
    [
        ("How many people were killed in the October 7 attack?", {"1,198", "1,139"}),
        ("How many people have been killed in Gaza?", {"40,139", "42,847"}),
    ],
)
def test_reports_that_differ_are_shown_against_each_other(seeds, texts, question, values):
    (conflict,) = seeds.ask(question, top_k=1).conflicts
    assert conflict.kind == "differs"
    assert {value.text for value in conflict.values} == values
    citations = [citation for value in conflict.values for citation in value.citations]
    assert {citation.article_id for citation in citations} == set(texts)
    assert all(texts[own.article_id][own.start : own.end] == own.quote for own in citations)


def test_a_later_report_supersedes_where_the_dates_are_known(shared_articles, tmp_path):
    names = {"40,139": "2024-08-19", "42,847": "2024-10-24"}
    dated = [
        Article(id=article.id, text=article.text, published_at=day)
        for article in load_articles(shared_articles).articles
        for figure, day in names.items()
        if figure in article.text
    ]
    with Pipeline.open(tmp_path / "index") as pipeline:
        pipeline.add(dated)
        response = pipeline.ask("How many people have been killed in Gaza?")
    assert response.answers[0].text == "42,847"
    (conflict,) = response.conflicts
    assert conflict.kind == "superseded"
    assert [(value.text, str(value.citations[0].published_at)) for value in conflict.values] == [
        ("42,847", "2024-10-24"),
        ("40,139", "2024-08-19"),
    ]
    assert response.answers[0].citations[0].published_at.isoformat() == "2024-10-24"
