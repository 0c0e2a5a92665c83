"""What can be wrong with the settings. The tree is drawn in `omni_tui.errors`."""

from __future__ import annotations

from omni_tui.errors import OmniTuiError


class SettingsError(OmniTuiError):
    """A setting cannot be read; the message names the file and line, or the variable."""


class MissingCredentials(SettingsError):
    """There is no address, or no token for it."""
