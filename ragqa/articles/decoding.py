"""Bytes to text, code point for code point, or a refusal: never a mangled word.

In this order: a byte-order mark decides; then strict UTF-8; then what an HTML page declares; then Windows-1252, if what comes
out is Western European prose; then charset-normalizer, if only one of its readings is likely. Anything else is refused. The mark
itself stays in the text of an article as U+FEFF.
"""

from __future__ import annotations

import codecs
import gzip
import io
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, NamedTuple, TextIO, cast

from ragqa.articles.fields import MAX_CHARACTERS, Unreadable

__all__ = ["decode", "open_text", "read_bytes"]

_MOST_BYTES = 4 * MAX_CHARACTERS + 4
_BLOCK = 1 << 20
_SAMPLE = 1 << 16

# UTF-32 before UTF-16: the mark of the one begins with that of the other.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CONVERT = 'convert it to UTF-8, for example with "iconv -f ENCODING -t UTF-8"'
_CONTROLS = re.compile(rb"[\x01-\x08\x0e-\x1a\x1c-\x1f]")
_ESCAPED = re.compile("[\udc80-\udcff]")

# What browsers take these labels for. Source: the Encoding Standard of the WHATWG, section 4.2.
_LABELS = {
    "ascii": "cp1252", "us-ascii": "cp1252", "latin1": "cp1252", "iso-8859-1": "cp1252", "iso-8859-9": "cp1254",
    "gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932", "shift-jis": "cp932", "sjis": "cp932", "x-sjis": "cp932",
    "euc-kr": "cp949", "ks_c_5601-1987": "cp949", "x-gbk": "gb18030", "big5": "big5hkscs", "tis-620": "cp874",
}  # fmt: skip
# Python knows text encodings that no page means ("unicode_escape", "utf-7").
_DECLARABLE = re.compile(
    r"windows-(?:874|125\d)|iso-8859-\d\d?|iso-2022-jp|koi8-[ru]|gb18030|big5-hkscs|euc-jp|macintosh", re.ASCII
)

# What Western European prose has beyond ASCII. Left out is what letters of other code pages turn into when they are read as
# Windows-1252: s and z with caron, thorn, eth, y with acute (Czech, Turkish, Baltic), O with grave and tilde (quotes of old Macs).
_WESTERN = frozenset(
    "àâäáãåæçèéêëìíîïñòóôöõøùúûüÿßœÀÂÄÁÃÅÆÇÈÉÊËÌÍÎÏÑÓÔÖØÙÚÛÜŸŒ‘’“”„–—…•·«»‹›€£¥§©®°ªº¿¡½¼¾²´\u00a0\u00ad™"
)
_NO_MARK_IN_WORDS = re.compile(r"[^\W\d_][^\w\s!-~’´·–—\u00ad][^\W\d_]")


class _Encoding(NamedTuple):
    """``errors`` is "strict", or "surrogateescape" for UTF-8 with some damaged bytes, the first of them on ``line``."""

    name: str
    errors: str = "strict"
    line: int = 0


def read_bytes(path: Path) -> bytes:
    """Return the bytes of a file that holds one article.

    Raises:
        Unreadable: there are more than an article can have.
        OSError: the file can't be read.
    """
    with path.open("rb") as file:
        data = file.read(_MOST_BYTES + 1)
    if len(data) > _MOST_BYTES:
        raise Unreadable(f"the file is over {_MOST_BYTES:,} bytes, too much for one article: split it into articles")
    return data


def decode(data: bytes, *, declared: str | None = None) -> str:
    """Return the text that ``data`` stands for, with its byte-order mark.

    Args:
        data: a whole file.
        declared: the encoding that the file says it has.

    Raises:
        Unreadable: it is no text, or the encoding can't be told.
    """
    encoding = _encoding_of([data], declared)
    if encoding.errors != "strict":
        raise Unreadable(
            f"some bytes are damaged in a text that is otherwise UTF-8: repair it, or {_CONVERT}", line=encoding.line
        )
    try:
        return data.decode(encoding.name)
    except UnicodeDecodeError as error:
        raise Unreadable(f"expected {encoding.name}, but byte {error.start:,} is not of it: {_CONVERT}") from error


