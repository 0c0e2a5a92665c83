"""Whether this is somebody's first time: an empty file remembers that it is not. Light: asked at start."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from omni_tui.settings.locations import state_folder, write_private_file


def _mark() -> Path:
    return state_folder() / "welcomed"


def is_first_time() -> bool:
    """Whether the tour has never been shown here. One look at the disk."""
    return not _mark().exists()


def remember_welcome() -> None:
    """Never again. Waits for the disk; one that refuses costs only another tour."""
    with suppress(OSError):
        write_private_file(_mark(), "")
