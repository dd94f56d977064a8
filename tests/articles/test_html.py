from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ragqa.articles import iter_articles
from ragqa.errors import MissingExtra

PARAGRAPHS = (
    "The ferry sank off Naxos at dawn.",
    "Forty people were rescued.",
    "Two are missing.",
    "The captain was held by police.",
    "Divers searched until dusk, the coast guard said.",
    "Rain is expected.",
    "The company did not reply.",
    "An inquiry opens on Monday.",
)
BYLINE = "<p class='byline'>By Jane Doe and John Roe</p><time datetime='2024-08-19T14:30:00+03:00'>19 Aug</time>"


def page(
    *,
    head: str = "",
    above: str = "",
    paragraphs: tuple[str, ...] = PARAGRAPHS,
    inside: str = "article",
    lang: str = "",
) -> str:
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return (
        f"<!DOCTYPE html><html{lang}><head><title>Ferry sinks off Naxos - The Daily</title>{head}</head>"
        f"<body><nav><a href='/'>Home</a><a href='/world'>World</a></nav>"
        f"<{inside}><h1>Ferry sinks off Naxos</h1>{above}{body}</{inside}>"
        f"<footer>Copyright 2023 The Daily. Page made on 2019-04-05. <time datetime='2018-01-02'>2 Jan 2018</time></footer></body></html>"
    )


@pytest.mark.parametrize("count", [5, 6, 8])
@pytest.mark.parametrize("inside", ["article", "div", "main", "section"])
@pytest.mark.parametrize("above", ["", BYLINE], ids=["bare", "byline"])
def test_a_short_page_keeps_all_its_paragraphs_apart(write, one, inside, above, count):
    lines = one(write("ferry.html", page(inside=inside, above=above, paragraphs=PARAGRAPHS[:count]))).text.splitlines()

    assert tuple(lines[-count:]) == PARAGRAPHS[:count]
    assert lines[:-count] in ([], ["Ferry sinks off Naxos"])


def test_the_page_states_its_metadata(write, one):
    head = """
        <meta property="og:title" content="Forty saved as ferry sinks"><meta property="og:site_name" content="The Daily">
        <link rel="canonical" href="https://www.daily.example/world/ferry"><base href="https://www.daily.example/">
        <meta name="author" content="Jane Doe"><meta property="article:published_time" content="2024-08-19T14:30:00Z">
        <meta property="article:modified_time" content="2024-08-21T09:00:00Z">"""

    found = one(write("sub/ferry.HTM", page(head=head, lang=" lang='en-GB'")))

    assert found.id == "ferry.HTM"
    assert found.title == "Forty saved as ferry sinks"
    assert found.source == "The Daily"
    assert found.url == "https://www.daily.example/world/ferry"
    assert found.authors == ("Jane Doe",)
    assert found.published_at == datetime(2024, 8, 19, 14, 30, tzinfo=UTC)
    assert found.language == "en-GB"


def test_linked_data_states_the_metadata(write, one):
    head = """<script type="application/ld+json">{"@context": "https://schema.org", "@graph": [{"@type": "WebSite"},
        {"@type": "NewsArticle", "headline": "Ferry sinks", "datePublished": "2024-08-19T06:12:00+03:00",
         "dateModified": "2024-08-21", "author": [{"@type": "Person", "name": "Jane Doe"}, {"@type": "Person", "name": "John Roe"}],
         "publisher": {"@type": "Organization", "name": "The Daily Planet"}}]}</script>
        <script type="application/ld+json">{broken</script>"""

    found = one(write("ferry.html", page(head=head)))

    assert found.published_at.isoformat() == "2024-08-19T06:12:00+03:00"
    assert found.authors == ("Jane Doe", "John Roe")
    assert found.source == "The Daily Planet"


def test_a_page_without_a_date_has_none(write, one):
    said = ("It sank on 2024-08-19, the coast guard said, as another did on 3 May 2011.", *PARAGRAPHS)

    assert one(write("ferry.html", page(paragraphs=said))).published_at is None


