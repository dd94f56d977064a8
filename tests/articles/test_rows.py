from __future__ import annotations

import csv
import gzip
import io
import json
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from ragqa.articles import Fault, iter_articles, load_articles
from ragqa.articles import rows as rows_module
from ragqa.errors import MissingExtra
from ragqa.records import Article, content_hash

FERRY = {"title": "Ferry sinks", "text": "The ferry sank off Naxos at dawn."}
TRAIN = {"title": "Train stops", "text": "The night train to Lviv stopped in a field."}

EVERY_TIME = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(lambda text: text.strip("\ufeff").strip())


def jsonl(*rows: object) -> str:
    return "".join(json.dumps(row) + "\n" for row in rows)


def parts(path: Path) -> tuple[list[Article], list[Fault]]:
    articles, faults, _ = load_articles(path)
    return list(articles), list(faults)


@EVERY_TIME
@given(text=TEXTS)
def test_text_of_json_lines_stays_code_point_for_code_point(write, one, text):
    assert one(write("a.jsonl", json.dumps({"text": text}))).text == text
    assert one(write("a.jsonl", json.dumps({"text": text}, ensure_ascii=False))).text == text


@EVERY_TIME
@given(text=TEXTS.filter(lambda text: "\0" not in text))
def test_text_of_csv_stays_code_point_for_code_point(write, one, text):
    file = io.StringIO()
    csv.writer(file, quoting=csv.QUOTE_ALL).writerows([["id", "text"], ["1", text]])

    assert one(write("a.csv", file.getvalue())).text == text


@EVERY_TIME
@given(data=st.binary(max_size=200))
@pytest.mark.parametrize("suffix", [".json", ".jsonl", ".csv", ".parquet", ".json.gz", ".jsonl.gz", ".csv.gz"])
def test_any_bytes_give_faults_and_no_error(tmp_path, suffix, data):
    path = tmp_path / f"any{suffix}"
    path.write_bytes(data)

    assert all(isinstance(item, Fault) for item in iter_articles(path))
    assert list(iter_articles(path))


@EVERY_TIME
@given(
    row=st.dictionaries(
        st.sampled_from(["id", "text", "title", "source", "url", "date", "author", "lang", "body"]),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
            lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=4), inner),
            max_leaves=5,
        ),
    )
)
def test_any_row_gives_an_article_or_a_fault(write, row):
    assert len(list(iter_articles(write("a.jsonl", json.dumps(row))))) == 1


@pytest.mark.parametrize(
    "content",
    [
        FERRY,
        [FERRY],
        {"articles": [FERRY], "status": "ok"},
        {"data": [FERRY]},
        {"items": [FERRY]},
        {"results": [FERRY], "articles": None},
        {**FERRY, "items": ["not articles"]},
    ],
    ids=["object", "list", "articles", "data", "items", "results", "article with a list"],
)
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_json_holds_articles_in_these_ways(write, one, content, mark):
    found = one(write("a.json", mark + json.dumps(content)))

    assert (found.title, found.text) == ("Ferry sinks", "The ferry sank off Naxos at dawn.")


@pytest.mark.parametrize(
    "names",
    [
        ("text", "title", "published_at", "url", "source"),
        ("content", "headline", "date", "link", "publisher"),
        ("body", "Headline", "published", "URL", "Source"),
        ("article_body", "TITLE", "publishedAt", "canonical-url", "site name"),
        (" articleBody ", "title", "datePublished", "permalink", "sitename"),
        ("maintext", "title", "date_publish", "url", "outlet"),
        ("full_text", "title", "pubDate", "link", "publication"),
    ],
)
@pytest.mark.parametrize("suffix", [".json", ".jsonl", ".csv", ".parquet"])
def test_fields_have_the_names_that_people_give_them(write, tmp_path, one, names, suffix):
    values = ("The ferry sank.", "Ferry sinks", "2024-08-19", "https://daily.example/ferry", "The Daily")
    row = dict(zip(names, values, strict=True)) | {"views": "7"}
    path = tmp_path / f"a{suffix}"
    if suffix == ".parquet":
        parquet.write_table(pyarrow.Table.from_pylist([row]), path)
    elif suffix == ".csv":
        write(path.name, ",".join(row) + "\n" + ",".join(row.values()))
    else:
        write(path.name, json.dumps(row))

    found = one(path)

    assert (found.text, found.title, str(found.published_at), found.url, found.source) == (*values,)


