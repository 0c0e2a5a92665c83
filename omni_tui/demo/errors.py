"""What keeps the demo from starting."""

from __future__ import annotations

from omni_tui.errors import OmniTuiError

INSTALL_COMMAND = "pip install 'omni-tui[demo]'"


class MissingExtra(OmniTuiError):
    """The libraries that the demo needs are not installed; the hint holds the command that installs them."""

    def __init__(self, module: str) -> None:
        super().__init__(
            f"The demo needs some libraries that are not installed ({module} was not found).",
            f"Install them with: {INSTALL_COMMAND}",
        )


class CannotListen(OmniTuiError):
    """The address or the port that the demo was given cannot be had."""