@pytest.mark.parametrize(
    ("head", "above", "published"),
    [
        ("", BYLINE, "2024-08-19T14:30:00+03:00"),
        ("", "<time>19 August 2024</time>", "2024-08-19"),
        ("", "<span class='article-date'>Published: 19 August 2024</span>", "2024-08-19"),
        ("", "<div class='posted-on'>Posted on Aug. 19, 2024 2:30 pm</div>", "2024-08-19T14:30:00"),
        ("", "<meta itemprop='datePublished' content='2024-08-19'>", "2024-08-19"),
        ("", "<time datetime='14:30'>14:30</time><time datetime='2024-08-19'>Monday</time>", "2024-08-19"),
        (
            "",
            "<time datetime='2024-08-18'></time><time itemprop='datePublished' datetime='2024-08-19'></time>",
            "2024-08-19",
        ),
        ("", "<div class='comments'><time datetime='2024-08-25'></time></div>", None),
        ("", "<div class='Related-links'><time datetime='2024-08-25'></time></div>", None),
        ("", "<span class='candidates'>19 August 2024</span>", None),
        (
            "",
            "<span class='date'>19 August 2024, said the captain, was a day like any other until the first wave broke</span>",
            None,
        ),
        ("<meta name='DC.date.issued' content='2024-08-19'>", "<time datetime='2024-08-25'></time>", "2024-08-19"),
        ("<meta name='date' content='August 2024'><meta name='pubdate' content='2024-08-19'>", "", "2024-08-19"),
        ("<link rel='canonical' href='https://daily.example/2024/8/19/ferry'>", "", "2024-08-19"),
        ("<link rel='canonical' href='https://daily.example/2024/8/19/ferry'>", BYLINE, "2024-08-19T14:30:00+03:00"),
    ],
)
def test_the_date_is_one_that_the_page_states(write, one, head, above, published):
    found = one(write("ferry.html", page(head=head, above=above))).published_at

    assert (found and found.isoformat()) == published


def test_a_stated_date_that_can_not_be_read_is_a_fault(write, fault):
    assert (
        "got '03/04/2024', in which day and month can be exchanged"
        in fault(write("ferry.html", page(head="<meta name='date' content='03/04/2024'>"))).message
    )


@pytest.mark.parametrize(
    ("head", "above", "url"),
    [
        ("<meta property='og:url' content='https://daily.example/ferry'>", "", "https://daily.example/ferry"),
        (
            "<link rel='canonical' href='/ferry'><meta property='og:url' content=' https://daily.example/b '>",
            "",
            "https://daily.example/b",
        ),
        ("<link rel='canonical' href='/ferry'>", "", None),
        ("<base href='https://daily.example/'>", "", None),
        ("<link rel='canonical' href='https://[daily/ferry'>", "", "https://[daily/ferry"),
        ("<!-- saved from url=(0027)https://daily.example/ferry -->", "", "https://daily.example/ferry"),
    ],
)
def test_the_address_is_the_one_that_the_page_states(write, one, head, above, url):
    assert one(write("ferry.html", page(head=head, above=above))).url == url


def test_the_host_is_the_source_only_where_nothing_else_is(write, one):
    write_page = lambda name: write(name, page(head="<link rel='canonical' href='https://www.daily.example/ferry'>"))  # noqa: E731
    alone = one(write_page("alone.html"))
    write("with.meta.json", '{"source": "Reuters"}')
    with_sidecar = one(write_page("with.html"))
    (with_argument,) = iter_articles(write_page("alone.html"), source="AP")

    assert (alone.source, with_sidecar.source, with_argument.source) == ("daily.example", "Reuters", "AP")


def test_comments_and_navigation_are_not_text(write, one):
    html = page().replace(
        "</article>", "</article><div id='comments'><div class='comment'><p>I saw it, says a reader.</p></div></div>"
    )

    text = one(write("ferry.html", html)).text

    assert "reader" not in text
    assert "World" not in text


