"""Articles in, passages out: adding, replacing, deleting and searching an index with a real if small embedder."""

import logging
import os
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from bag_embedder import BagEmbedder
from brute_force import assert_consistent, assert_same, nearest
from hypothesis import given, settings
from hypothesis import strategies as st

from ragqa.errors import (
    ArticleError,
    IndexBusy,
    IndexDamaged,
    IndexMismatch,
    IndexMissing,
    ModelError,
    SettingError,
    StorageError,
)
from ragqa.index import Added, Counts, Index
from ragqa.records import Article, Filter
from ragqa.splitting import Splitter
from ragqa.vectors import snapshot

AUGUST = Article(
    id="august",
    title="Truce talks resume in Doha",
    source="Harbour Wire",
    published_at="2024-08-19",
    text="Envoys returned to Doha on Monday. Of the 251 people taken hostage, 111 are still held, the military said.",
)
OCTOBER = Article(
    id="october",
    source="Meridian Post",
    published_at="2024-10-30",
    text="At least 95 people died when a year's rain fell on Valencia in eight hours, the regional government said.",
)
UNDATED = Article(id="undated", source="Meridian Post", text="The bridge at Skagen was opened by Anna Lindqvist.")


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "index"


@pytest.fixture
def embedder():
    return BagEmbedder()


@pytest.fixture
def index(folder, embedder):
    with Index.open(folder, embedder=embedder, create=True, busy_seconds=0.1) as opened:
        opened.add([AUGUST, OCTOBER, UNDATED])
        embedder.encoded.clear()
        yield opened


def changed(article, **fields):
    return Article(**{**article.model_dump(exclude={"content_hash"}), **fields})


def first(index, question, **options):
    found = index.dense([question], k=1, **options)[0]
    return found[0][0].article_id if found else None


def raw(folder, statement):
    with closing(sqlite3.connect(folder / "articles.sqlite")) as connection, connection:
        return connection.execute(statement).fetchall()


def test_what_is_added_is_found(index):
    assert first(index, "Who opened the bridge at Skagen?") == "undated"
    assert first(index, "Truce talks resume") == "august"  # only the title has it
    ((lexical, score), *_), nothing = index.lexical(["Skagen bridge", "?!"], k=2)
    assert (lexical.text, lexical.article_id) == (UNDATED.text, "undated")
    assert score > 0
    assert nothing == []


def test_passages_are_those_of_the_splitter_with_their_ids(index, embedder):
    found = {passage.id: passage for passage, _ in index.dense(["anything"], k=50)[0]}
    splitter = Splitter(embedder.count_tokens)
    assert found == {
        passage.id: passage for article in (AUGUST, OCTOBER, UNDATED) for passage in splitter.split(article)
    }


def test_the_title_is_embedded_with_each_passage(folder, embedder):
    with Index.open(folder, embedder=embedder, create=True) as index:
        embedder.encoded.clear()
        index.add([AUGUST, UNDATED])
    assert embedder.encoded[-2:] == [f"{AUGUST.title}\n{AUGUST.text}", UNDATED.text]


def test_an_article_is_given_back_and_listed_as_it_was_given(index):
    assert index.article("august") == AUGUST
    assert index.ids() == ["august", "october", "undated"]
    assert next(index.articles()).model_dump() == {
        "id": "august",
        "title": "Truce talks resume in Doha",
        "source": "Harbour Wire",
        "published_at": date(2024, 8, 19),
        "characters": len(AUGUST.text),
        "passages": 1,
    }
    with pytest.raises(ArticleError, match="no article 'nowhere' in index"):
        index.article("nowhere")


def test_an_id_that_is_no_text_is_named(index):
    for use in (lambda: index.article("half \ud800"), lambda: index.delete(["august", "half \ud800"])):
        with pytest.raises(ArticleError, match=r"'half \\ud800' can't be the id of an article"):
            use()
    assert index.ids() == ["august", "october", "undated"]


