"""What `omni-tui download` was asked for, read and checked before anything is sent."""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from dataclasses import dataclass

from omni_tui.api.addresses import api_root, dashboard_reference
from omni_tui.arguments import Arguments
from omni_tui.commands.console import tell
from omni_tui.commands.errors import UsageError
from omni_tui.commands.flags import add_option_flags, values_of
from omni_tui.commands.parsing import Parser, add_connection_flags, positive_number
from omni_tui.commands.targets import Target, target_of
from omni_tui.options.spec import ExportRequest, Format

PROGRAM = "omni-tui download"

_WORD = re.compile(r"[A-Za-z0-9_-]+")

_USAGE = f"{PROGRAM} DASHBOARD... --format FORMAT [options]"
_DESCRIPTION = "Save dashboards as files, without a screen. Several are downloaded side by side."
_EPILOG = """\
where files go:
  --output FOLDER   into that folder; one that ends in / is made when it is missing
  --output FILE     under that name, as typed; for one dashboard
  --output -        to standard output, byte for byte; for one dashboard
  Without it: the setting download_dir, else the current folder. A file that exists is
  never replaced: " (2)" is added to the new one's name.

exit status:
  0 all saved   1 a download failed   2 the command line or the options are refused,
  nothing was sent   3 no credentials, or refused ones   130 interrupted (143 by SIGTERM)

The token comes from OMNI_API_TOKEN or the settings, never from the command line.
"""


@dataclass(frozen=True, slots=True)
class Plan:
    """The exports that are wanted, where their files go, and how to tell of them.

    `roots` are the API roots of the dashboards that were typed as addresses.
    """

    requests: tuple[ExportRequest, ...]
    roots: frozenset[str]
    target: Target
    arguments: Arguments
    as_json: bool
    is_quiet: bool


def read_plan(typed: Sequence[str]) -> Plan:
    """Read the command line. Raises UsageError, AddressError, and SystemExit after `--help`."""
    arguments = _parser().parse_intermixed_args(typed)
    dashboard_ids = _dashboard_ids(arguments.dashboards)
    target = target_of(arguments.output, len(dashboard_ids))
    if target.is_standard_output and arguments.json:
        raise UsageError("--json and --output - cannot go together: both write to standard output.")
    fmt, values = Format(arguments.format), values_of(arguments)
    return Plan(
        requests=tuple(ExportRequest(dashboard_id, fmt, values) for dashboard_id in dashboard_ids),
        roots=frozenset(api_root(text) for text in arguments.dashboards if _names_a_host(text)),
        target=target,
        arguments=Arguments(
            demo=arguments.demo,
            profile=arguments.profile,
            base_url=arguments.base_url,
            job_timeout_seconds=arguments.timeout,
        ),
        as_json=arguments.json,
        is_quiet=arguments.quiet,
    )


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        PROGRAM,
        usage=_USAGE,
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    help_text = "What to download: an id, or the address in the browser."
    parser.add_argument("dashboards", nargs="+", metavar="DASHBOARD", help=help_text)
    formats = [fmt.value for fmt in Format]
    parser.add_argument("--format", required=True, choices=formats, help="The kind of file.")
    help_text = "Where the files go; see below."
    parser.add_argument("--output", "-o", metavar="FOLDER|FILE|-", help=help_text)
    help_text = "Write one JSON object a download to standard output, in place of the path."
    parser.add_argument("--json", action="store_true", help=help_text)
    help_text = "No progress on standard error; errors and warnings still come."
    parser.add_argument("--quiet", "-q", action="store_true", help=help_text)
    help_text = "How long the server may take to make one file; without it, as the settings say."
    parser.add_argument("--timeout", type=positive_number, metavar="SECONDS", help=help_text)
    add_option_flags(parser)
    add_connection_flags(parser)
    return parser


def _dashboard_ids(typed: Sequence[str]) -> list[str]:
    """The ids that were typed, each once and in order: a second download of one would make the same file."""
    found: list[str] = []
    for text in typed:
        # A word alone is an id here, whatever it looks like: nothing else is expected in its place.
        dashboard_id = text if _WORD.fullmatch(text) else dashboard_reference(text)
        if dashboard_id is None:
            raise UsageError(f"{text!r} is neither a dashboard's id nor its address.")
        if dashboard_id in found:
            tell(f"{PROGRAM}: {dashboard_id} was given twice; it is downloaded once.")
        else:
            found.append(dashboard_id)
    return found


def _names_a_host(text: str) -> bool:
    """Whether it is an address, and not only the path of one (`/dashboards/12db1a0a`)."""
    return "://" in text or ("/" in text and text.split("/")[0] not in ("", "dashboards", "w"))
