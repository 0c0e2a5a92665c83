"""ctrl+c and its relatives: the first one ends the work cleanly, later ones change nothing."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Coroutine
from types import FrameType, TracebackType
from typing import Any, Self, TypeVar

from omni_tui.commands.shared.errors import Interrupted

T = TypeVar("T")

# A person, a service manager, a terminal that closes.
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Interrupts:
    """While entered, a signal cancels what `run` runs, or raises Interrupted where nothing runs in a loop.

    A signal that was ignored before stays ignored: so `nohup` keeps its meaning. After one was received, all
    are ignored: the program is on its way out, and a second ctrl+c must not cut off its last words.
    """

    def __init__(self) -> None:
        self._former: dict[signal.Signals, Callable[[int, FrameType | None], Any] | int | None] = {}
        self._cancel: Callable[[], object] | None = None
        self._signal_number: int | None = None

    @property
    def is_by_person(self) -> bool:
        """Whether what was received is a person's ctrl+c, who wants none of it any more."""
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
        """Run it in a loop of its own to its end. Raises Interrupted when a signal cancelled it."""
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

    def _received(self, number: int, frame: FrameType | None) -> None:
        if self._signal_number is not None:
            return
        self._signal_number = number
        if self._cancel is None:
            raise Interrupted(number)
        self._cancel()


async def _result_of(task: asyncio.Task[T]) -> T:
    return await task
