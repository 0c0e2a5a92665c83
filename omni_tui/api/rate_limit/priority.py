"""Priorities of requests that wait for the rate limit, and how much of it each may use."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum
from types import MappingProxyType


class Priority(IntEnum):
    """Which request goes first."""

    INTERACTIVE = 0
    """The user is waiting for it."""
    START_OR_FETCH = 1
    """Starts an export or downloads a file."""
    POLL = 2
    """Checks whether an export is ready."""
    BACKGROUND = 3
    """Loads data before anyone asks for it."""


# How much of the limit each priority may use. Polling and prefetching leave the rest for the user at the
# screen, who would otherwise wait up to a whole window after a burst of them.
SHARES: Mapping[Priority, float] = MappingProxyType(
    {
        Priority.INTERACTIVE: 1.0,
        Priority.START_OR_FETCH: 0.95,
        Priority.POLL: 0.85,
        Priority.BACKGROUND: 0.75,
    }
)
