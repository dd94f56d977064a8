"""Who stands behind a stretch of an article: every rule with a sentence of news."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ragqa.speech import attribute


def attributed(text, words):
    start = text.index(words)
    found = attribute(text, start, start + len(words))
    return found and (text[found.start : found.end], text[found.speaker_start : found.speaker_end], found.kind)


@pytest.mark.parametrize(
    ("text", "words", "attribution", "speaker"),
    [
        # The speaker behind the speech.
        ('"The roof went up like a lid," said Kamala Iyer, a schoolteacher who spent the night in a pipe.', "a lid", "said Kamala Iyer, a schoolteacher", "Kamala Iyer"),
        ('"We had the water," said the chief executive, Mei-Lin Zhou.', "the water", "said the chief executive, Mei-Lin Zhou", "the chief executive, Mei-Lin Zhou"),
        ('"Coal was all they measured," the prosecutor, Ivanna Mruk, said.', "Coal", "the prosecutor, Ivanna Mruk, said", "the prosecutor, Ivanna Mruk"),
        ('"The ministry counts heated buildings," he said.', "heated buildings", "he said", "he"),
        ("\u201cIt was loud,\u201d Ms Menon told reporters on Monday.", "loud", "Ms Menon told", "Ms Menon"),
        ("\u2018It was loud,\u2019 the miners\u2019 spokesman, Taras Bilyk, said.", "loud", "the miners\u2019 spokesman, Taras Bilyk, said", "the miners\u2019 spokesman, Taras Bilyk"),
        ("\u00abIt was loud\u00bb, added Dr. J. Orlov.", "loud", "added Dr. J. Orlov", "Dr. J. Orlov"),
        ("'It was loud,' she said.", "loud", "she said", "she"),
        ('"They fled," said Lena Moss of the Red Cross in a statement.', "fled", "said Lena Moss of the Red Cross", "Lena Moss of the Red Cross"),
        ('"They fled," said Lena Moss, 34, a nurse.', "fled", "said Lena Moss, 34", "Lena Moss"),
        ('"We were librarians," the message says.', "librarians", "the message says", "the message"),
        # Speech of several sentences, before and behind its speaker.
        ('"Heat is a quiet murderer. It signs with another name," she said.', "quiet murderer", "she said", "she"),
        ('"It was late," said Mr Orlov. "We had no boats."', "no boats", "said Mr Orlov", "Mr Orlov"),
        ('"It was late," said Mr Orlov, "and we had no boats."', "no boats", "said Mr Orlov", "Mr Orlov"),
        ('Mr Orlov said: "It was late. We had no boats."', "no boats", "Mr Orlov said", "Mr Orlov"),
        ('The city, she said, was "a stove with traffic lights".', "a stove", "she said", "she"),
        ('"It was late.\n\n"We had no boats," said Mr Orlov.', "late", "said Mr Orlov", "Mr Orlov"),
        ('"It was late," Mr Orlov said. "It was cold.\n\n"We had no boats."', "no boats", "Mr Orlov said", "Mr Orlov"),
        ('In her diary Ana Lima wrote:\n\n"We had no boats."', "no boats", "Ana Lima wrote", "Ana Lima"),
        ('He compared the hall to "a drum full of water".', "a drum", "He compared", "He"),
        ('"A drum full of water" is how Mr Adeyemi described the hall.', "A drum", "Mr Adeyemi described", "Mr Adeyemi"),
        ('For the fishermen it was, as one of them put it, "the end".', "the end", "one of them put it", "one of them"),
        ('"We heard a crack," recalls Ivo Tamm, who was aboard.', "a crack", "recalls Ivo Tamm", "Ivo Tamm"),
        ('Kenneth Osei called it "a decent meal after a long fast".', "a decent meal", "Kenneth Osei called it", "Kenneth Osei"),
        ('The minister, Fabian Roth, called the decision "a pause".', "a pause", "The minister, Fabian Roth, called", "The minister, Fabian Roth"),
        ('Talks failed. He described the offer as "an insult".', "an insult", "He described", "He"),
    ],
)  # fmt: skip
def test_direct_speech_is_its_speakers(text, words, attribution, speaker):
    assert attributed(text, words) == (attribution, speaker, "direct")


@pytest.mark.parametrize(
    ("text", "words", "attribution", "speaker"),
    [
        ("The gas exploded at 720 metres, the company, Severkol, said.", "720 metres", "the company, Severkol, said", "the company, Severkol"),
        ("The blast killed 11 miners, the mine's operator said on Monday.", "11", "the mine's operator said", "the mine's operator"),
        ("Police said that 40 people were on board.", "40", "Police said", "Police"),
        ("Blinken, on his ninth tour, said he was back in Israel.", "Israel", "Blinken, on his ninth tour, said", "Blinken, on his ninth tour"),
        ("Police said 40 people were on board.", "40", "Police said", "Police"),
        ("The army said on Sunday it had shot down three drones.", "three", "The army said", "The army"),
        ("The premier, Conrad Weir, said that the deal would cost 280 million dollars.", "280 million dollars", "The premier, Conrad Weir, said", "The premier, Conrad Weir"),
        ("She told the inquiry on Friday that the gate had been locked.", "locked", "She told", "She"),
        ("Another 92 people were hurt, said the head of the city hospital, Dr Samira Qadri.", "92", "said the head of the city hospital, Dr Samira Qadri", "the head of the city hospital, Dr Samira Qadri"),
        ("Miners in Korvat say that the alarms had been taped over.", "taped over", "Miners in Korvat say", "Miners in Korvat"),
        ("There were 163 men on the shift, according to the company.", "163", "according to the company", "the company"),
        ("According to investigators, one of them is a student.", "a student", "According to investigators", "investigators"),
        ("According to the minister, Fabian Roth, the state pays 2 million.", "2 million", "According to the minister, Fabian Roth", "the minister, Fabian Roth"),
        ("They carried 2,600 people to hospital, according to their spokesman, Fermín Lago, and turned others away.", "2,600", "according to their spokesman, Fermín Lago", "their spokesman, Fermín Lago"),
        ("A cistern had overflowed, three of its guardians told the Mirror.", "A cistern", "three of its guardians told", "three of its guardians"),
        ("The chief vet, Dr Monique Harte, blames wild geese.", "wild geese", "The chief vet, Dr Monique Harte, blames", "The chief vet, Dr Monique Harte"),
        ("Security experts believe that five people did it.", "five", "Security experts believe", "Security experts"),
        ("The number was 26, the farmers' league says, and not 17.", "17", "the farmers' league says", "the farmers' league"),
        ("He resigned on Friday, but the governor says that he was dismissed.", "dismissed", "the governor says", "the governor"),
        ("The pilot was asleep, prosecutors allege.", "asleep", "prosecutors allege", "prosecutors"),
        ("Somebody had locked it, claims Dr Emeka Obi, the head of the clinic.", "locked it", "claims Dr Emeka Obi, the head of the clinic", "Dr Emeka Obi, the head of the clinic"),
        ("The captain says she saw no light; the pilot says he saw two.", "two", "the pilot says", "the pilot"),
        ("By the police's count, 412 people were aboard.", "412", "By the police's count", "the police"),
        ("The spokeswoman would only say that it was old.", "old", "The spokeswoman would only say", "The spokeswoman"),
        ("In the words of the judge, the stair was a trap.", "a trap", "In the words of the judge", "the judge"),
        ("A study found last week that the virus came by ship.", "by ship", "A study found", "A study"),
        ("KORVAT (Wire) - The blast killed 11, police said.", "11", "police said", "police"),
        ("Cyclone Nerissa tore over the coast at night, the disaster agency said on Tuesday.", "the coast", "the disaster agency said", "the disaster agency"),
        ("At least 26 died when the lights went out, police said on Monday.", "26", "police said", "police"),
        ("A consultant, Priya Lindholm, says that she had warned of old accounts.", "old accounts", "A consultant, Priya Lindholm, says", "A consultant, Priya Lindholm"),
        ("Severkol calls this a slander and says that its alarms are tested every day.", "every day", "Severkol calls this a slander and says", "Severkol"),
        ("On Monday the keeper said that the door was shut.", "shut", "the keeper said", "the keeper"),
        ("When the flood came, the ministry said 12 people died.", "12", "the ministry said", "the ministry"),
        ("The union and the ministry said that 640 schools were shut.", "640", "The union and the ministry said", "The union and the ministry"),
    ],
)  # fmt: skip
def test_what_somebody_is_said_to_say_is_theirs(text, words, attribution, speaker):
    assert attributed(text, words) == (attribution, speaker, "reported")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The soup on the picket line is leek and potato.", "leek and potato"),
        ('The report was filed under "later".', "later"),
        ('Police found "Blue Door" written on the wall.', "Blue Door"),
        ('"I felt it," said Taras Bilyk, an electrician who walked out along a belt.', "a belt"),
        ('"I felt it," said Ximena Solar, whose mother died last Thursday.', "last Thursday"),
        ("The premier, Conrad Weir, who was elected in 2019, said that the deal was good.", "2019"),
        ("The bridge was built in 1634, and the ministry said that it was unsafe.", "1634"),
        ("The toll rose to 33, the ministry said on Monday as a public inquiry was opened.", "a public inquiry"),
        ("He had nothing to say about the 12 boats.", "12"),
        ("The ministry did not say how many of the 12 boats sank.", "12"),
        ("The ship Southern Star sank. Police said that it was old.", "Southern Star"),
        ("The governor announced a curfew at noon.", "a curfew"),
        ('He sailed on the "Southern Star" with 40 others.', "Southern Star"),
        ("Reports of looting came from 12 towns.", "12"),
        ("It is said that 12 ghosts live here.", "12"),
        ("The company added 300 jobs.", "300"),
        ("The union called a strike for Monday.", "a strike"),
        ("The storm claimed 11 lives.", "11"),
        ("The institute compared the deaths of ten summers.", "ten"),
        ("Police arrested three suspected members of the gang.", "the gang"),
    ],
)
def test_what_the_article_asserts_itself_is_attributed_to_nobody(text, words):
    assert attributed(text, words) is None


PIECES = st.sampled_from(
    [
        '"',
        "\u201c",
        "\u201d",
        "'",
        "said",
        "Mr Orlov",
        ", ",
        "according to",
        "the ministry",
        "that",
        ".",
        "\n\n",
        " who ",
        "40",
        ": ",
        "told",
        "called it",
    ]
)


@given(st.lists(PIECES, min_size=1, max_size=25).map(" ".join) | st.text(min_size=1, max_size=80), st.data())
def test_an_attribution_lies_in_the_article_and_holds_its_speaker(text, data):
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    found = attribute(text, start, end)
    if found is not None:
        assert 0 <= found.start <= found.speaker_start < found.speaker_end <= found.end <= len(text)
