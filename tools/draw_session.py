"""Draw the terminal session of the README as an SVG, from the answers that ragqa really gives, and beside it a timeline.

.venv/bin/python tools/draw_session.py docs/session.svg

The seconds in it are those of this machine now: let nothing else run.
"""

from __future__ import annotations

import io
import re
import sys
import tempfile
from pathlib import Path

from rich.console import Console, RenderableType
from rich.text import Text

from ragqa import Pipeline
from ragqa.repl import Limits, Session
from ragqa.repl.commands import obey
from ragqa.timeline_picture import draw_timeline
from ragqa.view import nearest_article, response_view

ARTICLES = Path(__file__).parent.parent / "examples" / "articles"
TYPED = (
    "How many people had been wounded in Gaza by October 2024?",
    "How many Windows devices were affected by the CrowdStrike update?",
    "Who won the football World Cup in 1998?",
)
TOLL = "How many people did the Lahaina fire kill?"
WHY = 8  # lines of /why that are shown


def main(out: Path) -> None:
    """Ask the example articles and save the pictures."""
    console = Console(record=True, width=110, file=io.StringIO(), force_terminal=True, markup=False, highlight=False)
    with tempfile.TemporaryDirectory() as folder, Pipeline.open(folder) as qa:
        qa.add(ARTICLES)
        session = Session(qa, Limits(top_k=1))
        console.print(Text.assemble(("$ ", "dim"), ("ragqa repl -i indexes/demo --top-k 1", "bold")))
        for question in TYPED:
            _type(console, question)
            response = session.ask(question)
            console.print(response_view(response, nearest=nearest_article(response, qa.index)))
            if question == TYPED[1]:
                _type(console, "/why")
                _print_top(console, obey(session, "/why"))
        draw_timeline(qa.timeline(TOLL, until="2023-12-31"), out.with_name("timeline.svg"))
    # Without the fonts that rich would have a browser fetch from elsewhere.
    svg = re.sub(r"@font-face \{.*?\}\s*", "", console.export_svg(title="ragqa"), flags=re.DOTALL)
    out.write_text(svg, encoding="utf-8")


def _type(console: Console, line: str) -> None:
    console.print(Text.assemble(("? ", "bold cyan"), (line, "bold")))


def _print_top(console: Console, what: RenderableType) -> None:
    lines = console.render_lines(what, pad=False)
    for line in lines[:WHY]:
        console.print(Text.assemble(*((piece.text, piece.style or "") for piece in line)))
    console.print("…\n", style="dim")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
