"""Records drawn for a terminal: answers with their sentences, hits, articles, tables. Returns rich renderables, prints nothing.

Text of articles is always drawn as `Text`, never parsed as markup, and control characters in it are made visible, so that an
article can't recolour or retitle anybody's terminal.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from ragqa.controls import visible
from ragqa.errors import ArticleError
from ragqa.index import ArticleRow, Index
from ragqa.records import Answer, Article, Citation, Conflict, Hit, Response, Rival, Timeline

__all__ = [
    "answer_in_words",
    "answers_shown",
    "article_line",
    "article_view",
    "articles_view",
    "citation_entries",
    "citations_of_answers",
    "citations_shown",
    "confidence_in_words",
    "conflict_in_words",
    "counted",
    "day",
    "hits_view",
    "nearest_article",
    "origin_line",
    "plain",
    "reason_in_words",
    "response_line",
    "response_view",
    "rival_in_words",
    "said_in_words",
    "timeline_view",
]

_REASONS = {
    "no_passages": "nothing in the index matches the question and its limits",
    "null_beats_span": "the passages that were read hold no answer",
    "low_confidence": "what was found is too unlikely to be right",
    "outside_dates": "no article is of the dates that were asked for",
    "empty_index": "the index holds no articles yet",
}
_CONFLICTS = {
    "differs": "The sources differ:",
    "superseded": "The answer changed; the newest report comes first:",
}
_CHANGES = {"up": "\u2191", "down": "\u2193", None: "~"}
_LEGEND = "\u2191 a larger figure than before, \u2193 a smaller one, ~ another answer that can't be compared so"
_SENTENCE_CHARACTERS = 400
_DOUBTFUL = 0.3  # below it an answer is more often a piece of a better one's sentence than another answer


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


def reason_in_words(response: Response) -> str:
    """Return why a response has no answer, as a clause; empty where it has one."""
    return _REASONS[response.reason] if response.reason else ""


def answer_in_words(answer: Answer) -> str:
    """Return what is said behind an answer: how sure it is, how many sources agree, as of when."""
    known = [confidence_in_words(answer.confidence)]
    known += [f"{answer.sources} sources agree"] if answer.sources > 1 else []
    known += [f"as of {day(answer.as_of)}"] if answer.as_of is not None else []
    return ", ".join(known)


def conflict_in_words(conflict: Conflict) -> str:
    """Return the line that stands over the values of a conflict."""
    return _CONFLICTS[conflict.kind]


def rival_in_words(value: Rival) -> tuple[str, str, str]:
    """Return of when a value of a conflict is, by whom, and how sure it is."""
    days = sorted({day(citation.published_at) for citation in value.citations} - {""})
    names = dict.fromkeys(citation.source or citation.article_id for citation in value.citations)
    when = f"as of {days[-1]}" if days else "undated"
    return when, visible(", ".join(names)), confidence_in_words(value.confidence)


def said_in_words(citation: Citation) -> str:
    """Return what the sentence's time words mean, who stands behind the quote, and that a notice withdraws it; may be empty."""
    known = list(dict.fromkeys(f"{date.text} = {date.iso}" for date in citation.resolved_dates))
    if citation.attribution:
        known.append(f"attributed: {citation.attribution.text}")
    if citation.withdrawn:
        known.append("withdrawn by a correction")
    return visible("; ".join(" ".join(part.split()) for part in known))


def counted(number: int, noun: str) -> str:
    """Return a number with its noun.

    >>> counted(1, "article"), counted(1200, "passage")
    ('1 article', '1,200 passages')
    """
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def response_view(response: Response, *, nearest: Article | None = None) -> RenderableType:
    """Return the conflicts and answers of a response, each with its confidence, sentences and sources; or why there is none.

    Citations are numbered through, as `citations_shown` gives them. A doubtful answer from a sentence that a better one cites is
    not drawn: it is mostly a piece of that sentence. ``nearest``: the article of the first hit, for an abstention to name.
    """
    if response.abstained:
        return _abstention(response, nearest)
    drawn: list[RenderableType] = [_conflict(conflict) for conflict in response.conflicts]
    number = 1
    for answer in answers_shown(response):
        drawn.append(_answer(answer, number))
        number += len(answer.citations)
    for value in _only_in_conflict(response):
        drawn.append(_rival(value, number))
        number += len(value.citations)
    return Group(*drawn)


def nearest_article(response: Response, index: Index) -> Article | None:
    """Return the article of the first hit, None where there is none or it has been deleted since."""
    try:
        return index.article(response.hits[0].passage.article_id) if response.hits else None
    except ArticleError:
        return None


