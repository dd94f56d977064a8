"""Whether two articles report one matter."""

import pytest

from ragqa import Article
from ragqa.rivals.matter import in_common


def is_one_matter(question, one, other):
    return in_common(question, one, other).is_one_matter


SHUT = Article(
    id="shut",
    source="The Daily Sketch",
    text="The Lowmoor Savings Bank was shut on Monday. Savers took out 600 million marks, said Greta Sund in Havnford.",
)
QUEUE = Article(
    id="queue",
    source="The Lowmoor Chronicle",
    text="The bank in Lowmoor was shut. Savers took out 850m marks, two men of its treasury told Septimus Yarrow.",
)
RIVAL = Article(
    id="rival",
    source="The Daily Sketch",
    text="The Penmoor Bank was shut on Monday. Savers took out 90 million marks, said Ove Strand in Kalsund.",
)


@pytest.mark.parametrize(
    ("one", "other", "is_one"),
    [
        (SHUT, QUEUE, True),  # Lowmoor is asked for, also where the outlet is named after it
        (SHUT, RIVAL, False),
        (QUEUE, RIVAL, False),
    ],
)
def test_reports_of_one_matter_share_the_names_that_are_asked_for(one, other, is_one):
    question = "How much did savers take out of the bank in Lowmoor?"
    assert is_one_matter(question, one, other) == is_one
    assert is_one_matter(question, other, one) == is_one


def test_the_name_of_an_outlet_that_is_not_asked_for_is_none_of_the_matter():
    question = "How much did savers take out of the bank?"
    other = Article(
        id="other",
        source="The Lowmoor Chronicle",
        text="The harbour of Lowmoor was dredged, said Ada Brennick in Skerra.",
    )
    assert not is_one_matter(question, QUEUE, other)


def test_a_year_that_only_one_of_them_names_makes_them_two():
    ours = Article(id="ours", text="The quake in Tarvasca killed 61 people in 2022, said Ilie Donescu.")
    theirs = Article(id="theirs", text="The quake in Tarvasca killed 38 people, said Ilie Donescu.")
    assert is_one_matter("How many died in Tarvasca?", ours, theirs)
    assert not is_one_matter("How many died in Tarvasca in 2022?", ours, theirs)


@pytest.mark.parametrize(
    ("text", "day", "is_one"),
    [
        ("The quake in Tarvasca killed 38 people, said Ilie Donescu.", "2022-10-05", True),
        (
            "Last year's quake in Tarvasca, which in the last year nobody has paid for, killed 38, said Ilie Donescu.",
            "2023-10-05",
            True,
        ),
        ("The quake in Tarvasca killed 38 people, said Ilie Donescu.", "2023-10-05", False),
    ],
)
def test_a_report_is_of_the_year_in_which_it_was_published_or_of_which_it_tells_as_the_last(text, day, is_one):
    ours = Article(id="ours", text="The quake in Tarvasca killed 61 people in 2022, said Ilie Donescu.")
    theirs = Article(id="theirs", text=text, published_at=day)
    assert is_one_matter("How many died in Tarvasca in 2022?", ours, theirs) == is_one


@pytest.mark.parametrize(("day", "is_one"), [("2023-04-20", True), ("2023-06-20", False), (None, False)])
def test_reports_of_the_same_days_need_share_fewer_names(day, is_one):
    names = "Anna Brink, Carl Dunn, Edda Frost, Gil Hart and Ida Jansson"
    ours = Article(
        id="ours", text=f"All 131 branches of the Lowmoor Savings are shut, said {names}.", published_at="2023-04-18"
    )
    theirs = Article(
        id="theirs",
        text="Nobody was at one of its 118 branches in Lowmoor, said Kai Lund, Mia Nord, Otto Pohl and Rut Stein of Tolvik.",
        published_at=day,
    )
    assert is_one_matter("How many branches did the Lowmoor Savings have?", ours, theirs) == is_one


def test_reports_of_the_same_days_that_share_no_name_of_the_question_are_two_matters():
    names = "Anna Brink, Carl Dunn, Edda Frost, Gil Hart, Ida Jansson, Jon Kell, Lea Mohr, Nils Olsen, Per Quist and Rolf Strand"
    bus = Article(id="bus", text=f"In Valdoria a bus crashed in Merrow, said {names}.", published_at="2023-03-01")
    hotel = Article(
        id="hotel",
        text="A hotel burned in Valdoria, said Kai Lund, Mia Nord, Otto Pohl, Rut Stein, Sven Tarp, Ulf Vik, Wim Ypes, Zoe Alm and Bo Holm.",
        published_at="2023-03-12",
    )
    assert not is_one_matter("How many people did the crash in Merrow kill?", bus, hotel)
    assert not is_one_matter("How many people were killed?", bus, hotel)


def test_an_outlet_tells_of_the_place_that_is_asked_for_where_its_report_does_not():
    ours = Article(
        id="ours",
        source="Vardan Press",
        text="Fire broke out in Orlesk at 3:40 a.m., said Milan Hrobar of Lakomal, and Otto Pohl, Rut Stein and Kai Lund.",
    )
    theirs = Article(
        id="theirs",
        source="Orlesk Courier",
        text="It broke out at ten to five, at Lakomal, said Ida Jansson, Sven Tarp, Ulf Vik and Zoe Alm.",
    )
    assert is_one_matter("At what time did the Orlesk fire break out?", ours, theirs)
    assert not is_one_matter(
        "At what time did the Orlesk fire break out?", ours, theirs.model_copy(update={"source": "Courier"})
    )


@pytest.mark.parametrize(
    ("question", "text", "is_named"),
    [
        ("How many were killed in Niger?", "The attack in Nigeria killed 40 people.", False),
        ("How many were killed in Oman?", "A woman said that 40 people had died.", False),
        ("How many were killed in Niger?", "Niger's army said that 40 people had died.", True),
        ("How many were killed in Niger?", "Der Angriff in Niger-Stadt forderte 40 Tote.", True),
        ("How many were killed in Gaza?", "加沙Gaza地带有40人死亡。", True),
        ("Сколько погибших под Киев?", "Под Киевом погибли 40 человек.", True),
    ],
)
def test_what_is_asked_for_is_named_by_a_whole_word(question, text, is_named):
    named = Article(id="named", text=question)
    found = in_common(question, named, Article(id="other", text=text))
    assert (found.apart == 0) == is_named
