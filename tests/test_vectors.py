"""Exact search over the store's vectors, and the snapshot that is only a cache of them."""

import logging
import os
import shutil
import sqlite3
import time
from contextlib import closing
from hashlib import sha256
from itertools import permutations
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pytest
from brute_force import assert_same, nearest
from hypothesis import given, settings
from hypothesis import strategies as st

from ragqa.errors import IndexDamaged, IndexMismatch
from ragqa.records import Article, Filter
from ragqa.store import Store
from ragqa.vectors import VectorCache, library, snapshot

DIM = 24
SOURCES = ["Harbour Wire", "Meridian Post"]
LANGUAGES = ["en", "en_GB", "no", None]


def unit(seed: int, *, nudge: float = 0.0) -> np.ndarray:
    vector = np.random.default_rng(seed).normal(size=DIM)
    vector[seed % DIM] += nudge
    return (vector / np.linalg.norm(vector)).astype(np.float32)


def new_store(folder: Path) -> Store:
    store = Store.open(folder, create=True)
    store.make({"dim": DIM})
    return store


def add(store: Store, name: str, vectors: list[np.ndarray], **fields: str | None) -> None:
    text = " ".join(f"Sentence {number}." for number in range(len(vectors)))
    offsets = [(number, number + 9) for number in range(len(vectors))]
    with store.writing():
        store.insert(Article(id=name, text=text, **fields), offsets, np.array(vectors, dtype=np.float16), origin=None)


def ranked(store: Store, cache: VectorCache, question: np.ndarray, k: int, rows=None) -> list[tuple[str, float]]:
    with store.reading():
        (found,) = cache.search(question[None], k=k, rows=rows)
        return [(passage.id, score) for passage, score in store.best(found, k=k)]


@pytest.fixture(scope="module")
def crowd(tmp_path_factory):
    """450 passages: every vector three times over, and beside each one that differs from it in the last bits."""
    folder = tmp_path_factory.mktemp("crowd")
    store = new_store(folder)
    rng = np.random.default_rng(7)
    names = [f"article-{number}" for number in rng.permutation(150)]
    for number, name in enumerate(names):
        seed = number % 75
        twins = [unit(seed), unit(seed), unit(seed, nudge=3e-4)] if number < 75 else [unit(seed)] * 3
        known = {"source": SOURCES[number % 2], "language": LANGUAGES[number % 4]}
        add(store, name, twins, published_at=f"2024-08-{1 + number % 28:02}", **known)
    yield folder, store, VectorCache(folder, store, dim=DIM)
    store.close()


@settings(max_examples=40)
@given(st.integers(0, 200), st.integers(1, 500))
def test_search_is_exact_also_among_equal_vectors(crowd, seed, k):
    folder, store, cache = crowd
    assert_same(ranked(store, cache, unit(seed), k), nearest(folder, unit(seed), k))


@pytest.mark.parametrize("few_share", [0, 1], ids=["by FAISS", "from the store"])
@settings(max_examples=30)
@given(
    st.integers(0, 200),
    st.integers(1, 60),
    st.one_of(
        st.builds(Filter, sources=st.just(("meridian POST",))),
        st.builds(Filter, since=st.sampled_from(["2024-08-01", "2024-08-14", "2024-08-28", "2024-09-01"])),
        st.builds(Filter, until=st.sampled_from(["2024-07-31", "2024-08-01", "2024-08-14", "2024-08-28"])),
        st.builds(Filter, article_ids=st.lists(st.integers(0, 160).map("article-{}".format), max_size=40).map(tuple)),
        st.builds(Filter, sources=st.just(()), article_ids=st.none()),
        st.builds(Filter, languages=st.sampled_from([("en",), ("EN-gb", "no"), ("n",), ()])),
        st.just(Filter()),
    ),
)
def test_filtered_search_equals_brute_force_over_what_passes(crowd, few_share, seed, k, filter):
    folder, store, cache = crowd

    def speaks(tag, languages):
        return tag is not None and any(
            f"{tag}-".lower().replace("_", "-").startswith(f"{wanted}-".lower()) for wanted in languages
        )

    def passes(article):
        day = article["published_at"]
        return (
            (filter.sources is None or article["source"].lower() in {name.lower() for name in filter.sources})
            and (filter.article_ids is None or article["id"] in filter.article_ids)
            and (filter.languages is None or speaks(article["language"], filter.languages))
            and (filter.since is None or day >= str(filter.since))
            and (filter.until is None or day <= str(filter.until))
        )

    rows = store.passages.passing(filter)
    with patch("ragqa.vectors.cache.FEW_SHARE", few_share):
        assert_same(ranked(store, cache, unit(seed), k, rows), nearest(folder, unit(seed), k, passes))


