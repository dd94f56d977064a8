"""Ask the example articles a question, and check the citation: python examples/01_quickstart.py."""

import tempfile
from pathlib import Path

from ragqa import Pipeline

ARTICLES = Path(__file__).parent / "articles"

with tempfile.TemporaryDirectory() as folder, Pipeline.open(folder) as qa:
    qa.add(ARTICLES)
    response = qa.ask("How many Windows devices were affected by the CrowdStrike update?")
    best = response.answers[0]
    cited = best.citations[0]
    print(f"{best.text}, as {cited.source} wrote on {cited.published_at}:")
    print(f"  {cited.sentence}")

    # A citation is a pair of offsets into the article, and can be checked at any time.
    article = qa.index.article(cited.article_id)
    assert article.text[cited.start : cited.end] == cited.quote

    # What the articles don't say is not answered; the reason says why.
    print(qa.ask("Who won the football World Cup in 1998?").reason)
