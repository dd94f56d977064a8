"""What the time words of news mean. Published on Tuesday 18 February 2025 unless said otherwise."""

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from weighing import work

from ragqa.when import Period, dates_in, dates_of_sentence
from ragqa.when.periods import nearest

TUESDAY = date(2025, 2, 18)
WEDNESDAY = date(2024, 3, 13)


def resolved(sentence, published=TUESDAY):
    return {sentence[f.start : f.end]: f.period.iso for f in dates_in(sentence, published) if not f.has_year}


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        # Plain weekdays: on the day of publication or before it ...
        ("The ferry sank on Sunday.", {"Sunday": "2025-02-16"}),
        ("The ferry sank on Tuesday.", {"Tuesday": "2025-02-18"}),
        ("The ferry sank on Wednesday.", {"Wednesday": "2025-02-12"}),
        ("Talks broke down late on Monday.", {"Monday": "2025-02-17"}),
        ("On Monday the cranes were taken down.", {"Monday": "2025-02-17"}),
        ("Divers found the wreck Sunday night, the coastguard said on Monday.", {"Sunday night": "2025-02-16", "Monday": "2025-02-17"}),
        ("Forty people were crushed to death on a stair on Sunday evening.", {"Sunday evening": "2025-02-16"}),
        ("On Friday evening nobody could find the key.", {"Friday evening": "2025-02-14"}),
        ("The court has been sitting since Thursday.", {"Thursday": "2025-02-13"}),
        ("The road was closed until Sunday.", {"Sunday": "2025-02-16"}),
        ("The list has 178 names for Sunday's late shift.", {"Sunday": "2025-02-16"}),
        ("Biden laid out a plan on Friday that would halt the war.", {"Friday": "2025-02-14"}),
        # ... and ahead of it where the sentence looks ahead.
        ("The court will rule on Friday.", {"Friday": "2025-02-21"}),
        ("The minister said that the court would rule on Friday.", {"Friday": "2025-02-21"}),
        ("Vaccinators come on Friday.", {"Friday": "2025-02-21"}),
        ("The first reading is to be on Thursday.", {"Thursday": "2025-02-20"}),
        ("The union called a strike for Monday.", {"Monday": "2025-02-24"}),
        ("The vote was postponed to Thursday.", {"Thursday": "2025-02-20"}),
        ("The court moved the hearing from Tuesday to Friday.", {"Tuesday": "2025-02-18", "Friday": "2025-02-21"}),
        (
            "The company postponed the publication of its annual results from 12 March to 26 March.",
            {"12 March": "2025-03-12", "26 March": "2025-03-26"},
        ),
        ("The race was brought forward from 4 May to 2 May.", {"4 May": "2025-05-04", "2 May": "2025-05-02"}),
        ("Her son was supposed to start in June.", {"June": "2025-06"}),
        ("The law was meant to take effect on 1 April.", {"1 April": "2025-04-01"}),
        ("They gave the company until Friday to pay.", {"Friday": "2025-02-21"}),
        ("The mayor ordered the bridge to be closed until Sunday.", {"Sunday": "2025-02-23"}),
        ("Both sides agreed to meet again on Saturday.", {"Saturday": "2025-02-22"}),
        ("The bodies will be buried on Wednesday.", {"Wednesday": "2025-02-19"}),
        ("The team will play in Saturday's final.", {"Saturday": "2025-02-22"}),
        ("Ahead of Sunday's vote the police have closed roads.", {"Sunday": "2025-02-23"}),
        ("Theresa May met the queen on Sunday.", {"Sunday": "2025-02-16"}),
        ("The minister may resign on Sunday.", {"Sunday": "2025-02-23"}),
        ("The court could rule on Friday.", {"Friday": "2025-02-21"}),
        # Weekdays of last, this and next week.
        ("She died last Thursday.", {"last Thursday": "2025-02-13"}),
        ("Members vote this Wednesday.", {"this Wednesday": "2025-02-19"}),
        ("The league meets the minister next Monday.", {"next Monday": "2025-02-24"}),
        ("He was seen on Monday last week.", {"Monday last week": "2025-02-10"}),
        ("It opens on Friday of next week.", {"Friday of next week": "2025-02-28"}),
        ("He was seen this past Tuesday.", {"this past Tuesday": "2025-02-11"}),
        ("The budget comes this coming Tuesday.", {"this coming Tuesday": "2025-02-25"}),
        ("The court ruled this Monday.", {"this Monday": "2025-02-17"}),
        ("The court will rule this Monday.", {"this Monday": "2025-02-24"}),
        # Weeks counted from a day to come, and stretches that begin on it.
        ("The verdict is due a week on Thursday.", {"a week on Thursday": "2025-02-27"}),
        ("The verdict is due a week from Friday.", {"a week from Friday": "2025-02-28"}),
        ("The show opens a fortnight from Sunday.", {"a fortnight from Sunday": "2025-03-09"}),
        ("They vote two weeks from Monday.", {"two weeks from Monday": "2025-03-10"}),
        ("The council meets on Friday week.", {"Friday week": "2025-02-28"}),
        ("The trial begins a week from tomorrow.", {"a week from tomorrow": "2025-02-26"}),
        ("The trial begins a week today.", {"a week today": "2025-02-25"}),
        ("The road will be closed for two weeks from Wednesday.", {"Wednesday": "2025-02-19"}),
        ("The strike will last a week from Friday.", {"Friday": "2025-02-21"}),
        ("Parents waited a week from Friday to hear.", {"Friday": "2025-02-14"}),
        ("Guests will stay a week from Friday to Friday.", {"Friday": "2025-02-21"}),
        # Days beside the day of publication.
        ("The ministry announced it yesterday.", {"yesterday": "2025-02-17"}),
        ("A commission arrives tomorrow morning.", {"tomorrow morning": "2025-02-19"}),
        ("He left the day before yesterday.", {"the day before yesterday": "2025-02-16"}),
        ("He left the night before last.", {"the night before last": "2025-02-16"}),
        ("Power failed last night and came back this morning.", {"last night": "2025-02-17", "this morning": "2025-02-18"}),
        # Weeks, weekends, months and years.
        ("It was paid out last week.", {"last week": "2025-02-10/2025-02-16"}),
        ("Prices rose this week.", {"this week": "2025-02-17/2025-02-23"}),
        ("The ship will sail next weekend.", {"next weekend": "2025-03-01/2025-03-02"}),
        ("Divers brought up the last bodies at the weekend.", {"the weekend": "2025-02-15/2025-02-16"}),
        ("It had inspected the mine last month.", {"last month": "2025-01"}),
        ("She sold her glider last year.", {"last year": "2024"}),
        ("The bridge opens the year after next.", {"the year after next": "2027"}),
        ("He resigned late last month.", {"late last month": "2025-01-21/2025-01-31"}),
        # Months without a year.
        ("Two gates have been closed since October.", {"October": "2024-10"}),
        ("The law takes effect in January.", {"January": "2026-01"}),
        ("The election is in November.", {"November": "2025-11"}),
        ("Prices are higher than in November.", {"November": "2024-11"}),
        ("Its report is due in October.", {"October": "2025-10"}),
        ("The rain came in late August.", {"late August": "2024-08-21/2024-08-31"}),
        ("The season opens in early May.", {"early May": "2025-05-01/2025-05-10"}),
        ("The budget will be presented in mid-December.", {"mid-December": "2025-12-11/2025-12-20"}),
        ("The gliders must go by the end of March.", {"the end of March": "2025-03-31"}),
        ("The bridge was closed at the end of January.", {"the end of January": "2025-01-21/2025-01-31"}),
        ("Work will begin in the first week of June.", {"the first week of June": "2025-06-01/2025-06-07"}),
        ("He was hired last March.", {"last March": "2024-03"}),
        ("He was hired in March of last year.", {"March of last year": "2024-03"}),
        # Days without a year.
        ("The ballot was held on 27 October.", {"27 October": "2024-10-27"}),
        ("The claim is to be filed on 16 June.", {"16 June": "2025-06-16"}),
        ("He was born on Feb. 3 and baptised on March 1.", {"Feb. 3": "2025-02-03", "March 1": "2024-03-01"}),
        ("The fair will be held from 3 to 5 March.", {"3 to 5 March": "2025-03-03/2025-03-05"}),
        ("They met on Friday, 14 February.", {"Friday, 14 February": "2025-02-14"}),
        ("The ship docked on New Year's Eve.", {"New Year's Eve": "2024-12-31"}),
        ("The attack of 7 October last year was the worst.", {"7 October last year": "2024-10-07"}),
        # So long ago, in so long.
        ("Three days ago the dam broke.", {"Three days ago": "2025-02-15"}),
        ("The mayor was elected a year ago.", {"a year ago": "2024-02-18"}),
        ("She had warned of it two years ago.", {"two years ago": "2023"}),
        ("It will open in two weeks' time.", {"two weeks' time": "2025-03-03/2025-03-09"}),
    ],
)  # fmt: skip
def test_time_words_mean_days(sentence, expected):
    assert resolved(sentence) == expected


