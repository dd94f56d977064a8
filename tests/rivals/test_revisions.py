"""What a report says has changed: figures and dates."""

import pytest

from ragqa.rivals.revisions import revisions


def told(text):
    return [(text[slice(*own.old)], text[slice(*own.new)]) for own in revisions(text)]


@pytest.mark.parametrize(
    ("text", "old", "new"),
    [
        ("The number of patients stands at 91,400, up from the 38,000 first announced.", "38,000", "91,400"),
        ("The union pays a duty of 12 per cent on the fruit, down from 25 per cent.", "25 per cent", "12 per cent"),
        ("Cases have climbed to 11,700, from 4,300 at the time of the launch.", "4,300", "11,700"),
        ("The flood has now claimed nine lives, against the five reported on the morning after.", "five", "nine"),
        ("The reward, a mere 10,000 euros in May, was raised last week to 150,000 euros.", "10,000 euros", "150,000 euros"),
        ("The toll was lowered to 97 on Friday, from the 115 that officials had reported for weeks.", "115", "97"),
        ("The fee was raised from 40 euros to 55 euros.", "40 euros", "55 euros"),
        ("The hearing, fixed for June 14, did not take place; it was put back to October 3.", "June 14", "October 3"),
        ("The swearing-in, which should have been on January 15, will now be held on February 20.", "January 15", "February 20"),
        ("The closing date, originally December 31, has been moved to March 31.", "December 31", "March 31"),
        ("The second round, originally due in September, was put off. It will now open on November 18.", "September", "November 18"),
        ("The toll, first put at 53, stands at 93.", "53", "93"),
        ("At least 42 people have died, up from a previous count of 36.", "36", "42"),
        ("The figure of 3.2 million is double the 1.6 million named at the time.", "1.6 million", "3.2 million"),
        ("The bank raised its rate from 4 to 4.5 percent.", "4", "4.5 percent"),
        ("The trial was to open on March 3 but was postponed to June 5.", "March 3", "June 5"),
        ("The vote was due on March 3 but the government postponed it to June 5.", "March 3", "June 5"),
        ("Monday's match was postponed to Wednesday.", "Monday", "Wednesday"),
        ("The toll stood at 40 on Monday and has since risen to 60.", "40", "60"),
    ],
)  # fmt: skip
def test_old_and_new_are_told_apart(text, old, new):
    assert told(text) == [(old, new)]


@pytest.mark.parametrize(
    "text",
    [
        "The stairs lead from 12 metres to 19 metres above the sea.",
        "Children from 6 years to 12 years get in free.",
        "The storm killed 34 people and drove 210,000 from their homes.",
        "The shop opens on June 14 and closes on October 3.",
        "Forty teachers struck on Monday. The others join them on Friday.",
        "The index dropped by 2.6 percent. It had not fallen by 3 percent since 1974.",
        "The fee was raised to 55 euros.\n\nOf the 40 guests, most had paid before.",
        "At least 30 people were injured and the death toll rose to 12.",
        "Rescuers pulled 45 people from the rubble as the death toll climbed to 120.",
        "The firm made $10m, double the $5m its rival made.",
        "It has 12 wards, twice the 6 of the old hospital.",
        "On March 3 the court postponed the trial to June 5.",
        "On March 3, the trial was postponed to June 5.",
        "The court on March 3 postponed the trial to June 5.",
        "Yesterday the court postponed the trial to June 5.",
        "The ministry announced on Monday that the vote would be moved to June 5.",
    ],
)
def test_two_values_without_a_change_are_none(text):
    assert told(text) == []


def test_dates_in_a_table_without_a_stop_are_not_read():
    row = "Trial 7, fixed for June 14, was put back to October 3 and "
    assert ("June 14", "October 3") in told(row * 10)
    assert told(row * 100) == []