def test_a_title_that_would_push_out_the_passage_is_cut_between_words(folder, embedder):
    embedder.max_tokens = 12
    ferry, snow = (
        Article(id=name, title="  Live:\tthe long-awaited budget debate of the upper house, hour by hour", text=text)
        for name, text in (("ferry", "The ferry sank off Skagen at dawn."), ("snow", "Snow fell."))
    )
    full = Article(id="full", title="Budget", text="One two three four five six seven eight nine ten eleven twelve.")
    with Index.open(folder, embedder=embedder, create=True, chunk_tokens=12, overlap_tokens=0) as index:
        embedder.encoded.clear()
        index.add([ferry, snow, full])
        assert embedder.encoded[-3:] == [
            f"  Live:\tthe long-awaited budget\n{ferry.text}",
            f"  Live:\tthe long-awaited budget debate of the upper house,\n{snow.text}",
            full.text,
        ]
        assert index.article("ferry").title == ferry.title


def test_a_list_of_many_articles_is_whole(folder, embedder, monkeypatch):
    monkeypatch.setattr("ragqa.store.articles._PAGE", 2)
    with Index.open(folder, embedder=embedder, create=True) as index:
        index.add(Article(id=f"{number}", text=f"Story {number}.") for number in range(5))
        assert [row.id for row in index.articles()] == ["0", "1", "2", "3", "4"]


def test_unchanged_articles_cost_nothing(index, embedder):
    index.dense(["?"], k=1)
    embedder.encoded.clear()
    assert index.add([AUGUST, OCTOBER, UNDATED]) == Added(unchanged=3)
    assert embedder.encoded == []


def test_changed_text_replaces_the_old(index):
    new = changed(UNDATED, text="The tunnel at Hirtshals was closed by Karin Boye.")
    assert index.add([new]) == Added(replaced=1, passages=1)
    assert index.article("undated") == new
    assert index.count() == Counts(3, 3)
    assert index.lexical(["Lindqvist Skagen bridge"], k=5) == [[]]
    assert index.lexical(["Hirtshals"], k=5)[0][0][0].text == new.text
    assert_consistent(index.folder)


def test_a_changed_title_is_embedded_anew(index):
    assert index.add([changed(AUGUST, title="Ceasefire stalls")]) == Added(replaced=1, passages=1)
    assert index.lexical(["truce"], k=5) == [[]]
    assert index.lexical(["stalls"], k=5)[0][0][0].article_id == "august"
    assert_consistent(index.folder)


def test_other_changes_keep_the_vectors(index, embedder):
    new = changed(AUGUST, source="Coastal Times", published_at="2024-08-20", url="https://news.example/1")
    assert index.add([new]) == Added(replaced=1)
    assert [text for text in embedder.encoded if "Doha" in text] == []
    assert index.article("august") == new
    assert first(index, "envoys", filter=Filter(sources=("coastal times",), since="2024-08-20")) == "august"
    assert first(index, "envoys", filter=Filter(until="2024-08-19")) is None


def test_an_added_article_is_found_by_the_next_question_and_a_deleted_one_never(index):
    bridge = "Who opened the bridge at Skagen?"
    assert index.delete(["undated", "nowhere", "undated"]) == 1
    assert "undated" not in {passage.article_id for passage, _ in index.dense([bridge], k=9)[0]}
    assert index.lexical([bridge], k=9) == [[]]
    assert index.add([UNDATED]) == Added(added=1, passages=1)
    assert first(index, bridge) == "undated"


HARBOUR, MERIDIAN = "/news/harbour", "/news/meridian"


def test_other_content_under_an_id_of_another_folder_is_refused_and_the_rest_goes_in(index):
    other = changed(UNDATED, id="report.txt")
    index.add([other], origin=HARBOUR)
    new = changed(other, text="Another report under the same name.")
    late = Article(id="late.txt", text="A ferry sank.")
    report = index.add([new, late], origin=MERIDIAN)
    assert report[:4] == (1, 0, 0, 1)
    assert report.refused == (
        "Article 'report.txt' from /news/meridian is not the one from /news/harbour that has this id, and is left out. "
        "Index it with --duplicates replace to replace that one, or give it another id to have both.",
    )
    assert index.article("report.txt") == other
    assert index.add([new], origin=HARBOUR).replaced == 1
    assert index.ids(origin=HARBOUR) == ["report.txt"]
    assert index.ids(origin=MERIDIAN) == ["late.txt"]


