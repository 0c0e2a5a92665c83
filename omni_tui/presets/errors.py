"""What can keep a preset from being read or kept. The tree is drawn in `omni_tui.errors`."""

from __future__ import annotations

from omni_tui.errors import OmniTuiError


class PresetError(OmniTuiError):
    """A preset cannot be made, found or written; the message says why, and what stays as it was."""
