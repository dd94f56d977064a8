"""Seven thousand passages with the real models: a progress bar, a kill half-way, a batch of questions."""

import json
import os
import pty
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path

import pytest

from ragqa import Article, Index, IndexMissing, Splitter, load_articles, load_embedder

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]

ARTICLES = 2_400
TOWNS = ["Aldwick", "Brevik", "Carrow", "Dunmore", "Eskdale", "Fjellby", "Garrow", "Holmen"]


def article(number: int) -> dict[str, str]:
    """A report of some 400 tokens about the works on one bridge, unlike any other."""
    town = f"{TOWNS[number % len(TOWNS)]} {number}"
    paragraphs = [
        f"The council of {town} said on Monday that it will spend {number + 100} million crowns on a new bridge.",
        *(
            f"In week {week} the builders set {number * 7 + week} rivets and used {week * 13 + number} tonnes of steel, while "
            f"ferry number {week} went on carrying the people of {town} across the water."
            for week in range(1, 11)
        ),
        f"The bridge of {town} was opened by Mayor Anna Lindqvist-{number}.",
    ]
    return {"id": f"bridge-{number}", "title": f"Bridge of {town}", "text": "\n\n".join(paragraphs)}


@pytest.fixture(scope="module")
def rows(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("size") / "bridges.jsonl"
    path.write_text("".join(json.dumps(article(number)) + "\n" for number in range(ARTICLES)), encoding="utf-8")
    return path


def start_on_a_terminal(*arguments: str) -> tuple[subprocess.Popen, list[bytes]]:
    """Run a command with a terminal for its standard error; return it and what the terminal shows, as it grows."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen([sys.executable, "-m", "ragqa", *arguments], stderr=theirs, stdout=subprocess.PIPE)
    os.close(theirs)
    shown: list[bytes] = []

    def read() -> None:
        try:
            while data := os.read(ours, 4096):
                shown.append(data)
        except OSError:  # how a terminal says that nobody writes to it any more
            pass
        finally:
            os.close(ours)

    threading.Thread(target=read, daemon=True).start()
    return process, shown


def passages_of(folder: Path) -> Counter[str]:
    try:
        with Index.open(folder) as index:
            return Counter({row.id: row.passages for row in index.articles()})
    except IndexMissing:  # it is just being made
        return Counter()


def test_killed_half_way_resumed_and_asked(rows, tmp_path):
    embedder = load_embedder()
    splitter = Splitter(embedder.count_tokens)
    expected = {one.id: len(splitter.split(one)) for one in load_articles(rows).articles}
    assert sum(expected.values()) >= 7_000

    folder = tmp_path / "index"
    process, _ = start_on_a_terminal("index", str(rows), "--index", str(folder))
    try:
        deadline = time.monotonic() + 600
        while time.monotonic() < deadline and process.poll() is None and sum(passages_of(folder).values()) < 2_000:
            time.sleep(0.2)
    finally:
        process.send_signal(signal.SIGKILL)
        process.communicate()
    half = passages_of(folder)
    assert 2_000 <= sum(half.values()) < 7_000
    assert all(expected[article_id] == passages for article_id, passages in half.items())

    process, shown = start_on_a_terminal("index", str(rows), "--index", str(folder), "--json")
    out, _ = process.communicate()
    report = json.loads(out)
    assert process.returncode == 0
    assert (report["unchanged"], report["added"]) == (len(half), ARTICLES - len(half))
    assert passages_of(folder) == expected
    bar = b"".join(shown).decode()
    assert "Embedding passages" in bar
    assert "/s" in bar

    questions = tmp_path / "questions.txt"
    asked = range(0, ARTICLES, ARTICLES // 100)
    questions.write_text(
        "".join(f"Who opened the bridge of {TOWNS[number % len(TOWNS)]} {number}?\n" for number in asked),
        encoding="utf-8",
    )
    batch = [sys.executable, "-m", "ragqa", "ask", "--batch", str(questions), "--index", str(folder), "--json"]
    done = subprocess.run(batch, capture_output=True, text=True, check=True)
    responses = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(responses) == 100
    right = sum(
        bool(response["answers"]) and f"Lindqvist-{number}" in response["answers"][0]["text"]
        for number, response in zip(asked, responses, strict=True)
    )
    assert right >= 80


def test_an_article_of_five_million_characters_is_refused_and_a_long_one_is_indexed(tmp_path):
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "huge.txt").write_bytes(b"word " * 10_000_000)
    long = Article(**article(1)).text * 100
    (folder / "long.txt").write_text(long, encoding="utf-8")
    command = [sys.executable, "-m", "ragqa", "index", str(folder), "--index", str(tmp_path / "index")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "huge.txt" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert set(passages_of(tmp_path / "index")) == {"long.txt"}
