"""Who goes first when requests wait for room in the budget, and how much of it each may fill."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum
from types import MappingProxyType


class Priority(IntEnum):
    """Who goes first when there is room."""

    PERSON = 0
    """Somebody waits for it at the screen."""
    START_OR_FETCH = 1
    """Moves an export on: starts one, or fetches a file."""
    POLL = 2
    """Asks whether an export is ready."""
    BACKGROUND = 3
    """Reads ahead."""


# How much of the budget each may fill. What polls and reading ahead leave is for the person at the screen,
# who would else wait up to a whole window after a burst of them.
SHARES: Mapping[Priority, float] = MappingProxyType(
    {
        Priority.PERSON: 1.0,
        Priority.START_OR_FETCH: 0.95,
        Priority.POLL: 0.85,
        Priority.BACKGROUND: 0.75,
    }
)
