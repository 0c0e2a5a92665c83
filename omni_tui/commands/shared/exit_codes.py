"""The errors that end a command early, the exit codes, and which error leads to which."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum

from omni_tui.errors import OmniTuiError


class UsageError(OmniTuiError):
    """The command line is invalid; nothing was sent."""


class Interrupted(KeyboardInterrupt):
    """A signal interrupted the work, and cleanup is done."""

    def __init__(self, signal_number: int) -> None:
        super().__init__()
        self.signal_number = signal_number


class Status(IntEnum):
    """The exit codes of `omni-tui`. After a signal it is 128 plus the signal's number (130 after Ctrl+C)."""

    SAVED = 0
    FAILED = 1
    USAGE = 2
    CREDENTIALS = 3


# By the name of the error's class, so that no module has to be imported. Other errors are FAILED.
_BY_KIND = {
    "UsageError": Status.USAGE,
    "OptionsRejected": Status.USAGE,
    "AddressError": Status.USAGE,
    "MissingExtra": Status.USAGE,
    "SettingsError": Status.USAGE,
    "InvalidSchedule": Status.USAGE,
    "MissingCredentials": Status.CREDENTIALS,
    "Unauthorized": Status.CREDENTIALS,
}


def status_of(error: Exception) -> Status:
    """Return the exit code of an error: that of its nearest base class in the table."""
    kinds = (kind.__name__ for kind in type(error).__mro__)
    return next((_BY_KIND[kind] for kind in kinds if kind in _BY_KIND), Status.FAILED)


def worst(statuses: Iterable[Status]) -> Status:
    """Return one exit code for several downloads. Rejected credentials come before other failures."""
    return max(statuses, default=Status.SAVED)


def interrupted_by(signal_number: int) -> int:
    """Return the exit code after a signal, as shells define it."""
    return 128 + signal_number
