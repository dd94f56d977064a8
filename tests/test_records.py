"""The records: what they fill in, what they refuse, and that JSON gives them back."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from ragqa import Article, Filter, Response, SettingError
from ragqa.records import content_hash, instant


def test_an_article_without_an_id_has_a_short_hash_of_its_url_else_of_title_and_text():
    with_url = Article(text="Rain fell.", title="Rain", url="https://example.com/rain")
    assert with_url.id == content_hash("https://example.com/rain")[:16]
    assert Article(text="Snow fell.", url="https://example.com/rain").id == with_url.id
    assert Article(text="Rain fell.", title="Rain").id == content_hash("Rain\nRain fell.")[:16]
    assert Article(text="Rain fell.").id != Article(text="Rain fell.", title="Rain").id


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])), st.dates() | st.datetimes() | st.none())
def test_an_article_survives_json(text, published_at):
    article = Article(text=text, published_at=published_at, authors=("Anna Lindqvist",))
    again = Article.model_validate_json(article.model_dump_json())
    assert again == article
    assert type(again.published_at) is type(published_at)


def test_half_a_surrogate_pair_and_a_wrong_hash_are_refused():
    with pytest.raises(ValidationError, match="half a surrogate pair at character 5"):
        Article(text="Rain \ud83d fell.")
    with pytest.raises(ValidationError, match="is not that of text"):
        Article(text="Rain fell.", content_hash=content_hash("Snow fell."))
    with pytest.raises(ValidationError, match="at least 1 character"):
        Article(text="Rain fell.", id="")


@pytest.mark.parametrize("value", ["19 August 2024", "2024", "2024-13-01", 5])
def test_a_date_that_is_not_iso_8601_is_refused(value):
    with pytest.raises(ValidationError, match="expected an ISO 8601 date"):
        Article(text="Rain fell.", published_at=value)


@pytest.mark.parametrize("value", ["0001-01-01T00:00:00+05:00", "9999-12-31T23:00:00-05:00"])
def test_a_moment_outside_the_calendar_is_refused(value):
    with pytest.raises(SettingError, match=r"since: .* outside the calendar"):
        Filter.of(since=value)


def test_a_day_is_the_whole_day_in_utc_and_a_time_keeps_its_zone():
    assert instant(date(2024, 8, 19)) == datetime(2024, 8, 19, tzinfo=UTC)
    assert instant(date(2024, 8, 19), end_of_day=True) == datetime(2024, 8, 19, 23, 59, 59, 999999, tzinfo=UTC)
    assert instant(datetime.fromisoformat("2024-08-19T01:00:00+02:00")) == datetime(2024, 8, 18, 23, tzinfo=UTC)
    assert instant(datetime(2024, 8, 19, 1)) == datetime(2024, 8, 19, 1, tzinfo=UTC)


def test_a_filter_takes_the_earlier_of_its_upper_bounds():
    both = Filter.of(until="2024-10-30", as_of="2024-08-19", since="2024-08-01")
    assert both.latest == instant(date(2024, 8, 19), end_of_day=True)
    assert both.is_dated
    assert not Filter.of(sources=("Harbour Wire",)).is_dated


def test_bounds_that_exclude_each_other_are_refused():
    with pytest.raises(SettingError) as refused:
        Filter.of(since="2024-10-30", until="2024-08-19")
    assert str(refused.value) == "since (2024-10-30) is later than until (2024-08-19): exchange them"
    with pytest.raises(SettingError) as refused:
        Filter.of(since="2024-10-30", until="2024-12-31", as_of="2024-08-19T14:30:00Z")
    assert str(refused.value) == "since (2024-10-30) is later than as-of (2024-08-19 14:30:00+00:00): exchange them"
    with pytest.raises(SettingError, match="until: expected an ISO 8601 date"):
        Filter.of(until="soon")


def test_a_response_answers_or_gives_a_reason():
    with pytest.raises(ValidationError, match="abstains with a reason"):
        Response(question="q", answers=(), abstained=False, reason=None, hits=(), timings_ms={})