@pytest.mark.parametrize(
    "sentence",
    [
        # Headlines, states and what goes on.
        "Man dies in Leeds blast on Sunday.",
        "Israel strikes Gaza hospital on Sunday.",
        "Storm leaves thousands without power on Sunday.",
        "Thousands march in London on Sunday.",
        "On Sunday a gunman opens fire in a mall.",
        "Police are investigating the death of a man in Leeds on Sunday.",
        "Three people are missing after a landslide on Sunday.",
        "The man is accused of killing three people on Sunday.",
        "Footage from Sunday shows a man on the roof.",
        "Inflation is higher than on Sunday.",
        "He is back from Brussels, where he arrived on Sunday.",
        "Police can confirm a shooting on Sunday.",
        "Witnesses could hear shots on Sunday.",
        "Voters had come in the rain on Sunday.",
        "The company went out of business on Sunday.",
        "The council voted 31 to 24 on Sunday.",
        "The commission found on Sunday: two gates were open.",
        # The time of something else than of what is planned.
        "Talks resume after a blast on Sunday.",
        "The trial opens over the attack on Sunday.",
        "They will look into Sunday's crash.",
        "The results of Sunday's election are not in yet.",
        "Since the vote on Sunday the streets are quiet.",
        "The attack on Sunday is the worst since 2019.",
        # Nouns that look like verbs of schedules.
        "The council changed its safety rules on Sunday.",
        "The North condemned missile launches on Sunday.",
        "The party lost 40 votes on Sunday.",
        # Names that look like verbs.
        "Theresa May said on Sunday that she would resign.",
        "Mrs May met Angela Merkel on Sunday.",
        "Will Smith slapped a man on Sunday.",
    ],
)
def test_the_present_alone_looks_back(sentence):
    assert resolved(sentence, WEDNESDAY) == {"Sunday": "2024-03-10"}


