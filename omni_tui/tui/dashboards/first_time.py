"""Remembers, in an empty file, whether the welcome has been shown. Imported at start-up, so it is light."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from omni_tui.settings.locations import state_folder, write_private_file


def _marker() -> Path:
    return state_folder() / "welcomed"


def is_first_time() -> bool:
    """Return whether the welcome has never been shown here. Reads the disk once."""
    return not _marker().exists()


def remember_welcome() -> None:
    """Write the marker file. Blocks; if it can't be written, the welcome is shown again next time."""
    with suppress(OSError):
        write_private_file(_marker(), "")
