"""The words of a long list are learned while one looks at it: the first letters are answered at once, too."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from omni_tui.catalog.table import Table

# When the list is there and one still looks at it.
READY_SECONDS = 0.5
# Between two steps, and while somebody types: a key waits for one of them at most.
_STEP_SECONDS, _TYPING_SECONDS = 0.002, 0.25


async def learn_words(table: Table, rested_seconds: Callable[[], float]) -> None:
    """Make the vocabulary of a long list, a little at a time; `rested_seconds`: since when nobody types."""
    for _ in table.vocabulary_steps():
        await asyncio.sleep(_TYPING_SECONDS if rested_seconds() < _TYPING_SECONDS else _STEP_SECONDS)
