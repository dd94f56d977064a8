"""Citations in the styles of bibliographies."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ragqa import Article, SettingError
from ragqa.citing import cite
from ragqa.styles.names import author_of

TEXT = "The toll rose to 40,139, the ministry said."


def citation(**known):
    article = Article(text=TEXT, **known)
    start = TEXT.index("40,139")
    return cite(article, start, start + 6)


FULL = {
    "title": "Toll passes 40,000",
    "source": "Harbour Times",
    "url": "https://harbour.example.org/toll_40",
    "published_at": date(2024, 8, 15),
    "authors": ("Mei-Lin Zhou", "Bohdan Lys"),
}


@pytest.mark.parametrize(
    ("style", "expected"),
    [
        ("apa", "Zhou, M.-L., & Lys, B. (2024, August 15). Toll passes 40,000. Harbour Times. https://harbour.example.org/toll_40"),
        ("chicago", "Zhou, Mei-Lin, and Bohdan Lys. “Toll passes 40,000.” Harbour Times, August 15, 2024. https://harbour.example.org/toll_40."),
        ("mla", "Zhou, Mei-Lin, and Bohdan Lys. “Toll passes 40,000.” Harbour Times, 15 Aug. 2024, harbour.example.org/toll_40."),
        (
            "markdown",
            "“40,139” (Mei-Lin Zhou, Bohdan Lys, [Toll passes 40,000](https://harbour.example.org/toll_40#:~:text=40%2C139), *Harbour Times*, 2024-08-15)",
        ),
    ],
)  # fmt: skip
def test_a_citation_in_each_style(style, expected):
    assert citation(**FULL).format(style) == expected


def test_a_citation_for_bibtex():
    found = citation(**FULL)
    assert found.format("bibtex").splitlines() == [
        f"@misc{{zhou2024-{found.content_hash[:6]},",
        "  author = {Zhou, Mei-Lin and Lys, Bohdan},",
        "  title = {{Toll passes 40,000}},",
        "  howpublished = {Harbour Times},",
        "  year = {2024},",
        "  url = {https://harbour.example.org/toll_40},",
        "  month = aug,",
        "  day = {15}",
        "}",
    ]


@pytest.mark.parametrize(
    ("style", "expected"),
    [
        ("apa", "Toll rises. (n.d.)."),
        ("chicago", "“Toll rises.”"),
        ("mla", "“Toll rises.”"),
        ("markdown", "“40,139” (Toll rises)"),
    ],
)
def test_what_is_not_known_is_left_out_as_the_style_says(style, expected):
    assert citation(title="Toll rises").format(style) == expected


@pytest.mark.parametrize(
    ("style", "expected"),
    [
        ("apa", "wire/toll_40.txt [News article]. (n.d.)."),
        ("chicago", "“wire/toll_40.txt.”"),
        ("mla", "“wire/toll_40.txt.”"),
        ("bibtex", r"  title = {{wire/toll\_40.txt}}"),
        ("markdown", r"“40,139” (wire/toll\_40.txt)"),
    ],
)
def test_an_article_without_a_title_goes_by_what_it_is_found_by(style, expected):
    found = citation(id="wire/toll_40.txt").format(style)
    assert expected in (found, found.splitlines()[1] if "\n" in found else "")


def test_an_article_without_a_title_is_described_with_what_is_known():
    assert citation(id="toll", source="Harbour Times").format("apa") == "toll [News article]. (n.d.). Harbour Times."


def test_many_authors_are_shortened():
    three = {**FULL, "authors": ("Ana Lima", "Bohdan Lys", "Cem Kaya")}
    assert citation(**three).format("mla").startswith("Lima, Ana, et al. “")
    assert citation(**three).format("chicago").startswith("Lima, Ana, Bohdan Lys, and Cem Kaya. “")
    assert citation(**three).format("apa").startswith("Lima, A., Lys, B., & Kaya, C. (2024")
    eleven = {**FULL, "authors": tuple(f"Ana Lima{letter}" for letter in "abcdefghijk")}
    assert ", Ana Limag, et al. “" in citation(**eleven).format("chicago")


def test_signs_of_bibtex_and_markdown_are_escaped():
    known = {**FULL, "title": "50% of #1 {a_b} & *c* [d]", "source": "A_B", "authors": ()}
    bibtex = citation(**known).format("bibtex")
    assert r"title = {{50\% of \#1 \{a\_b\} \& *c* [d]}}" in bibtex
    assert r"howpublished = {A\_B}" in bibtex
    assert r"[50% of \#1 {a\_b} \& \*c\* \[d\]](" in citation(**known).format("markdown")


def test_parentheses_of_an_address_do_not_end_a_markdown_link():
    known = {**FULL, "url": "https://example.org/a_(b)"}
    assert "](https://example.org/a_%28b%29#:~:text=40%2C139)" in citation(**known).format("markdown")


def test_a_quotation_in_a_title_gets_single_marks():
    assert "“A ‘pause’ for Eastmoor.”" in citation(**{**FULL, "title": 'A "pause" for Eastmoor'}).format("chicago")


def test_the_day_of_a_time_is_that_of_its_own_zone():
    known = {**FULL, "published_at": datetime(2024, 8, 15, 23, 30, tzinfo=UTC)}
    assert "(2024, August 15)" in citation(**known).format("apa")


def test_an_unknown_style_is_refused():
    with pytest.raises(SettingError, match="one of apa, chicago, mla, bibtex, markdown, got 'ieee'"):
        citation(**FULL).format("ieee")


@pytest.mark.parametrize(
    ("name", "inverted"),
    [
        ("Bohdan Lys", "Lys, Bohdan"),
        ("Ludwig van Beethoven", "van Beethoven, Ludwig"),
        ("Martin Luther King Jr.", "King, Martin Luther, Jr."),
        ("Continental Wire", "Continental Wire"),
        ("Courier staff", "Courier staff"),
        ("Reuters", "Reuters"),
        ("Lys, Bohdan", "Lys, Bohdan"),
    ],
)
def test_names_of_people_are_turned_round_and_those_of_agencies_are_not(name, inverted):
    assert author_of(name).inverted == inverted


@given(st.text(max_size=40), st.sampled_from(["apa", "chicago", "mla", "bibtex", "markdown"]))
def test_any_title_can_be_cited(title, style):
    title = title.encode("utf-8", "ignore").decode()
    assert "\n\n" not in citation(**{**FULL, "title": title}).format(style)