def test_of_two_names_for_one_field_the_plainer_counts(write, one):
    found = one(
        write(
            "a.json",
            json.dumps(
                {
                    "body": "Long.",
                    "content": "Longer.",
                    "text": "The text.",
                    "date": "2024-08-20",
                    "published": "2024-08-19",
                }
            ),
        )
    )

    assert found.text == "The text."
    assert found.published_at == date(2024, 8, 19)


def test_nulls_and_empty_strings_are_missing(write, one):
    row = '{"text": "The ferry sank.", "title": null, "headline": "Ferry", "url": "", "source": " ", "date": NaN, "authors": [], "id": ""}'

    found = one(write("a.json", row))

    assert (found.title, found.url, found.source, found.published_at, found.authors) == ("Ferry", None, None, None, ())
    assert found.id == content_hash("Ferry\nThe ferry sank.")[:16]


@pytest.mark.parametrize(
    ("row", "article_id"),
    [
        ({"id": "ferry-1", "url": "https://daily.example"}, "ferry-1"),
        ({"id": 17}, "17"),
        ({"ID": 17.0}, "17"),
        ({"url": "https://daily.example"}, content_hash("https://daily.example")[:16]),
        ({"_id": {"$oid": "66c3"}}, content_hash("Ferry sinks\nThe ferry sank off Naxos at dawn.")[:16]),
    ],
)
def test_ids_of_rows(write, one, row, article_id):
    assert one(write("a.jsonl", json.dumps(FERRY | row))).id == article_id


@pytest.mark.parametrize(
    ("given_authors", "authors"),
    [
        ("Jane Doe, John Roe and Ann Poe", ("Jane Doe", "John Roe", "Ann Poe")),
        ("Jane Doe, John Roe, and Ann Poe", ("Jane Doe", "John Roe", "Ann Poe")),
        ("Doe, Jane; Roe, John", ("Doe, Jane", "Roe, John")),
        ("By Jane Doe & John  Roe", ("Jane Doe", "John Roe")),
        ("Sandy Anderson", ("Sandy Anderson",)),
        (["Jane Doe", " John Roe ", "Jane Doe", None, ""], ("Jane Doe", "John Roe")),
        ([{"name": "Jane Doe"}, {"@type": "Person", "name": "John Roe"}], ("Jane Doe", "John Roe")),
        ({"name": "Jane Doe"}, ("Jane Doe",)),
    ],
)
def test_authors(write, one, given_authors, authors):
    assert one(write("a.json", json.dumps(FERRY | {"author": given_authors}))).authors == authors


def test_a_source_that_is_an_object_is_its_name(write, one):
    assert (
        one(write("a.json", json.dumps({"articles": [FERRY | {"source": {"id": None, "name": "BBC News"}}]}))).source
        == "BBC News"
    )


def test_metadata_stand_on_one_line(write, one):
    found = one(write("a.json", json.dumps({"title": " Ferry\n  sinks ", "text": " Text \n", "lang": "en"})))

    assert (found.title, found.text, found.language) == ("Ferry sinks", " Text \n", "en")


def test_a_title_that_is_a_number_is_its_digits(write, one):
    assert one(write("a.json", '{"title": 1984, "text": "A review."}')).title == "1984"


def test_dates_in_seconds_and_milliseconds(write):
    articles, _ = parts(write("a.jsonl", jsonl(FERRY | {"date": 1724077800}, TRAIN | {"date": 1724077800000})))

    assert [article.published_at for article in articles] == [datetime(2024, 8, 19, 14, 30, tzinfo=UTC)] * 2


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (
            {"title": "Ferry"},
            "there is no text: expected it in a field named text, content, body, article_body, article_text, full_text, main_text",
        ),
        ({"text": " \n"}, "there is no text"),
        ({"text": "\ufeff"}, "the text is empty"),
        ({"text": 7}, "text must be a string, got a number"),
        ({"text": ["One.", "Two."]}, "text must be a string, got a list"),
        ({"text": "A\ud83d"}, "text holds half a surrogate pair at character 1"),
        ({"text": "A", "title": "\udc00B"}, "title holds half a surrogate pair at character 0"),
        ({"text": "A", "author": ["\udc00B"]}, "authors holds half a surrogate pair at character 0"),
        ({"text": "A", "title": {"rendered": "B"}}, "title must be a string, got an object"),
        ({"text": "A", "author": True}, "authors must be a string, got true or false"),
        ({"text": "A", "id": [1]}, "id must be a string or an integer, got a list"),
        ({"text": "A", "id": True}, "id must be a string or an integer, got true or false"),
        ({"text": "A", "date": "03/04/2024"}, "expected a date in ISO 8601"),
        ({"text": "A", "date": 2024}, "expected a date in ISO 8601"),
        ("a string", 'expected an object such as {"title": "...", "text": "..."}, got a value of type str'),
        ([FERRY], "expected an object"),
    ],
)
def test_a_bad_row_is_a_fault_with_its_line_and_the_others_load(write, row, message):
    path = write("sub/a.jsonl", jsonl(FERRY) + "\n" + jsonl(row, TRAIN))

    articles, (found,) = parts(path)

    assert [article.title for article in articles] == ["Ferry sinks", "Train stops"]
    assert (found.path, found.line) == (str(path), 3)
    assert found.message.startswith(message)
    assert str(found) == f"{path}, line 3: {found.message}"


