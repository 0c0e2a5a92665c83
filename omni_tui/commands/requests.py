"""`omni-tui requests`: print the last run's requests, or save a HAR file, without contacting the server."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from omni_tui.commands.shared.argparse_ext import Parser
from omni_tui.commands.shared.stdout_lines import print_lines
from omni_tui.errors import OmniTuiError

PROGRAM = "omni-tui requests"
_DESCRIPTION = "Show the requests of the last run: of the TUI, or of a command that contacted the server."
_EPILOG = """\
For bug reports. The output contains no secrets and no exported data, but it does contain the
names of dashboards, filters and users. A HAR file opens in a browser's developer tools (Network, import).
With --har, the file's path is printed. An existing file is never replaced.

To see the requests while a command runs, use its --verbose or --log-file.
"""


def run_requests(typed: Sequence[str]) -> int:
    """Print or save the requests and return the exit code. Raises OmniTuiError."""
    arguments = build_parser().parse_args(typed)
    from omni_tui.support.kept_requests import last_run, requests_folder
    from omni_tui.support.request_lines import request_line

    try:
        exchanges = last_run()
    except OSError as error:
        message = f"The requests in {requests_folder()} can't be read: {error.strerror}."
        raise OmniTuiError(message) from None
    if not exchanges:
        raise OmniTuiError("No requests are stored.", "First run a command that contacts the server.")
    if arguments.har is None:
        return print_lines(request_line(each, has_date=True) for each in exchanges)
    from omni_tui.support.har_file import write_har

    write_har(arguments.har, exchanges)
    return print_lines([str(arguments.har)])


def build_parser() -> argparse.ArgumentParser:
    """Return the parser."""
    parser = Parser(PROGRAM, description=_DESCRIPTION, epilog=_EPILOG)
    help_text = "Save the requests to this new HAR file."
    parser.add_argument("--har", type=Path, metavar="FILE", help=help_text)
    return parser
