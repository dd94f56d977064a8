"""Throws bytes at everything that reads a file, in a process of little memory: articles or faults, or a `RagqaError`, and nothing else.

``python tests/fuzz/loaders.py TARGET EXAMPLES`` runs one target.
"""

from __future__ import annotations

import gzip
import json
import logging
import resource
import sqlite3
import sys
import tempfile
from contextlib import closing, suppress
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parent.parent))

from bag_embedder import BagEmbedder

from ragqa.articles import Fault, iter_articles
from ragqa.errors import RagqaError, SettingError
from ragqa.evaluation.gold import read_gold
from ragqa.index import Index, repair, verify
from ragqa.rechecking import read_responses
from ragqa.records import Article
from ragqa.store.settings import rows_of_settings
from ragqa.vectors import snapshot

MEMORY = 1_000 * 2**20  # beyond what the process has when it begins
EXAMPLES = Path(__file__).parent.parent.parent / "examples"

scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30)
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner, max_size=4)
)
names = st.sampled_from(
    ["id", "text", "title", "source", "date", "published_at", "url", "authors", "language", "body", "content"]
)
records = st.dictionaries(names, values, max_size=6)
questions = st.dictionaries(
    st.sampled_from(["id", "question", "answers", "article_ids", "context", "title", "data", "paragraphs", "qas"]),
    values,
    max_size=6,
)


@st.composite
def mutated(draw, whole: bytes) -> bytes:
    """Return a file that is right, damaged: bits turned, a piece cut out, repeated, or replaced."""
    data = bytearray(whole)
    for _ in range(draw(st.integers(1, 6))):
        if not data:
            break
        at = draw(st.integers(0, len(data) - 1))
        match draw(st.sampled_from(["bit", "cut", "end", "twice", "other"])):
            case "bit":
                data[at] ^= 1 << draw(st.integers(0, 7))
            case "cut":
                del data[at : at + draw(st.integers(1, 200))]
            case "end":
                del data[at:]
            case "twice":
                data[at:at] = data[at : at + 50] * draw(st.integers(1, 50))
            case "other":
                data[at : at + 8] = draw(st.binary(max_size=16))
    return bytes(data)


def seeds_of(*patterns: str) -> list[bytes]:
    return [path.read_bytes() for pattern in patterns for path in sorted(EXAMPLES.glob(pattern))[:4]]


def parquet() -> list[bytes]:
    try:
        import io

        import pyarrow
        import pyarrow.parquet
    except ImportError:
        return []
    file = io.BytesIO()
    rows = [
        {"id": f"row-{number}", "text": f"Report {number} of the council.", "title": "Report"} for number in range(20)
    ]
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows), file)
    return [file.getvalue()]


ROWS = [json.dumps({"id": f"row-{number}", "text": f"Report {number}.", "date": "2024-08-19"}) for number in range(9)]
CSV = b"id,title,text,date\n" + b"".join(b'%d,"Report, %d","It rained.",2024-08-19\n' % (n, n) for n in range(9))
KINDS: dict[str, list[bytes]] = {
    ".txt": seeds_of("articles/*.txt"),
    ".md": seeds_of("articles/*.md"),
    ".html": seeds_of("articles/*.html"),
    ".json": [f"[{','.join(ROWS)}]".encode()],
    ".jsonl": ["\n".join(ROWS).encode(), *seeds_of("articles/*.jsonl")],
    ".csv": [CSV],
    ".jsonl.gz": [gzip.compress("\n".join(ROWS).encode(), mtime=0)],
    ".csv.gz": [gzip.compress(CSV, mtime=0)],
    ".parquet": parquet(),
    ".meta.json": [b'{"title": "Flood", "source": "Meridian Post", "date": "2024-10-30"}'],
}


def files() -> st.SearchStrategy[tuple[str, bytes]]:
    """Return names of files with their bytes: damaged ones, made-up rows, and anything at all."""
    damaged = [st.tuples(st.just(kind), mutated(data)) for kind, seeds in KINDS.items() for data in seeds]
    rows = st.lists(records, max_size=5)
    made = st.tuples(st.just(".jsonl"), rows.map(lambda found: "\n".join(map(json.dumps, found)).encode()))
    made |= st.tuples(st.just(".json"), rows.map(lambda found: json.dumps(found).encode()))
    return st.one_of(*damaged, made, st.tuples(st.sampled_from(sorted(KINDS)), st.binary(max_size=300)))


