"""When Python looks for garbage: not at the start, and later not through what stays to the end.

To look through all of a program with a long list took eighty milliseconds, now and then in the middle of a
key. What the start has made stays; only what comes after it is looked through.
"""

from __future__ import annotations

import gc

# New objects between two looks. A key makes some thousands, nearly all of them gone when it is answered.
_OBJECTS = 2_500


def end_of_start() -> None:
    """Where the command line has turned it off for the start, turn it on; elsewhere (in tests) do nothing."""
    if not gc.isenabled():
        gc.freeze()
        gc.set_threshold(_OBJECTS, *gc.get_threshold()[1:])
        gc.enable()


def keep_what_was_loaded() -> None:
    """More was loaded that stays to the end."""
    if gc.get_freeze_count():
        gc.freeze()
