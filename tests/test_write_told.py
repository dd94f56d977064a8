"""Questions with what another report answers: every answer stands in the passage that is asked, and the sentence in another report."""

import gzip
import json
import subprocess
import sys
from pathlib import Path

import pytest

from ragqa.evaluation import read_gold_set
from ragqa.training.examples import to_examples

SCRIPT = Path(__file__).parent.parent / "tools" / "write_told.py"
QUESTION = "How many people did the fire kill?"
REPORTS = [
    "The fire in the Korvat market killed 34 people. Ilya Sand wept.",
    "It rained in Korvat. At least 41 bodies were found in the hall.",
    "The market of Korvat is shut. Nobody says for how long.",
]
ANSWERS = ["34", "41", None]


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """The file, of one story with one question."""
    folder = tmp_path_factory.mktemp("told")
    reports = [
        {
            "context": text,
            "qas": [
                {
                    "id": str(number),
                    "question": QUESTION,
                    "relation": "differs",
                    "answers": [{"text": answer, "answer_start": text.index(answer)}] if answer else [],
                    "is_impossible": answer is None,
                }
            ],
        }
        for number, (text, answer) in enumerate(zip(REPORTS, ANSWERS, strict=True))
    ]
    stories = {"version": "v2.0", "data": [{"title": "korvat", "paragraphs": reports}]}
    (folder / "stories.json.gz").write_bytes(gzip.compress(json.dumps(stories).encode()))
    for name in ("one", "two"):
        command = [sys.executable, SCRIPT, folder / "stories.json.gz", folder / f"{name}.json.gz", "--seed", "3"]
        subprocess.run(command, check=True)
    return folder


def test_each_report_is_asked_with_what_another_one_answers(written):
    rows = {row.context: row for row in read_gold_set(written / "one.json.gz").questions}
    assert set(rows) == set(REPORTS)
    told = {text: row.question.removeprefix(QUESTION + " ") for text, row in rows.items()}
    assert told[REPORTS[0]] == "At least 41 bodies were found in the hall."
    assert told[REPORTS[1]] == "The fire in the Korvat market killed 34 people."
    assert told[REPORTS[2]] in (told[REPORTS[0]], told[REPORTS[1]])
    assert [list(rows[text].answers) for text in REPORTS] == [["34"], ["41"], []]


def test_a_reader_can_be_trained_on_every_question_and_the_same_seed_gives_the_same(written):
    found = to_examples(read_gold_set(written / "one.json.gz").questions)
    assert (len(found.examples), found.mismatches, found.without_context) == (3, 0, 0)
    assert (written / "one.json.gz").read_bytes() == (written / "two.json.gz").read_bytes()
