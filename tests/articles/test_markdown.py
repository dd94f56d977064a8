"""Markdown as its reader sees it."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ragqa import Article, Pipeline
from ragqa.articles.markdown import plain_line, plain_text


@pytest.mark.parametrize(
    ("source", "seen"),
    [
        ("At least **53 people** died *two years ago*.", "At least 53 people died two years ago."),
        ("__Police__ said _so_, ***twice***.", "Police said so, twice."),
        ('[letters](https://example.com/letters "Title") of <https://example.com>', "letters of https://example.com"),
        ("[letters][1] and [more].\n\n[1]: https://example.com/a\n[more]: /b 'Title'\n", "letters and more.\n\n\n\n"),
        ("A ferry ![the ferry](ferry.jpg) sank.", "A ferry sank."),
        ("[![the ferry](ferry.jpg)](https://example.com)\n\nIt sank.", "\n\nIt sank."),
        ("Call `list` or ``a `b` c``.", "Call list or a `b` c."),
        ("AT&amp;T &copy; &#8364;5", "AT&T © €5"),
        ("**Correction:** There were 16.", "Correction: There were 16."),
        ("Two words **in\ntwo lines** here.", "Two words in\ntwo lines here."),
        ("A link [over\ntwo](https://example.com\n'Title') lines.\nEnd", "A link over\ntwo lines.\nEnd"),
    ],
)
def test_marks_targets_and_images_are_taken_out(source, seen):
    assert plain_text(source) == seen


@pytest.mark.parametrize(
    ("source", "seen"),
    [
        ("# Fire #\n\n## *Wind*\n\nText.", "Fire\n\nWind\n\nText."),
        ("Fire\n====\n\nWind\n--\n\nText.", "Fire\n\n\nWind\n\n\nText."),
        ("Before.\n## Wind\nText.\n", "Before.\n\nWind\n\nText.\n"),  # a heading is no part of a paragraph
        ("# C# and F# #\n", "C# and F#\n"),
        ("# #\n", "\n"),
        ("> *He* said\n> so.\n>\n> > She too.\n\nEnd.", "He said\nso.\n\nShe too.\n\nEnd."),
        ("> Five > three\n5 > 3\n", "Five > three\n5 > 3\n"),
        ("- > quoted\n  > *twice*\n", "- quoted\n  twice\n"),
        ("One.\n\n* * *\n\nTwo.", "One.\n\n\n\nTwo."),
        ("```python\n# *no* heading\n```\nText.", "\n# *no* heading\n\nText."),
        ("> ```\n> code\n> ```\n", "\ncode\n\n"),
        ("~~~\nnever closed *at* all", "\nnever closed *at* all"),
        ("~~~\nnever closed\n\n", "\nnever closed\n\n"),
        ("```\n```\nText.", "\n\nText."),
    ],
)
def test_marks_of_headings_quotations_and_code_are_taken_out(source, seen):
    assert plain_text(source) == seen


@pytest.mark.parametrize(
    "source",
    [
        "snake_case and __init__py, 3 * 4 = 12, 2*3*4 and 2**10**2, 5 < 6 > 4, $5* each, $6* too.",
        "A product a*b in words.",
        "A line of a paragraph that is wrapped, as mail programs do it, at some\nseventy characters or so. And  two   spaces.  \n\n  Next.\n",
        "- one\n- two\n\n  still two\n\n1. first\n2. second\n\n* third\n",
        "| town | dead |\n|---|---:|\n| Lahaina | 53 |\n",
        "    Indented *code* stays.\n",
        "[Editor]: yes\n\n[sic] he said [so] (then).",
        "<b>HTML</b> stays, <Reuters> too.",
        "~~struck~~ out, #hashtag, C# and 100 %.",
        "One\r\ntwo\r\rthree\x0b four\u2028five\n\n\n",
        "\ufeffText.",
        "a **never closed, `nor this, [nor](this",
    ],
)
def test_what_is_no_markup_stays_as_it_is(source):
    assert plain_text(source) == source


def test_a_sign_that_is_escaped_is_the_sign_and_no_mark():
    assert plain_text(r"\*not emphasis\*, 5 \* 3, \[no link\](x)") == "*not emphasis*, 5 * 3, [no link](x)"
    assert plain_text("\\# no heading\n") == "# no heading\n"


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0*_`[]<>&\\#=-+~!0123456789)")))
def test_text_without_the_signs_of_markup_stays_code_point_for_code_point(text):
    assert plain_text(text) == text


@given(st.text(st.sampled_from("ab1 \n\r\t*_`[]()<>&;\\#=-+~!.:/\ufeff"), max_size=60))
def test_any_text_comes_out_with_no_words_added_or_exchanged(text):
    seen = "".join(sign for sign in plain_text(text) if sign.isalpha())
    source = iter(text)
    assert all(sign in source for sign in seen)


def test_a_heading_in_one_line_is_seen_without_its_marks():
    assert plain_line("**Storm** floods [the valley](https://example.com)") == "Storm floods the valley"


@pytest.mark.parametrize(
    "source",
    [
        "[" * 100_000,
        "![" * 50_000,
        "> " * 100_000 + "a",
        "*a **b" * 20_000,
        "- " * 50_000,
        "[a]: /b\n" * 20_000,
        "``` `\n" * 20_000,
    ],
    ids=["brackets", "images", "quotations", "marks", "lists", "definitions", "code"],
)
def test_hostile_markup_is_read_at_once(source):
    began = time.process_time()
    plain_text(source)
    assert time.process_time() - began < 5


def test_a_citation_of_a_markdown_article_holds_what_its_reader_sees(tmp_path, reader):
    (tmp_path / "news").mkdir()
    (tmp_path / "news" / "fire.md").write_text(
        "---\ntitle: Fire\nurl: https://example.com/fire\n---\nAt least **53 people** died in the *Lahaina* fire.\n",
        encoding="utf-8",
    )
    with Pipeline.open(tmp_path / "index", reader=reader) as pipeline:
        pipeline.add(tmp_path / "news")
        citation = pipeline.ask("How many people died in the Lahaina fire?").answers[0].citations[0]
        article: Article = pipeline.index.article("fire.md")
    assert citation.sentence == "At least 53 people died in the Lahaina fire."
    assert article.text[citation.start : citation.end] == citation.quote
    assert "%2A" not in citation.link


def test_an_article_indexed_from_raw_markdown_is_replaced_when_it_is_indexed_again(tmp_path):
    (tmp_path / "news").mkdir()
    source = "At least **53 people** died.\n"
    (tmp_path / "news" / "fire.md").write_text(source, encoding="utf-8")
    with Pipeline.open(tmp_path / "index") as pipeline:
        pipeline.add(Article(id="fire.md", text=source))
        assert pipeline.add(tmp_path / "news").replaced == 1
        assert pipeline.add(tmp_path / "news").unchanged == 1
