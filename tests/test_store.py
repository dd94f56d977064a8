"""Articles, passages, vectors and full text in one file: read back as written, or said to be damaged."""

import random
import sqlite3
from contextlib import closing, suppress
from datetime import datetime
from time import monotonic

import numpy as np
import pytest
from brute_force import assert_consistent
from hypothesis import given, settings
from hypothesis import strategies as st

from ragqa.errors import ArticleError, IndexBusy, IndexDamaged, IndexMismatch, IndexMissing, StorageError
from ragqa.records import Article, Filter
from ragqa.store import Store, lexical
from ragqa.store import articles as store_articles
from ragqa.store.database import plain_error
from ragqa.store.lexical import WordsDamaged
from ragqa.store.recent import RecentArticles
from ragqa.store.rows import blob_checksum
from ragqa.telling import telling_words

ENVOYS = Article(
    id="envoys",
    title="Truce talks resume",
    source="Harbour Wire",
    url="https://news.example/envoys",
    published_at="2024-08-19",
    authors=("Anna Lindqvist", "José Ōta"),
    language="en",
    text="Envoys returned to Doha on Monday. The military said 111 hostages are held.",
)
FLOOD = Article(
    id="flood",
    source="MERIDIAN Post",
    language="en_GB",
    published_at="2024-10-30T21:15:00+01:00",
    text="At least 95 people died in Valencia. A year's rain fell in eight hours.",
)
UNDATED = Article(id="undated", text="The bridge at Skagen was opened by nobody.\0 Its hostages were two swans 🦢.")


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "index"


@pytest.fixture
def store(folder):
    opened = Store.open(folder, create=True, busy_seconds=0.1)
    opened.make({"dim": 2})
    add(opened, ENVOYS, (0, 34), (35, 75))
    add(opened, FLOOD, (0, 36), (37, 71))
    add(opened, UNDATED, (0, len(UNDATED.text)))
    yield opened
    opened.close()


def add(store, article, *offsets):
    vectors = np.array([[1, 0]] * len(offsets), dtype=np.float16)
    with store.writing():
        store.insert(article, offsets, vectors, origin=None)


def harm(folder, statement):
    with closing(sqlite3.connect(folder / "articles.sqlite")) as connection, connection:
        assert connection.execute(statement).rowcount == 1


def found(store, question, *, k=10, filter=None):
    return [passage.id for passage, _ in store.best(store.search_text(question, k=k, filter=filter), k=k)]


def test_an_article_comes_back_as_it_was_given(store):
    for article in (ENVOYS, FLOOD, UNDATED):
        assert store.articles.get(store.articles.find(article.id).row) == article


texts = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=30)


@settings(max_examples=30)
@given(
    st.fixed_dictionaries(
        {
            "text": texts,
            "title": st.none() | texts,
            "source": st.none() | texts,
            "url": st.none() | texts,
            "authors": st.lists(texts, max_size=3),
            "published_at": st.none()
            | st.dates()
            | st.datetimes()
            | st.datetimes(min_value=datetime(1, 1, 2)).map(lambda at: f"{at.isoformat()}+05:30"),
        }
    )
)
def test_any_article_comes_back_as_it_was_given(tmp_path_factory, fields):
    article = Article(id="any", **fields)
    with closing(Store.open(tmp_path_factory.mktemp("any"), create=True)) as store:
        store.make({"dim": 2})
        add(store, article, (0, len(article.text)))
        assert store.articles.get(1) == article
        (passage,) = store.passages.get([1])
        assert passage.text == article.text
        with store.writing():
            store.delete(store.articles.find("any"))
        assert_consistent(store.folder)


def test_a_passage_is_the_text_between_its_offsets(store):
    second, first = store.passages.get([2, 1])
    assert (first.id, first.article_id, first.start, first.end) == ("envoys#0-34", "envoys", 0, 34)
    assert first.text == "Envoys returned to Doha on Monday."
    assert second.text == "The military said 111 hostages are held."