def answers_shown(response: Response) -> list[Answer]:
    """Return the answers that `response_view` draws, best first."""
    shown: list[Answer] = []
    sentences: set[tuple[str, int]] = set()
    for answer in response.answers:
        own = {(citation.article_id, citation.sentence_start) for citation in answer.citations}
        is_doubtful = answer.confidence is not None and answer.confidence < _DOUBTFUL
        if shown and is_doubtful and own <= sentences:
            continue
        shown.append(answer)
        sentences |= own
    return shown


def citations_shown(response: Response) -> list[Citation]:
    """Return the citations that `response_view` draws, in the order of the numbers that it gives them."""
    rivals = (citation for value in _only_in_conflict(response) for citation in value.citations)
    return [*citations_of_answers(response), *rivals]


def citations_of_answers(response: Response) -> list[Citation]:
    """Return the citations of the answers that are drawn."""
    return [citation for answer in answers_shown(response) for citation in answer.citations]


def _only_in_conflict(response: Response) -> list[Rival]:
    """Return the values of conflicts of which no citation stands under an answer; none where the question is abstained from."""
    if response.abstained:
        return []
    shown = {(own.article_id, own.start) for own in citations_of_answers(response)}
    values = [value for conflict in response.conflicts for value in conflict.values]
    return [own for own in values if not shown & {(cited.article_id, cited.start) for cited in own.citations}]


def response_line(response: Response, *, with_question: bool = False) -> str:
    """Return the best answer on one line, for pipes: answer, confidence, origin and place, tab-separated.

    Where it has rivals, one more field names them. For no answer "-" and the reason. ``with_question`` puts the question before.
    """
    before = [response.question] if with_question else []
    if response.abstained:
        return plain(*before, "-", str(response.reason))
    best = response.answers[0]
    citation = best.citations[0]
    place = f"{citation.article_id}:{citation.start}-{citation.end}"
    rivals = [
        f"{conflict.kind}: {', '.join(value.text for value in conflict.values if value.text != best.text)}"
        for conflict in response.conflicts
    ]
    return plain(*before, best.text, confidence_in_words(best.confidence), origin_line(citation), place, *rivals)


def plain(*fields: str) -> str:
    r"""Return fields as one line, separated by tabs, with nothing in them that would break it.

    >>> plain("two\nlines", "a\ttab")
    'two lines\ta tab'
    """
    return "\t".join(" ".join(visible(field).split()) for field in fields)


def timeline_view(timeline: Timeline) -> RenderableType:
    """Return a timeline as a table: date, answer, source, sentence; a mark where the answer changed, and below what marks mean."""
    parts: list[RenderableType] = []
    if timeline.entries:
        table = Table(box=None, pad_edge=False, header_style="bold")
        table.add_column("published", no_wrap=True)
        for name in ("", "answer", "source", "sentence"):
            table.add_column(name, overflow="fold")
        for entry in timeline.entries:
            citation = entry.citation
            table.add_row(
                day(entry.published_at),
                _CHANGES[entry.direction] if entry.changed else "",
                Text(visible(entry.text), style="bold green"),
                Text(visible(citation.source or citation.article_id), style="cyan"),
                Text(visible(" ".join(citation.sentence.split()))),
            )
        parts.append(table)
        if any(entry.changed for entry in timeline.entries):
            parts.append(Text(_LEGEND, style="dim"))
    else:
        parts.append(Text("No dated article holds an answer.", style="yellow"))
    if timeline.undated:
        names = ", ".join(visible(name) for name in timeline.undated)
        held = counted(len(timeline.undated), "article")
        parts.append(Text(f"Left out, for want of a date: {held} with an answer ({names}).", style="dim"))
    return Group(*parts)


def citation_entries(response: Response, style: str) -> list[str]:
    """Return the citations that `response_view` draws as entries of a bibliography, best first, each once."""
    entries = (citation.format(style) for citation in citations_shown(response))
    return [visible(entry) for entry in dict.fromkeys(entries)]


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
    """Return a list of articles: each with its id whole, for that is what other commands take, and what is known about it."""
    parts: list[RenderableType] = []
    for row in rows:
        known = [row.title or "", row.source or "", day(row.published_at)]
        counts = f"{counted(row.characters, 'character')}, {counted(row.passages, 'passage')}"
        about = " · ".join(part for part in (*known, counts) if part)
        parts.append(Text(visible(row.id), style="cyan", overflow="fold"))
        parts.append(Padding(Text(visible(about), style="dim"), (0, 0, 0, 3), expand=False))
    return Group(*parts) if parts else Text("The index holds no articles yet.")


