"""The exit statuses, and which failure ends with which."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum


class Status(IntEnum):
    """How `omni-tui` ends. Interrupted by a signal: 128 and the signal's number (130 after ctrl+c)."""

    SAVED = 0
    FAILED = 1
    USAGE = 2
    CREDENTIALS = 3


# By the name of the error's class, so that none has to be imported. What is not here is FAILED.
_BY_KIND = {
    "UsageError": Status.USAGE,
    "OptionsRefused": Status.USAGE,
    "AddressError": Status.USAGE,
    "MissingExtra": Status.USAGE,
    "SettingsError": Status.USAGE,
    "InvalidSchedule": Status.USAGE,
    "MissingCredentials": Status.CREDENTIALS,
    "Unauthorized": Status.CREDENTIALS,
}


def status_of(error: Exception) -> Status:
    """The exit status for an error: that of the nearest kind above it that has one."""
    kinds = (kind.__name__ for kind in type(error).__mro__)
    return next((_BY_KIND[kind] for kind in kinds if kind in _BY_KIND), Status.FAILED)


def worst(statuses: Iterable[Status]) -> Status:
    """One status for several downloads: refused credentials come before any other failure."""
    return max(statuses, default=Status.SAVED)


def interrupted_by(signal_number: int) -> int:
    """The exit status after a signal, as shells count it."""
    return 128 + signal_number
