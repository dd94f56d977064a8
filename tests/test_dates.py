from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ragqa.dates import parse_published
from ragqa.errors import ArticleError

AUGUST_19 = date(2024, 8, 19)
HALF_PAST_TWO = datetime(2024, 8, 19, 14, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "written",
    [
        "2024-08-19",
        " 2024-08-19\n",
        "20240819",
        "2024/8/19",
        "2024.08.19",
        "19 August 2024",
        "19 aug 2024",
        "19th of August 2024",
        "19-Aug-2024",
        "August 19, 2024",
        "Aug. 19, 2024",
        "August 19th 2024",
        "Monday, 19 August 2024",
        "Mon., Aug. 19, 2024",
    ],
)
def test_a_date_stays_a_date(written: str) -> None:
    found = parse_published(written)

    assert found == AUGUST_19
    assert type(found) is date


@pytest.mark.parametrize(
    "written",
    [
        "2024-08-19T14:30:00Z",
        "2024-08-19T14:30Z",
        "2024-08-19t14:30:00z",
        "2024-08-19 14:30:00 +0000",
        "2024-08-19 14:30 UTC",
        "2024-08-19T17:30:00.000+03:00",
        "2024-08-19T10:30:00-04",
        "20240819T143000Z",
        "Mon, 19 Aug 2024 14:30:00 +0000",
        "Mon, 19 Aug 2024 14:30:00 GMT",
        "Mon, 19 Aug 2024 10:30:00 EDT",
        "Mon, 19 Aug 2024 14:30:00 +0000 (UTC)",
        "August 19, 2024 at 2:30 p.m. UTC",
        "August 19, 2024, 2:30 PM GMT",
        "19 August 2024 | 14.30 GMT",
        "1724077800",
        "1724077800000",
        1724077800,
        1724077800.0,
        1724077800000,
    ],
)
def test_a_time_with_a_zone_is_that_moment(written: object) -> None:
    assert parse_published(written) == HALF_PAST_TWO


def test_the_zone_is_kept_as_given() -> None:
    assert parse_published("2024-08-19T17:30:00+03:00").isoformat() == "2024-08-19T17:30:00+03:00"


@pytest.mark.parametrize(
    "written", ["2024-08-19T14:30", "2024-08-19 14:30:00", "19 August 2024 14:30", "Aug. 19, 2024 2:30 pm"]
)
def test_a_time_without_a_zone_stays_without(written: str) -> None:
    assert parse_published(written) == datetime(2024, 8, 19, 14, 30)


@pytest.mark.parametrize(("written", "hour"), [("12:05 am", 0), ("12:05 pm", 12), ("1:05 AM", 1), ("11:05 P.M.", 23)])
def test_hours_before_and_after_noon(written: str, hour: int) -> None:
    assert parse_published(f"August 19, 2024 {written}") == datetime(2024, 8, 19, hour, 5)


def test_parts_of_a_second_are_kept_to_the_microsecond() -> None:
    assert parse_published("2024-08-19T14:30:00.1234567Z") == HALF_PAST_TWO + timedelta(microseconds=123456)


@pytest.mark.parametrize("value", [AUGUST_19, HALF_PAST_TWO, datetime(2024, 8, 19, 14, 30)])
def test_dates_and_datetimes_are_taken_as_they_are(value: date) -> None:
    assert parse_published(value) is value


@pytest.mark.parametrize(
    ("written", "suggested"),
    [
        ("03/04/2024", "write 2024-04-03 or 2024-03-04"),
        ("3.4.24", "write 2024-04-03 or 2024-03-04"),
        ("19/08/2024", "write 2024-08-19"),
        ("19/08/2024 14:30", "write 2024-08-19"),
        ("05-05-2024", "write 2024-05-05"),
        ("31/31/2024", "got '31/31/2024'"),
    ],
)
def test_day_and_month_that_can_be_exchanged_are_refused(written: str, suggested: str) -> None:
    with pytest.raises(ArticleError) as caught:
        parse_published(written)

    assert str(caught.value).endswith(suggested)


@pytest.mark.parametrize("written", ["2024", "2024-08", "2024/08", "2024-W34", "August 2024", "Aug. 2024"])
def test_a_date_without_a_day_is_refused(written: str) -> None:
    with pytest.raises(ArticleError, match=r"which names no day$"):
        parse_published(written)


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("2024-02-30", "day is out of range for month"),
        ("2023-02-29T10:00Z", "day is out of range for month"),
        ("2024-08-19T25:00", "hour must be in"),
        ("2024-08-19T14:30:00+24:00", "offset must be"),
        ("19 Augustus 2024", "Augustus is no English month"),
        ("August 19, 2024 14:30 pm", "there is no hour 14 before or after noon"),
        (
            "August 19, 2024 14:30 CET",
            "the time zone CET is not the same everywhere: write it as an offset such as \\+02:00",
        ),
        ("0001-01-01T00:00:00Z", "no article is of the year 1"),
        (date(9999, 12, 31), "no article is of the year 9999"),
        ("yesterday", "got 'yesterday'"),
        ("", "got ''"),
        ("2024-08-19" * 20, "which is too long for one"),
        (2024, "neither seconds nor milliseconds since 1970"),
        (20240819, "neither seconds nor milliseconds since 1970"),
        (float("nan"), "got nan"),
        (float("inf"), "got inf"),
        (True, "neither text nor a number"),
        (None, "neither text nor a number"),
        (["2024-08-19"], "neither text nor a number"),
    ],
)
def test_what_is_no_date_is_refused_with_the_reason(value: object, why: str) -> None:
    with pytest.raises(ArticleError, match=f"^expected a date in ISO 8601, such as 2024-08-19 .*{why}"):
        parse_published(value)


@given(
    st.text(alphabet=st.sampled_from("0123456789-/:.,+TZ apmUTCMonAug"), max_size=30)
    | st.text(max_size=30)
    | st.floats()
    | st.integers()
)
def test_anything_is_a_date_or_an_article_error(value: object) -> None:
    with suppress(ArticleError):
        assert isinstance(parse_published(value), date)


@given(st.dates(date(1600, 1, 1), date(2199, 12, 31)))
def test_every_date_is_read_back_in_every_form(day: date) -> None:
    for form in ("%Y-%m-%d", "%Y%m%d", "%d %B %Y", "%B %d, %Y", "%a, %d %b %Y"):
        written = day.strftime(form.replace("%Y", f"{day.year:04}"))
        assert parse_published(written) == day


@given(
    st.datetimes(datetime(1600, 1, 2), datetime(2199, 12, 30)),
    st.integers(-12 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes))),
)
def test_every_moment_in_iso_8601_is_read_back(moment: datetime, zone: timezone) -> None:
    moment = moment.replace(tzinfo=zone)

    assert parse_published(moment.isoformat()) == moment
