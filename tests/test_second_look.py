"""What other reports are asked again, once there is an answer."""

import pytest
from weighing import CALIBRATION, found, shown, weighed

from ragqa.answering import compose
from ragqa.asking import Read, _looked_again
from ragqa.citing import cite
from ragqa.records import Article, Hit, Passage, Span
from ragqa.rivals import Evidence
from ragqa.second_look import WORDS, Look, second_look, told

QUESTION = "How many people did the fire in the Korvat market kill?"


def report(name, text, day="2025-03-04"):
    return Article(id=name, text=text, published_at=day)


FIRST = report(
    "first", "Korvat mourns. The fire in the Korvat market killed 34 people on Sunday, said Ilya Sand. It rained."
)
OTHER = report("other", "In Korvat they count: 41 bodies lay in the market hall, said Ilya Sand.")
AGREES = report("agrees", "The fire in the market of Korvat killed 34 people. Ilya Sand wept.")
FAR = report("far", "A flood in Merrow killed 9 people, said Hedda Brink of Skerra.")


def look(*spans, question=QUESTION, listed=(FAR, FIRST, OTHER, AGREES), unread=()):
    articles = {own.id: own for own in (FIRST, OTHER, FAR, *(own for own, _, _ in spans))}
    candidates = [found(*own) for own in spans]
    answers, _ = compose(candidates, articles, top_k=9, calibration=CALIBRATION)
    evidence = Evidence(question, candidates, articles, CALIBRATION, answers=answers)
    hits = [
        Hit(
            passage=Passage(id=f"{own.id}-0", article_id=own.id, text=own.text, start=0, end=len(own.text)),
            score=1.0,
            kind="dense",
            rank=rank,
        )
        for rank, own in enumerate(listed, start=1)
        if own.id in articles
    ]
    return second_look(evidence, hits, unread)


def test_other_reports_of_the_matter_are_asked_again_with_the_sentence_of_the_answer():
    asked, hits = look((FIRST, "34", 9.0))
    assert asked == f"{QUESTION} The fire in the Korvat market killed 34 people on Sunday, said Ilya Sand."
    assert [own.passage.article_id for own in hits] == ["other"]


UNREAD = frozenset(["other", "far"])


def test_nothing_is_asked_again_where_nothing_can_rival_the_answer():
    sand = (FIRST, "Ilya Sand", 9.0)
    assert look(sand, question="Which people mourn in the Korvat market?", unread=UNREAD).hits == []
    assert look(sand, question="Who mourns in the Korvat market?", unread=UNREAD).hits != []


@pytest.mark.parametrize(
    ("question", "answer", "is_asked"),
    [
        ("Who spoke of the fire in the Korvat market?", "Ilya Sand", True),
        ("When did the fire in the Korvat market break out?", "on Sunday", True),
        ("What happened in Korvat?", "It rained", False),
        ("How much did the fire in the Korvat market cost?", "$34", False),
    ],
)
def test_a_report_that_nobody_has_read_is_asked_for_a_date_or_a_name(question, answer, is_asked):
    first = FIRST.model_copy(update={"text": FIRST.text.replace("34 people", "34 people, and cost $34,")})
    asked = {
        unread: look((first, answer, 9.0), question=question, unread=unread).hits for unread in (UNREAD, frozenset())
    }
    assert [own.passage.article_id for own in asked[UNREAD]] == ["other"] * is_asked
    assert asked[frozenset()] == []


def test_nor_a_report_that_surely_says_what_the_answer_says():
    assert [own.passage.article_id for own in look((FIRST, "34", 9.0), (AGREES, "34", -1.0)).hits] == ["other"]


def test_whole_reports_are_asked_again_four_passages_at_most_unless_the_first_has_more():
    others = [report(f"other{number}", f"{OTHER.text} It was day {number}.") for number in range(5)]
    spans = [(FIRST, "34", 9.0), *((own, "Ilya Sand", -7.5) for own in others)]
    found_again = [own.passage.article_id for own in look(*spans, listed=(*others, others[0])).hits]
    assert found_again == ["other0", "other0", "other1", "other2"]
    assert len(look(*spans[:2], listed=[others[0]] * 6).hits) == 6


QUAKE = report(
    "quake", "A quake shook the island of Tolvik on Monday. It killed 12 people in Tolvik, the mayor Hedda Brink said."
)
LATER = report(
    "later", "Tolvik buries its dead. The quake has taken 19 people, Hedda Brink said in Tolvik.", "2025-03-09"
)


def again(text, score):
    return {LATER.id: [found(LATER, text, score)]}


def weigh_again(**options):
    articles = {own.id: own for own in (QUAKE, LATER)}
    candidates = [found(QUAKE, "12", 9.0), found(LATER, "19", -3.0)]
    return weighed("How many people did the quake kill?", candidates, articles, **options)


def test_the_second_look_shows_a_rival_or_hides_one_and_changes_no_answer():
    yes, no = weigh_again(again=again("19", 9.0)), weigh_again(again={LATER.id: []})
    assert shown(yes) == [("superseded", ["19", "12"])]
    assert shown(no) == []
    assert yes.answers == no.answers == weigh_again().answers


def test_a_passage_of_an_article_that_has_changed_meanwhile_is_not_believed():
    read = Read([], frozenset(), None, Evidence(QUESTION, [], {LATER.id: LATER}, None))
    passage = Passage(id="p", article_id=LATER.id, text=LATER.text, start=0, end=len(LATER.text))
    hit = Hit(passage=passage, score=1.0, rank=1, kind="dense")
    for text, is_believed in (("Tolvik", True), ("Merrow", False)):
        span = Span(passage_id="p", text=text, start=0, end=6, score=1.0)
        own = _looked_again(read, Look(QUESTION, [hit]), [(hit, span)])
        assert (own is not None) == is_believed


@pytest.mark.parametrize("place", [0, 60, 119])
def test_of_a_long_sentence_the_words_nearest_to_the_answer_are_told(place):
    words = [f"word{number}" for number in range(120)]
    article = report("long", f"It began. {' '.join(words)}.")
    start = article.text.index(words[place])
    own = told("Who?", cite(article, start, start + len(words[place])), article).split()
    assert len(own) == 1 + WORDS
    assert own[0] == "Who?"
    assert words[place] in [word.rstrip(".") for word in own]
