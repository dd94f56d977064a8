"""Write questions on sentences that hold several figures of one thing: ``python tools/write_figures.py OUT.jsonl --count 4000``.

"Of the 64 climbers caught in the storm, 17 are still missing": how many were caught, were found, are missing, have not been
found? Readers trained on encyclopedias take the first or the largest figure. Sentences, questions and all that they speak of are
made up here from the lists below; a share of the questions asks for a figure that the text does not give. The output is a gold file
with contexts, as `ragqa train reader --data` takes it, and the same seed gives the same file.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from random import Random
from typing import NamedTuple

UNANSWERED = 0.2
"""Share of the questions that ask for a figure which the text leaves out."""


class Matter(NamedTuple):
    """Things that are counted: how many at first, how many of them are settled, and how many are left."""

    things: str
    begun: str  # "64 climbers were <begun>"
    settled: str  # "47 have been <settled>"
    left: str  # "17 are <left>"
    group: str  # "17 are left, including 3 <group>"
    place: str


MATTERS = [
    Matter("climbers", "caught in the storm", "brought down", "still missing", "teenagers", "on the north face"),
    Matter("miners", "trapped underground", "pulled out", "still below ground", "apprentices", "at the Kestrel pit"),
    Matter("sailors", "taken captive", "set free", "still in captivity", "officers", "off the coast"),
    Matter("aid workers", "abducted", "released", "still being held", "nurses", "in the border region"),
    Matter("tourists", "stranded", "flown home", "still stranded", "children", "on the island"),
    Matter("homes", "left without power", "reconnected", "still without power", "farmhouses", "in the valley"),
    Matter("schools", "closed", "reopened", "still closed", "nurseries", "in the county"),
    Matter("flights", "delayed", "cleared for take-off", "still on the ground", "long-haul services", "at the airport"),
    Matter("protesters", "arrested", "released without charge", "still in custody", "students", "in the capital"),
    Matter("ballots", "disputed", "checked by hand", "yet to be checked", "postal votes", "in the district"),
    Matter("patients", "admitted", "sent home", "still in hospital", "infants", "at St Orsola's"),
    Matter("soldiers", "deployed", "withdrawn", "still deployed", "engineers", "along the river"),
    Matter("villages", "cut off", "reached by road", "still cut off", "hamlets", "above the dam"),
    Matter("paintings", "stolen", "recovered", "still missing", "portraits", "from the gallery"),
    Matter("workers", "laid off", "hired back", "still out of work", "welders", "at the shipyard"),
    Matter("prisoners", "covered by the deal", "exchanged", "still behind bars", "women", "on both sides"),
    Matter("buses", "recalled", "repaired", "still awaiting repair", "double-deckers", "across the city"),
    Matter("bridges", "damaged", "made safe", "still closed to traffic", "railway bridges", "in the province"),
    Matter("refugees", "turned back", "let in", "still waiting", "minors", "at the crossing"),
    Matter("claims", "filed", "settled", "still open", "appeals", "by the end of the year"),
]
SPEAKERS = "officials, the ministry, rescuers, a spokeswoman, the governor, local media, the union, police".split(", ")
ASIDES = [
    "It was the {ordinal} such case since {year}.",
    "The cost was put at ${money} million.",
    "A crowd of about {crowd} gathered in the rain on {day}.",
    "Talks will go on until {day}.",
    "The inquiry, led by {judge}, is expected to last {months} months.",
    "Some {money} vehicles were sent to the area within {months} hours.",
]
DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
JUDGES = "Ada Brennick, Tomas Okoro, Lena Haugland, Ravi Castellan, Mira Dostal".split(", ")
WORDS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen "
    "nineteen"
).split()
TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()

# What each sentence says, by the figures in it: all, settled, left, group (of those left), and by whom it is said.
SENTENCES = [
    "Of the {all} {things} {begun} {place}, {left} are {still}, including {group} {kind}.",
    "Out of {all} {things} {begun} {place}, {left} are {still}, {speaker} said.",
    "Out of {all} {things}, {left} are {still}, among them {group} {kind}.",
    "{left} of the {all} {things} {begun} {place} are {still}, {speaker} said on {day}.",
    "{all} {things} were {begun} {place}; {settled} have been {done} and {left} are {still}.",
    "So far {settled} {things} have been {done}, leaving {left} {still} of the {all} {begun} {place}.",
    "{speaker} said that {settled} of the {all} {things} {begun} {place} had been {done} by {day}.",
    "The number of {things} {still} fell to {left} on {day}, after {settled} had been {done}.",
    "Altogether {all} {things} were {begun} {place}, of which {left}, {group} of them {kind}, are {still}.",
    "With {settled} {things} {done} {place}, {left} are {still}, {speaker} said.",
    "In all, {all} {things} were {begun} {place}, {speaker} said, and {settled} were {done} over the weekend.",
    "{left} {things} are {still}, {group} of whom {speaker} described as {kind}, down from {all} a week ago.",
]
QUESTIONS = {
    "all": [
        "How many {things} were {begun}?",
        "How many {things} were {begun} in all?",
        "How many {things} were {begun} {place}?",
        "What was the total number of {things} {begun}?",
        "How many {things} were {begun} at first?",
    ],
    "left": [
        "How many {things} remain?",
        "How many {things} are left?",
        "How many {things} are {still}?",
        "How many {things} have not been {done}?",
        "How many {things} have yet to be {done}?",
        "How many {things} have still not been {done}?",
        "How many of the {things} are {still} {place}?",
        "How many {things} were {still} on {day}?",
        "What is the number of {things} {still}?",
    ],
    "settled": [
        "How many {things} have been {done}?",
        "How many {things} were {done}?",
        "How many of the {things} have already been {done}?",
        "How many {things} had been {done} so far?",
    ],
    "group": [
        "How many of the {things} {still} are {kind}?",
        "How many {kind} are {still}?",
        "How many {kind} are among those {still}?",
    ],
}


def spelled(number: int, draw: Random) -> str:
    """Return a figure as news writes it: in digits with commas, or in words where it is small."""
    if number < 20 and draw.random() < 0.6:
        return WORDS[number]
    if number < 100 and draw.random() < 0.2:
        tens, ones = divmod(number, 10)
        return TENS[tens - 2] + (f"-{WORDS[ones]}" if ones else "") if tens >= 2 else WORDS[number]
    return f"{number:,}"


def figures(draw: Random) -> dict[str, int]:
    """Return figures that add up: all = settled + left, and a group of those left. They are all different."""
    while True:
        everything = int(10 ** draw.uniform(1.0, 4.3)) + 5
        settled = draw.randint(1, everything - 3)
        left = everything - settled
        group = draw.randint(1, max(1, left // 2))
        if len({everything, settled, left, group}) == 4:
            return {"all": everything, "settled": settled, "left": left, "group": group}


def report(draw: Random, number: int) -> dict[str, object]:
    """Return one question with its context and the place of its answer, if it has one."""
    matter = draw.choice(MATTERS)
    sentence = draw.choice(SENTENCES)
    names = {
        "things": matter.things, "begun": matter.begun, "done": matter.settled, "still": matter.left, "kind": matter.group,
        "place": matter.place, "speaker": draw.choice(SPEAKERS), "day": draw.choice(DAYS),
    }  # fmt: skip
    written = {name: spelled(value, draw) for name, value in figures(draw).items()}
    given = [name for name in written if f"{{{name}}}" in sentence]
    missing = [name for name in written if name not in given]
    is_answered = not missing or draw.random() >= UNANSWERED
    asked = draw.choice(given if is_answered else missing)
    question = draw.choice(QUESTIONS[asked]).format(**names)

    marked = {name: f"\x00{text}\x00" if name == asked else text for name, text in written.items()}
    body = sentence.format(**names, **marked)
    lead = body.index("\x00") if body.startswith("\x00") else -1
    body = body[: lead + 1] + body[lead + 1 :][:1].upper() + body[lead + 2 :]
    before, after = (" ".join(aside(draw) for _ in range(draw.choice((0, 0, 1, 1, 2)))) for _ in range(2))
    context = " ".join(part for part in (before, body, after) if part)
    answers = []
    if "\x00" in context:
        start = context.index("\x00")
        text = context[start + 1 : context.index("\x00", start + 1)]
        context = context.replace("\x00", "")
        answers = [{"text": text, "answer_start": start}]
    title = f"{matter.things} {matter.begun} {matter.place}"
    return {"id": f"figures-{number}", "title": title, "context": context, "question": question, "answers": answers}


def aside(draw: Random) -> str:
    """Return a sentence on something else, with a figure of its own."""
    return draw.choice(ASIDES).format(
        ordinal=draw.choice("second third fourth fifth".split()), year=draw.randint(1962, 2023), money=draw.randint(2, 900),
        crowd=f"{draw.randint(3, 90) * 100:,}", day=draw.choice(DAYS), judge=draw.choice(JUDGES), months=draw.randint(2, 30),
    )  # fmt: skip


def main() -> None:
    """Write the file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--count", type=int, default=4000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    draw = Random(options.seed)
    rows = [report(draw, number) for number in range(options.count)]
    options.out.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")


if __name__ == "__main__":
    main()
