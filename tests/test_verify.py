"""`verify` says what is wrong with an index and where; `repair` mends it and loses no article that can be read."""

import shutil
import sqlite3
from contextlib import closing

import numpy as np
import pytest
from bag_embedder import BagEmbedder
from brute_force import assert_consistent, assert_same, nearest

from ragqa.errors import IndexBusy, IndexMismatch, IndexMissing, SettingError
from ragqa.index import Index, repair, verify
from ragqa.records import Article
from ragqa.vectors import snapshot

TOWNS = ["Aldwick", "Brevik", "Carrow", "Dunmore", "Eskdale", "Fjellby", "Garrow", "Holmen"]


def article(number: int) -> Article:
    town = TOWNS[number % len(TOWNS)]
    return Article(
        id=f"{town.lower()}-{number}.txt",
        title=f"Bridge of {town}",
        source="Harbour Wire" if number % 2 else "Meridian Post",
        published_at=f"2024-08-{number % 28 + 1:02}",
        text=f"The council of {town} met on Monday. It will spend {number} million crowns on a new bridge. "
        f"Mayor Anna Lindqvist said that {town} had waited for it for {number + 20} years.",
    )


ARTICLES = [article(number) for number in range(30)]
LENGTHS = {"chunk_tokens": 16, "overlap_tokens": 4}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """An index with a snapshot, from which the tests take their copies."""
    folder = tmp_path_factory.mktemp("made") / "index"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(snapshot, "MIN_VECTORS", 10)
        with Index.open(folder, embedder=BagEmbedder(), create=True, **LENGTHS) as index:
            index.add(ARTICLES, origin="/home/anna/articles")
    assert list(folder.glob("vectors-*.faiss"))
    return folder


@pytest.fixture
def folder(made, tmp_path, monkeypatch):
    monkeypatch.setattr(snapshot, "MIN_VECTORS", 10)
    return shutil.copytree(made, tmp_path / "index")


