"""`omni-tui demo-server`: run the demo server in the foreground."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from omni_tui.commands.shared.argparse_ext import Parser, positive_number, whole_number
from omni_tui.demo.faults.modes import FileFault, Situation
from omni_tui.demo.versions import ServerVersion


def run_demo_server_command(typed: list[str]) -> int:
    """Serve the demo until Ctrl+C; return the exit code. Raises UsageError, and MissingExtra."""
    arguments = build_parser().parse_args(typed)
    from omni_tui.demo.server import DemoServer, run_demo_server

    server = DemoServer(
        arguments.host,
        arguments.port,
        version=arguments.server_version,
        speed=arguments.speed,
        strict=arguments.strict,
        dashboards=arguments.dashboards,
    )
    server.demo.situation = Situation(arguments.situation)
    server.demo.file_fault = FileFault(arguments.mischief)
    return run_demo_server(server)


def build_parser() -> Parser:
    """Return the parser."""
    description = "Run a local demo server with sample dashboards. Press Ctrl+C to stop it."
    parser = Parser("omni-tui demo-server", description=description)
    help_text = "The port to listen on. Default: a free one."
    parser.add_argument("--port", type=_between(0, 65_535), default=0, metavar="N", help=help_text)
    help_text = "The address to listen on. Default: %(default)s, which accepts only this machine."
    parser.add_argument("--host", default="127.0.0.1", metavar="HOST", help=help_text)
    help_text = "Render this many times faster than a real server; 1 takes 1 to 6 seconds per file."
    parser.add_argument("--speed", type=positive_number, default=1.0, metavar="X", help=help_text)
    help_text = "Also reject what only some servers reject, such as expanded tables on fit_page."
    parser.add_argument("--strict", action="store_true", help=help_text)
    help_text = "The number of dashboards, for testing long lists."
    parser.add_argument("--dashboards", type=_between(1, 1_000_000), metavar="N", help=help_text)
    versions, situations, damages = (
        [member.value for member in each] for each in (ServerVersion, Situation, FileFault)
    )
    help_text = "Behave like today's server (2026) or an older one (2025)."
    parser.add_argument(
        "--server-version", choices=versions, default=ServerVersion.TODAY, metavar="YEAR", help=help_text
    )
    help_text = f"Simulate a problem with the organization or its keys: {', '.join(situations)}."
    parser.add_argument(
        "--situation", choices=situations, default=Situation.NORMAL, metavar="PROBLEM", help=help_text
    )
    help_text = f"Damage or replace downloaded files: {', '.join(damages)}."
    parser.add_argument(
        "--mischief", choices=damages, default=FileFault.NONE, metavar="DAMAGE", help=help_text
    )
    return parser


def _between(low: int, high: int) -> Callable[[str], int]:
    """Return a function that parses a whole number in this range."""

    def parse(text: str) -> int:
        number = whole_number(text)
        if not low <= number <= high:
            raise argparse.ArgumentTypeError(f"must be between {low} and {high:,}, not {text}")
        return number

    return parse
