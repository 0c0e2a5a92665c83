"""How many examples a property is tried with: few in the default run, all in the exhaustive one of CI."""

from __future__ import annotations

import os

from hypothesis import settings

IS_EXHAUSTIVE = os.environ.get("OMNI_TUI_EXHAUSTIVE") == "1"
USUAL_COUNT = 100
# The default run tries this part of them, but not fewer than …
FEWER = 4
LEAST = 20


def count(all_of_them: int = USUAL_COUNT, least: int = LEAST) -> int:
    """Return how many of that many examples this run tries."""
    return all_of_them if IS_EXHAUSTIVE else min(all_of_them, max(least, all_of_them // FEWER))


def examples(all_of_them: int, *, least: int = LEAST, **more: object) -> settings:
    """Return settings with that number of examples, or a part of them in the default run."""
    return settings(max_examples=count(all_of_them, least), **more)