def test_rows_are_never_used_again(store):
    with store.writing():
        store.delete(store.articles.find("undated"))
    add(store, UNDATED, (0, 5))
    assert store.articles.find("undated").row == 4
    assert list(store.passages.of(store.articles.find("undated"))) == [6]
    assert store.vectors.last == (6, 1)
    assert store.vectors.removed_after(0).tolist() == [5]
    assert_consistent(store.folder)


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ("UPDATE articles SET title = 'Truce talks fail' WHERE id = 'envoys'", "Article 'envoys'"),
        ("UPDATE articles SET text = replace(text, '111', '112') WHERE id = 'envoys'", "Article 'envoys'"),
        ("UPDATE articles SET published_first = 0 WHERE id = 'envoys'", "Article 'envoys'"),
        ("UPDATE articles SET published_at = NULL WHERE id = 'envoys'", "Article 'envoys'"),
        ("UPDATE articles SET origin = 'elsewhere' WHERE id = 'envoys'", "Article 'envoys'"),
        ("UPDATE passages SET ends = 33 WHERE row = 1", "Passage row 1"),
        ("UPDATE passages SET article_row = 2 WHERE row = 1", "Passage row 1"),
        ("DELETE FROM passages WHERE row = 1", "Passage row 1"),
        ("DELETE FROM articles WHERE row = 1", "Article row 1"),
    ],
)
def test_a_changed_row_is_said_to_be_damaged_and_what_to_do(store, folder, statement, message):
    store.close()
    harm(folder, statement)
    with (
        closing(Store.open(folder)) as reopened,
        pytest.raises(IndexDamaged, match=rf"^{message}.* is not what was written.*--repair"),
    ):
        reopened.passages.get([1])


@pytest.mark.parametrize("column", ["title = 'Truce talks fail'", "published_at = '2024-10-30'", "source = NULL"])
def test_a_line_of_the_list_is_checked(store, folder, column):
    assert [line.title for line in store.articles.summaries()] == ["Truce talks resume", None, None]
    harm(folder, f"UPDATE articles SET {column} WHERE id = 'envoys'")
    with pytest.raises(IndexDamaged, match=r"Article 'envoys' \(row 1\) is not what was written"):
        list(store.articles.summaries())


@pytest.mark.parametrize(
    "use",
    [
        lambda store, filter: store.passages.passing(filter),
        lambda store, filter: store.articles.counts(filter),
        lambda store, filter: store.search_text("Valencia", k=1, filter=filter),
    ],
    ids=["passing", "counts", "search_text"],
)
@pytest.mark.parametrize(
    ("column", "filter"),
    [
        ("published_first = 0", Filter(until="1980-01-01")),
        ("published_first = 0", Filter(since="2024-10-31")),
        ("source_key = 'meridian post'", Filter(sources=("Meridian Post",))),
    ],
)
def test_no_filter_goes_by_a_changed_row(store, folder, use, column, filter):
    use(store, filter)
    harm(folder, f"UPDATE articles SET {column} WHERE id = 'envoys'")
    use(store, None)
    for _ in range(2):
        with pytest.raises(IndexDamaged, match="Article 'envoys'"):
            use(store, filter)


def test_all_rows_are_checked_for_a_filter_only_after_another_connection_has_written(store, folder, monkeypatch):
    checked = []
    checksum = store_articles.checksum
    monkeypatch.setattr("ragqa.store.articles.checksum", lambda *head: checked.append(head[0]) or checksum(*head))
    filter = Filter(since="2024-01-01")
    store.passages.passing(filter)
    assert checked == [1, 2, 3]
    add(store, Article(id="late", text="Late."), (0, 5))
    checked.clear()
    store.passages.passing(filter)
    assert checked == []
    with closing(Store.open(folder)) as other:
        add(other, Article(id="later", text="Later."), (0, 6))
    checked.clear()
    store.passages.passing(filter)
    assert checked == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    "statement", ["DELETE FROM word_blocks WHERE block >> 24 = 2", "DELETE FROM word_removed WHERE segment = 2"]
)
def test_full_text_that_lacks_rows_is_written_anew(store, folder, statement, caplog):
    store.close()
    harm(folder, statement)
    for warned in (True, False):
        caplog.clear()
        with closing(Store.open(folder)) as reopened:
            reopened.mend_full_text()
            assert found(reopened, "Valencia hours") == ["flood#0-36", "flood#37-71"]
        assert ("is not what was written: it is written anew" in caplog.text) == warned
    assert_consistent(folder)


def test_full_text_that_can_not_be_whole_is_refused_until_the_damaged_article_is_gone(store, folder):
    store.close()
    harm(folder, "UPDATE articles SET text = 'lost' WHERE id = 'flood'")
    harm(folder, "DELETE FROM word_blocks WHERE block >> 24 = 2")
    for _ in range(2):
        message = r"full text .* can't be written anew now: Article 'flood' .*--repair"
        with closing(Store.open(folder)) as reopened, pytest.raises(IndexDamaged, match=message):
            reopened.mend_full_text()
    with closing(Store.open(folder)) as reopened:
        with reopened.writing():
            reopened.delete(reopened.articles.find("flood"))
        reopened.mend_full_text()
        assert found(reopened, "Doha") == ["envoys#0-34"]


