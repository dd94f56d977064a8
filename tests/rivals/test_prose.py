"""Rivals in prose: one report gives the answer, another one a rival value, or only a figure that measures something else.

Written apart from the gold set; rules were refined with these in view. In the other report the reader finds
"no answer here" likelier than the rival, unless a score is given.
"""

import pytest
from weighing import found, weighed

from ragqa.records import Article

HINT = -3.0
"""By how much the rival loses to its null, in logits."""
FAR_HINT = -6.0
"""The same for a figure or name of something else."""


def rivals(question, text, answer, other, rival=None, score=None):
    """Return what another report gives in place of the answer."""
    articles = {
        name: Article(id=name, text=words, published_at="2025-03-04", source=name)
        for name, words in (("one", text), ("other", other))
    }
    places = [("one", answer, 9.0), *([("other", rival, HINT if score is None else score)] if rival else [])]
    candidates = [found(articles[name], words, own) for name, words, own in places]
    values = [value for conflict in weighed(question, candidates, articles).conflicts for value in conflict.values]
    return [value.text for value in values if value.citations[0].article_id == "other"]


DIFFERENT = [
    (
        "How many passengers were on the ferry that sank off Tolvik?",
        "The ferry Hallgrim sank off Tolvik on Tuesday night with 214 passengers on board, the shipping line Nordhav said. Divers from Tolvik searched the hull until dawn.",
        "214",
        "Rescue workers in Tolvik believe that 260 people were aboard the Hallgrim when it went down, because many children travelled without tickets. Nordhav did not comment.",
        "260",
        None,
    ),
    (
        "How high did the flood rise in Marden?",
        "The river Oss rose to 6.4 metres in Marden on Friday, the water board said, the highest mark since 1953. Two bridges in Marden were closed.",
        "6.4 metres",
        "In Marden the gauge of the Oss stood at 7.1 metres when it was swept away, according to the fire brigade of Marden.",
        "7.1 metres",
        None,
    ),
    (
        "How much did the museum pay for the painting by Elsa Corrigan?",
        "The Larkin Museum bought the painting Harbour at Night by Elsa Corrigan for 3.2 million euros, it said on Monday. The museum in Brenton had looked for a Corrigan for years.",
        "3.2 million euros",
        "People close to the sale say that the Larkin Museum paid 4.1 million euros for the Corrigan, fees included. The seller in Brenton wished to remain unnamed.",
        "4.1 million euros",
        None,
    ),
    (
        "How many homes lost power in the storm in Kelby?",
        "Storm Ida cut off power to 48,000 homes in Kelby and the villages around it, the supplier Enerka said. Schools in Kelby stayed shut.",
        "48,000",
        "Two days after Storm Ida 9,000 households in Kelby are still in the dark, Enerka said, and crews from abroad have come to help.",
        "9,000",
        4.5,
    ),
    (
        "How long was the queue at the border crossing of Rasno?",
        "Lorries waited in a queue of 18 kilometres at the border crossing of Rasno on Sunday, customs said. Drivers from Velia slept in their cabs.",
        "18 kilometres",
        "Truckers at Rasno counted a tailback of 25 kilometres on Sunday evening. Velia has closed two lanes.",
        "25 kilometres",
        None,
    ),
    (
        "How many people were arrested at the protest in Dunholm?",
        "Police arrested 85 people at a protest against the airport in Dunholm on Saturday, a spokesman said. Windows in Harbour Street were broken.",
        "85",
        "The Lawyers' League of Dunholm says that 130 demonstrators were taken into custody near the airport on Saturday. Harbour Street was closed for hours.",
        "130",
        None,
    ),
    (
        "How old was the climber who died on Mount Sarra?",
        "A 34-year-old climber fell to his death on Mount Sarra on Sunday, the mountain rescue of Velden said.",
        "34",
        "The man who died on Mount Sarra was 36, his family in Velden said. He had climbed there since he was a boy.",
        "36",
        None,
    ),
    (
        "What share of voters took part in the referendum in Ostmark?",
        "Turnout in the referendum of Ostmark was 61 percent, the electoral commission in Feldau announced.",
        "61 percent",
        "Observers in Feldau put turnout in the referendum in Ostmark at 48 percent and speak of stuffed boxes.",
        "48 percent",
        None,
    ),
    (
        "How many tonnes of oil leaked from the pipeline near Gerda?",
        "Some 1,200 tonnes of crude leaked from a pipeline near Gerda before engineers of Petrolia shut a valve on Wednesday, the company said.",
        "1,200 tonnes",
        "Environment inspectors estimate the spill near Gerda at 3,000 tonnes. Petrolia is said to have noticed it a day late.",
        "3,000 tonnes",
        6.0,
    ),
    (
        "How many whales stranded on the beach of Farrow?",
        "Rangers found 55 whales stranded on the beach of Farrow on Thursday morning; 15 were still alive. Volunteers poured water over them, said Mary Linnet of the marine trust.",
        "55",
        "Mary Linnet of the marine trust said on Saturday that the number of stranded whales at Farrow had reached 77. None could be saved.",
        "77",
        None,
    ),
    (
        "How many workers does Brightline want to dismiss?",
        "The train maker Brightline will cut 2,400 jobs in Osterhagen by the end of the year, it announced on Tuesday.",
        "2,400",
        "The metalworkers' union in Osterhagen has learned that Brightline plans to shed 3,100 posts. Talks begin on Monday.",
        "3,100",
        None,
    ),
    (
        "How strong was the earthquake in Palmira?",
        "An earthquake of magnitude 6.1 shook Palmira on Monday, the national survey said. Walls cracked in the old town of Palmira.",
        "6.1",
        "The seismological institute of Tarrasa measured the quake in Palmira at magnitude 6.4.",
        "6.4",
        None,
    ),
    (
        "How deep is the hole in the road in Newbridge?",
        "A hole 12 metres deep opened in Castle Road in Newbridge on Monday and swallowed a van. Nobody was hurt, the council said.",
        "12 metres",
        "Geologists who were lowered into the hole in Castle Road say that it goes down 19 metres. Newbridge stands on old salt mines.",
        "19 metres",
        None,
    ),
    (
        "How many fans watched the final in Porto Vale?",
        "The final in Porto Vale was watched by 41,000 fans, the league said. Celtica won by a late goal of Rui Bento.",
        "41,000",
        "Celtica celebrated in Porto Vale before a crowd that the stadium's own turnstiles put at 37,500. Rui Bento scored late.",
        "37,500",
        None,
    ),
    (
        "How much ransom did the pirates demand for the Aurora?",
        "Pirates who hold the tanker Aurora off Kesh demand 8 million dollars, its owner Marwick Lines said.",
        "8 million dollars",
        "A negotiator in Kesh says the men on the Aurora asked for 12 million dollars and a boat. Marwick Lines would not say more.",
        "12 million dollars",
        4.5,
    ),
    (
        "How many people died in the collapse of the market hall in Sefrou?",
        "At least nine people died when the roof of the market hall of Sefrou fell in on Monday, the mayor Hamid Tazi said.",
        "nine",
        "The death toll of the collapsed market hall in Sefrou has risen to 23, and the mayor Hamid Tazi has resigned.",
        "23",
        None,
    ),
    (
        "How many cases of measles are there in Lindau?",
        "Health officers in Lindau have recorded 31 cases of measles since January, Dr Petra Holm said.",
        "31",
        "Measles has spread further in Lindau: Dr Petra Holm now counts 112 cases, most of them among pupils.",
        "112",
        None,
    ),
    (
        "How many hectares has the fire near Corva burned?",
        "The fire near Corva has burned 800 hectares of pine forest, the civil defence of Corva said on Sunday.",
        "800 hectares",
        "By Thursday the flames around Corva had burned 5,600 hectares, the civil defence said, and were still out of control.",
        "5,600 hectares",
        None,
    ),
    (
        "Who is the coach of Celtica?",
        "The coach of Celtica, Bruno Salas, praised his players after the match in Porto Vale.",
        "Bruno Salas",
        "Celtica parted with Bruno Salas after the fourth defeat. He was replaced by his former assistant, Marco Teller, the club said in Porto Vale.",
        "Marco Teller",
        None,
    ),
    (  # the later report gives the old figure too
        "How many residents of Brackford had their data stolen?",
        "Data of 38,000 residents of Brackford were stolen from the town hall, the mayor Teresa Quill said.",
        "38,000",
        "In Brackford the number of those whose data was stolen stands at 91,400, up from the 38,000 first announced, Teresa Quill said.",
        "91,400",
        None,
    ),
    (
        "When does the tribunal in Lorne hear the case?",
        "Three judges of the tribunal in Lorne are to hear the case of the Velden growers on June 14.",
        "June 14",
        "The hearing of the Velden growers in Lorne, fixed for June 14, did not take place. The tribunal has put it back to October 3.",
        "October 3",
        None,
    ),
    (  # no word in common: the reader's leaning decides
        "When did the intruders get into the computers of Brackford?",
        "The intruders got in on Jan. 9 through the account of a contractor, said Naveen Prasad of Brackford.",
        "Jan. 9",
        "They slipped in on December 19, while half of Brackford was at a party, says a memo of Naveen Prasad.",
        "December 19",
        4.0,
    ),
    (  # the reader would rather say "no answer here"
        "How many travellers were stranded by the collapse of Aurelia?",
        "The collapse of the airline Aurelia left 38,000 passengers stranded in Porto Claro, the regulator said.",
        "38,000",
        "Aurelia has let down 52,000 people, reckons the pilots' union of Porto Claro, and few of them will see their money again.",
        "52,000",
        -2.0,
    ),
    (
        "Who leads the central bank of Ostmark?",
        "The central bank of Ostmark, led by Ingrid Fall, left rates as they were on Thursday in Feldau.",
        "Ingrid Fall",
        "Tomas Weil took over from Ingrid Fall as governor of the bank in Feldau on Monday. Ostmark had waited for months for a decision.",
        "Tomas Weil",
        None,
    ),
]
OF_SOMETHING_ELSE = [
    (
        "How many passengers were on the ferry that sank off Tolvik?",
        "The ferry Hallgrim sank off Tolvik on Tuesday night with 214 passengers on board, the shipping line Nordhav said.",
        "214",
        "The Hallgrim was built in 1987 and had 38 lifeboats, Nordhav said in Tolvik. It was to be scrapped next year.",
        "38",
    ),
    (
        "How high did the flood rise in Marden?",
        "The river Oss rose to 6.4 metres in Marden on Friday, the water board said. Two bridges in Marden were closed.",
        "6.4 metres",
        "In Marden the Oss has torn a gap of 90 metres into the dyke, said the fire brigade of Marden.",
        "90 metres",
    ),
    (
        "How many people were arrested at the protest in Dunholm?",
        "Police arrested 85 people at a protest against the airport in Dunholm on Saturday, a spokesman said.",
        "85",
        "Some 6,000 people protested against the airport of Dunholm on Saturday, and 12 officers were hurt.",
        "6,000",
    ),
    (
        "How many whales stranded on the beach of Farrow?",
        "Rangers found 55 whales stranded on the beach of Farrow on Thursday morning, said Mary Linnet of the marine trust.",
        "55",
        "Mary Linnet of the marine trust said that 400 volunteers had come to Farrow with 60 boats.",
        "400",
    ),
    (
        "How many workers does Brightline want to dismiss?",
        "The train maker Brightline will cut 2,400 jobs in Osterhagen by the end of the year.",
        "2,400",
        "Brightline employs 19,000 people in Osterhagen and has orders for 300 trains.",
        "19,000",
    ),
    (
        "How many people died in the collapse of the market hall in Sefrou?",
        "At least nine people died when the roof of the market hall of Sefrou fell in on Monday, the mayor Hamid Tazi said.",
        "nine",
        "In Sefrou 46 people were injured in the market hall, and 200 stalls were crushed, the mayor Hamid Tazi said.",
        "46",
    ),
    (
        "How much ransom did the pirates demand for the Aurora?",
        "Pirates who hold the tanker Aurora off Kesh demand 8 million dollars, its owner Marwick Lines said.",
        "8 million dollars",
        "Marwick Lines had the Aurora insured for 90 million dollars in Kesh.",
        "90 million dollars",
    ),
    (
        "How many tonnes of oil leaked from the pipeline near Gerda?",
        "Some 1,200 tonnes of crude leaked from a pipeline near Gerda before engineers of Petrolia shut a valve.",
        "1,200 tonnes",
        "Petrolia pumps 40,000 tonnes a day through the pipeline near Gerda.",
        "40,000 tonnes",
    ),
    (
        "Who is the coach of Celtica?",
        "The coach of Celtica, Bruno Salas, praised his players after the match in Porto Vale.",
        "Bruno Salas",
        "In Porto Vale the striker Rui Bento was replaced by Ivo Prat after an hour. Celtica's Bruno Salas called it a precaution.",
        "Ivo Prat",
    ),
]


@pytest.mark.parametrize(("question", "text", "answer", "other", "rival", "score"), DIFFERENT)
def test_another_value_for_the_same_thing_is_a_rival(question, text, answer, other, rival, score):
    assert rivals(question, text, answer, other, rival, score) == [rival]


@pytest.mark.parametrize(("question", "text", "answer", "other", "decoy"), OF_SOMETHING_ELSE)
def test_a_figure_or_name_for_something_else_is_none(question, text, answer, other, decoy):
    assert rivals(question, text, answer, other) == []
    assert rivals(question, text, answer, other, decoy, FAR_HINT) == []
