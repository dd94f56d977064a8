"""An index that an older version made is opened, changed to the present format as a whole, and holds what it held."""

import gzip
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from bag_embedder import BagEmbedder
from brute_force import assert_consistent, assert_same, nearest

from ragqa.errors import IndexBusy, IndexDamaged
from ragqa.index import Index
from ragqa.records import Article
from ragqa.store import Store
from ragqa.store.migrating import TABLES_OF_2

MADE_BY_FORMAT_1 = Path(__file__).parent / "data" / "format-1.sqlite.gz"


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "index"
    folder.mkdir()
    (folder / "articles.sqlite").write_bytes(gzip.decompress(MADE_BY_FORMAT_1.read_bytes()))
    return folder


def raw(folder, *statements):
    with closing(sqlite3.connect(folder / "articles.sqlite")) as connection, connection:
        return [connection.execute(statement).fetchall() for statement in statements]


def test_an_index_of_format_1_holds_what_it_held(folder):
    before = raw(
        folder, "SELECT row, id, text, origin FROM articles", "SELECT * FROM vectors", "SELECT * FROM passages"
    )
    embedder = BagEmbedder()
    with Index.open(folder, embedder=embedder) as index:
        assert index.info()["format"] == 3
        assert index.count() == (3, 6)
        doha = index.article("doha.txt")
        assert doha.authors == ("Anna Lindqvist",)
        assert "111 are still held in Gaza" in doha.text
        assert index.ids(origin="/home/anna/articles") == ["doha.txt", "valencia.md"]
        for question in ("How many people died in Valencia?", "hostages in Gaza"):
            right = nearest(folder, embedder.encode([question])[0], 6)
            assert_same([(passage.id, score) for passage, score in index.dense([question], k=6)[0]], right)
        assert index.lexical(["Skagen"], k=5)[0][0][0].article_id == "skagen.txt"
    after = raw(folder, "SELECT row, id, text, origin FROM articles", "SELECT * FROM vectors", "SELECT * FROM passages")
    assert after == before
    assert_consistent(folder)


def test_rows_of_deleted_passages_do_not_come_again_after_the_change(folder):
    ((last,),) = raw(folder, "SELECT seq FROM sqlite_sequence WHERE name = 'passages'")[0]
    with closing(Store.open(folder)) as store:
        assert store.passages.next_rows(1) == range(last + 1, last + 2)
        assert len(store.vectors.removed_after(0)) == 1


def test_the_file_is_the_same_whether_it_was_changed_or_made(folder, tmp_path):
    Index.open(folder, embedder=BagEmbedder()).close()
    Index.open(tmp_path / "new", embedder=BagEmbedder(), create=True).close()
    listed = "SELECT type, name, sql FROM sqlite_master ORDER BY name"
    assert raw(folder, listed) == raw(tmp_path / "new", listed)


def test_a_damaged_row_stays_damaged(folder):
    raw(folder, "UPDATE articles SET title = 'Truce talks fail' WHERE id = 'doha.txt'")
    with Index.open(folder) as index, pytest.raises(IndexDamaged, match=r"Article 'doha\.txt'"):
        index.article("doha.txt")


def test_an_index_of_format_1_with_other_tables_is_refused_and_left_as_it_is(folder):
    raw(folder, "CREATE TRIGGER theirs AFTER INSERT ON articles BEGIN DELETE FROM articles; END")
    before = (folder / "articles.sqlite").read_bytes()
    with pytest.raises(IndexDamaged, match="its trigger 'theirs' is not one that ragqa makes"):
        Index.open(folder)
    assert (folder / "articles.sqlite").read_bytes() == before


def test_a_change_that_fails_leaves_the_old_format(folder):
    raw(folder, "UPDATE settings SET value = '{' WHERE key = 'dim'")
    with pytest.raises(IndexDamaged, match="settings of the index can't be read"):
        Index.open(folder)
    assert raw(folder, "PRAGMA user_version", "SELECT count(*) FROM articles") == [[(1,)], [(3,)]]


def test_a_change_waits_for_another_writer(folder):
    with closing(sqlite3.connect(folder / "articles.sqlite", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(IndexBusy):
            Index.open(folder, busy_seconds=0.1)
    assert raw(folder, "PRAGMA user_version") == [[(1,)]]


def test_the_full_text_of_format_2_is_written_in_its_new_form(tmp_path):
    folder = tmp_path / "index"
    with Index.open(folder, embedder=BagEmbedder(), create=True) as index:
        index.add([Article(id="skagen", text="The bridge at Skagen was opened by nobody.")])
        right = index.lexical(["Skagen bridge"], k=3)
    drop = [f"DROP TABLE {table}" for table in ("word_segments", "word_blocks", "word_removed")]
    old = ["DELETE FROM sqlite_sequence WHERE name = 'word_segments'", TABLES_OF_2[-1], "PRAGMA user_version = 2"]
    raw(folder, *drop, *old, "DELETE FROM settings WHERE key = 'full_text'")
    with Index.open(folder, embedder=BagEmbedder()) as index:
        assert index.lexical(["Skagen bridge"], k=3) == right
        assert index.verify().sound
    assert_consistent(folder)
