"""Saved responses held against the index: which citations still hold, which article changed, which is gone.

A citation says where it stands and carries the SHA-256 of the article that it was taken from, so that what it claims can be looked
up again at any later time, by anybody who has the index: it is made anew from the article, and held against this field by field.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ragqa.citing import cite
from ragqa.errors import ArticleError, IndexDamaged, SettingError, in_words
from ragqa.findings import CheckedCitation, CheckedResponse, CitationState
from ragqa.index import Index
from ragqa.records import Answer, Article, Citation, Response, Rival

__all__ = ["read_responses", "recheck"]

_FACTS = ("authors", "published_at", "source", "title", "url")
"""What an index may come to know anew of an article whose text stays the same."""


def recheck(index: Index, response: Response) -> CheckedResponse:
    """Hold every citation of ``response``, those of its conflicts too, against the articles of ``index`` as they are now."""
    said: list[Answer | Rival] = [
        *response.answers,
        *(value for conflict in response.conflicts for value in conflict.values),
    ]
    checked: dict[tuple[str, str, int, int], CheckedCitation] = {}
    for answer in said:
        for citation in answer.citations:
            # A conflict shows answers of the response again.
            key = (answer.text, citation.article_id, citation.start, citation.end)
            one = _checked(index, answer, citation)
            if key not in checked or checked[key].state == "holds":
                checked[key] = one
    return CheckedResponse(
        question=response.question,
        holds=all(one.state == "holds" for one in checked.values()),
        citations=tuple(checked.values()),
    )


def read_responses(path: Path) -> list[Response]:
    """Return the responses that a file holds: one as JSON, a list of them, or one a line, as ``--json`` writes them.

    Raises:
        SettingError: the file can't be read, or holds something else.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingError(f"the responses can't be read from {path}: {in_words(error)}") from error
    found = []
    for place, value in _values(text, path):
        try:
            found.append(Response.model_validate(value))
        except ValueError as error:  # pydantic's ValidationError is one
            problem = " ".join(str(error).split())
            raise SettingError(
                f"{path}, {place}: expected a response as `ragqa ask --json` writes it, got something else: {problem[:300]}"
            ) from error
    if not found:
        raise SettingError(f"{path} holds no response: save one with `ragqa ask QUESTION --index DIR --json > FILE`")
    return found


def _values(text: str, path: Path) -> Iterator[tuple[str, Any]]:
    """Yield what stands for each response, with its place in the file."""
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError):
        # Not splitlines: U+2028 and its like may stand inside a JSON string.
        lines = [(number, line) for number, line in enumerate(text.split("\n"), start=1) if line.strip()]
        for number, line in lines:
            try:
                yield f"line {number}", json.loads(line)
            except (ValueError, RecursionError) as error:
                raise SettingError(
                    f"{path}, line {number}: expected JSON ({error}), got {line[:80]!r}; give a response as `ragqa ask --json` "
                    "writes it"
                ) from error
        return
    if isinstance(whole, list):
        yield from ((f"item {number}", value) for number, value in enumerate(whole, start=1))
    else:
        yield "the only item", whole


def _checked(index: Index, answer: Answer | Rival, citation: Citation) -> CheckedCitation:
    state, problem = _state(index, citation)
    if state == "holds" and answer.text not in {one.quote for one in answer.citations}:
        state, problem = "false", "the answer is not what its citations quote"
    return CheckedCitation(
        answer=answer.text,
        article_id=citation.article_id,
        quote=citation.quote,
        start=citation.start,
        end=citation.end,
        state=state,
        problem=problem,
    )


def _state(index: Index, citation: Citation) -> tuple[CitationState, str | None]:
    try:
        article = index.article(citation.article_id)
    except ArticleError:
        return "gone", "the article is not in the index any more"
    except IndexDamaged as error:
        return "damaged", str(error)
    if article.content_hash != citation.content_hash:
        return "changed", f"the article has another text by now; {_whereabouts(article, citation)}"
    stretches = {
        "quote": (citation.start, citation.end, citation.quote),
        "sentence": (citation.sentence_start, citation.sentence_end, citation.sentence),
    }
    for name, (start, end, text) in stretches.items():
        if not 0 <= start < end <= len(article.text) or article.text[start:end] != text:
            return "false", f"the {name} is not what stands at these characters of the article"
    made = cite(article, citation.start, citation.end)
    if changed := [name for name in _FACTS if getattr(made, name) != getattr(citation, name)]:
        now = ", ".join(f"{name} is {_told(getattr(made, name))} now" for name in changed)
        return "changed", f"the text is the same; {now}"
    if forged := [name for name in Citation.model_fields if getattr(made, name) != getattr(citation, name)]:
        return "false", f"not as these characters are cited: {', '.join(forged)}"
    return "holds", None


def _told(value: object) -> str:
    return ", ".join(value) if isinstance(value, tuple) else str(value)


def _whereabouts(article: Article, citation: Citation) -> str:
    """Return whether the sentence, or only the quote, still stands in an article that was changed."""
    if citation.sentence and citation.sentence in article.text:
        return "the sentence still stands in it"
    if citation.quote in article.text:
        return "the sentence is gone, the quote still stands in it somewhere"
    return "the quote is gone"