def test_full_text_that_leaves_out_an_article_stays_refused_whatever_is_added(store, folder, caplog):
    store.close()
    for name in ("envoys", "flood"):
        harm(folder, f"UPDATE articles SET text = 'lost' WHERE id = '{name}'")
    harm(folder, "DELETE FROM word_removed WHERE segment = 1")
    with closing(Store.open(folder)) as reopened:
        with reopened.writing():
            reopened.delete(reopened.articles.find("envoys"))
        assert "Its full text is left out" in caplog.text
        add(reopened, Article(id="late", text="Late."), (0, 5))
    with closing(Store.open(folder)) as reopened, pytest.raises(IndexDamaged, match="Article 'flood'"):
        reopened.mend_full_text()


def test_passages_made_anew_lack_no_full_text_whatever_was_left_out_before(store, folder, caplog):
    harm(folder, "UPDATE articles SET text = 'lost' WHERE id = 'flood'")
    harm(folder, "DELETE FROM word_removed WHERE segment = 2")
    store.close()
    with closing(Store.open(folder)) as reopened, reopened.writing():
        reopened.delete(reopened.articles.find("flood"))
        reopened.clear_passages()
        reopened.insert_passages(1, [(0, 34)], np.array([[1, 0]], dtype=np.float16))
    assert "it is written anew" in caplog.text
    caplog.clear()
    with closing(Store.open(folder)) as reopened:
        reopened.mend_full_text()
        assert found(reopened, "Doha") == ["envoys#0-34"]
    assert caplog.text == ""


def test_full_text_that_another_process_keeps_from_being_written_is_refused_at_once(store, folder):
    store.close()
    harm(folder, "DELETE FROM word_blocks WHERE block >> 24 = 2")
    with closing(Store.open(folder, busy_seconds=20)) as reopened:
        with closing(sqlite3.connect(folder / "articles.sqlite", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            began = monotonic()
            with pytest.raises(IndexDamaged, match="can't be written anew now: Another process is writing"):
                reopened.mend_full_text()
            assert monotonic() - began < 10
        reopened.mend_full_text()
        assert found(reopened, "Valencia") == ["flood#0-36"]


def test_full_text_with_one_bit_changed_is_never_searched_and_written_anew(store, folder, caplog):
    store.close()
    harm(folder, "UPDATE word_blocks SET postings = substr(postings, 1, 11) || x'02' WHERE block >> 24 = 1")
    with closing(Store.open(folder)) as reopened:
        assert found(reopened, "Valencia") == ["flood#0-36"]
        with pytest.raises(WordsDamaged, match="full text is not what was written"):
            found(reopened, "Doha")
        reopened.mend_full_text()
        assert found(reopened, "Doha") == ["envoys#0-34"]
    assert caplog.text.count("is written anew") == 1
    assert_consistent(folder)


def test_damage_that_joining_segments_meets_is_mended_in_the_same_commit(store, folder, caplog):
    store.close()
    harm(folder, "UPDATE word_blocks SET postings = x'00' WHERE block = (SELECT max(block) FROM word_blocks)")
    with closing(Store.open(folder)) as reopened:
        for number in range(8):
            add(reopened, Article(id=f"late {number}", text="Late."), (0, 5))
        assert found(reopened, "Skagen") == [f"undated#0-{len(UNDATED.text)}"]
        assert reopened.has_full_text()
    assert caplog.text.count("is written anew") == 1


def test_nothing_of_a_mended_full_text_is_taken_for_done_where_the_transaction_fails(store, folder):
    store.close()
    harm(folder, "DELETE FROM word_blocks WHERE block >> 24 = 2")
    with closing(Store.open(folder)) as reopened:
        with suppress(KeyboardInterrupt), reopened.writing():
            reopened.delete(reopened.articles.find("flood"))
            raise KeyboardInterrupt
        reopened.mend_full_text()
        assert found(reopened, "Valencia") == ["flood#0-36"]


def test_a_row_with_another_checksum_is_read_again(store, folder):
    assert store.articles.get(1).title == "Truce talks resume"
    harm(folder, "UPDATE articles SET title = 'Truce talks fail', checksum = x'00' WHERE row = 1")
    with pytest.raises(IndexDamaged):
        store.articles.get(1)


def test_damaged_settings_are_noticed(store, folder):
    harm(folder, "UPDATE settings SET value = '{' WHERE key = 'dim'")
    with pytest.raises(IndexDamaged, match="The setting 'dim'"):
        store.get("dim")


def test_a_search_that_names_a_missing_passage_is_damage(store):
    with pytest.raises(IndexDamaged, match="Passage row 77, which a search found"):
        store.best([(1, 0.5), (77, 0.4)], k=2)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE articles SET text = 'lost' WHERE id = 'envoys'",
        "UPDATE passages SET ends = 30 WHERE row = 1",
    ],
)
def test_a_damaged_article_can_be_deleted_and_the_full_text_stays_right(store, folder, statement, caplog):
    store.close()
    harm(folder, statement)
    with closing(Store.open(folder)) as reopened:
        with reopened.writing():
            reopened.delete(reopened.articles.find("envoys"))
        assert caplog.text == ""
        assert found(reopened, "Valencia swan Doha") == ["flood#0-36", f"undated#0-{len(UNDATED.text)}"]
    assert_consistent(folder)


