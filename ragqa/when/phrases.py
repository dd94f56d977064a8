"""The time words of English news, each with its rule: what they look like, and what they mean on the day of publication.

A rule is a pattern and a function of its match; the first rule that fits decides. Conventions: a plain weekday is the day of
publication or the nearest before it, ahead of it where the sentence looks ahead; "last", "this" and "next" with a weekday are that
of last, this and next week; "a year ago" is the same day a year before, "two years ago" that year. Rules that can't know say None.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from ragqa.months import MONTHS
from ragqa.patterns import lazy_re
from ragqa.when import meanings
from ragqa.when.meanings import DAYS, Context
from ragqa.when.periods import Period

__all__ = ["DAY_NAMES", "NUMBER", "PART", "RULES", "Rule"]

DAY_NAMES = "|".join(DAYS)
_ABBREVIATED = "|".join(rf"{name[:3]}t?\b\.?" if name == "September" else rf"{name[:3]}\b\.?" for name in MONTHS)
_MONTH = rf"(?P<month>(?:{'|'.join(MONTHS)})\b|{_ABBREVIATED})"
_YEAR = r"(?:,?\s+(?:of\s+)?(?P<year>(?:1[6-9]|2[01])\d\d)\b(?!,\d)|(?:\s+of|,)?\s+(?P<which_year>last|this|next)\s+year\b)?"
PART = r"(?:\s+(?:(?:early|late)\s+)?(?:morning|afternoon|evening|night|lunchtime|noon|midday|midnight|dawn))?"
_ORDINAL = r"(?:st|nd|rd|th)?"
_WHICH = r"(?P<which>[Ll]ast|[Tt]his|[Nn]ext)"
_MONTHREF = rf"(?:{_WHICH}\s+)?(?:{_MONTH}{_YEAR}|(?P<unit>month)\b)"
NUMBER = (
    r"(?P<number>[Aa]n?|[Oo]ne|[Tt]wo|[Tt]hree|[Ff]our|[Ff]ive|[Ss]ix|[Ss]even|[Ee]ight|[Nn]ine|[Tt]en|[Ee]leven|[Tt]welve|"
    r"\d{1,3})"
)


class Rule(NamedTuple):
    """A pattern, and what its match means, or None where the rule doesn't apply after all."""

    pattern: re.Pattern[str]
    meaning: Callable[[re.Match[str], Context], Period | None]


def _rule(pattern: str, meaning: Callable[[re.Match[str], Context], Period | None]) -> Rule:
    return Rule(lazy_re(rf"(?<![\w-])(?<!\d[.,])(?:{pattern})(?!\w|-\w)"), meaning)


_UNTIL = rf"(?:\s*(?:[-\u2013]|to|until)\s*(?P<until>\d{{1,2}}){_ORDINAL}(?!\d))?"
_NUMBERED = (
    rf"(?:(?P<weekday>{DAY_NAMES}),?\s+(?:the\s+)?)?(?P<day>\d{{1,2}}){_ORDINAL}{_UNTIL}(?:\s+of)?\s+{_MONTH}{_YEAR}"
)
_NUMBERED_US = (
    rf"(?:(?P<weekday>{DAY_NAMES}),?\s+)?{_MONTH}\s+(?P<day>\d{{1,2}}){_ORDINAL}(?![\d:%]|[,.]\d){_UNTIL}{_YEAR}"
)
_NEW_YEARS = r"New\s+Year['\u2019]s"
_NAMED_DAY = rf"(?P<name>(?:Christmas|{_NEW_YEARS})\s+Eve|(?:Christmas|Boxing|{_NEW_YEARS}|Valentine['\u2019]s)\s+Day)"
_UNIT = r"(?P<unit>day|week|fortnight|month|year)"
_BEYOND = r"(?P<unit>week|month|year)\s+(?P<side>before(?=\s+last)|after(?=\s+next))\s+(?:last|next)"
_STAGE = r"(?P<stage>beginning|start|middle|end|close|(?:first|second)\s+half)"
_WEEK_OF = r"(?P<which_week>first|second|third|fourth|last|final)\s+week"
_WHICH_DAY = r"(?P<which>[Tt]his\s+past|[Tt]his\s+coming|[Ll]ast|[Tt]his|[Nn]ext|[Cc]oming|[Pp]ast)"

