"""An index in a folder that can be read but not written: what reads works, what writes says why it can't.

Rights bind no superuser. So for most tests SQLite itself is told to write nothing beside the file, which it then refuses as it does
in such a folder; for the others a process gives up the superuser's right to pass over rights.
"""

import gzip
import json
import os
import shutil
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from bag_embedder import BagEmbedder

from ragqa.errors import IndexBusy, StorageError
from ragqa.index import Index, repair, verify
from ragqa.records import Article, Filter
from ragqa.store import Store
from ragqa.vectors import snapshot

BRIDGE = Article(id="bridge", source="Harbour Wire", text="The bridge at Skagen was opened by Anna Lindqvist.")
FLOOD = Article(id="flood", published_at="2024-10-30", text="At least 95 people died when rain fell on Valencia.")
REFUSED = "can't be written: only asking, searching, listing and verifying it work. Check the rights on the folder"

connect = sqlite3.connect


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "index"
    with Index.open(folder, embedder=BagEmbedder(), create=True) as index:
        index.add([BRIDGE, FLOOD])
    return folder


@pytest.fixture
def read_only(monkeypatch):
    """Let SQLite open no file for writing, and make none beside it."""

    def refusing(name, *arguments, **options):
        for mode in ("mode=rwc", "mode=rw", "mode=ro"):
            if str(name).endswith(mode):
                name = f"{str(name).removesuffix(mode)}mode=ro&readonly_shm=1"
        return connect(name, *arguments, **options)

    monkeypatch.setattr(sqlite3, "connect", refusing)


@pytest.mark.parametrize("create", [False, True])
def test_what_reads_an_index_works(folder, read_only, create):
    with Index.open(folder, embedder=BagEmbedder(), create=create) as index:
        assert index.article("bridge") == BRIDGE
        assert [row.id for row in index.articles()] == index.ids() == ["bridge", "flood"]
        assert [row.source for row in index.sources()] == ["Harbour Wire", None]
        for search in (index.dense, index.lexical):
            assert search(["Who opened the bridge at Skagen?"], k=1)[0][0][0].article_id == "bridge"
        found = index.search(["people died"], k=1, filter=Filter(since="2024-01-01"))[0]
        assert {match.passage.article_id for match in found} == {"flood"}
        assert index.verify().sound
        assert index.delete(["bridge"], dry_run=True) == 1
    assert verify(folder, embedder=BagEmbedder()).sound
    assert Index.embedder_name(folder) == BagEmbedder().name


def test_what_writes_says_that_it_can_not_before_anything_is_embedded(folder, read_only):
    embedder = BagEmbedder()
    with Index.open(folder, embedder=embedder) as index:
        for write in (lambda: index.add([FLOOD]), lambda: index.rebuild(embedder), lambda: index.delete(["bridge"])):
            with pytest.raises(StorageError, match=REFUSED):
                write()
        assert embedder.encoded == []
        assert index.ids() == ["bridge", "flood"]


def test_a_damaged_index_is_named_and_a_repair_is_refused(folder, read_only):
    with closing(connect(folder / "articles.sqlite")) as connection, connection:
        connection.execute("UPDATE articles SET title = 'Another' WHERE id = 'bridge'")
    assert "article" in [found.kind for found in verify(folder, embedder=BagEmbedder()).findings]
    with pytest.raises(StorageError, match=REFUSED):
        repair(folder, embedder=BagEmbedder())
    with closing(connect(folder / "articles.sqlite")) as connection, connection:
        connection.execute("CREATE TABLE notes (text)")
    (found,) = verify(folder, embedder=BagEmbedder()).findings
    assert "its table 'notes' is not one that ragqa makes" in found.problem
    with pytest.raises(StorageError, match="Check the rights on the folder"):
        repair(folder, embedder=BagEmbedder())


def test_a_snapshot_of_vectors_that_is_damaged_need_not_be_written_anew(folder, read_only, monkeypatch):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sqlite3, "connect", connect)
        patch.setattr(snapshot, "MIN_VECTORS", 1)
        with Index.open(folder, embedder=BagEmbedder()) as index:
            index.rebuild(BagEmbedder())
    (path,) = folder.glob("vectors-*.faiss")
    path.write_bytes(b"torn")
    with Index.open(folder, embedder=BagEmbedder()) as index:
        assert index.dense(["Who opened the bridge at Skagen?"], k=1)[0][0][0].article_id == "bridge"
    assert path.read_bytes() == b"torn"


