from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from ragqa.articles import Fault, bytes_to_read, iter_articles, load_articles, origin_of
from ragqa.articles.files import INDEX_FILE
from ragqa.errors import ArticleError
from ragqa.records import Article
from ragqa.store.database import FILE_NAME

FERRY = "The ferry sank off Naxos at dawn."


@pytest.fixture
def news(write, tmp_path) -> Path:
    """A folder with an article of most kinds, and things that are none."""
    folder = tmp_path / "news"
    for name, content in {
        "b.txt": FERRY,
        "a/z.md": "# Train stops\n\nThe night train stopped in a field.",
        "a/rows.jsonl": '{"id": "r1", "text": "Rain fell."}\n{"id": "r2"}\n{"id": "r3", "text": "Snow fell."}\n',
        "c.html": "<html><body><article><h1>Votes</h1><p>Polls closed at eight on Sunday.</p></article></body></html>",
        "photo.jpg": b"\xff\xd8\xff",
        "notes": "no suffix",
        ".hidden.txt": "hidden",
        ".git/config.txt": "hidden",
        "b.meta.json": '{"source": "Reuters"}',
        "orphan.meta.json": '{"source": "Reuters"}',
    }.items():
        write(f"news/{name}", content)
    return folder


def test_a_folder_is_read_with_all_below_it_sorted(news):
    articles, faults, skipped = load_articles(news)

    assert [article.id for article in articles] == ["r1", "r3", "a/z.md", "b.txt", "c.html"]
    assert faults == (Fault(str(news / "a/rows.jsonl"), 2, faults[0].message),)
    assert skipped == (str(news / "notes"), str(news / "photo.jpg"))


def test_what_is_skipped_and_how_much_is_read_is_told_on_the_way(news):
    skipped, read = [], []
    list(iter_articles(news, on_skipped=skipped.append, on_read=read.append))

    assert skipped == [str(news / "notes"), str(news / "photo.jpg")]
    sizes = [(news / name).stat().st_size for name in ("a/rows.jsonl", "a/z.md", "b.txt", "c.html")]
    assert sum(read) == sum(sizes) == bytes_to_read(news)
    assert min(read) >= 0
    assert bytes_to_read(news / "b.txt") == len(FERRY)


def test_an_index_in_a_folder_is_passed_by_and_alone_is_an_error(news):
    Path(news / "mine").mkdir()
    (news / "mine" / INDEX_FILE).write_bytes(b"")
    (news / "mine" / "notes.txt").write_text(FERRY, encoding="utf-8")

    assert INDEX_FILE == FILE_NAME
    assert not [item for item in iter_articles(news) if "mine" in str(item)]
    assert load_articles(news).skipped == (str(news / "notes"), str(news / "photo.jpg"))
    with pytest.raises(ArticleError, match="it is an index of ragqa"):
        iter_articles(news / "mine")


def test_articles_come_one_by_one_as_asked(news):
    items = iter_articles(str(news))
    assert next(items).id == "r1"
    (news / "b.txt").unlink()

    assert [item.id for item in items if isinstance(item, Article)] == ["r3", "a/z.md", "c.html"]


def test_the_id_of_a_file_is_its_path_below_what_was_given(news):
    def only(path):
        return [item.id for item in iter_articles(path) if item.id.endswith("z.md")]

    assert only(news.parent / "news" / "a" / "z.md") == ["z.md"]
    assert [article.id for article in load_articles(news / "a").articles][-1] == "z.md"
    assert [article.id for article in load_articles(news.parent).articles][-3] == "news/a/z.md"


def test_paths_are_given_back_as_they_were_given(news, monkeypatch):
    monkeypatch.chdir(news.parent)

    loaded = load_articles("news")

    assert str(loaded.faults[0]).startswith("news/a/rows.jsonl, line 2: there is no text")
    assert loaded.skipped == ("news/notes", "news/photo.jpg")


def test_origin_is_the_folder_that_ids_are_below(news, monkeypatch):
    monkeypatch.chdir(news)

    assert origin_of("a") == origin_of(news / "a" / "z.md") == origin_of("a/../a/z.md") == str((news / "a").resolve())
    assert origin_of(".") == origin_of("b.txt") == str(news.resolve())


@pytest.mark.parametrize("read", [iter_articles, load_articles, origin_of])
def test_a_path_to_nothing_is_an_error_at_once(tmp_path, read):
    with pytest.raises(ArticleError, match=r"expected a file or folder of articles at .*nowhere, and there is nothing"):
        read(tmp_path / "nowhere")


def test_a_bad_date_argument_is_an_error_at_once(news):
    with pytest.raises(ArticleError, match="got '03/04/2024'"):
        iter_articles(news, date="03/04/2024")


def test_source_and_date_are_for_articles_that_give_none(news):
    articles = {
        article.id: article for article in load_articles(news, source=" The  Daily ", date="19 August 2024").articles
    }

    assert {name: article.source for name, article in articles.items()} == {
        "r1": "The Daily", "r3": "The Daily", "a/z.md": "The Daily", "b.txt": "Reuters", "c.html": "The Daily",
    }  # fmt: skip
    assert {article.published_at for article in articles.values()} == {date(2024, 8, 19)}


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("photo.jpg", "articles are read from .txt, .md, .markdown, .html, .htm, .json, .jsonl"),
        ("notes", "articles are read from .txt"),
        ("b.meta.json", "it is the sidecar of an article: name the article itself"),
    ],
)
def test_a_file_given_by_name_that_holds_no_article_is_a_fault(news, name, message):
    loaded = load_articles(news / name)

    assert [fault.message[: len(message)] for fault in loaded.faults] == [message]
    assert loaded.skipped == ()


