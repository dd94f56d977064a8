"""``ragqa verify`` as a tool outside would use it: JSON, exit status, messages."""

import json
import shutil
import sqlite3
from contextlib import closing

import pytest

from ragqa.cli import main


@pytest.fixture
def ragqa(capsys):
    """Run a command in this process; return exit status, standard output and standard error."""

    def run(*arguments):
        with pytest.raises(SystemExit) as stopped:
            main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return stopped.value.code or 0, captured.out, captured.err

    return run


@pytest.fixture
def index(examples_index, tmp_path):
    return shutil.copytree(examples_index, tmp_path / "index")


def raw(index, statement):
    with closing(sqlite3.connect(index / "articles.sqlite", isolation_level=None)) as connection:
        connection.execute(statement)


def test_a_sound_index_is_said_to_be(ragqa, index):
    status, out, err = ragqa("verify", "--index", index)
    assert (status, err) == (0, "")
    assert out == f"The index {index} is sound: 39 articles in 82 passages.\n"
    status, out, _ = ragqa("verify", "--index", index, "--json")
    assert status == 0
    assert json.loads(out) == {
        "sound": True,
        "articles": 39,
        "passages": 82,
        "findings": [],
        "repaired": [],
        "unchecked": [],
    }


def test_damage_is_named_with_what_a_repair_does_and_then_repaired(ragqa, index):
    raw(index, "UPDATE vectors SET vector = zeroblob(768) WHERE row = 1")
    status, out, _ = ragqa("verify", "--index", index)
    assert status == 1
    assert "article '2023-02-06-turkey-earthquake.txt': The vector of passage row 1 is not what was written" in out
    assert "    repair: the article is split and embedded anew" in out
    assert out.endswith(f"The index {index} is not sound: 1 finding.\n")
    status, out, _ = ragqa("verify", "--index", index, "--repair", "--json")
    assert status == 0
    done = json.loads(out)
    assert (done["sound"], done["articles"], [one["kind"] for one in done["repaired"]]) == (True, 39, ["vector"])
    assert ragqa("verify", "--index", index)[0] == 0


def test_an_index_that_can_not_be_opened_is_reported_not_raised(ragqa, index):
    path = index / "articles.sqlite"
    path.write_bytes(path.read_bytes()[:5000])
    status, out, err = ragqa("verify", "--index", index, "--json")
    assert (status, err) == (1, "")
    assert json.loads(out)["findings"][0]["kind"] == "file"
    status, out, err = ragqa("verify", "--index", index, "--repair")
    assert status == 1
    assert "nothing was changed" in err


@pytest.mark.parametrize("content", [b"no database at all " * 500, None], ids=["not a database", "cut short"])
def test_where_nothing_can_be_rescued_no_repair_is_promised_and_what_helps_is_said(ragqa, index, content):
    path = index / "articles.sqlite"
    path.write_bytes(path.read_bytes()[:5000] if content is None else content)
    helps = 'put back a copy, or index the articles again into a new folder with "ragqa index PATH... --index FOLDER"'
    for options in ((), ("--repair",)):
        status, out, err = ragqa("verify", "--index", index, *options)
        assert status == 1
        assert f"    what helps: no repair: {helps}\n" in out
        assert "verify --repair" not in out + err
    status, out, _ = ragqa("verify", "--index", index, "--json")
    assert [found["repair"] for found in json.loads(out)["findings"]] == [None]


def test_what_is_no_database_is_told_from_a_damaged_index_by_every_command(ragqa, index):
    (index / "articles.sqlite").write_bytes(b"no database at all " * 500)
    status, _, err = ragqa("list", "--index", index)
    assert status == 2
    assert (
        "is damaged or is not an index (file is not a database), and nothing can be read of it. Put back a copy" in err
    )
    assert "--repair" not in err


def test_a_missing_index_is_wrong_use(ragqa, tmp_path):
    status, out, err = ragqa("verify", "--index", tmp_path / "nowhere")
    assert (status, out) == (2, "")
    assert "There is no index in" in err


def test_saved_responses_are_checked(ragqa, index, tmp_path):
    saved = tmp_path / "saved.jsonl"
    question = "How many Windows devices were affected by the CrowdStrike update?"
    saved.write_text(ragqa("ask", question, "--index", index, "--json", "--top-k", "1")[1], encoding="utf-8")
    status, out, _ = ragqa("verify", "--index", index, "--response", saved)
    assert status == 0
    assert out.splitlines()[0] == f"? {question}"
    assert out.endswith("1 response: 1 of 1 citation hold.\n")
    cited = json.loads(saved.read_text())["answers"][0]["citations"][0]["article_id"]
    ragqa("delete", cited, "--index", index)
    status, out, _ = ragqa("verify", "--index", index, "--response", saved, "--json")
    assert status == 1
    checked = json.loads(out)
    assert (checked["question"], checked["holds"], checked["citations"][0]["state"]) == (question, False, "gone")


def test_a_response_is_not_repaired(ragqa, index, tmp_path):
    status, _, err = ragqa("verify", "--index", index, "--response", tmp_path / "saved.json", "--repair")
    assert status == 2
    assert "a response can't be repaired" in err


def test_a_file_that_holds_no_response_is_wrong_use(ragqa, index, tmp_path):
    (tmp_path / "saved.json").write_text("{}")
    status, _, err = ragqa("verify", "--index", index, "--response", tmp_path / "saved.json")
    assert status == 2
    assert "expected a response as `ragqa ask --json` writes it" in err
