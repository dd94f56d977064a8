"""Gold tables: CSV or TSV with the columns ``question``, ``answer`` and ``article``.

Separated by comma, semicolon or tab, whichever the header uses. Rows with the same question and article are one question with
several answers; an empty answer says that there is none. ``article`` is the text that the question is asked about, or the id of
an article of the index; it is taken as text where it holds the answer or has more than `_LONGEST_ID` words. The columns
``context`` (text) and ``article_id`` leave no doubt. Further columns: ``id``, ``title``, ``source``.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path

from ragqa.errors import SettingError
from ragqa.evaluation.questions import GoldQuestion

__all__ = ["read_rows"]

_LONGEST_ID = 12


def read_rows(text: str, path: Path) -> list[GoldQuestion]:
    """Return the questions of a table, in the order of their first rows.

    Raises:
        SettingError: a column is missing, a row is not whole, or a row has no question.
    """
    header = text.partition("\n")[0]
    delimiter = max(",;\t", key=header.count)
    # csv refuses cells above 131,072 characters by default; an article may be longer. The limit is global: put it back.
    limit = csv.field_size_limit(max(len(text), 1))
    try:
        reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        names = [name.strip().lower() for name in reader.fieldnames or ()]
        if missing := {"question", "answer"} - set(names):
            raise SettingError(
                f"{path}, line 1: expected a header with the columns question and answer, "
                f"and article where there is one; {' and '.join(sorted(missing))} is missing in {header.strip()[:80]!r}"
            )
        reader.fieldnames = names
        return _merged(reader, path)
    except csv.Error as error:
        raise SettingError(f"{path} is not a table that can be read: {error}") from error
    finally:
        csv.field_size_limit(limit)


def _merged(reader: csv.DictReader[str], path: Path) -> list[GoldQuestion]:
    found: dict[tuple[str, ...], GoldQuestion] = {}
    for row in reader:
        if None in row or None in row.values() or not row["question"].strip():
            raise SettingError(
                f"{path}, line {reader.line_num}: expected {len(reader.fieldnames or ())} cells and a question"
            )
        answer = row["answer"].strip()
        context, article_id = _article(row, answer)
        given = row.get("id") or ""
        key = (given, row["question"], context or "", article_id)
        known = found.get(key)
        if known is not None:
            found[key] = known._replace(answers=(*known.answers, answer)) if answer else known
            continue
        found[key] = GoldQuestion(
            id=given or f"{path.name.split('.')[0]}:{reader.line_num}",
            question=row["question"].strip(),
            answers=(answer,) if answer else (),
            context=context,
            article_ids=(article_id,) if article_id else (),
            title=row.get("title") or None,
            source=row.get("source") or None,
        )
    return list(found.values())


def _article(row: dict[str, str], answer: str) -> tuple[str | None, str]:
    """Return the text that a row's question is asked about, or None, and the id of its article, or ""."""
    cell = row.get("article") or ""
    is_text = len(cell.split()) > _LONGEST_ID or (" " in cell.strip() and bool(answer) and answer in cell)
    context = row.get("context") or (cell if is_text else None)
    return context, row.get("article_id") or ("" if is_text else cell.strip())
