"""Records drawn for a terminal: answers with their sentences, hits, articles, tables. Returns rich renderables, prints nothing.

Text of articles is always drawn as `Text`, never parsed as markup, and control characters in it are made visible, so that an
article can't recolour or retitle anybody's terminal.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from ragqa.index import ArticleRow
from ragqa.records import Answer, Article, Citation, Conflict, Hit, Response

__all__ = [
    "article_view",
    "articles_view",
    "confidence_in_words",
    "counted",
    "hits_view",
    "response_line",
    "response_view",
    "visible",
]

_REASONS = {
    "no_passages": "nothing in the index matches the question and its limits",
    "null_beats_span": "the passages that were read hold no answer",
    "low_confidence": "what was found is too unlikely to be right",
    "outside_dates": "no article is of the dates that were asked for",
    "empty_index": "the index holds no articles yet",
}
_SENTENCE_CHARACTERS = 400
# What could steer a terminal: C0 and C1 controls, and the marks that turn the direction of the text.
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def confidence_in_words(confidence: float | None) -> str:
    """Return a confidence as a person would say it, with its figure.

    >>> confidence_in_words(0.93), confidence_in_words(None)
    ('very likely right, 93 %', 'confidence unknown')
    """
    if confidence is None:
        return "confidence unknown"
    steps = [(0.9, "very likely right"), (0.7, "likely right"), (0.5, "more likely right than not"), (0.3, "doubtful")]
    words = next((words for least, words in steps if confidence >= least), "very doubtful")
    figure = "over 99 %" if confidence > 0.99 else "under 1 %" if confidence < 0.01 else f"{100 * confidence:.0f} %"
    return f"{words}, {figure}"


def counted(number: int, noun: str) -> str:
    """Return a number with its noun.

    >>> counted(1, "article"), counted(1200, "passage")
    ('1 article', '1,200 passages')
    """
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def response_view(response: Response) -> RenderableType:
    """Return the conflicts and answers of a response, each with its confidence, sentences and sources; or why there is none."""
    if response.abstained:
        return _abstention(response)
    numbered = enumerate(response.answers, start=1)
    conflicts = (_conflict(conflict) for conflict in response.conflicts)
    return Group(*conflicts, *(_answer(number, answer) for number, answer in numbered))


def response_line(response: Response) -> str:
    """Return the best answer on one line, for pipes: answer, confidence, source, date and place, tab-separated.

    Where it has rivals, one more field names them.
    """
    if response.abstained:
        return f"-\t{response.reason}"
    best = response.answers[0]
    citation = best.citations[0]
    fields = [
        best.text,
        confidence_in_words(best.confidence),
        _origin(citation),
        f"{citation.article_id}:{citation.start}-{citation.end}",
    ]
    for conflict in response.conflicts:
        rivals = [value.text for value in conflict.values if value.text != best.text]
        fields.append(f"{conflict.kind}: {', '.join(rivals)}")
    return "\t".join(" ".join(visible(field).split()) for field in fields)


def hits_view(hits: Sequence[Hit]) -> RenderableType:
    """Return passages, best first, with their scores and places."""
    if not hits:
        return Text("No passage was found.", style="yellow")
    parts: list[RenderableType] = []
    for hit in hits:
        head = Text.assemble((f"{hit.rank:>3}  ", "bold"), (visible(hit.passage.article_id), "cyan"))
        head.append(f"  characters {hit.passage.start}-{hit.passage.end}  {hit.kind} {hit.score:.4f}", style="dim")
        if hit.kind == "hybrid":
            head.append(f"  (dense {_score(hit.dense_score)}, lexical {_score(hit.lexical_score)})", style="dim")
        parts += [head, Padding(Text(visible(hit.passage.text)), (0, 0, 1, 5), expand=False)]
    return Group(*parts)


def articles_view(rows: Iterable[ArticleRow]) -> RenderableType:
    """Return a table of articles."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("id", style="cyan", overflow="fold")
    for name in ("title", "source"):
        table.add_column(name, overflow="fold")
    table.add_column("published", no_wrap=True)
    for name in ("characters", "passages"):
        table.add_column(name, justify="right")
    for row in rows:
        table.add_row(
            *(Text(visible(field or "")) for field in (row.id, row.title, row.source)),
            _day(row.published_at),
            f"{row.characters:,}",
            f"{row.passages:,}",
        )
    return table


