"""The flags and the help of `omni-tui download`. Light: completion builds the parser at each Tab."""

from __future__ import annotations

import argparse

from omni_tui.commands.download.flags.after_save_flags import AFTER_HELP, add_after_flags
from omni_tui.commands.download.flags.option_flags import EACH, FILTER, PRESET, TILE_NAME, add_option_flags
from omni_tui.commands.shared.argparse_ext import Parser, positive_number
from omni_tui.commands.shared.log_flags import add_server_flags
from omni_tui.options.spec import Format, Section

PROGRAM = "omni-tui download"

_USAGE = f"{PROGRAM} DASHBOARD... (--format FORMAT | --preset NAME) [options]"
_DESCRIPTION = "Export dashboards to files without the TUI. Several are downloaded concurrently."
_EPILOG = """\
setting filters:
  --filter takes LABEL=TEXT, or the filter's ID instead of its label:
    'Status=complete,shipped'  'Status=not complete'  'Name=contains web'  'Price>=10'
    'Created=past 6 months'  'Created=2026-01-01..2026-02-01'  'Paid=yes'  'Status=any'
    'Created=last quarter'   'Created=2026 Q3'   'Created=on Monday'
  The end of START..END is exclusive: 'Created=2026-03-01..today' ends with yesterday.
  omni-tui describe DASHBOARD lists a dashboard's filters, ready to copy.
  If one filter is changed, all are sent, the others unchanged; otherwise none is sent.
  A URL's filters are applied as in the browser; --filter overrides them.
  --each 'Region=EMEA,APAC' makes one file for each value, with the value in its name.

naming files:
  --filename may contain {dashboard} {tile} {format} {date} {time} {profile}
  {filter:LABEL} and {filter:ID}; write a literal brace twice.

choosing where files go:
  --output FOLDER   into that folder, which is created if it ends in /
  --output FILE     under that name, as typed; for one file
  --output -        to standard output, byte for byte; for one file
  The default is the setting download_dir, or the current folder. An existing file is
  never replaced: " (2)" is added to the new file's name.

with --json, one JSON object per finished download, each on its own line:
  dashboard, format, id (ours), job_id (the server's), state (done, failed, cancelled,
  unchanged, empty; others are left for omni-tui resume), path, bytes, sha256, seconds, error,
  rows, is_empty (no rows at all), may_be_cut_off_at (the row limit, if a table has exactly
  as many rows), and filters: {label: text} of the changed ones, as --filter takes them.
  For a ZIP or a workbook also empty_tables and cut_off_tables, with the names of tables.
  A merged or unpacked file has an object of its own: state, path, and merged_from or from.

what --dry-run shows:
  For each file the JSON body, a curl command (without the API key) and the path; with --json
  one object each: dashboard, format, filters, state (dry_run), method, url, body, curl, path,
  manifest. It requests the same details as a download, and the dashboard's name. The exit
  code is the one that the download would have, unless the server fails it.

incomplete files:
  Each tile has a row limit, usually 1,000. A table with exactly that many rows may be cut
  off, and a filter may match nothing: both are reported, and the file is kept.
  --override-row-limit lifts the limit; --fail-if-empty exits with 1 if a table has no rows.

AFTER_HELP

using a preset:
  --preset sets the options of a preset; flags override them, and --filter-config
  replaces all its filters. omni-tui presets lists the presets.

when it is interrupted:
  Ctrl+C cancels running downloads. After any other interruption (SIGTERM, a lost connection,
  kill -9), omni-tui resume finishes what was started. So does the same command, if you run it
  again within ten minutes.

exit codes:
  0 all saved   1 a download failed, or has a table without rows (--fail-if-empty)
  2 the command line or the options are invalid, nothing was started
  3 no API key, or a rejected one   130 interrupted (143 by SIGTERM)

The API key comes from OMNI_API_TOKEN or the settings, never from the command line.
"""


def build_parser() -> Parser:
    """Return the parser."""
    parser = Parser(
        PROGRAM,
        usage=_USAGE,
        description=_DESCRIPTION,
        epilog=_EPILOG.replace("AFTER_HELP", AFTER_HELP.rstrip()),
    )
    help_text = "What to download: an ID, a URL, or a name if no other dashboard has it."
    parser.add_argument("dashboards", nargs="+", metavar="DASHBOARD", help=help_text)
    formats = [fmt.value for fmt in Format]
    help_text = "The file's format; required without a preset."
    parser.add_argument("--format", type=str.lower, choices=formats, help=help_text)
    parser.add_argument(PRESET, metavar="NAME", help="Use the options of this preset; see below.")
    help_text = "Where the files go; see below."
    parser.add_argument("--output", "-o", metavar="FOLDER|FILE|-", help=help_text)
    add_result_flags(parser)
    help_text = "Show the requests and the file names; start nothing and save nothing. See below."
    parser.add_argument("--dry-run", action="store_true", help=help_text)
    help_text = "Start the exports, print their IDs and exit; omni-tui resume fetches the files."
    parser.add_argument("--detach", action="store_true", help=help_text)
    help_text = "Write a small JSON file next to each file that records how it was made."
    parser.add_argument("--manifest", action=argparse.BooleanOptionalAction, help=help_text)
    groups = add_option_flags(parser)
    help_text = "Export only the tile with this name. If several have it, use its key."
    groups[Section.CONTENT].add_argument(TILE_NAME, metavar="NAME", help=help_text)
    filters = groups[Section.FILTERS]
    help_text = "Set one filter of the dashboard, by label or ID; repeat for others. See below."
    filters.add_argument(FILTER, action="append", default=[], metavar="LABEL=TEXT", help=help_text)
    help_text = "Make one file for each of these values of a filter."
    filters.add_argument(EACH, action="append", default=[], metavar="LABEL=VALUE,VALUE", help=help_text)
    add_after_flags(parser)
    add_server_flags(parser)
    return parser


def add_result_flags(parser: Parser) -> None:
    """Add the flags about the results, which `omni-tui resume` has too."""
    help_text = "Write one JSON object per download to standard output, instead of the path."
    parser.add_argument("--json", action="store_true", help=help_text)
    help_text = "Don't show progress on standard error, only errors and warnings."
    parser.add_argument("--quiet", "-q", action="store_true", help=help_text)
    help_text = "How long the server may take to make one file. The default is in the settings."
    parser.add_argument("--timeout", type=positive_number, metavar="SECONDS", help=help_text)
    help_text = "Exit with 1 if a saved file, or a table in it, has no rows. The file is kept."
    parser.add_argument("--fail-if-empty", action="store_true", help=help_text)