_WEEK = r"(?P<unit>week|fortnight)"
_WEEKDAY_OR = rf"(?:(?P<day>{DAY_NAMES})|(?P<deictic>[Tt]oday|[Tt]omorrow))"
_NO_STRETCH = r"(?!['\u2019]s\b|\s+(?:to|until|till|through)\b)"

RULES = (
    _rule(r"(?:[Tt]he\s+)?day\s+before\s+yesterday", partial(meanings.deictic, days=-2)),
    _rule(r"(?:[Tt]he\s+)?day\s+after\s+tomorrow", partial(meanings.deictic, days=2)),
    _rule(rf"{NUMBER}\s+{_WEEK}s?\s+from\s+{_WEEKDAY_OR}{_NO_STRETCH}", meanings.counted_from),
    _rule(rf"(?P<number>[Aa]|[Oo]ne)\s+{_WEEK}\s+on\s+(?P<day>{DAY_NAMES})", meanings.counted_from),
    _rule(rf"(?P<number>[Aa]|[Oo]ne)\s+{_WEEK}\s+(?P<deictic>today|tomorrow)", meanings.counted_from),
    _rule(rf"(?P<deictic>[Tt]oday|[Tt]omorrow)\s+{_WEEK}", meanings.counted_from),
    _rule(rf"[Yy]esterday{PART}", partial(meanings.deictic, days=-1)),
    _rule(r"(?:[Tt]he\s+)?night\s+before\s+last", partial(meanings.deictic, days=-2)),
    _rule(r"[Ll]ast\s+night", partial(meanings.deictic, days=-1)),
    _rule(r"[Tt]oday|[Tt]onight|[Tt]his\s+(?:morning|afternoon|evening)", partial(meanings.deictic, days=0)),
    _rule(rf"[Tt]omorrow{PART}", partial(meanings.deictic, days=1)),
    _rule(rf"{NUMBER}\s+{_UNIT}s?\s+ago", partial(meanings.away, sign=-1)),
    _rule(rf"{NUMBER}\s+{_UNIT}s?\s+from\s+now", partial(meanings.away, sign=1)),
    _rule(rf"{NUMBER}\s+{_UNIT}(?:s?['\u2019]|['\u2019]s)\s+time", partial(meanings.away, sign=1)),
    _rule(rf"(?:[Tt]he\s+)?{_BEYOND}", meanings.beyond),
    _rule(_NUMBERED, meanings.day_of_month),
    _rule(_NUMBERED_US, meanings.day_of_month),
    _rule(rf"{_NAMED_DAY}{_YEAR}", meanings.fixed_day),
    _rule(rf"(?P<third>[Ee]arly|[Mm]id|[Ll]ate)(?:\s*-\s*|\s+)(?:in\s+)?{_MONTHREF}", meanings.third),
    _rule(rf"(?:[Tt]he\s+)?(?:very\s+)?{_STAGE}\s+of\s+{_MONTHREF}", meanings.stage),
    _rule(rf"(?:[Tt]he\s+)?{_WEEK_OF}\s+(?:of|in)\s+{_MONTHREF}", meanings.week_of_month),
    _rule(rf"(?P<day>{DAY_NAMES}){PART}(?:\s+of)?\s+(?P<which>last|this|next)\s+week", meanings.weekday_of_week),
    _rule(rf"{_WHICH_DAY}\s+(?P<day>{DAY_NAMES}){PART}", meanings.weekday_of_week),
    _rule(rf"(?P<day>{DAY_NAMES})\s+{_WEEK}", meanings.counted_from),
    _rule(_MONTHREF, meanings.plain_month),
    _rule(rf"(?<!the\s){_WHICH}\s+(?P<unit>weekend|week|year)", meanings.relative_unit),
    _rule(r"the\s+weekend", meanings.weekend),
    _rule(rf"(?P<day>{DAY_NAMES}){PART}", meanings.plain_weekday),
)  # fmt: skip
"""Rules in the order in which they are tried; words that one has taken are not looked at again."""
