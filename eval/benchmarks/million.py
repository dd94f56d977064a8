"""Measure search in an index of many passages: time to build, room, memory, time to open, latencies, recall.

    python eval/benchmarks/million.py build squad11_train.jsonl.gz --passages 1000000 --index /tmp/million
    python eval/benchmarks/million.py vectors squad11_train.jsonl.gz --index /tmp/million    # where the build was cut short
    python eval/benchmarks/million.py measure squad11_train.jsonl.gz --index /tmp/million --out eval/benchmarks/results/million.json

The passages are made up, and the output says so: the text of each is real sentences in a new combination, two of one paragraph and
two of another; its vector is that of the first paragraph plus noise, of such a length that a vector's nearest neighbour is about
as near as it is among the real ones. How long embedding takes is not measured. Everything else is the library's own:
`Store.insert`, commits of 64 articles of four passages, `Index.lexical`, `Index.search`, and for "dense" what `Index.dense` does
once the question is embedded. The questions are real, the files' own.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import random
import resource
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ragqa import Article, Filter, Index, load_embedder
from ragqa.evaluation.machine import versions
from ragqa.index.identity import settings_of
from ragqa.sentences import sentence_spans
from ragqa.store import Store
from ragqa.store.ranking import is_among
from ragqa.vectors import VectorCache

MADE_UP = (
    "text recombined from real sentences; vectors of real paragraphs plus noise, so that neighbours are as near as real ones; "
    "real questions"
)
SOURCES = ("Harbour Wire", "Meridian Post", "The Skagen Courier", "Valley Ledger")
PASSAGES_OF_ARTICLE, ARTICLES_OF_COMMIT = 4, 64
K, DEPTH = 10, 50
FILTERED = 100  # questions that are asked with each filter
FILTERS = {
    "a source": Filter.of(sources=("Meridian Post",)),
    "a year": Filter.of(since="2015-01-01", until="2015-12-31"),
    "a month": Filter.of(since="2015-06-01", until="2015-06-30"),
    "a day": Filter.of(since="2015-06-06", until="2015-06-06"),
}


def main() -> None:
    """Build or measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("do", choices=("build", "vectors", "measure"))
    parser.add_argument("articles", type=Path, nargs="+", help="JSONL of questions with their contexts, may be gzipped")
    parser.add_argument("--index", type=Path, required=True)
    parser.add_argument("--passages", type=int, default=1_000_000)
    parser.add_argument("--paragraphs", type=int, default=4_000, help="real ones that the others are made of")
    parser.add_argument("--questions", type=int, default=500)
    parser.add_argument("--without-vectors", action="store_true", help="measure search by words alone")
    parser.add_argument("--out", type=Path)
    arguments = parser.parse_args()
    rows = [row for path in arguments.articles for row in rows_of(path)]
    if arguments.do == "build":
        build(arguments.index, rows, passages=arguments.passages, paragraphs=arguments.paragraphs)
    if arguments.do != "measure":
        index_vectors(arguments.index)
        return
    found = measure(arguments.index, rows, arguments.questions, vectors=not arguments.without_vectors)
    text = json.dumps(found, indent=1)
    print(text)
    if arguments.out:
        arguments.out.write_text(text + "\n", encoding="utf-8")


