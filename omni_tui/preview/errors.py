"""Errors of previews and comparisons of saved files."""

from __future__ import annotations

from omni_tui.errors import OmniTuiError

INSTALL_COMMAND = "pip install 'omni-tui[preview]'"


class PreviewError(OmniTuiError):
    """A file can't be shown or compared."""


class UnreadableFile(PreviewError):
    """The file is missing or unreadable."""


class BrokenFile(PreviewError):
    """The content doesn't match the file's kind, or needs more time or memory than a real export."""


class UnknownKind(PreviewError):
    """Files of this kind have no preview."""


class MissingPreview(PreviewError):
    """The libraries that draw pages aren't installed; the hint has the command that installs them."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"Previewing {name} needs libraries that aren't installed.",
            f"Install them with: {INSTALL_COMMAND}",
        )


class Undrawable(PreviewError):
    """A page or a picture can't be drawn."""

    def __init__(self, name: str, reason: str, hint: str = "Export it again.") -> None:
        super().__init__(f"{name} can't be shown: {reason}.", hint)


class Stopped(Exception):
    """The result is no longer needed."""


def cannot_read(name: str, error: OSError) -> UnreadableFile:
    """Return the error for a file that can't be opened."""
    reason = (error.strerror or "it can't be read").lower()
    return UnreadableFile(f"{name} can't be opened: {reason}.", "Check the path.")
