"""A figure that changes with time, and sources that disagree: python examples/03_dates_and_conflicts.py."""

import tempfile
from pathlib import Path

from ragqa import Pipeline

ARTICLES = Path(__file__).parent / "articles"
TOLL = "How many people did the Lahaina fire kill?"
HALL = "How many people were killed in the Moscow concert hall attack?"

with tempfile.TemporaryDirectory() as folder, Pipeline.open(folder) as qa:
    qa.add(ARTICLES)

    # `as_of` asks what was known then: articles published later are not searched. A date is the whole day, in UTC.
    for day in ("2023-08-11", "2023-08-14"):
        best = qa.ask(TOLL, as_of=day).answers[0]
        print(f"as of {day}: {best.text} ({best.citations[0].source}, {best.citations[0].published_at})")

    # `since` and `until` bound when an article was published; `source` names one source, or several.
    for source in ("Pacific Courier", "Meridian Post"):
        best = qa.ask(TOLL, since="2023-08-12", until="2023-12-31", source=source).answers[0]
        print(f"{source}: {best.text}")

    # Filters are applied before the search. That no article is of the dates is a reason of its own.
    print(qa.ask(TOLL, until="1999-12-31").reason)

    # Where reports disagree, the response says so: at one time ("differs"), or because a later one corrects an earlier one
    # ("superseded", the newest first). Every value has its citations, whether it is among the answers or not.
    for question in (HALL, TOLL):
        for conflict in qa.ask(question).conflicts:
            print(f"{question} {conflict.kind}:")
            for value in conflict.values:
                cited = value.citations[0]
                print(f"  {value.text} ({cited.source}, {cited.published_at})")

    # Which day "on Saturday" was, and who is said to have said so, stands with the citation.
    cited = qa.ask(HALL, source="Harbour Wire").answers[0].citations[0]
    print([f"{date.text} = {date.iso}" for date in cited.resolved_dates], cited.attribution and cited.attribution.text)
