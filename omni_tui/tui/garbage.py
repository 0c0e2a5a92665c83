"""When Python looks for garbage: not at the start, nor within a key, nor through what stays for good.

To look through all of a program with a long list took eighty milliseconds, now and then in the middle of a
key. What the start has made stays; only what comes after it is looked through, and that when no key has come
for a moment. Work that goes on longer is looked through as it goes on.
"""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable

# New objects between two looks where there is no rest: some keys make so many. Nearly all are gone soon.
_OBJECTS = 10_000
# At a rest, what a few keys make is worth a look; after so many looks, what they have left is worth one, too.
_OBJECTS_AT_REST, _LOOKS = 4_000, 10
# Longer than an answer takes, and shorter than what is between two keys of most who type.
REST_SECONDS = 0.05


def end_of_start() -> None:
    """Where the command line has turned it off for the start, turn it on; elsewhere (in tests) do nothing."""
    if not gc.isenabled():
        gc.freeze()
        gc.set_threshold(_OBJECTS, *gc.get_threshold()[1:])
        gc.enable()


def keep_what_was_loaded() -> None:
    """More was loaded that stays to the end."""
    if _is_ours():
        gc.freeze()


def _is_ours() -> bool:
    """Whether `end_of_start` has begun it. To ask how much is kept would count that, for ten milliseconds."""
    return gc.get_threshold()[0] == _OBJECTS


class RestfulLook:
    """Looks for garbage when keys have rested. `rested_seconds` tells since when none has come."""

    def __init__(self, rested_seconds: Callable[[], float]) -> None:
        self._rested_seconds = rested_seconds
        self._is_waiting = False

    def await_rest(self) -> None:
        """A key has come. Within a running event loop."""
        if not self._is_waiting:
            self._is_waiting = True
            self._wait(REST_SECONDS)

    def _wait(self, seconds: float) -> None:
        asyncio.get_running_loop().call_later(seconds, self._look)

    def _look(self) -> None:
        lacking = REST_SECONDS - self._rested_seconds()
        if lacking > 0:
            self._wait(lacking)
            return
        self._is_waiting = False
        objects, looks, _ = gc.get_count()
        if _is_ours() and objects > _OBJECTS_AT_REST:
            gc.collect(1 if looks > _LOOKS else 0)
