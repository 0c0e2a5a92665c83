"""What keeps a saved file from being previewed or compared."""

from __future__ import annotations

from omni_tui.errors import OmniTuiError


class PreviewError(OmniTuiError):
    """A file can't be shown or compared."""


class CannotRead(PreviewError):
    """The file is missing, or the system doesn't let us read it."""


class BrokenFile(PreviewError):
    """The content isn't what the file's kind requires, or takes more time or memory than a real export."""


class UnknownKind(PreviewError):
    """No preview exists for files of this kind."""


class Stopped(Exception):
    """Nobody waits for the result any more."""


def cannot_read(name: str, error: OSError) -> CannotRead:
    """Return the error for a file that the system doesn't open."""
    reason = (error.strerror or "it can't be read").lower()
    return CannotRead(f"{name} can't be opened: {reason}.", "Check the path.")
