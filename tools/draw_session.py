"""Draw the terminal session of the README as an SVG, from the answers that ragqa really gives.

.venv/bin/python tools/draw_session.py docs/session.svg
"""

from __future__ import annotations

import io
import re
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.text import Text

from ragqa import Pipeline
from ragqa.view import response_view

ARTICLES = Path(__file__).parent.parent / "examples" / "articles"
QUESTIONS = (
    "How many people had been wounded in Gaza by October 2024?",
    "How many Windows devices were affected by the CrowdStrike update?",
    "Who won the football World Cup in 1998?",
)


def main(out: Path) -> None:
    """Ask the example articles and save the picture."""
    console = Console(record=True, width=110, file=io.StringIO(), force_terminal=True)
    with tempfile.TemporaryDirectory() as folder, Pipeline.open(folder) as qa:
        qa.add(ARTICLES)
        for question in QUESTIONS:
            console.print(
                Text.assemble(
                    ("$ ragqa ask ", "dim"), (f'"{question}"', "bold"), (" --index indexes/demo --top-k 1", "dim")
                )
            )
            console.print()
            console.print(response_view(qa.ask(question, top_k=1)))
    # Without the fonts that rich would have a browser fetch from elsewhere.
    svg = re.sub(r"@font-face \{.*?\}\s*", "", console.export_svg(title="ragqa"), flags=re.DOTALL)
    out.write_text(svg, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
