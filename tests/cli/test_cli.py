"""The command line as a tool outside would use it: arguments, JSON, exit status, messages."""

import io
import json
import os
import re
import shlex
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing

import pexpect
import pytest
from tiny_bert import write_sentence_transformer

from ragqa import Article, Response, __version__
from ragqa.cli import main
from ragqa.reading.reader import DEFAULT_READER

QUESTION = "How many people died in Valencia?"


@pytest.fixture
def ragqa(capsys, monkeypatch):
    """Run a command in this process; return exit status, standard output and standard error."""

    def run(*arguments, stdin=""):
        data = stdin if isinstance(stdin, bytes) else stdin.encode()
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data), encoding="utf-8"))
        with pytest.raises(SystemExit) as stopped:
            main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return stopped.value.code or 0, captured.out, captured.err

    return run


@pytest.fixture
def articles(tmp_path):
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "valencia.md").write_text(
        "---\ntitle: Storm floods the valley\nsource: Meridian Post\ndate: 2024-10-30\n---\n"
        "At least 95 people died when a year's rain fell on Valencia in eight hours, officials said.\n",
        encoding="utf-8",
    )
    (folder / "bridge.txt").write_text("The bridge at Skagen was opened by Anna Lindqvist.\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """An index of two articles that the tests only read."""
    root = tmp_path_factory.mktemp("made")
    (root / "valencia.txt").write_text("At least 95 people died in Valencia, officials said.", encoding="utf-8")
    (root / "valencia.meta.json").write_text(
        '{"title": "Flood", "source": "Meridian Post", "date": "2024-10-30"}', encoding="utf-8"
    )
    (root / "bridge.txt").write_text("The bridge at Skagen was opened by Anna Lindqvist.", encoding="utf-8")
    with pytest.raises(SystemExit):
        main(["index", str(root), "--index", str(root / ".index")])
    return root / ".index"


def test_index_then_ask_json_is_one_response(ragqa, articles, tmp_path):
    status, out, err = ragqa("index", articles, "--index", tmp_path / "index")
    assert (status, err) == (0, "")
    assert "2 added" in out
    status, out, _ = ragqa("ask", QUESTION, "--index", tmp_path / "index", "--json")
    assert status == 0
    assert out.count("\n") == 1
    assert list(json.loads(out)) == [
        "question",
        "answers",
        "abstained",
        "reason",
        "conflicts",
        "hits",
        "timings_ms",
    ]
    response = Response.model_validate_json(out)
    assert response.answers[0].text == "95"
    assert response.answers[0].citations[0].source == "Meridian Post"


def test_ask_draws_answer_sentence_source_and_place(ragqa, made):
    status, out, _ = ragqa("ask", QUESTION, "--index", made)
    assert status == 0
    assert "95" in out.splitlines()[0]
    assert "right" in out.splitlines()[0]
    assert "At least 95 people died in Valencia, officials said." in out
    assert "Flood · Meridian Post · 2024-10-30" in out
    assert "valencia.txt, characters 9-11" in out


def test_abstaining_is_an_answer(ragqa, made):
    status, out, _ = ragqa("ask", "Who won the football World Cup in 1998?", "--index", made)
    assert status == 0
    assert out.startswith("Not in these articles")
    status, out, _ = ragqa(
        "ask", "Who won the football World Cup in 1998?", "--index", made, "--source", "Meridian Post"
    )
    assert "The nearest passage: Flood · Meridian Post · 2024-10-30\n" in out
    status, out, _ = ragqa("ask", QUESTION, "--index", made, "--since", "2025-01-01", "--json")
    assert (status, json.loads(out)["reason"]) == (0, "outside_dates")
    _, out, _ = ragqa("ask", QUESTION, "--index", made, "--since", "2025-01-01")
    assert "The nearest passage of another date: Flood · Meridian Post · 2024-10-30\n" in out


def test_options_of_ask_change_the_result(ragqa, made):
    ask = lambda *options: json.loads(ragqa("ask", QUESTION, "--index", made, "--json", *options)[1])  # noqa: E731
    assert len(ask()["hits"]) == 2
    assert len(ask("--k", 1)["hits"]) == 1
    assert len(ask("--top-k", 1)["answers"]) == 1
    for option, day in (("--since", "2024-10-30"), ("--until", "2024-10-30"), ("--as-of", "2024-10-30")):
        assert [hit["passage"]["article_id"] for hit in ask(option, day)["hits"]] == ["valencia.txt"]
    assert len(ask("--source", "Meridian Post")["hits"]) == 1
    assert ask("--source", "Nobody")["reason"] == "no_passages"
    assert ask("--language", "no")["reason"] == "no_passages"  # neither article says what it is in


def test_batch_gives_a_line_a_question(ragqa, made, tmp_path):
    questions = tmp_path / "questions.txt"
    questions.write_text("\ufeff" + f"{QUESTION}\r\n\nWho opened the bridge at Skagen?\n" * 50, encoding="utf-8")
    status, out, err = ragqa("ask", "--batch", questions, "--index", made, "--json")
    assert (status, err) == (0, "")
    responses = [json.loads(line) for line in out.splitlines()]
    assert len(responses) == 100
    assert [response["answers"][0]["text"] for response in responses[:2]] == ["95", "Anna Lindqvist"]
    status, out, _ = ragqa(
        "ask", "--batch", "-", "--index", made, stdin=f"{QUESTION}\nWho won the World Cup in 1998?\n"
    )
    assert [line.split("\t")[:2] for line in out.splitlines()] == [
        [QUESTION, "95"],
        ["Who won the World Cup in 1998?", "-"],
    ]


@pytest.mark.parametrize("bad", [b"why " * 10_000, b"why " * 200, b"how \xff many"])
def test_a_bad_batch_is_refused_before_it_starts(ragqa, made, tmp_path, bad):
    batch = f"{QUESTION}\n".encode() * 40 + bad + f"\n{QUESTION}\n".encode()
    (tmp_path / "questions.txt").write_bytes(batch)
    for name, stdin in ((tmp_path / "questions.txt", b""), ("-", batch)):
        status, out, err = ragqa("ask", "--batch", name, "--index", made, stdin=stdin)
        assert (status, out) == (2, "")
        assert f"{name}, line 41: the question" in err


def test_a_batch_that_is_not_there_is_named(ragqa, made, tmp_path):
    status, _, err = ragqa("ask", "--batch", tmp_path / "nothing.txt", "--index", made)
    assert status == 2
    assert "can't be read" in err


@pytest.mark.parametrize("question", ["", "   ", "why " * 10_000, "how \udcff many"])
def test_a_question_that_can_not_be_asked(ragqa, made, question):
    status, out, err = ragqa("ask", question, "--index", made)
    assert (status, out) == (2, "")
    assert err.startswith("ragqa: the question")


def test_search_shows_passages(ragqa, made):
    status, out, _ = ragqa("search", QUESTION, "--index", made, "--k", 1, "--json")
    (hit,) = json.loads(out)
    assert (status, hit["rank"], hit["kind"], hit["passage"]["article_id"]) == (0, 1, "hybrid", "valencia.txt")
    status, out, _ = ragqa("search", QUESTION, "--index", made)
    assert "At least 95 people died" in out


def test_list_show_and_info(ragqa, made):
    status, out, _ = ragqa("list", "--index", made, "--json")
    assert [row["id"] for row in json.loads(out)] == ["bridge.txt", "valencia.txt"]
    assert ragqa("list", "--index", made)[1].splitlines() == [
        "bridge.txt\t\t\t\t50\t1",
        "valencia.txt\tFlood\tMeridian Post\t2024-10-30\t52\t1",
    ]
    status, out, _ = ragqa("show", "valencia.txt", "--index", made, "--json")
    assert Article.model_validate_json(out).title == "Flood"
    assert "At least 95 people" in ragqa("show", "valencia.txt", "--index", made)[1]
    status, out, _ = ragqa("info", "--index", made, "--json")
    known = json.loads(out)
    assert {"articles", "passages", "embedder", "reader", "bytes", "format"} <= set(known)
    assert (known["articles"], known["passages"], known["format"]) == (2, 2, 3)
    assert "all-MiniLM-L6-v2" in ragqa("info", "--index", made)[1]


def test_an_unknown_id_changes_nothing(ragqa, made):
    for command in (("show", "nobody"), ("delete", "bridge.txt", "nobody")):
        status, out, err = ragqa(*command, "--index", made)
        assert (status, out) == (2, "")
        assert "nobody" in err
    assert len(json.loads(ragqa("list", "--index", made, "--json")[1])) == 2


def test_delete(ragqa, articles, tmp_path):
    ragqa("index", articles, "--index", tmp_path / "index")
    status, out, _ = ragqa("delete", "bridge.txt", "--index", tmp_path / "index", "--json")
    assert (status, json.loads(out)) == (0, {"deleted": 1})
    assert "Anna" not in ragqa("ask", "Who opened the bridge at Skagen?", "--index", tmp_path / "index", "--json")[1]


def test_broken_files_are_named_and_the_others_are_in(ragqa, articles, tmp_path):
    (articles / "binary.txt").write_bytes(bytes(range(256)))
    (articles / "empty.txt").write_bytes(b"")
    (articles / "rows.jsonl").write_text('{"text": "Snow fell."}\n{oops\n', encoding="utf-8")
    status, out, err = ragqa("index", articles, "--index", tmp_path / "index", "--json")
    assert status == 2
    assert json.loads(out)["added"] == 3
    assert len(err.splitlines()) == 3
    assert all(name in err for name in ("binary.txt", "empty.txt", "rows.jsonl, line 2"))


def test_indexing_again_costs_nothing_and_sync_removes_what_is_gone(ragqa, articles, tmp_path):
    ragqa("index", articles, "--index", tmp_path / "index")
    (articles / "bridge.txt").unlink()
    report = json.loads(ragqa("index", articles, "--index", tmp_path / "index", "--sync", "--json")[1])
    assert (report["unchanged"], report["removed"], report["passages"], report["articles"]) == (1, 1, 0, 1)


def test_source_and_date_are_for_articles_without(ragqa, articles, tmp_path):
    ragqa("index", articles, "--index", tmp_path / "index", "--source", "Harbour Wire", "--date", "2024-01-02")
    rows = json.loads(ragqa("list", "--index", tmp_path / "index", "--json")[1])
    assert [(row["source"], row["published_at"]) for row in rows] == [
        ("Harbour Wire", "2024-01-02"),
        ("Meridian Post", "2024-10-30"),
    ]


def test_the_same_id_from_another_folder_is_refused(ragqa, articles, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    (other / "bridge.txt").write_text("Another bridge.", encoding="utf-8")
    ragqa("index", articles, "--index", tmp_path / "index")
    status, _, err = ragqa("index", other, "--index", tmp_path / "index")
    assert status == 2
    assert "bridge.txt" in err
    assert "Skagen" in ragqa("show", "bridge.txt", "--index", tmp_path / "index")[1]


@pytest.fixture(scope="module")
def tiny_embedder(tmp_path_factory):
    return write_sentence_transformer(tmp_path_factory.mktemp("models") / "tiny")


def test_rebuild_embeds_what_is_stored_anew_also_with_another_embedder(ragqa, articles, tmp_path, tiny_embedder):
    index = tmp_path / "index"
    ragqa("index", articles, "--index", index)
    made_by = json.loads(ragqa("info", "--index", index, "--json")[1])["fingerprint"]
    shutil.rmtree(articles)
    status, out, _ = ragqa("index", "--rebuild", "--embedder", tiny_embedder, "--index", index)
    assert status == 0
    assert "2 rebuilt" in out
    known = json.loads(ragqa("info", "--index", index, "--json")[1])
    assert (known["fingerprint"] != made_by, known["dim"], known["articles"]) == (True, 32, 2)
    assert (
        json.loads(ragqa("search", QUESTION, "--index", index, "--json")[1])[0]["passage"]["article_id"]
        == "valencia.md"
    )
    status, _, err = ragqa("ask", QUESTION, "--index", index, "--embedder", "all-MiniLM-L6-v2")
    assert status == 2
    assert "--rebuild" in err
    status, out, _ = ragqa("index", "--rebuild", "--embedder", "all-MiniLM-L6-v2", "--index", index, "--json")
    assert (status, json.loads(out)["rebuilt"], json.loads(out)["passages"]) == (0, 2, 2)
    assert json.loads(ragqa("info", "--index", index, "--json")[1])["fingerprint"] == made_by
    assert json.loads(ragqa("ask", QUESTION, "--index", index, "--json")[1])["answers"][0]["text"] == "95"


def test_a_rebuild_that_loses_a_damaged_article_says_so(ragqa, articles, tmp_path):
    index = tmp_path / "index"
    ragqa("index", articles, "--index", index)
    with closing(sqlite3.connect(index / "articles.sqlite")) as connection:
        connection.execute("UPDATE articles SET text = 'forged' WHERE id = 'bridge.txt'")
        connection.commit()
    status, out, err = ragqa("index", "--rebuild", "--index", index, "--json")
    report = json.loads(out)
    assert (status, report["rebuilt"], report["articles"], len(report["faults"])) == (2, 1, 1, 1)
    assert "bridge.txt" in err


def test_another_reader_gives_other_answers_without_a_confidence(ragqa, made, tmp_path):
    export = tmp_path / "reader"
    shutil.copytree(DEFAULT_READER, export)
    card = json.loads((export / "reader.json").read_text(encoding="utf-8"))
    (export / "reader.json").write_text(json.dumps({**card, "calibration": None}), encoding="utf-8")
    own, other = (
        Response.model_validate_json(ragqa("ask", QUESTION, "--index", made, "--json", *options)[1])
        for options in ((), ("--reader", export))
    )
    assert own.answers[0].confidence is not None
    assert other.answers[0].confidence is None
    status, _, err = ragqa("ask", QUESTION, "--index", made, "--reader", tmp_path / "nothing")
    assert status == 2
    assert "can't be loaded" in err


@pytest.mark.parametrize(
    "command",
    [
        ("ask", QUESTION),
        ("search", QUESTION),
        ("list",),
        ("show", "x"),
        ("delete", "x"),
        ("info",),
        ("repl",),
        ("index", "--rebuild"),
    ],
)
def test_a_missing_index_is_wrong_use(ragqa, tmp_path, command):
    status, out, err = ragqa(*command, "--index", tmp_path / "nowhere")
    assert (status, out) == (2, "")
    assert "ragqa index" in err
    assert len(err.splitlines()) == 1
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize(
    "arguments", [("ask",), ("index",), ("ask", "Who?", "--batch", "f"), ("ask", "Who?", "--k", "0")]
)
def test_wrong_use_says_what_is_expected(ragqa, made, arguments):
    status, out, err = ragqa(*arguments, "--index", made)
    assert (status, out) == (2, "")
    assert len(err.splitlines()) == 1
    assert f"see `ragqa {arguments[0]} --help`" in err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ("ask", "how", "many", "died"),
            "Got unexpected extra argument(s) (many died): put the question in quotes; see",
        ),
        (("timeline", "how", "many"), "(many): put the question in quotes; see"),
        (("list", "them", "all"), "Got unexpected extra argument(s) (them all); see"),
        (("ask", "Who?", "--batch", "f"), "give a question, or --batch with a file of questions, not both; see"),
        (("ask",), "give a question, or --batch with a file of questions; see"),
        (("ask", "Who?", "--cite", "harvard"), "Invalid value for '--cite': 'harvard' is not one of 'apa',"),
    ],
)
def test_wrong_use_says_what_to_do(ragqa, made, arguments, said):
    status, out, err = ragqa(*arguments, "--index", made)
    assert (status, out) == (2, "")
    assert said in err


def test_a_mistyped_path_or_date_makes_no_index(ragqa, articles, tmp_path):
    for wrong in ((tmp_path / "nothing",), (articles, tmp_path / "nothing"), (articles, "--date", "soon")):
        status, out, err = ragqa("index", *wrong, "--index", tmp_path / "index")
        assert (status, out, len(err.splitlines())) == (2, "", 1)
        assert "nothing" in err or "soon" in err
        assert not (tmp_path / "index").exists()


def test_a_folder_without_articles_is_said_to_have_none(ragqa, tmp_path):
    (tmp_path / "empty").mkdir()
    status, out, err = ragqa("index", tmp_path / "empty", "--index", tmp_path / "index")
    assert status == 0
    assert "nothing to do" in out
    assert "there is no article in" in err
    status, out, _ = ragqa("ask", QUESTION, "--index", tmp_path / "index", "--json")
    assert (status, json.loads(out)["reason"]) == (0, "empty_index")


def test_an_index_folder_that_is_a_file(ragqa, articles, tmp_path):
    (tmp_path / "file").write_text("not a folder", encoding="utf-8")
    status, _, err = ragqa("index", articles, "--index", tmp_path / "file")
    assert status == 2
    assert len(err.splitlines()) == 1
    assert (tmp_path / "file").read_text(encoding="utf-8") == "not a folder"


def test_a_source_that_no_article_is_of_is_said_with_those_that_there_are(ragqa, made):
    status, out, err = ragqa("ask", QUESTION, "--index", made, "--source", "Meridien Post")
    assert (status, out) == (0, "Nothing in the index matches the question and its limits.\n\n")
    assert err == "ragqa: no article is of the source 'Meridien Post': the sources are Meridian Post\n"
    assert ragqa("search", QUESTION, "--index", made, "--source", "meridian post")[2] == ""


def test_files_of_other_kinds_are_counted(ragqa, articles, tmp_path):
    for name in ("talks.pdf", "storm.pdf", "notes.docx", "README"):
        (articles / name).write_bytes(b"%PDF")
    status, out, err = ragqa("index", articles, "--index", tmp_path / "index", "--json")
    assert (status, json.loads(out)["added"], len(json.loads(out)["skipped"])) == (0, 2, 4)
    assert err.count("\n") == 1
    assert (
        "4 files passed over (2 .pdf, 1 no suffix, 1 .docx)" in err
        or "4 files passed over (2 .pdf, 1 .docx, 1 no suffix)" in err
    )


def test_an_index_within_the_articles_is_not_read_as_articles(ragqa, articles):
    index = articles / "index"
    assert ragqa("index", articles, "--index", index)[0] == 0
    status, out, err = ragqa("index", articles, "--index", index, "--json")
    assert (status, err, json.loads(out)["unchanged"], json.loads(out)["skipped"]) == (0, "", 2, [])
    status, out, err = ragqa("index", index, "--index", index)
    assert (status, out) == (2, "")
    assert "it is an index of ragqa" in err


def test_the_trace_of_an_error_is_shown_with_debug_wherever_it_stands(ragqa, tmp_path):
    for line in (("--debug", "list", "--index", tmp_path), ("list", "--index", tmp_path, "--debug")):
        status, out, err = ragqa(*line)
        assert (status, out) == (2, "")
        assert err.startswith("Traceback")
        assert "ragqa.errors.IndexMissing" in err
    assert "Traceback" not in ragqa("list", "--index", tmp_path)[2]


def test_a_fault_of_the_program_is_one_line_too(ragqa, made, monkeypatch):
    monkeypatch.setattr("ragqa.index.Index.articles", lambda self: 1 / 0)
    status, out, err = ragqa("list", "--index", made)
    assert (status, out) == (2, "")
    assert err.startswith("ragqa: unexpected ZeroDivisionError: division by zero. Please report it")
    assert len(err.splitlines()) == 1
    assert "Traceback" in ragqa("list", "--index", made, "--debug")[2]


def test_the_index_may_be_named_once_for_all_commands(ragqa, made, monkeypatch):
    monkeypatch.setenv("RAGQA_INDEX", str(made))
    assert ragqa("ask", QUESTION)[1].startswith("95")


def test_colours_are_for_terminals_alone_and_only_where_they_are_wanted(made):
    command = [sys.executable, "-m", "ragqa", "ask", QUESTION, "--index", str(made)]
    plain = {**os.environ, "TERM": "xterm-256color"}
    plain.pop("NO_COLOR", None)
    assert "\x1b" not in subprocess.run(command, capture_output=True, text=True, check=True, env=plain).stdout
    coloured = pexpect.run(shlex.join(command), env=plain, encoding="utf-8", timeout=60)
    assert "\x1b[1;32m95" in coloured
    uncoloured = pexpect.run(shlex.join(command), env={**plain, "NO_COLOR": "1"}, encoding="utf-8", timeout=60)
    assert "95" in uncoloured
    assert not re.search(r"\x1b\[[\d;]*3[0-7]", uncoloured)


def test_the_shell_completes_commands_sources_and_ids(made):
    def completed(line):
        words = line.replace("INDEX", str(made))
        asked = {
            **os.environ,
            "_RAGQA_COMPLETE": "complete_bash",
            "COMP_WORDS": words,
            "COMP_CWORD": str(len(words.split(" ")) - 1),
        }
        return subprocess.run([sys.executable, "-m", "ragqa"], capture_output=True, text=True, env=asked).stdout.split(
            "\n"
        )

    assert completed("ragqa in")[0] == "index"
    assert "Meridian Post" in completed("ragqa ask --index INDEX --source M")
    assert completed("ragqa show --index INDEX val")[0] == "valencia.txt"
    assert completed("ragqa show --index nowhere val")[0] == ""


def test_the_repl_takes_questions_from_a_pipe(ragqa, made):
    asked = f"\ufeff{QUESTION}\n\n{'why ' * 999}\nWho opened the bridge at Skagen?\n".encode() + b"how \xff many\n"
    status, out, _ = ragqa("repl", "--index", made, stdin=asked)
    assert status == 0
    assert [line.split("\t")[0] for line in out.splitlines()] == ["95", "-", "Anna Lindqvist", "-"]
    status, out, _ = ragqa("repl", "--index", made, "--json", "--top-k", 1, "--k", 1, stdin=asked)
    first, second, third, _ = map(json.loads, out.splitlines())
    assert (len(first["answers"]), len(first["hits"]), third["answers"][0]["text"]) == (1, 1, "Anna Lindqvist")
    assert "fewer words" in second["error"]


def test_a_reader_that_has_seen_enough_is_no_error(made, tmp_path):
    (tmp_path / "questions.txt").write_text(f"{QUESTION}\n" * 99, encoding="utf-8")
    for command in (["ask", "--batch", str(tmp_path / "questions.txt")], ["search", QUESTION], ["list", "--json"]):
        full = [sys.executable, "-m", "ragqa", *command, "--index", str(made)]
        process = subprocess.Popen(full, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        process.stdout.close()
        assert (process.wait(), process.stderr.read()) == (0, b"")
        process.stderr.close()


def heed_interrupts():
    """Take Ctrl-C also where the tests run in the background, which ignores it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_ctrl_c_is_said_in_one_line(made):
    full = [sys.executable, "-m", "ragqa", "repl", "--index", str(made)]
    process = subprocess.Popen(
        full,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=heed_interrupts,
    )
    process.stdin.write(f"{QUESTION}\n")
    process.stdin.flush()
    assert process.stdout.readline().startswith("95")
    process.send_signal(signal.SIGINT)
    _, err = process.communicate()
    assert (process.returncode, err) == (130, "ragqa: stopped; what had been committed is kept\n")


def test_json_is_utf8_whatever_the_locale(made):
    environment = {**os.environ, "PYTHONIOENCODING": "cp1252"}
    full = [sys.executable, "-m", "ragqa", "ask", "Кто открыл мост? " + QUESTION, "--index", str(made), "--json"]
    done = subprocess.run(full, capture_output=True, check=True, env=environment)
    assert json.loads(done.stdout.decode("utf-8"))["question"].startswith("Кто открыл мост?")


def test_what_is_complained_about_can_not_steer_the_terminal(ragqa, tmp_path):
    folder = tmp_path / "esc"
    folder.mkdir()
    (folder / "a\x1b]0;owned\x07.txt").write_bytes(b"")
    _, _, err = ragqa("index", folder, "--index", tmp_path / "index")
    assert "owned" in err
    assert not {"\x1b", "\x07"} & set(err)


def test_version(ragqa):
    assert ragqa("--version")[:2] == (0, f"ragqa {__version__}\n")


def test_a_process_that_answers_loads_no_torch(made):
    code = (
        "import sys\nfrom ragqa.cli import main\n"
        f"try:\n main(['ask', {QUESTION!r}, '--index', {str(made)!r}, '--json'])\nexcept SystemExit:\n pass\n"
        "print([name for name in ('torch', 'transformers', 'sentence_transformers', 'langchain_text_splitters') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    answer, loaded = done.stdout.splitlines()
    assert json.loads(answer)["answers"][0]["text"] == "95"
    assert loaded == "[]"


@pytest.fixture
def own(ragqa, tmp_path, articles):
    index = tmp_path / "own"
    assert ragqa("index", articles, "--index", index)[0] == 0
    return index


def ids(ragqa, index):
    return [row["id"] for row in json.loads(ragqa("list", "--index", index, "--json")[1])]


@pytest.mark.parametrize(
    ("limits", "count", "left"),
    [
        (["--source", "meridian post"], 1, ["bridge.txt"]),
        (["--since", "2024-10-30", "--until", "2024-10-30"], 1, ["bridge.txt"]),
        (["--until", "2024-10-29"], 0, ["bridge.txt", "valencia.md"]),
    ],
)
def test_delete_by_source_and_date_counts_first_where_asked(ragqa, own, limits, count, left):
    status, out, _ = ragqa("delete", *limits, "--index", own, "--dry-run", "--json")
    assert (status, json.loads(out)) == (0, {"deleted": 0, "would_delete": count})
    assert ids(ragqa, own) == ["bridge.txt", "valencia.md"]
    assert ragqa("delete", *limits, "--index", own, "--dry-run")[1] == f"{count} would be deleted.\n"
    assert ragqa("delete", *limits, "--index", own)[:2] == (0, f"{count} deleted.\n")
    assert ids(ragqa, own) == left


@pytest.mark.parametrize("arguments", [[], ["bridge.txt", "--source", "Meridian Post"], ["--dry-run"]])
def test_delete_wants_ids_or_limits(ragqa, own, arguments):
    status, _, err = ragqa("delete", *arguments, "--index", own)
    assert status == 2
    assert "give either ids" in err
    assert ids(ragqa, own) == ["bridge.txt", "valencia.md"]


def test_delete_names_the_sources_where_one_is_not_there_and_deletes_nothing(ragqa, own):
    for options in ((), ("--dry-run",)):
        status, out, err = ragqa("delete", "--source", "Nobody", "--source", "Meridian Post", "--index", own, *options)
        assert (status, out) == (2, "")
        assert "no article is of the source 'Nobody': the sources are Meridian Post; nothing was deleted" in err
    assert ids(ragqa, own) == ["bridge.txt", "valencia.md"]


@pytest.mark.parametrize(
    "line",
    [
        ("ask", "How many people died in Valencia?"),
        ("ask", "Who won the World Cup in 1998?"),
        ("search", "bridge"),
        ("timeline", "How many people died in Valencia?"),
        ("show", "bridge.txt"),
    ],
)
@pytest.mark.parametrize("colours", [False, True])
def test_no_line_ends_in_blanks_in_a_pipe(ragqa, made, monkeypatch, line, colours):
    if colours:
        monkeypatch.setenv("FORCE_COLOR", "1")
        monkeypatch.setenv("TERM", "xterm-256color")
    status, out, _ = ragqa(*line, "--index", made)
    assert status == 0
    assert ("\x1b[" in out) == colours
    plain = re.sub(r"\x1b\[[\d;]*m", "", out)
    assert [shown for shown in plain.split("\n") if shown != shown.rstrip(" ")] == []


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (("ask", "--batch", "nowhere.txt"), "can't be read from nowhere.txt: No such file or directory. Give a file"),
        (("verify", "--response", "nowhere.json"), "can't be read from nowhere.json: No such file or directory"),
    ],
)
def test_what_the_operating_system_says_comes_without_its_number(ragqa, made, line, message):
    status, _, err = ragqa(*line, "--index", made)
    assert status == 2
    assert message in err
    assert "Errno" not in err


