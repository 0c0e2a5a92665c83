"""Observers: callbacks for events. Standard library only."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Generic, ParamSpec

P = ParamSpec("P")

logger = logging.getLogger(__name__)


class Subscribers(Generic[P]):
    """Callbacks in the order they were added; one that fails doesn't stop the others."""

    def __init__(self) -> None:
        self._callbacks: dict[object, Callable[P, None]] = {}

    def __len__(self) -> int:
        return len(self._callbacks)

    def add(self, callback: Callable[P, None]) -> Callable[[], None]:
        """Call back from now on; return a function that unsubscribes (calling it twice is harmless)."""
        ticket = object()
        self._callbacks[ticket] = callback

        def unsubscribe() -> None:
            self._callbacks.pop(ticket, None)

        return unsubscribe

    def tell(self, *args: P.args, **kwargs: P.kwargs) -> None:
        """Call all observers. Failures are logged: a screen that can't paint must not stop a request."""
        for callback in tuple(self._callbacks.values()):
            try:
                callback(*args, **kwargs)
            except Exception:
                logger.exception("an observer failed: %r", callback)