def test_full_text_of_another_damaged_article_is_left_out_when_written_anew(store, folder, caplog):
    store.close()
    for name in ("envoys", "flood"):
        harm(folder, f"UPDATE articles SET text = 'lost' WHERE id = '{name}'")
    harm(folder, "DELETE FROM word_removed WHERE segment = 1")
    with closing(Store.open(folder)) as reopened:
        with reopened.writing():
            reopened.delete(reopened.articles.find("envoys"))
        assert "Its full text is left out" in caplog.text
        with pytest.raises(WordsDamaged):
            found(reopened, "Valencia swans")


def test_a_row_of_another_table_whose_checksum_holds_is_not_taken_for_removals(store, folder):
    """A page of vectors that stands where the removals of the full text stood: each of its rows vouches for itself."""
    store.close()
    removed = bytes(range(64))
    with closing(sqlite3.connect(folder / "articles.sqlite")) as other, other:
        other.execute("UPDATE word_removed SET removed = ?, checksum = ?", [removed, blob_checksum(1, removed)])
        other.execute("DELETE FROM word_removed WHERE segment <> 1")
    with closing(Store.open(folder)) as reopened:
        with pytest.raises(WordsDamaged):
            found(reopened, "Valencia swans")
        reopened.mend_full_text()
        assert found(reopened, "Valencia swans") == ["flood#0-36", f"undated#0-{len(UNDATED.text)}"]


def test_removals_of_before_the_last_commit_are_noticed(folder):
    """A page that was not written, though the disk said so, holds what was there before, with checksums that hold."""
    with closing(Store.open(folder, create=True)) as store:
        store.make({"dim": 2})
        with store.writing():
            for article in (ENVOYS, FLOOD, UNDATED):
                store.insert(article, [(0, 34)], np.array([[1, 0]], dtype=np.float16), origin=None)
        with store.writing():
            store.delete(store.articles.find("flood"))
    harm(folder, f"UPDATE word_removed SET removed = x'', checksum = x'{blob_checksum(1, b'').hex()}'")
    with closing(Store.open(folder)) as reopened:
        with pytest.raises(WordsDamaged):
            found(reopened, "Valencia swans")
        reopened.mend_full_text()
        assert found(reopened, "Valencia Doha") == ["envoys#0-34"]


@pytest.mark.parametrize(
    ("vector", "mark"),
    [(0, ""), ("text", b""), (b"", blob_checksum(1, b"")), (b"\0", blob_checksum(1, b"\0"))],
    ids=["a number", "text", "nothing", "one byte"],
)
def test_whatever_stands_where_a_vector_was_is_damage(store, folder, vector, mark):
    with closing(sqlite3.connect(folder / "articles.sqlite")) as other, other:
        other.execute("UPDATE vectors SET vector = ?, checksum = ? WHERE row = 1", [vector, mark])
    with pytest.raises(IndexDamaged, match="ector"):
        store.vectors.of(np.array([1]))
    with pytest.raises(IndexDamaged, match="ector"):
        list(store.vectors.after(0))


WORDS = "hostage hostages held Doha doha's Envoys résumé RESUME 2024 95 Ōta 🦢 swans. the The of talk-talk ½".split()


@settings(max_examples=40)
@given(
    st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=30).map(" ".join), min_size=1, max_size=40),
    st.sets(st.integers(1, 40)),
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=5, unique=True).map(" ".join),
    st.integers(1, 12),
    st.sets(st.integers(1, 40)),
)
def test_bm25_is_that_of_fts5_to_the_last_bit(tmp_path_factory, texts, removed, question, k, among):
    with closing(Store.open(tmp_path_factory.mktemp("words") / "index", create=True)) as store:
        store.make({"dim": 2})
        for number, text in enumerate(texts):
            add(store, Article(id=f"{number}", title="Talks" if number % 2 else None, text=text), (0, len(text)))
        with store.writing():
            for number in removed & set(range(len(texts))):
                store.delete(store.articles.find(f"{number}"))
        for rows in (None, sorted(among)):
            passing = None if rows is None else Filter(article_ids=tuple(str(row - 1) for row in rows))
            own = dict(store.search_text(question, k=k, filter=passing))
            right = by_fts5(texts, removed, question, rows)
            least = sorted(right.values(), reverse=True)[:k][-1:]
            assert own == {row: score for row, score in right.items() if [score] >= least}
        assert store.has_full_text()


