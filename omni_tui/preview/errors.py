"""What keeps a saved file from being previewed or compared."""

from __future__ import annotations

from omni_tui.errors import OmniTuiError

INSTALL_COMMAND = "pip install 'omni-tui[preview]'"


class PreviewError(OmniTuiError):
    """A file can't be shown or compared."""


class CannotRead(PreviewError):
    """The file is missing, or the system doesn't let us read it."""


class BrokenFile(PreviewError):
    """The content isn't what the file's kind requires, or takes more time or memory than a real export."""


class UnknownKind(PreviewError):
    """No preview exists for files of this kind."""


class MissingPreview(PreviewError):
    """The libraries that draw pages aren't installed; the hint holds the command that installs them."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"Previewing {name} needs libraries that aren't installed.",
            f"Install them with: {INSTALL_COMMAND}",
        )


class Stopped(Exception):
    """Nobody waits for the result any more."""


def cannot_read(name: str, error: OSError) -> CannotRead:
    """Return the error for a file that the system doesn't open."""
    reason = (error.strerror or "it can't be read").lower()
    return CannotRead(f"{name} can't be opened: {reason}.", "Check the path.")