def raw(folder, *statements):
    with closing(sqlite3.connect(folder / "articles.sqlite", isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)


def assert_whole(folder, articles=ARTICLES):
    embedder = BagEmbedder()
    assert verify(folder, embedder=embedder).sound
    with Index.open(folder, embedder=embedder) as index:
        assert [index.article(article_id) for article_id in index.ids(origin="/home/anna/articles")] == list(articles)
        for question in ("How much will the bridge of Carrow cost?", "Anna Lindqvist"):
            right = nearest(folder, embedder.encode([question])[0], 10)
            assert_same([(passage.id, score) for passage, score in index.dense([question], k=10)[0]], right)
        if articles:
            assert len(index.lexical(["council"], k=1000)[0]) == len(articles)
    assert_consistent(folder)


def test_a_file_of_which_some_article_can_be_read_can_be_repaired(folder):
    raw(folder, "CREATE TABLE notes (text)", "UPDATE articles SET title = 'Another' WHERE row < 30")
    (found,) = verify(folder, embedder=BagEmbedder()).findings
    assert found.repair == "all that can be read goes into a file that is made anew"
    raw(folder, "UPDATE articles SET title = 'Another' WHERE row = 30")
    (found,) = verify(folder, embedder=BagEmbedder()).findings
    assert (found.repair, found.problem) == (None, f"No article of {folder / 'articles.sqlite'} can be read")
    before = (folder / "articles.sqlite").read_bytes()
    assert [left.repair for left in repair(folder, embedder=BagEmbedder()).findings] == [None]
    assert (folder / "articles.sqlite").read_bytes() == before


def test_an_empty_index_with_a_strange_table_is_repaired(tmp_path):
    with Index.open(tmp_path, embedder=BagEmbedder(), create=True):
        pass
    raw(tmp_path, "CREATE TABLE notes (text)")
    assert verify(tmp_path, embedder=BagEmbedder()).findings[0].repair
    assert repair(tmp_path, embedder=BagEmbedder()).sound


def test_a_sound_index_has_no_findings(folder):
    found = verify(folder, embedder=BagEmbedder())
    assert (found.sound, found.articles, found.findings, found.unchecked) == (True, 30, (), ())
    with Index.open(folder, embedder=BagEmbedder()) as index:
        assert index.verify() == found
        assert found.passages == index.count().passages


def test_a_sound_index_is_not_touched_by_a_repair(folder):
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert repair(folder, embedder=BagEmbedder()).repaired == ()
    assert {path.name: path.read_bytes() for path in folder.iterdir() if path.suffix in (".sqlite", ".faiss")} == before


def test_what_is_not_looked_at_is_said(folder):
    assert verify(folder).unchecked == ("the embedder, since none was given",)


DAMAGE = {
    "an offset": ("UPDATE passages SET ends = ends - 1 WHERE row = 5", "passage", "article 'brevik-1.txt'"),
    "a lost passage": (
        "PRAGMA foreign_keys = OFF; DELETE FROM passages WHERE row = 5",
        "passage",
        "article 'brevik-1.txt'",
    ),
    "a vector": ("UPDATE vectors SET vector = zeroblob(64) WHERE row = 5", "vector", "article 'brevik-1.txt'"),
    "a lost vector": ("DELETE FROM vectors WHERE row = 5", "vector", "article 'brevik-1.txt'"),
    "a removal": ("INSERT INTO removed (row, checksum) VALUES (5, x'00')", "file", "articles.sqlite"),
    "a lost word": ("DELETE FROM word_blocks", "full_text", "full text"),
    "a stray row of full text": (
        "UPDATE word_segments SET passages = x'0f27000000000000' || substr(passages, 9)",
        "full_text",
        "full text",
    ),
    "the totals": ("UPDATE settings SET value = '[30, 1]' WHERE key = 'totals'", "settings", "setting 'totals'"),
    "the embedder": ("DELETE FROM settings WHERE key = 'embedder'", "settings", "settings"),
    "the canaries": ("UPDATE settings SET value = '\"AAAA\"' WHERE key = 'canaries'", "settings", "setting 'canaries'"),
    "the snapshot's name": (
        "UPDATE settings SET value = replace(value, 'faiss', 'index') WHERE key = 'snapshot'",
        "settings",
        "setting 'snapshot'",
    ),
    "the last row": ("UPDATE sqlite_sequence SET seq = 3 WHERE name = 'passages'", "file", "table passages"),
    "a passage of nobody": (
        "PRAGMA foreign_keys = OFF; INSERT INTO passages VALUES (9999, 777, 0, 5, x'00')",
        "file",
        "passages row 9999",
    ),
}


@pytest.mark.parametrize(("statements", "kind", "where"), DAMAGE.values(), ids=DAMAGE)
def test_damage_is_found_and_mended_without_loss(folder, statements, kind, where):
    raw(folder, *statements.split("; "))
    found = verify(folder, embedder=BagEmbedder())
    assert not found.sound
    assert (kind, where) in [(one.kind, one.where) for one in found.findings]
    assert all(one.repair for one in found.findings)
    mended = repair(folder, embedder=BagEmbedder())
    assert mended.sound
    assert {one.where for one in mended.repaired} == {one.where for one in found.findings}
    assert_whole(folder)
    assert list(folder.glob("repair-*")) == []
    # Where it isn't known how many articles there should be, the damaged file is kept.
    assert len(list(folder.glob("damaged-*.sqlite"))) == ("'totals'" in where)


def test_only_what_is_damaged_is_embedded_anew(folder):
    raw(folder, "UPDATE vectors SET vector = zeroblob(64) WHERE row = 5")
    embedder = BagEmbedder()
    repair(folder, embedder=embedder)
    assert {text for text in embedder.encoded if "crowns" in text} <= {
        text for text in embedder.encoded if text.startswith("Bridge of Brevik")
    }
    assert any("Brevik" in text for text in embedder.encoded)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE articles SET title = 'Bridge of nowhere' WHERE id = 'brevik-1.txt'",
        "UPDATE articles SET text = replace(text, 'million', 'billion') WHERE id = 'brevik-1.txt'",
        "UPDATE articles SET published_first = 0 WHERE id = 'brevik-1.txt'",
    ],
)
def test_an_article_that_is_not_what_was_written_is_left_out_and_the_damaged_file_is_kept(folder, statement, caplog):
    raw(folder, statement)
    found = verify(folder)
    assert [(one.kind, "'brevik-1.txt'" in one.problem) for one in found.findings if one.kind == "article"] == [
        ("article", True)
    ]
    damaged = (folder / "articles.sqlite").read_bytes()
    mended = repair(folder, embedder=BagEmbedder())
    assert mended.sound
    assert mended.articles == 29
    assert "Left out, since they can't be read: 'brevik-1.txt'" in caplog.text
    assert (folder / "damaged-1.sqlite").read_bytes() == damaged
    assert_whole(folder, [one for one in ARTICLES if one.id != "brevik-1.txt"])


def test_a_snapshot_that_is_not_what_was_written_is_made_again(folder):
    (path,) = folder.glob("vectors-*.faiss")
    path.write_bytes(path.read_bytes()[:-1])
    (found,) = verify(folder).findings
    assert (found.kind, found.where) == ("snapshot", path.name)
    assert "is not what was written" in found.problem
    assert repair(folder).sound
    assert_whole(folder)


def test_a_snapshot_with_other_vectors_than_the_store_is_found_although_its_hash_holds(folder):
    with Index.open(folder, embedder=BagEmbedder()) as index:
        cache = index._vectors
        index.dense(["bridge"], k=1)
        rows = np.array([1, 2])
        vectors = cache._index.reconstruct_batch(rows)
        cache._index.remove_ids(rows)
        cache._index.add_with_ids(vectors, rows[::-1])
        cache.keep(anew=True)
    (found,) = verify(folder).findings
    assert found.problem.endswith("holds other vectors than the store")
    assert repair(folder).sound
    assert_whole(folder)


