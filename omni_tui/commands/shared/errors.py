"""Exceptions that end a command early."""

from __future__ import annotations

from omni_tui.errors import OmniTuiError


class UsageError(OmniTuiError):
    """The command line is invalid; nothing was sent."""


class Interrupted(KeyboardInterrupt):
    """A signal interrupted the work, and cleanup is done."""

    def __init__(self, signal_number: int) -> None:
        super().__init__()
        self.signal_number = signal_number