def test_an_article_of_a_folder_that_was_moved_is_the_same_and_costs_nothing(index, embedder):
    report = changed(UNDATED, id="report.txt")
    index.add([report], origin=HARBOUR)
    embedder.encoded.clear()
    assert index.add([report], origin=MERIDIAN) == Added(unchanged=1)
    assert (index.ids(origin=HARBOUR), index.ids(origin=MERIDIAN)) == ([], ["report.txt"])
    assert embedder.encoded == []
    # Now it is this folder's, so that it may change with it.
    assert index.add([changed(report, text="Corrected.")], origin=MERIDIAN).replaced == 1
    assert_consistent(index.folder)


@pytest.mark.parametrize("fields", [{"text": "The next day's dispatch."}, {"source": "Coastal Times"}])
def test_other_content_of_another_folder_replaces_where_that_is_asked_for(index, fields):
    index.add([changed(UNDATED, id="s1")], origin=HARBOUR)
    new = changed(UNDATED, id="s1", **fields)
    assert index.add([new], origin=MERIDIAN, duplicates="replace").replaced == 1
    assert index.article("s1") == new
    assert (index.ids(origin=HARBOUR), index.ids(origin=MERIDIAN)) == ([], ["s1"])
    assert_consistent(index.folder)


def test_other_content_of_another_folder_is_skipped_or_fails_where_that_is_asked_for(index):
    index.add([changed(UNDATED, id="s1")], origin=HARBOUR)
    new = changed(UNDATED, id="s1", text="The next day's dispatch.")
    assert index.add([new], origin=MERIDIAN, duplicates="skip") == Added(skipped=1)
    with pytest.raises(ArticleError, match="Article 's1' is in the index with other content"):
        index.add([new], origin=MERIDIAN, duplicates="fail")
    assert index.ids(origin=HARBOUR) == ["s1"]


def test_an_article_replaced_by_hand_still_belongs_to_its_folder(index):
    index.add([changed(UNDATED, id="report.txt")], origin="/news/harbour")
    assert index.add([Article(id="report.txt", text="Corrected.")]).replaced == 1
    assert index.ids(origin="/news/harbour") == ["report.txt"]
    index.add([changed(UNDATED, text="Now in a file.")], origin="/news/harbour")
    assert index.ids(origin="/news/harbour") == ["report.txt", "undated"]


def test_an_article_without_a_folder_gets_the_one_that_it_is_found_in(index, embedder):
    index.dense(["?"], k=1)
    embedder.encoded.clear()
    assert index.add([UNDATED], origin="/news/harbour") == Added(unchanged=1)
    assert index.ids(origin="/news/harbour") == ["undated"]
    assert embedder.encoded == []
    assert index.add([UNDATED]) == Added(unchanged=1)
    assert index.ids(origin="/news/harbour") == ["undated"]
    assert index.article("undated") == UNDATED
    assert_consistent(index.folder)


def test_the_same_id_twice_in_one_go_keeps_the_first(index, embedder):
    one, two = Article(id="twin", text="The first."), Article(id="twin", text="The second.")
    report = index.add([one, two, one])
    assert report[:4] == (1, 0, 1, 1)
    assert report.refused == ("Article 'twin' came before with other content, which is kept. Give each its own id.",)
    assert index.article("twin") == one
    assert [text for text in embedder.encoded if text in (one.text, two.text)] == [one.text]


@pytest.mark.parametrize(
    ("article", "message"),
    [
        (Article(id="blank", text=" \n\t"), "holds no text but white space"),
        (Article(id="nul\0", text="Text."), "has a NUL character in its id"),
        (Article(id="half", text="Text.", source="\ud800"), "has half a surrogate pair"),
    ],
)
def test_an_article_that_can_not_be_stored_is_refused_with_the_reason(index, article, message):
    report = index.add([article, Article(id="fine", text="A ferry sank.")])
    assert report[:4] == (1, 0, 0, 1)
    assert message in report.refused[0]
    assert "fine" in index.ids()