@contextmanager
def open_text(path: Path, *, newline: str) -> Iterator[TextIO]:
    """Open a file of rows as text, behind its byte-order mark; a name that ends in ``.gz`` is unpacked.

    Damaged bytes in a file that is otherwise UTF-8 come as lone surrogates (U+DC80 to U+DCFF), so that only their rows are lost.

    Raises:
        Unreadable: it is no text, or the encoding can't be told.
        OSError, EOFError, zlib.error: the file can't be read, or unpacked.
    """
    with _open(path) as file:
        encoding = _encoding_of(iter(lambda: file.read(_BLOCK), b""), None)
    with (
        _open(path) as file,
        io.TextIOWrapper(file, encoding=encoding.name, errors=encoding.errors, newline=newline) as text,
    ):
        try:
            if text.read(1) != "\ufeff":
                text.seek(0)
            yield text
        except UnicodeDecodeError as error:
            raise Unreadable(f"expected {encoding.name}, but some bytes are not of it: {_CONVERT}") from error


def _open(path: Path) -> BinaryIO:
    return cast("BinaryIO", gzip.open(path)) if path.suffix.lower() == ".gz" else path.open("rb")


def _encoding_of(blocks: Iterable[bytes], declared: str | None) -> _Encoding:
    """Return the encoding of a text that is given in blocks, so that a file need not fit in memory."""
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    lines, first_bad, good, bad = 1, 0, 0, 0
    sample = bytearray()
    controls = escapes = False
    for number, block in enumerate(blocks):
        if number == 0:
            for mark, name in _MARKS:
                if block.startswith(mark):
                    return _Encoding(name)
        if b"\0" in block:
            raise Unreadable(f"it is binary, not text (or UTF-16 without a byte-order mark): remove it, or {_CONVERT}")
        controls = controls or _CONTROLS.search(block) is not None
        escapes = escapes or b"\x1b" in block
        text = decoder.decode(block)
        if not block.isascii():
            damaged = _ESCAPED.findall(text)
            if damaged and not first_bad:
                first_bad = lines + text.count("\n", 0, text.index(damaged[0]))
            bad += len(damaged)
            good += len(text) - len(damaged) - len(text.encode("ascii", "ignore"))
            _add_to_sample(sample, block)
        lines += text.count("\n")
    rest = decoder.decode(b"", final=True)
    bad += len(rest)
    label = (declared or "").strip().lower()
    if not bad:
        return _Encoding("iso-2022-jp" if escapes and label == "iso-2022-jp" else "utf-8")
    # Legacy encodings hold sequences that are valid UTF-8 only by chance, and rarely.
    if good > bad:
        return _Encoding("utf-8", "surrogateescape", first_bad or lines)
    if label in _LABELS or _DECLARABLE.fullmatch(label):
        return _Encoding(_LABELS.get(label, label))
    return _detected(bytes(sample), controls=controls)


def _add_to_sample(sample: bytearray, block: bytes) -> None:
    if len(sample) < _SAMPLE:
        for line in block.splitlines(keepends=True):
            if not line.isascii():
                sample += line
    del sample[4 * _SAMPLE :]


def _detected(sample: bytes, *, controls: bool) -> _Encoding:
    if not controls:
        if _is_western(sample):
            return _Encoding("cp1252")
        if name := _only_likely(sample):
            return _Encoding(name)
    raise Unreadable(f"it is not UTF-8, and its encoding can't be told with certainty: {_CONVERT}")


def _is_western(sample: bytes) -> bool:
    """Say whether ``sample``, read as Windows-1252, is prose of Western Europe."""
    try:
        text = sample.decode("cp1252")
    except UnicodeDecodeError:
        return False
    beyond = [character for character in text if not character.isascii()]
    letters = sum(character.isalpha() for character in text)
    if not _WESTERN.issuperset(beyond) or _NO_MARK_IN_WORDS.search(text):
        return False
    if "õ" in text and "ã" not in text and "ç" not in text:  # Hungarian, not Portuguese, and meant is another letter
        return False
    return sum(character.isalpha() for character in beyond) <= letters / 4


def _only_likely(sample: bytes) -> str | None:
    """Return what charset-normalizer takes ``sample`` for, if there is no second reading that is about as likely."""
    from charset_normalizer import from_bytes

    matches = list(from_bytes(sample))
    if not matches or matches[0].chaos > 0.05:
        return None
    best = matches[0]
    for other in matches[1:]:
        is_near = other.chaos <= best.chaos + 0.03
        is_in_a_language = other.coherence >= 0.1 or best.coherence < 0.4
        if is_near and is_in_a_language and str(other) != str(best):
            return None
    return best.encoding
