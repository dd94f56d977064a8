"""Files of many articles: JSON, JSON lines, CSV and Parquet, row by row.

A row that can't be read is yielded as `Unreadable`, and the next one follows. All but JSON is streamed. This module is the only
importer of pyarrow.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from ragqa.articles.decoding import open_text
from ragqa.articles.fields import MAX_CHARACTERS, Found, Unreadable, kind_of, known_fields
from ragqa.errors import MissingExtra

if TYPE_CHECKING:
    import pyarrow

__all__ = ["read_csv", "read_json", "read_jsonl", "read_parquet"]

# Room for the longest text with every character escaped (\u0000), and for the other fields.
_LONGEST_ROW = 6 * MAX_CHARACTERS + (1 << 20)
_LONGEST_JSON = 1 << 28
_LISTS = ("articles", "data", "items", "results")
_DELIMITERS = (",", ";", "\t")
_PARQUET_BATCH = 64
_DAMAGED = "some bytes are not UTF-8, as the rest of the file is: repair the row"

Row = Found | Unreadable


def read_json(path: Path) -> Iterator[Row]:
    """Read a JSON file: one article, a list of articles, or an object with such a list under articles, data, items or results.

    Raises:
        Unreadable: it is not JSON, or has no articles.
        OSError, EOFError, zlib.error: the file can't be read, or unpacked.
    """
    with open_text(path, newline="") as file:
        text = file.read(_LONGEST_JSON + 1)
    if len(text) > _LONGEST_JSON:
        raise Unreadable(
            f"it has over {_LONGEST_JSON:,} characters: write it as JSON lines (.jsonl), which are read one by one"
        )
    if not text.strip():
        return
    value = _parsed(text, line=1)
    del text
    if isinstance(value, dict) and "text" not in known_fields(value):
        value = next((value[name] for name in _LISTS if isinstance(value.get(name), list)), value)
    if not isinstance(value, list):
        yield _row(value)
        return
    for number, item in enumerate(value, start=1):
        yield _row(item, place=f"item {number}")


def read_jsonl(path: Path) -> Iterator[Row]:
    """Read JSON lines: one article a line; blank lines count, and are nothing.

    Raises:
        Unreadable: the file is no text.
        OSError, EOFError, zlib.error: the file can't be read, or unpacked.
    """
    with open_text(path, newline="\n") as file:
        number = 0
        while line := file.readline(_LONGEST_ROW):
            number += 1
            if len(line) == _LONGEST_ROW and not line.endswith("\n"):
                _skip_line(file)
                yield Unreadable(f"the line has over {_LONGEST_ROW:,} characters: split it into articles", line=number)
            elif line.strip():
                yield _json_line(line, number)


def read_csv(path: Path) -> Iterator[Row]:
    """Read comma-separated values under a line of names; commas, semicolons or tabs, quotes as in RFC 4180.

    Raises:
        Unreadable: the file is no text, has no column of text, or a quote is left open.
        OSError, EOFError, zlib.error: the file can't be read, or unpacked.
    """
    # The limit is one for the whole process. It is raised and stays so: putting it back would race with other threads.
    csv.field_size_limit(max(csv.field_size_limit(), _LONGEST_ROW))
    with open_text(path, newline="") as file:
        first = file.readline(_LONGEST_ROW)
        if not first.strip():
            return
        for delimiter in _DELIMITERS:
            header = next(csv.reader([first], delimiter=delimiter), [])
            if "text" in known_fields(dict.fromkeys(header, "?")):
                yield from _csv_rows(csv.reader(file, delimiter=delimiter, strict=True), header)
                return
        raise Unreadable("the first line names no column text, content or body: name the columns there", line=1)


def _csv_rows(rows: Any, header: list[str]) -> Iterator[Row]:
    while True:
        line = rows.line_num + 2  # the line after those read, and the header
        try:
            values = next(rows, None)
        except csv.Error as error:
            # What follows may be the rest of this row, and would pass for rows of its own.
            raise Unreadable(
                f"the row can't be told from those after it, and they are not read ({error}): look for a stray or open quote",
                line=line,
            ) from error
        if values is None:
            return
        if not values:
            continue
        if _is_damaged("".join(values)):
            yield Unreadable(_DAMAGED, line=line)
        elif len(values) > len(header):
            yield Unreadable(
                f"the row has {len(values)} values for {len(header)} columns: put a text that holds the delimiter in quotes",
                line=line,
            )
        else:
            yield Found(known_fields(dict(zip(header, values, strict=False))), line=line)


def read_parquet(path: Path) -> Iterator[Row]:
    """Read the columns of a Parquet file that are fields of an article, batch by batch.

    Raises:
        MissingExtra: pyarrow is not installed.
        Unreadable: the file is damaged, or has no column of text.
        OSError: the file can't be read.
    """
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError as error:
        raise MissingExtra(
            'reading Parquet needs pyarrow, which is not installed: pip install "ragqa[parquet]"'
        ) from error
    with path.open("rb") as raw:
        number = 0
        try:
            file = parquet.ParquetFile(raw)
            names = [name for name in file.schema_arrow.names if known_fields({name: "?"})]
            if "text" not in known_fields(dict.fromkeys(names, "?")):
                raise Unreadable("it has no column text, content or body: name the column of the articles so")
            for batch in file.iter_batches(batch_size=_PARQUET_BATCH, columns=names):
                for values in _batch_rows(_in_microseconds(batch)):
                    number += 1
                    place = f"row {number}"
                    if isinstance(values, Exception):
                        yield Unreadable(f"{place}: a value can't be read ({values}): repair the row")
                    else:
                        yield Found(known_fields(values), place=place)
        except (pyarrow.ArrowException, ValueError) as error:
            after = f" after row {number}" if number else ""
            raise Unreadable(f"it is not a Parquet file that can be read{after} ({error}): write it again") from error


def _batch_rows(batch: pyarrow.RecordBatch) -> Iterator[dict[object, object] | Exception]:
    for index in range(batch.num_rows):
        try:
            yield batch.slice(index, 1).to_pylist()[0]
        except (ValueError, OverflowError) as error:
            yield error


def _in_microseconds(batch: pyarrow.RecordBatch) -> pyarrow.RecordBatch:
    """Return ``batch`` with its times rounded down to what Python holds: nanoseconds would be refused."""
    import pyarrow

    columns = [
        column.cast(pyarrow.timestamp("us", column.type.tz), safe=False)
        if pyarrow.types.is_timestamp(column.type) and column.type.unit == "ns"
        else column
        for column in batch.columns
    ]
    return pyarrow.RecordBatch.from_arrays(columns, names=batch.schema.names)


def _row(value: object, *, line: int | None = None, place: str = "") -> Row:
    if isinstance(value, Mapping):
        return Found(known_fields(value), line=line, place=place)
    where = f"{place}: " if place else ""
    return Unreadable(
        f'{where}expected an object such as {{"title": "...", "text": "..."}}, got {kind_of(value)}', line=line
    )


def _json_line(line: str, number: int) -> Row:
    if _is_damaged(line):
        return Unreadable(_DAMAGED, line=number)
    try:
        return _row(_parsed(line.rstrip("\r\n"), line=number), line=number)
    except Unreadable as error:
        return error


def _parsed(text: str, *, line: int) -> object:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise Unreadable(
            f"it is not JSON: {error.msg.removesuffix(' at')} at character {error.colno:,} of the line",
            line=line + error.lineno - 1,
        ) from error
    except (ValueError, RecursionError) as error:
        raise Unreadable(
            "it is not JSON that can be read: a number is too long, or lists too deep", line=line
        ) from error


def _is_damaged(text: str) -> bool:
    """Say whether ``text`` holds bytes that were no UTF-8, which come as lone surrogates."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return True
    return False


def _skip_line(file: TextIO) -> None:
    while (rest := file.readline(_LONGEST_ROW)) and not rest.endswith("\n"):
        pass