def test_a_batch_is_embedded_at_once_and_committed_at_once(folder, embedder):
    articles = [Article(id=f"{number}", text=f"Story number {number}.") for number in range(10)]
    done = []
    with Index.open(folder, embedder=embedder, create=True) as index:
        calls = []
        encode = embedder.encode
        embedder.encode = lambda texts, progress=None: calls.append(len(texts)) or encode(texts, progress=progress)
        before = index._store.generation
        assert index.add(articles, batch=4, progress=done.append).added == 10
        assert index._store.generation - before == 3
        assert calls == [3, 4, 4, 2]  # the canaries first
        assert done == [4, 4, 2]


def test_an_article_of_many_passages_goes_in_whole(folder, embedder):
    text = " ".join(f"Report {number} says that the river rose by {number} cm." for number in range(3000))
    with Index.open(folder, embedder=embedder, create=True, chunk_tokens=10, overlap_tokens=0) as index:
        report = index.add([AUGUST, Article(id="long", text=text), OCTOBER], batch=2)
        assert report.passages == index.count().passages > 3000
        assert first(index, "Report 2718 says that the river rose by 2718 cm.") == "long"


def test_what_came_before_an_exception_in_the_source_is_in_by_whole_batches(index):
    def broken():
        for number in range(5):
            yield Article(id=f"{number}", text=f"Story {number}.")
        raise ArticleError("the file ends here")

    with pytest.raises(ArticleError):
        index.add(broken(), batch=2)
    assert index.ids()[3:] == ["0", "1", "2", "3"]


histories = st.lists(
    st.tuples(
        st.sampled_from(["add", "delete"]), st.integers(0, 5), st.sampled_from(["ferry", "flood in May", "ferry flood"])
    ),
    max_size=12,
)


@settings(max_examples=15)
@given(histories)
def test_after_any_history_search_is_exact_and_everything_in_step(tmp_path_factory, history):
    folder = tmp_path_factory.mktemp("history") / "index"
    embedder = BagEmbedder(dim=8)
    expected = {}
    with Index.open(folder, embedder=embedder, create=True) as index:
        for what, number, text in history:
            if what == "add":
                index.add([Article(id=f"{number}", text=text)])
                expected[f"{number}"] = text
            else:
                assert index.delete([f"{number}"]) == (f"{number}" in expected)
                expected.pop(f"{number}", None)
            question = "ferry flood"
            right = nearest(folder, embedder.encode([question])[0], 4)
            assert_same([(passage.id, score) for passage, score in index.dense([question], k=4)[0]], right)
            found = {passage.article_id for passage, _ in index.lexical(["ferries"], k=9)[0]}
            assert found == {id_ for id_, own in expected.items() if "ferry" in own}
        assert {row.id: index.article(row.id).text for row in index.articles()} == expected
    assert_consistent(folder)


READER = """
import sys
sys.path.insert(0, sys.argv[2])
from bag_embedder import BagEmbedder
from ragqa.index import Index
with Index.open(sys.argv[1], embedder=BagEmbedder()) as index:
    for question in sys.stdin:
        print([passage.article_id for passage, _ in index.dense([question], k=1)[0]], flush=True)
"""