def test_a_hidden_file_given_by_name_is_read(news, one):
    assert one(news / ".hidden.txt").text == "hidden"


def test_an_empty_folder_holds_nothing(tmp_path):
    assert load_articles(tmp_path) == ((), (), ())


def test_the_same_article_twice_is_taken_once(write):
    row = json.dumps({"url": "https://daily.example/ferry", "text": FERRY})
    first, second = write("a.jsonl", f"{row}\n{row}\n"), write("b.jsonl", row)

    loaded = load_articles(first, second, first)

    assert [article.text for article in loaded.articles] == [FERRY]
    assert loaded.faults == ()


def test_another_article_of_the_same_id_is_a_fault_that_names_both(write):
    path = write("a.jsonl", '{"id": 1, "text": "The ferry sank."}\n{"id": 1, "text": "The ferry was saved."}\n')
    other = write("b.json", '[{"id": "1", "text": "The ferry sank.", "source": "AP"}]')

    loaded = load_articles(path, other)

    assert [article.text for article in loaded.articles] == ["The ferry sank."]
    assert [str(fault) for fault in loaded.faults] == [
        f'{path}, line 2: the id "1" is also that of {path}, line 1, another article: give each an id of its own, or remove one',
        f'{other}: item 1: the id "1" is also that of {path}, line 1, another article: give each an id of its own, or remove one',
    ]


def test_files_of_two_folders_with_one_id_are_a_fault_of_the_second(write, tmp_path):
    write("a/ferry.txt", "The ferry sank.")
    write("b/ferry.txt", "The ferry was saved.")

    loaded = load_articles(tmp_path / "a", tmp_path / "b")

    assert [article.text for article in loaded.articles] == ["The ferry sank."]
    assert f'the id "ferry.txt" is also that of {tmp_path / "a/ferry.txt"}, another article' in str(loaded.faults[0])


def test_links_in_a_circle_end(news):
    (news / "a" / "up").symlink_to(news)
    (news / "a" / "self").symlink_to("self")
    (news / "beside").symlink_to(news / "a")
    (news / "outside").symlink_to(news.parent)

    loaded = load_articles(news)

    assert [article.id for article in loaded.articles] == ["r1", "r3", "a/z.md", "b.txt", "c.html"]


def test_a_linked_folder_and_file_from_elsewhere_are_read(write, tmp_path, news):
    write("archive/old.txt", "Polls opened.")
    (news / "archive").symlink_to(tmp_path / "archive")
    (news / "d.txt").symlink_to(tmp_path / "archive" / "old.txt")

    assert [article.id for article in load_articles(news).articles][-4:] == [
        "archive/old.txt",
        "b.txt",
        "c.html",
        "d.txt",
    ]


def test_a_link_to_nothing_is_a_fault(tmp_path):
    (tmp_path / "gone.txt").symlink_to(tmp_path / "nowhere.txt")

    (found,) = load_articles(tmp_path).faults

    assert found == Fault(
        str(tmp_path / "gone.txt"), None, "it is no regular file, or a link to nothing: remove it, or name another"
    )


@pytest.mark.timeout(10)
def test_a_pipe_does_not_hang(tmp_path, fault):
    os.mkfifo(tmp_path / "pipe.txt")

    assert fault(tmp_path / "pipe.txt").message.startswith("it is no regular file")


def test_a_name_that_is_not_utf8_is_a_fault(write, tmp_path):
    name = os.fsdecode(b"caf\xe9.txt")
    try:
        write(name, FERRY)
    except OSError:
        pytest.skip("this file system takes only names in UTF-8")

    (found,) = load_articles(tmp_path).faults

    assert "the name of the file is not UTF-8" in found.message
    str(found).encode()


def test_a_file_that_may_not_be_read_is_a_fault(news, monkeypatch):
    def refused(*arguments: object, **options: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refused)

    faults = load_articles(news / "b.txt").faults

    assert [fault.message.split(" (")[0] for fault in faults] == ["it can't be read"]


def test_a_folder_that_may_not_be_read_is_a_fault_and_the_others_load(news, monkeypatch):
    real = Path.iterdir

    def refused(path: Path):
        if path.name == "a":
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(Path, "iterdir", refused)

    loaded = load_articles(news)

    assert [article.id for article in loaded.articles] == ["b.txt", "c.html"]
    assert loaded.faults[0].path == str(news / "a")
    assert loaded.faults[0].message.startswith("it can't be looked into")


def test_heavy_libraries_are_loaded_only_for_their_formats(news):
    code = (
        "import sys; from ragqa.articles import load_articles; load_articles(sys.argv[1]);"
        "print([name for name in ('trafilatura', 'lxml', 'pyarrow', 'charset_normalizer', 'yaml') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code, str(news / "b.txt")], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"
