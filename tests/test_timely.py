"""Questions that name a time."""

from datetime import date

import pytest
from bag_embedder import BagEmbedder

from ragqa import Article, DenseRetriever, Filter, HybridRetriever, Index, LexicalRetriever
from ragqa.timely import period_of, retrieve

TEXT = "The ministry said that the number of dead had risen to {}."
MONTHS = {"july": (7, 38_000), "august": (8, 40_139), "october": (10, 42_847)}


@pytest.fixture(params=[DenseRetriever, LexicalRetriever, HybridRetriever])
def retriever(request, tmp_path):
    with Index.open(tmp_path / "index", embedder=BagEmbedder(), create=True) as opened:
        opened.add(
            Article(id=name, text=TEXT.format(figure), published_at=date(2024, month, 15))
            for name, (month, figure) in MONTHS.items()
        )
        opened.add([Article(id="undated", text=TEXT.format(1))])
        yield request.param(opened)


def ids(retrieved):
    return [hit.passage.article_id for hit in retrieved]


@pytest.mark.parametrize(
    ("question", "as_of", "period"),
    [
        ("How many had died in August 2024?", None, "2024-08"),
        ("What happened on 7 October 2023?", None, "2023-10-07"),
        ("What did the premier say in 2021?", None, "2021"),
        ("Who resigned last week?", date(2024, 8, 21), "2024-08-12/2024-08-18"),
        ("Who is missing after Sunday's landslide?", date(2024, 8, 21), "2024-08-18"),
        ("When does the court rule on Friday?", date(2024, 8, 21), "2024-08-23"),
        ("Who resigned between 3 May 2024 and 5 June 2024?", None, "2024-05-03/2024-06-05"),
    ],
)
def test_a_question_names_a_time(question, as_of, period):
    found = period_of(question, as_of=as_of)
    assert found is not None
    assert found.iso == period


@pytest.mark.parametrize("question", ["How many died?", "Who resigned last week?", "Why may Theresa May march?"])
def test_a_question_without_a_time_that_can_be_known_names_none(question):
    assert period_of(question) is None


def test_a_day_in_the_name_of_an_event_is_not_one_of_this_year():
    assert period_of("How many died in the Sept. 11 attacks?", as_of=date(2024, 9, 13)) is None


@pytest.mark.parametrize(("question", "first"), [("in August 2024", "august"), ("in October 2024", "october")])
def test_passages_of_the_time_come_first_and_the_others_stay(retriever, question, first):
    (found,) = retrieve(retriever, [f"What was the number of dead {question}?"], k=4)
    assert ids(found)[0] == first
    assert sorted(ids(found)) == ["august", "july", "october", "undated"]
    assert [hit.rank for hit in found] == [1, 2, 3, 4]
    assert {hit.passage.article_id for hit in found if hit.time_lead} == {first}


def test_the_lead_is_the_same_for_every_passage_of_the_time(retriever):
    question = "What was the number of dead in August 2024?"
    (plain,) = retriever.retrieve([question], k=4)
    (found,) = retrieve(retriever, [question], k=4)
    scores = {hit.passage.id: hit.score for hit in plain}
    gained = {hit.passage.article_id: hit.score - scores[hit.passage.id] for hit in found}
    lead = {"dense": 0.15, "hybrid": 0.15, "lexical": 1.0}[plain[0].kind]
    assert gained == pytest.approx({"july": 0, "august": lead, "october": 0, "undated": 0})


def test_what_is_of_the_time_counts_as_nearer_to_the_question(retriever):
    (found,) = retrieve(retriever, ["What was the number of dead in August 2024?"], k=4)
    for hit in found:
        lead = 0.15 if hit.passage.article_id == "august" else 0.0
        assert hit.nearness == (None if hit.dense_score is None else pytest.approx(hit.dense_score + lead))


def test_what_a_retriever_gave_stays_as_it_was(retriever):
    class Remembering:
        def __init__(self):
            self.given = {}

        def retrieve(self, questions, *, k, filter=None):
            key = (tuple(questions), k, filter is None)
            return self.given.setdefault(key, retriever.retrieve(questions, k=k, filter=filter))

    remembering, question = Remembering(), ["What was the number of dead in August 2024?"]
    before = list(remembering.retrieve(question, k=4)[0])
    assert retrieve(remembering, question, k=4)[0] != before
    assert remembering.retrieve(question, k=4)[0] == before


def test_last_week_is_seen_from_as_of(retriever):
    question = "What was the number of dead last week?"
    (found,) = retrieve(retriever, [question], k=4, filter=Filter.of(as_of="2024-08-21"))
    assert ids(found)[0] == "august"
    assert "october" not in ids(found)


@pytest.mark.parametrize("filter", [None, Filter.of(as_of="2024-09-01"), Filter.of(since="2024-08-01")])
def test_a_question_that_names_no_time_is_searched_for_as_ever(retriever, filter):
    question = "What was the number of dead?"
    (found,) = retrieve(retriever, [question], k=3, filter=filter)
    assert found == retriever.retrieve([question], k=3, filter=filter)[0]
    assert not any(hit.time_lead for hit in found)


def test_a_filter_still_holds_where_the_question_names_another_time(retriever):
    question = "What was the number of dead in August 2024?"
    (found,) = retrieve(retriever, [question], k=4, filter=Filter.of(since="2024-10-01"))
    assert ids(found) == ["october"]
    (found,) = retrieve(retriever, [question], k=4, filter=Filter.of(languages=("no",)))
    assert ids(found) == []