def test_another_process_sees_a_commit_with_its_next_question(index, folder):
    command = [sys.executable, "-c", READER, str(folder), str(Path(__file__).parent)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as reader:

        def ask():
            reader.stdin.write("Who opened the bridge at Skagen?\n")
            reader.stdin.flush()
            return reader.stdout.readline().strip()

        assert ask() == "['undated']"
        index.delete(["undated"])
        assert ask() != "['undated']"
        index.add([changed(UNDATED, id="again")])
        assert ask() == "['again']"
        reader.stdin.close()


def test_a_second_writer_is_told_and_a_reader_goes_on(index, folder):
    with closing(sqlite3.connect(folder / "articles.sqlite", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        for write in (lambda: index.add([Article(text="Late.")]), lambda: index.delete(["august"])):
            with pytest.raises(IndexBusy, match="Another process is writing"):
                write()
        assert first(index, "bridge at Skagen") == "undated"
    assert index.add([Article(text="Late.")]).added == 1


def test_what_another_writer_changed_meanwhile_is_planned_again(index, folder, embedder):
    encode = embedder.encode
    meanwhile = [Article(id="late", text="The ferry sank at dawn."), changed(OCTOBER, text="At least 205 people died.")]

    def overtaken(texts, progress=None):
        embedder.encode = encode
        with Index.open(folder, embedder=BagEmbedder()) as other:
            other.add(meanwhile)
            other.delete(["undated"])
        return encode(texts, progress=progress)

    index.dense(["?"], k=1)
    embedder.encode = overtaken
    mine = [meanwhile[0], changed(OCTOBER, text="At least 211 people died."), changed(UNDATED, text="The bridge fell.")]
    assert index.add(mine) == Added(added=1, replaced=1, unchanged=1, passages=2)
    assert {row.id: index.article(row.id).text for row in index.articles()} == {
        "august": AUGUST.text,
        "late": "The ferry sank at dawn.",
        "october": "At least 211 people died.",
        "undated": "The bridge fell.",
    }
    assert_consistent(folder)


def test_threads_share_an_index(index, folder):
    errors = []

    def work(number):
        try:
            for step in range(5):
                name = f"{number}-{step}"
                index.add([Article(id=name, text=f"Story {name} of thread{number}.")])
                assert index.lexical([f"thread{number}"], k=9)[0]
                assert len(index.dense(["story"], k=3)[0]) == 3
        except BaseException as error:  # noqa: BLE001
            errors.append(error)

    threads = [threading.Thread(target=work, args=[number]) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert index.count().articles == 23
    assert_consistent(folder)


def test_processes_that_make_an_index_at_the_same_time_agree(folder):
    code = READER.replace("BagEmbedder())", "BagEmbedder(), create=True)")
    command = [sys.executable, "-c", code, str(folder), str(Path(__file__).parent)]
    children = [
        subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) for _ in range(4)
    ]
    assert [child.communicate()[1] for child in children] == [""] * 4
    with Index.open(folder, embedder=BagEmbedder()) as index:
        assert index.count() == Counts(0, 0)


def test_an_empty_index_finds_nothing(folder, embedder):
    with Index.open(folder, embedder=embedder, create=True) as index:
        assert index.dense(["Who?", "What?"], k=3) == [[], []]
        assert index.lexical(["Who?", "What?"], k=3) == [[], []]
        assert index.dense([], k=3) == index.lexical([], k=3) == []
        assert index.add([]) == Added()
        assert list(index.articles()) == []


def test_info_says_what_is_in_and_what_made_it(index, folder):
    info = index.info()
    assert info["bytes"] == sum(path.stat().st_size for path in folder.iterdir()) > 10_000
    assert {name: value for name, value in info.items() if name != "bytes"} == {
        "articles": 3,
        "passages": 3,
        "embedder": "bag-of-words",
        "dim": 32,
        "fingerprint": "bag-1",
        "chunk_tokens": 160,
        "overlap_tokens": 32,
        "format": 3,
    }
    assert Index.embedder_name(folder) == "bag-of-words"


def test_counts_are_those_of_what_passes(index):
    assert index.count(Filter(sources=("meridian post",))) == Counts(2, 2)
    assert index.count(Filter(since="2025-01-01")) == Counts(0, 0)


def test_no_embedder_is_needed_but_to_add_and_to_search_by_meaning(index, folder):
    index.close()
    with Index.open(folder) as plain:
        assert plain.article("august") == AUGUST
        assert plain.lexical(["Valencia"], k=1)[0][0][0].article_id == "october"
        assert plain.delete(["august"]) == 1
        for use in (lambda: plain.add([AUGUST]), lambda: plain.dense(["Who?"], k=1)):
            with pytest.raises(SettingError, match="opened without an embedder"):
                use()


def test_an_index_of_another_embedder_is_refused(index, folder):
    with pytest.raises(IndexMismatch) as caught:
        Index.open(folder, embedder=BagEmbedder(dim=48, name="bigger-bag", fingerprint="bag-2"))
    assert str(caught.value) == (
        f"Index {folder} was built with bag-of-words (32-d); got bigger-bag (48-d). "
        'Rebuild it with "ragqa index --rebuild", or pass the same embedder.'
    )
    with pytest.raises(
        IndexMismatch, match=r"\(32-d, fingerprint bag-1\); got bag-of-words \(32-d, fingerprint bag-2\)"
    ):
        Index.open(folder, embedder=BagEmbedder(fingerprint="bag-2"))


def test_an_embedder_that_gives_other_vectors_than_before_is_refused(index, folder):
    with Index.open(folder, embedder=BagEmbedder(salt="another processor")) as drifted:
        late = Article(id="late", text="Late.")
        for use in (lambda: drifted.dense(["Who?"], k=1), lambda: drifted.add([late])):
            with pytest.raises(IndexMismatch, match=r"gives other vectors here than it gave then \(cosine 0\.\d+"):
                use()


@pytest.mark.parametrize(
    ("vectors", "message"),
    [
        (np.eye(3, 32, dtype=np.float32)[:2], r"shape \(2, 32\) for 3 texts; expected \(3, 32\)"),
        (np.eye(3, 31, dtype=np.float32), r"shape \(3, 31\)"),
        (np.eye(3, 32, dtype=np.float32) * 2, r"length 2\.0000 for 'Of the 251"),
        (np.full((3, 32), np.nan, dtype=np.float32), "length nan"),
    ],
)
def test_an_embedder_that_does_not_keep_its_word_is_refused(folder, embedder, vectors, message):
    embedder.encode = lambda texts, progress=None: vectors
    with pytest.raises(ModelError, match=message):
        Index.open(folder, embedder=embedder, create=True)
    assert Index.embedder_name(folder) is None


def test_a_missing_index_is_named_and_not_made(folder, embedder):
    with pytest.raises(IndexMissing, match="There is no index in"):
        Index.open(folder, embedder=embedder)
    assert Index.embedder_name(folder) is None
    assert not folder.exists()
    with pytest.raises(SettingError, match="can't be made without an embedder"):
        Index.open(folder, create=True)


def test_lengths_are_kept_with_the_index(folder, embedder):
    with Index.open(folder, embedder=embedder, create=True, chunk_tokens=8, overlap_tokens=0) as index:
        index.add([AUGUST])
        assert index.count().passages == 3
    with Index.open(folder, embedder=embedder) as index:
        index.add([OCTOBER])
        assert index.count().passages == 6
    with pytest.raises(IndexMismatch, match="built with chunk_tokens 8; got 160"):
        Index.open(folder, embedder=embedder, chunk_tokens=160)
    with pytest.raises(IndexMismatch, match="built with overlap_tokens 0; got 4"):
        Index.open(folder, embedder=embedder, chunk_tokens=8, overlap_tokens=4)


def test_lengths_suit_the_embedder(tmp_path, embedder):
    embedder.max_tokens = 128
    with Index.open(tmp_path / "a", embedder=embedder, create=True) as index:
        assert (index.info()["chunk_tokens"], index.info()["overlap_tokens"]) == (85, 18)
    with pytest.raises(SettingError, match="make passages of 138 tokens, but bag-of-words reads 128"):
        Index.open(tmp_path / "b", embedder=embedder, create=True, chunk_tokens=120)


@pytest.mark.parametrize("k", [0, -1])
def test_k_and_batch_must_be_positive(index, k):
    for use in (lambda: index.dense(["?"], k=k), lambda: index.lexical(["?"], k=k), lambda: index.add([], batch=k)):
        with pytest.raises(SettingError, match=f"must be 1 or more, got {k}"):
            use()


@pytest.mark.parametrize("k", [4, 2**31, 2**63 - 1, 2**70])
def test_a_k_beyond_all_passages_finds_all(index, k):
    filter = Filter(since="2024-01-01")
    assert len(index.dense(["hostages"], k=k)[0]) == 3
    assert len(index.dense(["hostages"], k=k, filter=filter)[0]) == 2
    assert len(index.lexical(["hostages Valencia Skagen"], k=k)[0]) == 3
    assert len(index.lexical(["hostages Valencia Skagen"], k=k, filter=filter)[0]) == 2


def test_a_rebuild_takes_another_embedder_and_other_lengths(index, folder):
    done = []
    other = BagEmbedder(dim=48, name="bigger-bag", fingerprint="bag-2")
    report = index.rebuild(other, chunk_tokens=8, overlap_tokens=0, progress=done.append)
    assert report == Added(replaced=3, passages=index.count().passages)
    assert sum(done) == report.passages > 6
    assert first(index, "opened by Anna Lindqvist") == "undated"
    assert index.lexical(["Skagen"], k=1)[0][0][0].article_id == "undated"
    assert index.add([AUGUST, OCTOBER, UNDATED]) == Added(unchanged=3)
    index.close()
    assert_consistent(folder)
    with Index.open(folder, embedder=other) as reopened:
        assert reopened.info()["embedder"] == "bigger-bag"
        assert first(reopened, "opened by Anna Lindqvist") == "undated"


def test_a_rebuild_of_many_passages_is_embedded_in_parts(index, embedder, monkeypatch):
    monkeypatch.setattr("ragqa.index.adding.BATCH_PASSAGES", 2)
    done = []
    assert index.rebuild(embedder, progress=done.append) == Added(replaced=3, passages=3)
    assert done == [2, 1]
    assert index.lexical(["Skagen"], k=1)[0][0][0].article_id == "undated"


def test_who_has_an_index_open_is_told_of_a_rebuild(index, folder):
    with Index.open(folder) as other:
        other.rebuild(BagEmbedder(dim=48, fingerprint="bag-2"))
    for use in (lambda: index.dense(["Who?"], k=1), lambda: index.add([Article(text="Late.")])):
        with pytest.raises(IndexMismatch, match=r"built with bag-of-words \(48-d\)"):
            use()


def stories(count):
    return [Article(id=f"{number:04}", text=f"Story {number} of the year.") for number in range(count)]


def test_a_rebuild_while_another_process_takes_a_snapshot_keeps_the_index_usable(folder, embedder, monkeypatch):
    other = BagEmbedder(dim=16, fingerprint="bag-2")
    to_bytes = snapshot.to_bytes

    def overtaken(vectors):
        monkeypatch.undo()
        data = to_bytes(vectors)

        # In a thread, for this one holds one state of the index; it ends before the snapshot is recorded.
        def rebuild():
            with Index.open(folder) as second:
                second.rebuild(other)

        thread = threading.Thread(target=rebuild)
        thread.start()
        thread.join()
        return data

    with Index.open(folder, embedder=embedder, create=True) as index:
        monkeypatch.setattr(snapshot, "to_bytes", overtaken)
        index.add(stories(1100))
        with pytest.raises(IndexMismatch):
            index.dense(["Story 77"], k=1)
    with Index.open(folder, embedder=other) as index:
        question = other.encode(["Story 77"])[0]
        found = [(passage.id, score) for passage, score in index.dense(["Story 77"], k=3)[0]]
        assert_same(found, nearest(folder, question, 3))
    assert_consistent(folder)


def test_a_rebuild_of_what_has_become_small_leaves_no_snapshot(folder, embedder):
    with Index.open(folder, embedder=embedder, create=True) as index:
        index.add(stories(1100))
        assert len(list(folder.glob("vectors-*"))) == 1
        index.delete(f"{number:04}" for number in range(1000))
        index.rebuild(embedder)
        assert list(folder.glob("vectors-*")) == []
        assert len(index.dense(["Story 1077"], k=1000)[0]) == 100


def test_a_rebuild_that_fails_changes_nothing(index, folder, embedder):
    other = BagEmbedder(dim=48, fingerprint="bag-2")
    encode = other.encode

    def failing(texts, progress=None):
        if texts[0].startswith(AUGUST.title):
            raise ModelError("out of memory")
        return encode(texts, progress=progress)

    other.encode = failing
    with pytest.raises(ModelError):
        index.rebuild(other)
    assert first(index, "Who opened the bridge at Skagen?") == "undated"
    assert_consistent(folder)


def test_a_rebuild_mends_what_can_be_and_removes_what_can_not(index, folder, embedder, caplog):
    index.close()
    raw(folder, "UPDATE vectors SET vector = zeroblob(64) WHERE row = 1")
    raw(folder, "UPDATE passages SET ends = 7 WHERE row = 2")
    raw(folder, "UPDATE articles SET text = 'lost' WHERE id = 'undated'")
    raw(folder, "UPDATE word_blocks SET postings = x'00'")
    with Index.open(folder, embedder=embedder) as broken:
        for use in (lambda: broken.dense(["Who?"], k=1), lambda: broken.lexical(["Doha"], k=1)):
            with pytest.raises(IndexDamaged):
                use()
        report = broken.rebuild(embedder)
        assert report[:4] == (0, 2, 0, 2)
        assert "Article 'undated' (row 3) is not what was written" in report.refused[0]
        assert broken.ids() == ["august", "october"]
        assert first(broken, "rain in Valencia") == "october"
        assert broken.add([AUGUST, OCTOBER, UNDATED]) == Added(added=1, unchanged=2, passages=1)
    assert_consistent(folder)


def test_an_article_whose_row_is_damaged_is_replaced_when_it_comes_again(index, folder):
    index.close()
    raw(folder, "UPDATE articles SET title = 'Truce talks fail' WHERE id = 'august'")
    with Index.open(folder, embedder=BagEmbedder()) as reopened:
        with pytest.raises(IndexDamaged, match="Article 'august'"):
            reopened.article("august")
        assert reopened.add([AUGUST]) == Added(replaced=1, passages=1)
        assert reopened.article("august") == AUGUST
    assert_consistent(folder)


def test_a_large_index_starts_from_its_snapshot(folder, embedder, caplog):
    with Index.open(folder, embedder=embedder, create=True) as index:
        index.add(Article(id=f"{number:04}", text=f"Story {number} of the year.") for number in range(1001))
        right = index.dense(["Story 77"], k=3)
    assert [path.suffix for path in folder.iterdir() if path.name.startswith("vectors")] == [".faiss"]
    with caplog.at_level(logging.WARNING), Index.open(folder, embedder=embedder) as index:
        assert index.dense(["Story 77"], k=3) == right
        assert index.delete(f"{number:04}" for number in range(1001)) == 1001
        assert index.dense(["Story 77"], k=3) == [[]]
    assert caplog.text == ""


def test_a_lost_snapshot_is_warned_of_once_and_made_again(folder, embedder, caplog):
    with Index.open(folder, embedder=embedder, create=True) as index:
        index.add(stories(1001))
        right = index.dense(["Story 77"], k=3)
    (old,) = folder.glob("vectors-*")
    old.unlink()
    for warned in (True, False):
        caplog.clear()
        with Index.open(folder, embedder=embedder) as index:
            assert index.dense(["Story 77"], k=3) == right
        assert ("The vectors are read from the store" in caplog.text) == warned
    assert len(list(folder.glob("vectors-*.faiss"))) == 1


def test_lost_full_text_is_written_anew_before_it_is_searched(index, folder, caplog):
    index.close()
    raw(folder, "DELETE FROM word_blocks")
    with Index.open(folder) as reopened:
        assert [passage.article_id for passage, _ in reopened.lexical(["Skagen bridge"], k=3)[0]] == ["undated"]
    assert "it is written anew" in caplog.text
    assert_consistent(folder)


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="needs a user whom the rights on a folder bind")
def test_a_folder_without_rights_is_named(folder, embedder):
    folder.mkdir(mode=0o500)
    with pytest.raises(StorageError, match="Check the rights on the folder"):
        Index.open(folder, embedder=embedder, create=True)
