"""Links to the very words. What a browser finds is played by a small matcher of its own, after the specification."""

import re
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ragqa.styles import text_link

URL = "https://example.org/news"
TEXT = "Eleven died on Monday. On Tuesday, police - and doctors - said: eleven died & 5,000 fled."


def link(text, words, start=None, heading="", url=URL):
    start = text.index(words) if start is None else start
    return text_link(url, text, start, start + len(words), heading=heading)


def found_by_a_browser(page, directive):
    """Return the offset of the first match of a text directive, -1 if there is none."""
    parts = [unquote(part) for part in directive.split(",")]
    raw = directive.split(",")
    prefix = parts.pop(0)[:-1] if raw[0].endswith("-") else ""
    suffix = parts.pop()[1:] if raw[-1].startswith("-") else ""
    spaced = [r"\s+".join(map(re.escape, part.split())) for part in (prefix, *parts, suffix)]
    body = r"[\s\S]*?".join(rf"(?<!\w){part}(?!\w)" for part in spaced[1:-1])
    before = rf"(?<!\w){spaced[0]}\s*" if prefix else ""
    behind = rf"\s*{spaced[-1]}(?!\w)" if suffix else ""
    match = re.search(rf"{before}(?P<core>{body}){behind}", page, re.IGNORECASE)
    return match.start("core") if match else -1


@pytest.mark.parametrize(
    ("words", "directive"),
    [
        ("on Monday", "on%20Monday"),
        ("5,000", "5%2C000"),
        ("police - and doctors", "police%20%2D%20and%20doctors"),
        ("& 5", "%26%205"),
    ],
)
def test_the_signs_of_the_syntax_and_white_space_are_encoded(words, directive):
    assert link(TEXT, words) == f"{URL}#:~:text={directive}"


def test_words_that_stand_twice_get_what_stands_around_them():
    second = TEXT.index("eleven")
    assert link(TEXT, "Eleven died").endswith("text=Eleven%20died,-on")
    assert link(TEXT, "eleven died", second).endswith("text=said%3A-,eleven%20died")


def test_words_that_stand_in_the_headline_too_are_singled_out():
    assert link("Eleven died on Monday.", "Eleven died", heading="Eleven died in fire").endswith(
        "text=Eleven%20died,-on"
    )


def test_a_long_quotation_is_given_by_its_ends():
    text = "One two three four five " + "word " * 80 + "six seven eight nine ten."
    assert link(text, text[:-1]).endswith("text=One%20two%20three%20four%20five,six%20seven%20eight%20nine%20ten")


def test_an_element_id_stays_and_an_older_directive_goes():
    assert link(TEXT, "fled", url=f"{URL}#top") == f"{URL}#top:~:text=fled"
    assert link(TEXT, "fled", url=f"{URL}#top:~:text=old") == f"{URL}#top:~:text=fled"


@pytest.mark.parametrize("url", [None, "ftp://example.org/a", "articles/a.txt"])
def test_without_a_web_address_there_is_no_link(url):
    assert link(TEXT, "fled", url=url) is None


@given(
    st.lists(
        st.sampled_from("Eleven died, five fled - police said. \n & 5,000 on".split(" ")), min_size=3, max_size=30
    ),
    st.data(),
)
def test_a_browser_finds_the_very_words_where_they_can_be_told_apart(words, data):
    text = " ".join(words)
    spans = [match.span() for match in re.finditer(r"\w[\w,]*\w|\w", text)]
    first = data.draw(st.integers(0, len(spans) - 1)) if spans else None
    if first is None:
        return
    start, end = spans[first]
    at = found_by_a_browser(text, text_link(URL, text, start, end).split("text=")[1])
    assert at == start or text[at : at + end - start].casefold() == text[start:end].casefold()
    if len(set(map(str.casefold, re.findall(r"[\w,]+", text)))) == len(re.findall(r"[\w,]+", text)):
        assert at == start
