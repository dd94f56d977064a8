from bag_embedder import BagEmbedder

from ragqa import Article
from ragqa.index import Index
from ragqa.retrieval import LexicalRetriever
from ragqa.training.examples import Example
from ragqa.training.negatives import exchanged, retrieved

RIVERTOWN = "At least 43 people died in Rivertown in 2024, Governor Rita Alvarez said."
ASHFORD = "The fire in Ashford killed 7 people in 2019, Mayor Omar Lind said."


def example(id, question, context, answer):
    start = context.index(answer)
    return Example(id, question, context, ((start, start + len(answer)),))


def test_a_name_or_year_is_exchanged_for_one_of_its_kind():
    examples = [
        example("a", "How many people died in Rivertown?", RIVERTOWN, "43"),
        example("b", "How many people died in Ashford?", ASHFORD, "7"),
        example("c", "What happened in 2024?", RIVERTOWN, "43 people died"),
        example("d", "What happened in 2019?", ASHFORD, "The fire"),
    ]
    made = list(exchanged(examples, seed=0))
    assert [(row.id, row.question) for row in made] == [
        ("a:exchanged", "How many people died in Ashford?"),
        ("b:exchanged", "How many people died in Rivertown?"),
        ("c:exchanged", "What happened in 2019?"),
        ("d:exchanged", "What happened in 2024?"),
    ]
    assert [row.context for row in made] == [RIVERTOWN, ASHFORD, RIVERTOWN, ASHFORD]
    assert all(row.spans == () for row in made)


def test_what_the_context_holds_is_never_put_in():
    both = "In Rivertown 43 people died, in Ashford 7."
    examples = [
        example("a", "How many people died in Rivertown?", both, "43"),
        example("b", "How many people died in Ashford?", both, "7"),
    ]
    assert list(exchanged(examples, seed=0)) == []


def test_a_word_is_turned_into_its_opposite_where_there_is_nothing_to_exchange():
    made = list(exchanged([example("a", "Who died before the fire?", ASHFORD, "Omar Lind")], seed=0))
    assert [row.question for row in made] == ["Who died after the fire?"]


def test_unanswerable_examples_make_no_others():
    assert list(exchanged([Example("a", "Who died before the fire?", ASHFORD, ())], seed=0)) == []


def test_retrieved_passages_do_not_hold_the_answer(tmp_path):
    examples = [
        example("a", "How many people died in Rivertown?", RIVERTOWN, "43"),
        example("b", "Who said how many people died in Ashford?", ASHFORD, "Omar Lind"),
        Example("c", "Who is the mayor of Pella?", ASHFORD, ()),
    ]
    again = "Omar Lind, the mayor of Ashford, thanked the mayor of Pella."
    with Index.open(tmp_path / "index", embedder=BagEmbedder(), create=True) as index:
        index.add([Article(text=text) for text in (RIVERTOWN, ASHFORD, again)])
        made = list(retrieved(examples, LexicalRetriever(index), seed=0))
    assert [(row.id, row.question, row.spans) for row in made] == [
        ("a:retrieved", examples[0].question, ()),
        ("b:retrieved", examples[1].question, ()),
    ]
    assert made[0].context in (ASHFORD, again)
    assert made[1].context == RIVERTOWN
