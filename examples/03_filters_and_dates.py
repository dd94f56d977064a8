"""A figure that changes with time, asked as of a day and of a source: python examples/03_filters_and_dates.py."""

import tempfile
from pathlib import Path

from ragqa import Pipeline

ARTICLES = Path(__file__).parent / "articles"
QUESTION = "How many people did the Lahaina fire kill?"

with tempfile.TemporaryDirectory() as folder, Pipeline.open(folder) as qa:
    qa.add(ARTICLES)

    # `as_of` asks what was known then: articles published later are not searched. A date is the whole day, in UTC.
    for day in ("2023-08-11", "2023-08-14"):
        best = qa.ask(QUESTION, as_of=day).answers[0]
        print(f"as of {day}: {best.text} ({best.citations[0].source}, {best.citations[0].published_at})")

    # `since` and `until` bound when an article was published; `source` names one source, or several.
    for source in ("Pacific Courier", "Meridian Post"):
        best = qa.ask(QUESTION, since="2023-08-12", until="2023-12-31", source=source).answers[0]
        print(f"{source}: {best.text}")

    # Filters are applied before the search. That no article is of the dates is a reason of its own.
    print(qa.ask(QUESTION, until="1999-12-31").reason)

    # Which sources there are, and from which day to which.
    for row in qa.index.sources()[:2]:
        print(f"{row.source}: {row.articles} articles, {row.first} to {row.last}")
