"""What the documents say of the project: links and paths that are there, code that runs."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
DOCUMENTS = sorted(
    [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), ROOT / "examples/README.md", ROOT / "indexes/README.md"]
)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(document):
    for target in re.findall(r"\]\(([^)#]+)\)", document.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (document.parent / target).exists(), f"{document.name} links to {target}"


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_files_of_the_project_that_are_named_exist(document):
    text = document.read_text(encoding="utf-8")
    named = re.findall(r"`((?:ragqa|eval|tests|tools|examples|docs)/[\w./-]+)`", text) + re.findall(
        r"(docs/adr/\d{4})", text
    )
    for name in named:
        assert list(ROOT.glob(f"{name}*")), f"{document.name} names {name}"


def test_the_line_that_picks_the_span_is_where_architecture_says():
    (number,) = re.findall(r"\(ragqa/spans\.py#L(\d+)\)", (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8"))
    line = (ROOT / "ragqa" / "spans.py").read_text(encoding="utf-8").splitlines()[int(number) - 1]
    assert "scores.argmax()" in line, f"ARCHITECTURE.md leads to {line.strip()!r}"


def test_the_python_of_the_readme_runs(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(ROOT)
    (code,) = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    exec(code.replace("indexes/demo", str(tmp_path / "index")), {})
    assert capsys.readouterr().out.startswith("8.5 million ")
