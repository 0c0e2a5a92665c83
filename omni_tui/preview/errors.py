"""Errors of previews and comparisons of saved files."""

from __future__ import annotations

from omni_tui.errors import OmniTuiError


class PreviewError(OmniTuiError):
    """A file can't be shown or compared: it is unreadable, damaged, or larger than a real export."""


class UnknownKind(PreviewError):
    """Files of this kind have no preview."""


class Stopped(Exception):
    """The result is no longer needed."""


def cannot_read(name: str, error: OSError) -> PreviewError:
    """Return the error for a file that can't be opened."""
    reason = (error.strerror or "it can't be read").lower()
    return PreviewError(f"{name} can't be opened: {reason}.", "Check the path.")


def cannot_draw(name: str, reason: str, hint: str = "Export it again.") -> PreviewError:
    """Return the error for a page or a picture that can't be drawn."""
    return PreviewError(f"{name} can't be shown: {reason}.", hint)
