"""Messages about a download list that can't be read or written."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from omni_tui.downloads.errors import DownloadListError
from omni_tui.formatting import display_path


def is_busy(error: Exception) -> bool:
    """Return whether another program has the list locked, and nothing else is wrong."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def list_locked_text(path: Path) -> str:
    """Return what to show while another program has the list locked."""
    return f"Waiting for another program to release {display_path(path)}. Downloads continue."


def not_saved_text(path: Path, error: Exception) -> str:
    """Return what to show when the list can't be saved."""
    why = reason_text(error)
    return (
        f"Can't save the download list to {display_path(path)}: {why}. "
        "Downloads continue, but omni-tui resume may not find them."
    )


def list_error_text(path: Path, error: Exception) -> str:
    """Return what to show when the list can't be read or changed."""
    return f"Can't use the download list in {display_path(path)}: {reason_text(error)}."


def list_error(path: Path, error: sqlite3.Error) -> DownloadListError:
    """Return the error for a list that can't be read or changed, with what to do about it."""
    wait = "Wait until the other program has finished, or end it, and try again."
    return DownloadListError(
        list_error_text(path, error), wait if is_busy(error) else "Fix that and try again."
    )


def reason_text(error: Exception) -> str:
    """Return the operating system's or SQLite's reason, without a full stop."""
    if isinstance(error, OSError):
        return error.strerror or str(error)
    if is_busy(error):
        return "another program has locked it"
    return str(error).rstrip(".")


def unreadable_text(count: int) -> str:
    """Return what to tell about entries that can't be read; the others are not affected."""
    entries = "1 entry" if count == 1 else f"{count:,} entries"
    return f"Skipped {entries} of the download list that can't be read."
