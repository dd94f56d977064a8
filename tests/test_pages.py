"""What stands in the pages of docs/ can be typed, and prints what stands there."""

import importlib.util
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SPEC = importlib.util.spec_from_file_location("run_pages", ROOT / "tools" / "run_pages.py")
run_pages = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(run_pages)

PAGE = """# A page

```text title="news/bridge.txt"
The bridge was opened by Anna Lindqvist.
```

```console
$ grep -c Lindqvist news/bridge.txt
1
$ printf '%s\\n' \\
>   "8.5 million   likely right, 78 %"
8.5 million   likely right, 84 %
```

```python
print("read in 41 ms")
```

```text
read in 52 ms
```
"""


@pytest.mark.slow
@pytest.mark.parametrize("page", run_pages.pages(), ids=lambda page: page.stem)
def test_a_page_says_what_is_printed(page):
    assert run_pages.run(page, check=True) == []


def test_the_tutorial_and_all_how_tos_have_something_to_run():
    names = {path.stem for path in run_pages.pages()}
    assert {"tutorial", *(path.stem for path in (ROOT / "docs" / "how-to").glob("*.md"))} <= names


def test_figures_that_differ_from_machine_to_machine_are_no_difference(tmp_path):
    page = tmp_path / "page.md"
    page.write_text(PAGE, encoding="utf-8")
    assert run_pages.run(page, check=True) == []


def test_another_answer_is_a_difference_until_the_page_is_written_anew(tmp_path):
    page = tmp_path / "page.md"
    page.write_text(PAGE.replace("\n1\n", "\n2\n"), encoding="utf-8")
    told = run_pages.run(page, check=True)
    assert [line for line in told if line[0] in "+-" and line[1] not in "+-"] == ["-2", "+1"]
    assert run_pages.run(page, check=False) == []
    written = page.read_text(encoding="utf-8")
    assert "\n1\n" in written
    assert "likely right, 78 %\n```" in written
    assert "```text\nread in 41 ms\n```" in written


def test_a_command_that_fails_is_an_error(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("```console\n$ ls nowhere\n```\n", encoding="utf-8")
    with pytest.raises(SystemExit, match="nowhere"):
        run_pages.run(page, check=True)
