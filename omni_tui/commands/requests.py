"""`omni-tui requests`: the requests of the last run, as lines or as a HAR file. No server is asked."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from omni_tui.commands.shared.argparse_ext import Parser
from omni_tui.commands.shared.console import Console, keep_logs_off_the_terminal
from omni_tui.commands.shared.stdout_lines import print_lines
from omni_tui.errors import OmniTuiError

PROGRAM = "omni-tui requests"
_DESCRIPTION = "Show the requests of the last run: of the screens, or of a command that asked the server."
_EPILOG = """\
For a bug report: no secret is in it, and nothing of the exported files. Names of dashboards,
filters and users are. A HAR file opens in a browser's developer tools (Network, import).
With --har, the file's path is printed. A file that exists is never replaced.

To see the requests while a command runs, use its --verbose or --log-file.
"""


def run_requests(typed: Sequence[str]) -> int:
    """Print or export them; return the exit status. Raises OmniTuiError."""
    keep_logs_off_the_terminal()
    arguments = build_parser().parse_args(typed)
    from omni_tui.support.kept_requests import last_run, requests_folder
    from omni_tui.support.request_lines import request_line

    console = Console(PROGRAM)
    try:
        exchanges = last_run()
    except OSError as error:
        message = f"The requests in {requests_folder()} can't be read: {error.strerror}."
        raise OmniTuiError(message) from None
    if not exchanges:
        raise OmniTuiError("No requests are kept.", "Run a command that asks the server first.")
    if arguments.har is None:
        return print_lines((request_line(each, has_date=True) for each in exchanges), console)
    from omni_tui.support.har_file import write_har

    write_har(arguments.har, exchanges)
    return print_lines([str(arguments.har)], console)


def build_parser() -> argparse.ArgumentParser:
    """Return the parser."""
    parser = Parser(PROGRAM, description=_DESCRIPTION, epilog=_EPILOG)
    help_text = "Save them in this new HAR file."
    parser.add_argument("--har", type=Path, metavar="FILE", help=help_text)
    return parser
