"""Articles are replaced, skipped or refused as asked, and removed by id, by source and by date."""

import pytest
from bag_embedder import BagEmbedder
from brute_force import assert_consistent

from ragqa import Pipeline, SettingError
from ragqa.errors import ArticleError
from ragqa.index import Added, Index
from ragqa.records import Article, Filter

AUGUST = Article(
    id="august", source="Harbour Wire", published_at="2024-08-19", text="Envoys returned to Doha on Monday."
)
OCTOBER = Article(
    id="october",
    source="Meridian Post",
    published_at="2024-10-30T23:30:00-02:00",
    text="At least 95 people died in Valencia.",
)
UNDATED = Article(id="undated", source="MERIDIAN post", text="The bridge at Skagen was opened by Anna Lindqvist.")
CORRECTED = Article(
    id="august", source="Harbour Wire", published_at="2024-08-19", text="Envoys returned to Cairo on Monday."
)


@pytest.fixture
def index(tmp_path):
    with Index.open(tmp_path / "index", embedder=BagEmbedder(), create=True) as opened:
        opened.add([AUGUST, OCTOBER, UNDATED])
        yield opened


@pytest.mark.parametrize(
    ("filter", "left"),
    [
        (Filter(sources=("Meridian Post",)), ["august"]),
        (Filter(sources=("Meridian Post", "Harbour Wire")), []),
        (Filter(since="2024-08-19"), ["undated"]),
        (Filter(until="2024-08-19"), ["october", "undated"]),
        (Filter(since="2024-10-31", until="2024-10-31"), ["august", "undated"]),
        (Filter(since="2024-11-01"), ["august", "october", "undated"]),
        (Filter(since="2024-10-01", sources=("Harbour Wire",)), ["august", "october", "undated"]),
    ],
)
def test_articles_go_by_source_and_date(index, filter, left):
    expected = 3 - len(left)
    assert index.delete(filter=filter, dry_run=True) == expected
    assert index.ids() == ["august", "october", "undated"]
    assert index.delete(filter=filter) == expected
    assert index.ids() == left
    assert {passage.article_id for passage, _ in index.dense(["Envoys in Valencia"], k=9)[0]} == set(left)
    assert {passage.article_id for passage, _ in index.lexical(["Doha Valencia Skagen"], k=9)[0]} == set(left)
    assert_consistent(index.folder)


def test_ids_and_a_filter_limit_each_other(index):
    assert index.delete(["august", "october"], filter=Filter(sources=("Meridian Post",))) == 1
    assert index.ids() == ["august", "undated"]


def test_an_id_that_comes_twice_or_is_not_there_counts_once_or_not_at_all(index):
    assert index.delete(["august", "august", "nowhere"]) == 1
    assert index.delete([]) == 0


@pytest.mark.parametrize("filter", [None, Filter()])
def test_nothing_is_not_everything(index, filter):
    with pytest.raises(SettingError, match="say which articles are to be deleted"):
        index.delete(filter=filter)
    assert index.count().articles == 3


def test_a_pipeline_deletes_by_source_and_date(tmp_path):
    with Pipeline(index=Index.open(tmp_path / "index", embedder=BagEmbedder(), create=True)) as pipeline:
        pipeline.add([AUGUST, OCTOBER, UNDATED])
        assert pipeline.delete(source="meridian post", since="2024-10-01", dry_run=True) == 1
        assert pipeline.delete(source="meridian post", since="2024-10-01") == 1
        assert pipeline.delete("august") == 1
        with pytest.raises(SettingError):
            pipeline.delete()
        assert pipeline.index.ids() == ["undated"]
        assert pipeline.verify().sound


def test_duplicates_replace_by_default(index):
    assert index.add([CORRECTED, OCTOBER]) == Added(replaced=1, unchanged=1, passages=1)
    assert index.article("august") == CORRECTED


def test_duplicates_are_skipped_where_asked(index):
    late = Article(id="late", text="Late.")
    assert index.add([CORRECTED, OCTOBER, late], duplicates="skip") == Added(
        added=1, unchanged=1, passages=1, skipped=1
    )
    assert index.article("august") == AUGUST


def test_duplicates_fail_where_asked_and_what_came_before_is_in(index):
    early, late = Article(id="early", text="Early."), Article(id="late", text="Late.")
    with pytest.raises(ArticleError, match="Article 'august' is in the index with other content"):
        index.add([early, OCTOBER, CORRECTED, late], duplicates="fail", batch=1)
    assert index.article("august") == AUGUST
    assert index.ids() == ["august", "october", "undated", "early"]


def test_another_policy_is_refused(index):
    with pytest.raises(SettingError, match="duplicates must be one of replace, skip, fail, got 'merge'"):
        index.add([CORRECTED], duplicates="merge")


def test_unchanged_articles_load_no_model(tmp_path, monkeypatch):
    folder = tmp_path / "articles"
    folder.mkdir()
    for number in range(3):
        (folder / f"{number}.txt").write_text(f"Report {number} of the council.")
    with Pipeline.open(tmp_path / "index") as pipeline:
        assert pipeline.add(folder).added == 3
    monkeypatch.setattr("ragqa.embedding.default.DefaultEmbedder.encode", lambda *_, **__: pytest.fail("embedded"))
    with Pipeline.open(tmp_path / "index") as pipeline:
        report = pipeline.add(folder, sync=True)
    assert (report.unchanged, report.passages) == (3, 0)
