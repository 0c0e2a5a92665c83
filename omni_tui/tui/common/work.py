"""Work in the background. A function is handed in, not its coroutine: one that never begins is not missed."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, cast

from textual.dom import DOMNode

Work = Callable[[], Coroutine[Any, Any, object]]


def start_work(screen: DOMNode, group: str, work: Work) -> None:
    """Work that belongs to a screen: it ends with it, and the newest of a group takes the others' place.

    An error in it is told by the application, and ends nothing.
    """
    screen.run_worker(cast(Any, work), group=group, exclusive=True, exit_on_error=False)


def run_apart(node: DOMNode, work: Work, name: str = "") -> None:
    """Work beside all other; an error in it is told by the application, and ends nothing."""
    node.run_worker(cast(Any, work), name=name, exit_on_error=False)