def articles(folder: Path, found: tuple[str, bytes]) -> None:
    """Articles or faults come of any file, and every article can be indexed."""
    suffix, data = found
    (folder / "harbour.txt").write_text("The harbour of Brevik was closed.", encoding="utf-8")
    (folder / f"harbour{suffix}").write_bytes(data)
    items = list(iter_articles(folder))
    assert all(isinstance(item, Article | Fault) for item in items)
    with Index.open(folder / "index", embedder=BagEmbedder(), create=True) as index:
        done = index.add(item for item in items if isinstance(item, Article))
        assert done.added + done.unchanged + len(done.refused) == sum(isinstance(item, Article) for item in items)
        assert index.verify().sound


def gold(folder: Path, found: tuple[str, bytes]) -> None:
    """Questions come of a gold file, or a SettingError."""
    suffix, data = found
    path = folder / f"gold{suffix}"
    path.write_bytes(data)
    with suppress(SettingError):
        read_gold(path)


def gold_files() -> st.SearchStrategy[tuple[str, bytes]]:
    (whole,) = seeds_of("gold.jsonl")
    squad = {
        "context": "It rained.",
        "qas": [{"id": "1", "question": "Did it?", "answers": [{"text": "It", "answer_start": 0}]}],
    }
    squad_file = json.dumps({"data": [{"title": "Rain", "paragraphs": [squad]}]}).encode()
    lines = st.lists(questions, max_size=4).map(lambda rows: "\n".join(map(json.dumps, rows)).encode())
    return st.one_of(
        st.tuples(st.just(".jsonl"), mutated(whole[:3_000])),
        st.tuples(st.just(".json"), mutated(squad_file)),
        st.tuples(st.just(".json.gz"), mutated(gzip.compress(squad_file, mtime=0))),
        st.tuples(st.just(".csv"), mutated(b"question,answer,article\nWho?,Anna,one.txt\n")),
        st.tuples(st.sampled_from([".jsonl", ".json"]), lines),
        st.tuples(st.sampled_from([".json", ".jsonl", ".csv", ".tsv", ".json.gz"]), st.binary(max_size=200)),
    )


def responses(folder: Path, data: bytes) -> None:
    """Responses come of a file, or a SettingError."""
    path = folder / "saved.json"
    path.write_bytes(data)
    with suppress(SettingError):
        read_responses(path)


def stored(folder: Path, changed: tuple[str, object]) -> None:
    """An index of a stranger, whose checksums all hold, opens or says what is wrong; so does its repair."""
    key, value = changed
    snapshot.MIN_VECTORS = 3
    path = folder / "index"
    with Index.open(path, embedder=BagEmbedder(), create=True) as index:
        index.add([Article(id=f"{number}", text=f"Report {number} of the council of Brevik.") for number in range(6)])
    with closing(sqlite3.connect(path / "articles.sqlite")) as connection, connection:
        connection.execute("DELETE FROM settings WHERE key = ?", [key])
        connection.executemany("INSERT INTO settings VALUES (?, ?, ?)", rows_of_settings({key: value}))
    try:
        with Index.open(path, embedder=BagEmbedder()) as index:
            index.dense(["council"], k=3)
            index.lexical(["council"], k=3)
            list(index.articles())
            index.info()
    except RagqaError:
        pass
    try:
        verify(path, embedder=BagEmbedder())
        assert repair(path, embedder=BagEmbedder()).sound
    except RagqaError:
        pass


keys = [
    "dim",
    "embedder",
    "fingerprint",
    "canaries",
    "chunk_tokens",
    "overlap_tokens",
    "generation",
    "totals",
    "snapshot",
    "full_text",
]
snapshots = st.fixed_dictionaries(
    {
        "name": st.sampled_from(["vectors-2.faiss", "../vectors-2.faiss", "/etc/passwd", "vectors-99.faiss"]),
        "sha256": st.text(max_size=64),
        "last_row": values,
        "last_seq": values,
    }
)

TARGETS = {
    "articles": (files(), articles),
    "gold": (gold_files(), gold),
    "responses": (
        st.one_of(st.binary(max_size=200), values.map(lambda value: json.dumps(value).encode())),
        responses,
    ),
    "settings": (
        st.tuples(st.sampled_from(keys), values | st.integers(-2, 2**40)) | st.tuples(st.just("snapshot"), snapshots),
        stored,
    ),
}


def run(target: str, examples: int) -> None:
    """Run one target on so many examples, the same ones each time."""
    logging.getLogger("ragqa").setLevel(logging.CRITICAL)
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    strategy, check = TARGETS[target]

    @seed(20240819)
    @settings(
        max_examples=examples,
        deadline=60_000,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, Phase.shrink],
    )
    @given(strategy)
    def fuzz(found) -> None:
        with tempfile.TemporaryDirectory() as folder:
            check(Path(folder), found)

    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + MEMORY, used + MEMORY))
    fuzz()


if __name__ == "__main__":
    run(sys.argv[1], int(sys.argv[2]))