def test_a_broken_line_is_a_fault_and_the_others_load(write):
    articles, faults = parts(
        write(
            "a.jsonl",
            jsonl(FERRY) + '{"text": "cut\n' + "[" * 100_000 + "\n" + '{"text": ' + "9" * 5000 + "}\n" + jsonl(TRAIN),
        )
    )

    assert [article.title for article in articles] == ["Ferry sinks", "Train stops"]
    assert [fault.line for fault in faults] == [2, 3, 4]
    assert faults[0].message == "it is not JSON: Unterminated string starting at character 10 of the line"
    assert (
        faults[1].message
        == faults[2].message
        == "it is not JSON that can be read: a number is too long, or lists too deep"
    )


def test_a_line_with_damaged_bytes_is_a_fault_and_the_others_load(write):
    lines = [
        json.dumps({"text": text}, ensure_ascii=False).encode()
        for text in ("Le café a brûlé.", "Le préfet est arrivé.", "Élections à Évry.")
    ]
    lines[1] = lines[1].replace("é".encode(), b"\xe9", 1)

    articles, (found,) = parts(write("a.jsonl", b"\n".join(lines)))

    assert [article.text for article in articles] == ["Le café a brûlé.", "Élections à Évry."]
    assert found == Fault(found.path, 2, "some bytes are not UTF-8, as the rest of the file is: repair the row")


def test_a_line_of_50_mb_is_a_fault_and_the_others_load(write):
    long = '{"text": "' + "x" * 50_000_000 + '"}\n'

    articles, (found,) = parts(write("a.jsonl", jsonl(FERRY) + long + jsonl(TRAIN)))

    assert [article.title for article in articles] == ["Ferry sinks", "Train stops"]
    assert (found.line, found.message) == (2, "the line has over 31,048,576 characters: split it into articles")


@pytest.mark.parametrize("length", [100, 101, 199, 200, 1000])
def test_after_a_line_that_is_too_long_the_next_is_whole(write, monkeypatch, length):
    monkeypatch.setattr(rows_module, "_LONGEST_ROW", 100)

    articles, (found,) = parts(write("a.jsonl", "x" * length + "\n" + jsonl(FERRY)))

    assert [article.title for article in articles] == ["Ferry sinks"]
    assert (found.line, found.message) == (1, "the line has over 100 characters: split it into articles")


def test_a_text_of_too_many_characters_is_a_fault(write, fault):
    found = fault(write("a.csv", "text\n" + "x" * 5_000_001))

    assert found == Fault(found.path, 2, "the text has 5,000,001 characters, 5,000,000 at most: split it into articles")


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_lines_of_csv_are_those_of_the_file_also_with_quoted_newlines(write, newline):
    lines = ["id,text", '1,"The ferry', "", 'sank, ""at dawn""."', "", "2,", "3,Fine."]

    articles, (found,) = parts(write("a.csv", newline.join(lines) + newline))

    assert [article.text for article in articles] == [f'The ferry{newline}{newline}sank, "at dawn".', "Fine."]
    assert (found.line, found.message.split(":")[0]) == (6, "there is no text")


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_csv_with_commas_semicolons_or_tabs(write, one, delimiter, mark):
    found = one(write("a.csv", f'{mark}"text"{delimiter}"title"\n"One, two; three\tfour"{delimiter}Ferry\n'))

    assert (found.text, found.title) == ("One, two; three\tfour", "Ferry")