@pytest.mark.parametrize("most_kept", [16_000_000, 2_000], ids=["kept in memory", "read again"])
def test_words_that_most_passages_have_change_nothing_for_being_looked_up_last(folder, monkeypatch, most_kept):
    """Words are as rare and as common as in print: the n-th stands in about one of n passages."""
    monkeypatch.setattr("ragqa.store.segment_table._MOST_KEPT", most_kept)
    chance = random.Random(5)
    words = [f"gauge{number}" for number in range(1, 200)]
    texts = [
        " ".join(word for rank, word in enumerate(words, start=2) for _ in range(3) if chance.random() < 1 / rank)
        for _ in range(1_500)
    ]
    removed = {number for number in range(len(texts)) if number % 7 == 3}
    vector = np.array([[1, 0]], dtype=np.float16)
    with closing(Store.open(folder, create=True)) as store:
        store.make({"dim": 2})
        with store.writing():
            for number, text in enumerate(texts[:1_200]):
                store.insert(Article(id=f"{number}", text=text or "-"), [(0, len(text))], vector, origin=None)
        for number, text in enumerate(texts[1_200:], start=1_200):
            add(store, Article(id=f"{number}", text=text or "-"), (0, len(text)))
        with store.writing():
            for number in removed:
                store.delete(store.articles.find(f"{number}"))
        for _ in range(60):
            question = " ".join(chance.sample(words[: chance.choice([5, 60, 199])], chance.randint(1, 5)))
            k = chance.choice([1, 10, 50])
            few = chance.choice([None, range(1, 1_501, 2), range(1, 100)])
            passing = None if few is None else Filter(article_ids=tuple(str(row - 1) for row in few))
            right = by_fts5(texts, removed, question, few, with_titles=False)
            least = sorted(right.values(), reverse=True)[:k][-1:]
            assert dict(store.search_text(question, k=k, filter=passing)) == {
                row: score for row, score in right.items() if [score] >= least
            }


def by_fts5(texts, removed, question, rows, *, with_titles=True):
    """Return the score of each row that SQLite's own full-text search finds."""
    expression = " OR ".join(f'"{word}"' for word in telling_words(question))
    if not expression:  # FTS5 takes that for an error of syntax
        return {}
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute(
            "CREATE VIRTUAL TABLE lexical USING fts5(title, text, tokenize = 'porter unicode61 remove_diacritics 2')"
        )
        connection.executemany(
            "INSERT INTO lexical (rowid, title, text) VALUES (?, ?, ?)",
            [
                (number + 1, "Talks" if with_titles and number % 2 else "", text)
                for number, text in enumerate(texts)
                if number not in removed
            ],
        )
        scored = connection.execute("SELECT rowid, -bm25(lexical) FROM lexical WHERE lexical MATCH ?", [expression])
        return {row: score for row, score in scored if rows is None or row in rows}


def test_a_commit_writes_what_it_changes_and_not_what_there_is(folder):
    with closing(Store.open(folder, create=True)) as store:
        store.make({"dim": 2})
        text = " ".join(f"Word{number} of the siege." for number in range(2_000))
        for number in range(20):
            add(store, Article(id=f"{number}", text=text), *[(start, start + 60) for start in range(0, 20_000, 40)])
        before = segments_of(folder)
        add(store, ENVOYS, (0, 34), (35, 75))
        with store.writing():
            store.delete(store.articles.find("envoys"))
        after = segments_of(folder)
    assert len(before) <= 3 * 8
    assert before.items() <= after.items()
    assert len(after) - len(before) <= 1


def segments_of(folder):
    with closing(sqlite3.connect(folder / "articles.sqlite")) as connection:
        return dict(connection.execute("SELECT segment, checksum FROM word_segments"))


@pytest.mark.parametrize(
    ("filter", "ids"),
    [
        (None, ["envoys", "flood", "undated"]),
        (Filter(), ["envoys", "flood", "undated"]),
        (Filter(since="2024-08-19"), ["envoys", "flood"]),
        (Filter(since="2024-08-20"), ["flood"]),
        (Filter(until="2024-08-19"), ["envoys"]),
        (Filter(until="2024-08-18"), []),
        (Filter(since="2024-10-30T20:15:00Z", until="2024-10-30T20:15:00Z"), ["flood"]),
        (Filter(since="2024-10-30T20:15:00.000001Z"), []),
        (Filter(as_of="2024-10-29", until="2024-12-01"), ["envoys"]),
        (Filter(sources=("Meridian Post",)), ["flood"]),
        (Filter(sources=("meridian post", "harbour wire")), ["envoys", "flood"]),
        (Filter(sources=("Meridian",)), []),
        (Filter(sources=()), []),
        (Filter(article_ids=("undated", "nowhere")), ["undated"]),
        (Filter(article_ids=("undated", "flood"), since="2000-01-01"), ["flood"]),
        (Filter(languages=("en",)), ["envoys", "flood"]),
        (Filter(languages=("EN-gb",)), ["flood"]),
        (Filter(languages=("e", "en-GB-oed", "no", "")), []),
        (Filter(languages=()), []),
    ],
)
def test_a_filter_lets_pass_what_it_says(store, filter, ids):
    passages = store.passages.get(store.passages.passing(filter or Filter()).tolist())
    assert list(dict.fromkeys(passage.article_id for passage in passages)) == ids
    assert store.articles.counts(filter) == (len(ids), len(passages))
    question = "envoys Valencia bridge hours military"
    assert sorted({id_.split("#")[0] for id_ in found(store, question, filter=filter)}) == ids


