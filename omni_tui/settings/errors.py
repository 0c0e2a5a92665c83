"""Errors of the settings. The tree is drawn in `omni_tui.errors`."""

from __future__ import annotations

from omni_tui.errors import OmniTuiError


class SettingsError(OmniTuiError):
    """A setting can't be read; the message names the file and line, or the variable."""


class MissingCredentials(SettingsError):
    """The address is missing or, if `lacks_token`, the token for it."""

    lacks_token: bool = False


class NoTokenFrom(MissingCredentials):
    """The command or the keyring that should return the token doesn't."""

    lacks_token = True