def test_an_embedder_that_gives_other_vectors_is_found_and_everything_is_embedded_anew(folder):
    changed = BagEmbedder(salt="a new release of a library")
    (found,) = verify(folder, embedder=changed).findings
    assert found.kind == "embedder"
    assert "gives other vectors here than it gave then" in found.problem
    mended = repair(folder, embedder=changed)
    assert mended.sound
    assert [one.kind for one in mended.repaired] == ["embedder"]
    with Index.open(folder, embedder=changed) as index:
        assert index.count().articles == 30
        right = nearest(folder, changed.encode(["Anna Lindqvist"])[0], 5)
        assert_same([(passage.id, score) for passage, score in index.dense(["Anna Lindqvist"], k=5)[0]], right)


def test_a_damaged_index_takes_another_embedder_as_a_whole(folder):
    raw(folder, "UPDATE vectors SET vector = zeroblob(64) WHERE row = 5")
    other = BagEmbedder(dim=48, name="wide", fingerprint="bag-48")
    assert repair(folder, embedder=other).sound
    with Index.open(folder, embedder=other) as index:
        assert (index.info()["dim"], index.info()["articles"]) == (48, 30)


def test_without_an_embedder_nothing_is_changed_where_one_is_needed(folder):
    raw(folder, "UPDATE vectors SET vector = zeroblob(64) WHERE row = 5")
    before = (folder / "articles.sqlite").read_bytes()
    with pytest.raises(
        SettingError, match=r"passages of article 'brevik-1\.txt' must be embedded anew: give the embedder"
    ):
        repair(folder)
    assert (folder / "articles.sqlite").read_bytes() == before
    assert list(folder.glob("repair-*")) == []


def test_pages_that_are_overwritten_lose_only_what_was_on_them(folder):
    path = folder / "articles.sqlite"
    data = path.read_bytes()
    written = {one.id: one for one in ARTICLES}
    beyond_repair = 0
    # Page 1 holds the list of tables; each other one in turn is filled with what was never there.
    for page in range(1, len(data) // 4096):
        damaged = data[: 4096 * page] + b"\xa5" * 4096 + data[4096 * (page + 1) :]
        path.write_bytes(damaged)
        mended = repair(folder, embedder=BagEmbedder())
        if not mended.sound:  # the page from which all articles are reached
            assert path.read_bytes() == damaged
            beyond_repair += 1
            continue
        with Index.open(folder) as index:
            assert all(index.article(article_id) == written[article_id] for article_id in index.ids())
            assert len(index.ids()) == 30 or (len(index.ids()) >= 15 and list(folder.glob("damaged-*")))
        for left in (*folder.glob("articles.sqlite-*"), *folder.glob("damaged-*")):
            left.unlink()
    assert beyond_repair == 1


def test_a_file_that_was_cut_short_gives_back_what_is_left(folder):
    path = folder / "articles.sqlite"
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 8 * 7])
    found = verify(folder)
    assert found.findings[0].kind == "file"
    assert found.findings[0].repair is not None
    mended = repair(folder, embedder=BagEmbedder())
    assert mended.sound
    assert mended.articles >= 15
    assert_whole(folder, ARTICLES[: mended.articles])


def test_a_copy_that_was_put_back_gets_its_snapshot_anew(folder, tmp_path):
    copy = (folder / "articles.sqlite").read_bytes()
    with Index.open(folder, embedder=BagEmbedder()) as index:
        index.add([article(number) for number in range(30, 60)])
    (folder / "articles.sqlite").write_bytes(copy)
    for _ in range(3):
        repair(folder)
    assert_whole(folder)


@pytest.mark.parametrize("data", [b"", b"SQLite format 3\0" + b"\xff" * 8192])
def test_a_file_of_which_nothing_can_be_read_is_left_as_it_is(folder, data):
    path = folder / "articles.sqlite"
    path.write_bytes(data)
    if not data:
        with pytest.raises(IndexMissing):
            verify(folder)
        return
    assert [one.repair for one in verify(folder).findings] == [None]
    assert not repair(folder, embedder=BagEmbedder()).sound
    assert path.read_bytes() == data


def test_the_rows_of_a_repaired_index_go_on_after_those_of_the_old_one(folder):
    with Index.open(folder, embedder=BagEmbedder()) as index:
        index.delete([ARTICLES[-1].id])
        last = index._store.vectors.last
        generation = index._store.generation
    raw(folder, "UPDATE passages SET ends = ends - 1 WHERE row = 5")
    assert repair(folder, embedder=BagEmbedder()).sound
    with Index.open(folder) as index:
        assert index._store.passages.next_rows(1).start > last[0]
        assert index._store.generation > generation


def test_who_has_the_index_open_is_not_surprised(folder):
    with Index.open(folder, embedder=BagEmbedder()) as index:
        raw(folder, "UPDATE passages SET ends = ends - 1 WHERE row = 5")
        with pytest.raises(IndexBusy):
            repair(folder, embedder=BagEmbedder())
        assert index.count().articles == 30


def test_a_missing_and_a_newer_index_are_errors(folder, tmp_path):
    with pytest.raises(IndexMissing):
        verify(tmp_path / "nowhere")
    raw(folder, "PRAGMA user_version = 99")
    with pytest.raises(IndexMismatch):
        repair(folder)