def rows_of(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the lines of a file of questions."""
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def build(folder: Path, rows: list[dict[str, Any]], *, passages: int, paragraphs: int) -> None:
    """Make the index, commit by commit, and write down beside it what that took."""
    every = list(dict.fromkeys((row["title"].replace("_", " "), row["context"]) for row in rows))
    real = random.Random(0).sample(every, min(paragraphs, len(every)))
    embedder = load_embedder()
    vectors = np.concatenate(
        [
            embedder.encode([f"{title}\n{text}" for title, text in real[at : at + 512]])
            for at in range(0, len(real), 512)
        ]
    )
    noise, nearest_real, nearest_made = _noise(vectors)
    shutil.rmtree(folder, ignore_errors=True)
    store = Store.open(folder, create=True)
    store.make(settings_of(embedder, chunk_tokens=160, overlap_tokens=32))
    articles = _articles(real, vectors, noise, passages)
    began, cpu = time.monotonic(), time.process_time()
    commits: list[float] = []
    done = 0
    while done < passages:
        batch = [next(articles) for _ in range(min(ARTICLES_OF_COMMIT, -(-(passages - done) // PASSAGES_OF_ARTICLE)))]
        at = time.monotonic()
        with store.writing():
            for article, offsets, own in batch:
                store.insert(article, offsets, own, origin=None)
                done += len(offsets)
        commits.append(time.monotonic() - at)
        if len(commits) % 200 == 0:
            print(f"{done:,} passages, {time.monotonic() - began:.0f} s", flush=True)
    took = {
        "paragraphs": len(real),
        "nearest_cosine_real": nearest_real,
        "nearest_cosine_made": nearest_made,
        "noise": noise,
        "store_seconds": round(time.monotonic() - began, 1),
        "store_cpu_seconds": round(time.process_time() - cpu, 1),
        "commit_ms": _percentiles(commits),
        "last_commits_ms": _percentiles(commits[-200:]),
        "slowest_commit_s": round(max(commits), 2),
    }
    store.close()
    (folder / "build.json").write_text(json.dumps(took, indent=1), encoding="utf-8")


def index_vectors(folder: Path) -> None:
    """Write a new snapshot of the vectors, and what that took."""
    path = folder / "build.json"
    took = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    store = Store.open(folder)
    counts = store.articles.counts()
    began, cpu = time.monotonic(), time.process_time()
    VectorCache(folder, store, dim=store.get("dim")).keep(anew=True)
    took |= {"articles": counts.articles, "passages": counts.passages}
    took |= {"snapshot_seconds": round(time.monotonic() - began, 1)}
    took |= {"snapshot_cpu_seconds": round(time.process_time() - cpu, 1)}
    store.close()
    path.write_text(json.dumps(took, indent=1), encoding="utf-8")


def _noise(vectors: NDArray[np.float32]) -> tuple[float, float, float]:
    """Return the length of noise, and the median cosine of the nearest neighbours among real vectors and with made ones."""
    sample = vectors[np.random.default_rng(1).permutation(len(vectors))[:1000]]

    def nearest(own: NDArray[np.float32], others: NDArray[np.float32]) -> float:
        cosines = own @ others.T
        cosines[cosines > 0.9999] = -1
        return float(np.median(cosines.max(axis=1)))

    real = nearest(sample, vectors)
    # Of two noisy copies of one vector the cosine is about 1 / (1 + noise squared).
    noise = float(np.sqrt(1 / real - 1))
    made = nearest(_noisy(sample, noise, 2), _noisy(vectors, noise, 3))
    return round(noise, 4), round(real, 4), round(made, 4)


def _noisy(vectors: NDArray[np.float32], noise: float, seed: int) -> NDArray[np.float32]:
    changed = vectors + np.random.default_rng(seed).normal(size=vectors.shape).astype(np.float32) * np.float32(
        noise / np.sqrt(vectors.shape[1])
    )
    made: NDArray[np.float32] = changed / np.linalg.norm(changed, axis=1, keepdims=True)
    return made


def _articles(
    paragraphs: list[tuple[str, str]], vectors: NDArray[np.float32], noise: float, passages: int
) -> Iterator[tuple[Article, list[tuple[int, int]], NDArray[np.float16]]]:
    chance = random.Random(1)
    sentences = [[text[start:end].strip() for start, end in sentence_spans(text)] for _, text in paragraphs]
    for number in range(-(-passages // PASSAGES_OF_ARTICLE)):
        chosen = chance.sample(range(len(paragraphs)), PASSAGES_OF_ARTICLE)
        texts = []
        for own in chosen:
            other = chance.choice(sentences)
            texts.append(
                " ".join(
                    [
                        *chance.sample(sentences[own], min(2, len(sentences[own]))),
                        *chance.sample(other, min(2, len(other))),
                    ]
                )
            )
        ends = np.cumsum([len(text) + 2 for text in texts]).tolist()
        offsets = [(end - 2 - len(text), end - 2) for end, text in zip(ends, texts, strict=True)]
        article = Article(
            id=f"made-{number}",
            title=paragraphs[chosen[0]][0],
            text="\n\n".join(texts),
            source=SOURCES[number % len(SOURCES)],
            published_at=f"20{10 + number % 15}-{1 + number % 12:02}-{1 + number % 28:02}",
        )
        yield article, offsets, _noisy(vectors[chosen], noise, number + 10).astype(np.float16)


def measure(folder: Path, rows: list[dict[str, Any]], number: int, *, vectors: bool) -> dict[str, Any]:
    """Open the index in this process, and ask it real questions one by one; without ``vectors`` by words alone."""
    questions = random.Random(2).sample(sorted({row["question"] for row in rows}), number)
    embedder = load_embedder()
    encoded = embedder.encode(questions) if vectors else np.empty((0, embedder.dim), dtype=np.float32)
    began = time.monotonic()
    index = Index.open(folder, embedder=embedder)
    opened = time.monotonic() - began
    if vectors:
        index.search(questions[:1], k=DEPTH)
    else:
        index.lexical(questions[:1], k=K)
    first = time.monotonic() - began
    memory_opened = _resident_mib()
    store, cache = index._store, index._vectors

    def dense(place: int) -> None:
        with store.reading():
            (near,) = cache.search(encoded[place : place + 1], k=K)
            store.best(near, k=K)

    timings = {"lexical": _timed(lambda place: index.lexical(questions[place : place + 1], k=K), number)}
    if vectors:
        timings["embed_question"] = _timed(lambda place: embedder.encode(questions[place : place + 1]), number)
        timings["dense"] = _timed(dense, number)
        timings["hybrid"] = _timed(lambda place: index.search(questions[place : place + 1], k=DEPTH), number)
    memory = _resident_mib()
    filtered, recall = {}, None
    if vectors:
        few = min(number, FILTERED)
        filtered = {name: _filtered(index, questions[:few], filter) for name, filter in FILTERS.items()}
        passing = {name: store.passages.passing(filter) for name, filter in FILTERS.items()}
        recall = _recall(cache, store, encoded, None)
        for name, own in filtered.items():
            own["passages"] = len(passing[name])
            own["recall_at_10"] = _recall(cache, store, encoded[:few], passing[name])
    report = {
        "what": MADE_UP,
        "build": _build_of(folder),
        "articles": index.count().articles,
        "passages": index.count().passages,
        "questions": number,
        "cores": len(os.sched_getaffinity(0)),
        "load_average": os.getloadavg()[0],
        "open_seconds": round(opened, 3),
        "open_and_first_search_seconds": round(first, 3),
        "resident_mib_after_first_search": memory_opened,
        "resident_mib_after_all": memory,
        "resident_mib_after_filters": _resident_mib(),
        "peak_resident_mib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "disk_mib": {path.name: round(path.stat().st_size / 2**20) for path in store.files()},
        "milliseconds": timings,
        "k": {"dense": K, "lexical": K, "hybrid": DEPTH},
        "recall_at_10": recall,
        "filtered_hybrid": filtered,
        "versions": versions(),
    }
    index.close()
    return report


def _filtered(index: Index, questions: list[str], filter: Filter) -> dict[str, Any]:
    """Return how long hybrid search takes with a filter: the first one, which looks at all articles, and the others."""
    began = time.monotonic()
    index.search(questions[:1], k=DEPTH, filter=filter)
    first = time.monotonic() - began
    timed = _timed(lambda place: index.search(questions[place : place + 1], k=DEPTH, filter=filter), len(questions))
    return {"first_seconds": round(first, 3), "questions": len(questions), "milliseconds": timed}


def _build_of(folder: Path) -> dict[str, Any] | None:
    path = folder / "build.json"
    found: dict[str, Any] | None = json.loads(path.read_text(encoding="utf-8")) if path.exists() else None
    return found


def _timed(ask: Callable[[int], object], number: int) -> dict[str, dict[str, float]]:
    """Return the time by the clock and that of the processors: they differ where others use the machine."""
    for place in range(5):
        ask(place)
    took, used = [], []
    for place in range(number):
        began, cpu = time.monotonic(), time.process_time()
        ask(place)
        took.append(time.monotonic() - began)
        used.append(time.process_time() - cpu)
    return {"clock": _percentiles(took), "processors": _percentiles(used)}


def _percentiles(seconds: list[float]) -> dict[str, float]:
    return {f"p{share}": round(1000 * float(np.percentile(seconds, share)), 2) for share in (50, 95, 99)}


def _recall(
    cache: VectorCache, store: Store, questions: NDArray[np.float32], passing: NDArray[np.int64] | None
) -> float:
    """Return the share of the ten nearest by brute force over the stored vectors that is found, of those ``passing`` or of all."""
    with store.reading():
        found = [set(dict(near)) for near in cache.search(questions, k=K, rows=passing)]
    scores = np.full((len(questions), K), -2, dtype=np.float32)
    rows = np.zeros((len(questions), K), dtype=np.int64)
    for own, vectors in store.vectors.after(0):
        kept = np.ones(len(own), dtype=bool) if passing is None else is_among(own, passing)
        scores = np.concatenate([scores, questions @ vectors[kept].astype(np.float32).T], axis=1)
        rows = np.concatenate([rows, np.broadcast_to(own[kept], (len(questions), int(kept.sum())))], axis=1)
        order = np.argpartition(-scores, K - 1, axis=1)[:, :K]
        scores, rows = np.take_along_axis(scores, order, 1), np.take_along_axis(rows, order, 1)
    return round(
        float(np.mean([len(right & own) / K for right, own in zip(map(set, rows.tolist()), found, strict=True)])), 4
    )


def _resident_mib() -> int:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return round(pages * resource.getpagesize() / 2**20)


if __name__ == "__main__":
    main()
