"""Long tables in one sentence, and long reports: the work grows with their length, and not with its square."""

import pytest
from weighing import work

from ragqa.rivals import counterparts
from ragqa.rivals.measured import figures
from ragqa.rivals.revisions import revisions
from ragqa.rivals.succession import successions

FARMS = "barley farm of Ashcombe, maize farm of Marden, wheat farm of Lorne, oats farm of Merrow".split(",")


def table(rows):
    """Return a table of yields that was copied without its stops: one sentence."""
    return "Yields in tonnes: " + " ".join(f"{FARMS[row % 4]} {1000 + row}" for row in range(rows))


def changes(rows):
    """Return a table of posts: one sentence, with no stop."""
    return "Changes this year: " + " ".join(
        f"Ana Lima{'abcd'[row % 4]} replaced by Rui Paz in Lorne and" for row in range(rows)
    )


def hearings(rows):
    """Return a report of many hearings, each put off."""
    return "\n\n".join(
        f"Hearing {1000 + row}, fixed for June {1 + row % 28}, was put back to October 3." for row in range(rows)
    )


@pytest.mark.parametrize(("read", "made"), [(figures, table), (successions, changes), (revisions, hearings)])
def test_a_table_twice_as_long_takes_twice_the_work(read, made):
    read(made(10))  # what is done once
    assert work(read, made(400)) < 2.5 * work(read, made(200))  # squared it would be 4


def test_figures_are_paired_off_up_to_a_number(monkeypatch):
    compared = []
    likeness = counterparts.likeness
    monkeypatch.setattr(counterparts, "likeness", lambda *two: compared.append(two) or likeness(*two))
    ones, others = figures(table(300)), figures(table(301))
    found = counterparts.pairs(ones, others)
    assert len(compared) == counterparts.PAIRED**2
    assert set(found) == set(ones[: counterparts.PAIRED])


def test_every_change_in_a_long_table_is_read():
    text = changes(40)
    told = [(text[slice(*own.old)], text[slice(*own.new)]) for own in successions(text)]
    assert told == [(f"Ana Lima{'abcd'[row % 4]}", "Rui Paz") for row in range(40)]


def test_a_day_far_into_a_long_sentence_is_still_no_figure():
    assert [own.value.amount for own in figures(f"{table(60)} until 5 May or June 7 in 14 barns")][60:] == [14]
