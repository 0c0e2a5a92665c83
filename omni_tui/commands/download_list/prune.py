"""`omni-tui downloads --prune`: remove old finished downloads from the list."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence
from datetime import datetime

from omni_tui.commands.shared.console import Console
from omni_tui.commands.shared.exit_codes import Status
from omni_tui.commands.shared.stdout_lines import print_lines
from omni_tui.downloads.store.pruning import prune_journal
from omni_tui.downloads.store.sqlite_file import ListedJob

DEFAULT_DAYS = 90.0
DAY_SECONDS = 86_400.0


def prune(
    arguments: argparse.Namespace, console: Console, lines: Callable[[Sequence[ListedJob]], Sequence[str]]
) -> int:
    """Remove downloads, print them with `lines`, and return the exit code. Raises DownloadListError."""
    days = DEFAULT_DAYS if arguments.older_than is None else arguments.older_than
    moment = time.time() - days * DAY_SECONDS
    dropped, kept_count = prune_journal(moment)
    print_lines(lines(dropped))
    what = "1 download" if len(dropped) == 1 else f"{len(dropped):,} downloads"
    before = f"{datetime.fromtimestamp(moment):%Y-%m-%d %H:%M}"
    console.info(f"Removed {what} that finished before {before}; {kept_count:,} left. Files were kept.")
    return Status.SAVED


def day_count(text: str) -> float:
    """Parse a number of days, 0 or more, that doesn't go back beyond 1970."""
    try:
        days = float(text)
    except ValueError:
        days = -1.0
    if not 0 <= days * DAY_SECONDS <= time.time():
        raise argparse.ArgumentTypeError(f"must be a number of days, 0 or more, not {text!r}")
    return days