def test_filters_that_keep_none_one_and_all_of_the_rows(crowd):
    folder, store, cache = crowd
    everything = store.passages.passing(Filter())
    assert ranked(store, cache, unit(3), 5, everything[:0]) == []
    assert len(ranked(store, cache, unit(3), 5, everything[200:201])) == 1
    assert ranked(store, cache, unit(3), 5, everything) == ranked(store, cache, unit(3), 5)


def test_few_rows_are_scored_from_the_store_and_many_by_faiss(crowd, monkeypatch):
    _, store, cache = crowd
    read = []
    of = store.vectors.of
    monkeypatch.setattr(store.vectors, "of", lambda rows: read.append(len(rows)) or of(rows))
    everything = store.passages.passing(Filter())
    for rows in (everything[:2], everything[:3]):
        assert len(ranked(store, cache, unit(5), 4, rows)) == len(rows)
    assert read == [2]


def test_many_questions_find_what_each_finds_alone(crowd):
    _, store, cache = crowd
    questions = np.array([unit(seed) for seed in range(40)])
    together = [dict(found) for found in cache.search(questions, k=7)]
    assert together == [dict(cache.search(question[None], k=7)[0]) for question in questions]


def test_scores_that_are_equal_but_for_rounding_are_ordered_by_id(tmp_path):
    # The same products in other orders: added up one by one in double precision they differ in the last bit.
    question = np.array([1, *[3.3e-6] * 4, *[0] * (DIM - 5)], dtype=np.float32)
    store = new_store(tmp_path)
    for number, parts in enumerate(permutations((0.9, 0.3, 0.0037, 0.31))):
        add(store, f"{97 - number}", [np.array([0.7, *parts, *[0] * (DIM - 5)])])
    found = ranked(store, VectorCache(tmp_path, store, dim=DIM), question, 10)
    assert len({score for _, score in found}) == 1
    assert [id_ for id_, _ in found] == [f"{number}#0-9" for number in range(74, 84)]
    store.close()


def test_the_first_by_id_are_found_among_any_number_of_equal_vectors(tmp_path):
    store = new_store(tmp_path)
    for number in range(299, 99, -1):
        add(store, f"{number}", [unit(4 if number % 50 else 5)])
    found = ranked(store, VectorCache(tmp_path, store, dim=DIM), unit(4), 3)
    assert [id_ for id_, _ in found] == ["101#0-9", "102#0-9", "103#0-9"]
    store.close()


@settings(max_examples=15)
@given(st.lists(st.tuples(st.booleans(), st.integers(0, 6)), min_size=1, max_size=14))
def test_the_cache_keeps_up_with_any_history(tmp_path_factory, history):
    folder = tmp_path_factory.mktemp("history")
    store = new_store(folder)
    live = VectorCache(folder, store, dim=DIM)
    for is_added, number in history:
        known = store.articles.find(str(number))
        if known is not None:
            with store.writing():
                store.delete(known)
        if is_added:
            add(store, str(number), [unit(number)] * (number + 1))
        expected = nearest(folder, unit(1), 5)
        assert_same(ranked(store, live, unit(1), 5), expected)
        assert_same(ranked(store, VectorCache(folder, store, dim=DIM), unit(1), 5), expected)
    store.close()


@pytest.fixture(scope="module")
def big(tmp_path_factory):
    """1,200 passages with a snapshot."""
    folder = tmp_path_factory.mktemp("big")
    store = new_store(folder)
    for number in range(12):
        add(store, f"article-{number}", [unit(100 * number + part) for part in range(100)])
    VectorCache(folder, store, dim=DIM).keep()
    store.close()
    return folder


