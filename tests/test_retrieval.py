"""Dense, lexical and hybrid retrieval over a real index with a small embedder."""

import math

import pytest
from bag_embedder import BagEmbedder

from ragqa import Article, DenseRetriever, Filter, HybridRetriever, Index, LexicalRetriever, SettingError
from ragqa.index import Best

TEXTS = {
    "doha": "Envoys returned to Doha on Monday to talk about the hostages in Gaza.",
    "valencia": "A year's rain fell on Valencia in eight hours and the river burst its banks.",
    "skagen": "The bridge at Skagen was opened by Anna Lindqvist on a day without rain.",
    "lunar": "The probe landed near the south pole of the Moon.",
}


@pytest.fixture
def index(tmp_path):
    with Index.open(tmp_path / "index", embedder=BagEmbedder(), create=True) as opened:
        opened.add(Article(id=name, text=text, source=name.title()) for name, text in TEXTS.items())
        yield opened


@pytest.fixture(params=[DenseRetriever, LexicalRetriever, HybridRetriever])
def retriever(request, index):
    return request.param(index)


def ids(hits):
    return [hit.passage.article_id for hit in hits]


def test_hits_are_ranked_from_one_best_first_and_at_most_k(retriever):
    ((hits),) = retriever.retrieve(["rain in Valencia"], k=2)
    assert ids(hits)[0] == "valencia"
    assert [hit.rank for hit in hits] == list(range(1, len(hits) + 1))
    assert len(hits) <= 2
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert all(TEXTS[hit.passage.article_id] == hit.passage.text for hit in hits)


def test_each_question_has_hits_of_its_own(retriever):
    together = retriever.retrieve(["rain in Valencia", "the bridge at Skagen"], k=3)
    assert [ids(hits)[0] for hits in together] == ["valencia", "skagen"]
    assert together[1] == retriever.retrieve(["the bridge at Skagen"], k=3)[0]
    assert retriever.retrieve([], k=3) == []


def test_a_filter_limits_what_is_searched(retriever):
    (hits,) = retriever.retrieve(["rain in Valencia"], k=4, filter=Filter.of(sources=("Skagen",)))
    assert ids(hits) == ["skagen"]


@pytest.mark.parametrize("k", [1, 2, 3])
def test_the_best_matches_are_those_that_come_first_of_all(index, k):
    index.add([Article(id="copy", text=TEXTS["doha"])])  # scores as "doha" does

    def score(match):
        return match.cosine + 0.1 * (match.bm25 or 0)

    (every,) = index.search(["talks in Doha on Monday"], k=5)
    (best,) = index.search(
        ["talks in Doha on Monday"], k=5, best=Best(k, lambda cosine, bm25: cosine + 0.1 * (bm25 or 0))
    )
    least = sorted(map(score, every), reverse=True)[k - 1]
    assert {match.passage.id: match for match in best} == {
        match.passage.id: match for match in every if score(match) >= least
    }
    assert {"doha", "copy"} <= {match.passage.article_id for match in best}  # equal ones come together


def test_k_below_one_is_refused(retriever):
    with pytest.raises(SettingError, match="k must be 1 or more, got 0"):
        retriever.retrieve(["rain"], k=0)


def test_a_question_without_words_finds_nothing_by_words(index):
    assert LexicalRetriever(index).retrieve(["?! 🙂"], k=3) == [[]]
    (hits,) = HybridRetriever(index).retrieve(["?! 🙂"], k=3)
    assert all(hit.lexical_score is None for hit in hits)


@pytest.mark.parametrize(
    "question", ['"rain" AND (Valencia', "rain* NEAR/2 -Valencia", "rain OR", "title:rain", "rain; DROP TABLE articles"]
)
def test_a_question_is_just_text(retriever, question):
    assert "valencia" in ids(retriever.retrieve([question], k=4)[0])


def test_fusion_adds_cosines_and_words_in_units_of_a_rare_word(index):
    question = "rain on the river in Valencia"
    (dense,) = DenseRetriever(index).retrieve([question], k=4)
    (lexical,) = LexicalRetriever(index).retrieve([question], k=4)
    (fused,) = HybridRetriever(index, lexical_weight=0.5).retrieve([question], k=4)
    cosine = {hit.passage.id: hit.score for hit in dense}
    words = {hit.passage.id: hit.score for hit in lexical}
    assert ids(lexical) == ["valencia", "skagen"]  # the others share no word with the question
    scores = {name: cosine[name] + 0.5 * words.get(name, 0) / math.log(4) for name in cosine}
    assert [hit.passage.id for hit in fused] == sorted(scores, key=scores.__getitem__, reverse=True)
    for hit in fused:
        name = hit.passage.id
        assert hit.score == pytest.approx(scores[name])
        assert (hit.dense_score, hit.lexical_score) == (cosine[name], words.get(name))


def test_what_only_the_words_find_has_its_own_cosine(index):
    question = "on the Monday of the rain"
    (dense,) = DenseRetriever(index).retrieve([question], k=4)
    (lexical,) = LexicalRetriever(index).retrieve([question], k=1)
    assert (ids(dense)[0], ids(lexical)) == ("lunar", ["doha"])
    (hits,) = HybridRetriever(index, depth=1, lexical_weight=5).retrieve([question], k=1)
    own = next(hit.score for hit in dense if hit.passage.article_id == "doha")
    assert (ids(hits), hits[0].dense_score) == (["doha"], own)
    assert hits[0].score == pytest.approx(own + 5 * lexical[0].score / math.log(4))


def test_depth_and_weight_change_the_fusion(index):
    question = "rain on the river in Valencia"
    (shallow,) = HybridRetriever(index, depth=1).retrieve([question], k=1)
    (deep,) = HybridRetriever(index, depth=50).retrieve([question], k=4)
    assert len(deep) > len(shallow)
    assert HybridRetriever(index, lexical_weight=1).retrieve([question], k=1)[0][0].score > deep[0].score
    (by_meaning,) = HybridRetriever(index, lexical_weight=0).retrieve([question], k=4)
    assert ids(by_meaning) == ids(DenseRetriever(index).retrieve([question], k=4)[0])
    for wrong in ({"depth": 0}, {"lexical_weight": -0.1}, {"lexical_weight": float("nan")}):
        with pytest.raises(SettingError, match="or more, got"):
            HybridRetriever(index, **wrong)
