"""Times of day, and what is only written like one."""

import pytest

from ragqa.values import read


def value(text, answer):
    start = text.index(answer)
    return read(text, start, start + len(answer))


@pytest.mark.parametrize(
    ("text", "answer", "minute", "half"),
    [
        ("It began at 3:40 a.m. on Sunday.", "3:40", 220, "am"),
        ("It ended about four o'clock.", "four", 240, ""),
        ("In the log stood the time: ten to five. Then nothing.", "ten to five", 290, ""),
        ("It was 9.25 on Friday evening.", "9.25 on Friday evening", 1285, "pm"),
        ("They left at 17:45.", "17:45", 1065, "pm"),
        ("It struck at 0340 GMT.", "0340 GMT", 220, "am"),
        ("They went to bed at ten at night.", "ten at night", 1320, "pm"),
        ("It was ten to midnight.", "ten to midnight", 1430, "pm"),
    ],
)
def test_times_are_read(text, answer, minute, half):
    clock = value(text, answer).clock
    assert (clock.minute, clock.half) == (minute, half)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("She ran it in 3:40.", "3:40"),
        ("A ratio of adults to children, 1:20.", "1:20"),
        ("They won by ten to one.", "ten to one"),
        ("There were five to ten people aboard.", "five to ten"),
        ("He did 2000 hours of unpaid work.", "2000 hours"),
        ("They took ten fifteen-year-olds along.", "ten fifteen"),
        ("It grew by 4.25 percent.", "4.25"),
    ],
)
def test_what_is_only_written_like_a_time_is_none(text, answer):
    assert value(text, answer).kind != "date"