def test_what_passes_is_looked_up_again_once_anything_was_written(store, folder):
    meridian = Filter(sources=("Meridian Post",))

    def passing():
        return [passage.article_id for passage in store.passages.get(store.passages.passing(meridian).tolist())]

    assert passing() == passing() == ["flood", "flood"]
    add(store, Article(id="bridge", source="Meridian Post", text="The bridge was opened."), (0, 22))
    assert passing() == ["flood", "flood", "bridge"]
    with closing(Store.open(folder)) as other, other.writing():
        other.delete(other.articles.find("flood"))
    assert passing() == ["bridge"]
    with suppress(KeyError), store.writing():
        store.delete(store.articles.find("bridge"))
        assert passing() == []
        raise KeyError
    assert passing() == ["bridge"]


def test_words_are_found_in_any_form_and_in_the_title(store):
    assert found(store, "hostage") == ["envoys#35-75", f"undated#0-{len(UNDATED.text)}"]
    assert found(store, "truces resumed") == ["envoys#0-34", "envoys#35-75"]
    assert found(store, "Who died?") == ["flood#0-36"]
    assert found(store, "What was it about?") == [f"undated#0-{len(UNDATED.text)}"]  # "was": nothing better is left


@pytest.mark.parametrize(
    "question",
    [
        '"', '""', "'", "*", "Doha*", "^Doha", "NEAR(Doha, 2)", "title:Doha", "- Doha", "Doha AND NOT Doha", "(", "{a b}: c",
        "🦢", "\0", "Doha\0Doha", "'; DROP TABLE lexical; --", "_", "٣ ½ ⅷ", "\ud800", "lexical MATCH", "Doha " * 5000, "", " ",
        " ".join(map(str, range(5000))),
    ],
)  # fmt: skip
def test_a_question_is_just_text(store, question):
    expected = ["envoys#0-34"] if "Doha" in question else []
    assert found(store, question) == expected


@settings(max_examples=200)
@given(st.text(max_size=80))
def test_no_question_breaks_the_full_text(any_store, question):
    assert set(found(any_store, question)) <= {"envoys#0-34"}


@pytest.fixture(scope="module")
def any_store(tmp_path_factory):
    with closing(Store.open(tmp_path_factory.mktemp("any") / "index", create=True)) as store:
        store.make({"dim": 2})
        add(store, ENVOYS, (0, 34))
        yield store


def test_at_most_so_many_words_are_looked_for(any_store):
    words = [f"word{number}" for number in range(lexical.MAX_WORDS)]
    assert found(any_store, " ".join([*words[:-1], "Doha"])) == ["envoys#0-34"]
    assert found(any_store, " ".join([*words, "Doha"])) == []


def test_equal_scores_are_ordered_by_id_also_where_the_list_is_cut(folder):
    with closing(Store.open(folder, create=True)) as store:
        store.make({"dim": 2})
        for number in range(99, -1, -1):
            add(store, Article(id=f"{number:02}", text="The ferry sank. The ferry sank."), (0, 15), (16, 31))
        assert found(store, "ferry", k=3) == ["00#0-15", "00#16-31", "01#0-15"]
        scores = [score for _, score in store.search_text("ferry", k=3, filter=None)]
        assert len(scores) == 200
        assert min(scores) == max(scores) > 0


def test_a_larger_score_is_better(store):
    (first, high), (second, low) = store.best(store.search_text("hostages held", k=2, filter=None), k=2)
    assert (first.id, second.id) == ("envoys#35-75", f"undated#0-{len(UNDATED.text)}")
    assert high > low


def test_nothing_is_kept_of_a_transaction_that_fails(store):
    before = store.generation
    stopped = ArticleError("stop")
    with pytest.raises(ArticleError), store.writing():  # noqa: PT012
        store.delete(store.articles.find("flood"))
        raise stopped
    assert store.generation == before
    assert found(store, "Valencia") == ["flood#0-36"]


def test_what_is_read_together_is_of_one_state(store, folder):
    with closing(Store.open(folder)) as other, store.reading():
        assert store.articles.counts() == (3, 5)
        with other.writing():
            other.delete(other.articles.find("envoys"))
        assert store.articles.counts() == (3, 5)
        assert found(store, "Doha") == ["envoys#0-34"]
    assert store.articles.counts() == (2, 3)


