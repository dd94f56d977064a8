"""Whether two articles report one matter."""

import pytest

from ragqa import Article
from ragqa.rivals.matter import is_one_matter

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
