from __future__ import annotations

import codecs
import json
import time
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ragqa.articles import MAX_CHARACTERS, iter_articles
from ragqa.articles import text as reading
from ragqa.records import Article

FERRY = "The ferry sank off Naxos at dawn.\nForty people were rescued, the coast guard said.\n"

EVERY_TIME = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
# Any text that a person may have in a file: no NUL, which stands for binary files, and no front matter.
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1).filter(
    lambda text: text.strip("\ufeff").strip() and not text.startswith(("---", "\ufeff---"))
)


@EVERY_TIME
@given(text=TEXTS)
def test_text_stays_code_point_for_code_point(write, one, text):
    assert one(write("ferry.txt", text)).text == text


@EVERY_TIME
@given(text=TEXTS)
def test_text_behind_front_matter_stays_code_point_for_code_point(write, one, text):
    assert one(write("ferry.txt", f"---\nsource: Reuters\n---\n{text}")).text == text


@pytest.mark.parametrize(
    "text", [FERRY, FERRY.replace("\n", "\r\n"), FERRY.replace("\n", "\r"), f"\ufeff{FERRY}", f"\n\n {FERRY} \n"]
)
def test_newlines_blanks_and_byte_order_mark_stay(write, one, text):
    assert one(write("ferry.txt", text)).text == text


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
        (codecs.BOM_UTF32_BE, "utf-32-be"),
    ],
)
def test_byte_order_mark_decides_and_stays(write, one, mark, encoding):
    assert one(write("ferry.txt", mark + "Das Schiff, 40 Menschen – gerettet 🚢".encode(encoding))).text == (
        "\ufeffDas Schiff, 40 Menschen – gerettet 🚢"
    )


WRITTEN_IN = {
    "English": (
        "cp1252",
        "The minister said talks “wouldn’t resume” before Monday; the cost is put at £3.5m – no more.",
    ),
    "French": (
        "cp1252",
        "Le président a déclaré que les négociations reprendraient à Genève dès lundi; où, cela reste à préciser.",
    ),
    "German": (
        "cp1252",
        "Der Außenminister erklärte, die Gespräche müssten fortgeführt werden, für die Bürger ändere sich nichts.",
    ),
    "Spanish": ("latin-1", "El ministro anunció que las conversaciones continuarán mañana en España. ¿Habrá acuerdo?"),
    "Portuguese": (
        "latin-1",
        "O governo não comentou as negociações; as informações são da polícia e dos opositores às eleições.",
    ),
    "Russian": (
        "cp1251",
        "Министр заявил, что переговоры продолжатся на следующей неделе. Число погибших достигло сорока.",
    ),
    "Russian by mail": (
        "koi8_r",
        "Министр заявил, что переговоры продолжатся на следующей неделе. Число погибших достигло сорока.",
    ),
    "Greek": (
        "cp1253",
        "Ο υπουργός δήλωσε ότι οι συνομιλίες θα συνεχιστούν την επόμενη εβδομάδα, σύμφωνα με την κυβέρνηση.",
    ),
    "Arabic": ("cp1256", "قال الوزير إن المحادثات ستستمر الأسبوع المقبل بحسب مصادر حكومية في القاهرة."),
    "Chinese": ("gb18030", "部长表示,谈判将于下周继续进行。据政府消息人士称,达成协议是可能的,但分歧依然存在。"),
    "Japanese": (
        "cp932",
        "大臣は来週も協議を続けると述べた。政府関係者によると、合意は可能だが、意見の相違は残っている。",
    ),
    "Korean": ("cp949", "장관은 다음 주에도 회담이 계속될 것이라고 말했다. 정부 소식통에 따르면 합의가 가능하다."),
}


@pytest.mark.parametrize(("encoding", "text"), WRITTEN_IN.values(), ids=WRITTEN_IN)
def test_old_encodings_are_detected(write, one, encoding, text):
    assert one(write("talks.txt", text.encode(encoding))).text == text


UNCERTAIN = {
    "Polish": (
        "iso8859_2",
        "Minister powiedział, że rozmowy będą kontynuowane. Źródła rządowe twierdzą, iż różnice są małe.",
    ),
    "Polish of Windows": (
        "cp1250",
        "Minister powiedział, że rozmowy będą kontynuowane. Źródła rządowe twierdzą, iż różnice są małe.",
    ),
    "Hungarian": (
        "cp1250",
        "A miniszter közölte, hogy a tárgyalások jövő héten folytatódnak, a kormány szerint nő az esély.",
    ),
    "Turkish": (
        "cp1254",
        "Bakan, görüşmelerin önümüzdeki hafta süreceğini söyledi. Hükümet kaynaklarına göre anlaşma mümkün.",
    ),
    "Hebrew": ("cp1255", "השר אמר כי השיחות יימשכו בשבוע הבא, כך לפי מקורות בממשלה בירושלים."),
    "Slovene": ("cp1250", "Minister je povedal, da se bodo pogovori začeli prihodnji teden, če bo vlada še želela."),
    "French of DOS": ("cp850", "Le président a déclaré que les négociations reprendraient à Genève dès lundi."),
}