@pytest.mark.parametrize(
    ("pragma", "value"),
    [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("trusted_schema", 0), ("cell_size_check", 1)],
)
def test_every_connection_has_the_settings_that_keep_it_safe(store, folder, pragma, value):
    with closing(Store.open(folder)) as other, other.reading() as connection:
        assert connection.execute(f"PRAGMA {pragma}").fetchone() == (value,)


def test_another_writer_is_waited_for_and_then_named(store, folder):
    with closing(sqlite3.connect(folder / "articles.sqlite", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(IndexBusy, match="Another process is writing"), store.writing():
            pass
        assert found(store, "Valencia") == ["flood#0-36"]  # reading goes on
    with store.writing():
        pass


def test_not_waiting_once_leaves_the_next_write_waiting(store):
    def patience():
        with store.reading() as connection:
            return connection.execute("PRAGMA busy_timeout").fetchone()

    with store.writing(wait=False):
        assert patience() == (100,)
    assert patience() == (100,)


def test_a_full_disk_keeps_what_was_committed(store, folder):
    with store.reading() as connection:
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(StorageError, match=r"disk .* is full"):
        add(store, Article(id="long", text="A long story. " * 5000), (0, 13))
    assert store.articles.ids() == ["envoys", "flood", "undated"]
    assert_consistent(folder)


def test_a_file_that_can_not_be_written_is_named(store):
    with store.reading() as connection:
        connection.execute("PRAGMA query_only = ON")
    with pytest.raises(StorageError, match="Check the rights"):
        add(store, Article(id="late", text="Late."), (0, 5))


def test_a_closed_store_says_so(store):
    store.close()
    store.close()
    with pytest.raises(StorageError, match="open it again"):
        store.articles.ids()


def test_a_missing_index_is_not_made_by_looking(folder):
    with pytest.raises(IndexMissing, match=r"There is no index in .*ragqa index PATH"):
        Store.open(folder)
    assert not folder.exists()


def test_an_index_that_was_only_begun_is_missing_until_it_is_made(folder):
    Store.open(folder, create=True).close()
    with pytest.raises(IndexMissing):
        Store.open(folder)
    with closing(Store.open(folder, create=True)) as store:
        store.make({"dim": 2})
        store.make({"dim": 3})  # as if another process had been quicker
        assert store.get("dim") == 2
        assert store.get("nothing") is None


def test_a_folder_that_is_a_file_is_refused(folder):
    folder.write_text("The index.")
    for create in (False, True):
        with pytest.raises(StorageError, match="is a file"):
            Store.open(folder, create=create)
        with pytest.raises(StorageError, match=r"can't be made|is no index"):
            Store.open(folder / "below", create=create)


@pytest.mark.parametrize("content", [b"Not a database. " * 100, b"SQLite format 3\0" + b"\xff" * 4096])
def test_a_file_that_is_no_database_is_damage(folder, content):
    folder.mkdir()
    (folder / "articles.sqlite").write_bytes(content)
    for create in (False, True):
        with pytest.raises(IndexDamaged, match=r"articles\.sqlite is damaged or is not an index"):
            Store.open(folder, create=create)
    assert (folder / "articles.sqlite").read_bytes() == content


def test_a_database_of_something_else_is_left_alone(folder):
    folder.mkdir()
    with closing(sqlite3.connect(folder / "articles.sqlite")) as other:
        other.execute("CREATE TABLE recipes (name)")
    with pytest.raises(IndexDamaged, match="not an index of ragqa"):
        Store.open(folder, create=True)


def test_a_newer_format_is_refused(store, folder):
    with closing(sqlite3.connect(folder / "articles.sqlite")) as other:
        other.execute("PRAGMA user_version = 4")
    with pytest.raises(IndexMismatch, match=r"format 4; this version of ragqa reads format 3\. Install a newer ragqa"):
        Store.open(folder)


def test_a_lost_table_is_damage(store, folder):
    with closing(sqlite3.connect(folder / "articles.sqlite")) as other:
        other.execute("DROP TABLE removed")
    with pytest.raises(IndexDamaged, match="no such table"):
        store.vectors.removed_after(0)


def test_a_python_without_fts5_is_named(folder):
    error = sqlite3.OperationalError("no such module: fts5")
    assert "lacks FTS5" in str(plain_error(error, folder))


def test_other_files_in_the_folder_are_left_alone(folder):
    folder.mkdir()
    (folder / "notes.txt").write_text("Mine.")
    with closing(Store.open(folder, create=True)) as store:
        store.make({"dim": 2})
        assert (folder / "notes.txt").read_text() == "Mine."
        assert folder / "notes.txt" not in store.files()


def test_a_file_that_goes_while_the_size_is_taken_counts_nothing(store, folder, monkeypatch):
    size = store.size
    monkeypatch.setattr(store, "files", lambda: [*folder.glob("articles*"), folder / "vectors-1.faiss"])
    assert store.size == size > 0


def test_recent_articles_let_go_of_the_one_used_longest_ago():
    articles = [Article(id=str(number), text="x" * 40) for number in range(3)]
    recent = RecentArticles(characters=100)
    recent.keep((0, b""), articles[0])
    recent.keep((1, b""), articles[1])
    assert recent.get((0, b"")) == articles[0]
    recent.keep((2, b""), articles[2])
    assert [recent.get((row, b"")) is not None for row in range(3)] == [True, False, True]
    recent.keep((3, b""), Article(id="long", text="x" * 1000))
    assert [recent.get((row, b"")) is not None for row in range(4)] == [False, False, False, True]


@pytest.mark.parametrize(
    ("statement", "thing"),
    [
        (
            "CREATE TRIGGER theirs AFTER INSERT ON articles BEGIN DELETE FROM articles; END",
            "trigger 'theirs' is not one",
        ),
        ("CREATE VIEW theirs AS SELECT load_extension('evil')", "view 'theirs' is not one"),
        ("CREATE TABLE theirs (x)", "table 'theirs' is not one"),
        ("DROP INDEX articles_published", "index 'articles_published' is missing"),
        ("ALTER TABLE removed ADD COLUMN more", "table 'removed' is not one"),
    ],
)
def test_a_file_with_other_tables_is_not_opened(store, folder, statement, thing):
    store.close()
    with closing(sqlite3.connect(folder / "articles.sqlite")) as other:
        other.execute(statement)
    with pytest.raises(IndexDamaged, match=f"is damaged or is not an index: its {thing}"):
        Store.open(folder)


def test_statistics_that_other_programs_leave_do_no_harm(store, folder):
    store.close()
    with closing(sqlite3.connect(folder / "articles.sqlite")) as other:
        other.execute("ANALYZE")
    with closing(Store.open(folder)) as reopened:
        assert reopened.articles.ids() == ["envoys", "flood", "undated"]


def test_a_file_that_moves_its_pages_is_not_opened(store, folder):
    store.close()
    with closing(sqlite3.connect(folder / "articles.sqlite")) as other:
        other.execute("PRAGMA journal_mode = DELETE")
        other.execute("PRAGMA auto_vacuum = FULL")
        other.execute("VACUUM")
    with pytest.raises(IndexDamaged, match="its header is not the one that ragqa writes"):
        Store.open(folder)


@pytest.mark.parametrize(
    "use",
    [
        lambda store: list(store.articles.summaries()),
        lambda store: store.articles.ids(),
        lambda store: store.passages.passing(Filter(since="2024-01-01")),
    ],
    ids=["summaries", "ids", "passing"],
)
def test_an_article_that_is_lost_is_missed(store, folder, use):
    harm(folder, "DELETE FROM articles WHERE id = 'undated'")
    with pytest.raises(IndexDamaged, match="is not what was written"):
        use(store)


def test_an_index_of_sqlite_that_lies_is_not_gone_by(store, folder):
    """An entry of ``articles_source`` is changed in the file, as a failing disk would do it."""
    store.close()
    path = folder / "articles.sqlite"
    data = path.read_bytes()
    entry = b"meridian post"  # once in the row, and once in the index
    at = [place for place in range(len(data)) if data.startswith(entry, place)]
    for place in at:
        path.write_bytes(data[:place] + b"N" + data[place + 1 :])
        with closing(Store.open(folder)) as reopened, pytest.raises(IndexDamaged):
            reopened.passages.passing(Filter(sources=("Meridian Post",)))
    assert len(at) == 2


def test_an_id_that_leads_to_another_article_is_damage(store, folder):
    """The key of ``flood`` in SQLite's index of ids becomes ``flooe``, as a failing disk would do it."""
    store.close()
    path = folder / "articles.sqlite"
    data = path.read_bytes()
    noticed = 0
    for place in (place for place in range(len(data)) if data.startswith(b"flood", place)):
        path.write_bytes(data[: place + 4] + b"e" + data[place + 5 :])
        with closing(Store.open(folder)) as reopened:
            try:
                known = reopened.articles.find("flooe")
            except IndexDamaged:
                noticed += 1
            else:
                assert known is None or not known.is_sound
    assert noticed == 1


def test_no_passage_is_kept_from_a_filtered_search_by_words_by_the_loss_of_its_row(store, folder):
    with closing(sqlite3.connect(folder / "articles.sqlite")) as connection, connection:
        connection.execute("DELETE FROM passages")
    with pytest.raises(IndexDamaged, match="which a search found but which is not stored"):
        found(store, "Valencia", filter=Filter(since="2024-10-01"))
