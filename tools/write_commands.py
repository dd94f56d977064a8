"""Write docs/commands.md from the commands themselves, so that it says what ``--help`` says.

.venv/bin/python tools/write_commands.py docs/commands.md
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from typer.main import get_command

from ragqa.cli.app import app
from ragqa.cli.help import example_lines
from ragqa.repl.commands import COMMANDS

HEAD = """# Commands

Written by `tools/write_commands.py` from the commands themselves; `ragqa COMMAND --help` says the same.

`-i` names the folder of the index; `export RAGQA_INDEX=indexes/mine` names it once for all commands. What a command finds goes to
standard output, as JSON with `--json`; progress and complaints go to standard error, a line each. Colours are for terminals alone,
and `NO_COLOR=1` turns them off. `ragqa --install-completion` has the shell complete commands, options, sources and ids.

| exit status | |
| --- | --- |
| 0 | done; an abstention is an answer |
| 1 | a gate or a check failed |
| 2 | wrong use, or input that can't be read; what can be read is done before |
| 130 | stopped by Ctrl-C; what had been committed is kept |

`--debug`, anywhere on the line, shows the trace of an error and what the library logs.
"""

TYPED = """## What can be typed in `ragqa repl`

A question, or one of these. In a pipe they work too: what they show is written, what they set is not.
History is kept in `~/.local/state/ragqa/history`, for the user alone; `RAGQA_HISTORY=FILE` keeps it elsewhere, `RAGQA_HISTORY=` not
at all. Long articles open in `$PAGER`, or in `less`.

| | |
| --- | --- |
"""


def page() -> str:
    """Return the whole of docs/commands.md."""
    sections = [HEAD, *sections_of(get_command(app), "ragqa")]
    typed = "".join(f"| `{_cell(f'{one.name} {one.takes}'.strip())}` | {_cell(one.does)} |\n" for one in COMMANDS)
    return "\n".join([*sections, TYPED + typed])


def sections_of(group: Any, path: str) -> Iterator[str]:
    """Yield a section for each command of a group; typer keeps click's classes to itself, hence no types."""
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from sections_of(command, f"{path} {name}")
        else:
            yield section(command, f"{path} {name}")


def section(command: Any, path: str) -> str:
    """Return what docs/commands.md says of one command."""
    shown = [param for param in command.params if not param.hidden and param.name != "help"]
    arguments = [param for param in shown if param.param_type_name == "argument"]
    options = [param for param in shown if param.param_type_name == "option"]
    usage = " ".join([path, *(_metavar(argument) for argument in arguments), "[OPTIONS]"])
    rows = [f"| `{_cell(_metavar(argument))}` | {_cell(argument.help)} |" for argument in arguments]
    rows += [f"| `{'`, `'.join(option.opts)}` | {_cell(_about(option))} |" for option in options]
    parts = [f"## {path}", f"    {usage}", command.help, "\n".join(["| | |", "| --- | --- |", *rows])]
    parts.append("\n".join(f"    {line}" for line in example_lines(command.epilog)))
    return "\n\n".join(parts) + "\n"


def _metavar(argument: Any) -> str:
    name = argument.metavar or argument.name.upper() + ("..." if argument.nargs != 1 else "")
    return name if argument.required else f"[{name}]"


def _about(option: Any) -> str:
    about = option.help
    if option.required:
        about += " Required."
    elif option.default not in (None, False) and option.show_default:
        about += f" Default: {option.default}."
    return about


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(page(), encoding="utf-8")
