"""`omni-tui help [TOPIC]`: show a help topic, or a command's help by its name."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import PurePath
from typing import TYPE_CHECKING

from omni_tui.commands.registry import COMMANDS, run_command, summary_lines
from omni_tui.commands.shared.argparse_ext import Parser
from omni_tui.commands.shared.console import has_colors
from omni_tui.commands.shared.exit_codes import UsageError
from omni_tui.commands.shared.pager import page, pager_command
from omni_tui.commands.shared.stdout_lines import write_lines
from omni_tui.formatting import plain_line
from omni_tui.help.topic import all_topics, find_topic
from omni_tui.suggestions import did_you_mean

if TYPE_CHECKING:
    from omni_tui.help.markdown_layout import Line, Style

PROGRAM = "omni-tui help"
# The width of text; longer lines are hard to read.
_MAX_COLUMNS = 90
# Options that make less show styles, and exit if the text fits; git and gh set the same.
_LESS_OPTIONS = "FRX"
_SGR: Mapping[Style, str] = {"heading": "1", "strong": "1", "code": "36", "muted": "2"}
_EPILOG = "Topics are shown with $PAGER on a terminal, and as plain text elsewhere."


def run_help(typed: list[str]) -> int:
    """Show a topic, a command's help, or the list of both, and return the exit code. Raises UsageError."""
    from omni_tui.help.markdown_layout import lay_out

    name = build_parser().parse_args(typed).topic
    if name is None:
        _show(lambda is_styled: _overview())
        return 0
    topic = find_topic(name)
    if topic is not None:
        columns = min(shutil.get_terminal_size().columns, _MAX_COLUMNS)
        text = topic.markdown()
        _show(lambda is_styled: lay_out(text, columns, marks_code=not is_styled))
        return 0
    if name in COMMANDS:
        return run_command(name, ["--help"])
    names = [*(topic.name for topic in all_topics()), *COMMANDS]
    advice = did_you_mean(name, names, "See omni-tui help for all topics.")
    raise UsageError(f"No help topic is named {plain_line(name)!r}.", advice)


def build_parser() -> Parser:
    """Return the parser."""
    parser = Parser(PROGRAM, description="Show a help topic or a command's help.", epilog=_EPILOG)
    parser.add_argument("topic", nargs="?", metavar="TOPIC", help="A topic or a command. Default: list them.")
    return parser


def _show(lay_out: Callable[[bool], Sequence[Line]]) -> None:
    """Print lines, through the pager on a terminal. `lay_out` takes whether their styles will be visible."""
    command = pager_command()
    is_styled = has_colors() and (not command or PurePath(command[0]).name == "less")
    lines = [_text(line, is_styled) for line in lay_out(is_styled)]
    if not (command and page(command, lines, PROGRAM, _LESS_OPTIONS)):
        write_lines(lines)


def _text(line: Line, is_styled: bool) -> str:
    return "".join(
        f"\x1b[{_SGR[style]}m{text}\x1b[0m" if style and is_styled else text for text, style in line
    )


def _overview() -> list[Line]:
    """List all commands and topics, one per line."""
    topics = all_topics()
    width = max(len(each) for each in (*COMMANDS, *(topic.name for topic in topics)))
    what = "omni-tui help TOPIC shows a topic, omni-tui COMMAND --help a command's flags."
    lines: list[Line] = [[(what, "")], [], [("Commands", "heading")]]
    for line in summary_lines(width):
        lines.append([(f"  {line}", "")])
    lines += [[], [("Topics", "heading")]]
    for topic in topics:
        lines.append([(f"  {topic.name:<{width}}  {topic.title}", "")])
    return lines
