"""Who wants to hear of something. Standard library only."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Generic, ParamSpec

P = ParamSpec("P")

logger = logging.getLogger(__name__)


class Subscribers(Generic[P]):
    """Callbacks that are called in the order in which they came; one that fails stops nobody."""

    def __init__(self) -> None:
        self._callbacks: dict[object, Callable[P, None]] = {}

    def __len__(self) -> int:
        return len(self._callbacks)

    def add(self, callback: Callable[P, None]) -> Callable[[], None]:
        """Call back from now on; returns what ends that (more than once does no harm)."""
        ticket = object()
        self._callbacks[ticket] = callback

        def unsubscribe() -> None:
            self._callbacks.pop(ticket, None)

        return unsubscribe

    def tell(self, *args: P.args, **kwargs: P.kwargs) -> None:
        """Call everybody back. A failure is logged: a screen that cannot paint must not stop a request."""
        for callback in tuple(self._callbacks.values()):
            try:
                callback(*args, **kwargs)
            except Exception:
                logger.exception("a subscriber failed: %r", callback)