def test_csv_in_the_encoding_of_windows(write, one):
    assert (
        one(write("a.csv", "titre;text\r\nx;Le président a déclaré “non” à Genève\r\n".encode("cp1252"))).text
        == "Le président a déclaré “non” à Genève"
    )


@pytest.mark.parametrize("name", ["a.csv", "a.jsonl", "a.json"])
def test_rows_in_utf16(write, one, name):
    content = {"a.csv": "text\nDie Fähre sank."}.get(name, '{"text": "Die Fähre sank."}')

    assert one(write(name, content.encode("utf-16"))).text == "Die Fähre sank."


def test_bytes_beyond_the_declared_mark_are_a_fault(write, fault):
    assert (
        "expected utf-16-le, but some bytes are not of it"
        in fault(write("a.jsonl", b"\xff\xfe" + b"\x00\xd8\x00\xd8\n\x00")).message
    )


def test_csv_fields_are_longer_than_the_limit_of_the_csv_module(write, one):
    before = csv.field_size_limit(100)
    try:
        assert len(one(write("a.csv", "text\n" + "word " * 100_000)).text) == 500_000
    finally:
        csv.field_size_limit(before)


@pytest.mark.parametrize(
    ("rows", "line", "message"),
    [
        (
            "1,The ferry sank, at dawn\n",
            2,
            "the row has 3 values for 2 columns: put a text that holds the delimiter in quotes",
        ),
        (
            '1,"The ferry sank\n3,no end\n',
            2,
            "the row can't be told from those after it, and they are not read (unexpected end of data)",
        ),
        (
            '1,"The "ferry" sank"\n3,x\n',
            2,
            "the row can't be told from those after it, and they are not read (',' expected after '\"')",
        ),
    ],
)
def test_a_bad_row_of_csv_is_a_fault_with_its_line(write, rows, line, message):
    (found,) = parts(write("a.csv", f"id,text\n{rows}"))[1]

    assert (found.line, found.message[: len(message)]) == (line, message)


def test_a_row_of_csv_with_damaged_bytes_is_a_fault(write):
    data = "id,text\n1,Élections à Évry\n2,Le café\n".encode().replace(b"caf\xc3\xa9", b"caf\xe9")

    articles, (found,) = parts(write("a.csv", data))

    assert [article.id for article in articles] == ["1"]
    assert found.line == 3


def test_a_short_row_of_csv_lacks_its_last_fields(write, one):
    assert one(write("a.csv", "text,title,date\nThe ferry sank.\n")).title is None


def test_csv_without_a_column_of_text_is_a_fault(write, fault):
    assert fault(write("a.csv", "title,date\nFerry,2024-08-19\n")).message.startswith(
        "the first line names no column text"
    )


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.json", ""),
        ("a.json", " \n"),
        ("a.json", "[]"),
        ("a.json", '{"articles": []}'),
        ("a.jsonl", ""),
        ("a.jsonl", "\n\n"),
        ("a.csv", ""),
        ("a.csv", "id,text\n"),
    ],
)
def test_a_file_without_articles_is_a_fault(write, fault, name, content):
    assert fault(write(name, content)).message == "it holds no articles: remove it, or fill it"


@pytest.mark.parametrize(
    ("content", "line", "message"),
    [
        ('{"text":\n "a",\n}', 3, "it is not JSON: "),
        ('"text"', None, "expected an object"),
        ('{"title": "no text"}', None, "there is no text"),
        ('[{"text": "A."}, 7]', None, "item 2: expected an object"),
        ('[{"text": "A."}, {"text": 7}]', None, "item 2: text must be a string, got a number"),
    ],
)
def test_broken_json_is_a_fault(write, content, line, message):
    (found,) = parts(write("a.json", content))[1]

    assert found.line == line
    assert found.message.startswith(message)


def test_a_json_file_beyond_memory_is_refused(write, fault, monkeypatch):
    monkeypatch.setattr(rows_module, "_LONGEST_JSON", 20)

    assert fault(write("a.json", json.dumps(FERRY))).message.startswith(
        "it has over 20 characters: write it as JSON lines (.jsonl)"
    )


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.json.gz", jsonl(FERRY)),
        ("a.jsonl.gz", jsonl(FERRY)),
        ("a.CSV.GZ", "text,title\nThe ferry sank off Naxos at dawn.,Ferry sinks\n"),
    ],
)
def test_packed_files_are_read(write, one, name, content):
    found = one(write(name, gzip.compress(content.encode())))

    assert (found.title, found.text) == ("Ferry sinks", "The ferry sank off Naxos at dawn.")


