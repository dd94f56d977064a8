"""The tables of ``articles.sqlite``, format 1.

An article's text is stored once; a passage is a pair of offsets into it. Rows are numbered by AUTOINCREMENT, so that the number of
a deleted row never comes again: whoever has read up to a row needs to read only later ones. ``removed`` lists passages that were
deleted, for readers that hold vectors in memory. The full text table has no content of its own and is written explicitly; triggers
would fail under ``trusted_schema=OFF``.
"""

from __future__ import annotations

__all__ = ["APPLICATION_ID", "FORMAT", "LEXICAL", "TABLES"]

APPLICATION_ID = 0x72616771  # "ragq", in the header of the file
FORMAT = 1

LEXICAL = """
CREATE VIRTUAL TABLE lexical USING fts5(
    title, text, content = '', tokenize = 'porter unicode61 remove_diacritics 2'
)"""

# The text stands last, so that the columns before it are read without it.
TABLES = (
    "CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    """
CREATE TABLE articles (
    row INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    title TEXT,
    source TEXT,
    url TEXT,
    published_at TEXT,               -- ISO 8601, a date or a time, as given
    authors TEXT NOT NULL,           -- a JSON array
    language TEXT,
    content_hash TEXT NOT NULL,      -- SHA-256 of text
    published_first INTEGER,         -- microseconds since 1970 in UTC, the first moment of published_at
    source_key TEXT,                 -- source, casefolded
    characters INTEGER NOT NULL,     -- of text
    origin TEXT,                     -- the folder it came from
    checksum BLOB NOT NULL,          -- of all columns but text, which has its hash
    text TEXT NOT NULL
)""",
    "CREATE INDEX articles_published ON articles (published_first)",
    "CREATE INDEX articles_source ON articles (source_key)",
    "CREATE INDEX articles_origin ON articles (origin)",
    """
CREATE TABLE passages (
    row INTEGER PRIMARY KEY AUTOINCREMENT,
    article_row INTEGER NOT NULL REFERENCES articles (row) ON DELETE CASCADE,
    begins INTEGER NOT NULL,         -- characters of articles.text, half-open
    ends INTEGER NOT NULL,
    checksum BLOB NOT NULL
)""",
    "CREATE INDEX passages_article ON passages (article_row)",
    """
CREATE TABLE vectors (
    row INTEGER PRIMARY KEY REFERENCES passages (row) ON DELETE CASCADE,
    vector BLOB NOT NULL,            -- little-endian float16
    checksum BLOB NOT NULL
)""",
    "CREATE TABLE removed (seq INTEGER PRIMARY KEY AUTOINCREMENT, row INTEGER NOT NULL)",
    LEXICAL,
)
