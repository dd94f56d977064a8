"""What mkdocs does beside its configuration: lists of pages that write themselves, and pages that lie outside docs/.

a folder in the navigation     stands for its pages, in the order of their names
adr/index.md                   the list of the decisions
OUTSIDE                        documents of the repository that are pages of the site too
links                          to one of these pages lead there; to other files of the repository they become plain text
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
OUTSIDE = (
    "ARCHITECTURE.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "eval/README.md",
    "examples/README.md",
    "indexes/README.md",
)

_LINK = re.compile(r"(?<!!)\[(?P<text>[^\]]*)\]\((?P<target>[^)#\s]+)(?P<anchor>#[^)\s]*)?\)")
_DECISION = re.compile(r"(?<!\]\()(?<![\w/\[])`?docs/adr/(?P<number>\d{4})`?")


def on_config(config: Any) -> Any:
    """Put the pages of a folder into the navigation in its place."""
    config.nav = [_expanded(entry) for entry in config.nav]
    return config


def on_files(files: Files, config: Any) -> Files:
    """Add the documents outside docs/, and the list of the decisions."""
    for name in OUTSIDE:
        files.append(File(name, str(ROOT), config.site_dir, config.use_directory_urls))
    lines = [f"- [{_title(path)}]({path.name})" for path in _decisions()]
    text = "\n".join(
        ["# Decisions", "", "Why it is as it is: a page a decision, with what spoke against it.", "", *lines, ""]
    )
    files.append(File.generated(config, "adr/index.md", content=text))
    return files


def on_page_markdown(markdown: str, page: Page, **_known: Any) -> str:
    """Let links lead to pages of the site, as they lead to files in the repository."""
    source = page.file.abs_src_path
    if source is None:
        return markdown
    here = Path(source).resolve().parent

    def to_page(found: re.Match[str]) -> str:
        target = found["target"]
        if "://" in target or target.startswith("mailto:"):
            return found[0]
        uri = _uri((here / target).resolve())
        if uri is None:
            return found["text"]
        return f"[{found['text']}]({_relative(uri, page)}{found['anchor'] or ''})"

    def to_decision(found: re.Match[str]) -> str:
        pages = [path for path in _decisions() if path.name.startswith(found["number"])]
        if len(pages) != 1 or pages[0] == Path(source):
            return found[0]
        return f"[decision {int(found['number'])}]({_relative(f'adr/{pages[0].name}', page)})"

    return _DECISION.sub(to_decision, _LINK.sub(to_page, markdown))


def on_page_content(html: str, **_known: Any) -> str:
    """Show source code, where a page asks for it, without a click."""
    return html.replace('<details class="mkdocstrings-source">', '<details class="mkdocstrings-source" open>')


def _expanded(entry: Any) -> Any:
    """Return an entry of the navigation in which a folder is a list of its pages."""
    if isinstance(entry, dict):
        return {title: _expanded(value) for title, value in entry.items()}
    if isinstance(entry, list):
        return [_expanded(value) for value in entry]
    if entry.endswith("/"):
        return [f"{entry}index.md", *(f"{entry}{path.name}" for path in sorted((DOCS / entry).glob("*.md")))]
    return entry


def _uri(path: Path) -> str | None:
    """Return what the site calls a file of the repository, None where it is no page of the site."""
    if path == DOCS / "adr":
        return "adr/index.md"
    if path.is_relative_to(DOCS):
        return path.relative_to(DOCS).as_posix() if path.is_file() else None
    name = path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else ""
    return "index.md" if name == "README.md" else name if name in OUTSIDE else None


def _relative(uri: str, page: Page) -> str:
    return os.path.relpath(uri, os.path.dirname(page.file.src_uri) or ".").replace(os.sep, "/")  # noqa: PTH120


def _decisions() -> list[Path]:
    return sorted((DOCS / "adr").glob("[0-9]*.md"))


def _title(path: Path) -> str:
    return path.read_text(encoding="utf-8").split("\n", 1)[0].removeprefix("# ")