@pytest.mark.parametrize(
    "data", [b"no gzip", gzip.compress(b'{"text": "A."}')[:-9], gzip.compress(b"x" * 1000)[:20] + b"\xff" * 20]
)
def test_a_packed_file_that_is_torn_is_a_fault(write, fault, data):
    assert fault(write("a.jsonl.gz", data)).message.startswith("it can't be read (")


def test_a_sidecar_tells_what_all_rows_share(write, one):
    write("a.meta.json", '{"source": "Reuters", "date": "2024-08-19", "language": "en", "title": "no", "url": "no"}')

    for name, content in (("a.jsonl", '{"text": "A."}'), ("a.jsonl.gz", gzip.compress(b'{"text": "A."}'))):
        found = one(write(name, content))
        assert (found.source, found.published_at, found.language) == ("Reuters", date(2024, 8, 19), "en")
        assert (found.title, found.url) == (None, None)


def write_parquet(path: Path, columns: dict[str, pyarrow.Array]) -> Path:
    parquet.write_table(pyarrow.table(columns), path, row_group_size=50)
    return path


def test_parquet_rows(tmp_path):
    count = 150
    path = write_parquet(
        tmp_path / "a.parquet",
        {
            "id": pyarrow.array(range(count)),
            "content": pyarrow.array([f"Report {number}." for number in range(count)]),
            "date": pyarrow.array([date(2024, 8, 19)] * count),
            "authors": pyarrow.array([["Jane Doe", "John Roe"]] * count),
            "vector": pyarrow.array([[0.5]] * count),
        },
    )

    articles, faults = parts(path)

    assert not faults
    assert [article.id for article in articles] == [str(number) for number in range(count)]
    assert articles[149].text == "Report 149."
    assert articles[149].published_at == date(2024, 8, 19)
    assert articles[149].authors == ("Jane Doe", "John Roe")


@pytest.mark.parametrize(
    ("unit", "zone"), [("s", None), ("ms", "UTC"), ("us", "Europe/Athens"), ("ns", None), ("ns", "UTC")]
)
def test_parquet_times_of_every_unit(tmp_path, one, unit, zone):
    nanoseconds = 1724077800_000_000_001
    value = nanoseconds // {"s": 10**9, "ms": 10**6, "us": 10**3, "ns": 1}[unit]
    path = write_parquet(
        tmp_path / "a.parquet",
        {"text": pyarrow.array(["The ferry sank."]), "date": pyarrow.array([value], pyarrow.timestamp(unit, zone))},
    )

    published = one(path).published_at

    assert published == datetime(2024, 8, 19, 14, 30, tzinfo=UTC if zone else None)
    assert type(published) is datetime


def test_a_bad_row_of_parquet_is_a_fault_and_the_others_load(tmp_path):
    not_utf8 = pyarrow.Array.from_buffers(
        pyarrow.utf8(),
        3,
        [None, pyarrow.py_buffer(b"\0\0\0\0\2\0\0\0\4\0\0\0\6\0\0\0"), pyarrow.py_buffer(b"A.\xff\xfeC.")],
    )
    path = write_parquet(tmp_path / "a.parquet", {"text": not_utf8, "title": pyarrow.array(["A", "B", "C"])})

    articles, (found,) = parts(path)

    assert [article.text for article in articles] == ["A.", "C."]
    assert found.line is None
    assert found.message.startswith("row 2: a value can't be read (")


def test_parquet_without_a_column_of_text_is_a_fault(tmp_path, fault):
    path = write_parquet(tmp_path / "a.parquet", {"title": pyarrow.array(["A"])})

    assert fault(path).message.startswith("it has no column text, content or body")


def test_torn_parquet_is_a_fault(tmp_path, fault):
    path = write_parquet(tmp_path / "a.parquet", {"text": pyarrow.array(["The ferry sank."])})
    path.write_bytes(path.read_bytes()[:-20])

    assert fault(path).message.startswith("it is not a Parquet file that can be read (")


def test_without_pyarrow_the_extra_is_named(write, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)

    with pytest.raises(MissingExtra, match=r'pip install "ragqa\[parquet\]"'):
        list(iter_articles(write("a.parquet", b"")))
