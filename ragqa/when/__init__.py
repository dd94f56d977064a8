"""Which days the time words of a text mean: "on Sunday", "late May", "the day before", against the day of publication.

    periods    a day, a month, a year or any stretch of days
    planned    the verbs and nouns of schedules: "opens", "the election"
    verbs      the tense that one word gives its clause
    tense      whether a sentence looks back or ahead from its time word
    phrases    the time words of English news, each with its rule
    meanings   what they mean
    anaphora   those that lean on another date: "the next day", "a week earlier"
    finding    all of a sentence, in order

Used by `citing` for cited sentences and by `timely` for questions. Imports nothing of ragqa but `sentences`,
`months` and `patterns`.
"""

from ragqa.when.finding import Found, dates_in, dates_of_sentence
from ragqa.when.periods import Period

__all__ = ["Found", "Period", "dates_in", "dates_of_sentence"]
