"""A session as a file: Markdown to read and paste, or JSON to go on with. Every citation keeps its place and its hash.

The Markdown holds what the screen showed, in the words of `ragqa.view`: answers, conflicts, citations with what their time words
mean and who says so, and the reason where there is no answer.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path

from ragqa.controls import visible
from ragqa.errors import SettingError, in_words
from ragqa.records import Answer, Article, Citation, Conflict, Response, Rival
from ragqa.repl.session import Exchange, Session
from ragqa.repl.shown import Note
from ragqa.view import (
    answer_in_words,
    answers_shown,
    citations_of_answers,
    conflict_in_words,
    counted,
    nearest_article,
    origin_line,
    reason_in_words,
    rival_in_words,
    said_in_words,
)

__all__ = ["OVERWRITE", "as_json", "as_markdown", "export"]

OVERWRITE = "overwrite"
"""The word behind the name of a file that may be written over."""

Nearest = Callable[[Response], Article | None]

_SPACE = re.compile(r"\s+")
_FIRST = re.compile(r"^[-+](?= )|(?<=^\d)[.)](?= )|(?<=^\d\d)[.)](?= )")  # what would begin a list
_SIGNS = str.maketrans({sign: f"\\{sign}" for sign in "\\`*_[]<>#|"})


def export(session: Session, argument: str) -> Note:
    """Write the session to a file, as Markdown or JSON by its suffix; over one that is there only with "overwrite" behind its name.

    Raises:
        QuestionError: nothing has been asked yet.
        SettingError: the suffix is another, or the file is there already or can't be written.
    """
    name, is_allowed = _target(argument)
    path = Path(name).expanduser()
    suffix = path.suffix.lower()
    if suffix not in (".md", ".markdown", ".json"):
        raise SettingError(f"a session is exported as .md or .json, got {argument!r}: give the file one of these names")
    session.last()
    index = session.pipeline.index
    text = (
        as_json(session.exchanges)
        if suffix == ".json"
        else as_markdown(session.exchanges, nearest=lambda response: nearest_article(response, index))
    )
    try:
        with path.open("w" if is_allowed else "x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as error:
        raise SettingError(
            f"{path} is there already: name a file that isn't, or write over it with /export {name} {OVERWRITE}"
        ) from error
    except OSError as error:
        raise SettingError(f"{path} can't be written ({in_words(error)}): name another file") from error
    return Note(f"{counted(len(session.exchanges), 'question')} written to {path}")


def as_json(exchanges: Sequence[Exchange]) -> str:
    """Return exchanges as a JSON array: the limits of each question, and the response as ``ragqa ask --json`` has it."""
    found = [
        {"limits": asdict(exchange.limits), "response": exchange.response.model_dump(mode="json")}
        for exchange in exchanges
    ]
    return json.dumps(found, ensure_ascii=False, indent=2) + "\n"


def as_markdown(exchanges: Sequence[Exchange], *, nearest: Nearest) -> str:
    """Return exchanges as Markdown: a heading a question, then what the screen showed of its response.

    ``nearest`` gives the article of a response's first hit, for an abstention to name.
    """
    parts = []
    for exchange in exchanges:
        response = exchange.response
        parts.append(f"## {_escaped(response.question)}")
        parts.append(f"*Asked with {_escaped(str(exchange.limits))}.*")
        conflicts = [_conflict(conflict, citations_of_answers(response)) for conflict in response.conflicts]
        parts += [*_abstention(response, nearest), *conflicts] if response.abstained else conflicts
        parts += [_answer(answer) for answer in answers_shown(response)]
    return "\n\n".join(parts) + "\n"


def _target(argument: str) -> tuple[str, bool]:
    """Return the name of the file, and whether it may be written over."""
    name, _, last = argument.rpartition(" ")
    return (name.rstrip(), True) if name.strip() and last == OVERWRITE else (argument, False)


def _abstention(response: Response, nearest: Nearest) -> list[str]:
    said = [f"Not in these articles: {reason_in_words(response)} ({_escaped(str(response.reason))})."]
    if response.hits:
        passage = response.hits[0].passage
        article = nearest(response)
        about = (article and origin_line(article)) or passage.article_id
        place = f"{passage.article_id}, characters {passage.start}-{passage.end}"
        said.append(f"The nearest passage{' of another date' if response.reason == 'outside_dates' else ''}:")
        said.append(_quoted([_escaped(passage.text), _escaped(about), _escaped(place)]))
    return said


def _answer(answer: Answer) -> str:
    head = f"**{_escaped(answer.text)}** ({answer_in_words(answer)})"
    return "\n\n".join([head, *map(_citation, answer.citations)])


def _conflict(conflict: Conflict, shown: Sequence[Citation]) -> str:
    """Return the values of a conflict as a list; the citations of a value stand below it, but for those that an answer shows."""
    return "\n\n".join([conflict_in_words(conflict), *(_rival(value, shown) for value in conflict.values)])


def _rival(value: Rival, shown: Sequence[Citation]) -> str:
    when, who, confidence = rival_in_words(value)
    head = f"- **{_escaped(value.text)}** {when}, {_escaped(who)} ({confidence})"
    own = [_citation(citation) for citation in value.citations if citation not in shown]
    below = "\n\n".join(own).replace("\n", "\n  ").replace("\n  \n", "\n\n")
    return f"{head}\n\n  {below}" if below else head


def _citation(citation: Citation) -> str:
    before, after = citation.start - citation.sentence_start, citation.end - citation.sentence_start
    sentence = citation.sentence
    place = f"{citation.url or citation.article_id}, characters {citation.start}-{citation.end}"
    return _quoted(
        [
            f"{_escaped(sentence[:before])}**{_escaped(sentence[before:after])}**{_escaped(sentence[after:])}",
            _escaped(said_in_words(citation)),
            _escaped(origin_line(citation)),
            _escaped(place),
            f"SHA-256 of the article's text: {citation.content_hash}",
        ]
    )


def _quoted(lines: Sequence[str]) -> str:
    """Return lines that are not empty as paragraphs of a block quote."""
    return "\n>\n".join(f"> {line}" for line in lines if line)


def _escaped(text: str) -> str:
    r"""Return text on one line, with nothing in it that Markdown or a terminal would act on.

    >>> _escaped("- 5 * 3\n[sic]")
    '\\- 5 \\* 3 \\[sic\\]'
    """
    return _FIRST.sub(r"\\\g<0>", _SPACE.sub(" ", visible(text)).translate(_SIGNS))
