"""Remove old finished downloads from the list. Files and unfinished downloads are kept."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from omni_tui.downloads.store.notices import list_error
from omni_tui.downloads.store.sqlite_file import ListedJob, journal_path, open_database, read_journal


def prune_journal(ended_before: float, path: Path | None = None) -> tuple[list[ListedJob], int]:
    """Remove downloads that ended before a time (seconds since 1970); return them, and how many are left.

    Oldest first, for all servers and profiles. Keeps downloads that are resumed meanwhile, and entries that
    can't be read. Blocks. Raises DownloadListError if the list can't be read or changed.
    """
    path = path or journal_path()
    listed = read_journal(path)
    old = [each for each in listed if _ended_before(each, ended_before)]
    if not old:
        return [], len(listed)
    dropped = []
    try:
        with closing(open_database(path)) as database:
            for each in old:
                done = database.execute("DELETE FROM jobs WHERE id = ? AND is_final", (each.job.id,))
                if done.rowcount:
                    dropped.append(each)
    except sqlite3.Error as error:
        raise list_error(path, error) from error
    return dropped, len(listed) - len(dropped)


def _ended_before(listed: ListedJob, moment: float) -> bool:
    ended_at = listed.job.ended_at
    return ended_at is not None and ended_at < moment