@pytest.mark.parametrize(
    ("name", "encoding", "head"),
    [
        ("declared", "cp1251", "<meta charset='windows-1251'>"),
        ("http-equiv", "cp1251", "<meta http-equiv='Content-Type' content='text/html; charset=windows-1251'>"),
        ("by its name on the web", "cp1252", "<meta charset=ISO-8859-1>"),
        ("unknown", "cp1252", "<meta charset='x-unknown'>"),
        ("wrong, as in pages saved again", "utf-8", "<meta charset='windows-1251'>"),
        ("mark", "utf-8-sig", "<meta charset='windows-1251'>"),
        ("seven bits", "iso2022_jp", "<meta charset='iso-2022-jp'>"),
    ],
)
def test_the_encoding_that_a_page_declares(write, one, name, encoding, head):
    said = {
        "cp1252": "Le président a déclaré que les négociations “reprendraient” à Genève.",
        "iso2022_jp": "大臣は来週も協議を続けると述べた。",
    }.get(encoding, "Министр заявил, что переговоры продолжатся на следующей неделе.")

    assert said in one(write("talks.html", page(head=head, paragraphs=(said, *PARAGRAPHS)).encode(encoding))).text


def test_an_encoding_of_python_alone_is_not_declared(write, fault):
    data = page(head="<meta charset=unicode_escape>", paragraphs=("\\x41 \xe9\x90",)).encode("latin-1")

    assert "its encoding can't be told" in fault(write("a.html", data)).message


def test_an_xml_declaration_is_no_obstacle(write, one):
    data = '<?xml version="1.0" encoding="windows-1251"?>\n' + page(
        paragraphs=("Министр заявил, что переговоры продолжатся.", *PARAGRAPHS)
    )

    assert "Министр заявил" in one(write("talks.html", data.encode("cp1251"))).text


@pytest.mark.parametrize(
    ("html", "message"),
    [
        ("", "the page is empty"),
        ("\ufeff \n", "the page is empty"),
        ("<!-- nothing -->", "it is not an HTML page"),
        ("<html><head><title>Ferry</title></head><body></body></html>", "no article is found in the page"),
        ("<html><body>" + "<b>x</b>" * 60_000, "the page has over 50,000 elements"),
    ],
)
def test_a_page_without_an_article_is_a_fault(write, fault, html, message):
    assert fault(write("a.html", html)).message.startswith(message)


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "head",
    [
        "<meta name='author' content='" + "<" * 300_000 + "'>",
        '<script type="application/ld+json">{"articleBody": "' + "<" * 300_000 + '"}</script>',
        '<script type="application/ld+json">{"@graph": [' + '{"@graph": []}, ' * 50_000 + "{}]}</script>",
        '<script type="application/ld+json">' + "[" * 200_000 + "</script>",
        "<script>" + "<" * 300_000 + "</script>",
    ],
    ids=["meta", "linked data", "graph", "deep", "script"],
)
def test_metadata_made_to_hang_do_not(write, one, head):
    assert one(write("ferry.html", page(head=head))).text.splitlines()[-1] == "An inquiry opens on Monday."


@pytest.mark.parametrize("module", ["trafilatura", "lxml"])
def test_without_trafilatura_the_extra_is_named(write, monkeypatch, module):
    monkeypatch.setitem(sys.modules, module, None)

    with pytest.raises(MissingExtra, match=r'pip install "ragqa\[html\]"'):
        list(iter_articles(write("ferry.html", page())))


PIECES = [
    "<p>",
    "</p>",
    "<article>",
    "<h1>",
    "<table><tr><td>",
    "<li>",
    "<br>",
    "<time>",
    "<title>",
    "<!--",
    "<svg>",
    "&#0;",
    "\x0b",
    "Text. ",
]


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=200) | st.lists(st.sampled_from(PIECES)).map(lambda pieces: "".join(pieces).encode()))
def test_any_bytes_give_an_article_or_a_fault(tmp_path: Path, data):
    path = tmp_path / "any.html"
    path.write_bytes(data)

    assert len(list(iter_articles(path))) == 1