@pytest.mark.parametrize(("encoding", "text"), UNCERTAIN.values(), ids=UNCERTAIN)
def test_old_encodings_are_refused_rather_than_mangled(write, encoding, text):
    (item,) = iter_articles(write("talks.txt", text.encode(encoding)))

    if isinstance(item, Article):  # another release of the detector may come to know it
        assert item.text == text
    else:
        assert "its encoding can't be told with certainty: convert it to UTF-8" in item.message


def test_damaged_utf8_is_refused_with_its_line(write, fault):
    text = "Le préfet a été prévenu à l’aube.\nLes secours sont arrivés à 6 h.\n".encode()
    cut = text.replace("arrivés".encode(), b"arriv\xc3s")

    found = fault(write("naufrage.txt", cut))

    assert found.line == 2
    assert found.message.startswith("some bytes are damaged in a text that is otherwise UTF-8: repair it")


@pytest.mark.parametrize(
    "data",
    [
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
        "The ferry sank.".encode("utf-16-le"),
        bytes(range(1, 256)),
        b"%PDF-1.7\n\x01\xe2\xe3\xcf\xd3 stream",
        codecs.BOM_UTF16_LE + b"odd",
        b"\xe9\xff\xfe\xe9",
    ],
)
def test_binary_files_are_faults(write, fault, data):
    assert "convert it to UTF-8" in fault(write("ferry.txt", data)).message


@pytest.mark.parametrize("name", ["a.txt", "a.md"])
@pytest.mark.parametrize("data", ["", " \n\t", "\ufeff", "\ufeff \n", "---\ntitle: Ferry\n---\n \n"])
def test_an_article_without_words_is_a_fault(write, fault, name, data):
    assert fault(write(name, data)).message == "the text is empty: remove it, or fill it"


@pytest.mark.parametrize("name", ["long.txt", "long.md", "long.html"])
def test_a_file_of_50_mb_in_one_line_is_refused_unread(write, fault, name):
    path = write(name, b"")
    with path.open("r+b") as file:
        file.truncate(50_000_000)

    assert fault(path).message == "the file is over 20,000,004 bytes, too much for one article: split it into articles"


