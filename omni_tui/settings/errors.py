"""What can be wrong with the settings. The tree is drawn in `omni_tui.errors`."""

from __future__ import annotations

from omni_tui.errors import OmniTuiError


class SettingsError(OmniTuiError):
    """A setting cannot be read; the message names the file and line, or the variable."""


class MissingCredentials(SettingsError):
    """There is no address, or (`lacks_token`) no token for it."""

    lacks_token: bool = False


class NoTokenFrom(MissingCredentials):
    """The place that a token is to come from, a command or the keyring, does not give it."""

    lacks_token = True