@pytest.mark.parametrize(
    "sentence",
    [
        # Verbs of schedules.
        "The summit opens on Friday.",
        "The court rules on Friday.",
        "Talks resume on Friday.",
        "MPs vote on the bill on Friday.",
        "On Friday the choir sings outside the walls.",
        "The king is visiting Kenya on Friday.",
        "The law takes effect on Friday.",
        "He takes over as chief executive on Friday.",
        "The trial of a man accused of murder opens on Friday.",
        "In the last four, on Friday at 8 p.m., the Falcons meet the Islands.",
        "When does the court meet on Friday?",
        "Sheikh Mohammed visits Paris on Friday.",
        # What is, is expected, or could be.
        "Elections are on Friday.",
        "The funeral is at noon on Friday.",
        "Friday is the deadline.",
        "A mass meeting is set for 7 p.m. on Friday.",
        "The envoy is expected on Friday.",
        "The court might rule on Friday.",
        "He can win his second title on Friday.",
        "Pope to visit Iraq on Friday.",
        "The next hearing is at the old court on Friday.",
        # Limits.
        "Results are promised by Friday.",
        "From Friday a litre of petrol costs 135 crowns, the treasury said.",
        "The street is closed to cars from Friday.",
        "Schools are shut up to and including Friday.",
        # What is ahead of it, and what is planned for it.
        "Ahead of Friday's election, tension is high.",
        "Police have closed roads ahead of the election on Friday.",
        "Before Friday's vote police closed roads.",
        "Friday's presidential election is the closest in years.",
        "The vote on Friday is seen as a test.",
    ],
)
def test_what_is_planned_is_ahead(sentence):
    assert resolved(sentence, WEDNESDAY) == {"Friday": "2024-03-15"}


