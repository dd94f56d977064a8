"""How an answer changed over the reports, with the real default models."""

from datetime import date
from io import StringIO

import pytest
from rich.console import Console

from ragqa import Article, Pipeline, SettingError, Timeline, timeline
from ragqa.citing import cite
from ragqa.records import TimelineEntry
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


def test_a_change_says_whether_the_figure_rose_or_fell(pipeline):
    assert [entry.direction for entry in pipeline.timeline(QUESTION).entries] == [None, None, "up"]


@pytest.mark.parametrize(
    ("before", "after", "direction"),
    [
        ("At least |53 people| have died.", "The fire has killed |93|, the county said.", "up"),
        ("It killed |115 people|.", "The number of people killed was lowered to |97| on Friday.", "down"),
        ("The fire burned |2 miles|.", "The fire burned |5 kilometres|.", "up"),
        ("It cost |$5.52 billion|.", "It cost |900 million dollars|.", "down"),
        ("|111 hostages| remain.", "|Ninety people| remain captive.", "down"),
        ("It killed |53 people|.", "It wounded |93 people|.", None),
        ("It killed |53 people|.", "It killed |93 more people| on Friday.", None),
        ("It killed |53 people|.", "It destroyed |2,200 buildings|.", None),
        ("It burned |2,200 acres|.", "It cost |$3 billion|.", None),
        ("|More than 40,000| were killed.", "It killed |42,847|.", None),  # it may have been as many then
        ("|At least 95| died.", "|95 people| died.", None),
        ("It began on |Monday|.", "It began on |4 March|.", None),
        ("|Anna Lindqvist| opened it.", "|Rosa Maier| opened it.", None),
    ],
)
def test_only_figures_of_one_kind_rise_and_fall(before, after, direction):
    first, second = changes_of(before, after)
    assert (first.changed, first.direction) == (False, None)
    assert (second.changed, second.direction) == (before not in SAME, direction)


SAME = ("|More than 40,000| were killed.", "|At least 95| died.")


def changes_of(*marked: str) -> tuple[TimelineEntry, ...]:
    """Return the entries of articles of one sentence each, in which bars stand around the answer."""
    entries, articles = [], {}
    for sentence in marked:
        start, end = (at - number for number, at in enumerate(at for at, sign in enumerate(sentence) if sign == "|"))
        article = report(f"made up {len(entries)}", date(2024, 8, 15), sentence.replace("|", ""))
        citation = cite(article, start, end)
        articles[article.id] = article
        entries.append(
            TimelineEntry(published_at=None, text=citation.quote, confidence=None, changed=False, citation=citation)
        )
    return timeline._with_changes(entries, articles)


def test_the_marks_of_a_timeline_are_explained_where_there_are_any():
    entries = changes_of("It killed |53|.", "It killed |93|.", "It killed |90|.", "It was |arson|.")
    shown = drawn(Timeline(question=QUESTION, entries=entries, undated=()))
    marks = [line.split()[0] for line in shown[2:5]]
    assert marks == ["\u2191", "\u2193", "~"]
    assert shown[-1].startswith("\u2191 a larger figure than before, \u2193 a smaller one, ~ another answer")
    quiet = drawn(Timeline(question=QUESTION, entries=changes_of("It killed |53|.", "|53| died."), undated=()))
    assert not any("\u2191" in line for line in quiet)


def test_a_timeline_that_was_saved_before_directions_were_told_is_read():
    saved = Timeline(question=QUESTION, entries=changes_of("It killed |53|."), undated=()).model_dump(mode="json")
    del saved["entries"][0]["direction"]
    saved["entries"][0]["changed"] = True
    assert "~" in drawn(Timeline.model_validate(saved))[1]


def test_what_is_said_in_another_way_has_not_changed(tmp_path):
    said = ["40,139 people", "at least 40,139 people", "more than 40,000 people", "41,788 people"]
    with Pipeline.open(tmp_path / "index") as opened:
        opened.add(
            report(f"day {day}", date(2024, 8, day), f"The war has killed {words} in Gaza, the health ministry said.")
            for day, words in enumerate(said, start=15)
        )
        entries = opened.timeline(QUESTION).entries
    assert [any(own.text in words for words in said) for own in entries] == [True] * 4
    assert [own.changed for own in entries] == [False, False, False, True]


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


def drawn(shown: Timeline) -> list[str]:
    console = Console(width=120, file=StringIO())
    console.print(timeline_view(shown))
    return console.file.getvalue().splitlines()


def test_a_timeline_is_drawn_as_a_table(pipeline):
    lines = drawn(pipeline.timeline(QUESTION))
    assert lines[0].split() == ["published", "answer", "source", "sentence"]
    assert "2024-08-15" in lines[1]
    assert lines[-1] == "Left out, for want of a date: 1 article with an answer (undated)."
