"""Work that belongs to a screen: it ends with it, and the newest of a group takes the place of the others."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, cast

from textual.dom import DOMNode


def start_work(screen: DOMNode, group: str, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run it in the background; an error in it is told by the application, and ends nothing."""
    screen.run_worker(cast(Any, work), group=group, exclusive=True, exit_on_error=False)
