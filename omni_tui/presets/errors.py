"""The error of presets. The tree is drawn in `omni_tui.errors`."""

from __future__ import annotations

from omni_tui.errors import OmniTuiError


class PresetError(OmniTuiError):
    """A preset can't be created, found or saved; the message says why."""
