"""Where gold answers stand, and which passages are gold for it."""

from ragqa.evaluation.places import has_answer, is_gold, places_of
from ragqa.evaluation.questions import GoldQuestion
from ragqa.records import Article, Passage

TEXT = "43 were hurt on Monday. By Tuesday 43 had died, 143 in all the valley."
ARTICLES = {"flood.txt": Article(id="flood.txt", text=TEXT), "fire.txt": Article(id="fire.txt", text="43 fires.")}
HOW_MANY = GoldQuestion("q", "How many died?", ("43",), article_ids=("flood.txt",), starts=(35,))


def passage(start, end, article_id="flood.txt"):
    text = ARTICLES[article_id].text[start:end]
    return Passage(id=f"{article_id}#{start}", article_id=article_id, text=text, start=start, end=end)


def test_a_place_that_the_gold_file_names_is_taken():
    assert places_of(HOW_MANY, ARTICLES.get) == {"flood.txt": [(35, 37)]}


def test_without_one_every_place_of_the_words_is():
    assert places_of(HOW_MANY._replace(starts=()), ARTICLES.get) == {"flood.txt": [(0, 2), (35, 37)]}
    # A start that doesn't hold is none, and starts are of the first article.
    assert places_of(HOW_MANY._replace(starts=(5,)), ARTICLES.get) == {"flood.txt": [(0, 2), (35, 37)]}
    both = HOW_MANY._replace(article_ids=("flood.txt", "fire.txt"))
    assert places_of(both, ARTICLES.get) == {"flood.txt": [(35, 37)], "fire.txt": [(0, 2)]}


def test_an_article_that_is_not_there_has_no_places():
    assert places_of(HOW_MANY._replace(article_ids=("gone.txt",)), ARTICLES.get) == {"gone.txt": []}


def test_a_question_without_an_answer_has_nothing_to_find():
    assert places_of(HOW_MANY._replace(answers=(), starts=()), ARTICLES.get) == {}
    judged = GoldQuestion("q", "Fires?", (), article_ids=("fire.txt",), gains=(1.0,))
    assert places_of(judged, ARTICLES.get) == {"fire.txt": []}


def test_a_passage_is_gold_where_it_holds_the_place_whole():
    places = places_of(HOW_MANY, ARTICLES.get)
    assert is_gold(passage(24, 47), HOW_MANY, places)
    assert not is_gold(passage(0, 23), HOW_MANY, places)  # a "43" that is another figure
    assert not is_gold(passage(24, 36), HOW_MANY, places)
    assert not is_gold(passage(0, 9, "fire.txt"), HOW_MANY, places)


def test_any_passage_of_an_article_without_known_places_is_gold():
    question = HOW_MANY._replace(answers=("forty-three",), starts=(None,))
    assert is_gold(passage(0, 23), question, places_of(question, ARTICLES.get))


def test_without_gold_articles_the_words_of_an_answer_are_enough():
    question = HOW_MANY._replace(article_ids=(), starts=())
    assert is_gold(passage(0, 9, "fire.txt"), question, {})
    assert not is_gold(passage(37, 70), question, {})  # 143 is no 43


def test_an_answer_is_found_as_the_scorer_would_see_it():
    assert has_answer("Officials said The U.S. Navy left.", ["us navy"])
    assert not has_answer("143 died.", ["43"])
