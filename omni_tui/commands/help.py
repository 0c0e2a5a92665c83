"""`omni-tui help [TOPIC]`: show a help topic, or a command's help by its name."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from omni_tui.commands.registry import COMMANDS, run_command, summary_lines
from omni_tui.commands.shared.argparse_ext import Parser
from omni_tui.commands.shared.exit_codes import UsageError
from omni_tui.formatting import plain_line
from omni_tui.help.topic import all_topics, closest_name, find_topic

if TYPE_CHECKING:
    from omni_tui.help.layout import Line

# The width of text; longer lines are hard to read.
_MAX_COLUMNS = 90
_EPILOG = "Topics are shown with $PAGER on a terminal, and as plain text elsewhere."


def run_help(typed: list[str]) -> int:
    """Show a topic, a command's help, or the list of both, and return the exit code. Raises UsageError."""
    from omni_tui.commands.shared.pager import show_text
    from omni_tui.help.layout import lay_out

    name = build_parser().parse_args(typed).topic
    if name is None:
        show_text(lambda is_styled: _overview())
        return 0
    topic = find_topic(name)
    if topic is not None:
        columns = min(shutil.get_terminal_size().columns, _MAX_COLUMNS)
        text = topic.markdown()
        show_text(lambda is_styled: lay_out(text, columns, marks_code=not is_styled))
        return 0
    if name in COMMANDS:
        return run_command(name, ["--help"])
    names = [*(topic.name for topic in all_topics()), *COMMANDS]
    close = closest_name(name, names)
    advice = f"Did you mean {close}?" if close else "See omni-tui help for all topics."
    raise UsageError(f"No help topic is named {plain_line(name)!r}.", advice)


def build_parser() -> Parser:
    """Return the parser."""
    parser = Parser("omni-tui help", description="Show a help topic or a command's help.", epilog=_EPILOG)
    parser.add_argument("topic", nargs="?", metavar="TOPIC", help="A topic or a command. Default: list them.")
    return parser


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
