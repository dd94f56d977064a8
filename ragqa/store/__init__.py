"""Articles, passages, vectors and full text in one SQLite file: the truth of an index.

    opening    the file opened, for reading alone where it can't be written
    database   the connection: locks, transactions, errors made plain
    schema     the tables of the file format
    rows       articles to rows and back, with checksums
    filters    a `Filter` as a condition in SQL
    tokens     texts to words, as numbers
    segments   the index of words as arrays
    ranking    BM25 over them
    lexical    the full text in its tables
    store      all of it: `Store`

The only importer of sqlite3. Knows nothing of embedders or FAISS: it is given offsets and vectors, and gives them back.
"""

from ragqa.store.rows import ArticleRow, Counts, Facts, Known, SourceRow
from ragqa.store.schema import FORMAT
from ragqa.store.store import Store

__all__ = ["FORMAT", "ArticleRow", "Counts", "Facts", "Known", "SourceRow", "Store"]
