"""A session as a file: Markdown to read and paste, or JSON to go on with. Every citation keeps its place and its hash."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from ragqa.errors import SettingError
from ragqa.records import Answer, Citation
from ragqa.repl.session import Exchange, Session
from ragqa.repl.shown import Note
from ragqa.view import confidence_in_words, counted, origin_line, visible

__all__ = ["as_json", "as_markdown", "export"]

_SPACE = re.compile(r"\s+")
_FIRST = re.compile(r"^[-+](?= )|(?<=^\d)[.)](?= )|(?<=^\d\d)[.)](?= )")  # what would begin a list
_SIGNS = str.maketrans({sign: f"\\{sign}" for sign in "\\`*_[]<>#|"})


def export(session: Session, argument: str) -> Note:
    """Write the session to a file, as Markdown or JSON by its suffix. A file that this session did not write is left alone.

    Raises:
        QuestionError: nothing has been asked yet.
        SettingError: the suffix is another, or the file can't be written.
    """
    path = Path(argument).expanduser()
    write = {".md": as_markdown, ".markdown": as_markdown, ".json": as_json}.get(path.suffix.lower())
    if write is None:
        raise SettingError(f"a session is exported as .md or .json, got {argument!r}: give the file one of these names")
    session.last()
    if path.exists() and path.resolve() not in session.exported:
        raise SettingError(f"{path} is there already: name another file, or remove it first")
    try:
        path.write_text(write(session.exchanges), encoding="utf-8")
    except OSError as error:
        raise SettingError(f"{path} can't be written ({error}): name another file") from error
    session.exported.add(path.resolve())
    return Note(f"{counted(len(session.exchanges), 'question')} written to {path}")


def as_json(exchanges: Sequence[Exchange]) -> str:
    """Return exchanges as a JSON array: the limits of each question, and the response as ``ragqa ask --json`` has it."""
    found = [
        {"limits": asdict(exchange.limits), "response": exchange.response.model_dump(mode="json")}
        for exchange in exchanges
    ]
    return json.dumps(found, ensure_ascii=False, indent=2) + "\n"


def as_markdown(exchanges: Sequence[Exchange]) -> str:
    """Return exchanges as Markdown: a heading a question, each answer with its sentences and where they stand."""
    parts = []
    for exchange in exchanges:
        response = exchange.response
        parts.append(f"## {_escaped(response.question)}")
        parts.append(f"*Asked with {_escaped(str(exchange.limits))}.*")
        if response.abstained:
            parts.append(f"Not in these articles ({_escaped(str(response.reason))}).")
        parts += [_answer(answer) for answer in response.answers]
    return "\n\n".join(parts) + "\n"


def _answer(answer: Answer) -> str:
    head = f"**{_escaped(answer.text)}** ({confidence_in_words(answer.confidence)})"
    return "\n\n".join([head, *map(_citation, answer.citations)])


def _citation(citation: Citation) -> str:
    before, after = citation.start - citation.sentence_start, citation.end - citation.sentence_start
    sentence = citation.sentence
    quoted = f"{_escaped(sentence[:before])}**{_escaped(sentence[before:after])}**{_escaped(sentence[after:])}"
    origin = _escaped(origin_line(citation))
    place = f"{citation.url or citation.article_id}, characters {citation.start}-{citation.end}"
    lines = [
        quoted,
        *([origin] if origin else []),
        _escaped(place),
        f"SHA-256 of the article's text: {citation.content_hash}",
    ]
    return "\n>\n".join(f"> {line}" for line in lines)


def _escaped(text: str) -> str:
    r"""Return text on one line, with nothing in it that Markdown or a terminal would act on.

    >>> _escaped("- 5 * 3\n[sic]")
    '\\- 5 \\* 3 \\[sic\\]'
    """
    return _FIRST.sub(r"\\\g<0>", _SPACE.sub(" ", visible(text)).translate(_SIGNS))