def test_a_day_that_can_not_be_read_deletes_nothing(ragqa, own):
    status, _, err = ragqa("delete", "--since", "yesterday", "--index", own)
    assert status == 2
    assert "since: expected an ISO 8601 date" in err


def test_duplicates_are_skipped_or_refused(ragqa, own, articles):
    (articles / "bridge.txt").write_text("The bridge at Skagen was closed again.", encoding="utf-8")
    status, out, _ = ragqa("index", articles, "--index", own, "--duplicates", "skip", "--json")
    report = json.loads(out)
    assert (status, report["kept"], report["replaced"], report["unchanged"]) == (0, 1, 0, 1)
    status, _, err = ragqa("index", articles, "--index", own, "--duplicates", "fail")
    assert status == 2
    assert "Article 'bridge.txt' is in the index with other content" in err
    status, _, err = ragqa("index", articles, "--index", own, "--duplicates", "merge")
    assert status == 2
    assert json.loads(ragqa("index", articles, "--index", own, "--json")[1])["replaced"] == 1


def test_the_next_days_dump_of_the_same_ids_replaces_where_asked_and_is_named_where_not(ragqa, tmp_path):
    index = tmp_path / "index"
    for folder, text in (("monday", "The ferry sank."), ("tuesday", "The ferry was raised.")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "wire.jsonl").write_text(json.dumps({"id": "s1", "text": text}), encoding="utf-8")
    assert ragqa("index", tmp_path / "monday", "--index", index)[0] == 0
    status, out, err = ragqa("index", tmp_path / "tuesday", "--index", index)
    assert status == 2
    assert "Index it with --duplicates replace to replace that one" in err
    assert json.loads(ragqa("show", "s1", "--index", index, "--json")[1])["text"] == "The ferry sank."
    status, out, err = ragqa("index", tmp_path / "tuesday", "--index", index, "--duplicates", "replace")
    assert (status, err) == (0, "")
    assert out.startswith("1 replaced.")
    assert json.loads(ragqa("show", "s1", "--index", index, "--json")[1])["text"] == "The ferry was raised."


