"""What ends a command early."""

from __future__ import annotations

from omni_tui.errors import OmniTuiError


class UsageError(OmniTuiError):
    """What was typed cannot be done; nothing was sent."""


class Interrupted(KeyboardInterrupt):
    """A signal ended the work, and it was tidied up."""

    def __init__(self, signal_number: int) -> None:
        super().__init__()
        self.signal_number = signal_number
