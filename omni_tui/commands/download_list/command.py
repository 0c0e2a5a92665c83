"""`omni-tui downloads`: list downloads, their states and files, without contacting the server."""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from datetime import UTC, datetime

from omni_tui.commands.download.report import json_object
from omni_tui.commands.download.watch import RESUME
from omni_tui.commands.shared.argparse_ext import Parser
from omni_tui.commands.shared.console import Console
from omni_tui.commands.shared.exit_codes import Status, UsageError
from omni_tui.commands.shared.log_flags import add_server_flags
from omni_tui.commands.shared.stdout_lines import print_lines
from omni_tui.commands.shared.text_columns import columns
from omni_tui.downloads.job.models import Job
from omni_tui.downloads.job.result_warnings import warning_sentences
from omni_tui.downloads.store.notices import unreadable_text
from omni_tui.downloads.store.sqlite_file import MAX_FINISHED, MAX_UNFINISHED, ListedJob, read_journal
from omni_tui.formatting import display_path, format_ago, json_line, sentences

PROGRAM = "omni-tui downloads"
# How many finished downloads are listed without --all.
LATEST = 20
DEFAULT_DAYS = 90.0
# The length of a displayed ID, enough to tell it from all others.
ID_CHARACTERS = 8

DAY_SECONDS = 86_400.0

_DESCRIPTION = "List downloads: running, unfinished, and the latest finished ones."
_EPILOG = f"""\
Use {RESUME} to finish the unfinished ones.

what the list keeps:
  The list keeps the latest {MAX_FINISHED:,} finished downloads, and the latest {MAX_UNFINISHED:,}
  unfinished ones that no program is working on. omni-tui removes older ones when it starts.
  --prune removes those that finished more than 90 days ago (or --older-than DAYS ago; 0 for
  all), for all servers and profiles, and prints them. It never removes an unfinished download
  or a file. --only-if-changed and omni-tui diff compare only with downloads in the list.

if a dashboard fails to render:
  One broken tile fails the whole file, and Omni doesn't say which. --find-broken-tile exports
  the tiles one by one, as PNG (or CSV, if a data format failed), behind all other requests,
  without saving them, and names those that fail. If all fail, the exit code is 1 and the
  render service is probably down. --export-good-tiles then exports the others, in the format
  of the failed download and into its folder.
  With --json: dashboard, format, verdict (broken_tiles, render_service_down, unclear,
  no_broken_tile), tiles: [key, name, state (good, broken, unknown), reason].

with --json, one object per line: as omni-tui download writes them, and is_left (no program
is working on it), where (the server and the profile), folder, submitted (seconds since 1970),
attempts (how often its start was sent), is_deleted (only if its file was deleted or moved)
"""


def run_downloads(typed: Sequence[str]) -> int:
    """Print the downloads and return the exit code. Raises OmniTuiError if the list can't be read."""
    arguments = build_parser().parse_args(typed)
    if arguments.find_broken_tile is not None:
        from omni_tui.commands.download_list.broken_tile import find_broken_tile

        return find_broken_tile(arguments, PROGRAM)
    _reject_lone_flags(arguments)
    console = Console(PROGRAM)
    if arguments.prune:
        return _prune(arguments, console)
    listed = read_journal(unreadable=lambda count: console.warning(unreadable_text(count)))
    if not arguments.all:
        listed = _latest(listed)
    if not listed:
        console.info("There are no downloads.")
    return _print(listed, arguments)


def build_parser() -> argparse.ArgumentParser:
    """Return the parser."""
    parser = Parser(PROGRAM, description=_DESCRIPTION, epilog=_EPILOG)
    parser.add_argument("--all", action="store_true", help="List all finished ones, not just the latest.")
    parser.add_argument("--json", action="store_true", help="Write one JSON object per download; see below.")
    help_text = "Remove old finished downloads from the list; see below."
    parser.add_argument("--prune", action="store_true", help=help_text)
    help_text = "With --prune: those that finished more than DAYS ago. Default: 90."
    parser.add_argument("--older-than", type=_day_count, metavar="DAYS", help=help_text)
    help_text = "Find the tile that fails this download: a dashboard that didn't render."
    parser.add_argument("--find-broken-tile", metavar="ID", help=help_text)
    help_text = "With --find-broken-tile: export all tiles that don't fail."
    parser.add_argument("--export-good-tiles", action="store_true", help=help_text)
    add_server_flags(parser)
    return parser