def test_a_moved_folder_is_indexed_and_synced_as_before(ragqa, own, articles, tmp_path):
    moved = articles.rename(tmp_path / "moved")
    status, out, err = ragqa("index", moved, "--index", own)
    assert (status, err) == (0, "")
    assert out.startswith("2 unchanged.")
    (moved / "bridge.txt").unlink()
    assert ragqa("index", moved, "--index", own, "--sync")[1].startswith("1 unchanged, 1 removed.")


def test_ask_writes_citations_in_a_style(ragqa, made):
    status, out, _ = ragqa("ask", QUESTION, "--index", made, "--cite", "apa")
    assert (status, out.strip()) == (0, "Flood. (2024, October 30). Meridian Post.")
    status, out, _ = ragqa("ask", QUESTION, "--index", made, "--cite", "bibtex")
    assert out.startswith("@misc{meridianpost2024-")
    status, out, _ = ragqa("ask", "Who won the football World Cup in 1998?", "--index", made, "--cite", "mla")
    assert (status, out.startswith("Not in these articles")) == (0, True)


def test_a_style_goes_with_one_question_and_no_json(ragqa, made):
    assert ragqa("ask", QUESTION, "--index", made, "--cite", "apa", "--json")[0] == 2
    assert ragqa("ask", "--batch", "-", "--index", made, "--cite", "apa")[0] == 2
    assert ragqa("ask", QUESTION, "--index", made, "--cite", "ieee")[0] == 2


def test_timeline_as_table_json_and_picture(ragqa, made, tmp_path):
    pytest.importorskip("matplotlib")
    status, out, _ = ragqa("timeline", QUESTION, "--index", made)
    assert status == 0
    assert "2024-10-30" in out
    status, out, err = ragqa("timeline", QUESTION, "--index", made, "--json", "--picture", tmp_path / "toll.png")
    found = json.loads(out)
    assert set(found) == {"question", "entries", "undated"}
    assert set(found["entries"][0]) == {"published_at", "text", "confidence", "changed", "direction", "citation"}
    assert (status, (tmp_path / "toll.png").stat().st_size > 0) == (0, True)
    assert "1 of 1 answers have a figure" in err
    status, out, _ = ragqa("timeline", QUESTION, "--index", made, "--since", "2025-01-01")
    assert (status, out.strip()) == (0, "No dated article holds an answer.")
