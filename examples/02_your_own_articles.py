"""Your own articles, from JSONL and HTML, and from your own code: python examples/02_your_own_articles.py."""

import json
import tempfile
from pathlib import Path

from ragqa import Article, Pipeline

ROWS = [
    {"headline": "Ferry runs again", "publisher": "Harbour Wire", "date": "2024-05-02", "body": "The ferry to Läsö runs again."},
    {"headline": "No text in this one", "publisher": "Harbour Wire"},
]  # fmt: skip
PAGE = """<html><head><title>A bridge for Skagen</title><meta property="og:site_name" content="Meridian Post">
<meta property="article:published_time" content="2024-05-08"></head><body><article><h1>A bridge for Skagen</h1>
<p>The bridge at Skagen was opened by Anna Lindqvist on Wednesday. She had drawn it herself eleven years before.</p>
<p>Some four thousand people walked across it on the first day, and traffic follows next week.</p></article></body></html>"""

with tempfile.TemporaryDirectory() as name, Pipeline.open(Path(name) / "index") as qa:
    folder = Path(name) / "articles"
    folder.mkdir()
    (folder / "wire.jsonl").write_text("\n".join(map(json.dumps, ROWS)), encoding="utf-8")
    (folder / "bridge.html").write_text(PAGE, encoding="utf-8")

    # Fields go by the names that people give them (headline, body, publisher, date). What can't be read is named; the rest is in.
    report = qa.add(folder)
    print(f"{report.added} added, {len(report.faults)} can't be read")

    # An article from your own code. The same id again replaces it; what is unchanged costs nothing.
    qa.add(Article(id="light", text="The lighthouse was lit by Rosa Maier.", title="Light", source="Lowland Gazette"))
    for row in qa.index.articles():
        print(f"{row.title} · {row.source} · {row.published_at}")

    for question in ("Who opened the bridge at Skagen?", "Who lit the lighthouse?"):
        print(qa.ask(question).answers[0].text)
