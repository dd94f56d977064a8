"""A gold set's own contexts as articles, and their index in the cache."""

import pytest
from bag_embedder import BagEmbedder
from judged import gold_set

from ragqa.errors import IndexMissing, SettingError
from ragqa.evaluation.contexts import article_of, corpus_of, open_corpus, open_pipeline
from ragqa.evaluation.questions import GoldQuestion
from ragqa.records import Article

FLOOD = "The river rose on Monday. At least 43 people died."
FIRE = "A fire burned near Lahaina. Rita Alvarez put it out."
TOLL = GoldQuestion("toll", "How many died?", ("43",), context=FLOOD, title="Valencia_floods", starts=(35,))
WHEN = GoldQuestion("when", "When did it rise?", ("Monday",), context=FLOOD, title="Valencia_floods")
WHO = GoldQuestion("who", "Who put it out?", ("Rita Alvarez",), context=FIRE, title="wikinews:762751")
NONE = GoldQuestion("none", "Who won the World Cup?", ())


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("RAGQA_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache" / "evaluation"


@pytest.mark.parametrize(
    ("title", "headline"),
    [
        ("Valencia_floods", "Valencia floods"),
        ("The_Legend_of_Zelda:_Twilight_Princess", "The Legend of Zelda: Twilight Princess"),
        ("wikinews:762751", None),
        ("1066", None),
        ("", None),
        (None, None),
    ],
)
def test_a_title_is_searched_with_the_context_where_it_is_a_headline(title, headline):
    assert article_of(TOLL._replace(title=title)).title == headline


def test_each_context_is_an_article_once_and_questions_point_to_it():
    gold, articles = corpus_of(gold_set(TOLL, WHEN, WHO, NONE))
    assert [article.text for article in articles] == [FLOOD, FIRE]
    assert [question.article_ids for question in gold.questions] == [
        (articles[0].id,),
        (articles[0].id,),
        (articles[1].id,),
        (),
    ]


def test_contexts_of_further_sets_are_searched_and_their_questions_not_asked():
    gold, articles = corpus_of(gold_set(TOLL), [gold_set(WHEN, WHO)])
    assert [question.id for question in gold.questions] == ["toll"]
    assert [article.text for article in articles] == [FLOOD, FIRE]


def test_a_set_that_brings_its_articles_is_asked_of_them():
    article = Article(id="d1", text=FLOOD)
    judged = GoldQuestion("q", "When?", (), article_ids=("d1",), gains=(1.0,))
    gold, articles = corpus_of(gold_set(judged)._replace(articles=(article,)))
    assert (gold.questions, articles) == ((judged,), [article])


def test_a_question_without_anything_to_ask_it_of_is_named():
    with pytest.raises(SettingError, match=r"'bare' of news has no context.*--index"):
        corpus_of(gold_set(TOLL, GoldQuestion("bare", "Who?", ("she",), article_ids=("a.txt",))))
    with pytest.raises(SettingError, match="news has no contexts"):
        corpus_of(gold_set(NONE))


def test_the_index_is_made_once_and_kept(cache):
    embedder = BagEmbedder()
    _, articles = corpus_of(gold_set(TOLL, WHO))
    embedded = []
    open_corpus(articles, embedder, progress=embedded.append).close()
    assert sum(embedded) == 2
    again = BagEmbedder()
    with open_corpus(articles, again, progress=embedded.append) as index:
        assert index.count().articles == 2
    assert sum(embedded) == 2
    assert FLOOD not in " ".join(again.encoded)
    assert len(list(cache.iterdir())) == 1


def test_other_articles_lengths_or_embedders_have_an_index_of_their_own(cache):
    _, articles = corpus_of(gold_set(TOLL, WHO))
    for number, (own, embedder, options) in enumerate(
        [
            (articles, BagEmbedder(), {}),
            (articles[:1], BagEmbedder(), {}),
            (articles, BagEmbedder(fingerprint="bag-2"), {}),
            (articles, BagEmbedder(), {"chunk_tokens": 8, "overlap_tokens": 0}),
        ],
        start=1,
    ):
        with open_corpus(own, embedder, **options) as index:
            assert index.count().articles == len(own)
        assert len(list(cache.iterdir())) == number


def test_an_index_that_was_left_half_made_is_finished():
    _, articles = corpus_of(gold_set(TOLL, WHO))

    class Stopped(BaseException):
        pass

    class Failing(BagEmbedder):
        def encode(self, texts, *, progress=None):
            if any(FIRE in text for text in texts):
                raise Stopped
            return super().encode(texts, progress=progress)

    with pytest.raises(Stopped):
        open_corpus(articles, Failing())
    with open_corpus(articles, BagEmbedder()) as index:
        assert index.count().articles == 2


def test_an_index_that_is_given_is_asked_as_it_is(tmp_path):
    with pytest.raises(SettingError, match="further contexts can't be added"):
        open_pipeline(gold_set(TOLL), index=tmp_path, also=[gold_set(WHO)])
    with pytest.raises(IndexMissing):
        open_pipeline(gold_set(TOLL), index=tmp_path / "nowhere")
