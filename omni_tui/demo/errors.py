"""Errors that keep the demo from starting."""

from __future__ import annotations

from omni_tui.errors import OmniTuiError

INSTALL_COMMAND = "pip install 'omni-tui[demo]'"


class MissingExtra(OmniTuiError):
    """The demo's libraries aren't installed; the hint has the command that installs them."""

    def __init__(self, module: str) -> None:
        super().__init__(
            f"The demo needs libraries that aren't installed ({module} was not found).",
            f"Install them with: {INSTALL_COMMAND}",
        )


class PortUnavailable(OmniTuiError):
    """The demo's address or port can't be used."""
