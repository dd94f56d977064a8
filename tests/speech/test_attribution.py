"""Who stands behind a stretch of an article: every rule with a sentence of news."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from weighing import work

from ragqa.speech import attribute
from ragqa.speech.cues import cues_in


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
        # A title in lower case; a subject before the verb, or behind it.
        ('"It is late," said deputy mayor Lisa Bo.', "late", "said deputy mayor Lisa Bo", "deputy mayor Lisa Bo"),
        ('"It is late," said the last witness, Ivo Tamm.', "late", "said the last witness, Ivo Tamm", "the last witness, Ivo Tamm"),
        ('"It is late," the mayor, Eva Holt, said the next day.', "late", "the mayor, Eva Holt, said", "the mayor, Eva Holt"),
        ('The company\'s chief executive, Elin Strand, said the last inspection, carried out in October, had found "no cause for concern".', "no cause for concern", "The company's chief executive, Elin Strand, said", "The company's chief executive, Elin Strand"),
        ('Its chairman, Horace Petelo, said the company "accepts the findings".', "accepts the findings", "Its chairman, Horace Petelo, said", "Its chairman, Horace Petelo"),
        ('His son, who keeps the books, called the fine "a joke".', "a joke", "His son, who keeps the books, called", "His son"),
    ],
)  # fmt: skip
def test_direct_speech_is_its_speakers(text, words, attribution, speaker):
    assert attributed(text, words) == (attribution, speaker, "direct")


@pytest.mark.parametrize(
    ("text", "words", "attribution", "speaker"),
    [
        ("The gas exploded at 720 metres, the company, Severkol, said.", "720 metres", "the company, Severkol, said", "the company, Severkol"),
        ("The blast killed 11 miners, the mine's operator said on Monday.", "11", "the mine's operator said", "the mine's operator"),
        ("The plan would cost 3,100 jobs, the steel union said on Tuesday, disputing the figure of 2,300.", "3,100", "the steel union said", "the steel union"),
        ("The blast hit a market, police said on Tuesday, killing 12.", "12", "police said", "police"),
        ("Police said that 40 people were on board.", "40", "Police said", "Police"),
        ("Blinken, on his ninth tour, said he was back in Israel.", "Israel", "Blinken, on his ninth tour, said", "Blinken"),
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
        # A subject with its apposition before the verb; what was said may also stand before both.
        ("The company's chief executive, Elin Strand, said the last inspection, carried out in October, had found nothing.", "October", "The company's chief executive, Elin Strand, said", "The company's chief executive, Elin Strand"),
        ("The police chief, Lena Orban, said the driver, a man of 40, had been arrested.", "40", "The police chief, Lena Orban, said", "The police chief, Lena Orban"),
        ("The survey, published on Monday, found that 62 percent wanted a vote.", "62 percent", "The survey, published on Monday, found", "The survey"),
        ("Another 92 were hurt, most of them children, said the head of the hospital, Dr Samira Qadri.", "92", "said the head of the hospital, Dr Samira Qadri", "the head of the hospital, Dr Samira Qadri"),
        ("The wreck lies upright, 64 metres down, said Ros Penhallick, a diver.", "64", "said Ros Penhallick, a diver", "Ros Penhallick"),
        ("The dam was safe, said the operator, Severkol, and had passed 12 tests.", "safe", "said the operator, Severkol", "the operator, Severkol"),
        ("Asked about the delay, the minister said 12 schools would close.", "12", "the minister said", "the minister"),
        ("At least 12 men were held, police spokesman Erik Dahl said.", "12", "police spokesman Erik Dahl said", "police spokesman Erik Dahl"),
        ("The train was doing 190, according to data from its black box.", "190", "according to data from its black box", "data from its black box"),
        # A clause of another speaker ends what the first says ...
        ("The mayor, Eva Holt, said the city had not been told, though Moss insisted she had written to it on 3 April.", "3 April", "Moss insisted", "Moss"),
        ("The mayor, Eva Holt, said the city had not been told, though Moss insisted she had written to it on 3 April.", "told", "The mayor, Eva Holt, said", "The mayor, Eva Holt"),
        ("The army said the raid killed 12 militants, but residents said that they were farmers.", "farmers", "residents said", "residents"),
        ("The ministry said 12 people died while the union put the toll at 40.", "40", "the union put", "the union"),
        ("While police said 12 had died, the union put the toll at 40.", "40", "the union put", "the union"),
        ("Police said 5,000 people marched, but organisers said 20,000.", "20,000", "organisers said", "organisers"),
        ("Police said 5,000 people marched, while organisers put the number at 20,000.", "20,000", "organisers put", "organisers"),
        ("Ukraine said it shot down 30 drones, and Russia said it destroyed 20.", "20", "Russia said", "Russia"),
        ("Ukraine said it shot down 30 drones, and Russia said it destroyed 20.", "30", "Ukraine said", "Ukraine"),
        ("Hamas says 300 people died, and Israel says it killed 100 fighters.", "100", "Israel says", "Israel"),
        ("Kyiv says that 300 died, Moscow says 20.", "20", "Moscow says", "Moscow"),
        ("Kyiv says that 300 died, Moscow says 20.", "300", "Kyiv says", "Kyiv"),
        ("The union says 90 percent struck, the company says that it was 40.", "40", "the company says", "the company"),
        # ... but not a clause that goes on with it, or one that comes behind what both have said.
        ("Hamas said 300 people had died and that Israel said it had killed 100 fighters.", "100", "Hamas said", "Hamas"),
        ("The firm said it had paid 5 million, and added that it would pay 20.", "20", "The firm said it had paid 5 million, and added", "The firm"),
        ("A man who said he was a guard had fled at 12, police said the next day.", "12", "police said", "police"),
        ("Officials said 12 had died, although the number could rise to 40.", "40", "Officials said", "Officials"),
        ("The mayor said that the gate was locked, but that 12 people had keys.", "12", "The mayor said", "The mayor"),
        ("The witness said she begged him to stop, but he told her to go on for 12 minutes.", "12", "The witness said", "The witness"),
        ("Rescuers said the roof had fallen while 40 children slept.", "40", "Rescuers said", "Rescuers"),
        # What is said to come, without the article's background; any other clause may be the speaker's.
        ("Opposition parties said on Tuesday they would table a motion over the Korvale dam disaster, which left 28 dead.", "a motion", "Opposition parties said", "Opposition parties"),
        ("The council said it would fight the ruling, which cost it 3 million euros, and that no jobs were at risk.", "no jobs", "The council said", "The council"),
        ("Police said they would question the driver, who had drunk four beers.", "four", "Police said", "Police"),
        ("Police said the van had hit a bus, which overturned and killed 12.", "12", "Police said", "Police"),
        ("She said it would cost 9 million crowns, which was more than the city had in 2 years.", "2 years", "She said", "She"),
        ("The minister said the army would help the 40 villages that the flood cut off.", "40", "The minister said", "The minister"),
        # A subject and its verb inside a relative clause.
        ("The council approved a measure that deputy mayor Lisa Bo said would raise 9 million crowns a year.", "9 million", "deputy mayor Lisa Bo said", "deputy mayor Lisa Bo"),
        ("He was the man who police say shot 12 people.", "12", "police say", "police"),
        ("A fire that officials believe killed nine people was put out.", "nine", "officials believe", "officials"),
        ("The 12 men, whom prosecutors described as ringleaders, were jailed.", "ringleaders", "prosecutors described", "prosecutors"),
        # The speaker without what is told of it.
        ("The Red Cross, however, said 26 people were missing.", "26", "The Red Cross, however, said", "The Red Cross"),
        ("Unions, who had warned of the danger, said 26 people were missing.", "26", "Unions, who had warned of the danger, said", "Unions"),
        ("The union, backed by churches, said 40 had joined.", "40", "The union, backed by churches, said", "The union"),
        ("Officials on Friday said 12 people had died.", "12", "Officials on Friday said", "Officials"),
        ("But the ministry said 12 had died.", "12", "the ministry said", "the ministry"),
        ("Lena Moss, the agency's head in Gaza, said 12 had died.", "12", "Lena Moss, the agency's head in Gaza, said", "Lena Moss, the agency's head in Gaza"),
        ("She said he had told her he would leave on Friday.", "Friday", "She said", "She"),
        ("In Lorne, whose tally the mayor puts at 12, schools are shut.", "12", "the mayor puts", "the mayor"),
        ("A fire, the mayor said to reporters, killed 12 people.", "12", "the mayor said", "the mayor"),
        ("Severkol Corp. said 12 had died.", "12", "Severkol Corp. said", "Severkol Corp."),
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
        (
            "Opposition parties said on Tuesday they would table a motion over the Korvale dam disaster, which left 28 dead.",
            "28",
        ),
        ("The president said he would visit the town, where 12 people died.", "12"),
        ("The bridge, which the mayor said would cost 9 million crowns, opened in 1998.", "1998"),
        ("A law that its authors say will save 900 lives a year was passed on Monday.", "Monday"),
        ("Dr Barabe, who said he had warned of it, was dismissed in May.", "May"),
        ("Its owner, Sadao Ikebe, had added a third storey in 2009.", "Its owner"),
        ("Buses stopped at noon and, according to the union, 40 drivers walked out.", "noon"),
        ("The group claimed responsibility for the 12 attacks.", "12"),
        ("Nobody told the road authority of the 12 cracks.", "12"),
        ("Residents told to leave the 12 villages waited.", "12"),
        # Nobody has said it.
        ("No one said that 300 died.", "300"),
        ("Not one witness said that 300 died.", "300"),
        ("Few said that 300 died.", "300"),
        ("The man said to have killed 300 people was freed.", "300"),
        ("A ship said to hold 300 migrants sank.", "300"),
        ("That said, 300 people died.", "300"),
        ("Having said that, 300 people died.", "300"),
        ("All told, 300 people died.", "300"),
        ("The plan would cost 3,100 jobs, the steel union said on Tuesday, disputing the figure of 2,300.", "2,300"),
        ("The appeal judges have had their say on the 12 deaths.", "12"),
        ("Bellisle withdraws its claim for 12 million crowns.", "12"),
        ("Counting the survivors' claims, it will cost 12 million.", "12"),
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
        "but",
        "which would",
        "Eva Holt,",
        "a nurse,",
    ]
)


# An hour of a broadcast, as a machine writes it down: one sentence.
TRANSCRIPTS = [
    "the minister said the army had fired and ",
    "he said that she told him ",
    "the man who police say shot the dog which the mayor called a friend ",
    "the union put it at ten while the mayor called it a lie ",
    "according to the head of the union in the town ",
    "Mr. Orlov said U.S. troops had fled at the house on the hill ",
]


@pytest.mark.parametrize("words", TRANSCRIPTS)
def test_a_transcript_four_times_as_long_takes_four_times_the_work(words):
    cues_in(words * 10)  # what is done once
    assert work(cues_in, words * 120) < 5 * work(cues_in, words * 30)  # squared it would be 16


@pytest.mark.parametrize("words", [*TRANSCRIPTS, "'a ", '"yes," he said, '])
def test_a_citation_of_a_long_transcript_takes_work_by_its_length(words):
    def cite(times):
        middle = len(words) * (times // 2)
        attribute(words * times, middle, middle + 2)

    cite(10)
    assert work(cite, 120) < 5 * work(cite, 30)


def test_what_is_said_in_a_transcript_is_that_of_the_speaker_beside_it():
    text = "and ".join(f"the head of ward {number} said {number} beds were free " for number in range(300))
    assert attributed(text, "177 beds") == ("the head of ward 177 said", "the head of ward 177", "reported")


@pytest.mark.parametrize("between", ["\n\n", " "])
def test_speech_of_hundreds_of_paragraphs_has_no_speaker_that_is_far(between):
    text = "She said: " + between.join("\u201cWe had no boats." + "\u201d" * (between == " ") for _ in range(600))
    assert attribute(text, len(text) - 6, len(text) - 2) is None


@given(st.lists(PIECES, min_size=1, max_size=25).map(" ".join) | st.text(min_size=1, max_size=80), st.data())
def test_an_attribution_lies_in_the_article_and_holds_its_speaker(text, data):
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    found = attribute(text, start, end)
    if found is not None:
        assert 0 <= found.start <= found.speaker_start < found.speaker_end <= found.end <= len(text)