@pytest.mark.parametrize(
    ("published", "sentence", "expected"),
    [
        (WEDNESDAY, "The minister might resign in February.", {"February": "2025-02"}),
        (WEDNESDAY, "The trial opens on 2 February.", {"2 February": "2025-02-02"}),
        (WEDNESDAY, "Police arrested two men in May.", {"May": "2023-05"}),
        (WEDNESDAY, "The door had been open in February: a guard had lost the key.", {"February": "2024-02"}),
        (WEDNESDAY, "It goes back to 23 May, when a scaffold gave way.", {"23 May": "2023-05-23"}),
        (WEDNESDAY, "The start has been put back to 23 May.", {"23 May": "2024-05-23"}),
        (WEDNESDAY, "The Nov. 5 election is close.", {"Nov. 5": "2024-11-05"}),
        (WEDNESDAY, "It was built in March of 1932.", {}),
        (WEDNESDAY, "Three people are missing after a landslide this Monday.", {"this Monday": "2024-03-11"}),
        # A day in the name of an event: only of what has just been in the news.
        (WEDNESDAY, "The March 3 attack killed 12.", {"March 3": "2024-03-03"}),
        (date(2023, 10, 20), "The Oct. 7 Hamas-led attack killed about 1,200.", {"Oct. 7": "2023-10-07"}),
        (date(2021, 1, 10), "The Jan. 6 riot shook America.", {"Jan. 6": "2021-01-06"}),
        (date(2024, 2, 29), "The attack of 7 October killed about 1,160.", {"7 October": "2023-10-07"}),
        (WEDNESDAY, "On March 3 attacks killed 12.", {"March 3": "2024-03-03"}),
        (WEDNESDAY, "The Sept. 11 attacks killed nearly 3,000.", {}),
        (date(2024, 9, 13), "The September 11 attacks killed nearly 3,000.", {}),
        (date(2024, 9, 13), "The 9/11 attacks killed nearly 3,000.", {}),
        (WEDNESDAY, "The Jan. 6 attack on the Capitol shook America.", {}),
        (date(2024, 10, 8), "The October 7 massacre killed about 1,200.", {}),
        (WEDNESDAY, "The 25 January revolution toppled him.", {}),
        # So long ago, but not to the day.
        (WEDNESDAY, "He fled a year ago.", {"a year ago": "2023-03-13"}),
        (WEDNESDAY, "He fled nearly a year ago.", {}),
        (WEDNESDAY, "He fled half a year ago.", {}),
        (WEDNESDAY, "He fled about a month ago.", {}),
    ],
)  # fmt: skip
def test_days_and_months_without_a_year(published, sentence, expected):
    assert resolved(sentence, published) == expected


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("The dam broke on Friday, and the bridge fell the next day.", {"Friday": "2025-02-14", "the next day": "2025-02-15"}),
        ("Talks had failed a day earlier, the envoy said on Monday.", {"Monday": "2025-02-17", "a day earlier": "2025-02-16"}),
        ("He was shot on 3 May 2024 and died two weeks later.", {"two weeks later": "2024-05-17"}),
        ("They met in June 2023 and again the following month.", {"the following month": "2023-07"}),
        ("He resigned on Thursday; his deputy had gone the previous Sunday.", {"Thursday": "2025-02-13", "the previous Sunday": "2025-02-09"}),
        ("It fell in 2021 and rose the year after.", {"the year after": "2022"}),
        ("The index fell to 512 on Friday from 530 a week earlier.", {"Friday": "2025-02-14", "a week earlier": "2025-02-07"}),
        # Than those of a month that isn't named.
        ("Prices rose 3 percent from a year earlier, the agency said on Monday.", {"Monday": "2025-02-17"}),
    ],
)  # fmt: skip
def test_time_words_that_lean_on_another_date(sentence, expected):
    assert resolved(sentence) == expected


def test_what_leans_finds_its_date_in_the_sentences_before():
    text = "The dam broke on 3 May 2024. The next day the mayor resigned. Nobody knew why."
    start = text.index("The next")
    found = dates_of_sentence(text, start, text.index(" Nobody"), None)
    assert [(text[f.start : f.end], f.period.iso) for f in found] == [("The next day", "2024-05-04")]