def _day_count(text: str) -> float:
    """Parse a number of days, 0 or more, that doesn't go back beyond 1970."""
    try:
        days = float(text)
    except ValueError:
        days = -1.0
    if not 0 <= days * DAY_SECONDS <= time.time():
        raise argparse.ArgumentTypeError(f"must be a number of days, 0 or more, not {text!r}")
    return days


def _reject_lone_flags(arguments: argparse.Namespace) -> None:
    """Raise UsageError for flags that need another one: the list is read without a server."""
    if arguments.older_than is not None and not arguments.prune:
        raise UsageError("--older-than needs --prune.")
    for flag in ("export_good_tiles", "demo", "profile", "base_url", "log_file", "verbose"):
        if getattr(arguments, flag):
            raise UsageError(f"--{flag.replace('_', '-')} needs --find-broken-tile.")


def _prune(arguments: argparse.Namespace, console: Console) -> int:
    """Remove old downloads and print them. Raises DownloadListError."""
    from omni_tui.downloads.store.pruning import prune_journal

    days = DEFAULT_DAYS if arguments.older_than is None else arguments.older_than
    moment = time.time() - days * DAY_SECONDS
    dropped, kept_count = prune_journal(moment)
    status = _print(dropped, arguments)
    what = "1 download" if len(dropped) == 1 else f"{len(dropped):,} downloads"
    before = f"{datetime.fromtimestamp(moment):%Y-%m-%d %H:%M}"
    console.info(f"Removed {what} that finished before {before}; {kept_count:,} left. Files were kept.")
    return status


def _print(listed: Sequence[ListedJob], arguments: argparse.Namespace) -> Status:
    return print_lines(map(_json_line, listed) if arguments.json else _lines(listed))


def _latest(listed: Sequence[ListedJob]) -> list[ListedJob]:
    ended = [each for each in listed if each.job.state.is_final]
    shown = {each.job.id for each in ended[-LATEST:]}
    return [each for each in listed if not each.job.state.is_final or each.job.id in shown]


def _lines(listed: Sequence[ListedJob]) -> list[str]:
    if not listed:
        return []
    has_several_places = len({each.place for each in listed}) > 1
    heads = ("ID", "STATE", "DASHBOARD", "FORMAT", "STARTED", "WHERE", "FILE")
    return columns(heads, [_row(each, has_several_places) for each in listed])


def _row(listed: ListedJob, has_several_places: bool) -> tuple[str, ...]:
    job, order = listed.job, listed.job.order
    started = datetime.fromtimestamp(job.submitted_at, UTC)
    return (
        job.id[:ID_CHARACTERS],
        "unfinished" if listed.is_orphaned else job.state_label,
        job.title,
        order.request.format.label,
        format_ago(started, datetime.now(UTC)),
        listed.place if has_several_places else "",
        _what(listed),
    )


def _what(listed: ListedJob) -> str:
    job = listed.job
    if job.path is not None:
        gone = " (deleted or moved)" if _is_deleted(job) else ""
        return " · ".join([f"{display_path(job.path)}{gone}", *warning_sentences(job)])
    if job.failure is not None:
        return sentences(job.failure.message, job.failure.hint)
    if job.state.is_final:
        return job.note
    return f"run {RESUME} to finish it" if listed.is_orphaned else "in progress in another omni-tui"


def _is_deleted(job: Job) -> bool:
    """Return whether its file is gone, for example because --merge deleted it."""
    return job.path is not None and not job.path.exists()


def _json_line(listed: ListedJob) -> str:
    more = {
        **({"is_deleted": True} if _is_deleted(listed.job) else {}),
        "is_left": listed.is_orphaned,
        "where": listed.place,
        "folder": str(listed.job.order.folder),
        "submitted": listed.job.submitted_at,
        "attempts": listed.job.attempts,
    }
    return json_line({**json_object(listed.job), **more})