def test_a_commit_in_the_log_is_never_passed_over(folder, tmp_path, read_only):
    """A log beside the file, as a crash leaves it: what is in it is read, or the index is not."""
    copy = tmp_path / "copy"
    with closing(connect(folder / "articles.sqlite")) as other:  # keeps the log from being put into the file
        other.execute("SELECT count(*) FROM articles").fetchone()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sqlite3, "connect", connect)
            with Index.open(folder, embedder=BagEmbedder()) as index:
                index.add([Article(id="newest", text="Snow fell on the pass for the third day.")])
        with closing(Store.open(folder)) as store:  # with the marks of a living process beside it
            assert store.articles.ids() == ["bridge", "flood", "newest"]
        shutil.copytree(folder, copy)
    assert (copy / "articles.sqlite-wal").stat().st_size
    (copy / "articles.sqlite-shm").unlink()
    with pytest.raises(StorageError, match="its newest commits are in the log beside"):
        Store.open(copy)


def test_a_file_that_is_written_meanwhile_is_no_damage_and_no_answer(folder, read_only):
    with closing(Store.open(folder)) as store:
        assert store.articles.ids() == ["bridge", "flood"]
        with closing(connect(folder / "articles.sqlite")) as other, other:
            other.execute("DELETE FROM articles WHERE id = 'bridge'")
        with pytest.raises(IndexBusy, match=r"was written to by somebody else .* Open it again"):
            store.articles.ids()
        with pytest.raises(IndexBusy), store.reading():
            raise ValueError("what was read makes no sense")


def test_an_error_of_the_reader_stays_what_it_is(folder, read_only):
    with closing(Store.open(folder)) as store, pytest.raises(ValueError, match="no sense"), store.reading():
        raise ValueError("what was read makes no sense")


def test_an_index_of_an_older_format_asks_for_the_right_to_write(tmp_path, read_only, monkeypatch):
    monkeypatch.setattr(os, "access", lambda *_, **__: False)
    old = Path(__file__).parent / "data" / "format-1.sqlite.gz"
    (tmp_path / "articles.sqlite").write_bytes(gzip.decompress(old.read_bytes()))
    with pytest.raises(
        StorageError, match="has format 1 and is made one of format 3 when it is opened, but it can't be"
    ):
        Store.open(tmp_path)


COMMANDS = """
import contextlib, io, json, sys
from ragqa.cli import main
said = []
for arguments in json.loads(sys.argv[1]):
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            main(arguments)
        except SystemExit as status:
            said.append([status.code, out.getvalue(), err.getvalue()])
print(json.dumps(said))
"""


def bound_by_rights() -> list[str] | None:
    """Return what runs a command that the rights on files bind; None where nothing does."""
    if os.name == "nt":
        return None
    if os.geteuid() != 0:
        return []
    bound = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]
    try:
        done = subprocess.run([*bound, "true"], capture_output=True, check=False)
    except FileNotFoundError:
        return None
    return None if done.returncode else bound


@pytest.fixture
def command_line(tmp_path):
    """Run command lines in one process that rights bind, over an index in a folder without the right to write."""
    bound = bound_by_rights()
    if bound is None:
        pytest.skip("needs a user whom rights bind, or setpriv")
    articles, folder = tmp_path / "articles", tmp_path / "index"
    articles.mkdir()
    (articles / "bridge.txt").write_text(BRIDGE.text, encoding="utf-8")

    def run(*lines):
        given = json.dumps([[*map(str, line), "--index", str(folder)] for line in lines])
        done = subprocess.run(
            [*bound, sys.executable, "-c", COMMANDS, given], capture_output=True, text=True, check=True
        )
        return json.loads(done.stdout.splitlines()[-1])

    assert run(["index", articles])[0][0] == 0
    paths = [folder, *folder.iterdir()]
    for path in paths:
        path.chmod(path.stat().st_mode & ~(stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH))
    yield run
    for path in paths:
        path.chmod(path.stat().st_mode | stat.S_IWUSR)


def test_the_command_line_reads_a_folder_without_the_right_to_write(command_line, tmp_path):
    question = "Who opened the bridge at Skagen?"
    asked, searched, listed, verified, told, shown, timeline, deleted, indexed = command_line(
        ["ask", question], ["search", question], ["list"], ["verify"], ["info"], ["show", "bridge.txt"],
        ["timeline", question], ["delete", "bridge.txt"], ["index", tmp_path / "articles"],
    )  # fmt: skip
    reading = [asked, searched, listed, verified, told, shown, timeline]
    assert [(status, err) for status, _, err in reading] == [(0, "")] * 7
    assert asked[1].startswith("Anna Lindqvist ")
    assert listed[1] == "bridge.txt\t\t\t\t50\t1\n"
    assert "is sound: 1 article in 1 passage." in verified[1]
    for status, _, err in (deleted, indexed):
        assert status == 2
        assert REFUSED in err