@pytest.mark.parametrize(
    "sentence",
    [
        "The Sunday Mirror reported it.",
        "Shops are open every Monday.",
        "On Good Friday the bells are silent.",
        "Theresa May said that she would march on.",
        "The minister may step down.",
        "April Jones was criticised by May.",
        "He has played for the last month.",
        "More than two years ago nobody knew it.",
        "I taught for nineteen years, and I drive a taxi at the weekend.",
        "The day before the attack was calm.",
        "It lasted a day longer than planned.",
        "The next day he left.",
        "He had fled the day before.",
        "He had fled two days earlier.",
        "He had been seen the previous day.",
        "A week later the road was open.",
        "The Friday before Christmas was calm.",
        "The Monday after, the mine was shut.",
        "It was published in the Sunday Times.",
        "Its chief meets the fishermen on the first Friday of every month.",
        "A supply boat calls every second Tuesday.",
        "They come on an ordinary Friday.",
    ],
)
def test_what_is_no_date_or_can_not_be_known_is_left_alone(sentence):
    assert resolved(sentence) == {}


@pytest.mark.parametrize(
    ("published", "sentence", "expected"),
    [
        (date(2023, 8, 13), "The army shelled the port last week.", {"last week": "2023-08-06/2023-08-12"}),
        (date(2023, 8, 13), "It fell the week before last.", {"the week before last": "2023-07-30/2023-08-05"}),
        (date(2023, 8, 13), "He was killed last Thursday.", {"last Thursday": "2023-08-10"}),
        (date(2023, 8, 13), "He was killed on Tuesday of last week.", {"Tuesday of last week": "2023-08-08"}),
        (date(2023, 8, 13), "The talks resume next week.", {"next week": "2023-08-14/2023-08-20"}),
        (date(2023, 8, 12), "The army shelled the port last week.", {"last week": "2023-07-31/2023-08-06"}),
        (date(2023, 8, 14), "The army shelled the port last week.", {"last week": "2023-08-07/2023-08-13"}),
    ],
)
def test_on_a_sunday_last_week_is_the_one_that_is_ending(published, sentence, expected):
    assert resolved(sentence, published) == expected


def test_the_date_of_a_notice_is_the_nearest_whatever_the_sentence_says():
    assert resolved("Correction, 20 February: We said that 400 people were on board.") == {"20 February": "2025-02-20"}


def test_without_a_publication_date_nothing_is_resolved_that_needs_one():
    assert resolved("He left on Sunday and came back on 3 May.", None) == {}
    (found,) = dates_in("He left on 3 May 2024.", None)
    assert (found.period.iso, found.has_year) == ("2024-05-03", True)


@pytest.mark.parametrize("published", [date.min, date.max])
def test_days_outside_the_calendar_are_not_resolved(published):
    sentence = "It was so last year, is so this year and will be so next year."
    assert len(resolved(sentence, published)) == 2


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)))
def test_a_past_weekday_is_within_the_seven_days_up_to_publication(published):
    for name in ("Monday", "Friday", "Sunday"):
        day = date.fromisoformat(resolved(f"The ferry sank on {name}.", published)[name])
        assert 0 <= (published - day).days <= 6
        assert day.strftime("%A") == name


@example(date(1904, 1, 1), -1)
@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)), st.sampled_from([-1, 0, 1]))
def test_a_yearly_day_lies_where_the_tense_looks(published, tense):
    period = nearest(lambda year: Period.day(date(year, 2, 29)), published, tense)
    assert period is not None or not 1904 <= published.year <= 2092
    if period is not None and tense:
        assert tense * (period.first - published).days >= 0


@given(
    st.text(max_size=80)
    | st.lists(
        st.sampled_from(
            "on last the Sunday Sunday's March 5 week ago before day next of a mid- year takes is opens ahead from vote to so , ;".split()
        )
    ).map(" ".join)
)
def test_any_text_can_be_searched(text):
    found = dates_in(text, TUESDAY)
    assert all(0 <= f.start < f.end <= len(text) for f in found)
    assert all(one.end <= other.start for one, other in pairwise(found))


@pytest.mark.parametrize(
    "words",
    [
        "the court ruled on Monday and ",
        "on Monday he left and a day later ",
        "the people of May ",
        "two years ago the Oct. 7 attack ",
    ],
)
def test_a_transcript_four_times_as_long_takes_four_times_the_work(words):
    dates_in(words * 10, WEDNESDAY)  # what is done once
    assert work(dates_in, words * 240, WEDNESDAY) < 5 * work(dates_in, words * 60, WEDNESDAY)  # squared it would be 16
