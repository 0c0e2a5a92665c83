"""`omni-tui diff`: compare two saved files, without contacting the server."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from omni_tui.commands.shared.argparse_ext import Parser
from omni_tui.commands.shared.console import Console, has_colors
from omni_tui.commands.shared.download_ids import SEE_DOWNLOADS, only_with_id, with_id
from omni_tui.commands.shared.exit_codes import UsageError
from omni_tui.commands.shared.signals import Interrupts
from omni_tui.commands.shared.stdout_lines import print_lines, write_lines
from omni_tui.compare.errors import CompareError
from omni_tui.compare.exports import (
    Export,
    OptionChange,
    earlier_exports,
    export_of_file,
    export_of_job,
    option_changes,
)
from omni_tui.compare.models import FileDiff
from omni_tui.compare.process import Comparison
from omni_tui.compare.report import MAX_SHOWN, Line, report, summary
from omni_tui.downloads.job.models import Job, JobState
from omni_tui.downloads.store.notices import unreadable_text
from omni_tui.downloads.store.sqlite_file import ListedJob, read_journal
from omni_tui.errors import OmniTuiError
from omni_tui.formatting import display_path, json_line

PROGRAM = "omni-tui diff"
SAME, DIFFERENT, TROUBLE = 0, 1, 2

_DESCRIPTION = "Show what changed between two saved exports: their options, rows, columns, totals or pages."
_EPILOG = """\
With one download, compare it with the previous saved export of the same request.

exit codes: 0 no differences, 1 differences, 2 the files can't be compared. A different order of
rows doesn't count, nor do other options or filters with the same content.

examples:
  omni-tui diff monday.csv tuesday.csv --key "Order ID"
  omni-tui diff 1f0c2a9e --output changes.csv

with --json, one object: old, new (file, dashboard, saved), options (label, old, new), same,
summary, tables (counts of rows, columns, key, totals, the first changes) or pages (the share
that differs, areas as fractions of the page, lines of text removed and added)
"""
_ESCAPES = {
    "added": "32",
    "removed": "31",
    "changed": "33",
    "warn": "33",
    "heading": "1",
    "muted": "2",
    "good": "32",
}


def run_diff(typed: Sequence[str]) -> int:
    """Print the differences; return 0, 1 or 2, like diff."""
    console = Console(PROGRAM)
    try:
        with Interrupts():  # also SIGTERM ends the process that compares
            return _run(build_parser().parse_args(typed), console)
    except OmniTuiError as error:
        console.error(str(error))
        return TROUBLE


def build_parser() -> argparse.ArgumentParser:
    """Return the parser."""
    parser = Parser(
        PROGRAM,
        usage=f"{PROGRAM} OLD NEW | DOWNLOAD_ID [--key COLUMN]… [--json] [--output FILE]",
        description=_DESCRIPTION,
        epilog=_EPILOG,
    )
    parser.add_argument(
        "files", nargs="+", metavar="FILE|DOWNLOAD_ID", help="Two files or downloads, or one download."
    )
    key_help = "Match rows by this column; may be repeated. Default: found automatically."
    parser.add_argument("--key", action="append", default=[], metavar="COLUMN", help=key_help)
    parser.add_argument(
        "--limit",
        type=int,
        default=MAX_SHOWN,
        metavar="N",
        help=f"Show up to N changed rows of each table; default: {MAX_SHOWN}.",
    )
    parser.add_argument("--output", type=Path, metavar="FILE", help="Write every changed cell to a CSV.")
    parser.add_argument("--json", action="store_true", help="Write the result as JSON; see below.")
    return parser


def _run(arguments: argparse.Namespace, console: Console) -> int:
    if len(arguments.files) > 2:
        raise UsageError("Too many files.", f"Give two, or one download. See {PROGRAM} --help.")
    output: Path | None = arguments.output
    if output is not None and output.exists():
        raise UsageError(f"{display_path(output)} already exists.", "Choose another name for --output.")
    listed = read_journal(unreadable=lambda count: console.warning(unreadable_text(count)))
    old, new = _exports(arguments.files, listed)
    changes = option_changes(old, new)
    diff = Comparison(old.path, new.path, list(filter(None, arguments.key)), output).run()
    if arguments.json:
        print_lines([json_line(_json(old, new, changes, diff))])
    else:
        found = report(old, new, changes, diff, max(0, arguments.limit))
        if has_colors():
            write_lines(map(_colored, found))
        else:
            print_lines(line.text for line in found)
    return SAME if diff.is_same else DIFFERENT


def _exports(named: Sequence[str], listed: Sequence[ListedJob]) -> tuple[Export, Export]:
    """Return the two given exports, or one and the export before it."""
    jobs = [each.job for each in listed]
    if len(named) == 2:
        return _export(named[0], jobs), _export(named[1], jobs)
    job = _saved_job(named[0], jobs)
    place = next(each.place for each in listed if each.job is job)
    earlier = earlier_exports(job, [each.job for each in listed if each.place == place])
    if not earlier:
        raise UsageError("This dashboard has no earlier export in this format.", "Give two files.")
    here = next((each for each in earlier if each.path is not None and each.path.exists()), None)
    if here is None:
        assert earlier[0].path is not None
        raise CompareError(f"The previous export was moved or deleted: {display_path(earlier[0].path)}.")
    return export_of_job(here), export_of_job(job)


def _export(named: str, jobs: Sequence[Job]) -> Export:
    path = Path(named).expanduser()
    if path.exists() or os.sep in named or not with_id(named, jobs):
        return export_of_file(path, jobs)
    return export_of_job(_saved_job(named, jobs))


def _saved_job(named: str, jobs: Sequence[Job]) -> Job:
    """Return the saved download with that ID or file. Raises UsageError."""
    path = Path(named).expanduser().absolute()
    if saved := [job for job in jobs if job.path == path and job.state is JobState.DONE]:
        return saved[-1]
    hint = "See omni-tui downloads, or give two files."
    job = only_with_id(named, jobs, f"No download has the ID {named}.", hint)
    if job.path is None or job.state is not JobState.DONE:
        raise UsageError(f"Download {named} has no saved file.", SEE_DOWNLOADS)
    return job


def _json(old: Export, new: Export, changes: Sequence[OptionChange], diff: FileDiff) -> dict[str, Any]:
    found = asdict(diff)
    del found["is_identical"]
    return {
        "old": _file_json(old),
        "new": _file_json(new),
        "options": list(map(asdict, changes)),
        "same": diff.is_same,
        "summary": summary(diff),
        **found,
    }


def _file_json(export: Export) -> dict[str, Any]:
    return {
        "file": str(export.path),
        "dashboard": export.dashboard_id or None,
        "saved": export.saved_at,
    }


def _colored(line: Line) -> str:
    style = _ESCAPES.get(line.tone)
    return f"\x1b[{style}m{line.text}\x1b[0m" if style and line.text else line.text
