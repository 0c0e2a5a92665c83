"""Handle Ctrl+C and similar signals: the first one ends the work cleanly, later ones are ignored."""

from __future__ import annotations

import signal
from collections.abc import Callable, Coroutine
from types import FrameType, TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar

from omni_tui.commands.shared.exit_codes import Interrupted

if TYPE_CHECKING:
    import asyncio

T = TypeVar("T")

# Sent by a user, by a service manager, and when a terminal closes.
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Interrupts:
    """A context in which a signal cancels what `run` runs, or raises Interrupted outside of `run`.

    A signal that was ignored before stays ignored, as `nohup` expects. After the first signal all are
    ignored, so that a second Ctrl+C can't cut off the last messages.
    """

    def __init__(self) -> None:
        self._former: dict[signal.Signals, Callable[[int, FrameType | None], Any] | int | None] = {}
        self._cancel: Callable[[], object] | None = None
        self._signal_number: int | None = None

    @property
    def is_user_interrupt(self) -> bool:
        """Return whether the signal was Ctrl+C: the user wants to cancel everything."""
        return self._signal_number == signal.SIGINT

    def __enter__(self) -> Self:
        for number in SIGNALS:
            if signal.getsignal(number) is not signal.SIG_IGN:
                self._former[number] = signal.signal(number, self._received)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, handler in self._former.items():
            signal.signal(number, signal.SIG_IGN if self._signal_number is not None else handler)

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine in a new event loop. Raises Interrupted if a signal canceled it."""
        try:
            import asyncio

            with asyncio.Runner() as runner:
                loop = runner.get_loop()
                task = loop.create_task(work)
                self._cancel = lambda: loop.call_soon_threadsafe(task.cancel)
                try:
                    return runner.run(_result_of(task))
                except asyncio.CancelledError:
                    if self._signal_number is None:
                        raise
                    raise Interrupted(self._signal_number) from None
                finally:
                    self._cancel = None
        finally:
            work.close()  # Python warns of a coroutine that a signal kept from starting

    def _received(self, number: int, frame: FrameType | None) -> None:
        if self._signal_number is not None:
            return
        self._signal_number = number
        if self._cancel is None:
            raise Interrupted(number)
        self._cancel()


async def _result_of(task: asyncio.Task[T]) -> T:
    return await task
