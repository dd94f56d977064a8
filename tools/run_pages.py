"""Run what stands in the pages of docs/, and write down what it really prints.

    .venv/bin/python tools/run_pages.py             write the outputs of all pages anew, or of those that are named
    .venv/bin/python tools/run_pages.py --check     exit status 1 where a page says something else

In a block of ``console`` lines after ``$`` are commands (``>`` goes on with one), and what stands below them is their output. A
block with ``title="FILE"`` is that file. A block of ``python`` is run, and a block of ``text`` right behind it is what it prints.
The blocks of a page share a folder of their own, in which ``examples`` lies as in the repository. Checks don't look at figures that
differ from machine to machine: percentages, scores and times.
"""

from __future__ import annotations

import argparse
import difflib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_BLOCK = re.compile(
    r'^```(?P<language>\w+)(?: title="(?P<title>[^"]+)")?\n(?P<body>.*?)^```$', re.MULTILINE | re.DOTALL
)
_PRINTED = re.compile(r"\n\n```text\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
_VARIES = re.compile(
    r"(?:(?:very )?(?:likely right|doubtful)|more likely right than not), (?:over |under )?\d+ %"  # a confidence
    r"|[-+]?\d+(?:\.\d+)? ?%|[-+]?\d[\d,]*\.\d{2,}|[\d.,]+ (?:ms|s\b)|\(-?[\d.]+ to -?[\d.]+\)"
)


def main(arguments: list[str] | None = None) -> None:
    """Run the pages, one after another."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pages", nargs="*", type=Path, help="default: all that have something to run")
    parser.add_argument("--check", action="store_true", help="compare, and change nothing")
    options = parser.parse_args(arguments)
    told = [line for page in options.pages or pages() for line in run(page, check=options.check)]
    if told:
        sys.exit("\n".join([*told, "", "If the page is what is out of date, `make shown` writes it anew."]))


def pages() -> list[Path]:
    """Return the pages of docs/ in which there is something to run."""
    found = sorted(path for path in (ROOT / "docs").rglob("*.md") if "adr" not in path.parts)
    return [
        path for path in found if re.search(r"^```(?:console|python)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    ]


def run(page: Path, *, check: bool) -> list[str]:
    """Run a page and write it, or with ``check`` return how it differs from what was printed, as a diff."""
    before = page.read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copytree(ROOT / "examples", folder / "examples")
        after = "".join(_run_blocks(before, folder))
    if not check:
        page.write_text(after, encoding="utf-8")
        return []
    sides = [[_steady(line) for line in text.splitlines()] for text in (before, after)]
    return list(difflib.unified_diff(*sides, str(page), "what is printed", lineterm="", n=1))


def _run_blocks(text: str, folder: Path) -> Iterator[str]:
    """Yield the page in pieces, with the outputs that its blocks have now."""
    at = 0
    for block in _BLOCK.finditer(text):
        if block.start() < at:  # the output of the block before
            continue
        yield text[at : block.start("body")]
        at = block.start("body")
        body = block["body"]
        if block["title"]:
            path = folder / block["title"]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(body, encoding="utf-8")
        elif block["language"] == "console":
            yield "".join(_run_console(body, folder))
            at = block.end("body")
        elif block["language"] == "python":
            printed = _shell([sys.executable, "-c", body], folder)
            if shown := _PRINTED.match(text, block.end()):
                yield text[at : shown.start("body")] + printed
                at = shown.end("body")
    yield text[at:]


def _run_console(body: str, folder: Path) -> Iterator[str]:
    """Yield each command as it was typed, and what it prints."""
    for typed in re.findall(r"^\$ .*\n(?:> .*\n)*", body, re.MULTILINE):
        yield typed
        yield _shell(["bash", "-c", re.sub(r"^[$>] ", "", typed, flags=re.MULTILINE)], folder)


def _shell(command: list[str], folder: Path) -> str:
    """Return what a command prints to either stream, without spaces at the ends of lines.

    Raises:
        SystemExit: it failed.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith("RAGQA_") and name != "COLUMNS"}
    environment = {
        **kept,
        "HOME": str(folder / "home"),
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "PYTHONPATH": str(ROOT),
        "RAGQA_CACHE": str(Path(tempfile.gettempdir()) / "ragqa-pages"),  # converted models, for all pages together
    }
    done = subprocess.run(
        command, cwd=folder, env=environment, text=True, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    if done.returncode:
        sys.exit(f"{command[-1]}\n{done.stdout}exit status {done.returncode}")
    lines = [line.rstrip() for line in done.stdout.splitlines()]
    while lines and not lines[-1]:
        lines.pop()
    return "".join(f"{line}\n" for line in lines)


def _steady(line: str) -> str:
    return re.sub(r"\s+", " ", _VARIES.sub("#", line))


if __name__ == "__main__":
    main()
