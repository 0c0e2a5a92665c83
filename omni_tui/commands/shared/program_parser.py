"""The parser of `omni-tui` without a command, which opens the screens."""

from __future__ import annotations

from omni_tui import __version__
from omni_tui.commands.registry import summary_lines
from omni_tui.commands.shared.argparse_ext import Parser, add_connection_flags
from omni_tui.commands.shared.log_flags import add_log_flags

_MORE_HELP = "See omni-tui COMMAND --help for a command's flags, and omni-tui help for more topics."
_DESCRIPTION = "Export Omni dashboards to files. Without a command, open the TUI."


def build_parser() -> Parser:
    """Return the parser; its help lists all commands."""
    parser = Parser(
        "omni-tui",
        description=_DESCRIPTION,
        epilog="\n".join(["commands:", *(f"  {line}" for line in summary_lines()), "", _MORE_HELP]),
    )
    help_text = "Open a dashboard by its ID or URL; search for other words."
    parser.add_argument("words", nargs="*", metavar="DASHBOARD|WORDS", help=help_text)
    version = f"omni-tui {__version__}"
    parser.add_argument("--version", action="version", version=version, help="Show the version.")
    add_connection_flags(parser)
    add_log_flags(parser, has_verbose=False)
    return parser