def article_line(row: ArticleRow) -> str:
    """Return an article of the list on one line, for pipes: id, title, source, day, characters and passages, tab-separated."""
    fields = (row.id, row.title or "", row.source or "", day(row.published_at))
    return plain(*fields, str(row.characters), str(row.passages))


def article_view(article: Article, *, cited: Citation | None = None, marked: bool = False) -> RenderableType:
    """Return an article: what is known about it, then its text, in which the characters of ``cited`` stand out.

    ``marked`` puts them into double square brackets, for where there are no colours.
    """
    known = {
        "id": article.id,
        "title": article.title,
        "source": article.source,
        "published": day(article.published_at),
        "authors": ", ".join(article.authors),
        "language": article.language,
        "url": article.url,
        "SHA-256 of the text": article.content_hash,
    }
    head = [Text.assemble((f"{name}: ", "dim"), visible(value)) for name, value in known.items() if value]
    if cited is None:
        return Group(*head, Text(""), Text(visible(article.text)))
    opening, closing = ("[[", "]]") if marked else ("", "")
    text = Text.assemble(
        visible(article.text[: cited.start]),
        (f"{opening}{visible(cited.quote)}{closing}", "bold reverse"),
        visible(article.text[cited.end :]),
    )
    return Group(*head, Text(""), text)


def _answer(answer: Answer, first: int) -> RenderableType:
    """Return an answer whose citations are numbered from ``first``."""
    head = Text(visible(answer.text), style="bold green")
    head.append(f"   {answer_in_words(answer)}", style="not bold dim default")
    return Group(head, _numbered(answer.citations, first), Text(""))


def _numbered(citations: Sequence[Citation], first: int) -> RenderableType:
    table = Table.grid(padding=(0, 1))
    table.add_column(justify="right", style="dim", no_wrap=True, min_width=4)
    table.add_column(overflow="fold")
    for number, citation in enumerate(citations, start=first):
        table.add_row(f"[{number}]", _citation(citation))
    return table


def _conflict(conflict: Conflict) -> RenderableType:
    """Return the values of a conflict, a line each: what, as of when, by whom, and how sure."""
    table = Table(box=None, pad_edge=False, show_header=False, padding=(0, 2, 0, 0))
    for value in conflict.values:
        when, who, confidence = rival_in_words(value)
        table.add_row(
            Text(visible(value.text), style="bold"), Text(when), Text(who, style="cyan"), Text(confidence, style="dim")
        )
    return Group(Text(conflict_in_words(conflict), style="bold yellow"), Padding(table, (0, 0, 1, 3)))


def _rival(value: Rival, first: int) -> RenderableType:
    """Return a value that no answer gives, with its citations numbered from ``first``."""
    head = Text(visible(value.text), style="bold yellow")
    head.append("   in the list above, no answer by itself", style="not bold dim default")
    return Group(head, _numbered(value.citations, first), Text(""))


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
    lines = [sentence, Text(said_in_words(citation), style="dim"), Text(origin_line(citation), style="cyan")]
    lines.append(Text(visible(place), style="dim", overflow="fold"))
    return Group(*(line for line in lines if line))


def _abstention(response: Response, nearest: Article | None) -> RenderableType:
    reason = reason_in_words(response)
    if not response.hits:
        return Group(Text(f"{reason}.".capitalize()), Text(""))
    passage = response.hits[0].passage
    text = " ".join(visible(passage.text).split())
    other_dates = " of another date" if response.reason == "outside_dates" else ""
    about = (nearest and origin_line(nearest)) or visible(passage.article_id)
    return Group(
        Text.assemble(("Not in these articles", "bold yellow"), f": {reason}."),
        Text.assemble((f"The nearest passage{other_dates}: ", "dim"), (about, "cyan")),
        Padding(Text(text if len(text) <= 240 else text[:240] + "…", style="dim"), (0, 0, 0, 3), expand=False),
        Text(f"   {visible(passage.article_id)}, characters {passage.start}-{passage.end}", style="dim"),
        Text(""),
        *(_conflict(conflict) for conflict in response.conflicts),
    )


def origin_line(what: Article | Citation) -> str:
    """Return title, source and date, as far as they are known, without anything that could steer a terminal."""
    known = [what.title or "", what.source or "", day(what.published_at)]
    return visible(" · ".join(part for part in known if part))


def day(value: date | datetime | None) -> str:
    """Return a date, or a time with its offset from UTC where one is known."""
    if value is None:
        return ""
    return value.isoformat(sep=" ", timespec="minutes") if isinstance(value, datetime) else value.isoformat()


def _score(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"
