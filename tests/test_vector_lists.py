"""Very many vectors are searched in lists: exact scores, nearly always the right rows, and always as many as asked for."""

import logging
from pathlib import Path

import numpy as np
import pytest
from brute_force import nearest
from hypothesis import given, settings
from hypothesis import strategies as st

from ragqa.errors import IndexDamaged
from ragqa.records import Article, Filter
from ragqa.store import Store
from ragqa.vectors import VectorCache, cache, lists, snapshot

DIM = 24
ARTICLES, PASSAGES = 60, 50


@pytest.fixture(autouse=True, scope="module")
def few_are_many():
    patch = pytest.MonkeyPatch()
    patch.setattr(cache, "MOST_EXACT", 1_500)
    patch.setattr(cache, "FEW_ROWS", 20)
    patch.setattr(lists, "PROBED", 4)
    yield
    patch.undo()


def vectors(seed: int, number: int) -> np.ndarray:
    """Return vectors around one of 40 places, as passages lie around what they are about."""
    places = np.random.default_rng(1).normal(size=(40, DIM))
    chance = np.random.default_rng(seed)
    found = places[chance.integers(0, 40, size=number)] + 0.5 * chance.normal(size=(number, DIM))
    return (found / np.linalg.norm(found, axis=1, keepdims=True)).astype(np.float32)


def add(store: Store, name: str, own: np.ndarray) -> None:
    text = " ".join(f"Gauge {number} rose." for number in range(len(own)))
    offsets = [(number, number + 9) for number in range(len(own))]
    with store.writing():
        store.insert(Article(id=name, text=text), offsets, own.astype(np.float16), origin=None)


def ranked(store: Store, own: VectorCache, question: np.ndarray, k: int, filter: Filter | None = None):
    with store.reading():
        rows = None if filter is None else store.passages.passing(filter)
        (found,) = own.search(question[None], k=k, rows=rows)
        return [(passage.id, score) for passage, score in store.best(found, k=k)]


@pytest.fixture
def store(tmp_path):
    with_lists = Store.open(tmp_path, create=True)
    with_lists.make({"dim": DIM, "fingerprint": "f"})
    for number in range(ARTICLES):
        add(with_lists, f"report-{number}", vectors(number, PASSAGES))
    VectorCache(tmp_path, with_lists, dim=DIM).keep()
    yield with_lists
    with_lists.close()


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    folder = tmp_path_factory.mktemp("whole")
    store = Store.open(folder, create=True)
    store.make({"dim": DIM, "fingerprint": "f"})
    for number in range(ARTICLES):
        add(store, f"report-{number}", vectors(number, PASSAGES))
    VectorCache(folder, store, dim=DIM).keep()
    yield folder, store, VectorCache(folder, store, dim=DIM)
    store.close()


def test_nearly_all_of_the_nearest_are_found_with_exact_scores(whole):
    folder, store, own = whole
    assert snapshot.recorded(store).lists == lists.number_of_lists(3_000) == 256
    hits = 0
    for question in vectors(1000, 40):
        right = dict(nearest(folder, question, 10))
        found = dict(ranked(store, own, question, 10))
        assert len(found) == 10
        hits += len(right.keys() & found.keys())
        assert all(found[id_] == pytest.approx(right[id_], abs=1e-9) for id_ in right.keys() & found.keys())
    assert hits / 400 >= 0.98


@settings(max_examples=25)
@given(st.integers(0, 10_000), st.integers(1, 120), st.sets(st.integers(0, ARTICLES + 1), max_size=ARTICLES))
def test_as_many_come_back_as_pass_and_none_that_does_not(whole, seed, k, articles):
    _, store, own = whole
    names = {f"report-{number}" for number in articles}
    found = ranked(store, own, vectors(seed, 1)[0], k, Filter(article_ids=tuple(names)))
    there = len([number for number in articles if number < ARTICLES]) * PASSAGES
    assert len(found) == len(dict(found)) == min(k, there)
    assert {id_.split("#")[0] for id_, _ in found} <= names
    scores = [score for _, score in found]
    assert scores == sorted(scores, reverse=True)


def test_nearly_all_of_the_nearest_that_pass_a_filter_are_found(whole):
    folder, store, own = whole
    for kept in (30, 3):
        names = {f"report-{number}" for number in range(kept)}
        hits = 0
        for question in vectors(2000, 20):
            right = dict(nearest(folder, question, 10, lambda article: article["id"] in names))  # noqa: B023
            hits += len(right.keys() & dict(ranked(store, own, question, 10, Filter(article_ids=tuple(names)))).keys())
        assert hits / 200 >= 0.98


def test_what_came_since_is_found_and_what_went_is_not(store, tmp_path):
    own = VectorCache(tmp_path, store, dim=DIM)
    question = vectors(0, 1)[0]
    gone = ranked(store, own, question, 1)[0][0]
    add(store, "late", np.stack([question, *vectors(77, 3)]))
    with store.writing():
        store.delete(store.articles.find(gone.split("#")[0]))
    for fresh in (own, VectorCache(tmp_path, store, dim=DIM)):
        found = [id_ for id_, _ in ranked(store, fresh, question, 200)]
        assert found[0] == "late#0-9"
        assert len(found) == 200
        assert not any(id_.startswith(gone.split("#")[0] + "#") for id_ in found)
    assert snapshot.problem(tmp_path, store) is None


def test_lists_are_extended_and_given_up_as_the_number_of_vectors_asks(store, tmp_path):
    own = VectorCache(tmp_path, store, dim=DIM)
    add(store, "many", vectors(99, 1_100))
    with store.writing():
        store.delete(store.articles.find("report-7"))
    own.keep()
    assert snapshot.recorded(store).last_row == ARTICLES * PASSAGES + 1_100
    assert snapshot.problem(tmp_path, store) is None
    mine = {id_ for id_, _ in ranked(store, own, vectors(99, 1)[0], 10)}
    assert any(id_.startswith("many#") for id_ in mine)
    with store.writing():
        for number in range(8, ARTICLES):
            store.delete(store.articles.find(f"report-{number}"))
    own.keep()
    assert snapshot.recorded(store).lists == 0
    assert snapshot.problem(tmp_path, store) is None
    assert ranked(store, own, vectors(3, 1)[0], 5) == nearest(tmp_path, vectors(3, 1)[0], 5)


def test_lists_that_are_not_what_was_written_are_not_searched(store, tmp_path, caplog):
    (path,) = tmp_path.glob("vectors-*.faiss")
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))
    with pytest.raises(IndexDamaged, match="is not what was written"):
        snapshot.read(tmp_path, snapshot.recorded(store), dim=DIM)
    own = VectorCache(tmp_path, store, dim=DIM)
    with caplog.at_level(logging.WARNING):
        assert ranked(store, own, vectors(5, 1)[0], 9) == nearest(tmp_path, vectors(5, 1)[0], 9)
    assert "is not what was written" in caplog.text
    own.mend()
    assert snapshot.problem(tmp_path, store) is None
    assert snapshot.recorded(store).lists == 256


def test_a_store_that_names_lists_where_there_are_none_is_not_believed(store, tmp_path):
    named = snapshot.recorded(store)
    with pytest.raises(IndexDamaged, match="does not hold 64 lists"):
        snapshot.read(Path(tmp_path), named._replace(lists=64), dim=DIM)