@pytest.fixture
def copy(big, tmp_path):
    folder = tmp_path / "copy"
    shutil.copytree(big, folder)
    store = Store.open(folder)
    yield folder, store
    store.close()


def only_snapshot(folder: Path) -> Path:
    (path,) = folder.glob("vectors-*")
    return path


def test_a_snapshot_is_read_instead_of_the_store(copy, caplog):
    folder, store = copy
    read = []
    after = store.vectors.after
    store.vectors.after = lambda row: read.append(row) or after(row)
    assert_same(ranked(store, VectorCache(folder, store, dim=DIM), unit(5), 9), nearest(folder, unit(5), 9))
    assert read == [1200]
    assert caplog.text == ""


def test_what_came_after_a_snapshot_is_added_and_what_went_is_removed(copy):
    folder, store = copy
    with store.writing():
        store.delete(store.articles.find("article-0"))
    add(store, "late", [unit(5), unit(9000)])
    for seed in (5, 9000):
        found = ranked(store, VectorCache(folder, store, dim=DIM), unit(seed), 9)
        assert found[0][0].startswith("late#")
        assert_same(found, nearest(folder, unit(seed), 9))


def flip_a_bit(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


@pytest.mark.parametrize(
    ("harm", "reason"),
    [
        (lambda path: path.unlink(), "can't be read"),
        (lambda path: path.write_bytes(path.read_bytes()[:-100]), "is not what was written"),
        (lambda path: path.write_bytes(b""), "is not what was written"),
        (lambda path: path.write_bytes(b"IxM2" + b"\xff" * 500), "is not what was written"),
        (flip_a_bit, "is not what was written"),
    ],
    ids=["missing", "torn", "empty", "foreign", "bit flipped"],
)
def test_a_snapshot_that_does_not_hold_is_replaced_by_the_store(copy, caplog, harm, reason):
    folder, store = copy
    harm(only_snapshot(folder))
    with caplog.at_level(logging.WARNING):
        assert_same(ranked(store, VectorCache(folder, store, dim=DIM), unit(5), 9), nearest(folder, unit(5), 9))
    assert reason in caplog.text


@pytest.mark.parametrize("number", [1_200, 1_200 * DIM], ids=["rows", "numbers"])
def test_a_file_of_a_stranger_may_not_claim_more_than_it_holds(copy, caplog, number):
    """The hash in the store is that of the file, as an index from elsewhere may have it; its lengths are gigantic."""
    folder, store = copy
    path = only_snapshot(folder)
    data = path.read_bytes()
    length = number.to_bytes(8, "little")
    assert length in data
    path.write_bytes(data.replace(length, (2**37).to_bytes(8, "little")))
    with store.writing():
        store.put({"snapshot": {**store.get("snapshot"), "sha256": sha256(path.read_bytes()).hexdigest()}})
    with caplog.at_level(logging.WARNING):
        assert_same(ranked(store, VectorCache(folder, store, dim=DIM), unit(5), 9), nearest(folder, unit(5), 9))
    assert "can't be read by this FAISS" in caplog.text
    assert "bad_alloc" not in caplog.text


@pytest.mark.parametrize("harm", [lambda path: path.unlink(), flip_a_bit], ids=["missing", "bit flipped"])
def test_a_snapshot_that_does_not_hold_is_made_again(copy, caplog, harm):
    folder, store = copy
    old = only_snapshot(folder).name
    harm(folder / old)
    cache = VectorCache(folder, store, dim=DIM)
    cache.search(unit(5)[None], k=9)
    cache.mend()
    new = only_snapshot(folder)
    assert new.name == store.get("snapshot")["name"] != old
    caplog.clear()
    assert_same(ranked(store, VectorCache(folder, store, dim=DIM), unit(5), 9), nearest(folder, unit(5), 9))
    cache.mend()
    assert only_snapshot(folder) == new
    assert caplog.text == ""


def test_a_lost_snapshot_of_few_vectors_is_forgotten(copy, caplog):
    folder, store = copy
    with store.writing():
        for number in range(2, 12):
            store.delete(store.articles.find(f"article-{number}"))
    flip_a_bit(only_snapshot(folder))
    cache = VectorCache(folder, store, dim=DIM)
    cache.search(unit(5)[None], k=9)
    cache.mend()
    assert snapshot.recorded(store) == snapshot.NONE
    assert list(folder.glob("vectors-*")) == []
    caplog.clear()
    assert_same(ranked(store, VectorCache(folder, store, dim=DIM), unit(5), 9), nearest(folder, unit(5), 9))
    assert caplog.text == ""


def test_a_lost_snapshot_is_not_waited_for_and_not_warned_of_twice(copy, caplog):
    folder, _ = copy
    flip_a_bit(only_snapshot(folder))
    with (
        closing(Store.open(folder, busy_seconds=20)) as store,
        closing(sqlite3.connect(folder / "articles.sqlite", isolation_level=None)) as other,
    ):
        cache = VectorCache(folder, store, dim=DIM)
        cache.search(unit(5)[None], k=9)
        caplog.clear()
        other.execute("BEGIN IMMEDIATE")
        began = time.monotonic()
        with caplog.at_level(logging.DEBUG, logger="ragqa"):
            cache.mend()
        assert time.monotonic() - began < 10
    assert [(record.levelname, "Another process is writing" in record.message) for record in caplog.records] == [
        ("DEBUG", True)
    ]
    assert [path.suffix for path in folder.glob("vectors-*")] == [".faiss"]


def test_a_snapshot_of_vectors_of_another_length_is_replaced_by_the_store(copy, caplog):
    folder, store = copy
    with store.writing():
        store.clear_passages()
        store.put({"dim": 8})
    assert VectorCache(folder, store, dim=8).search(unit(5)[None, :8], k=9) == [[]]
    assert "holds vectors of 24 numbers, not of 8" in caplog.text


def test_vectors_of_another_length_than_the_cache_was_opened_for_are_told(copy):
    folder, store = copy
    cache = VectorCache(folder, store, dim=DIM)
    cache.search(unit(5)[None], k=9)
    with store.writing():
        store.clear_passages()
        store.put({"dim": 8})
    with pytest.raises(IndexMismatch, match=r"its vectors have 8 numbers now, not 24\. Open it again"):
        cache.search(unit(5)[None], k=9)


def test_a_snapshot_of_another_embedders_vectors_is_not_kept(copy):
    folder, store = copy
    before = only_snapshot(folder), store.get("snapshot")
    data = snapshot.to_bytes(snapshot.read(folder, snapshot.recorded(store), dim=DIM))
    snapshot.write(folder, store, data, last_row=1200, last_seq=0, fingerprint="of another embedder")
    assert (only_snapshot(folder), store.get("snapshot")) == before


def test_temporary_files_that_were_left_go_with_the_next_snapshot(copy):
    folder, store = copy
    left, in_use = folder / "vectors-4711.tmp", folder / "vectors-4712.tmp"
    for path in (left, in_use):
        path.write_bytes(b"half a snapshot")
    os.utime(left, (time.time() - 7200,) * 2)
    VectorCache(folder, store, dim=DIM).keep(anew=True)
    assert not left.exists()
    assert in_use.exists()


@pytest.mark.skipif(os.name == "nt", reason="needs the rights of POSIX")
def test_a_snapshot_may_be_read_by_whom_the_store_may(copy):
    folder, store = copy
    VectorCache(folder, store, dim=DIM).keep(anew=True)
    (new,) = folder.glob("vectors-*")
    assert new.stat().st_mode == (folder / "articles.sqlite").stat().st_mode


def test_a_snapshot_that_is_not_of_these_passages_is_replaced_by_the_store(copy, caplog):
    folder, store = copy
    with store.writing():
        store.put({"snapshot": {**store.get("snapshot"), "last_row": 1100}})
    assert_same(ranked(store, VectorCache(folder, store, dim=DIM), unit(5), 9), nearest(folder, unit(5), 9))
    assert "read anew" in caplog.text


def test_a_new_snapshot_takes_the_place_of_the_old_when_enough_has_changed(copy):
    folder, store = copy
    old = only_snapshot(folder)
    cache = VectorCache(folder, store, dim=DIM)
    add(store, "a little", [unit(seed) for seed in range(1000)])
    cache.keep()
    assert only_snapshot(folder) == old
    add(store, "more", [unit(1)])
    cache.keep()
    new = only_snapshot(folder)
    assert new != old
    assert store.get("snapshot")["last_row"] == 2201


def test_a_snapshot_is_due_when_a_tenth_of_many_has_changed(copy):
    _, store = copy
    assert not snapshot.is_due(store, 1200)
    with store.writing():
        store.put({"snapshot": {**store.get("snapshot"), "last_row": 0}})
    assert [snapshot.is_due(store, vectors) for vectors in (1000, 1001, 11_999, 12_000)] == [False, True, True, False]


def test_a_small_index_has_no_snapshot(tmp_path):
    store = new_store(tmp_path)
    add(store, "small", [unit(seed) for seed in range(1000)])
    VectorCache(tmp_path, store, dim=DIM).keep()
    assert snapshot.recorded(store) == snapshot.NONE
    assert list(tmp_path.glob("vectors-*")) == []
    store.close()


def test_a_snapshot_that_can_not_be_written_is_only_logged(copy, caplog, monkeypatch):
    folder, store = copy
    add(store, "more", [unit(seed) for seed in range(1100)])
    cache = VectorCache(folder, store, dim=DIM)
    cache._folder = folder / "gone"
    cache.keep()
    assert "No snapshot of the vectors was written" in caplog.text


def test_a_passage_without_a_vector_is_damage(copy):
    folder, store = copy
    with store.writing(), store.reading() as connection:
        connection.execute("DELETE FROM vectors WHERE row = 700")
        store.put({"snapshot": None})
    with pytest.raises(IndexDamaged, match=r"passages without vectors.*--rebuild"):
        VectorCache(folder, store, dim=DIM).search(unit(1)[None], k=1)


def test_a_changed_vector_is_damage(copy):
    folder, store = copy
    with store.writing(), store.reading() as connection:
        connection.execute("UPDATE vectors SET vector = zeroblob(48) WHERE row = 700")
        store.put({"snapshot": None})
    cache = VectorCache(folder, store, dim=DIM)
    for _ in range(2):
        with pytest.raises(IndexDamaged, match="vector of passage row 700 is not what was written"):
            cache.search(unit(1)[None], k=1)


class Telling:
    """An index of so many vectors that tells on how many threads it is searched."""

    def __init__(self, ntotal, *, fails=False):
        self.ntotal = ntotal
        self.fails = fails
        self.threads = None

    def search(self, questions, width, params=None):
        self.threads = library.load().omp_get_max_threads()
        if self.fails:
            raise KeyError
        return np.zeros((len(questions), width), dtype=np.float32), np.zeros((len(questions), width), dtype=np.int64)


def test_faiss_searches_little_on_one_thread_and_has_its_own_number_afterwards():
    faiss = library.load()
    usual = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(3)
    one, hundred = (np.zeros((count, 384), dtype=np.float32) for count in (1, 100))
    try:
        for questions, ntotal, threads in (
            (one, 8_000, 1),
            (one, 100_000, 1),
            (hundred, 1_000, 1),
            (hundred, 100_000, 3),
        ):
            index = Telling(ntotal)
            library.search(index, questions, 5)
            assert (index.threads, faiss.omp_get_max_threads()) == (threads, 3)
        with pytest.raises(KeyError):
            library.search(Telling(8_000, fails=True), one, 5)
        assert faiss.omp_get_max_threads() == 3
    finally:
        faiss.omp_set_num_threads(usual)


def test_what_faiss_may_read_elsewhere_in_the_program_stays_as_it_was():
    faiss = library.load()
    usual = faiss.get_deserialization_vector_byte_limit()
    with library.reading(1000):
        assert faiss.get_deserialization_vector_byte_limit() == 1000
    assert faiss.get_deserialization_vector_byte_limit() == usual
