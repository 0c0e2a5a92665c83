"""Starts workers. They take a function, not a coroutine, which would warn if it never started.

The application reports an error in a worker, and continues.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, cast

from textual.dom import DOMNode

Work = Callable[[], Coroutine[Any, Any, object]]


def start_work(screen: DOMNode, group: str, work: Work) -> None:
    """Start a worker that belongs to a screen: it ends with the screen, and replaces others of its group."""
    screen.run_worker(cast(Any, work), group=group, exclusive=True)


def run_in_background(node: DOMNode, work: Work, name: str = "") -> None:
    """Start a worker beside all others."""
    node.run_worker(cast(Any, work), name=name)
