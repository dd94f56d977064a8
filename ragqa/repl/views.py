"""What only a session draws: how a response came about, and the sources of an index. As safe for a terminal as `ragqa.view`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from ragqa.controls import visible
from ragqa.explaining import Explanation, Verdict, Weighed
from ragqa.index import SourceRow
from ragqa.records import Article, Response
from ragqa.view import counted, origin_line

__all__ = ["explanation_view", "sources_view"]

_FATES = {
    "loses_to_null": "loses to “no answer here”",
    "withdrawn": "withdrawn by a correction",
    "below_margin": "scores too low",
    "left_out": "overlaps a better span, or more answers were better",
}


def explanation_view(explanation: Explanation, response: Response, articles: Mapping[str, Article]) -> RenderableType:
    """Return every passage that was read with its scores, and its spans with their margins and what became of each.

    ``articles``: those of the passages by id, as far as they are still there.
    """
    if not explanation.passages:
        return Text("No passage was read.", style="yellow")
    took = response.timings_ms.get("total", 0.0)
    read = sum(weighed.is_read for weighed in explanation.passages)
    found = len(explanation.passages)
    share = counted(found, "passage") if read == found else f"{read} of {counted(found, 'passage')}"
    head = Text(f"{share} read in {took:,.0f} ms.", style="dim")
    head.append(
        " Beside a span: its score, by how much it beats “no answer here” and what its passage adds."
        f" An answer needs {explanation.margin:.2f}."
    )
    table = Table.grid(padding=(0, 1))
    table.add_column(justify="right", no_wrap=True)
    table.add_column(justify="right", no_wrap=True)
    table.add_column(overflow="fold")
    table.add_column(overflow="fold")
    for weighed in explanation.passages:
        _add_passage(table, weighed, articles.get(weighed.hit.passage.article_id))
    return Group(head, table, Text(""))


def _add_passage(table: Table, weighed: Weighed, article: Article | None) -> None:
    hit = weighed.hit
    title = (article and origin_line(article)) or visible(hit.passage.article_id)
    table.add_row(Text(f"{hit.rank}", style="bold"), "", Text(title, style="cyan"), Text(_scores(weighed), style="dim"))
    for verdict in weighed.verdicts:
        won = verdict.fate == "answer"
        span = Text(" ".join(visible(verdict.span.text).split()), style="bold green" if won else "")
        margin = Text(f"{verdict.span.score:+.2f}", style="green" if won else "dim")
        table.add_row("", margin, span, Text(_fate(verdict), style="" if won else "dim"))
    if not weighed.verdicts:
        why = "no span" if weighed.is_read else "not read: too unlike the question, or another was sure"
        table.add_row("", "", Text(why, style="dim"), "")


def _scores(weighed: Weighed) -> str:
    hit = weighed.hit
    if hit.kind != "hybrid":
        return f"{hit.kind} {hit.score:.4f}"
    parts = [
        f"{name} {score:.2f}"
        for name, score in (("dense", hit.dense_score), ("lexical", hit.lexical_score))
        if score is not None
    ]
    return f"{hit.kind} {hit.score:.4f} ({', '.join(parts)})"


def _fate(verdict: Verdict) -> str:
    if verdict.fate == "answer":
        return f"answer {verdict.number}, score {verdict.score:.2f}"
    return _FATES[verdict.fate] if verdict.fate == "loses_to_null" else f"{_FATES[verdict.fate]}: {verdict.score:.2f}"


def sources_view(rows: Sequence[SourceRow]) -> RenderableType:
    """Return the sources with how many articles are of each, and from which day to which."""
    if not rows:
        return Text("The index holds no articles yet.")
    table = Table.grid(padding=(0, 2))
    table.add_column(overflow="fold", style="cyan")
    table.add_column(justify="right")
    table.add_column(no_wrap=True, style="dim")
    for row in rows:
        name = Text("no source named", style="dim italic") if row.source is None else Text(visible(row.source))
        days = [day.isoformat() for day in dict.fromkeys((row.first, row.last)) if day is not None]
        table.add_row(name, counted(row.articles, "article"), " to ".join(days))
    return table