def test_an_article_of_too_many_characters_is_a_fault(write, fault):
    path = write("long.txt", "word " * (MAX_CHARACTERS // 5) + ".")

    assert fault(path).message == "the text has 5,000,001 characters, 5,000,000 at most: split it into articles"


def test_the_longest_article_is_taken(write, one):
    assert len(one(write("long.txt", "word " * (MAX_CHARACTERS // 5))).text) == MAX_CHARACTERS


FRONT_MATTER = """---
title: "Ferry sinks off Naxos: forty saved"
source: Reuters
date: 2024-08-19
url: https://news.example/ferry
authors: [Jane Doe, John Roe]
language: en
views: 7
---
"""


@pytest.mark.parametrize("suffix", [".txt", ".md", ".markdown", ".MD"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_front_matter_is_metadata_and_not_text(write, one, suffix, mark, newline):
    found = one(write(f"ferry{suffix}", mark + (FRONT_MATTER + FERRY).replace("\n", newline)))

    assert found.text == FERRY.replace("\n", newline)
    assert found.id == f"ferry{suffix}"
    assert found.title == "Ferry sinks off Naxos: forty saved"
    assert found.source == "Reuters"
    assert found.published_at == date(2024, 8, 19)
    assert found.url == "https://news.example/ferry"
    assert found.authors == ("Jane Doe", "John Roe")
    assert found.language == "en"


def test_front_matter_values_stay_as_written(write, one):
    found = one(
        write(
            "a.md",
            "---\ntitle: 1984\nsource: no\ndate: 2024-08-19 14:30:00 +00:00\nlang: 19:30\nauthor: ~\nlink: null\n...\nText.",
        )
    )

    assert (found.title, found.source, found.language, found.authors, found.url) == ("1984", "no", "19:30", (), None)
    assert found.published_at == datetime(2024, 8, 19, 14, 30, tzinfo=UTC)
    assert found.text == "Text."


@pytest.mark.parametrize(
    "text",
    [
        "---\nOne line between rules.\n---\nThe rest.",
        "---\n- a list\n- of things\n---\nThe rest.",
        "---\nmood: grim\nweather: rain\n---\nThe rest.",
        "---\nHe said: no: never.\n---\nThe rest.",
        "---\ntitle: never closed\n\nThe rest.",
        "----\ntitle: four hyphens\n----\nThe rest.",
        "The first line.\n---\ntitle: not at the start\n---\nThe rest.",
        "---\n---\nThe rest.",
    ],
)
def test_other_blocks_between_rules_are_text(write, one, text):
    found = one(write("a.txt", text))

    assert found.text == text
    assert found.title is None


def test_front_matter_that_is_not_yaml_is_a_fault_with_its_line(write, fault):
    found = fault(write("a.md", "---\nsource: Reuters\ntitle: Gaza: talks resume\n---\nText."))

    assert found.line == 3
    assert found.message.startswith(
        "the front matter is not YAML (mapping values are not allowed here): put values with a colon in quotes"
    )


def test_front_matter_nested_too_deep_is_a_fault(write, fault):
    found = fault(write("a.md", "---\ntitle: " + "[" * 1500 + "\n---\nText."))

    assert "the front matter is not YAML (it is nested too deep)" in found.message


def test_a_bad_date_is_a_fault_and_never_dropped(write, fault):
    found = fault(write("a.md", "---\ndate: 2024-02-30\n---\nText."))

    assert str(found).endswith(
        "a.md: expected a date in ISO 8601, such as 2024-08-19 or 2024-08-19T14:30:00Z, got '2024-02-30', but day is out of range for month"
    )


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_lines_with_the_names_of_fields_before_an_empty_one_are_metadata(write, one, newline, mark):
    lines = [
        "Title: Gaza: talks resume",
        "Date: 19 August 2024",
        "Source: Harbour Wire",
        "Section: World",
        "",
        "Envoys met.",
        "",
    ]
    article = one(write("talks.txt", mark + newline.join(lines)))
    assert (article.title, article.source, str(article.published_at)) == (
        "Gaza: talks resume",
        "Harbour Wire",
        "2024-08-19",
    )
    assert article.text == f"Envoys met.{newline}"


@pytest.mark.parametrize(
    "text",
    [
        "Update: the toll has risen.\n\nEnvoys met.",  # no field
        "Breaking: fire\nTitle: deeds of the old house burnt\n\nThe house burnt down.",  # one of two
        "Date: nobody knows yet\n\nEnvoys met.",  # no date
        "Title: Talks\nEnvoys met.",  # no empty line
        "Title: Talks\n\n  \n",  # nothing behind it
        "Text: Envoys met.\nTitle: Talks\n\nMore.",  # the text is not a line
        "Envoys met.\nTitle: Talks\n\nMore.",  # not at the beginning
    ],
)
def test_lines_that_may_be_the_article_s_own_words_stay_text(write, one, text):
    article = one(write("talks.txt", text))
    assert (article.text, article.title, article.published_at) == (text, None, None)


def test_a_bad_date_among_such_lines_is_a_fault(write, fault):
    assert "soon" in fault(write("talks.txt", "Title: Talks\nDate: soon\n\nEnvoys met.")).message


@pytest.mark.parametrize(
    ("body", "title"),
    [
        ("# Ferry sinks\n\nText.", "Ferry sinks"),
        ("\ufeff# Ferry sinks #\n\nText.", "Ferry sinks"),
        ("Text first.\n\n   #  Ferry   sinks\nMore.\n# Second", "Ferry sinks"),
        ("# Ferry sinks ## \t\n\nText.", "Ferry sinks"),
        ("# The C# language\n\nText.", "The C# language"),
        ("# Learning C#\n\nText.", "Learning C#"),
        ("# #\n# Ferry sinks\n", "Ferry sinks"),
        ("## Only a second level\n\nText.", None),
        ("#hashtag is no heading", None),
        ("```\n# a comment in code\n~~~\n```\n# Ferry sinks\n", "Ferry sinks"),
        ("#\nText.", None),
        ("# *Freja* aground off [Skagen](https://example.com)\n\nText.", "Freja aground off Skagen"),
        ("# ![a ferry](ferry.jpg)\n\nText.", None),
    ],
)
def test_markdown_title_falls_back_to_its_first_heading(write, one, body, title):
    assert one(write("a.md", body)).title == title


def test_markdown_is_read_as_its_reader_sees_it_and_text_as_it_is(write, one):
    body = "# Fire\n\nAt least **53 people** died, [letters](https://example.com/letters) say.\n"
    found = one(write("a.md", f"---\nsource: Pacific Courier\n---\n{body}"))
    assert (found.title, found.source) == ("Fire", "Pacific Courier")
    assert found.text == "Fire\n\nAt least 53 people died, letters say.\n"
    assert one(write("a.txt", body)).text == body


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("# x" + " " * 200_000 + "y", "x y"),
        ("# x" + " #" * 100_000 + "y", "x" + " #" * 100_000 + "y"),
        ("# x " + "#" * 200_000, "x"),
        ("# " + "#" * 200_000, None),
        ("# x" + "\t " * 100_000, "x"),
    ],
    ids=["blanks", "blanks and marks", "closing", "marks alone", "blanks at the end"],
)
def test_a_heading_of_hostile_length_is_read_at_once(write, one, line, title):
    path = write("a.md", f"{line}\nText.")
    began = time.process_time()

    assert one(path).title == title
    assert time.process_time() - began < 5


def test_plain_text_has_no_title_of_its_own(write, one):
    assert one(write("a.txt", "# Ferry sinks\n\nText.")).title is None


@pytest.mark.parametrize("sidecar", ["ferry.meta.json", "ferry.txt.meta.json"])
def test_sidecar_gives_what_bare_text_lacks(write, one, sidecar):
    write(
        sidecar,
        "\ufeff"
        + json.dumps(
            {"headline": "Ferry sinks", "publisher": "Reuters", "date": "2024-08-19", "id": "x", "text": "no"}
        ),
    )

    found = one(write("ferry.txt", FERRY))

    assert (found.id, found.title, found.source, found.published_at) == (
        "ferry.txt",
        "Ferry sinks",
        "Reuters",
        date(2024, 8, 19),
    )
    assert found.text == FERRY


def test_the_sidecar_of_the_full_name_comes_first(write, one):
    write("ferry.meta.json", '{"source": "Reuters"}')
    write("ferry.txt.meta.json", '{"source": "AP"}')

    assert one(write("ferry.txt", FERRY)).source == "AP"


def test_front_matter_before_sidecar_before_arguments_before_heading(write):
    write("a.meta.json", '{"source": "sidecar", "title": "sidecar"}')
    path = write("a.md", "---\nsource: front\n---\n# heading\n")
    (first,) = iter_articles(path, source="argument", date="2024-08-19")
    path.write_text("# heading\n")
    (second,) = iter_articles(path, source="argument", date="2024-08-19")
    path.with_name("a.meta.json").unlink()
    (third,) = iter_articles(path, source="argument", date=date(2024, 8, 19))

    assert (first.source, first.title, first.published_at) == ("front", "sidecar", date(2024, 8, 19))
    assert (second.source, second.title) == ("sidecar", "sidecar")
    assert (third.source, third.title, third.published_at) == ("argument", "heading", date(2024, 8, 19))


@pytest.mark.parametrize("content", ["{", '["a list"]', b"\xff\xfe", "[" * 100_000])
def test_a_broken_sidecar_is_a_fault_of_its_article(write, fault, content):
    write("ferry.meta.json", content)

    assert fault(write("ferry.txt", FERRY)).message.startswith("its sidecar ferry.meta.json ")


def test_file_times_give_no_date(write, one):
    assert one(write("ferry.txt", FERRY)).published_at is None


@EVERY_TIME
@given(data=st.binary(max_size=300))
@pytest.mark.parametrize("suffix", [".txt", ".md"])
def test_any_bytes_give_an_article_or_a_fault(suffix, tmp_path: Path, data):
    path = tmp_path / f"any{suffix}"
    path.write_bytes(data)

    assert len(list(iter_articles(path))) == 1


@settings(max_examples=300)
@given(st.lists(st.tuples(st.sampled_from(["title", "source", "date"]), st.text(max_size=20)), min_size=1, max_size=4))
def test_front_matter_says_the_same_whichever_loader_reads_it(rows):
    block = "".join(f"{key}: {value}\n" for key, value in rows)
    try:
        expected = yaml.load(block, Loader=yaml.BaseLoader)
    except yaml.YAMLError:
        with pytest.raises(yaml.YAMLError):
            reading._load_yaml(block)
    else:
        assert reading._load_yaml(block) == expected


def test_front_matter_nested_deeper_than_any_stack_is_a_fault(write, fault):
    found = fault(write("a.md", "---\ntitle: " + "[" * 30_000 + "\n---\nText."))
    assert "it is nested too deep" in found.message