def article_view(article: Article) -> RenderableType:
    """Return an article: what is known about it, then its text."""
    known = {
        "id": article.id,
        "title": article.title,
        "source": article.source,
        "published": _day(article.published_at),
        "authors": ", ".join(article.authors),
        "language": article.language,
        "url": article.url,
        "SHA-256 of the text": article.content_hash,
    }
    head = [Text.assemble((f"{name}: ", "dim"), visible(value)) for name, value in known.items() if value]
    return Group(*head, Text(""), Text(visible(article.text)))


def _answer(number: int, answer: Answer) -> RenderableType:
    head = Text.assemble((f"{number}  ", "dim"), (visible(answer.text), "bold green"))
    head.append(f"   {confidence_in_words(answer.confidence)}", style="dim")
    if answer.sources > 1:
        head.append(f", {answer.sources} sources agree", style="dim")
    cited = [Padding(_citation(citation), (0, 0, 0, 3), expand=False) for citation in answer.citations]
    return Group(head, *cited, Text(""))


def _conflict(conflict: Conflict) -> RenderableType:
    """Return the values of a conflict, a line each: what, as of when, by whom, and how sure."""
    head = {
        "differs": "The sources differ:",
        "superseded": "The figure changed; the newest report comes first:",
    }[conflict.kind]
    table = Table(box=None, pad_edge=False, show_header=False, padding=(0, 2, 0, 0))
    for value in conflict.values:
        days = sorted({_day(citation.published_at) for citation in value.citations} - {""})
        names = dict.fromkeys(citation.source or citation.article_id for citation in value.citations)
        table.add_row(
            Text(visible(value.text), style="bold"),
            Text(f"as of {days[-1]}" if days else "undated"),
            Text(visible(", ".join(names)), style="cyan"),
            Text(confidence_in_words(value.confidence), style="dim"),
        )
    return Group(Text(head, style="bold yellow"), Padding(table, (0, 0, 1, 3)))


def _citation(citation: Citation) -> RenderableType:
    before = citation.sentence[: citation.start - citation.sentence_start]
    after = citation.sentence[citation.end - citation.sentence_start :]
    room = max(_SENTENCE_CHARACTERS - len(citation.quote), 80) // 2
    sentence = Text.assemble(
        visible(before if len(before) <= room else "…" + before[-room:]),
        (visible(citation.quote), "bold reverse"),
        visible(after if len(after) <= room else after[:room] + "…"),
    )
    place = f"{citation.url or citation.article_id}, characters {citation.start}-{citation.end}"
    lines = [sentence, Text(_origin(citation), style="cyan"), Text(visible(place), style="dim", overflow="fold")]
    return Group(*(line for line in lines if line))


def _abstention(response: Response) -> RenderableType:
    reason = _REASONS[response.reason] if response.reason else ""
    parts: list[RenderableType] = [
        Text.assemble(("Not in these articles", "bold yellow"), f": {reason}.")
        if response.hits
        else Text(f"{reason}.".capitalize())
    ]
    if response.hits:
        nearest = response.hits[0].passage
        text = " ".join(visible(nearest.text).split())
        parts.append(
            Text.assemble(("The nearest passage, ", "dim"), (visible(nearest.article_id), "cyan dim"), (":", "dim"))
        )
        parts.append(
            Padding(Text(text if len(text) <= 240 else text[:240] + "…", style="dim"), (0, 0, 0, 3), expand=False)
        )
    return Group(*parts, Text(""))


def _origin(citation: Citation) -> str:
    """Return title, source and date, as far as they are known."""
    known = [citation.title or "", citation.source or "", _day(citation.published_at)]
    return visible(" · ".join(part for part in known if part))


def _day(value: date | datetime | None) -> str:
    """Return a date, or a time with its offset from UTC where one is known."""
    if value is None:
        return ""
    return value.isoformat(sep=" ", timespec="minutes") if isinstance(value, datetime) else value.isoformat()


def _score(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def visible(text: str) -> str:
    """Return ``text`` with control characters, but for line ends and tabs, as visible symbols, and without a byte-order mark."""
    return _CONTROLS.sub(_symbol, text.replace("\r\n", "\n").removeprefix("\ufeff"))


def _symbol(control: re.Match[str]) -> str:
    code = ord(control.group())
    return chr(0x2400 + code) if code < 32 else "\ufffd"
