"""How an answer changed over the reports, with the real default models."""

from datetime import date
from io import StringIO

import pytest
from rich.console import Console

from ragqa import Article, Pipeline, SettingError, Timeline
from ragqa.timeline_picture import draw_timeline
from ragqa.view import timeline_view

QUESTION = "How many people have been killed in Gaza?"


def report(name, day, text, source="Harbour Wire"):
    return Article(id=name, text=text, title=None, source=source, published_at=day)


REPORTS = [
    report("october", date(2024, 10, 30), "At least 42,847 people have been killed in Gaza, the health ministry said."),
    report("august", date(2024, 8, 15), "The war has killed 40,139 people in Gaza, the health ministry said on Thursday."),
    report("again", date(2024, 8, 16), "The war has killed 40,139 people in Gaza, according to the ministry.", "Meridian Post"),
    report("undated", None, "The war has killed 39,000 people in Gaza, the health ministry said."),
    report("bridge", date(2024, 9, 1), "The bridge at Skagen was opened by Anna Lindqvist."),
]  # fmt: skip


@pytest.fixture(scope="module")
def pipeline(tmp_path_factory):
    with Pipeline.open(tmp_path_factory.mktemp("timeline") / "index") as opened:
        opened.add(REPORTS)
        yield opened


def test_answers_are_told_oldest_first_and_changes_marked(pipeline):
    found = pipeline.timeline(QUESTION)
    told = [(str(entry.published_at), entry.text.split()[-1], entry.changed) for entry in found.entries]
    assert told == [("2024-08-15", "40,139", False), ("2024-08-16", "40,139", False), ("2024-10-30", "42,847", True)]
    articles = {article.id: article.text for article in REPORTS}
    for entry in found.entries:
        citation = entry.citation
        assert articles[citation.article_id][citation.start : citation.end] == citation.quote == entry.text
        assert 0 < entry.confidence <= 1


def test_articles_without_a_date_are_left_out_and_named(pipeline):
    assert pipeline.timeline(QUESTION).undated == ("undated",)


def test_dates_and_sources_limit_a_timeline(pipeline):
    assert len(pipeline.timeline(QUESTION, as_of="2024-08-31").entries) == 2
    assert len(pipeline.timeline(QUESTION, since="2024-09-01").entries) == 1
    assert len(pipeline.timeline(QUESTION, source="Meridian Post").entries) == 1
    assert pipeline.timeline(QUESTION, since="2025-01-01").entries == ()


def test_what_a_correction_withdraws_is_on_no_timeline(tmp_path):
    with Pipeline.open(tmp_path / "index") as opened:
        opened.add(
            [
                report(
                    "corrected",
                    date(2024, 10, 30),
                    "The dead were buried in the rain.\n\n"
                    "Correction: An earlier version said that 99,000 people have been killed in Gaza.",
                )
            ]
        )
        assert all("99,000" not in entry.text for entry in opened.timeline(QUESTION).entries)


def test_a_timeline_survives_json(pipeline):
    found = pipeline.timeline(QUESTION)
    assert Timeline.model_validate_json(found.model_dump_json()) == found


@pytest.mark.parametrize("suffix", ["png", "svg"])
def test_the_figures_are_drawn(pipeline, tmp_path, suffix):
    pytest.importorskip("matplotlib")
    path = tmp_path / f"toll.{suffix}"
    assert draw_timeline(pipeline.timeline(QUESTION), path) == 3
    assert path.read_bytes()[:5] in (b"\x89PNG\r", b"<?xml")


def test_a_picture_needs_figures_and_a_place(pipeline, tmp_path):
    pytest.importorskip("matplotlib")
    with pytest.raises(SettingError, match="hold no figure"):
        draw_timeline(Timeline(question="Who?", entries=(), undated=()), tmp_path / "none.png")
    with pytest.raises(SettingError, match="can't be written"):
        draw_timeline(pipeline.timeline(QUESTION), tmp_path / "no" / "folder.png")
    with pytest.raises(SettingError, match="can't be written"):
        draw_timeline(pipeline.timeline(QUESTION), tmp_path / "toll.unknown")


def test_a_timeline_is_drawn_as_a_table(pipeline):
    console = Console(width=120, file=StringIO())
    console.print(timeline_view(pipeline.timeline(QUESTION)))
    lines = console.file.getvalue().splitlines()
    assert lines[0].split() == ["published", "answer", "source", "sentence"]
    assert "2024-08-15" in lines[1]
    assert lines[-1] == "Left out, for want of a date: 1 article with an answer (undated)."
